"""A re-advert: imported, proposed by the system, joined, and parted again when it was the wrong one.

Worked by hand. The ward clerks of September: 5 posts, 2 reserved (1 was due). They were not found, and the advert of
November asks for 7.

* Joined, the chain counts once: 7 posts. 7 need 2, and 2 came along, so nothing is due on the 2 further posts.
  2 of 7 posts are 28.5%; the one advert has a reserved post.
* Parted, there are 5 + 7 = 12 posts in two adverts. 12 need 3, the first keeps its 2, so 1 is due on the second:
  3 of 12 posts are 25%, 2 of 2 adverts.
"""

from datetime import UTC, date, datetime

import pytest

from audit.clock import pretend
from organisations.models import Site
from tests.browser import assert_accessible
from tests.factories.feed import advert, feed
from tests.factories.vacancies import VacancyFactory
from tests.journeys.steps import figures, follow, heading, press, rows, said, signed_in, upload, words
from tests.world import build_world
from vacancies.models import Vacancy
from vacancies.ring_fencing import reserve

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    world = build_world(rooms=())
    world.records["site"] = Site.objects.create(organisation=world.trust, name="St Mary’s", postcode="W2 1NY")
    return world


@pytest.fixture
def september(world):
    """Decided in September, closed at its end; nobody was found."""
    with pretend(datetime(2026, 9, 7, 10, tzinfo=UTC)):
        vacancy = VacancyFactory(
            trust=world.trust, title="Ward Clerk", site=world.site, posts=5, closes_on=date(2026, 9, 30)
        )
        reserve(vacancy=vacancy, posts=2, by=world.acting("recruiter"))
    return vacancy


def test_a_re_advert_is_chained_and_unchained(world, september, page, phone):
    signed_in(page, world.users["recruiter"])
    november = imported(page)
    stands_at(page, "40.0%", "100.0%", ["1 Counted", "2 Reserved"])

    the_system_proposes_it(page, september, november)
    join_them(page, september, november)
    stands_at(page, "28.5%", "100.0%", ["3 Void", "4 Counted", "5 Reserved", "6 Counted"])
    page.goto(september.get_absolute_url())
    said(page, f"Re-advertised as {november.reference}: the two count once.")

    part_them_on_a_phone(signed_in(phone, world.users["colleague"]), september, november)
    stands_at(page, "25.0%", "100.0%", ["12 Counted", "13 Reserved"])
    page.goto("/vacancies/re-adverts/")
    said(page, "No advert looks like a re-advert of another.")


def imported(page):
    """The advert of November comes in by the feed, with 7 posts and its site known by the postcode."""
    page.goto("/vacancies/import/")
    upload(page, "feed.xml", feed([advert(1, title="Ward Clerk", locations="London, W2 1NY")]), "Read the file")
    assert_accessible(page)
    page.locator("[name=posts-1]").fill("7")
    page.locator("[name=band-1]").select_option("2")
    press(page, "Import")
    assert figures(page) == ["1 row added"]
    return Vacancy.unscoped.get(nhs_jobs_reference="C9333-26-0001")


def the_system_proposes_it(page, september, november):
    page.goto("/vacancies/")
    follow(page, "Re-adverts")
    (row,) = rows(page)
    assert row == [
        f"Ward Clerk {november.reference}, 7 posts, opened 20 Nov 2026",
        f"{september.reference}, 5 posts, ended 30 Sep 2026",
        "It has the same title, site and band",
        f"Answer for {november.reference}",
    ]
    assert_accessible(page)


def join_them(page, september, november):
    """The page says beforehand what the ledger will hold."""
    follow(page, f"Answer for {november.reference}")
    heading(page, f"Is this a re-advert of {september.reference}?")
    assert (
        f"The ledger counts 5 posts of {september.reference}, 2 of them reserved. Joined, {november.reference} takes over "
        "5 posts, 2 of them reserved; its 2 further posts are counted with what is due on them reserved."
    ) in words(page)
    assert_accessible(page)
    page.get_by_label("Yes: count the two once").check()
    press(page, "Save the answer")
    said(page, f"{november.reference} and {september.reference} now count once.")
    said(page, f"Re-advertises {september.reference}: counted once with it")
    assert figures(page)[:3] == ["7 posts", "2 reserved", "4 interview slots promised"]


def part_them_on_a_phone(phone, september, november):
    phone.goto(november.get_absolute_url())
    follow(phone, "Joined by mistake?")
    heading(phone, f"Part it from {september.reference}")
    assert_accessible(phone)
    phone.get_by_label("Why are they parted?").fill("It is another ward.")
    press(phone, "Part them")
    said(phone, f"{november.reference} and {september.reference} count each by itself.")
    assert figures(phone)[:3] == ["7 posts", "1 reserved", "2 interview slots promised"]
    assert_accessible(phone)


def stands_at(page, posts, adverts, newest):
    """The two shares, and the last entries of the ledger in the order in which they were written."""
    page.goto("/vacancies/standing/")
    assert figures(page) == [
        f"{posts} of entry-level posts reserved",
        f"{adverts} of entry-level adverts with a reserved post",
        "0 posts short",
        "0 adverts short",
    ]
    entries = [row[0] for row in rows(page, "Entries of the ledger")]
    assert entries[: len(newest)] == newest[::-1]

"""A month of 200 adverts: imported from a saved feed, facts filled, decided in bulk, notes taken back to TRAC.

Worked by hand. Of the 200 adverts 10 fill a bank register (exempt), 20 are Band 5 (outside) and 170 are entry level; one of
these is left without its number of posts. The first ten have 6 posts, the other 159 one post: 60 + 159 = 219 posts.

* The ten: after k of them 6k posts are counted, and 20% of 6k, rounded up, is 2 3 4 5 6 8 9 10 11 12: 12 reserved.
* The 159: from 60 posts on every fifth post raises the need by one, first the 61st: ceil(159 / 5) = 32 more, 44 in all.
* By adverts nothing more is due: 10 + 32 = 42 of 169 adverts have a reserved post, and 34 would do.
"""

import csv
from io import StringIO
from pathlib import Path

import pytest

from audit.acting import Role
from organisations.policies import load_initial
from tests.browser import assert_accessible
from tests.factories.feed import IMPERIAL, advert, feed
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.journeys.steps import figures, follow, heading, press, rows, said, signed_in, tabs, upload, words
from vacancies.ledger import standing_of
from vacancies.ring_fence import Standing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIX_POSTS = [2, 1, 1, 1, 1, 2, 1, 1, 1, 1]
ONE_POST = [int(place % 5 == 0) for place in range(159)]


def month():
    """200 adverts of the trust in the order in which they close, three of another trust, and one without a title."""
    wards = [advert(number, closeDate=f"2026-12-{10 + number // 10:02d}") for number in range(1, 151)]
    domestics = [advert(number, title="Domestic Assistant", closeDate="2026-12-28") for number in range(151, 171)]
    nurses = [advert(number, title="Staff Nurse Band 5") for number in range(171, 191)]
    bank = [advert(number, title="Bank Porter Band 2", type="Bank") for number in range(191, 201)]
    others = [advert(number, employer="The Hillingdon Hospitals NHS Foundation Trust") for number in range(201, 204)]
    return feed([*wards, *domestics, *nurses, *bank, *others, advert(204, title="")])


@pytest.fixture
def recruiter():
    load_initial()
    trust = OrganisationFactory(code="RYJ", name=IMPERIAL, short_name="Imperial")
    OrganisationFactory(code="RAS", name="The Hillingdon Hospitals NHS Foundation Trust", short_name="Hillingdon")
    return MembershipFactory(role=Role.RECRUITER, organisation=trust)


def test_a_month_of_two_hundred_adverts(recruiter, page, phone):
    signed_in(page, recruiter)
    page.goto("/vacancies/import/")
    upload(page, "november.xml", month(), "Read the file")
    fill_the_facts(page)
    press(page, "Import")
    assert figures(page) == ["200 rows added", "3 rows left out", "1 row not accepted"]
    follow(page, "See which vacancies are due")
    the_due_list_comes_first(page)
    follow(page, "Decide all 169 at once")
    check_and_decide(page)
    take_the_notes(page)
    see_the_standing(page, signed_in(phone, recruiter))
    assert standing_of(recruiter.organisation_id, 2026) == Standing(219, 44, 169, 42)


def fill_the_facts(page):
    """What the feed does not say: bands that no title states, posts of each; one number of posts stays open."""
    heading(page, "Check the import")
    assert figures(page) == ["200 new", "0 changed", "0 here already", "1 with a problem"]
    assert "3 adverts of The Hillingdon Hospitals NHS Foundation Trust: another trust." in words(page)
    press(page, "Band 2 where empty")
    assert page.locator("select[name^=band-]").evaluate_all(
        "all => all.reduce((sum, each) => ({...sum, [each.value]: (sum[each.value] || 0) + 1}), {})"
    ) == {"2": 180, "5": 20}
    press(page, "1 post each")
    for number in range(1, 11):
        page.locator(f"[name=posts-{number}]").fill("6")
    page.locator("[name=posts-170]").fill("")
    page.get_by_label("Exempt all 10 as “Bank register”").check()


def the_due_list_comes_first(page):
    """Soonest closing first, each with what is due on it if it were decided next."""
    heading(page, "Vacancies")
    assert tabs(page) == {
        "All": 200, "To decide": 169, "Reserved": 0, "Nothing reserved": 0,
        "Exempt": 10, "Facts missing": 1, "Outside the 20%": 20,
    }  # fmt: skip
    shown = rows(page)
    assert len(shown) == 25
    assert [row[3] for row in shown[:11]] == ["6"] * 10 + ["1"]
    assert shown[0][6] == "To decide 2 due, by 7 Dec"
    assert_accessible(page)


def check_and_decide(page):
    """The check page counts each vacancy after the one before it."""
    heading(page, "Check before you reserve")
    said(page, "In all 44 posts will be reserved on 169 vacancies.")
    assert [int(row[4]) for row in rows(page)] == SIX_POSTS + ONE_POST
    press(page, "Reserve and decide them all")


def take_the_notes(page):
    """Only what promises something needs a note; the list as a file has the same notes."""
    heading(page, "44 posts reserved on 169 vacancies")
    notes = [row[2] for row in rows(page)]
    assert len(notes) == 42
    assert notes[0].partition(": ")[2] == (
        "2 of 6 posts reserved, up to 4 guaranteed interviews for people whom the Skills Academy puts forward and "
        "who meet the essential criteria. No post is withheld; appoint on merit."
    )
    said(page, "Nothing reserved on 127 vacancies")
    assert_accessible(page)
    page.goto("/vacancies/?fence=reserved")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download CSV").click()
    lines = list(csv.DictReader(StringIO(Path(taken.value.path()).read_text("utf-8-sig"))))
    assert sorted(line["Note for TRAC"] for line in lines) == sorted(notes)


def see_the_standing(page, phone):
    """44 of 219 is 20.09%, 42 of 169 is 24.85%; both are said rounded down, on a desk as on a phone."""
    for each in (page, phone):
        each.goto("/vacancies/standing/")
        said(each, "Nothing is owed: at least 20% of posts and of adverts are reserved.")
        assert figures(each) == [
            "20.0% of entry-level posts reserved",
            "24.8% of entry-level adverts with a reserved post",
            "0 posts short",
            "0 adverts short",
        ]
        assert_accessible(each)
    phone.goto("/vacancies/?fence=free")
    assert tabs(phone)["Nothing reserved"] == 127
    assert_accessible(phone)

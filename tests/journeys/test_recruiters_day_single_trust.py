"""Single-trust mode: everything above with no candidate in the system, on every page, wide and on a phone.

Worked by hand. The trust's spreadsheet had 40 posts and 8 reserved, 30 adverts and 6 with a reserved post. Five adverts
of one post come in, two pasted from a spreadsheet and three by the feed. The first makes 41 posts, which need 9: 1 is due.
45 need 9 too, so nothing is due on the other four. 9 of 45 posts and 7 of 35 adverts are 20%.
"""

import pytest

from candidates.models import Candidate
from pipeline.models import Referral
from tests.browser import assert_accessible
from tests.factories.feed import advert, feed
from tests.journeys.steps import figures, follow, heading, press, rows, said, signed_in, tabs, upload, words
from tests.world import build_world
from vacancies.models import Vacancy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BALANCE = {
    "posts": 40, "reserved": 8, "adverts": 30, "reserved_adverts": 6, "debt": 0, "advert_debt": 0,
}  # fmt: skip
PASTED = (
    "Job Ref\tJob title\tGrade\tNumber of posts\tPublished date\tClosing date\n"
    "290-1\tWard host\tBand 2\t1\t20/11/2026\t11/12/2026\n"
    "290-2\tTheatre porter\tBand 3\t1\t20/11/2026\t14/12/2026\n"
)


@pytest.fixture
def world():
    return build_world(rooms=())


def test_a_trust_by_itself_with_no_candidate(world, page, phone):
    signed_in(page, world.users["colleague"])
    the_balance_is_brought(page)
    signed_in(page, world.users["recruiter"])
    rows_are_pasted(page)
    adverts_are_imported(page)
    all_are_decided_on_one_page(page)
    it_stands_at_twenty(page)
    host = Vacancy.unscoped.get(trac_reference="290-1")
    it_is_filled_and_finished(page, host)
    every_page_holds(page, signed_in(phone, world.users["recruiter"]), host)
    assert (Candidate.unscoped.count(), Referral.unscoped.count()) == (0, 0)


def the_balance_is_brought(page):
    """HR's figures from before this service become the first entry of the ledger."""
    page.goto("/vacancies/standing/opening/")
    for name, number in BALANCE.items():
        page.locator(f"[name={name}]").fill(str(number))
    page.get_by_label("Which record do these figures come from?").fill("Spreadsheet of 31 October")
    assert_accessible(page)
    press(page, "Write the opening balance")
    said(page, "Opening balance written: 8 posts of 40 reserved in all.")


def rows_are_pasted(page):
    page.goto("/vacancies/import/trac/")
    page.get_by_label("Paste rows").fill(PASTED)
    press(page, "Continue with pasted rows")
    heading(page, "Check the columns")
    assert "Row 2: Ward host, 290-1, Band 2, 1 post, closes 11 Dec 2026" in words(page)
    assert_accessible(page)
    press(page, "Import")
    assert figures(page) == ["2 rows added"]


def adverts_are_imported(page):
    """Three by the feed; one of the pasted stands in the feed too, and is one vacancy."""
    adverts = [advert(number, title="Domestic Assistant") for number in (1, 2, 3)]
    again = advert(4, reference="290-1", title="Ward host", closeDate="2026-12-11")
    page.goto("/vacancies/import/")
    upload(page, "feed.xml", feed([*adverts, again]), "Read the file")
    assert figures(page)[0] == "3 new"
    press(page, "1 post each")
    press(page, "Band 2 where empty")
    assert_accessible(page)
    press(page, "Import")
    follow(page, "See which vacancies are due")
    assert (tabs(page)["All"], tabs(page)["To decide"]) == (5, 5)
    the_view_is_kept(page)


def the_view_is_kept(page):
    """The filters under a name, one link away from the whole list, and forgotten again."""
    page.get_by_label("Keep these filters as").fill("To decide")
    press(page, "Save view")
    said(page, "View “To decide” saved.")
    assert_accessible(page)
    page.goto("/vacancies/")
    page.get_by_role("link", name="To decide", exact=True).click()
    said(page, "Decide all 5 at once")
    follow(page, "Forget To decide")
    assert_accessible(page)
    press(page, "Forget this view")
    said(page, "View “To decide” forgotten.")
    page.goto("/vacancies/?fence=undecided")


def all_are_decided_on_one_page(page):
    follow(page, "Decide all 5 at once")
    said(page, "In all 1 post will be reserved on 5 vacancies.")
    assert [(row[0].partition(" VAC")[0], row[3], row[4]) for row in rows(page)] == [
        ("Ward host", "0", "1"),
        ("Theatre porter", "0", "0"),
        *[("Domestic Assistant", "0", "0")] * 3,
    ]
    assert_accessible(page)
    press(page, "Reserve and decide them all")
    heading(page, "1 post reserved on 5 vacancies")
    assert_accessible(page)


def it_stands_at_twenty(page):
    follow(page, "See how the trust stands now")
    assert figures(page) == [
        "20.0% of entry-level posts reserved",
        "20.0% of entry-level adverts with a reserved post",
        "0 posts short",
        "0 adverts short",
    ]
    assert words(page, ".anchor-figures").count("9 of 45; 9 needed") == 1
    assert words(page, ".anchor-figures").count("7 of 35; 7 needed") == 1
    page.goto("/")
    assert words(page).count("9 of 45 entry-level posts from 1 April to 23 November 2026. Target 20%") == 1


def it_is_filled_and_finished(page, host):
    """Nobody was put forward, so nothing is owed to anybody: close, and say what was filled."""
    page.goto(host.get_absolute_url())
    press(page, "Close")
    press(page, "Finish")
    page.get_by_label("Posts filled").fill("1")
    press(page, "Finish")
    said(page, "Ward host is finished.")
    assert rows(page, "Posts at each level") == [
        ["Reserved", "1"], ["Considered", "0"], ["Interviewed", "0"], ["Appointed", "0"],
    ]  # fmt: skip


def every_page_holds(page, phone, host):
    """What a recruiter opens besides, axe and all; the journeys before this one looked at the rest on a desk."""
    porter = Vacancy.unscoped.get(trac_reference="290-2").get_absolute_url()
    besides = ["/", "/vacancies/?q=nothing+like+it", "/vacancies/import/trac/", f"{porter}reserve-more/"]
    for address in besides:
        page.goto(address)
        assert_accessible(page)
    for address in [*besides, "/vacancies/", "/vacancies/reconciliation/", host.get_absolute_url(), porter]:
        phone.goto(address)
        assert_accessible(phone)

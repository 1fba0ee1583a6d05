"""The proof pack: the totals of the workbook and of the PDF are those of the screen, today and as known on a past day.

Worked by hand. 10 November: Ward host, 6 posts, 2 due and reserved. 23 November: Theatre porter, 6 posts: 12 need 3, so
1 is due, and none is reserved, by name. Ward clerk, 1 post: 13 need 3, so it is due and reserved. One advert is exempt.
In all 13 posts and 3 reserved (23.07%), 3 adverts and 2 with a reserved post (66.66%).
"""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from audit.clock import pretend
from tests.browser import assert_accessible
from tests.factories.vacancies import VacancyFactory
from tests.journeys.steps import figures, rows, signed_in, words
from tests.world import build_world
from vacancies.models import OverrideReason
from vacancies.overriding import LessThanDue
from vacancies.ring_fencing import reserve

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = {
    "Posts counted": 13, "Posts reserved": 3, "Adverts counted": 3, "Adverts with a reserved post": 2,
    "Posts owed from the year before": 0, "Adverts owed from the year before": 0, "Posts short": 0, "Adverts short": 0,
    "Entries": 5, "Overrides": 1, "Exempt adverts": 1,
}  # fmt: skip
THEN = TODAY | {
    "Posts counted": 6, "Posts reserved": 2, "Adverts counted": 1, "Adverts with a reserved post": 1,
    "Entries": 2, "Overrides": 0,
}  # fmt: skip


@pytest.fixture
def world():
    world = build_world(rooms=())
    by = world.acting("recruiter")
    with pretend(datetime(2026, 11, 10, 10, tzinfo=UTC)):
        reserve(vacancy=VacancyFactory(trust=world.trust, title="Ward host", posts=6), posts=2, by=by)
    less = LessThanDue(OverrideReason.URGENT, "Winter <pressure> & more", "Sam Reviewer", "sam@example.test")
    reserve(vacancy=VacancyFactory(trust=world.trust, title="Theatre porter", posts=6), posts=0, by=by, less=less)
    reserve(vacancy=VacancyFactory(trust=world.trust, title="Ward clerk", posts=1), posts=1, by=by)
    VacancyFactory(trust=world.trust, title="Bank porter", exemption="bank_register", opened_on=date(2026, 11, 5))
    return world


def test_the_packs_totals_are_those_of_the_screen(world, page):
    signed_in(page, world.users["auditor"])
    page.goto(f"/vacancies/standing/?trust={world.trust.code}")
    assert_accessible(page)
    the_screen_says(page, "23.0%", "66.6%", "3 of 13; 3 needed", "2 of 3; 1 needed", TODAY["Entries"])
    the_workbook_says(page, TODAY)
    the_paper_says(page, TODAY)

    page.goto(f"/vacancies/standing/?trust={world.trust.code}&day=2026-11-10")
    the_screen_says(page, "33.3%", "100.0%", "2 of 6; 2 needed", "1 of 1; 1 needed", THEN["Entries"])
    assert the_workbook_says(page, THEN)["As known at the end of"] == date(2026, 11, 10)
    the_paper_says(page, THEN)


def the_screen_says(page, posts, adverts, of_posts, of_adverts, entries):
    assert figures(page)[:2] == [
        f"{posts} of entry-level posts reserved",
        f"{adverts} of entry-level adverts with a reserved post",
    ]
    shown = words(page, ".anchor-figures")
    assert of_posts in shown
    assert of_adverts in shown
    assert len(rows(page, "Entries of the ledger")) == entries


def taken(page, link):
    """The bytes of a file behind a link of the page."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return Path(download.value.path()).read_bytes()


def the_workbook_says(page, expected):
    """The sheet of totals, and the same totals added up from the sheet of entries; the totals come back."""
    book = CalamineWorkbook.from_filelike(BytesIO(taken(page, "Download the proof pack (XLSX)")))
    totals = dict(book.get_sheet_by_name("Standing").to_python()[1:])
    assert {name: totals[name] for name in expected} == expected
    assert totals["Chain of entries"] == "Whole: each entry follows the one before it"
    headings, *entries = book.get_sheet_by_name("Ledger").to_python()
    added_up = {
        heading: sum(row[headings.index(heading)] for row in entries)
        for heading in ("Posts", "Reserved", "Adverts", "Reserved adverts")
    }
    assert list(added_up.values()) == [
        expected["Posts counted"],
        expected["Posts reserved"],
        expected["Adverts counted"],
        expected["Adverts with a reserved post"],
    ]
    months = book.get_sheet_by_name("Months").to_python()
    assert months[-1][:3] == ["November", expected["Posts counted"], expected["Posts reserved"]]
    assert len(book.get_sheet_by_name("Overrides").to_python()) == 1 + expected["Overrides"]
    return totals


def the_paper_says(page, expected):
    """Every page numbered, each total in words, and no mark-up of what people typed."""
    pages = PdfReader(BytesIO(taken(page, "Proof pack (PDF)"))).pages
    text = [" ".join(each.extract_text().split()) for each in pages]
    assert [f"Page {number}" in words for number, words in enumerate(text, start=1)] == [True] * len(text)
    whole = " ".join(text)
    assert [f"{name} {number}" for name, number in expected.items() if f"{name} {number}" not in whole] == []
    assert ("Winter <pressure> & more" in whole) == bool(expected["Overrides"])
    assert "&amp;" not in whole

"""Reconciliation with the NHSBSA's open data: what is found, explained or accepted, and clears by itself.

Six adverts in the outside list; by hand:

* 1 is here with the same band: nothing.
* 2 is here as Band 3, the list says Band 2: a finding.
* 3 is not here and Band 2, so it may count: a finding.
* 4 is not here and Band 5: outside the 20%, so nothing is missing.
* 5 is not here and a bank advert, which counts until a person exempts it by name: a finding.
* 6 is another trust's: not read for this one.
"""

import pytest

from tests.browser import assert_accessible
from tests.factories.feed import listed, open_data
from tests.factories.vacancies import VacancyFactory
from tests.journeys.steps import figures, follow, heading, press, rows, said, signed_in, upload, words
from tests.world import build_world
from vacancies.models import Finding

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = open_data(
    [
        listed(1),
        listed(2, JOB_TITLE="Theatre Porter"),
        listed(3, JOB_TITLE="Ward Clerk"),
        listed(4, JOB_TITLE="Staff Nurse", PAY_BAND="Band 5"),
        listed(5, JOB_TITLE="Bank Porter", CONTRACT_TYPE="Bank"),
        listed(6, EMPLOYER_NAME="London North West University Healthcare NHS Trust"),
    ]
)


@pytest.fixture
def world():
    world = build_world(rooms=())
    here(world, 1, title="Healthcare Support Worker")
    here(world, 2, title="Theatre Porter", band=3)
    return world


def here(world, number, **facts):
    return VacancyFactory(trust=world.trust, nhs_jobs_reference=f"C9333-26-{number:04d}", **facts)


def test_findings_are_answered_and_clear(world, page, phone):
    signed_in(page, world.users["recruiter"])
    page.goto("/vacancies/")
    follow(page, "Reconciliation")
    compare(page, ["3 rows added"])
    assert waiting(page) == [
        ["Theatre Porter C9333-26-0002", "Band 2 there, Band 3 here", "None yet"],
        ["Bank Porter C9333-26-0005", "Not in the ledger (Band 2)", "None yet"],
        ["Ward Clerk C9333-26-0003", "Not in the ledger (Band 2)", "None yet"],
    ]
    assert_accessible(page)

    answer(page, "Theatre Porter", "Explained: the ledger is right", "The list is of last year.")
    answer(signed_in(phone, world.users["colleague"]), "Ward Clerk", "Accepted: the ledger is wrong", "It was missed.")
    the_icb_reads_both(signed_in(page, world.users["icb_analyst"]))

    here(world, 3, title="Ward Clerk")
    here(world, 5, title="Bank Porter", contract="bank", exemption="bank_register")
    signed_in(page, world.users["recruiter"])
    page.goto("/vacancies/reconciliation/")
    compare(page, ["2 rows changed", "1 row already here"])
    stands(page, "cleared", ["Bank Porter C9333-26-0005", "Ward Clerk C9333-26-0003"])
    stands(page, "explained", ["Theatre Porter C9333-26-0002"])
    stands(page, "open", [])
    said(page, "Nothing waits for an answer.")
    compare(page, ["1 row already here"])  # the same list again changes nothing
    assert Finding.unscoped.count() == 3


def compare(page, found):
    page.get_by_text("Compare a file with the ledger").click()
    upload(page, "open-data.csv", LIST, "Compare")
    assert figures(page) == found
    assert_accessible(page)
    follow(page, "See what differs")


def waiting(page):
    """The findings that the page shows: the advert, what differs, and the reason."""
    heading(page, "Reconciliation")
    return [[row[0], row[1], row[3]] for row in rows(page)]


def answer(page, title, choice, reason):
    page.goto("/vacancies/reconciliation/")
    follow(page, title)
    press(page, "Save the answer")
    said(page, "There is a problem")  # an answer has a choice and a reason
    assert_accessible(page)
    page.get_by_label(choice).check()
    page.get_by_label("Reason").fill(reason)
    press(page, "Save the answer")
    said(page, "is saved.")


def the_icb_reads_both(page):
    """The ICB sees the trust and the reasons, and has no form to answer for it."""
    page.goto("/vacancies/reconciliation/?state=accepted")
    assert [[row[0], row[1], row[4]] for row in rows(page)] == [
        ["Ward Clerk C9333-26-0003", "Imperial", "It was missed."]
    ]
    assert_accessible(page)
    follow(page, "Ward Clerk")
    assert "Reason: It was missed." in words(page)
    assert page.get_by_role("button", name="Save the answer").count() == 0
    assert_accessible(page)


def stands(page, state, expected):
    page.goto(f"/vacancies/reconciliation/?state={state}")
    shown = rows(page) if expected else []
    assert [row[0] for row in shown] == expected

"""Outcomes come back by two doors: TRAC's weekly file by application ID, and the hiring manager's link on a phone.

Ward host has 6 posts, 2 of them reserved, and three people were submitted. Worked by hand, in posts of the 2 reserved:

* The file decides AR-1: shortlisted, interviewed on Friday, appointed. Considered 1, interviewed 1, appointed 1.
* The manager shortlists AR-2 and not AR-3. Three people are decided, but 2 posts are reserved: considered 2.
* AR-2 was interviewed today and not appointed: interviewed 2, appointed 1.
"""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache

from audit.clock import pretend
from outbox.models import Message
from pipeline.models import Referral
from tests.browser import assert_accessible
from tests.factories.candidates import CandidateFactory
from tests.factories.pipeline import CriterionFactory, ReferralFactory
from tests.factories.vacancies import VacancyFactory
from tests.journeys.steps import figures, follow, heading, press, rows, said, signed_in, upload, words
from tests.world import build_world
from vacancies.ring_fencing import reserve

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = b"""Vacancy reference,Application ID,Applicant name,Shortlist result,Interview date,Interview attended,Interview outcome
290-1,AR-1,Ama Mensah,Shortlisted,20/11/2026,Y,Appointed
290-1,AR-9,Somebody Else,Not shortlisted,,,
"""


@pytest.fixture
def world():
    cache.clear()  # what earlier tests guessed at links counts for nobody here
    return build_world(rooms=())


@pytest.fixture
def host(world):
    """Decided on 2 November, closed on Friday; three people submitted on Thursday."""
    with pretend(datetime(2026, 11, 2, 10, tzinfo=UTC)):
        vacancy = VacancyFactory(
            trust=world.trust, title="Ward host", posts=6, trac_reference="290-1", closes_on=date(2026, 11, 20)
        )
        reserve(vacancy=vacancy, posts=2, by=world.acting("recruiter"))
    CriterionFactory(vacancy=vacancy, text="Works in a team")
    for number, name in enumerate(("Mensah", "Okafor", "Rahimi"), start=1):
        person = CandidateFactory(given_name="Ama", family_name=name, seen_by=[world.academy])
        ReferralFactory(candidate=person, vacancy=vacancy, mode="trac", trac_application_id=f"AR-{number}")
    return vacancy


def test_outcomes_come_back_by_file_and_by_link(world, host, page, phone):
    signed_in(page, world.users["recruiter"])
    the_weekly_file_is_taken(page)
    assert levels(page, host) == [["Reserved", "2"], ["Considered", "1"], ["Interviewed", "1"], ["Appointed", "1"]]
    link = the_manager_is_asked(page, host)

    phone.goto(link)
    heading(phone, "Ward host")
    the_phone_shows_codes_and_no_names(phone)
    the_manager_shortlists(phone)
    assert levels(page, host) == [["Reserved", "2"], ["Considered", "2"], ["Interviewed", "1"], ["Appointed", "1"]]
    the_interview_was_held(phone)
    heading(phone, "Thank you")
    assert_accessible(phone)
    assert levels(page, host) == [["Reserved", "2"], ["Considered", "2"], ["Interviewed", "2"], ["Appointed", "1"]]

    phone.watch.allow("404")
    phone.goto(link)
    heading(phone, "This link does not work")
    the_ledger_counts_people_apart_from_posts(page)
    found = dict(Referral.unscoped.values_list("trac_application_id", "state"))
    assert found == {"AR-1": "kept", "AR-2": "kept", "AR-3": "does_not_meet"}


def the_weekly_file_is_taken(page):
    """Of the file only those who were put forward are looked at; the same file again changes nothing."""
    for expected in (["1 row changed", "1 row left out"], ["1 row already here", "1 row left out"]):
        page.goto("/pipeline/trac/")
        upload(page, "applications.csv", FILE, "Continue")
        said(page, "applications.csv has 2 rows. 1 application is of people who were put forward to you")
        press(page, "Import")
        assert figures(page) == expected
    assert_accessible(page)


def levels(page, vacancy):
    page.goto(vacancy.get_absolute_url())
    return rows(page, "Posts at each level")


def the_manager_is_asked(page, vacancy):
    """The recruiter gives an address, and the link is sent; the page says how many people wait."""
    follow(page, "Ask the hiring manager what became of the people put forward")
    said(page, "2 people wait for an answer now.")
    assert_accessible(page)
    page.get_by_label("Hiring manager’s work e-mail address").fill("ward.manager@example.test")
    press(page, "Send the link")
    said(page, "Link sent to ward.manager@example.test. Reminders follow by themselves.")
    return re.search(r"/reply/[^/\s]+/", Message.unscoped.get(to="ward.manager@example.test").body)[0]


def person(phone, application):
    """The card of one person on the manager's page."""
    return phone.locator("section", has_text=f"TRAC application {application}")


def the_phone_shows_codes_and_no_names(phone):
    shown = words(phone)
    assert [application in shown for application in ("AR-1", "AR-2", "AR-3")] == [False, True, True]
    assert [name in shown for name in ("Ama", "Mensah", "Okafor", "Rahimi")] == [False] * 4
    assert_accessible(phone)


def the_manager_shortlists(phone):
    """A no needs a criterion and a reason; the yes beside it is saved all the same."""
    person(phone, "AR-2").get_by_label("Yes", exact=True).tap()
    person(phone, "AR-3").get_by_label("No", exact=True).tap()
    press(phone, "Save answers")
    said(phone, "Saved: 1 answer.")
    assert_accessible(phone)
    person(phone, "AR-3").get_by_label("If no: which essential criterion is not met?").select_option("Works in a team")
    person(phone, "AR-3").get_by_label("If no: why?").fill("No example of work with others.")
    press(phone, "Save answers")
    said(phone, "Saved: 1 answer.")
    assert "AR-3" not in words(phone)


def the_interview_was_held(phone):
    person(phone, "AR-2").get_by_label("It was held").tap()
    for part, value in (("day", "23"), ("month", "11"), ("year", "2026")):
        person(phone, "AR-2").locator(f"[name$=-on_{part}]").fill(value)
    press(phone, "Save answers")
    person(phone, "AR-2").get_by_label("Not appointed").tap()
    person(phone, "AR-2").get_by_label("Feedback for the candidate").fill("Warm with patients. Bring an example.")
    assert_accessible(phone)
    press(phone, "Save answers")


def the_ledger_counts_people_apart_from_posts(page):
    """Six rows about people change no post: 2 of 6 posts stay reserved."""
    page.goto("/vacancies/standing/")
    assert figures(page)[0] == "33.3% of entry-level posts reserved"
    found = [(row[0], row[2], row[3]) for row in rows(page, "Entries of the ledger")]
    assert sorted(row[0].partition(" ")[2] for row in found) == [
        "Appointed 1 person",
        *["Considered 1 person"] * 3,
        "Counted",
        *["Interviewed 1 person"] * 2,
        "Reserved",
    ]
    assert [row for row in found if "person" not in row[0]] == [("2 Reserved", "0", "2"), ("1 Counted", "6", "0")]
    assert {row[1:] for row in found if "person" in row[0]} == {("", "")}

"""The academy's and the provider's pages in a browser: wide, on a telephone, without JavaScript, axe on each."""

from datetime import date

import pytest

from candidates.models import Candidate
from programmes.models import Attendance, Enrolment
from tests.browser import assert_accessible, sign_in
from tests.candidates.conftest import postcodes
from tests.factories.candidates import CandidateFactory
from tests.factories.programmes import SessionFactory
from tests.programmes.test_imports import csv_of, row
from tests.world import build_world

__all__ = ["postcodes"]
pytestmark = pytest.mark.browser


@pytest.fixture
def world(transactional_db):
    return build_world(rooms=("candidates", "programmes"))


def every_page(world):
    person, cohort = world.candidate.reference, world.cohort.reference
    return [
        "/people/",
        "/people/?q=nobody&ready=no",
        "/people/enrol/",
        f"/people/{person}/",
        f"/people/{person}/programmes/",
        f"/people/{person}/checks/",
        f"/people/{person}/sharing/",
        f"/people/{person}/timeline/",
        f"/people/{person}/join/",
        f"/people/{person}/eligibility/",
        f"/people/{person}/eligibility/{world.eligibility.pk}/end/",
        *(f"/people/{person}/edit/{part}/" for part in ("names", "contact", "home", "work", "right-to-work")),
        f"/people/{person}/edit/adjustments/",
        f"/people/{person}/edit/supporter/",
        "/programmes/",
        "/programmes/add/",
        f"/programmes/{world.programme.reference}/",
        f"/programmes/{world.programme.reference}/edit/",
        f"/programmes/{world.programme.reference}/cohorts/add/",
        f"/programmes/cohorts/{cohort}/",
        f"/programmes/cohorts/{cohort}/edit/",
        f"/programmes/cohorts/{cohort}/sessions/",
        f"/programmes/cohorts/{cohort}/attendance/",
        f"/programmes/enrolments/{world.enrolment.reference}/",
        "/programmes/import/",
        f"/programmes/import/{world.cohort_upload.reference}/",
        f"/programmes/import/{world.cohort_upload.reference}/columns/",
    ]


@pytest.mark.full  # at 320 pixels tests/every_page looks each time
def test_axe_finds_nothing_on_any_page_on_a_phone(phone, world):
    """At a desk tests/every_page opens them."""
    sign_in(phone, world.users["academy"])
    for address in every_page(world):
        assert phone.goto(address).status == 200, address
        assert_accessible(phone)


def test_a_care_leaver_is_enrolled(page, world, postcodes):
    CandidateFactory(
        given_name="Zoe", family_name="Smith-Jones", date_of_birth=date(2004, 5, 6), seen_by=[world.academy]
    )
    sign_in(page, world.users["academy"])
    page.goto("/people/enrol/")
    page.get_by_label("Given names").fill("Zoë")
    page.get_by_label("Family name").fill("Smith Jones")
    for label, value in (("Day", "6"), ("Month", "5"), ("Year", "2004")):
        page.get_by_role("group", name="Date of birth").get_by_label(label).fill(value)
    page.get_by_text("Same date of birth and same name").wait_for()
    assert_accessible(page)
    page.get_by_label("Home postcode").fill("n3 1aa")
    page.get_by_label("Home postcode").press("Tab")
    page.get_by_text("Not local: it is in Barnet").wait_for()
    page.get_by_label("Care leaver: which council").select_option("Brent")
    page.get_by_label("Programme and cohort").select_option(value=world.cohort.reference)
    page.get_by_role("button", name="Enrol this person").click()
    page.get_by_text("This person may be here already. Look at the records below.").wait_for()
    page.get_by_label("This is a different person").check()
    page.get_by_role("button", name="Enrol this person").click()
    page.get_by_text("is enrolled as CAN-").wait_for()
    assert page.get_by_text("Local by responsible authority").count() == 2
    page.get_by_role("link", name="Decide eligibility").first.click()
    page.get_by_label("PLUS group", exact=True).first.check()
    page.get_by_role("combobox", name="PLUS group").select_option("Care leavers")
    page.get_by_label("Evidence you saw").fill("Letter from Brent’s leaving-care team")
    page.get_by_role("button", name="Decide: eligible").click()
    page.get_by_text("is eligible until 23 November 2028.").wait_for()
    page.get_by_role("heading", name="Next: record right to work").wait_for()


def test_the_same_without_javascript(no_js, world, postcodes):
    sign_in(no_js, world.users["academy"])
    no_js.goto("/people/enrol/")
    no_js.get_by_label("Family name").fill("Suharto")
    no_js.get_by_label("Home postcode").fill("NW10 8AA")
    no_js.get_by_role("button", name="Check postcode").click()
    assert no_js.get_by_text("CORE20: yes. The area is in decile 1 of 10").count() == 1
    no_js.get_by_role("button", name="Enrol this person").click()
    assert no_js.get_by_text("Suharto is enrolled as CAN-").count() == 1


def test_a_cohort_file_is_looked_at_and_imported(page, world, postcodes):
    data = csv_of(row(postcode="NW10 8AA"), row(own_reference="A2", family_name="Bad", phone="7.7E+09"))
    sign_in(page, world.users["academy"])
    page.goto("/programmes/import/")
    page.locator("input[type=file]").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_role("heading", name="What this file would do").wait_for()
    assert page.get_by_text("has lost digits in Excel").count() == 1
    assert_accessible(page)
    page.get_by_label("The good rows").check()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("heading", name="Rows to mend").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="See Autumn 2026 and what is missing for each").click()
    page.get_by_role("link", name="Zoë Smith-Jones", exact=True).wait_for()


def test_five_sessions_fit_beside_each_other(page, world):
    for day in (16, 17, 18, 19):
        SessionFactory(cohort=world.cohort, title="A long title of a weekly session", day=date(2026, 11, day))
    sign_in(page, world.users["provider"])
    page.goto(f"/programmes/cohorts/{world.cohort.reference}/attendance/")
    assert page.locator("td select").count() == 5
    assert_accessible(page)


def test_attendance_on_a_telephone(phone, world):
    SessionFactory(cohort=world.cohort, title="Ward visit", day=date(2026, 11, 21))
    sign_in(phone, world.users["provider"])
    phone.goto(f"/programmes/cohorts/{world.cohort.reference}/attendance/")
    phone.get_by_role("link", name="21 Nov Ward visit").click()
    phone.get_by_label("Ama Mensah, Ward visit, 21 Nov").select_option("Present")
    phone.get_by_role("button", name="Save attendance").click()
    phone.get_by_text("Attendance is saved.").wait_for()
    assert_accessible(phone)
    phone.get_by_role("link", name="Back to the cohort").click()
    phone.get_by_role("button", name="Record their start").click()
    phone.get_by_text("The start of 1 person is recorded.").wait_for()
    assert (Attendance.unscoped.count(), Enrolment.unscoped.get().state) == (1, "started")
    assert Candidate.unscoped.count() == 1

"""The same way without JavaScript: enrol a person, take in a cohort, type a vacancy, reserve, offer, decide, interview, start.

Each page on the way is read as `tests/every_page/markup.py` reads it: nothing on it waits for a script.
"""

from datetime import date

import pytest
from playwright.sync_api import expect

from candidates.models import Candidate
from pipeline.models import Employment
from tests.browser import assert_reflows, sign_in
from tests.every_page.markup import faults
from tests.journeys import test_enrolment_to_start as way
from vacancies.ledger import standing_of
from vacancies.models import Vacancy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
cast = way.cast
TYPED = {
    "given_name": "Greta",
    "family_name": "Lindqvist",
    "phone": "07700 900207",
    "hours_least": "16",
    "hours_most": "37",
    "travel_km": "15",
}
CHOSEN = {"right_to_work": "any", "work_wanted": "healthcare_support", "shifts": "days"}


def read_without_script(page):
    """What stands for axe where no script runs."""
    page.wait_for_load_state()
    assert (page.url, faults(page.content())) == (page.url, [])
    assert_reflows(page)


@pytest.fixture
def people(open_page, cast, monkeypatch):
    """One window for each person, signed in, in which no script runs."""
    monkeypatch.setattr(way, "assert_accessible", read_without_script)
    windows = {}

    def window(key):
        if key not in windows:
            windows[key] = open_page(java_script_enabled=False)
            sign_in(windows[key], cast.users[key])
        return windows[key]

    return window


class ByHand(way.Journey):
    """The steps that a file does in the other journey."""

    def the_academy_enrols_somebody(self):
        page = self.people("academy")
        way.look(page, "/people/enrol/")
        for name, value in TYPED.items():
            page.locator(f"[name={name}]").fill(value)
        for name, value in CHOSEN.items():
            page.locator(f"[name={name}][value={value}]").check()
        way.fill_date(page, "start_from", date(2026, 12, 1))
        page.locator("[name=postcode]").fill("W12 0HS")
        way.press(page, "Check postcode")
        expect(page.locator("#place-answer")).not_to_be_empty()
        expect(page.locator("[name=family_name]")).to_have_value("Lindqvist")
        way.press(page, "Enrol this person")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Greta Lindqvist")

    def the_academy_finds_eligible_as_a_refugee(self, name):
        page = self.people("academy")
        way.look(page, f"{Candidate.unscoped.get(given_name=name).get_absolute_url()}eligibility/")
        page.locator("[name=route][value=plus]").check()
        way.press(page, "Decide: eligible")
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
        page.locator("[name=group]").select_option("refugees")
        page.get_by_label("Evidence you saw").fill("Letter of 3 November 2026")
        way.press(page, "Decide: eligible")
        expect(page.get_by_role("heading", name="There is a problem")).to_have_count(0)

    def the_recruiter_types_a_vacancy(self):
        page = self.people("recruiter")
        way.look(page, "/vacancies/add/")
        way.press(page, "Save vacancy")
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
        page.locator("[name=title]").fill("Healthcare support worker")
        page.locator("[name=job_family]").select_option("healthcare_support")
        page.locator("[name=band]").select_option("2")
        page.locator("[name=posts]").fill("3")
        way.fill_date(page, "opened_on", date(2026, 11, 23))
        way.fill_date(page, "closes_on", date(2026, 12, 14))
        page.locator("[name=essential]").fill("\n".join(text for text, _essential in way.CRITERIA))
        way.press(page, "Save vacancy")
        self.vacancy = Vacancy.unscoped.get(title="Healthcare support worker")
        assert list(self.vacancy.criteria.values_list("text", "essential")) == list(way.CRITERIA)


def test_from_a_form_and_a_file_to_a_first_day_without_javascript(people, settings, cast):
    journey = ByHand(people, settings, cast)
    journey.the_academy_enrols_somebody()
    journey.the_academy_imports_the_cohort()
    journey.the_academy_finds_eligible_as_a_refugee("Greta")
    journey.the_recruiter_types_a_vacancy()
    journey.the_recruiter_reserves_what_is_due()
    standing = standing_of(cast.imperial.pk, 2026)
    assert (standing.posts, standing.reserved) == (3, 1)
    journey.the_academy_offers_to("Greta")
    journey.the_academy_records_the_yes_and_submits("Greta")
    journey.it_is("2026-11-25")
    journey.the_recruiter_decides("Greta", met=True)
    journey.the_recruiter_books("Greta", date(2026, 12, 9))
    journey.it_is("2026-12-09")
    journey.the_interview_is_held_and("Greta", "Appointed")
    journey.it_is("2027-01-18")
    journey.starts_work("Greta", date(2027, 1, 18))
    job = Employment.unscoped.get(candidate=Candidate.unscoped.get(given_name="Greta"))
    assert (job.state, job.started_on, job.employer) == ("started", date(2027, 1, 18), cast.imperial)

"""From a cohort file and a feed file to a counted start, in a browser, with every figure worked out by hand.

Six rows come in a cohort file, one of them wrong. Imperial's advert of three posts comes in a feed with other trusts'
adverts. One post is due, so two interview slots are promised: to Amara, who is appointed and starts, and to Bilal, who
does not meet one criterion. Half a year later the reports are read.
"""

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from audit.acting import Role
from candidates.models import Candidate
from organisations.loading import load_organisations
from organisations.models import Kind, Organisation, PipelineMode
from organisations.policies import load_initial
from pipeline.models import Employment, Referral
from places.loading import load_subset
from programmes.imports.columns import COLUMNS
from tests.browser import assert_accessible, sign_in
from tests.factories.organisations import AgreementFactory, MembershipFactory, OrganisationFactory, UserFactory, accede
from tests.factories.programmes import CohortFactory, ProgrammeFactory
from vacancies.models import Vacancy
from vacancies.services import set_criteria

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FEED = Path(__file__).parents[1] / "vacancies" / "samples" / "nhs_jobs_feed.xml"
LABELS = {column.field: column.label for column in COLUMNS.columns}
READY = {
    "right_to_work": "Any work",
    "work_wanted": "Healthcare support",
    "hours_least": "16",
    "hours_most": "40",
    "shifts": "Weekday days; Evenings; Nights; Weekends",
    "travel_km": "15",
    "start_from": "01/12/2026",
}
TOOK_PART = {"state": "Completed", "started_on": "07/09/2026", "ended_on": "30/10/2026"}
PEOPLE = (
    {"given_name": "Amara", "family_name": "Kaurbridge", "phone": "07700 900201", **TOOK_PART, **READY},
    {"given_name": "Bilal", "family_name": "Okonmere", "phone": "07700 900202", **TOOK_PART, **READY},
    {"given_name": "Carla", "family_name": "Nowakfield", "phone": "07700 900203", **TOOK_PART},
    {
        "given_name": "Dilan",
        "family_name": "Osmanshaw",
        **TOOK_PART,
        "state": "Left early",
        "ended_on": "02/10/2026",
        "leaving_reason": "Found other work",
    },
    {"given_name": "Esra", "family_name": "Patelwood", "state": "Did not start"},
    {"given_name": "Farah", "family_name": "Mensahworth", "date_of_birth": "31/02/2001", **TOOK_PART},
)
CRITERIA = (("Kind and patient with people who are unwell", True), ("Can follow a care plan", True))
MONTHS = (
    *("April 2026", "May 2026", "June 2026", "July 2026", "August 2026", "September 2026", "October 2026"),
    *("November 2026", "December 2026", "January 2027", "February 2027", "March 2027"),
)


def by_month(month, figures, *, otherwise):
    """The rows of a table by month: `figures` in one month and in all, `otherwise` in the others."""
    return {each: figures if each == month else otherwise for each in MONTHS} | {"All": figures}


# Worked by hand, as at 3 May 2027.
# M0: one vacancy of 3 posts was counted, and 1 post reserved, which is a third; 1 of 1 adverts. Nothing is short. Two
# people were decided for the one reserved post, so 1 post was considered; 1 interviewed, 1 appointed.
POSTS = {"Imperial": ["3", "1", "33.3%", "0", "1", "33.3%", "1", "1"]}
ADVERTS = {"Imperial": ["1", "1", "100%", "0", "1", "100%", "1", "1"]}
# M2: Amara, Bilal, Carla and Dilan started on 7 September 2026; Esra did not, and Farah's row was not accepted.
STARTED = by_month("September 2026", ["4", "0"], otherwise=["0", "0"])
# M3: the same four ended in October 2026. 26 weeks after the latest end is 30 April 2027, so nobody is still in time.
# One of four is in work, at the host trust, and of three no job is known. Amara and Bilal may take paid work by what was
# seen; nobody said that they seek work, and 52 weeks are not over.
ENDED = ["4", "0", "4", "1", "25%", "1", "25%", "0", "0", "0", "0", "3"]
NOBODY = ["0", "0", "0", "0", "–", "0", "–", "0", "0", "0", "0", "0"]
CAME_TO = {"Imperial": ENDED}
CAME_TO_BY_MONTH = by_month("October 2026", ENDED, otherwise=NOBODY)
READINGS = {
    "Everybody": [*ENDED, "–"],
    "Those seeking work": [*NOBODY, "–"],
    "Those permitted to work": ["2", "0", "2", "1", "50%", "1", "50%", "0", "0", "0", "0", "1", "–"],
}
HEADLINES = [
    ("33.3%", "of entry-level posts reserved"),
    ("4", "people started a programme"),
    ("25%", "in work within 26 weeks"),
    ("25%", "at work in the host trust"),
]
# To the ICB posts and adverts are exact, and numbers of so few people are not shown.
POSTS_TO_THE_ICB = ["3", "1", "33.3%", "0", "*", "*", "*", "*"]
ADVERTS_TO_THE_ICB = ["1", "1", "100%", "0", "*", "*", "*", "*"]


@dataclass
class Cast:
    """Who signs in, and the records that they find."""

    users: dict = field(default_factory=dict)
    imperial: Organisation = None


@pytest.fixture
def cast():
    """Given a trust that works in this service, a provider and the academy under one agreement, and a cohort."""
    load_subset()
    load_organisations()
    load_initial()
    found = Cast()
    imperial = found.imperial = Organisation.objects.get(code="RYJ")
    imperial.mode = PipelineMode.NATIVE
    imperial.save()
    academy = OrganisationFactory(code="NWLSA", kind=Kind.ACADEMY, short_name="Skills Academy")
    provider = OrganisationFactory(code="99000101", kind=Kind.PROVIDER, short_name="Open Doors")
    icb = Organisation.objects.get(code="Z9B2Z")
    accede(AgreementFactory(), academy, provider, imperial, icb)
    for key, role, organisation in (
        ("academy", Role.ACADEMY, academy),
        ("recruiter", Role.RECRUITER, imperial),
        ("hr", Role.TRUST_HR, imperial),
        ("icb", Role.ICB_ANALYST, icb),
    ):
        found.users[key] = UserFactory(name=key.title())
        MembershipFactory(
            user=found.users[key],
            role=role,
            organisation=organisation,
            starts=date(2026, 9, 1),
            ends=date(2027, 8, 31),
        )
    CohortFactory(
        programme=ProgrammeFactory(name="Ready for the ward", provider=provider),
        name="Autumn 2026",
        host_trust=imperial,
        starts=date(2026, 9, 7),
        ends=date(2026, 10, 30),
    )
    return found


def cohort_file():
    rows = [{"programme": "Ready for the ward", "cohort": "Autumn 2026", **person} for person in PEOPLE]
    text = io.StringIO()
    writer = csv.DictWriter(text, LABELS.values(), restval="")
    writer.writeheader()
    writer.writerows({LABELS[name]: value for name, value in row.items()} for row in rows)
    return {"name": "autumn.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


@pytest.fixture(params=["wide", "phone"])
def people(request, open_page, cast):
    """One browser window for each person: `people("academy")` is theirs, signed in; wide, or a telephone."""
    windows = {}

    def window(key):
        if key not in windows:
            options = {"viewport": {"width": 390, "height": 844}, "has_touch": True} if request.param == "phone" else {}
            windows[key] = open_page(**options)
            sign_in(windows[key], cast.users[key])
        return windows[key]

    return window


def look(page, address):
    page.goto(address)
    assert_accessible(page)


def press(page, name):
    """Press a button or the link that looks like one, and look at what comes."""
    found = page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True))
    follow(page, found.first)


def follow(page, found):
    """Click what leads to another page, and look at it once it is there."""
    with page.expect_navigation():
        found.click()
    assert_accessible(page)


def fill_date(page, name, day):
    for part in ("day", "month", "year"):
        page.locator(f"[name='{name}_{part}'], [name='{name}-{part}']").fill(str(getattr(day, part)))


class Journey:
    """The steps, each named as it would be told."""

    def __init__(self, people, settings, cast):
        self.people, self.settings, self.cast = people, settings, cast

    def it_is(self, day):
        self.settings.FROZEN_TODAY = day

    def the_academy_imports_the_cohort(self):
        page = self.people("academy")
        look(page, "/programmes/import/")
        page.locator("input[type=file]").set_input_files(cohort_file())
        press(page, "Upload and look at it")
        expect(page.get_by_role("row", name="31/02/2001")).to_be_visible()
        page.get_by_label("The good rows").check()
        press(page, "Import")
        expect(page.get_by_role("heading", name="Rows to mend")).to_be_visible()

    def the_same_file_again_changes_nothing(self):
        page = self.people("academy")
        look(page, "/programmes/import/")
        page.locator("input[type=file]").set_input_files(cohort_file())
        press(page, "Upload and look at it")
        expect(page.get_by_text("The very same file was uploaded")).to_be_visible()

    def the_academy_decides_that_is_eligible(self, name):
        page = self.people("academy")
        look(page, f"/people/?q={name}")
        address = Candidate.unscoped.get(given_name=name).get_absolute_url()
        expect(page.locator(f"a[href='{address}']").first).to_be_visible()
        look(page, address)
        look(page, f"{address}eligibility/")
        page.get_by_label("Pre-work programme").check()
        page.get_by_label("Evidence you saw").fill("Register of the cohort")
        press(page, "Decide: eligible")

    def the_recruiter_imports_the_feed(self):
        page = self.people("recruiter")
        look(page, "/vacancies/import/")
        page.locator("input[type=file]").set_input_files(FEED)
        press(page, "Read the file")
        page.locator("[name^='posts-']").fill("3")
        page.locator("[name^='band-']").select_option("2")
        press(page, "Import")
        self.vacancy = Vacancy.unscoped.get(nhs_jobs_reference="C9333-26-1201")
        # The feed carries no person specification; the advert's page does.
        set_criteria(vacancy=self.vacancy, criteria=CRITERIA)

    def the_recruiter_reserves_what_is_due(self):
        page = self.people("recruiter")
        look(page, "/")
        look(page, self.vacancy.get_absolute_url())
        look(page, f"{self.vacancy.get_absolute_url()}reserve/")
        expect(page.get_by_label("Posts to reserve")).to_have_value("1")
        press(page, "Save the decision")

    def the_academy_offers_to(self, name):
        page = self.people("academy")
        look(page, f"/match/vacancies/{self.vacancy.reference}/")
        follow(page, page.get_by_role("link", name="Offer an interview").filter(has_text=name))
        press(page, "Offer the interview")

    def referral_of(self, name):
        return Referral.unscoped.get(candidate__given_name=name)

    def the_academy_records_the_yes_and_submits(self, name):
        page = self.people("academy")
        address = self.referral_of(name).get_absolute_url()
        look(page, address)
        press(page, "Record a yes")
        page.get_by_label("By telephone").check()
        press(page, "Save")
        press(page, "Submit to the trust")
        for box in page.locator("textarea[name^='evidence_']").all():
            box.fill("Looked after a relative for two years, and can say how.")
        page.get_by_label("The candidate has agreed to send this").check()
        press(page, "Save")

    def the_recruiter_sees_only_the_neutral_code_of(self, name):
        page = self.people("recruiter")
        referral = self.referral_of(name)
        look(page, referral.get_absolute_url())
        words = page.locator("main").inner_text()
        assert referral.candidate.neutral_code in words
        for hidden in (name, referral.candidate.family_name, "Ready for the ward", "Open Doors", "Autumn 2026"):
            assert hidden not in words

    def the_recruiter_decides(self, name, *, met):
        page = self.people("recruiter")
        look(page, f"{self.referral_of(name).get_absolute_url()}decide/")
        for number, group in enumerate(page.locator("fieldset:has(input[name^='met_'])").all()):
            group.locator(f"input[value='{'yes' if met or number else 'no'}']").check()
        if not met:
            page.locator("input[name^='reason_']").first.fill("No example of patience was given.")
        press(page, "Save")

    def the_recruiter_books(self, name, day):
        page = self.people("recruiter")
        look(page, f"{self.referral_of(name).get_absolute_url()}book/")
        expect(page.get_by_text(name).first).to_be_visible()
        fill_date(page, "first_day", day)
        page.get_by_label("First time offered: time").fill("10:30")
        page.get_by_label("Where").fill("St Mary's Hospital, main entrance")
        press(page, "Save")

    def the_interview_is_held_and(self, name, outcome):
        page = self.people("recruiter")
        address = self.referral_of(name).get_absolute_url()
        look(page, f"{address}held/")
        press(page, "Save")
        look(page, f"{address}outcome/")
        page.get_by_label(outcome, exact=True).check()
        page.get_by_label("Feedback for the candidate").fill("Clear examples and a warm manner.")
        press(page, "Save")

    def starts_work(self, name, day):
        page = self.people("recruiter")
        address = Employment.unscoped.get(candidate__given_name=name).get_absolute_url()
        look(page, address)
        look(page, f"{address}start/")
        fill_date(page, "on", day)
        press(page, "Save")


def table_of(page, key):
    """The cells of one table of the reports, by row: what a reader sees once it is open, words for the ear left out."""
    page.locator("main").evaluate("main => main.querySelectorAll('details').forEach(each => { each.open = true })")
    rows = page.locator(f"#{key}").locator("xpath=(descendant::table | following::table)[1]").locator("tbody tr").all()
    return {
        row.locator("th").inner_text().strip(): [
            cell.evaluate(
                "cell => { const copy = cell.cloneNode(true);"
                " copy.querySelectorAll('.nhsuk-u-visually-hidden').forEach(each => each.remove());"
                " return copy.textContent.trim(); }"
            )
            for cell in row.locator("td").all()
        ]
        for row in rows
    }


def headlines_of(page):
    """Value and label of each figure at the top."""
    return [
        tuple(figure.locator(f".anchor-figure__{part}").inner_text().strip() for part in ("value", "label"))
        for figure in page.locator(".anchor-figures").first.locator(".anchor-figure").all()
    ]


def test_from_a_cohort_file_to_a_counted_start(people, settings, cast):
    journey = Journey(people, settings, cast)
    # Given a cohort that was imported, and two people found eligible
    journey.the_academy_imports_the_cohort()
    journey.the_same_file_again_changes_nothing()
    journey.the_academy_decides_that_is_eligible("Amara")
    journey.the_academy_decides_that_is_eligible("Bilal")
    # and a vacancy from the feed, on which what is due was reserved
    journey.the_recruiter_imports_the_feed()
    journey.the_recruiter_reserves_what_is_due()
    # when both are put forward
    for name in ("Amara", "Bilal"):
        journey.the_academy_offers_to(name)
        journey.the_academy_records_the_yes_and_submits(name)
        journey.the_recruiter_sees_only_the_neutral_code_of(name)
    # and one is interviewed, appointed and starts
    journey.it_is("2026-11-25")
    journey.the_recruiter_decides("Bilal", met=False)
    journey.the_recruiter_decides("Amara", met=True)
    journey.the_recruiter_books("Amara", date(2026, 12, 9))
    journey.it_is("2026-12-09")
    journey.the_interview_is_held_and("Amara", "Appointed")
    journey.it_is("2027-01-18")
    journey.starts_work("Amara", date(2027, 1, 18))
    # then half a year later every figure is what was worked out by hand
    journey.it_is("2027-05-03")
    hr = people("hr")
    look(hr, "/reports/?year=2026")
    assert headlines_of(hr) == HEADLINES
    assert table_of(hr, "m0-posts") == POSTS
    assert table_of(hr, "m0-adverts") == ADVERTS
    assert table_of(hr, "m2-months") == STARTED
    assert table_of(hr, "m3-trusts") == CAME_TO
    assert table_of(hr, "m3-readings") == READINGS
    assert table_of(hr, "m3-months") == CAME_TO_BY_MONTH
    # and the ICB sees the same posts and adverts, and no number of so few people
    icb = people("icb")
    look(icb, "/reports/?year=2026")
    for key, figures in (("m0-posts", POSTS_TO_THE_ICB), ("m0-adverts", ADVERTS_TO_THE_ICB)):
        table = table_of(icb, key)
        assert (table["Imperial"], table["North West London"]) == (figures, figures)
    assert {cells[0] for cells in table_of(icb, "m2-months").values()} == {"*"}
    words = icb.locator("main").inner_text()
    assert [person["family_name"] for person in PEOPLE if person["family_name"] in words] == []

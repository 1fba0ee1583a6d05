"""An advert's page: the sample's exact values, the quirks of the live page, and hostile pages."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vacancies.samples_of import sample
from vacancies.banding import Band
from vacancies.sources.advert_page import LONGEST_OVERVIEW, AdvertPage, Criterion, read_advert
from vacancies.sources.contract import Contract
from vacancies.sources.faults import FeedRefused

SAMPLE = sample("nhs_jobs_advert.html")

# The quirks of the live page: a paragraph that is never closed, everything twice, a band apart from its scheme, ids on
# each criterion, a narrow copy without its headings. Written for this test; the words are made up.
SPECIFICATION = """
<h2>Person Specification</h2><h3 id="skill_category_1">Qualifications</h3>
<h4>Essential</h4><ul><li id="essential_skill_1_criteria_1">GCSE  English
 or equal</li></ul><h4>Desirable</h4><ul><li id="desirable_skill_1_criteria_1">Care Certificate</li></ul>
<h3>Experience</h3><h4>Essential:</h4><ul><li>Working with the public</li><li>Working in a team</li></ul>
"""
LIVE = f"""<!DOCTYPE html><html><body><main>
<span id="employer_name">West London NHS Trust</span><h1 id="heading">Ward Clerk</h1>
<p id="closing_date"><strong>The closing date is 01 September 2026</strong></p>
<p id="job_overview"><p>You greet patients.</p><p>You answer calls.</p>
<h3>Main duties</h3><p id="job_description">You do other things.
<div class="show-mobile"><p id="date_posted">11 August 2026</p><p id="payscheme-type">Agenda for change</p>
<p id="payscheme-band">Band 3</p><p id="range_salary">&pound;30,462 to &pound;32,178 a year
 per annum, pro rata</p><p id="contract_type">Fixed term</p><h3 id="working_pattern_heading">Pattern</h3>
<p><span>Full-time</span>, <span>Job share</span>, Full-time</p><p id="trac-job-reference">350-AB-26</p>
<p id="employer_postcode"></p></div>
<div class="hide-mobile"><p id="date_posted">11 August 2026</p><p id="employer_postcode">UB1 3EU</p></div>
{SPECIFICATION}<details><summary>Person Specification</summary>{SPECIFICATION}</details>
<ul><li id="essential_skill_1_criteria_1">GCSE English or equal</li></ul>
<h2>Disclosure and Barring Service Check</h2><h4>Essential</h4><ul><li>Not a criterion</li></ul>
<h3 id="uk-registration">UK Registration</h3><p>Applicants must have current UK professional registration.</p>
</main></body></html>""".encode()


def page_with(body: str) -> bytes:
    return f'<main><p id="employer_name">West London NHS Trust</p>{body}</main>'.encode()


def essential(body: str) -> list[str]:
    return [criterion.text for criterion in read_advert(page_with(body)).essential]


class TestTheSample:
    def test_every_value(self):
        assert read_advert(SAMPLE) == AdvertPage(
            title="Healthcare Support Worker",
            employer="Imperial College Healthcare NHS Trust",
            overview="Made-up overview.",
            closes=date(2026, 12, 4),
            posted=date(2026, 11, 20),
            pay_scheme="Band 2",
            band=Band(2),
            salary_text="£30,866 a year inc HCAS",
            salary_min=Decimal(30866),
            salary_max=Decimal(30866),
            salary_unit="year",
            contract=Contract("Permanent", "permanent"),
            patterns=("Full-time", "Part-time", "Flexible working"),
            trac_reference="290-MIC-1234",
            postcode="W2 1NY",
            registration_required=None,
            essential=(
                Criterion(
                    "Functional Skills Level 1 in English and maths, or willing to work towards it", "Qualifications"
                ),
            ),
            desirable=(Criterion("Care Certificate", "Qualifications"),),
            problems=(),
        )

    def test_no_contact_is_read(self):
        assert "sample@example.test" not in repr(read_advert(SAMPLE))


class TestTheLivePage:
    def test_every_value(self):
        assert read_advert(LIVE) == AdvertPage(
            title="Ward Clerk",
            employer="West London NHS Trust",
            overview="You greet patients. You answer calls.",
            closes=date(2026, 9, 1),
            posted=date(2026, 8, 11),
            pay_scheme="Agenda for change",
            band=Band(3),
            salary_text="£30,462 to £32,178 a year per annum, pro rata",
            salary_min=Decimal(30462),
            salary_max=Decimal(32178),
            salary_unit="year",
            contract=Contract("Fixed term", "fixed"),
            patterns=("Full-time", "Job share"),
            trac_reference="350-AB-26",
            postcode="UB1 3EU",
            registration_required=True,
            essential=(
                Criterion("GCSE English or equal", "Qualifications"),
                Criterion("Working with the public", "Experience"),
                Criterion("Working in a team", "Experience"),
            ),
            desirable=(Criterion("Care Certificate", "Qualifications"),),
        )


class TestCriteria:
    def test_the_same_words_in_another_case_are_one(self):
        assert essential(
            "<h2>Person Specification</h2><h4>Essential</h4><li>Team player</li><li>TEAM  PLAYER</li>"
        ) == ["Team player"]

    def test_lists_outside_the_specification_are_not_criteria(self):
        assert essential("<h2>About us</h2><h4>Essential</h4><ul><li>Our values</li></ul>") == []

    def test_a_list_without_its_level_is_not_a_criterion(self):
        assert essential("<h2>Person Specification</h2><h3>Skills</h3><ul><li>Something</li></ul>") == []

    def test_a_new_category_needs_its_own_level(self):
        spec = "<h2>Person Specification</h2><h4>Essential</h4><li>One</li><h3>Benefits</h3><ul><li>Parking</li></ul>"
        assert essential(spec) == ["One"]

    def test_an_item_may_say_its_level_itself(self):
        page = read_advert(page_with('<h2>Skills</h2><ul><li id="desirable_skill_2_criteria_11">Typing</li></ul>'))
        assert (page.essential, page.desirable) == ((), (Criterion("Typing", ""),))

    def test_items_that_are_never_closed(self):
        assert essential("<h2>Person Specification</h2><h4>Essential</h4><ul><li>One<li>Two <b>bold</b></ul>") == [
            "One",
            "Two bold",
        ]

    def test_nested_items_are_criteria_of_their_own(self):
        nested = "<h2>Person Specification</h2><h4>Essential</h4><ul><li>Skills: <ul><li>Typing</li></ul></li></ul>"
        assert essential(nested) == ["Skills:", "Typing"]

    def test_none_is_said(self):
        assert [str(problem) for problem in read_advert(page_with("")).problems] == [
            "Person Specification: No essential criteria were found. Type them in, so that each can be ticked."
        ]


class TestGaps:
    def test_a_page_with_a_name_only(self):
        page = read_advert(page_with("<h1>Porter</h1>"))
        assert (page.title, page.employer, page.closes, page.band, page.essential) == (
            "Porter",
            "West London NHS Trust",
            None,
            None,
            (),
        )

    def test_a_date_that_cannot_be_read(self):
        page = read_advert(page_with('<p id="closing_date">The closing date is soon</p>'))
        assert (page.closes, str(page.problems[0])) == (
            None,
            "closing_date: “soon” is not a date. Give it on the page of the vacancy.",
        )

    def test_pay_upside_down(self):
        page = read_advert(page_with('<p id="range_salary">£32,178 to £30,462</p>'))
        assert (page.salary_min, page.salary_text, page.problems[0].where) == (None, "£32,178 to £30,462", "salary")

    def test_a_long_overview_is_cut(self):
        page = read_advert(page_with(f'<p id="job_overview">{"word " * 9000}</p>'))
        assert len(page.overview) == LONGEST_OVERVIEW

    def test_another_pay_scheme_has_no_band(self):
        page = read_advert(page_with('<p id="payscheme-type">Hospital medical and dental staff</p>'))
        assert (page.pay_scheme, page.band) == ("Hospital medical and dental staff", None)


class TestRefusals:
    def refusal(self, data):
        with pytest.raises(FeedRefused) as caught:
            read_advert(data)
        return caught.value.sentence

    @pytest.mark.parametrize("data", [b"<html><body>Sign in</body></html>", b"plain words", b"{}", b"<nhsJobs/>"])
    def test_another_page(self, data):
        assert self.refusal(data) == (
            "This is not an advert's page saved from NHS Jobs: the names of its parts are missing. "
            "Open the advert, save the page and choose that file."
        )

    def test_empty(self):
        assert self.refusal(b"").startswith("The file is empty.")

    def test_a_pdf_of_the_page(self):
        assert self.refusal(b"%PDF-1.7 id=employer_name").startswith("This is a PDF, not an advert's page")

    @pytest.mark.parametrize(
        "page",
        [
            page_with("<li>" * 40_000),
            page_with("<h2>" * 40_000),
            page_with("<b>" * 60_000),
            page_with("x" * 6_000_000),
        ],
    )
    def test_hostile_pages_are_refused(self, page):
        assert self.refusal(page).endswith(".")

    @pytest.mark.parametrize(
        "piece", ["<p id=", "<![", "<!--", "&#", "</li>", "<h2>Person Specification</h2><li>", "<li></li>"]
    )
    def test_hostile_pages_are_answered(self, piece):
        self.only_its_own(page_with(piece * 12_000))

    @given(st.binary(max_size=200))
    def test_any_bytes(self, data):
        self.only_its_own(data)

    @given(st.text(alphabet="<>!?[]/-=\"'& \nabhlip234d", max_size=200))
    def test_any_markup_behind_a_known_id(self, text):
        self.only_its_own(page_with(text))

    @given(st.integers(0, len(LIVE)), st.integers(0, len(LIVE)))
    def test_any_part_cut_out(self, start, end):
        self.only_its_own(LIVE[: min(start, end)] + LIVE[max(start, end) :])

    def only_its_own(self, data):
        try:
            page = read_advert(data)
        except FeedRefused:
            return
        assert all(criterion.text for criterion in page.essential + page.desirable)

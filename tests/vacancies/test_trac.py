"""TRAC rows: the samples' exact values, each word that a trust may use, each fault."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vacancies.samples_of import sample
from vacancies.banding import Band
from vacancies.sources.contract import Contract
from vacancies.sources.rows import guess, mapped
from vacancies.sources.trac import (
    APPLICATION_HEADINGS,
    CHECKS,
    VACANCY_HEADINGS,
    TracApplication,
    TracVacancy,
    read_application,
    read_vacancy,
)

VACANCY = {"reference": "290-MIC-1234", "title": "Healthcare Support Worker"}
APPLICATION = {"application_id": "AR-2611-000001"}


def rows_of(name, synonyms):
    rows = list(csv.DictReader(io.StringIO(sample(name).decode())))
    return [mapped(row, guess(row, synonyms)) for row in rows]


def vacancy(**values) -> TracVacancy:
    result = read_vacancy({**VACANCY, **values}, where="Row 2")
    assert result.problems == ()
    return result.value


def application(**values) -> TracApplication:
    result = read_application({**APPLICATION, **values}, where="Row 2")
    assert result.problems == ()
    return result.value


class TestVacancySample:
    def test_every_heading_is_guessed(self):
        headings = sample("trac_vacancies_UNVERIFIED.csv").decode().splitlines()[0].split(",")
        assert guess(headings, VACANCY_HEADINGS) == {
            "Vacancy reference": "reference",
            "Employer": "employer",
            "Department": "department",
            "Cost centre": "cost_centre",
            "ESR position number": "position_number",
            "Job title": "title",
            "Grade": "grade",
            "Staff group": "staff_group",
            "Contract": "contract",
            "Hours": "hours",
            "Number of posts": "posts",
            "Recruitment type": "recruitment_type",
            "Authorised date": "authorised",
            "Published date": "published",
            "Closing date": "closes",
            "Shortlisting complete": "shortlisted",
            "Interview date": "interview",
            "Stage": "stage",
        }

    def test_every_value(self):
        (row,) = rows_of("trac_vacancies_UNVERIFIED.csv", VACANCY_HEADINGS)
        result = read_vacancy(row, where="Row 2")
        assert result.problems == ()
        assert result.value == TracVacancy(
            reference="290-MIC-1234",
            title="Healthcare Support Worker",
            employer="Imperial College Healthcare NHS Trust",
            department="Medicine",
            cost_centre="M12345",
            position_number="1000001",
            grade="NHS AfC: Band 2",
            band=Band(2),
            site="",
            staff_group="Additional Clinical Services",
            contract=Contract("Permanent", "permanent"),
            hours=Decimal("37.5"),
            posts=4,
            recruitment_type="partnership",
            authorised=date(2026, 11, 16),
            published=date(2026, 11, 20),
            closes=date(2026, 12, 4),
            shortlisted=None,
            interview=None,
            stage_raw="Advertised",
            stage="open",
        )


class TestApplicationSample:
    def test_the_name_is_the_only_column_left(self):
        headings = sample("trac_applicants_UNVERIFIED.csv").decode().splitlines()[0].split(",")
        assert set(headings) - set(guess(headings, APPLICATION_HEADINGS)) == {"Applicant name"}

    def test_every_value(self):
        (row,) = rows_of("trac_applicants_UNVERIFIED.csv", APPLICATION_HEADINGS)
        result = read_application(row, where="Row 2")
        assert result.problems == ()
        assert result.value == TracApplication(
            application_id="AR-2611-000001",
            vacancy_reference="290-MIC-1234",
            guaranteed_interview=True,
            stage_raw="Offer: Conditional",
            shortlisting="meets",
            interview=date(2026, 12, 11),
            attended=True,
            outcome="appointed",
            offer="conditional",
            offered=date(2026, 12, 14),
            start=None,
            checks=(
                ("identity", "complete"),
                ("right_to_work", "complete"),
                ("referees", "with candidate"),
                ("qualifications", "not required"),
                ("health", "complete"),
                ("dbs", "with third party"),
            ),
        )

    def test_the_name_is_nowhere(self):
        (row,) = rows_of("trac_applicants_UNVERIFIED.csv", APPLICATION_HEADINGS)
        assert "Amina" not in repr(read_application({**row, "name": "Amina Example"}, where="Row 2"))


class TestVacancyWords:
    @pytest.mark.parametrize(
        ("grade", "title", "band"),
        [
            ("NHS AfC: Band 2", "Porter", Band(2)),
            ("NHS AfC: Band 8a", "Manager", Band(8, "a")),
            ("", "Porter - Band 3", Band(3)),
            ("Medical and Dental", "Porter - Band 3", None),
            ("", "Porter", None),
        ],
    )
    def test_bands(self, grade, title, band):
        assert vacancy(grade=grade, title=title).band == band

    @pytest.mark.parametrize(
        ("written", "kind"),
        [
            ("External", "external"),
            ("External Partnership", "partnership"),
            ("NHSE - Internal only recruitment", "internal"),
            ("Restricted recruitment", "restricted"),
            ("Retire & Return", "restricted"),
            ("", ""),
        ],
    )
    def test_recruitment_types(self, written, kind):
        assert vacancy(recruitment_type=written).recruitment_type == kind

    @pytest.mark.parametrize(
        ("written", "stage"),
        [
            ("Draft", "draft"),
            ("Awaiting authorisation", "draft"),
            ("Advertised", "open"),
            ("Closed", "closed"),
            ("Shortlisting", "shortlisting"),
            ("Interview", "interviewing"),
            ("Offer: Conditional", "interviewing"),
            ("Complete", "finished"),
            ("Withdrawn", "withdrawn"),
            ("Cancelled while advertised", "withdrawn"),
            ("Something new", ""),
        ],
    )
    def test_stages(self, written, stage):
        assert (vacancy(stage=written).stage, vacancy(stage=written).stage_raw) == (stage, written)

    @pytest.mark.parametrize("field", ["authorised", "published", "closes", "shortlisted", "interview"])
    def test_a_date_cell_of_a_workbook(self, field):
        assert getattr(vacancy(**{field: date(2026, 12, 4)}), field) == date(2026, 12, 4)


class TestVacancyFaults:
    @pytest.mark.parametrize("field", ["reference", "title"])
    def test_left_out(self, field):
        result = read_vacancy({**VACANCY, field: " "}, where="Row 2", headings={field: "Their heading"})
        assert result.value is None
        assert [(str(p), p.skipped) for p in result.problems] == [
            (
                "Row 2, column “Their heading”: It is missing, so the row was left out. Fill it in and import the "
                "file again.",
                True,
            )
        ]

    @pytest.mark.parametrize(
        ("field", "value", "what"),
        [
            ("posts", "0", "“0” is not a whole number of at least 1."),
            ("posts", "1.5 WTE", "“1.5 WTE” is not a number."),
            ("posts", "1.5", "“1.5” is not a whole number of at least 1."),
            ("hours", "full time", "“full time” is not a number."),
            ("closes", "31/11/2026", "“31/11/2026” is not a day that exists (day/month/year)."),
            ("recruitment_type", "Apprentices", "“Apprentices” is not understood."),
            ("position_number", "1.0E+06", "“1.0E+06” was shortened by Excel and its digits are lost."),
        ],
    )
    def test_the_row_is_kept_and_the_fault_said(self, field, value, what):
        result = read_vacancy({**VACANCY, field: value}, where="Row 2")
        assert [problem.what for problem in result.problems] == [what]
        assert not result.problems[0].skipped
        assert getattr(result.value, field) in (None, "")

    def test_it_closes_before_it_is_published(self):
        result = read_vacancy({**VACANCY, "published": "04/12/2026", "closes": "03/12/2026"}, where="Row 2")
        assert [p.what for p in result.problems] == [
            "It closes (3 December 2026) before it was published (4 December 2026)."
        ]
        assert result.value.closes == date(2026, 12, 3)

    def test_it_may_close_on_the_day_it_is_published(self):
        assert vacancy(published="04/12/2026", closes="04/12/2026").closes == date(2026, 12, 4)


class TestApplicationWords:
    @pytest.mark.parametrize(
        ("written", "result"),
        [
            ("Shortlisted", "meets"),
            ("Y", "meets"),
            ("Not shortlisted", "does not meet"),
            ("N", "does not meet"),
            ("Reserve list", "reserve"),
            ("Pending", ""),
            ("", ""),
        ],
    )
    def test_shortlisting(self, written, result):
        assert application(shortlisting=written).shortlisting == result

    @pytest.mark.parametrize(
        ("written", "attended"), [("Y", True), ("DNA", False), ("Did not attend", False), ("", None)]
    )
    def test_attendance(self, written, attended):
        assert application(attended=written).attended is attended

    @pytest.mark.parametrize(
        ("stage", "offer", "outcome"),
        [
            ("Offer: Conditional", "conditional", "appointed"),
            ("Offer: Unconditional", "unconditional", "appointed"),
            ("Started", "started", "appointed"),
            ("Offer withdrawn", "withdrawn", ""),
            ("Reserve", "", "reserve"),
            ("Interview: Unsuccessful", "", "not appointed"),
            ("Interview: Not appointable", "", "not appointed"),
            ("Shortlisting", "", ""),
            ("", "", ""),
        ],
    )
    def test_stage(self, stage, offer, outcome):
        read = application(stage=stage)
        assert (read.offer, read.outcome) == (offer, outcome)

    @pytest.mark.parametrize(
        ("stage", "withdrawn", "offer"),
        [
            ("Withdrawn", True, ""),
            ("Withdrawn by candidate", True, ""),
            ("Withdrew before interview", True, ""),
            ("Withdrawn after offer", False, "withdrawn"),
            ("Offer: Conditional - withdrawn", False, "withdrawn"),
        ],
    )
    def test_who_withdrew(self, stage, withdrawn, offer):
        read = application(stage=stage)
        assert (read.withdrawn, read.offer, read.outcome, read.stage_known) == (withdrawn, offer, "", True)

    @pytest.mark.parametrize(
        ("stage", "shortlisting"),
        [
            ("Shortlisted", "meets"),
            ("Not shortlisted", "does not meet"),
            ("Shortlisting: Unsuccessful", "does not meet"),
            ("Shortlisting", ""),
        ],
    )
    def test_the_stage_may_say_whether_they_were_shortlisted(self, stage, shortlisting):
        read = application(stage=stage)
        assert (read.shortlisting, read.outcome) == (shortlisting, "")

    def test_a_stage_of_which_nothing_is_known(self):
        assert [application(stage=stage).stage_known for stage in ("Talent pool", "Rejected", "New")] == [
            False,
            False,
            True,
        ]
        assert application(stage="Rejected", shortlisting="Not shortlisted").stage_known

    @pytest.mark.parametrize("stage", ["Interview", "Reserve"])
    def test_an_outcome_column_goes_before_the_stage(self, stage):
        assert application(stage=stage, outcome="Not appointed").outcome == "not appointed"

    def test_an_offer_date_is_an_offer(self):
        read = application(stage="Interview", offered="14/12/2026")
        assert (read.offer, read.outcome, read.offered) == ("conditional", "appointed", date(2026, 12, 14))


class TestHealthAndDbsAreLockedUntilAnOffer:
    ALL_COMPLETE = dict.fromkeys(CHECKS, "Complete")

    def test_before_an_offer_they_are_not_read(self):
        result = read_application({**APPLICATION, **self.ALL_COMPLETE, "stage": "Interview"}, where="Row 2")
        assert result.value.checks == tuple(
            (check, "complete") for check in ("identity", "right_to_work", "referees", "qualifications")
        )
        assert [str(problem) for problem in result.problems] == [
            f"Row 2, column “{check}”: It was not read: there is no conditional offer yet. "
            "Nothing to do; health and DBS are read after an offer only."
            for check in ("health", "dbs")
        ]

    @pytest.mark.parametrize("stage", ["Offer: Conditional", "Offer: Unconditional", "Started"])
    def test_after_an_offer_they_are(self, stage):
        assert application(**self.ALL_COMPLETE, stage=stage).checks == tuple((check, "complete") for check in CHECKS)

    def test_after_a_withdrawn_offer_they_are_not(self):
        result = read_application({**APPLICATION, "dbs": "Complete", "stage": "Offer withdrawn"}, where="Row 2")
        assert result.value.checks == ()


class TestApplicationFaults:
    def test_without_an_id(self):
        result = read_application({"stage": "Interview"}, where="Row 2")
        assert result.value is None
        assert [str(problem) for problem in result.problems] == [
            "Row 2, column “application id”: It is missing, so the row was left out. Export the file with the "
            "application ID."
        ]

    @pytest.mark.parametrize("field", ["shortlisting", "attended", "guaranteed_interview", "identity"])
    def test_a_word_that_is_not_known(self, field):
        result = read_application({**APPLICATION, field: "sideways"}, where="Row 2")
        assert [problem.what for problem in result.problems] == ["“sideways” is not understood."]
        assert result.value.application_id == "AR-2611-000001"


ANY_CELL = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(), st.text(max_size=40)
)


@given(st.dictionaries(st.sampled_from(sorted({*VACANCY_HEADINGS.values(), *APPLICATION_HEADINGS.values()})), ANY_CELL))
def test_any_cells_give_a_row_or_a_reason(values):
    for read in (read_vacancy, read_application):
        result = read(values, where="Row 2")
        assert result.value is not None or any(problem.skipped for problem in result.problems)


def test_headings_are_written_plainly():
    for table in (VACANCY_HEADINGS, APPLICATION_HEADINGS):
        assert [
            heading for heading in table if guess([heading.upper()], table) != {heading.upper(): table[heading]}
        ] == []

"""Days that cannot be: nothing a trust does lies before it had the referral, and nothing that is done lies ahead."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.clock import pretend, today
from audit.mover import Refused
from pipeline.appointments import book, candidate_absent, hold_interview, start
from pipeline.models import Interview, Referral
from pipeline.rules import A_YEAR, check_after_submission, check_decision_day, check_interview_day
from pipeline.services import decide
from tests.factories.pipeline import EmploymentFactory, InterviewFactory, ReferralFactory, at_ten
from tests.pipeline.test_imports import row, said, take

TODAY = date(2026, 11, 23)
SUBMITTED = date(2026, 11, 19)
BEFORE = "18 November 2026 is before {} was submitted, on 19 November 2026. Check the date."
FAR = "24 November 2027 is more than a year away. Check the year."


def refused(do, *args, **facts):
    with pytest.raises(Refused) as refusal:
        do(*args, **facts)
    return str(refusal.value)


@pytest.fixture
def promised(vacancy, ama):
    """Submitted on 19/11, four days ago."""
    return ReferralFactory(candidate=ama, vacancy=vacancy, state="meets")


class TestBooking:
    """The rule is the verb's: a file or another page cannot get round it."""

    @pytest.mark.parametrize(("days", "sentence"), [(-5, BEFORE), (366 + 1, "25 November 2027 is more than")])
    def test_a_day_that_cannot_be(self, promised, recruiter, days, sentence):
        said = refused(book, referral=promised, at=at_ten(days), by=recruiter)
        assert said.startswith(sentence.format(promised.reference))
        assert Interview.unscoped.count() == 0

    @pytest.mark.parametrize("days", [-4, 0, 366])
    def test_the_last_days_that_can_be(self, promised, recruiter, days):
        assert book(referral=promised, at=at_ten(days), by=recruiter).state == "booked"

    def test_the_other_time_is_asked_too(self, promised, recruiter):
        assert refused(book, referral=promised, at=at_ten(2), also_offered=at_ten(-5), by=recruiter) == (
            BEFORE.format(promised.reference)
        )
        promised.refresh_from_db()
        assert promised.times_offered == 0

    @pytest.mark.parametrize(("hour", "booked"), [(22, False), (23, True)])
    def test_the_day_is_london_s(self, promised, recruiter, hour, booked):
        """23:30 in Greenwich is the next day in London's summer."""
        promised.submitted_on = date(2026, 7, 2)
        promised.save()
        at = datetime(2026, 7, 1, hour, 30, tzinfo=UTC)
        if not booked:
            assert refused(book, referral=promised, at=at, by=recruiter).startswith("1 July 2026 is before")
        else:
            assert book(referral=promised, at=at, by=recruiter).at == at


class TestHolding:
    @pytest.mark.parametrize("verb", [hold_interview, candidate_absent])
    def test_not_in_the_future(self, promised, recruiter, verb):
        interview = InterviewFactory(referral=promised, at=at_ten(1))
        assert refused(verb, interview=interview, by=recruiter) == (
            "The interview is on 24 November 2026. Record on or after the day whether it was held."
        )

    @pytest.mark.parametrize(
        ("on", "sentence"),
        [
            (
                date(2026, 11, 24),
                "The interview is on 24 November 2026. Record on or after the day whether it was held.",
            ),
            (date(2026, 11, 18), BEFORE),
        ],
    )
    def test_nor_on_a_day_that_is_said(self, promised, recruiter, on, sentence):
        interview = InterviewFactory(referral=promised, at=at_ten(0))
        assert refused(hold_interview, interview=interview, by=recruiter, on=on) == (
            sentence.format(promised.reference)
        )
        interview.refresh_from_db()
        assert interview.state == "booked"

    def test_today_is_soon_enough(self, promised, recruiter):
        held = hold_interview(interview=InterviewFactory(referral=promised, at=at_ten(0)), by=recruiter)
        assert (held.state, Referral.unscoped.get().kept_on) == ("held", TODAY)


class TestDeciding:
    @pytest.mark.parametrize(
        ("on", "sentence"),
        [
            (date(2026, 11, 18), BEFORE),
            (date(2026, 11, 24), "24 November 2026 is still to come. Give the day on which it was decided."),
        ],
    )
    def test_a_day_that_cannot_be(self, referral, recruiter, on, sentence):
        assert refused(decide, referral=referral, on=on, by=recruiter) == sentence.format(referral.reference)

    @pytest.mark.parametrize("on", [SUBMITTED, TODAY])
    def test_the_first_and_the_last(self, referral, recruiter, on):
        assert decide(referral=referral, on=on, by=recruiter).decided_on == on


class TestStarting:
    def test_not_before_the_person_was_submitted(self, vacancy, ama, recruiter):
        referral = ReferralFactory(candidate=ama, vacancy=vacancy, state="kept")
        job = EmploymentFactory(candidate=ama, vacancy=vacancy, referral=referral)
        assert refused(start, employment=job, on=date(2026, 11, 18), by=recruiter) == BEFORE.format(referral.reference)
        assert start(employment=job, on=SUBMITTED, by=recruiter).started_on == SUBMITTED

    def test_a_job_without_a_referral_has_no_such_day(self, vacancy, ama, recruiter):
        job = EmploymentFactory(candidate=ama, vacancy=vacancy)
        assert start(employment=job, on=date(2026, 9, 1), by=recruiter).state == "started"


class TestTrac:
    """TRAC's file is asked the same: the row is a problem that says what to mend, and nothing of it is written."""

    @pytest.fixture
    def trac(self, vacancy, ama):
        return ReferralFactory(candidate=ama, vacancy=vacancy, mode="trac", trac_application_id="AR-1")

    def test_an_interview_before_the_submission(self, trac, recruiter):
        job = take(recruiter, row(Shortlist_result="Shortlisted", Interview_date="18/11/2026"))
        assert said(job) == [(2, "refused", "", BEFORE.format(trac.reference))]
        trac.refresh_from_db()
        assert (trac.state, trac.interviews.count()) == ("submitted", 0)

    def test_the_mended_row_is_taken(self, trac, recruiter):
        take(recruiter, row(Shortlist_result="Shortlisted", Interview_date="18/11/2026"))
        job = take(recruiter, row(Shortlist_result="Shortlisted", Interview_date="19/11/2026"))
        assert job.counts["changed"] == 1
        trac.refresh_from_db()
        assert (trac.state, trac.interviews.get().at.date()) == ("meets", SUBMITTED)

    def test_a_first_day_before_the_submission(self, trac, recruiter):
        facts = {
            "Stage": "Started",
            "Shortlist result": "Shortlisted",
            "Interview date": "20/11/2026",
            "Interview attended": "Y",
            "Offer: Conditional date": "20/11/2026",
            "Agreed start date": "18/11/2026",
        }
        job = take(recruiter, {"Application ID": "AR-1", **facts})
        assert said(job) == [(2, "refused", "", BEFORE.format(trac.reference))]

    def test_the_other_rows_stand(self, trac, vacancy, recruiter):
        other = ReferralFactory(vacancy=vacancy, mode="trac", trac_application_id="AR-2")
        early = row(Shortlist_result="Shortlisted", Interview_date="18/11/2026")
        job = take(recruiter, early, {"Application ID": "AR-2", "Shortlist result": "Shortlisted"})
        other.refresh_from_db()
        trac.refresh_from_db()
        assert (job.counts["refused"], trac.state, other.state) == (1, "submitted", "meets")


# Without a database: the rules alone, for any day.
DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2029, 12, 31))


def says(check, submitted, day):
    """Whether the rule lets `day` pass, and with what sentence not."""
    try:
        with pretend(at_ten_of(TODAY)):
            check(Referral(reference="REF-1", submitted_on=submitted), day)
    except Refused as refusal:
        return str(refusal)
    return ""


def at_ten_of(day):
    return at_ten(0).replace(year=day.year, month=day.month, day=day.day)


@given(submitted=DAYS, day=DAYS)
def test_what_lies_before_the_submission_is_refused_and_nothing_else(submitted, day):
    assert bool(says(check_after_submission, submitted, day)) == (day < submitted)


@given(submitted=DAYS, day=DAYS)
def test_an_interview_lies_between_the_submission_and_a_year_ahead(submitted, day):
    assert (says(check_interview_day, submitted, day) == "") == (submitted <= day <= TODAY + A_YEAR)


@given(submitted=DAYS, day=DAYS)
def test_a_decision_lies_between_the_submission_and_today(submitted, day):
    assert (says(check_decision_day, submitted, day) == "") == (submitted <= day <= TODAY)


@pytest.mark.parametrize("check", [check_after_submission, check_interview_day, check_decision_day])
def test_without_a_day_of_submission_nothing_is_before_it(check):
    assert says(check, None, TODAY - timedelta(days=900)) == ""


def test_the_words_are_about_the_day_and_the_referral():
    assert says(check_after_submission, SUBMITTED, date(2026, 11, 18)) == BEFORE.format("REF-1")
    assert today() == TODAY

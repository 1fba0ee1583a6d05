"""Interviews, outcomes and jobs: what each verb writes, and each refusal's sentence."""

from datetime import date

import pytest

from audit.mover import Refused
from candidates.models import Check
from pipeline.appointments import (
    agree_start,
    book,
    cancel,
    candidate_absent,
    clear,
    end,
    fall_through,
    hold_interview,
    record_job,
    record_outcome,
    start,
)
from pipeline.models import Employment, Evidence, Interview, Outcome, Result
from pipeline.rules import two_times_offered
from pipeline.services import decide, release
from tests.factories.pipeline import EmploymentFactory, InterviewFactory, OutcomeFactory, ReferralFactory, at_ten
from vacancies.ledger import levels_of
from vacancies.models import Hold


@pytest.fixture
def promised(vacancy, ama, recruiter):
    return decide(referral=ReferralFactory(candidate=ama, vacancy=vacancy), by=recruiter)


def refused(do, **facts):
    with pytest.raises(Refused) as refusal:
        do(**facts)
    return str(refusal.value)


class TestBooking:
    def test_two_times_are_kept(self, promised, recruiter):
        interview = book(referral=promised, at=at_ten(3), also_offered=at_ten(4), place="Room 2", by=recruiter)
        promised.refresh_from_db()
        assert (interview.times_offered, promised.times_offered, two_times_offered(promised)) == (2, 2, True)

    def test_one_time_is_not_enough_for_a_release_to_count(self, promised, recruiter, academy):
        book(referral=promised, at=at_ten(3), by=recruiter)
        released = release(referral=promised, reason="Found work", by=academy)
        assert (released.times_offered, two_times_offered(released)) == (1, False)

    def test_times_add_up_over_bookings(self, promised, recruiter):
        cancel(
            interview=book(referral=promised, at=at_ten(3), by=recruiter), by_candidate=True, reason="Ill", by=recruiter
        )
        book(referral=promised, at=at_ten(5), by=recruiter)
        promised.refresh_from_db()
        assert (promised.times_offered, promised.interviews.count()) == (2, 2)

    def test_the_same_time_twice_is_one(self, promised, recruiter):
        assert refused(book, referral=promised, at=at_ten(3), also_offered=at_ten(3), by=recruiter) == (
            "Offer two different times."
        )

    def test_one_at_a_time(self, promised, recruiter):
        book(referral=promised, at=at_ten(3), by=recruiter)
        assert refused(book, referral=promised, at=at_ten(4), by=recruiter) == (
            "An interview is booked already. Cancel it first, saying who cancelled."
        )

    def test_not_before_meets(self, referral, recruiter):
        assert refused(book, referral=referral, at=at_ten(3), by=recruiter) == (
            f"{referral.reference} is submitted; an interview is booked once it meets."
        )

    def test_the_academy_books_nothing(self, promised, academy):
        assert refused(book, referral=promised, at=at_ten(3), by=academy) == "Only the trust of the vacancy does this."


class TestHeld:
    def test_the_guarantee_is_kept(self, promised, vacancy, recruiter):
        held = hold_interview(interview=book(referral=promised, at=at_ten(-2), by=recruiter), by=recruiter)
        promised.refresh_from_db()
        assert (held.state, promised.state, promised.kept_on) == ("held", "kept", date(2026, 11, 21))
        levels = levels_of([vacancy.pk])[vacancy.pk]
        assert (levels.considered, levels.interviewed, levels.appointed) == (1, 1, 0)
        assert not Hold.unscoped.filter(cleared_at__isnull=True).exists()

    @pytest.mark.parametrize("verb", [hold_interview, candidate_absent])
    def test_not_before_its_day(self, promised, recruiter, verb):
        booked = book(referral=promised, at=at_ten(1), by=recruiter)
        assert refused(verb, interview=booked, by=recruiter) == (
            "The interview is on 24 November 2026. Record on or after the day whether it was held."
        )

    def test_absence_keeps_the_promise_open(self, promised, recruiter):
        candidate_absent(interview=book(referral=promised, at=at_ten(-1), by=recruiter), by=recruiter)
        promised.refresh_from_db()
        assert (promised.state, Hold.unscoped.filter(kind="interview", cleared_at__isnull=True).count()) == ("meets", 1)

    def test_cancelled_by_the_trust_is_its_own_state_and_the_clock_runs_on(self, promised, recruiter):
        by = promised.interview_by
        cancel(
            interview=book(referral=promised, at=at_ten(1), by=recruiter),
            by_candidate=False,
            reason="Ill",
            by=recruiter,
        )
        promised.refresh_from_db()
        assert (Interview.unscoped.get().state, promised.interview_by) == ("off_trust", by)

    def test_only_the_trust_says_that_the_trust_cancelled(self, promised, recruiter, academy):
        booked = book(referral=promised, at=at_ten(1), by=recruiter)
        assert refused(cancel, interview=booked, by_candidate=False, reason="x", by=academy) == (
            "Only the trust of the vacancy does this."
        )


class TestOutcome:
    @pytest.fixture
    def held(self, promised, recruiter):
        return hold_interview(interview=book(referral=promised, at=at_ten(-1), by=recruiter), by=recruiter)

    def test_appointed_is_offered_a_job_and_checks_are_unlocked(self, held, vacancy, ama, recruiter):
        record_outcome(interview=held, result=Result.APPOINTED, feedback="Warm.", by=recruiter)
        job = Employment.unscoped.get()
        assert (job.state, job.candidate, job.employer, job.title, job.band) == (
            "offered",
            ama,
            vacancy.trust,
            "Healthcare support worker",
            2,
        )
        assert sorted(Check.unscoped.values_list("kind", "offer_cause")) == [
            ("dbs", f"pipeline.Employment:{job.pk}"),
            ("health", f"pipeline.Employment:{job.pk}"),
        ]
        assert levels_of([vacancy.pk])[vacancy.pk].appointed == 1

    @pytest.mark.parametrize("result", [Result.RESERVE, Result.NOT_APPOINTED])
    def test_others_are_not(self, held, result, recruiter):
        record_outcome(interview=held, result=result, feedback="Warm.", by_criterion={"1": "Good"}, by=recruiter)
        assert (Employment.unscoped.count(), Outcome.unscoped.get().by_criterion) == (0, {"1": "Good"})

    def test_feedback_is_needed_here(self, held, recruiter):
        assert refused(record_outcome, interview=held, result=Result.RESERVE, feedback=" ", by=recruiter) == (
            "Give feedback: every candidate who was interviewed gets some."
        )

    def test_once(self, held, recruiter):
        record_outcome(interview=held, result=Result.RESERVE, feedback="Warm.", by=recruiter)
        assert refused(record_outcome, interview=held, result=Result.APPOINTED, feedback="x", by=recruiter) == (
            f"The outcome of {held.referral.reference} has been recorded already."
        )

    def test_only_of_a_held_one(self, promised, recruiter):
        booked = book(referral=promised, at=at_ten(1), by=recruiter)
        assert refused(record_outcome, interview=booked, result=Result.RESERVE, feedback="x", by=recruiter) == (
            "Record first that the interview was held."
        )


class TestJob:
    @pytest.fixture
    def job(self, vacancy, ama):
        return EmploymentFactory(candidate=ama, vacancy=vacancy)

    def test_from_offer_to_end(self, job, recruiter):
        job = clear(employment=job, agreed_start=date(2026, 11, 20), by=recruiter)
        job = start(employment=job, on=date(2026, 11, 20), evidence=Evidence.PAYROLL, by=recruiter)
        job = end(employment=job, on=date(2026, 11, 22), reason="Moved away", by=recruiter)
        assert (job.state, job.agreed_start, job.started_on, job.ended_on, job.evidence) == (
            "ended",
            date(2026, 11, 20),
            date(2026, 11, 20),
            date(2026, 11, 22),
            "payroll",
        )

    def test_a_day_to_come_is_agreed_not_recorded(self, job, recruiter):
        assert refused(start, employment=job, on=date(2026, 11, 24), by=recruiter) == (
            "24 November 2026 is still to come. Record the start on or after the day."
        )
        assert agree_start(employment=job, on=date(2026, 11, 24), by=recruiter).agreed_start == date(2026, 11, 24)

    @pytest.mark.parametrize(
        ("on", "sentence"),
        [
            (date(2026, 11, 1), "The job began on 16 November 2026; it cannot end before that."),
            (date(2026, 11, 24), "24 November 2026 is still to come. Record the end on or after the day."),
        ],
    )
    def test_it_ends_after_it_began_and_not_ahead(self, vacancy, recruiter, on, sentence):
        job = EmploymentFactory(vacancy=vacancy, state="started")
        assert refused(end, employment=job, on=on, reason="", by=recruiter) == sentence

    def test_falling_through_stops_its_checks(self, vacancy, ama, recruiter):
        referral = decide(referral=ReferralFactory(candidate=ama, vacancy=vacancy), by=recruiter)
        held = hold_interview(interview=book(referral=referral, at=at_ten(-1), by=recruiter), by=recruiter)
        record_outcome(interview=held, result=Result.APPOINTED, feedback="Warm.", by=recruiter)
        job = Employment.unscoped.get()
        assert refused(fall_through, employment=job, reason="", by=recruiter) == "Say why the offer fell through."
        assert fall_through(employment=job, reason="References", by=recruiter).state == "fell_through"
        assert set(Check.unscoped.values_list("status", flat=True)) == {"not_needed"}

    def test_another_trust_records_nothing(self, job, world):
        assert refused(clear, employment=job, by=world.acting("other_recruiter")) == (
            "Only the employer or the academy records this."
        )


class TestJobFoundElsewhere:
    FACTS = {
        "employer": None,
        "employer_name": "Corner Café",
        "nhs": False,
        "contract": "permanent",
        "evidence": Evidence.OWN_WORD,
        "started_on": date(2026, 11, 2),
        "title": "Barista",
    }

    def test_it_is_in_work_at_once_and_never_twice(self, ama, academy):
        job = record_job(candidate=ama, **self.FACTS, by=academy)
        assert (job.state, job.started_on, job.employer_name) == ("started", date(2026, 11, 2), "Corner Café")
        assert record_job(candidate=ama, **self.FACTS, by=academy) == job

    def test_who_the_employer_is(self, ama, academy):
        assert refused(record_job, candidate=ama, **{**self.FACTS, "employer_name": " "}, by=academy) == (
            "Say who the employer is."
        )

    def test_a_recruiter_records_no_job_of_somebody_elses(self, ama, recruiter):
        assert refused(record_job, candidate=ama, **self.FACTS, by=recruiter) == (
            "Only the academy, the provider or the candidate does this."
        )


def test_tracs_word_comes_before_the_feedback(vacancy, ama, recruiter):
    theirs = ReferralFactory(candidate=ama, vacancy=vacancy, state="kept", mode="trac")
    held = InterviewFactory(referral=theirs, state="held", at=at_ten(-1))
    assert record_outcome(interview=held, result=Result.RESERVE, feedback="", by=recruiter).feedback == ""
    assert OutcomeFactory().feedback

"""What the timelines say of a referral from suggestion to work, of each other ending, and each refusal to the letter."""

from datetime import date, timedelta

import pytest

from audit import timeline
from audit.events import broken_chains
from audit.mover import Refused, in_words
from candidates.models import Grant
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
from pipeline.models import Employment, Evidence, Referral, Result
from pipeline.services import (
    NotMet,
    accept,
    assess,
    break_promise,
    close,
    decide,
    decline,
    feedback_of,
    give_application_id,
    give_feedback,
    offer,
    pass_on_feedback,
    release,
    submit,
    suggest,
    withdraw,
)
from tests.factories.pipeline import EmploymentFactory, InterviewFactory, OutcomeFactory, ReferralFactory, at_ten
from vacancies.models import Hold

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def said(record, acting):
    """Oldest first."""
    return [line.sentence for line in timeline.lines(record, acting)][::-1]


def refusal(call, **facts):
    with pytest.raises(Refused) as refused:
        call(**facts)
    return str(refused.value)


@pytest.fixture
def in_state(vacancy, ama):
    return lambda state, **facts: ReferralFactory(candidate=ama, vacancy=vacancy, state=state, **facts)


class TestWholeLife:
    @pytest.fixture
    def employment(self, vacancy, ama, criteria, academy, recruiter):
        """Ama from a suggestion to her last day."""
        suggested = suggest(candidate=ama, vacancy=vacancy, by=academy)
        row = offer(candidate=ama, vacancy=vacancy, referral=suggested, by=academy)
        row = accept(referral=row, through="By telephone", by=academy)
        row = submit(referral=row, evidence={criteria[0].pk: "Led a stall"}, by=academy)
        row = assess(referral=row, by=recruiter)
        row = decide(referral=row, by=recruiter)
        book(referral=row, at=at_ten(2), by=recruiter)
        cancel(interview=row.interviews.get(), by_candidate=True, reason="Ill", by=academy)
        held = hold_interview(interview=book(referral=row, at=at_ten(0), by=recruiter), by=recruiter)
        record_outcome(interview=held, result=Result.APPOINTED, feedback="Clear.", by=recruiter)
        pass_on_feedback(referral=row, through="By letter", by=academy)
        job = Employment.unscoped.get()
        job = agree_start(employment=job, on=TODAY, by=recruiter)
        job = clear(employment=job, by=recruiter)
        job = start(employment=job, on=TODAY, by=recruiter)
        return end(employment=job, on=TODAY, reason="Moved away", by=academy)

    JOB = (
        "Job offered, subject to checks",
        "First day agreed: 23 November 2026",
        "Checks cleared",
        "Started work on 23 November 2026",
        "Left the job",
    )

    def test_on_the_referral(self, employment, academy):
        offered, *checks = self.JOB
        assert said(employment.referral, academy) == [
            "Guaranteed interview offered for Healthcare support worker",
            "Offer accepted",
            "Submitted to the trust",
            "Assessed: 2 of 2 essential criteria met",
            "Meets the essential criteria",
            "Interview booked for 25 November 2026 at 10:00am",
            "Interview cancelled by the candidate",
            "Interview booked for 23 November 2026 at 10:00am",
            "Interview held",
            "Interview held: the guarantee was kept",
            "Outcome: Appointed",
            offered,
            "Feedback passed on to the candidate",
            *checks,
        ]

    def test_on_the_job(self, employment, academy):
        assert said(employment, academy) == list(self.JOB)

    def test_every_chain_is_whole(self, employment):
        assert list(broken_chains()) == []

    def test_nothing_is_owed_in_the_end(self, employment):
        assert list(Hold.unscoped.filter(cleared_at__isnull=True)) == []

    def test_the_trust_reads_its_part_without_the_academys(self, employment, recruiter, academy):
        theirs, all_of_it = set(said(employment.referral, recruiter)), set(said(employment.referral, academy))
        assert theirs <= all_of_it
        assert "Submitted to the trust" in theirs


class TestOtherEndings:
    @pytest.mark.parametrize(
        ("state", "persona", "verb", "facts", "sentence"),
        [
            ("offered", "academy", decline, {"through": "By letter", "reason": "Found work"}, "Offer declined"),
            ("submitted", "academy", withdraw, {"reason": "Moved"}, "Withdrawn by the candidate"),
            ("meets", "academy", release, {"reason": "Found work"}, "Given up by the candidate"),
            ("meets", "recruiter", break_promise, {"reason": "Cut"}, "Withdrawn by the trust: a breach"),
            ("submitted", "recruiter", close, {"close_reason": "filled"}, "Closed: filled"),
        ],
    )
    def test_said_with_its_reason_and_nothing_is_owed(
        self, in_state, world, academy, state, persona, verb, facts, sentence
    ):
        row = verb(referral=in_state(state), by=world.acting(persona), **facts)
        assert said(row, academy) == [sentence]
        assert timeline.lines(row, academy)[0].reason == facts.get("reason", "")
        assert row.closed_on == TODAY

    def test_a_refusal_by_criterion(self, in_state, criteria, academy, recruiter):
        not_met = [NotMet(criteria[0], "No example"), NotMet(criteria[1], "No team")]
        row = decide(referral=in_state("submitted"), not_met=not_met, feedback="Do come again.", by=recruiter)
        assert said(row, academy) == ["Does not meet the essential criteria"]
        assert feedback_of(row) == "Communicates clearly: No example\nWorks in a team: No team\nDo come again."

    def test_an_offer_of_work_that_fell_through(self, vacancy, ama, world, academy, recruiter):
        job = EmploymentFactory(candidate=ama, vacancy=vacancy, employer=world.trust)
        fall_through(employment=job, reason="Found other work", by=recruiter)
        assert timeline.lines(job, academy)[0].reason == "Found other work"


class TestRefusals:
    """Who asks for what too early, too late, or without saying why."""

    def test_suggesting_is_not_a_trusts(self, vacancy, ama, recruiter):
        assert refusal(suggest, candidate=ama, vacancy=vacancy, by=recruiter) == (
            "Only the academy or the provider puts people forward."
        )
        assert Referral.unscoped.count() == 0

    @pytest.mark.parametrize("state", ["submitted", "kept", "released", "broken", "does_not_meet"])
    def test_an_interview_is_booked_once_it_meets(self, in_state, recruiter, state):
        row = in_state(state)
        assert refusal(book, referral=row, at=at_ten(2), by=recruiter) == (
            f"{row.reference} {in_words(row)}; an interview is booked once it meets."
        )

    def test_two_different_times(self, in_state, recruiter):
        assert refusal(book, referral=in_state("meets"), at=at_ten(2), also_offered=at_ten(2), by=recruiter) == (
            "Offer two different times."
        )

    @pytest.mark.parametrize("verb", [hold_interview, candidate_absent])
    def test_an_interview_to_come(self, in_state, recruiter, verb):
        interview = InterviewFactory(referral=in_state("meets"), at=at_ten(1))
        assert refusal(verb, interview=interview, by=recruiter) == (
            "The interview is on 24 November 2026. Record on or after the day whether it was held."
        )

    @pytest.mark.parametrize("state", ["booked", "absent", "off_candidate", "off_trust"])
    def test_an_outcome_of_an_interview_that_was_not_held(self, in_state, recruiter, state):
        interview = InterviewFactory(referral=in_state("meets"), state=state, at=at_ten(0))
        facts = {"interview": interview, "result": Result.APPOINTED, "feedback": "x", "by": recruiter}
        assert refusal(record_outcome, **facts) == "Record first that the interview was held."

    def test_an_outcome_twice(self, in_state, recruiter):
        outcome = OutcomeFactory(referral=in_state("kept"))
        facts = {"interview": outcome.interview, "result": Result.APPOINTED, "feedback": "x", "by": recruiter}
        assert refusal(record_outcome, **facts) == (
            f"The outcome of {outcome.referral.reference} has been recorded already."
        )

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_a_breach_without_a_reason(self, in_state, recruiter, reason):
        row = in_state("meets")
        assert refusal(break_promise, referral=row, reason=reason, by=recruiter) == (
            "Say why the interview is withdrawn: a breach is published with its reason."
        )
        row.refresh_from_db()
        assert row.state == "meets"

    @pytest.mark.parametrize(
        ("on", "sentence"),
        [
            (TODAY + DAY, "24 November 2026 is still to come. Give the day on which it was decided."),
            (TODAY - 5 * DAY, "18 November 2026 is before {} was submitted, on 19 November 2026. Check the date."),
        ],
    )
    def test_a_day_of_decision_that_cannot_be(self, in_state, recruiter, on, sentence):
        row = in_state("submitted")
        assert refusal(decide, referral=row, on=on, by=recruiter) == sentence.format(row.reference)

    @pytest.mark.parametrize("state", ["submitted", "meets", "released", "broken"])
    def test_feedback_follows_a_decision(self, in_state, recruiter, state):
        row = in_state(state)
        assert refusal(give_feedback, referral=row, text="x", by=recruiter) == (
            f"{row.reference} {in_words(row)}; feedback follows a decision."
        )

    def test_feedback_of_an_interview_follows_its_outcome(self, in_state, recruiter):
        assert refusal(give_feedback, referral=in_state("kept"), text="x", by=recruiter) == (
            "Record the outcome of the interview first, with the feedback."
        )

    def test_no_empty_feedback(self, in_state, recruiter):
        assert refusal(give_feedback, referral=in_state("does_not_meet"), text=" ", by=recruiter) == (
            "Write the feedback: every candidate who was refused or interviewed gets some."
        )

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"feedback": ""}, "There is no feedback to pass on yet. Ask the trust for it."),
            (
                {"feedback": "Come again", "feedback_given_on": TODAY - DAY},
                "The feedback was passed on on 22 November 2026 already.",
            ),
        ],
    )
    def test_passing_on(self, in_state, academy, facts, sentence):
        row = in_state("does_not_meet", **facts)
        assert refusal(pass_on_feedback, referral=row, through="By letter", by=academy) == sentence

    def test_a_trac_number_of_another(self, in_state, vacancy, academy):
        ReferralFactory(vacancy=vacancy, trac_application_id="AR-1")
        assert refusal(give_application_id, referral=in_state("submitted"), application_id="AR-1", by=academy) == (
            "AR-1 belongs to another referral of this vacancy. Check the number in TRAC."
        )

    @pytest.mark.parametrize("state", ["started", "ended", "fell_through"])
    def test_a_first_day_past_agreeing(self, vacancy, ama, world, recruiter, state):
        job = EmploymentFactory(candidate=ama, vacancy=vacancy, employer=world.trust, state=state)
        assert refusal(agree_start, employment=job, on=TODAY, by=recruiter) == (
            f"{job.reference} is {job.get_state_display().lower()}; a first day is past agreeing."
        )

    @pytest.mark.parametrize("reason", ["", " \n"])
    def test_an_offer_that_fell_through_without_a_reason(self, vacancy, ama, world, recruiter, reason):
        job = EmploymentFactory(candidate=ama, vacancy=vacancy, employer=world.trust)
        assert refusal(fall_through, employment=job, reason=reason, by=recruiter) == "Say why the offer fell through."


class TestJobElsewhere:
    def job(self, ama, academy, **changes):
        facts = {
            "employer": None,
            "employer_name": "Corner Shop Ltd",
            "nhs": False,
            "contract": "permanent",
            "evidence": Evidence.OWN_WORD,
            "started_on": TODAY,
            "title": "Assistant",
        }
        return record_job(candidate=ama, **(facts | changes), by=academy)

    def test_the_same_one_twice_is_one(self, ama, academy):
        assert self.job(ama, academy).pk == self.job(ama, academy).pk

    def test_two_jobs_from_one_day_at_two_employers_are_two(self, ama, academy):
        one, other = self.job(ama, academy), self.job(ama, academy, employer_name="Library")
        assert (one.employer_name, other.employer_name) == ("Corner Shop Ltd", "Library")

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"employer_name": " "}, "Say who the employer is."),
            (
                {"started_on": TODAY + DAY},
                "24 November 2026 is still to come. Record the start on or after the day.",
            ),
        ],
    )
    def test_refused(self, ama, academy, changes, sentence):
        assert refusal(self.job, ama=ama, academy=academy, **changes) == sentence
        assert Employment.unscoped.count() == 0

    def test_no_trust_learns_of_it(self, ama, academy, world):
        self.job(ama, academy)
        seen = {
            who: Employment.objects.visible_to(world.acting(who)).count() for who in ("academy", "recruiter", "auditor")
        }
        assert seen == {"academy": 1, "recruiter": 0, "auditor": 0}
        assert Grant.objects.filter(organisation=world.trust).count() == 0

"""What was recorded by mistake goes one step back, with all that it had written, and only while nothing later happened."""

import pytest

from audit.clock import today
from audit.models import Event
from audit.mover import Refused
from candidates.models import Candidate, Check, Grant
from pipeline.appointments import book, candidate_absent, clear, hold_interview, record_outcome
from pipeline.correcting import appoint_from_reserve, correct_outcome, take_back
from pipeline.models import Employment, Interview, Outcome, Referral, Result
from pipeline.rules import last_record
from pipeline.services import NotMet, decide, pass_on_feedback
from tests.factories.pipeline import InterviewFactory, OutcomeFactory, ReferralFactory, at_ten
from vacancies.ledger import broken_entries, counted_of
from vacancies.models import Entry, Hold
from vacancies.states import TABLE

WRONG = "I ticked the wrong person."


@pytest.fixture
def promised(referral, recruiter):
    return decide(referral=referral, by=recruiter)


@pytest.fixture
def refused_one(referral, criteria, recruiter):
    return decide(referral=referral, not_met=[NotMet(criteria[0], "No example")], feedback="Next time", by=recruiter)


@pytest.fixture
def held(promised, recruiter):
    return hold_interview(interview=book(referral=promised, at=at_ten(-1), by=recruiter), by=recruiter)


def outcome_of(held, result, by):
    return record_outcome(interview=held, result=result, feedback="Warm.", by=by).referral


def refusal(do, **facts):
    with pytest.raises(Refused) as refused:
        do(**facts)
    return str(refused.value)


def owed():
    """The kinds of what is owed now."""
    return sorted(Hold.unscoped.filter(cleared_at__isnull=True).values_list("kind", flat=True))


def levels(vacancy):
    found = counted_of(vacancy)
    return found.considered, found.interviewed, found.appointed


def seen(recruiter):
    """Whether the trust sees anybody by name."""
    return Candidate.objects.visible_to(recruiter).exists()


class TestDecision:
    def test_meets_is_submitted_again(self, promised, vacancy, recruiter):
        back = take_back(referral=promised, reason=WRONG, by=recruiter)
        assert (back.state, back.decided_on, back.interview_by, back.closed_on) == ("submitted", None, None, None)
        assert (owed(), levels(vacancy), seen(recruiter)) == (["answer"], (0, 0, 0), False)

    def test_does_not_meet_is_submitted_again_without_what_was_said(self, refused_one, vacancy, recruiter):
        back = take_back(referral=refused_one, reason=WRONG, by=recruiter)
        assert (back.state, back.feedback, back.decisions.count(), levels(vacancy)) == ("submitted", "", 0, (0, 0, 0))

    def test_the_answer_is_owed_by_the_day_it_was(self, promised, recruiter):
        back = take_back(referral=promised, reason=WRONG, by=recruiter)
        assert Hold.unscoped.get(kind="answer", cleared_at__isnull=True).due_on == back.decide_by

    def test_decided_anew_it_counts_once(self, promised, vacancy, criteria, recruiter):
        take_back(referral=promised, reason=WRONG, by=recruiter)
        again = decide(referral=promised, not_met=[NotMet(criteria[0], "No example")], by=recruiter)
        assert (again.state, levels(vacancy), owed()) == ("does_not_meet", (1, 0, 0), [])

    def test_back_and_forth_leaves_every_entry_in_a_whole_ledger(self, promised, vacancy, recruiter):
        for _ in range(2):
            take_back(referral=promised, reason=WRONG, by=recruiter)
            decide(referral=promised, by=recruiter)
        entries = Entry.unscoped.filter(vacancy=vacancy, kind="considered").order_by("number")
        assert list(entries.values_list("level", flat=True)) == [1, -1, 1, -1, 1]
        assert (levels(vacancy), list(broken_entries()), owed(), seen(recruiter)) == (
            (1, 0, 0),
            [],
            ["interview"],
            True,
        )

    def test_it_is_an_event_with_its_reason(self, promised, recruiter):
        take_back(referral=promised, reason=WRONG, by=recruiter)
        event = Event.objects.get(verb="take_back_decision")
        assert (event.was, event.now, event.reason.text) == ("meets", "submitted", WRONG)
        assert event.membership_id == recruiter.membership_id

    def test_not_without_a_reason(self, promised, recruiter):
        assert refusal(take_back, referral=promised, reason=" ", by=recruiter) == (
            "Say what was wrong: the correction is kept with its reason."
        )

    def test_not_once_an_interview_was_booked(self, promised, recruiter):
        book(referral=promised, at=at_ten(2), by=recruiter)
        assert refusal(take_back, referral=promised, reason=WRONG, by=recruiter) == (
            f"{promised.reference} meets the criteria; nothing can be taken back."
        )

    def test_not_once_the_candidate_was_told(self, refused_one, academy, recruiter):
        pass_on_feedback(referral=refused_one, through="By telephone", by=academy)
        assert refusal(take_back, referral=refused_one, reason=WRONG, by=recruiter) == (
            "The candidate was told on 23 November 2026, so the record stands. "
            "Speak with the academy before anything else is recorded."
        )

    def test_not_once_its_slot_was_given_to_somebody_else(self, refused_one, vacancy, recruiter):
        for _ in range(2):
            ReferralFactory(vacancy=vacancy, state="offered")
        assert refusal(take_back, referral=refused_one, reason=WRONG, by=recruiter) == (
            f"The slot was given to somebody else since. No slot of {vacancy.reference} is left."
        )

    @pytest.mark.parametrize("state", ["finished", "withdrawn"])
    def test_not_once_the_vacancy_is_over(self, promised, vacancy, recruiter, state):
        vacancy.state = state
        vacancy.posts_filled = 0 if state == "finished" else None
        vacancy.save(moved=True)
        assert refusal(take_back, referral=promised, reason=WRONG, by=recruiter) == (
            f"{vacancy.reference} is {state}; its decisions stand."
        )
        assert state in {step.target for step in TABLE.values()}

    @pytest.mark.parametrize("state", ["suggested", "offered", "accepted", "submitted", "released", "broken", "closed"])
    def test_nothing_else_has_a_decision(self, vacancy, recruiter, state):
        row = ReferralFactory(vacancy=vacancy, state=state)
        assert last_record(row) == ""
        assert refusal(take_back, referral=row, reason=WRONG, by=recruiter).endswith("nothing can be taken back.")

    @pytest.mark.parametrize("persona", ["academy", "provider", "other_recruiter"])
    def test_only_its_trust(self, promised, world, persona):
        sentence = refusal(take_back, referral=promised, reason=WRONG, by=world.acting(persona))
        assert sentence == "Only the trust of the vacancy does this."


class TestInterview:
    def test_held_is_booked_again_and_the_guarantee_owed(self, held, promised, vacancy, recruiter):
        assert levels(vacancy) == (1, 1, 0)
        back = take_back(referral=promised, reason=WRONG, by=recruiter)
        held.refresh_from_db()
        assert (back.state, back.kept_on, held.state) == ("meets", None, "booked")
        assert (owed(), levels(vacancy)) == (["interview"], (1, 0, 0))

    def test_then_it_may_be_an_absence(self, held, promised, recruiter):
        take_back(referral=promised, reason=WRONG, by=recruiter)
        assert candidate_absent(interview=Interview.unscoped.get(pk=held.pk), by=recruiter).state == "absent"

    def test_absent_is_booked_again_and_can_be_held(self, promised, vacancy, recruiter):
        booked = book(referral=promised, at=at_ten(-1), by=recruiter)
        candidate_absent(interview=booked, by=recruiter)
        assert take_back(referral=promised, reason=WRONG, by=recruiter).state == "meets"
        assert hold_interview(interview=Interview.unscoped.get(), by=recruiter).state == "held"
        assert levels(vacancy) == (1, 1, 0)

    def test_not_once_another_is_booked(self, promised, recruiter):
        candidate_absent(interview=book(referral=promised, at=at_ten(-1), by=recruiter), by=recruiter)
        book(referral=promised, at=at_ten(2), by=recruiter)
        assert refusal(take_back, referral=promised, reason=WRONG, by=recruiter).endswith("nothing can be taken back.")

    def test_both_rows_say_so(self, held, promised, recruiter):
        take_back(referral=promised, reason=WRONG, by=recruiter)
        found = Event.objects.filter(verb__startswith="take_back").values_list("kind", "was", "now")
        assert sorted(found) == [("pipeline.Interview", "held", "booked"), ("pipeline.Referral", "kept", "meets")]


class TestOutcome:
    def test_appointed_by_mistake(self, held, vacancy, recruiter):
        referral = outcome_of(held, Result.APPOINTED, recruiter)
        outcome = correct_outcome(referral=referral, result=Result.NOT_APPOINTED, reason=WRONG, by=recruiter)
        job = Employment.unscoped.get()
        assert (outcome.state, outcome.feedback, job.state) == ("not_appointed", "Warm.", "fell_through")
        assert (levels(vacancy), seen(recruiter)) == ((1, 1, 0), False)
        assert set(Check.unscoped.values_list("status", flat=True)) == {"not_needed"}

    def test_not_appointed_by_mistake(self, held, vacancy, recruiter):
        referral = outcome_of(held, Result.NOT_APPOINTED, recruiter)
        assert not seen(recruiter)
        correct_outcome(referral=referral, result=Result.APPOINTED, reason=WRONG, by=recruiter)
        assert (Employment.unscoped.get().state, levels(vacancy), seen(recruiter)) == ("offered", (1, 1, 1), True)

    def test_there_and_back_is_the_same_job_counted_once(self, held, vacancy, recruiter):
        referral = outcome_of(held, Result.APPOINTED, recruiter)
        job = Employment.unscoped.get()
        for result in (Result.RESERVE, Result.APPOINTED):
            correct_outcome(referral=referral, result=result, reason=WRONG, by=recruiter)
        again = Employment.unscoped.get()
        assert (again.pk, again.state, again.offered_on) == (job.pk, "offered", today())
        assert (levels(vacancy), list(broken_entries()), seen(recruiter)) == ((1, 1, 1), [], True)

    def test_reserve_keeps_the_name(self, held, recruiter):
        referral = outcome_of(held, Result.APPOINTED, recruiter)
        correct_outcome(referral=referral, result=Result.RESERVE, reason=WRONG, by=recruiter)
        assert seen(recruiter)

    def test_not_once_the_job_went_on(self, held, recruiter):
        referral = outcome_of(held, Result.APPOINTED, recruiter)
        job = clear(employment=Employment.unscoped.get(), by=recruiter)
        assert refusal(correct_outcome, referral=referral, result=Result.RESERVE, reason=WRONG, by=recruiter) == (
            f"The job has gone on: {job.reference} is checks cleared, so they were appointed."
        )
        assert Outcome.unscoped.get().state == "appointed"

    def test_not_once_the_candidate_was_told(self, held, academy, recruiter):
        referral = outcome_of(held, Result.NOT_APPOINTED, recruiter)
        pass_on_feedback(referral=referral, through="By telephone", by=academy)
        sentence = refusal(correct_outcome, referral=referral, result=Result.RESERVE, reason=WRONG, by=recruiter)
        assert sentence.startswith("The candidate was told on 23 November 2026, so the record stands.")

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"reason": ""}, "Say what was wrong: the correction is kept with its reason."),
            ({"result": Result.RESERVE}, "The outcome is reserve list already. Choose the right one."),
        ],
    )
    def test_what_is_asked(self, held, recruiter, facts, sentence):
        referral = outcome_of(held, Result.RESERVE, recruiter)
        asked = {"result": Result.APPOINTED, "reason": WRONG, **facts}
        assert refusal(correct_outcome, referral=referral, by=recruiter, **asked) == sentence

    def test_not_before_there_is_one(self, held, promised, recruiter):
        asked = {"referral": promised, "result": Result.RESERVE, "reason": WRONG, "by": recruiter}
        assert refusal(correct_outcome, **asked) == f"No outcome of {promised.reference} is recorded yet."

    def test_the_interview_stands_while_an_outcome_does(self, held, recruiter):
        referral = outcome_of(held, Result.RESERVE, recruiter)
        assert last_record(Referral.unscoped.get(pk=referral.pk)) == "outcome"
        assert refusal(take_back, referral=referral, reason=WRONG, by=recruiter).endswith("nothing can be taken back.")


class TestReserveList:
    def test_appointed_later(self, held, vacancy, recruiter):
        referral = outcome_of(held, Result.RESERVE, recruiter)
        outcome = appoint_from_reserve(referral=referral, by=recruiter)
        assert (outcome.state, outcome.on, Employment.unscoped.get().state) == ("appointed", today(), "offered")
        assert (levels(vacancy), Check.unscoped.count()) == ((1, 1, 1), 2)

    def test_also_after_the_feedback_was_passed_on(self, held, academy, recruiter):
        referral = outcome_of(held, Result.RESERVE, recruiter)
        pass_on_feedback(referral=referral, through="By telephone", by=academy)
        assert appoint_from_reserve(referral=referral, by=recruiter).state == "appointed"

    @pytest.mark.parametrize("result", [Result.APPOINTED, Result.NOT_APPOINTED])
    def test_nobody_else(self, held, recruiter, result):
        referral = outcome_of(held, result, recruiter)
        assert refusal(appoint_from_reserve, referral=referral, by=recruiter) == (
            f"{referral.reference} is {Result(result).label.lower()}; this needs somebody on the reserve list."
        )

    @pytest.mark.parametrize("persona", ["academy", "other_recruiter"])
    def test_only_its_trust(self, held, world, recruiter, persona):
        referral = outcome_of(held, Result.RESERVE, recruiter)
        assert refusal(appoint_from_reserve, referral=referral, by=world.acting(persona)) == (
            "Only the trust of the vacancy does this."
        )


def test_the_last_record_of_several_interviews(vacancy):
    referral = ReferralFactory(vacancy=vacancy, state="meets")
    InterviewFactory(referral=referral, state="absent", at=at_ten(-3))
    assert last_record(referral) == "absent"
    InterviewFactory(referral=referral, state="off_trust", at=at_ten(-2))
    assert last_record(referral) == ""


def test_an_outcome_is_called_by_its_referral(vacancy):
    outcome = OutcomeFactory(state="reserve")
    assert (outcome.reference, outcome.result) == (outcome.referral.reference, "reserve")
    assert Grant.objects.filter(organisation=vacancy.trust).count() == 0

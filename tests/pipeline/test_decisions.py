"""The trust decides by criterion; what that writes below: grants, holds, levels."""

from datetime import date, timedelta

import pytest

from audit.clock import today
from audit.mover import Refused
from candidates.models import Candidate, Grant
from organisations.models import Accession
from organisations.services import acting_of
from pipeline.masking import masked
from pipeline.models import CriterionDecision, Referral
from pipeline.services import (
    NotMet,
    assess,
    break_promise,
    close,
    decide,
    feedback_of,
    give_feedback,
    pass_on_feedback,
    release,
)
from tests.factories.organisations import MembershipFactory
from tests.factories.pipeline import InterviewFactory, OutcomeFactory, ReferralFactory
from vacancies.ledger import levels_of
from vacancies.models import Hold, HoldKind
from vacancies.services import hold


@pytest.fixture
def owed(referral, recruiter):
    """The answer that is owed on Ama's referral."""
    hold(
        vacancy=referral.vacancy,
        kind=HoldKind.ANSWER,
        cause=f"pipeline.Referral:{referral.pk}",
        due_on=today(),
        by=recruiter,
    )
    return referral


def holds():
    return [(hold.kind, hold.cleared_at is None) for hold in Hold.unscoped.order_by("pk")]


def refused(do, **facts):
    with pytest.raises(Refused) as refusal:
        do(**facts)
    return str(refusal.value)


class TestMeets:
    def test_the_interview_is_due_in_twenty_working_days(self, owed, recruiter):
        decided = decide(referral=owed, by=recruiter)
        assert (decided.state, decided.decided_on, decided.interview_by) == (
            "meets",
            date(2026, 11, 23),
            date(2026, 12, 21),
        )

    def test_a_grant_of_identity_and_contact_is_opened(self, owed, world, recruiter):
        assert not Candidate.objects.visible_to(recruiter).exists()
        decide(referral=owed, by=recruiter)
        grant = Grant.objects.get(organisation=world.trust)
        assert (grant.candidate, grant.scope, grant.cause, grant.agreement) == (
            owed.candidate,
            "contact",
            f"pipeline.Referral:{owed.pk}",
            world.agreement,
        )
        assert list(Candidate.objects.visible_to(recruiter)) == [owed.candidate]

    def test_a_lapsed_agreement_closes_it(self, owed, world, recruiter):
        decide(referral=owed, by=recruiter)
        Accession.objects.filter(organisation=world.trust).update(ends=today() - timedelta(days=1))
        assert not Candidate.objects.visible_to(recruiter).exists()
        assert not Referral.objects.visible_to(recruiter).exists()

    def test_without_an_agreement_nothing_is_shared_and_nothing_decided(self, owed, world, recruiter):
        Accession.objects.filter(organisation=world.trust).update(ends=today() - timedelta(days=1))
        assert refused(decide, referral=owed, by=recruiter) == (
            "No data-sharing agreement between Skills Academy and Imperial is in force, so nothing can be shared."
        )
        owed.refresh_from_db()
        assert (owed.state, Grant.objects.filter(organisation=world.trust).count()) == ("submitted", 0)

    def test_holds_and_level(self, owed, vacancy, recruiter):
        decide(referral=owed, by=recruiter)
        assert holds() == [("answer", False), ("interview", True)]
        levels = levels_of([vacancy.pk])[vacancy.pk]
        assert (levels.reserved, levels.considered, levels.interviewed, levels.appointed) == (1, 1, 0, 0)

    def test_the_day_that_trac_says_counts(self, owed, recruiter):
        decided = decide(referral=owed, by=recruiter, on=date(2026, 11, 20))
        assert (decided.decided_on, decided.interview_by) == (date(2026, 11, 20), date(2026, 12, 18))

    def test_not_before_the_day(self, owed, recruiter):
        assert refused(decide, referral=owed, by=recruiter, on=date(2026, 11, 24)) == (
            "24 November 2026 is still to come. Give the day on which it was decided."
        )


class TestDoesNotMeet:
    def test_a_criterion_and_a_reason(self, owed, criteria, vacancy, recruiter):
        decided = decide(
            referral=owed, not_met=[NotMet(criteria[0], "No example")], by=recruiter, feedback="Try again in spring."
        )
        assert (decided.state, decided.closed_on, decided.interview_by) == ("does_not_meet", date(2026, 11, 23), None)
        assert sorted(decided.decisions.values_list("criterion__text", "met", "reason")) == [
            ("Communicates clearly", False, "No example"),
            ("Works in a team", True, ""),
        ]
        assert feedback_of(decided) == "Communicates clearly: No example\nTry again in spring."
        assert holds() == [("answer", False)]
        assert levels_of([vacancy.pk])[vacancy.pk].considered == 1

    def test_no_reason_no_refusal(self, owed, criteria, recruiter):
        assert refused(decide, referral=owed, not_met=[NotMet(criteria[0], "  ")], by=recruiter) == (
            "Give a reason for each criterion that is not met: the candidate will read it."
        )
        assert CriterionDecision.unscoped.count() == 0

    def test_no_criterion_no_refusal_here(self, owed, recruiter):
        assert refused(decide, referral=owed, by=recruiter, reason="Weak") == (
            "Say which essential criterion is not met: a refusal rests on one."
        )

    def test_a_desirable_criterion_stops_nobody(self, owed, vacancy, recruiter):
        desirable = vacancy.criteria.get(essential=False)
        assert refused(decide, referral=owed, not_met=[NotMet(desirable, "None")], by=recruiter) == (
            "Only an essential criterion of this vacancy stops somebody."
        )

    def test_tracs_file_may_give_a_reason_alone(self, vacancy, ama, recruiter):
        theirs = ReferralFactory(candidate=ama, vacancy=vacancy, mode="trac")
        decided = decide(referral=theirs, by=recruiter, reason="Not shortlisted in TRAC")
        assert (decided.state, decided.decisions.count()) == ("does_not_meet", 0)

    def test_identity_is_not_shown(self, owed, criteria, recruiter):
        decided = decide(referral=owed, not_met=[NotMet(criteria[0], "No example")], by=recruiter)
        assert not Candidate.objects.visible_to(recruiter).exists()
        assert masked(decided, identified=True).name == ""


class TestTwoAssessors:
    @pytest.fixture
    def second(self, world):
        return acting_of(MembershipFactory(organisation=world.trust, role="recruiter"))

    def test_who_disagree_it_is_met(self, owed, criteria, recruiter, second):
        assess(referral=owed, not_met=[NotMet(criteria[0], "No example")], by=recruiter)
        owed.refresh_from_db()
        assert owed.state == "submitted"
        assert decide(referral=owed, by=second).state == "meets"

    def test_who_find_different_criteria_not_met_it_is_met(self, owed, criteria, recruiter, second):
        assess(referral=owed, not_met=[NotMet(criteria[0], "No example")], by=recruiter)
        assert decide(referral=owed, not_met=[NotMet(criteria[1], "Alone")], by=second).state == "meets"

    def test_who_agree_it_is_not(self, owed, criteria, recruiter, second):
        assess(referral=owed, not_met=[NotMet(criteria[0], "No example")], by=recruiter)
        assert decide(referral=owed, not_met=[NotMet(criteria[0], "None")], by=second).state == "does_not_meet"

    def test_one_assessor_changes_their_own_mind(self, owed, criteria, recruiter):
        assess(referral=owed, not_met=[NotMet(criteria[0], "No example")], by=recruiter)
        assert decide(referral=owed, by=recruiter).state == "meets"
        assert owed.decisions.count() == 2

    def test_the_academy_assesses_nobody(self, owed, academy):
        assert refused(assess, referral=owed, by=academy) == "Only the trust of the vacancy does this."


class TestGivingUpAndBreaking:
    @pytest.fixture
    def promised(self, vacancy, ama, recruiter):
        return decide(referral=ReferralFactory(candidate=ama, vacancy=vacancy), by=recruiter)

    def test_the_candidate_gives_it_up(self, promised, academy):
        booked = InterviewFactory(referral=promised)
        released = release(referral=promised, reason="Found work", by=academy, times_offered=2)
        booked.refresh_from_db()
        assert (released.state, released.times_offered, booked.state) == ("released", 2, "off_candidate")
        assert holds()[-1] == ("interview", False)

    def test_the_trust_breaks_it(self, promised, recruiter):
        booked = InterviewFactory(referral=promised)
        broken = break_promise(referral=promised, reason="Post frozen", by=recruiter)
        booked.refresh_from_db()
        assert (broken.state, booked.state, holds()[-1]) == ("broken", "off_trust", ("interview", False))

    def test_a_breach_needs_its_reason(self, promised, recruiter):
        assert refused(break_promise, referral=promised, reason=" ", by=recruiter) == (
            "Say why the interview is withdrawn: a breach is published with its reason."
        )

    def test_the_academy_breaks_nothing(self, promised, academy):
        assert refused(break_promise, referral=promised, reason="x", by=academy) == (
            "Only the trust of the vacancy does this."
        )

    def test_closing_ends_what_was_not_decided(self, owed, recruiter):
        closed = close(referral=owed, close_reason="vacancy withdrawn", by=recruiter)
        assert (closed.state, closed.close_reason, holds()) == ("closed", "vacancy withdrawn", [("answer", False)])


class TestFeedback:
    def test_after_a_refusal(self, vacancy, recruiter, academy):
        refusal = ReferralFactory(vacancy=vacancy, state="does_not_meet")
        assert refused(pass_on_feedback, referral=refusal, through="By letter", by=academy) == (
            "There is no feedback to pass on yet. Ask the trust for it."
        )
        give_feedback(referral=refusal, text="Say what you did yourself.", by=recruiter)
        told = pass_on_feedback(referral=refusal, through="By letter", by=academy)
        assert told.feedback_given_on == today()
        assert refused(pass_on_feedback, referral=told, through="By letter", by=academy) == (
            "The feedback was passed on on 23 November 2026 already."
        )

    def test_of_the_interview_goes_to_its_outcome(self, vacancy, recruiter):
        outcome = OutcomeFactory(referral=ReferralFactory(vacancy=vacancy, state="kept"), feedback="")
        give_feedback(referral=outcome.referral, text="Clear answers.", by=recruiter)
        outcome.refresh_from_db()
        assert (outcome.feedback, feedback_of(outcome.referral)) == ("Clear answers.", "Clear answers.")

    def test_only_after_a_decision(self, referral, recruiter):
        assert refused(give_feedback, referral=referral, text="Good", by=recruiter) == (
            f"{referral.reference} is submitted; feedback follows a decision."
        )

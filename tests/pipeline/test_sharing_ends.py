"""A trust sees who somebody is from *meets* on, and no longer than the matter lasts; `verify` finds what disagrees."""

import pytest

from audit.clock import days_ago
from candidates.models import Candidate, Grant
from candidates.services import stop_sharing
from pipeline.appointments import book, clear, end, fall_through, hold_interview, record_outcome, start
from pipeline.correcting import appoint_from_reserve
from pipeline.expected import expected, may_be_seen
from pipeline.masking import seen_by
from pipeline.models import Employment, Referral, Result
from pipeline.search import search
from pipeline.services import break_promise, cause_of, decide, release
from tests.factories.pipeline import CriterionFactory, ReferralFactory, at_ten
from vacancies.models import Hold, HoldKind
from vacancies.services import hold


@pytest.fixture
def promised(referral, recruiter):
    hold(
        vacancy=referral.vacancy,
        kind=HoldKind.ANSWER,
        cause=cause_of(referral),
        due_on=referral.decide_by,
        by=recruiter,
    )
    return decide(referral=referral, by=recruiter)


@pytest.fixture
def with_outcome(promised, recruiter):
    held = hold_interview(interview=book(referral=promised, at=at_ten(-1), by=recruiter), by=recruiter)
    return lambda result: record_outcome(interview=held, result=result, feedback="Warm.", by=recruiter).referral


def sees(acting):
    return Candidate.objects.visible_to(acting).exists()


def name_shown(acting):
    rows = Referral.objects.visible_to(acting).select_related("candidate", "vacancy")
    return [mask.name for mask in seen_by(acting, rows)]


class TestEnds:
    def test_when_the_candidate_gives_it_up(self, promised, recruiter, academy):
        assert sees(recruiter)
        release(referral=promised, reason="Found work", by=academy)
        assert (sees(recruiter), name_shown(recruiter)) == (False, [""])

    def test_when_the_trust_withdraws(self, promised, recruiter):
        break_promise(referral=promised, reason="Frozen", by=recruiter)
        assert (sees(recruiter), name_shown(recruiter)) == (False, [""])

    def test_when_somebody_else_was_chosen(self, with_outcome, recruiter):
        with_outcome(Result.NOT_APPOINTED)
        assert (sees(recruiter), name_shown(recruiter)) == (False, [""])

    def test_when_the_offer_falls_through(self, with_outcome, recruiter):
        with_outcome(Result.APPOINTED)
        fall_through(employment=Employment.unscoped.get(), reason="No references", by=recruiter)
        assert (sees(recruiter), Employment.objects.visible_to(recruiter).count()) == (False, 0)

    def test_the_academy_sees_on(self, promised, recruiter, academy):
        break_promise(referral=promised, reason="Frozen", by=recruiter)
        assert sees(academy)

    def test_the_grant_stays_as_a_line_with_its_last_day(self, promised, recruiter):
        break_promise(referral=promised, reason="Frozen", by=recruiter)
        grant = Grant.objects.get(cause=cause_of(promised))
        assert (grant.starts, grant.ends) == (days_ago(0), days_ago(0))

    def test_a_search_by_name_finds_nothing_any_more(self, promised, recruiter):
        assert [hit.title for hit in search(recruiter, "Mensah")] == [f"{promised.reference} Ama Mensah"]
        break_promise(referral=promised, reason="Frozen", by=recruiter)
        assert search(recruiter, "Mensah") == []
        assert [hit.title for hit in search(recruiter, promised.reference)] == [
            f"{promised.reference} {promised.candidate.neutral_code}"
        ]


class TestGoesOn:
    @pytest.mark.parametrize("result", [Result.APPOINTED, Result.RESERVE])
    def test_for_the_appointed_and_the_reserve(self, with_outcome, recruiter, result):
        with_outcome(result)
        assert (sees(recruiter), name_shown(recruiter)) == (True, ["Ama Mensah"])

    def test_through_the_job_and_after_it(self, with_outcome, recruiter):
        """The employer has the person's record as an employer by then."""
        with_outcome(Result.APPOINTED)
        job = clear(employment=Employment.unscoped.get(), by=recruiter)
        job = start(employment=job, on=days_ago(0), by=recruiter)
        end(employment=job, on=days_ago(0), reason="Moved on", by=recruiter)
        assert sees(recruiter)

    def test_from_the_reserve_list_into_the_job(self, with_outcome, recruiter):
        appoint_from_reserve(referral=with_outcome(Result.RESERVE), by=recruiter)
        assert sees(recruiter)

    def test_one_matter_does_not_end_another(self, promised, vacancy, ama, recruiter, world):
        other = ReferralFactory(candidate=ama, vacancy=CriterionFactory(vacancy__trust=world.trust).vacancy)
        decide(referral=other, by=recruiter)
        break_promise(referral=promised, reason="Frozen", by=recruiter)
        assert sees(recruiter)


class TestVerify:
    def test_what_verbs_wrote_agrees(self, with_outcome):
        with_outcome(Result.NOT_APPOINTED)
        assert list(expected()) == []

    def test_a_trust_that_still_sees(self, promised, recruiter):
        break_promise(referral=promised, reason="Frozen", by=recruiter)
        Grant.objects.filter(cause=cause_of(promised)).update(ends=None)
        assert list(expected()) == [f"Referral {promised.reference} has ended, and its trust still sees the person."]

    def test_a_promise_that_is_not_owed(self, promised):
        Hold.unscoped.filter(kind="interview").delete()
        assert list(expected()) == [
            f"Referral {promised.reference} is meets, and what its vacancy owes says otherwise."
        ]

    def test_a_promise_that_is_still_owed(self, promised, recruiter):
        break_promise(referral=promised, reason="Frozen", by=recruiter)
        Hold.unscoped.filter(kind="interview").update(cleared_at=None)
        assert list(expected()) == [
            f"Referral {promised.reference} is broken, and what its vacancy owes says otherwise."
        ]

    def test_sharing_stopped_early_is_nobodys_error(self, promised, academy):
        """A person may take their consent back while the interview is still to come."""
        stop_sharing(cause=cause_of(promised), by=academy)
        assert list(expected()) == []

    def test_the_same_four_queries_for_many(self, promised, vacancy, django_assert_num_queries):
        for _ in range(3):
            ReferralFactory(vacancy=vacancy, state="offered")
        with django_assert_num_queries(4):
            assert list(expected()) == []


@pytest.mark.parametrize(
    ("state", "result", "job", "seen"),
    [
        ("suggested", None, None, False),
        ("submitted", None, None, False),
        ("meets", None, None, True),
        ("does_not_meet", None, None, False),
        ("kept", None, None, True),
        ("kept", "reserve", None, True),
        ("kept", "not_appointed", None, False),
        ("kept", "not_appointed", "fell_through", False),
        ("kept", "appointed", "offered", True),
        ("kept", "appointed", "fell_through", False),
        ("kept", "appointed", "started", True),
        ("kept", "appointed", "ended", True),
        ("released", None, None, False),
        ("broken", None, None, False),
    ],
)
def test_who_may_be_seen(state, result, job, seen):
    assert may_be_seen(state, result, job) == seen

"""The verbs of a decision: what each refuses, what it leaves in the ledger, and that a plan keeps its word."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from audit.clock import now, today
from audit.models import Event
from audit.mover import Refused
from organisations.services import system
from tests.factories.vacancies import VacancyFactory
from vacancies.countersigning import countersign
from vacancies.ledger import broken_entries, counted_of, standing_of
from vacancies.models import Entry, EntryKind, Override, OverrideReason, Recommendation
from vacancies.overriding import LessThanDue
from vacancies.ring_fence import Standing, shortfall
from vacancies.ring_fencing import (
    count_the_undecided,
    is_too_late,
    lapse,
    plan,
    record_level,
    reserve,
    reserve_as_planned,
    slots_promised,
    void,
)
from vacancies.trac_text import text_for_trac

pytestmark = pytest.mark.django_db
LESS = LessThanDue("no_candidates", "Nobody is ready for nights.", "Sam Reviewer", "sam@example.test")


def refused(do, **given):
    with pytest.raises(Refused) as refusal:
        do(**given)
    return str(refusal.value)


def kinds(vacancy):
    return list(vacancy.entries.order_by("number").values_list("kind", "posts", "reserved"))


class TestReserving:
    @pytest.mark.parametrize("posts", [-1, 4, 100])
    def test_no_fewer_than_none_and_no_more_than_it_has(self, trust, recruiter, posts):
        vacancy = VacancyFactory(trust=trust, posts=3)
        assert refused(reserve, vacancy=vacancy, posts=posts, by=recruiter.acting) == (
            f"{vacancy.reference} has 3 posts: reserve from 0 to 3."
        )
        assert Entry.unscoped.count() == 0

    @pytest.mark.parametrize(("posts", "ledger"), [(1, 1), (2, 2), (3, 3)])
    def test_what_is_due_or_more(self, trust, recruiter, posts, ledger):
        vacancy = VacancyFactory(trust=trust, posts=3)
        assert reserve(vacancy=vacancy, posts=posts, by=recruiter.acting).posts == 1
        assert kinds(vacancy) == [("open", 3, 0), ("reserve", 0, ledger)]

    @pytest.mark.parametrize("text", ["", "  ", "\n\t"])
    def test_less_needs_a_sentence(self, trust, recruiter, text):
        less = LessThanDue(LESS.reason, text, LESS.signer_name, LESS.signer_email)
        vacancy = VacancyFactory(trust=trust, posts=3)
        assert refused(reserve, vacancy=vacancy, posts=0, less=less, by=recruiter.acting) == (
            "Say in a sentence why less than due is reserved."
        )
        assert (Entry.unscoped.count(), Override.unscoped.count()) == (0, 0)

    @pytest.mark.parametrize("spelt", [str.lower, str.upper, str.title])
    def test_less_needs_somebody_else(self, trust, recruiter, spelt):
        less = LessThanDue(LESS.reason, LESS.text, "Me", spelt(recruiter.user.email))
        assert refused(
            reserve, vacancy=VacancyFactory(trust=trust, posts=3), posts=0, less=less, by=recruiter.acting
        ) == ("Somebody else has to countersign: give the address of a colleague outside the department.")

    @pytest.mark.parametrize(
        ("ready", "said"),
        [
            (3, "3 ready people asked for this work and fit the vacancy today. Choose another reason, or reserve."),
            (1, "1 ready person asked for this work and fits the vacancy today. Choose another reason, or reserve."),
            (0, ""),
            (None, ""),  # no candidates are kept here, as in single-trust mode
        ],
    )
    def test_nobody_is_ready_only_where_nobody_is(self, trust, recruiter, ready, said):
        vacancy = VacancyFactory(trust=trust, posts=3)
        if ready is not None:
            Recommendation.unscoped.create(vacancy=vacancy, ready_people=ready, made_at=now())
        less = replace(LESS, reason=OverrideReason.NO_CANDIDATES)
        if said:
            assert refused(reserve, vacancy=vacancy, posts=0, less=less, by=recruiter.acting) == said
        else:
            reserve(vacancy=vacancy, posts=0, less=less, by=recruiter.acting)
        assert (Entry.unscoped.count(), Override.unscoped.count()) == ((0, 0) if said else (1, 1))

    def test_a_reason_that_is_not_needed_makes_no_override(self, trust, recruiter):
        reserve(vacancy=VacancyFactory(trust=trust, posts=3), posts=1, less=LESS, by=recruiter.acting)
        assert Override.unscoped.count() == 0

    @pytest.mark.parametrize(
        ("reserved", "posts", "said"),
        [
            (0, 4, "Ring-fence {}: no post reserved. Advertise and shortlist as usual."),
            (
                1,
                1,
                "Ring-fence {}: 1 of 1 post reserved, up to 2 guaranteed interviews for people whom the Skills Academy ",
            ),
            (
                2,
                4,
                "Ring-fence {}: 2 of 4 posts reserved, up to 4 guaranteed interviews for people whom the Skills Academy ",
            ),
        ],
    )
    def test_the_note_for_trac_names_nobody(self, trust, recruiter, reserved, posts, said):
        vacancy = VacancyFactory(trust=trust, posts=posts)
        text = text_for_trac(vacancy, reserved=reserved, slots=reserved * 2)
        assert text.startswith(said.format(vacancy.reference))


class TestCountersigning:
    @pytest.fixture
    def override(self, trust, recruiter):
        reserve(vacancy=VacancyFactory(trust=trust, posts=3), posts=0, less=LESS, by=recruiter.acting)
        return Override.unscoped.get()

    @pytest.mark.parametrize(("agrees", "stands"), [(True, "Countersigned"), (False, "Countersignature refused")])
    def test_by_a_colleague_once(self, override, colleague, agrees, stands):
        done = countersign(
            override=override,
            agrees=agrees,
            remark="Read.",
            job="Matron",
            department="Surgery",
            apart=True,
            by=colleague.acting,
        )
        assert (done.answer, done.remark) == (stands, "Read.")
        assert refused(
            countersign,
            override=override,
            agrees=not agrees,
            remark="",
            job="Matron",
            department="Surgery",
            apart=True,
            by=colleague.acting,
        ) == ("This decision has been answered already.")

    def test_not_by_who_decided(self, override, recruiter):
        said = {"remark": "", "job": "Recruiter", "department": "People", "apart": True}
        assert refused(countersign, override=override, agrees=True, by=recruiter.acting, **said) == (
            "Somebody else has to countersign: you made this decision."
        )
        override.refresh_from_db()
        assert override.answer == "Waiting for a countersignature"

    def test_the_debt_stays_whatever_is_answered(self, override, trust, colleague):
        before = shortfall(standing_of(trust.pk, 2026))
        countersign(
            override=override,
            agrees=True,
            remark="",
            job="Matron",
            department="Surgery",
            apart=True,
            by=colleague.acting,
        )
        assert shortfall(standing_of(trust.pk, 2026)) == before == (1, 1)


class TestTakingBack:
    def test_a_void_of_what_was_not_counted_writes_nothing(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust)
        void(vacancy=vacancy, by=recruiter.acting)
        assert kinds(vacancy) == []

    def test_a_void_stops_where_somebody_was_interviewed(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust)
        reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
        record_level(vacancy=vacancy, kind=EntryKind.INTERVIEWED, cause="pipeline.Interview:1", by=recruiter.acting)
        void(vacancy=vacancy, by=recruiter.acting)
        assert counted_of(vacancy).posts == 1

    @pytest.mark.parametrize("verb", [void, lapse])
    def test_twice_is_once(self, trust, recruiter, verb):
        vacancy = VacancyFactory(trust=trust, posts=3)
        reserve(vacancy=vacancy, posts=2, by=recruiter.acting)
        verb(vacancy=vacancy, by=recruiter.acting)
        before = kinds(vacancy)
        verb(vacancy=vacancy, by=recruiter.acting)
        assert kinds(vacancy) == before
        assert counted_of(vacancy).reserved == 0
        assert list(broken_entries()) == []

    def test_a_lapse_of_what_holds_nothing_writes_nothing(self, trust, recruiter):
        reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=2, by=recruiter.acting)
        free = VacancyFactory(trust=trust)
        reserve(vacancy=free, posts=0, by=recruiter.acting)
        lapse(vacancy=free, by=recruiter.acting)
        assert kinds(free) == [("open", 1, 0)]

    @pytest.mark.parametrize("kind", sorted(set(EntryKind) - {"considered", "interviewed", "appointed"}))
    def test_only_a_level_is_recorded_as_one(self, trust, recruiter, kind):
        with pytest.raises(ValueError, match=f"^{kind} is not a level.$"):
            record_level(vacancy=VacancyFactory(trust=trust), kind=EntryKind(kind), cause="x", by=recruiter.acting)

    def test_a_level_of_what_is_not_counted_is_not_written(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust)
        record_level(vacancy=vacancy, kind=EntryKind.CONSIDERED, cause="x", by=recruiter.acting)
        assert kinds(vacancy) == []

    @pytest.mark.parametrize(("posts", "slots"), [(0, 0), (1, 2), (3, 6)])
    def test_two_interviews_are_promised_for_each_reserved_post(self, trust, recruiter, posts, slots):
        reserve(vacancy=VacancyFactory(trust=trust, posts=9), posts=9, by=recruiter.acting)
        vacancy = VacancyFactory(trust=trust, posts=3)
        reserve(vacancy=vacancy, posts=posts, by=recruiter.acting)
        assert slots_promised(vacancy) == slots


class TestUndecided:
    @pytest.mark.parametrize(
        ("state", "days", "late"),
        [
            ("open", 21, False),
            ("open", 3, False),  # Thursday: it counts until today
            ("open", 2, True),
            ("open", None, False),
            ("draft", 2, True),
            ("closed", 21, True),
            ("closed", None, True),
            ("finished", 21, True),
        ],
    )
    def test_when_it_is_too_late(self, trust, state, days, late):
        closes = None if days is None else today() + timedelta(days=days)
        assert is_too_late(VacancyFactory(trust=trust, state=state, closes_on=closes)) is late

    def test_the_nightly_command_names_what_it_counted_and_does_it_once(self, trust, policies):
        late = VacancyFactory(trust=trust, posts=4, closes_on=today())
        VacancyFactory(trust=trust)
        first, again = StringIO(), StringIO()
        call_command("lapse_undecided", stdout=first)
        call_command("lapse_undecided", stdout=again)
        assert first.getvalue() == f"{late.reference} counted with nothing reserved\n1 counted.\n"
        assert again.getvalue() == "0 counted.\n"
        assert standing_of(trust.pk, 2026) == Standing(4, 0, 1, 0)

    @pytest.mark.parametrize(
        "facts", [{"exemption": "rotation"}, {"posts": None}, {"entry_level": "no"}, {"state": "draft"}]
    )
    def test_what_does_not_count_is_not_counted(self, trust, policies, facts):
        VacancyFactory(trust=trust, **{"state": "closed"} | facts)
        assert count_the_undecided() == []

    def test_the_systems_own_decision_is_in_the_vacancys_story(self, trust, policies):
        vacancy = VacancyFactory(trust=trust, state="closed")
        count_the_undecided()
        event = Event.objects.get(kind="vacancies.Vacancy", subject_id=vacancy.pk, verb="count_undecided")
        assert event.membership_id is None


class TestPlans:
    def test_a_plan_is_carried_out_as_it_was_shown(self, trust, recruiter):
        vacancies = [VacancyFactory(trust=trust, posts=posts) for posts in (1, 5, 3, 12)]
        planned = plan(vacancies, by=recruiter.acting)
        assert [line.due.posts for line in planned] == [1, 1, 0, 3]
        expected = {line.vacancy.pk: line.due.posts for line in planned}
        reserve_as_planned(vacancies=vacancies, expected=expected, by=recruiter.acting)
        assert [counted_of(vacancy).reserved for vacancy in vacancies] == [1, 1, 0, 3]
        assert shortfall(standing_of(trust.pk, 2026)) == (0, 0)

    @pytest.mark.parametrize("expected", [{}, {0: 2, 1: 0}, {0: 1}])
    def test_what_is_not_as_shown_is_not_done_at_all(self, trust, recruiter, expected):
        vacancies = [VacancyFactory(trust=trust, posts=1) for _ in range(2)]
        shown = {vacancies[place].pk: posts for place, posts in expected.items()}
        assert refused(reserve_as_planned, vacancies=vacancies, expected=shown, by=recruiter.acting) == (
            "Somebody decided in between, so what is due has changed. Check the list again."
        )
        assert Entry.unscoped.count() == 0

    def test_who_may_not_decide_plans_nothing(self, trust, stranger):
        (line,) = plan([VacancyFactory(trust=trust)], by=stranger.acting)
        assert (line.due.posts, line.refused) == (0, "Only the trust's own recruiters and HR change its vacancies.")

    def test_the_system_plans_for_every_trust_by_its_own_standing(self, trust, policies, recruiter):
        reserve(vacancy=VacancyFactory(trust=trust, posts=10), posts=10, by=recruiter.acting)
        here, there = VacancyFactory(trust=trust, posts=5), VacancyFactory(posts=5)
        assert [line.due.posts for line in plan([here, there], by=system())] == [0, 1]

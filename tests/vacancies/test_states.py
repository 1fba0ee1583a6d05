"""The states of a vacancy: from each state each verb, who may take it, and what each check says."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from audit.acting import TRUST_ROLES, Acting, Role
from audit.clock import today
from audit.mover import Refused, can_move, check_move, possible
from vacancies.models import VacancyState
from vacancies.states import TABLE

FROM = {
    "draft": ["open", "withdraw"],
    "open": ["close", "withdraw"],
    "closed": ["reopen", "shortlist", "finish", "withdraw"],
    "shortlisting": ["interview", "finish", "withdraw"],
    "interviewing": ["finish"],
    "finished": [],
    "withdrawn": [],
}
LANDS = {
    "open": "open",
    "close": "closed",
    "reopen": "open",
    "shortlist": "shortlisting",
    "interview": "interviewing",
    "finish": "finished",
    "withdraw": "withdrawn",
}


class Holds:
    """The promises on a vacancy: `answers` that are owed, and `interviews`."""

    def __init__(self, answers=0, interviews=0):
        self.numbers = {"answer": answers, "interview": interviews}

    def filter(self, *, cleared_at__isnull, kind=None):
        assert cleared_at__isnull is True
        number = sum(self.numbers.values()) if kind is None else self.numbers[kind]
        return SimpleNamespace(count=lambda: number)


def vacancy(state, *, mode="native", posts=2, closes_on=None, **promised):
    return SimpleNamespace(
        reference="VAC-000001",
        state=state,
        trust_id=7,
        trust=SimpleNamespace(mode=mode),
        posts=posts,
        closes_on=closes_on or today() + timedelta(days=9),
        holds=Holds(**promised),
        get_state_display=lambda: VacancyState(state).label,
    )


def acting(role=Role.RECRUITER, organisation=7):
    return Acting(role=role, organisation_id=organisation, membership_id=1, user_id=1, on=today())


def said(row, verb):
    with pytest.raises(Refused) as refused:
        check_move(row, verb, table=TABLE, by=acting())
    return str(refused.value)


def test_every_state_and_every_verb_is_thought_of():
    assert set(FROM) == set(VacancyState.values)
    assert set(LANDS) == set(TABLE)
    assert {step.target for step in TABLE.values()} | {"draft"} == set(VacancyState.values)


@pytest.mark.parametrize("state", FROM)
def test_the_verbs_of_each_state(state):
    assert possible(vacancy(state), table=TABLE, by=acting()) == FROM[state]


@pytest.mark.parametrize("verb", TABLE)
def test_where_each_verb_leads(verb):
    assert TABLE[verb].target == LANDS[verb]
    assert TABLE[verb].label != ""


@pytest.mark.parametrize("state", FROM)
@pytest.mark.parametrize("role", sorted(set(Role) - TRUST_ROLES - {Role.SYSTEM}))
def test_nobody_but_the_trust_moves_it(state, role):
    assert possible(vacancy(state), table=TABLE, by=acting(role)) == []


@pytest.mark.parametrize("state", FROM)
@pytest.mark.parametrize("role", sorted(TRUST_ROLES))
def test_another_trusts_people_move_it_nowhere(state, role):
    assert possible(vacancy(state), table=TABLE, by=acting(role, organisation=8)) == []


@pytest.mark.parametrize("state", FROM)
def test_the_system_may_what_the_trust_may(state):
    assert possible(vacancy(state), table=TABLE, by=acting(Role.SYSTEM, organisation=None)) == FROM[state]


@pytest.mark.parametrize(
    ("state", "verb", "sentence"),
    [
        ("open", "open", "VAC-000001 is open; this needs a draft."),
        ("draft", "close", "VAC-000001 is draft; this needs an open vacancy."),
        ("open", "reopen", "VAC-000001 is open; this needs a closed vacancy."),
        ("open", "shortlist", "VAC-000001 is open; this needs a closed vacancy."),
        ("closed", "interview", "VAC-000001 is closed; this needs a vacancy in shortlisting."),
        ("open", "finish", "VAC-000001 is open; this needs a vacancy past closing."),
        ("interviewing", "withdraw", "VAC-000001 is interviewing; this needs a vacancy before its interviews."),
        ("finished", "withdraw", "VAC-000001 is finished; this needs a vacancy before its interviews."),
    ],
)
def test_a_verb_out_of_turn_says_what_it_needs(state, verb, sentence):
    assert said(vacancy(state), verb) == sentence


class TestChecks:
    def test_it_opens_only_with_its_posts_known(self):
        assert said(vacancy("draft", posts=None), "open") == "Say how many posts VAC-000001 has before it opens."

    @pytest.mark.parametrize(("days", "may"), [(-30, False), (-1, False), (0, True), (1, True)])
    def test_it_opens_again_only_before_its_last_day_is_over(self, days, may):
        row = vacancy("closed", closes_on=today() + timedelta(days=days))
        assert can_move(row, "reopen", table=TABLE, by=acting()) is may

    def test_what_to_do_about_a_last_day_that_is_over(self):
        row = vacancy("closed", closes_on=today() - timedelta(days=3))
        assert said(row, "reopen") == "VAC-000001 closed on 20 November 2026. Give a later closing date first."

    @pytest.mark.parametrize(
        ("answers", "sentence"),
        [
            (1, "1 person is owed an answer. Decide each referral first."),
            (2, "2 people are owed an answer. Decide each referral first."),
        ],
    )
    def test_interviews_wait_for_every_answer(self, answers, sentence):
        assert said(vacancy("shortlisting", answers=answers), "interview") == sentence

    def test_where_trac_leads_the_answers_come_later(self):
        assert can_move(vacancy("shortlisting", mode="trac", answers=3), "interview", table=TABLE, by=acting()) is True

    def test_a_promised_interview_is_no_answer_that_is_owed(self):
        assert can_move(vacancy("shortlisting", interviews=2), "interview", table=TABLE, by=acting()) is True

    @pytest.mark.parametrize(
        ("promised", "sentence"),
        [
            (
                {"answers": 1},
                "1 promise on this vacancy is open. Record an answer or an interview for each first.",
            ),
            (
                {"interviews": 1},
                "1 promise on this vacancy is open. Record an answer or an interview for each first.",
            ),
            (
                {"answers": 2, "interviews": 1},
                "3 promises on this vacancy are open. Record an answer or an interview for each first.",
            ),
        ],
    )
    @pytest.mark.parametrize("state", ["closed", "shortlisting", "interviewing"])
    def test_it_finishes_once_every_promise_is_kept(self, state, promised, sentence):
        assert said(vacancy(state, **promised), "finish") == sentence

    @pytest.mark.parametrize("mode", ["native", "trac"])
    def test_a_promise_holds_in_either_mode(self, mode):
        assert can_move(vacancy("closed", mode=mode, answers=1), "finish", table=TABLE, by=acting()) is False
        assert can_move(vacancy("closed", mode=mode), "finish", table=TABLE, by=acting()) is True

    def test_a_vacancy_with_promises_may_be_withdrawn(self):
        row = vacancy("shortlisting", answers=2, interviews=1)
        assert can_move(row, "withdraw", table=TABLE, by=acting()) is True

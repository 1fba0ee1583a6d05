"""What becomes of a reserved vacancy that is over with nobody decided: each mixture of people put forward."""

from datetime import timedelta

import pytest

from audit.clock import today
from audit.models import Event
from pipeline.closing import affected, settle_closed_vacancies
from pipeline.models import Referral, ReferralState
from tests.factories.pipeline import ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from vacancies.ledger import counted_of, standing_of
from vacancies.ring_fencing import lapse

LATE, IN_TIME = -1, 1
# Who was put forward: (state, days until the answer is due, whether it reached the trust) -> what is done.
MIXTURES = {
    "nobody": ([], "shortfall"),
    "only suggested": ([("suggested", None, False)], "shortfall"),
    "only offered": ([("offered", None, False)], "shortfall"),
    "said yes, never submitted": ([("accepted", None, False)], "shortfall"),
    "said no": ([("declined", None, False)], "shortfall"),
    "submitted and withdrawn": ([("withdrawn", LATE, True)], "shortfall"),
    "an answer in time": ([("submitted", IN_TIME, True)], ""),
    "due today is in time": ([("submitted", 0, True)], ""),
    "an answer late": ([("submitted", LATE, True)], "lapsed"),
    "two late": ([("submitted", LATE, True), ("submitted", -9, True)], "lapsed"),
    "one late, one in time": ([("submitted", LATE, True), ("submitted", IN_TIME, True)], ""),
    "one late, one withdrawn": ([("submitted", LATE, True), ("withdrawn", LATE, True)], "lapsed"),
    "one late, one never submitted": ([("submitted", LATE, True), ("offered", None, False)], "lapsed"),
    "one late, one meets": ([("submitted", LATE, True), ("meets", LATE, True)], ""),
    "one does not meet": ([("does_not_meet", LATE, True)], ""),
    "one was interviewed": ([("kept", LATE, True)], ""),
    "a promise was broken": ([("broken", LATE, True)], ""),
}


@pytest.fixture
def over(world, native):
    """A vacancy with a reserved post, whose last day was yesterday."""
    vacancy = VacancyFactory(
        trust=world.trust,
        state="closed",
        opened_on=today() - timedelta(days=30),
        closes_on=today() - timedelta(days=1),
    )
    reserve_posts(vacancy)
    return vacancy


def put_forward(vacancy, people):
    for state, days, reached in people:
        ReferralFactory(
            vacancy=vacancy,
            state=state,
            decide_by=None if days is None else today() + timedelta(days=days),
            submitted_on=today() - timedelta(days=10) if reached else None,
        )


def settled():
    return {outcome: [vacancy.pk for vacancy in rows] for outcome, rows in settle_closed_vacancies().items()}


def nothing():
    return {"lapsed": [], "shortfall": []}


@pytest.mark.parametrize("case", MIXTURES)
def test_each_mixture_of_people(over, case):
    people, outcome = MIXTURES[case]
    put_forward(over, people)
    assert settled() == nothing() | ({outcome: [over.pk]} if outcome else {})
    assert counted_of(over).reserved == (0 if outcome == "lapsed" else 1)


@pytest.mark.parametrize("case", MIXTURES)
def test_the_next_night_adds_nothing(over, case):
    put_forward(over, MIXTURES[case][0])
    settle_closed_vacancies()
    before = counted_of(over)
    assert settled() == nothing()
    assert counted_of(over) == before


@pytest.mark.parametrize(
    ("state", "days", "is_over"),
    [
        ("open", 1, False),
        ("open", 0, False),
        ("open", -1, True),
        ("open", None, False),
        ("closed", 5, True),
        ("shortlisting", -5, True),
        ("interviewing", -5, True),
        ("finished", -5, True),
        ("withdrawn", -5, False),
        ("draft", -5, False),
    ],
)
def test_only_what_is_over(world, native, state, days, is_over):
    closes = None if days is None else today() + timedelta(days=days)
    opened = today() - timedelta(days=30)
    vacancy = VacancyFactory(trust=world.trust, state=state, opened_on=opened, closes_on=closes)
    reserve_posts(vacancy)
    assert settled()["shortfall"] == ([vacancy.pk] if is_over else [])


def test_what_holds_no_reserved_post_any_more_is_left_alone(over, recruiter):
    lapse(vacancy=over, by=recruiter)
    assert settled() == nothing()


def test_what_was_never_reserved_is_left_alone(world, native):
    VacancyFactory(trust=world.trust, state="closed")
    assert settled() == nothing()


def test_each_vacancy_by_itself(over, world):
    late = VacancyFactory(trust=world.trust, state="closed", opened_on=over.opened_on, closes_on=over.closes_on)
    reserve_posts(late)
    put_forward(late, [("submitted", LATE, True)])
    assert settled() == {"lapsed": [late.pk], "shortfall": [over.pk]}


def test_a_lapse_owes_the_post_to_the_next_vacancy_and_a_shortfall_does_not(over, world):
    before = standing_of(world.trust.pk, 2026)
    put_forward(over, [("submitted", LATE, True)])
    settle_closed_vacancies()
    after = standing_of(world.trust.pk, 2026)
    assert (after.posts, after.adverts) == (before.posts, before.adverts)
    assert (before.reserved - after.reserved, before.reserved_adverts - after.reserved_adverts) == (1, 1)


def test_a_shortfall_is_noted_once_in_the_vacancys_own_story(over):
    settle_closed_vacancies()
    settle_closed_vacancies()
    verbs = Event.objects.filter(subject_id=over.pk, kind="vacancies.Vacancy").values_list("verb", flat=True)
    assert list(verbs).count("supply_shortfall") == 1


@pytest.mark.parametrize("state", ReferralState.values)
def test_whom_a_withdrawal_would_touch(over, state):
    ReferralFactory(vacancy=over, state=state)
    ReferralFactory(state=state)
    touched = {"suggested", "offered", "accepted", "submitted", "meets"}
    assert affected(over).count() == int(state in touched)
    assert Referral.unscoped.filter(state=state).count() == 2

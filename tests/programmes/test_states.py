"""The enrolment table: total, and exactly what the design says."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from audit.models import Event
from audit.mover import Refused, check_move, possible
from programmes.models import Enrolment, EnrolmentState
from programmes.services import accept, complete, decline, leave, no_show, offer, pause, reject, resume, start
from programmes.states import ENROLMENT, verbs_from
from tests.factories.candidates import CandidateFactory
from tests.factories.programmes import CohortFactory, EnrolmentFactory, ProgrammeFactory
from tests.world import build_world

TODAY = date(2026, 11, 23)

# The design's line, by hand: from > verb > to.
ARROWS = {
    ("referred", "offer"): "offered",
    ("offered", "enrol"): "enrolled",
    ("enrolled", "start"): "started",
    ("started", "pause"): "paused",
    ("paused", "resume"): "started",
    ("started", "leave"): "left",
    ("paused", "leave"): "left",
    ("started", "complete"): "completed",
    ("referred", "decline"): "declined",
    ("offered", "decline"): "declined",
    ("referred", "reject"): "ineligible",
    ("offered", "reject"): "ineligible",
    ("enrolled", "no_show"): "did_not_start",
}
DO = {
    "offer": offer,
    "enrol": accept,
    "start": lambda enrolment, by: start(enrolment=enrolment, first_day=TODAY, by=by),
    "pause": pause,
    "resume": resume,
    "complete": complete,
    "leave": lambda enrolment, by: leave(enrolment=enrolment, leaving_reason="work", by=by),
    "decline": decline,
    "reject": lambda enrolment, by: reject(enrolment=enrolment, reason="Under 16", by=by),
    "no_show": no_show,
}


def facts_of(state):
    started = state in ("started", "paused", "completed", "left")
    return {
        "state": state,
        "started_on": TODAY - timedelta(days=20) if started else None,
        "ended_on": TODAY if state in ("completed", "left") else None,
        "leaving_reason": "work" if state == "left" else "",
    }


def test_every_verb_has_its_function():
    assert set(DO) == set(ENROLMENT)


def test_the_table_is_the_designs():
    table = {(source, verb): step.target for verb, step in ENROLMENT.items() for source in step.sources}
    assert table == ARROWS


@pytest.mark.parametrize("state", EnrolmentState.values)
@pytest.mark.parametrize("verb", list(ENROLMENT))
def test_each_state_with_each_verb(cohort, ama, academy, world, state, verb):
    enrolment = EnrolmentFactory(cohort=cohort, candidate=ama, seen_by=[world.academy], **facts_of(state))
    target = ARROWS.get((state, verb))
    if target:
        assert DO[verb](enrolment=enrolment, by=academy).state == target
        return
    with pytest.raises(Refused, match=f"^{enrolment.reference} is {enrolment.get_state_display().lower()}; this needs"):
        DO[verb](enrolment=enrolment, by=academy)
    enrolment.refresh_from_db()
    assert enrolment.state == state


@pytest.mark.parametrize("state", EnrolmentState.values)
def test_the_buttons_are_what_the_service_allows(cohort, ama, academy, world, state):
    enrolment = EnrolmentFactory(cohort=cohort, candidate=ama, seen_by=[world.academy], **facts_of(state))
    assert possible(enrolment, table=ENROLMENT, by=academy) == verbs_from(state)
    assert verbs_from(state) == [verb for verb in ENROLMENT if (state, verb) in ARROWS]


@pytest.mark.parametrize("persona", ["other_provider", "recruiter", "colleague", "icb_analyst", "auditor"])
def test_a_stranger_moves_nothing(enrolment, world, persona):
    by = world.acting(persona)
    assert possible(enrolment, table=ENROLMENT, by=by) == []
    with pytest.raises(Refused, match=f"^You cannot change enrolment {enrolment.reference}.$"):
        check_move(enrolment, "start", table=ENROLMENT, by=by)


@pytest.mark.parametrize("persona", ["academy", "provider"])
def test_the_academy_and_the_cohorts_provider_move(enrolment, world, persona):
    assert possible(enrolment, table=ENROLMENT, by=world.acting(persona)) == ["start", "no_show"]


def test_every_step_says_what_it_needs_and_what_its_button_says():
    assert [verb for verb, step in ENROLMENT.items() if not step.needs or not step.label] == []


class TestAnyPath(TestCase):
    """Whatever people press, in whatever order: the state is one that the table reaches, and its facts hold together."""

    @settings(max_examples=25)
    @given(verbs=st.lists(st.sampled_from(list(ENROLMENT)), max_size=12))
    def test_the_history_is_a_path_through_the_table(self, verbs):
        world = build_world(rooms=())
        cohort = CohortFactory(programme=ProgrammeFactory(provider=world.provider))
        candidate = CandidateFactory(seen_by=[world.academy])
        enrolment = EnrolmentFactory(cohort=cohort, candidate=candidate, state="referred")
        state = "referred"
        for verb in verbs:
            try:
                DO[verb](enrolment=Enrolment.unscoped.get(pk=enrolment.pk), by=world.acting("academy"))
            except Refused:
                assert (state, verb) not in ARROWS
            else:
                state = ARROWS[state, verb]
        enrolment.refresh_from_db()
        assert enrolment.state == state
        assert (enrolment.started_on is not None) is (state in ("started", "paused", "completed", "left"))
        assert (enrolment.ended_on is not None) is (state in ("completed", "left"))
        moves = Event.objects.filter(kind="programmes.Enrolment", subject_id=enrolment.pk).order_by("number")
        path = list(moves.values_list("was", "verb", "now"))
        assert all(ARROWS[was, verb] == now for was, verb, now in path)
        assert [was for was, _, _ in path[1:]] == [now for _, _, now in path[:-1]]

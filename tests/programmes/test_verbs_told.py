"""Every verb of an enrolment: what the timelines say, to the letter why it is refused, and who may do it."""

from datetime import date, timedelta

import pytest

from audit import timeline
from audit.models import Event
from audit.mover import Refused, possible
from candidates.models import Grant
from programmes.models import Enrolment, EnrolmentState
from programmes.services import (
    NewEnrolment,
    complete,
    enrol,
    enrol_many,
    leave,
    no_show,
    pause,
    reject,
    start,
)
from programmes.states import ENROLMENT, FIRST_STATES
from programmes.verbs import VERBS, label_of
from tests.factories.candidates import CandidateFactory
from tests.factories.programmes import CohortFactory, EnrolmentFactory
from tests.programmes.test_states import ARROWS, DO, facts_of

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
SAID = {
    "offer": "Offered a place",
    "enrol": "Enrolled",
    "start": "Started",
    "pause": "Paused",
    "resume": "Resumed",
    "complete": "Completed the programme",
    "leave": "Left early",
    "decline": "Declined the place",
    "reject": "Found ineligible for the programme",
    "no_show": "Did not start",
}
NEEDS = {
    "offer": "somebody who was referred",
    "enrol": "an offered place",
    "start": "somebody who is enrolled and has not started",
    "pause": "somebody who has started",
    "resume": "somebody who is paused",
    "complete": "somebody who has started and is not paused",
    "leave": "somebody who has started",
    "decline": "a referral or an offer",
    "reject": "a referral or an offer",
    "no_show": "somebody who is enrolled and has not started",
}
BUTTONS = {
    "offer": "Offer a place",
    "enrol": "Enrol",
    "start": "Record the start",
    "pause": "Pause",
    "resume": "Resume",
    "complete": "Completed",
    "leave": "Left early",
    "decline": "Declined the place",
    "reject": "Not eligible for the programme",
    "no_show": "Did not start",
}
MOVERS = {"academy", "provider"}
PERSONAS = ("academy", "provider", "other_provider", "recruiter", "colleague", "icb_analyst", "auditor", "system_admin")
ENDS_THE_PROVIDERS_VIEW = {"decline": True, "reject": True, "no_show": True}


def refusal(call, **facts):
    with pytest.raises(Refused) as refused:
        call(**facts)
    return str(refused.value)


def in_state(world, cohort, candidate, state):
    return EnrolmentFactory(cohort=cohort, candidate=candidate, seen_by=[world.provider], **facts_of(state))


class TestTables:
    def test_the_tables_here_name_every_verb(self):
        assert set(SAID) == set(NEEDS) == set(BUTTONS) == set(ENROLMENT) == set(VERBS)

    def test_each_button_and_what_each_verb_needs(self):
        assert {verb: label_of(verb) for verb in ENROLMENT} == BUTTONS
        assert {verb: step.needs for verb, step in ENROLMENT.items()} == NEEDS

    @pytest.fixture
    def by_state(self, world, cohort):
        """One enrolment in each state."""
        return {
            state: in_state(world, cohort, CandidateFactory(seen_by=[world.academy]), state) for state in EnrolmentState
        }

    def test_every_refusal_to_the_letter(self, by_state, academy):
        for state, enrolment in by_state.items():
            needs = {verb: NEEDS[verb] for verb in ENROLMENT if (state, verb) not in ARROWS}
            told = {verb: refusal(DO[verb], enrolment=enrolment, by=academy) for verb in needs}
            assert told == {
                verb: f"{enrolment.reference} is {state.label.lower()}; this needs {each}."
                for verb, each in needs.items()
            }

    def test_every_state_and_persona(self, by_state, world):
        actings = {who: world.acting(who) for who in PERSONAS}
        for state, enrolment in by_state.items():
            found = {who: possible(enrolment, table=ENROLMENT, by=by) for who, by in actings.items()}
            verbs = [verb for verb in ENROLMENT if (state, verb) in ARROWS]
            assert found == {who: verbs if who in MOVERS else [] for who in PERSONAS}


class TestTold:
    @pytest.mark.parametrize(("state", "verb"), list(ARROWS))
    def test_on_the_enrolment_and_on_the_person_once(self, world, cohort, ama, academy, state, verb):
        enrolment = in_state(world, cohort, ama, state)
        DO[verb](enrolment=enrolment, by=academy)
        for record in (enrolment, ama):
            lines = [line.sentence for line in timeline.lines(record, academy)]
            assert [line for line in lines if line in SAID.values()] == [SAID[verb]]
        event = Event.objects.get(kind="programmes.Enrolment", subject_id=enrolment.pk)
        assert (event.verb, event.was, event.now, event.day) == (verb, state, ARROWS[state, verb], TODAY)

    @pytest.mark.parametrize(("state", "verb"), list(ARROWS))
    def test_whether_the_provider_sees_the_person_afterwards(self, world, cohort, ama, academy, state, verb):
        enrolment = in_state(world, cohort, ama, state)
        DO[verb](enrolment=enrolment, by=academy)
        grant = Grant.objects.get(cause=f"programmes.Enrolment:{enrolment.pk}")
        closed = grant.ends is not None and grant.ends <= TODAY
        assert closed is ENDS_THE_PROVIDERS_VIEW.get(verb, False)
        assert grant.ends == (date(2027, 11, 23) if verb in ("complete", "leave") else TODAY if closed else None)

    @pytest.mark.parametrize(
        ("state", "verb"),
        [("started", pause), ("offered", lambda **facts: reject(**facts)), ("enrolled", no_show)],
    )
    def test_a_reason_stands_beside_the_sentence(self, world, cohort, ama, academy, state, verb):
        enrolment = in_state(world, cohort, ama, state)
        verb(enrolment=enrolment, reason="Exams in January", by=academy)
        assert timeline.lines(enrolment, academy)[0].reason == "Exams in January"

    @pytest.mark.parametrize(
        ("state", "said"),
        [("referred", "Referred to the programme"), ("offered", "Offered a place"), ("enrolled", "Enrolled")],
    )
    def test_the_first_line_says_how_somebody_came(self, cohort, ama, academy, state, said):
        enrolment = enrol(candidate=ama, cohort=cohort, state=state, by=academy)
        assert [line.sentence for line in timeline.lines(enrolment, academy)] == [said]

    @pytest.mark.parametrize("state", EnrolmentState)
    def test_history_says_that_it_came_from_a_file(self, cohort, ama, academy, state):
        facts = facts_of(state) | ({"evidence": "a list"} if facts_of(state)["started_on"] else {})
        made = enrol_many(rows=[NewEnrolment(candidate=ama, cohort=cohort, **facts)], by=academy, history=True)
        assert [line.sentence for line in timeline.lines(made[0], academy)] == [
            f"Entered from a file as {state.label.lower()}"
        ]


class TestEnrol:
    @pytest.mark.parametrize("state", [state for state in EnrolmentState if state not in FIRST_STATES])
    def test_nobody_enters_further_on_by_hand(self, cohort, ama, academy, state):
        assert refusal(enrol, candidate=ama, cohort=cohort, state=state, by=academy) == (
            "People enter as referred, offered a place or enrolled. Record the rest as it happens."
        )

    @pytest.mark.parametrize("state", ["", "Enrolled", "gone"])
    def test_no_other_state(self, cohort, ama, academy, state):
        assert refusal(enrol, candidate=ama, cohort=cohort, state=state, by=academy) == (
            f"“{state}” is not a state of an enrolment."
        )

    @pytest.mark.parametrize(("ends", "refused"), [(TODAY, False), (TODAY - DAY, True)])
    def test_a_cohort_that_has_ended(self, programme, ama, academy, ends, refused):
        cohort = CohortFactory(programme=programme, name="Spring", starts=TODAY - 90 * DAY, ends=ends)
        if not refused:
            assert enrol(candidate=ama, cohort=cohort, by=academy).state == "enrolled"
            return
        assert refusal(enrol, candidate=ama, cohort=cohort, by=academy) == (
            "Spring ended on 22 November 2026. Choose a cohort that runs or is to come, or import its history from a file."
        )

    def test_twice_in_one_cohort(self, cohort, ama, academy):
        enrol(candidate=ama, cohort=cohort, by=academy)
        assert refusal(enrol, candidate=ama, cohort=cohort, by=academy) == f"{ama.reference} is in Autumn 2026 already."
        assert Enrolment.unscoped.count() == 1

    def test_somebody_who_declined_is_in_it_all_the_same(self, world, cohort, ama, academy):
        in_state(world, cohort, ama, "declined")
        assert refusal(enrol, candidate=ama, cohort=cohort, by=academy) == f"{ama.reference} is in Autumn 2026 already."

    @pytest.mark.parametrize("persona", ["other_provider", "recruiter", "colleague", "icb_analyst", "auditor"])
    def test_another_providers_cohort(self, world, cohort, ama, persona):
        assert refusal(enrol, candidate=ama, cohort=cohort, by=world.acting(persona)) == (
            "Autumn 2026 is another provider's cohort."
        )

    def test_a_provider_cannot_take_somebody_whom_it_does_not_see(self, cohort, ama, provider):
        assert refusal(enrol, candidate=ama, cohort=cohort, by=provider) == (
            "You cannot enrol somebody whose record you do not see."
        )

    def test_one_that_cannot_be_enrolled_stops_all(self, world, cohort, ama, academy):
        stranger = CandidateFactory()
        rows = [NewEnrolment(candidate=person, cohort=cohort) for person in (ama, stranger)]
        assert refusal(enrol_many, rows=rows, by=academy) == "You cannot enrol somebody whose record you do not see."
        assert (Enrolment.unscoped.count(), Grant.objects.filter(organisation=world.provider).count()) == (0, 0)


class TestDays:
    """First and last days against the cohort (24 September 2026 to 22 January 2027) and today."""

    @pytest.mark.parametrize(
        ("day", "sentence"),
        [
            (date(2026, 9, 24), ""),
            (TODAY, ""),
            (
                date(2026, 9, 23),
                "The first day, 23 September 2026, is outside the cohort, which runs from 24 September 2026 to 22 January 2027.",
            ),
            (TODAY + DAY, "The first day, 24 November 2026, is in the future. Record it once it has come."),
            (date(2027, 1, 23), "The first day, 23 January 2027, is in the future. Record it once it has come."),
        ],
    )
    def test_first(self, enrolment, academy, day, sentence):
        if sentence:
            assert refusal(start, enrolment=enrolment, first_day=day, by=academy) == sentence
        else:
            assert start(enrolment=enrolment, first_day=day, by=academy).started_on == day

    @pytest.mark.parametrize("verb", ["complete", "leave"])
    @pytest.mark.parametrize(
        ("day", "sentence"),
        [
            (TODAY - 20 * DAY, ""),
            (TODAY, ""),
            (TODAY - 21 * DAY, "The last day is before the first day, 3 November 2026."),
            (TODAY + DAY, "The last day, 24 November 2026, is in the future. Record it once it has come."),
        ],
    )
    def test_last(self, world, cohort, ama, academy, verb, day, sentence):
        enrolment = in_state(world, cohort, ama, "started")
        do = {"complete": complete, "leave": lambda **facts: leave(leaving_reason="moved", **facts)}[verb]
        if sentence:
            assert refusal(do, enrolment=enrolment, on=day, by=academy) == sentence
        else:
            assert do(enrolment=enrolment, on=day, by=academy).ended_on == day

"""Putting people in cohorts, starting, ending, and who sees them meanwhile."""

from datetime import date, timedelta

import pytest

from audit import timeline
from audit.mover import Refused
from candidates.models import Candidate, Grant
from candidates.services import share
from organisations.models import Accession
from programmes.models import Attendance, Enrolment
from programmes.services import (
    NewEnrolment,
    complete,
    decline,
    enrol,
    enrol_many,
    leave,
    no_show,
    reject,
    start,
)
from tests.factories.candidates import CandidateFactory
from tests.factories.programmes import AttendanceFactory, CohortFactory, EnrolmentFactory, SessionFactory

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def sees(acting, candidate):
    return Candidate.objects.visible_to(acting).filter(pk=candidate.pk).exists()


class TestEnrol:
    def test_the_provider_sees_whom_it_gets_and_another_does_not(self, world, cohort, ama, academy, provider):
        enrolment = enrol(candidate=ama, cohort=cohort, by=academy)
        assert (enrolment.state, enrolment.referred_on, enrolment.reference[:4]) == ("enrolled", TODAY, "ENR-")
        assert [sees(world.acting(each), ama) for each in ("academy", "provider", "other_provider", "recruiter")] == [
            True,
            True,
            False,
            False,
        ]
        assert list(Enrolment.objects.visible_to(provider)) == [enrolment]
        assert [line.sentence for line in timeline.lines(ama, academy)] == ["Enrolled", "Shared with Open Doors"]

    @pytest.mark.parametrize(
        ("state", "sentence"),
        [("referred", "Referred to the programme"), ("offered", "Offered a place"), ("enrolled", "Enrolled")],
    )
    def test_by_hand_at_the_beginning_only(self, cohort, ama, academy, state, sentence):
        enrolment = enrol(candidate=ama, cohort=cohort, state=state, by=academy)
        assert [line.sentence for line in timeline.lines(enrolment, academy)] == [sentence]

    @pytest.mark.parametrize("state", ["started", "paused", "completed", "left", "declined", "ineligible", "nonsense"])
    def test_not_in_the_middle(self, cohort, ama, academy, state):
        with pytest.raises(Refused):
            enrol(candidate=ama, cohort=cohort, state=state, by=academy)
        assert Enrolment.unscoped.count() == 0

    def test_once_in_a_cohort(self, cohort, ama, academy):
        enrol(candidate=ama, cohort=cohort, by=academy)
        with pytest.raises(Refused) as refused:
            enrol(candidate=ama, cohort=cohort, by=academy)
        assert str(refused.value) == f"{ama.reference} is in Autumn 2026 already."

    def test_not_after_the_cohort_ended(self, programme, ama, academy):
        cohort = CohortFactory(programme=programme, name="Spring", starts=TODAY - 90 * DAY, ends=TODAY - DAY)
        with pytest.raises(Refused) as refused:
            enrol(candidate=ama, cohort=cohort, by=academy)
        assert str(refused.value) == (
            "Spring ended on 22 November 2026. Choose a cohort that runs or is to come, or import its history from a file."
        )

    def test_no_agreement_with_the_provider_no_enrolment(self, world, cohort, ama, academy):
        Accession.objects.filter(organisation=world.provider).update(ends=TODAY - DAY)
        with pytest.raises(Refused, match="^No data-sharing agreement between Skills Academy and Open Doors"):
            enrol(candidate=ama, cohort=cohort, by=academy)
        assert Enrolment.unscoped.count() == 0

    def test_a_provider_enrols_in_its_own_cohorts_only(self, world, cohort, ama):
        with pytest.raises(Refused, match="^Autumn 2026 is another provider's cohort.$"):
            enrol(candidate=ama, cohort=cohort, by=world.acting("other_provider"))

    def test_and_only_whom_it_sees(self, cohort, ama, provider):
        with pytest.raises(Refused, match="^You cannot enrol somebody whose record you do not see.$"):
            enrol(candidate=ama, cohort=cohort, by=provider)

    @pytest.mark.parametrize("persona", ["recruiter", "colleague", "icb_analyst", "auditor", "system_admin"])
    def test_others_enrol_nobody(self, world, cohort, ama, persona):
        with pytest.raises(Refused):
            enrol(candidate=ama, cohort=cohort, by=world.acting(persona))


class TestMany:
    @pytest.mark.parametrize("number", [1, 3, 25])
    def test_the_same_queries(self, world, cohort, academy, django_assert_num_queries, number):
        people = CandidateFactory.create_batch(number, seen_by=[world.academy])
        with django_assert_num_queries(16):
            rows = enrol_many(rows=[NewEnrolment(candidate=each, cohort=cohort) for each in people], by=academy)
        assert len(rows) == number

    def test_history_enters_at_any_state_with_evidence(self, cohort, ama, academy):
        row = NewEnrolment(
            candidate=ama,
            cohort=cohort,
            state="completed",
            started_on=TODAY - 40 * DAY,
            ended_on=TODAY - DAY,
            evidence="Imported register",
        )
        enrolment = enrol_many(rows=[row], by=academy, history=True)[0]
        assert (enrolment.state, enrolment.started_on, enrolment.start_evidence) == (
            "completed",
            TODAY - 40 * DAY,
            "Imported register",
        )
        assert [line.sentence for line in timeline.lines(enrolment, academy)] == ["Entered from a file as completed"]

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"state": "started"}, "Somebody who has started needs the first day and the evidence for it."),
            (
                {"state": "started", "started_on": TODAY},
                "Somebody who has started needs the first day and the evidence for it.",
            ),
            (
                {"state": "enrolled", "started_on": TODAY},
                "A first day belongs to somebody who has started. Remove it, or change the state.",
            ),
            (
                {"state": "completed", "started_on": TODAY, "evidence": "x"},
                "Somebody who completed or left needs the last day.",
            ),
            (
                {"state": "completed", "started_on": TODAY, "evidence": "x", "ended_on": TODAY - DAY},
                "The last day is before the first day, 23 November 2026.",
            ),
            (
                {"state": "left", "started_on": TODAY, "evidence": "x", "ended_on": TODAY},
                "A reason for leaving goes with somebody who left early, and only with them.",
            ),
            (
                {"state": "started", "started_on": TODAY + DAY, "evidence": "x"},
                "The first day, 24 November 2026, is in the future. Record it once it has come.",
            ),
            (
                {"state": "started", "started_on": TODAY - 61 * DAY, "evidence": "x"},
                "The first day, 23 September 2026, is outside the cohort, which runs from 24 September 2026 to 22 January 2027.",
            ),
        ],
    )
    def test_history_that_cannot_be(self, cohort, ama, academy, facts, sentence):
        with pytest.raises(Refused) as refused:
            enrol_many(rows=[NewEnrolment(candidate=ama, cohort=cohort, **facts)], by=academy, history=True)
        assert str(refused.value) == sentence

    def test_somebody_twice_in_one_go(self, cohort, ama, academy):
        with pytest.raises(Refused, match="^Somebody is entered twice for one cohort.$"):
            enrol_many(rows=[NewEnrolment(candidate=ama, cohort=cohort)] * 2, by=academy)


class TestStart:
    def test_by_an_attended_session_the_first_one(self, enrolment, cohort, provider):
        for day in (TODAY - DAY, TODAY - 5 * DAY):
            AttendanceFactory(enrolment=enrolment, session=SessionFactory(cohort=cohort, day=day))
        AttendanceFactory(
            enrolment=enrolment, session=SessionFactory(cohort=cohort, day=TODAY - 9 * DAY), present=False
        )
        started = start(enrolment=enrolment, by=provider)
        assert (started.state, started.started_on, started.start_evidence) == (
            "started",
            TODAY - 5 * DAY,
            "attended a session",
        )

    def test_by_a_recorded_first_day(self, enrolment, academy):
        started = start(enrolment=enrolment, first_day=TODAY - 3 * DAY, by=academy)
        assert (started.started_on, started.start_evidence) == (TODAY - 3 * DAY, "first day recorded")

    def test_by_neither_not_at_all(self, enrolment, cohort, academy):
        AttendanceFactory(enrolment=enrolment, session=SessionFactory(cohort=cohort), present=False)
        with pytest.raises(Refused, match="^No session was attended yet."):
            start(enrolment=enrolment, by=academy)
        assert Attendance.unscoped.count() == 1

    @pytest.mark.parametrize("day", [TODAY + DAY, date(2026, 9, 23)])
    def test_not_in_the_future_and_not_outside_the_cohort(self, enrolment, academy, day):
        with pytest.raises(Refused, match="^The first day"):
            start(enrolment=enrolment, first_day=day, by=academy)


class TestEnds:
    @pytest.fixture
    def started(self, enrolment, academy):
        return start(enrolment=enrolment, first_day=TODAY - 30 * DAY, by=academy)

    def grant(self, enrolment):
        return Grant.objects.get(cause=f"programmes.Enrolment:{enrolment.pk}")

    def test_completed_the_provider_sees_the_person_for_a_year(self, started, academy, provider, ama):
        done = complete(enrolment=started, seeking_work=True, by=academy)
        assert (done.state, done.ended_on, done.seeking_work) == ("completed", TODAY, True)
        assert self.grant(started).ends == date(2027, 11, 23)
        assert sees(provider, ama)

    def test_left_early_with_the_reason(self, started, academy):
        left = leave(enrolment=started, leaving_reason="health", on=TODAY - DAY, by=academy)
        assert (left.state, left.ended_on, left.leaving_reason) == ("left", TODAY - DAY, "health")
        assert self.grant(started).ends == date(2027, 11, 22)

    @pytest.mark.parametrize("reason", ["", "because"])
    def test_left_early_without_a_known_reason(self, started, academy, reason):
        with pytest.raises(Refused, match="^Choose the reason for leaving.$"):
            leave(enrolment=started, leaving_reason=reason, by=academy)

    @pytest.mark.parametrize(
        ("day", "sentence"),
        [
            (TODAY + DAY, "The last day, 24 November 2026, is in the future. Record it once it has come."),
            (TODAY - 31 * DAY, "The last day is before the first day, 24 October 2026."),
        ],
    )
    def test_impossible_last_days(self, started, academy, day, sentence):
        for verb in (lambda: complete(enrolment=started, on=day, by=academy),):
            with pytest.raises(Refused) as refused:
                verb()
            assert str(refused.value) == sentence

    @pytest.mark.parametrize(
        ("state", "verb", "ends_as"),
        [
            ("offered", lambda row, by: decline(enrolment=row, by=by), "declined"),
            ("offered", lambda row, by: reject(enrolment=row, reason="Under 16", by=by), "ineligible"),
            ("enrolled", lambda row, by: no_show(enrolment=row, by=by), "did_not_start"),
        ],
    )
    def test_who_never_started_is_not_the_providers_to_see(
        self, world, cohort, ama, academy, provider, state, verb, ends_as
    ):
        enrolment = enrol(candidate=ama, cohort=cohort, state=state, by=academy)
        assert sees(provider, ama)
        assert verb(enrolment, provider).state == ends_as
        assert not sees(provider, ama)
        assert sees(academy, ama)

    def test_a_rejection_says_why_and_the_reason_is_kept(self, world, cohort, ama, academy):
        enrolment = enrol(candidate=ama, cohort=cohort, state="referred", by=academy)
        with pytest.raises(Refused, match="^Say why"):
            reject(enrolment=enrolment, reason=" ", by=academy)
        reject(enrolment=enrolment, reason="Under 16", by=academy)
        assert timeline.lines(enrolment, academy)[0].reason == "Under 16"


def test_a_recruiter_who_sees_the_person_sees_nothing_of_a_programme(world, cohort, ama, academy, recruiter):
    enrolment = enrol(candidate=ama, cohort=cohort, by=academy)
    share(candidate=ama, organisation=world.trust, scope="contact", cause="pipeline.Referral:1", by=academy)
    assert sees(recruiter, ama)
    assert list(Enrolment.objects.visible_to(recruiter)) == []
    assert [line.sentence for line in timeline.lines(ama, recruiter)] == []
    assert [line.sentence for line in timeline.lines(enrolment, recruiter)] == []


def test_a_provider_sees_a_persons_enrolment_with_itself_only(world, ama, enrolment, provider):
    EnrolmentFactory(candidate=ama, cohort=CohortFactory(programme__provider=world.other_provider))
    assert list(Enrolment.objects.visible_to(provider)) == [enrolment]

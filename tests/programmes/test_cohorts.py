"""Programmes, cohorts, sessions and who came."""

from datetime import date, timedelta

import pytest

from audit import timeline
from audit.mover import Refused
from programmes.models import Attendance, Cohort, Programme, Session
from programmes.services import (
    add_cohort,
    add_programme,
    add_sessions,
    change_cohort,
    change_programme,
    mark_attendance,
    start_those_who_came,
)
from tests.factories.programmes import CohortFactory, EnrolmentFactory, ProgrammeFactory, SessionFactory

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


class TestAdd:
    def test_a_programme_and_its_cohort(self, world, academy):
        programme = add_programme(name="Step in", kind="swap", provider=world.provider, by=academy)
        cohort = add_cohort(
            programme=programme, name="A", starts=TODAY, ends=TODAY + DAY, places=12, host_trust=world.trust, by=academy
        )
        assert (programme.reference[:4], cohort.reference[:4], cohort.places) == ("PRG-", "COH-", 12)
        assert [line.sentence for line in timeline.lines(programme, academy)] == ["Cohort added", "Programme added"]

    def test_a_name_once(self, world, academy, programme, cohort):
        with pytest.raises(Refused, match="^Open Doors West London has a programme called care LEAVERS into care"):
            add_programme(name="care LEAVERS into care", kind="swap", provider=world.provider, by=academy)
        with pytest.raises(Refused, match="^Care leavers into care has a cohort called autumn 2026 already.$"):
            add_cohort(programme=programme, name="autumn 2026", starts=TODAY, ends=TODAY, by=academy)
        assert (Programme.unscoped.count(), Cohort.unscoped.count()) == (1, 1)

    def test_the_last_day_is_not_before_the_first(self, academy, programme):
        with pytest.raises(Refused, match="^The last day is before the first day."):
            add_cohort(programme=programme, name="B", starts=TODAY, ends=TODAY - DAY, by=academy)

    @pytest.mark.parametrize("persona", ["provider", "recruiter", "icb_analyst", "system_admin"])
    def test_the_academys_alone(self, world, programme, cohort, persona):
        by = world.acting(persona)
        for verb in (
            lambda: add_programme(name="X", kind="swap", provider=world.provider, by=by),
            lambda: add_cohort(programme=programme, name="X", starts=TODAY, ends=TODAY, by=by),
            lambda: change_programme(programme=programme, name="X", by=by),
            lambda: change_cohort(cohort=cohort, name="X", by=by),
        ):
            with pytest.raises(Refused, match="^Only the Skills Academy adds and changes programmes and cohorts.$"):
                verb()

    def test_changed(self, world, academy, programme, cohort):
        assert change_programme(programme=programme, name="New name", by=academy).name == "New name"
        assert change_cohort(cohort=cohort, places=5, by=academy).places == 5
        CohortFactory(programme=programme, name="Spring")
        ProgrammeFactory(provider=world.provider, name="Other")
        with pytest.raises(Refused):
            change_cohort(cohort=cohort, name="spring", by=academy)
        with pytest.raises(Refused):
            change_programme(programme=programme, name="OTHER", by=academy)


class TestMovedDates:
    """A session on the 20th and somebody who started on the 18th stay inside; whatever else moves may move."""

    @pytest.fixture
    def held(self, cohort):
        SessionFactory(cohort=cohort, day=date(2026, 11, 20))
        EnrolmentFactory(cohort=cohort, state="started", started_on=date(2026, 11, 18))
        return cohort

    @pytest.mark.parametrize(
        ("dates", "sentence"),
        [
            ({"starts": date(2026, 11, 21)}, "A session is on 20 November 2026. Choose a first day on or before it."),
            ({"ends": date(2026, 11, 19)}, "A session is on 20 November 2026. Choose a last day on or after it."),
            (
                {"starts": date(2026, 11, 19)},
                "Somebody started on 18 November 2026. Choose a first day on or before it.",
            ),
        ],
    )
    def test_not_past_what_is_recorded(self, held, academy, dates, sentence):
        was = held.starts, held.ends
        with pytest.raises(Refused) as refused:
            change_cohort(cohort=held, by=academy, **dates)
        held.refresh_from_db()
        assert (str(refused.value), (held.starts, held.ends)) == (sentence, was)

    def test_up_to_it(self, held, academy):
        moved = change_cohort(cohort=held, starts=date(2026, 11, 18), ends=date(2026, 11, 20), by=academy)
        assert (moved.starts, moved.ends) == (date(2026, 11, 18), date(2026, 11, 20))

    def test_a_name_changes_where_history_lies_outside(self, held, academy):
        SessionFactory(cohort=held, day=date(2020, 1, 1))
        assert change_cohort(cohort=held, name="Winter", by=academy).name == "Winter"


class TestSessions:
    def test_what_is_there_already_is_left_alone(self, cohort, provider):
        days = [TODAY, TODAY + 7 * DAY]
        assert len(add_sessions(cohort=cohort, days=days, title="Skills", by=provider)) == 2
        assert [
            each.day
            for each in add_sessions(cohort=cohort, days=[*days, TODAY + 14 * DAY], title="Skills", by=provider)
        ] == [TODAY + 14 * DAY]
        assert Session.unscoped.count() == 3

    @pytest.mark.parametrize("day", [TODAY - 61 * DAY, TODAY + 61 * DAY])
    def test_within_the_cohort(self, cohort, academy, day):
        with pytest.raises(
            Refused, match="is outside the cohort, which runs from 24 September 2026 to 22 January 2027"
        ):
            add_sessions(cohort=cohort, days=[day], title="Skills", by=academy)

    def test_another_providers_cohort_is_not_ones_own(self, world, cohort):
        with pytest.raises(Refused, match="^Autumn 2026 is another provider's cohort.$"):
            add_sessions(cohort=cohort, days=[TODAY], title="Skills", by=world.acting("other_provider"))


class TestAttendance:
    @pytest.fixture
    def session(self, cohort):
        return SessionFactory(cohort=cohort)

    @pytest.fixture
    def three(self, world, cohort):
        return [EnrolmentFactory(cohort=cohort, seen_by=[world.academy, world.provider]) for _ in range(3)]

    def marks(self):
        return dict(Attendance.unscoped.values_list("enrolment", "present"))

    def test_written_changed_and_taken_back(self, session, three, provider):
        one, two, three_ = (each.pk for each in three)
        assert mark_attendance(session=session, present={one: True, two: False}, by=provider) == (1, 1)
        assert self.marks() == {one: True, two: False}
        assert mark_attendance(session=session, present={one: False, two: None, three_: True}, by=provider) == (1, 1)
        assert self.marks() == {one: False, three_: True}

    def test_one_event_for_a_whole_grid_and_none_for_nothing_new(self, session, three, provider, cohort):
        marks = {each.pk: True for each in three}
        mark_attendance(session=session, present=marks, by=provider)
        mark_attendance(session=session, present=marks, by=provider)
        assert [line.sentence for line in timeline.lines(cohort, provider)] == [
            "Attendance recorded for 20 November 2026: 3 present, 0 absent"
        ]

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_same_queries(self, world, session, cohort, provider, django_assert_num_queries, number):
        people = [EnrolmentFactory(cohort=cohort, seen_by=[world.provider]) for _ in range(number)]
        with django_assert_num_queries(10):
            mark_attendance(session=session, present={each.pk: True for each in people}, by=provider)

    def test_not_before_the_day(self, cohort, three, provider):
        session = SessionFactory(cohort=cohort, day=TODAY + DAY)
        with pytest.raises(Refused, match="^24 November 2026 is still to come."):
            mark_attendance(session=session, present={three[0].pk: True}, by=provider)

    def test_nobody_of_another_cohort(self, world, session, provider):
        stranger = EnrolmentFactory(
            cohort=CohortFactory(programme=ProgrammeFactory(provider=world.other_provider)), seen_by=[world.provider]
        )
        with pytest.raises(Refused, match="^Somebody on the list is not in this cohort any more."):
            mark_attendance(session=session, present={stranger.pk: True}, by=provider)

    def test_another_provider_records_nothing(self, world, session, three):
        with pytest.raises(Refused):
            mark_attendance(session=session, present={three[0].pk: True}, by=world.acting("other_provider"))

    def test_those_who_came_have_started(self, session, three, cohort, provider):
        one, two, three_ = three
        mark_attendance(session=session, present={one.pk: True, two.pk: False, three_.pk: True}, by=provider)
        assert start_those_who_came(cohort=cohort, by=provider) == 2
        assert start_those_who_came(cohort=cohort, by=provider) == 0
        states = []
        for each in three:
            each.refresh_from_db()
            states.append((each.state, each.started_on))
        assert states == [("started", session.day), ("enrolled", None), ("started", session.day)]

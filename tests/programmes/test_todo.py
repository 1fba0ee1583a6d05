"""Today's tasks of the academy and of a provider."""

from collections import Counter
from datetime import date, timedelta

import pytest

from candidates.models import Candidate, Certificate
from programmes.todo import todo
from tests.factories.candidates import CandidateFactory, CertificateFactory
from tests.factories.programmes import (
    AttendanceFactory,
    CohortFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    SessionFactory,
)

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def said(acting):
    return [(task.text, task.due, task.detail) for task in todo(acting)]


@pytest.fixture
def ready(enrolment, ama):
    """Ama lacks nothing, in a cohort that goes on for long."""
    return CertificateFactory(candidate=ama)


def test_nothing_to_do(ready, academy, provider):
    assert (said(academy), said(provider)) == ([], [])


@pytest.mark.parametrize(
    "persona", ["recruiter", "colleague", "icb_analyst", "auditor", "system_admin", "other_provider"]
)
def test_nobody_else_is_asked(world, enrolment, ama, persona):
    CertificateFactory(candidate=ama, ends=TODAY + DAY)
    assert said(world.acting(persona)) == []


class TestRunningOut:
    @pytest.mark.parametrize(("days", "asked"), [(28, True), (29, False), (1, True)])
    def test_a_certificate(self, ready, ama, academy, days, asked):
        Certificate.unscoped.update(ends=TODAY + days * DAY)
        task = ("Decide eligibility again: Ama Mensah", TODAY + days * DAY, f"{ama.reference}, it ends then")
        assert said(academy) == ([task] if asked else [])

    def test_not_if_another_lasts_longer(self, ready, ama, academy):
        CertificateFactory(candidate=ama, ends=TODAY + DAY)
        assert said(academy) == []

    def test_the_last_of_several(self, ama, academy, enrolment):
        CertificateFactory(candidate=ama, ends=TODAY + DAY)
        CertificateFactory(candidate=ama, ends=TODAY + 9 * DAY)
        assert [due for _, due, _ in said(academy)] == [TODAY + 9 * DAY]

    @pytest.mark.parametrize(
        ("facts", "due"),
        [
            ({"right_to_work_expires": TODAY + 28 * DAY}, TODAY + 28 * DAY),
            ({"right_to_work_expires": TODAY + 29 * DAY}, None),
            ({"right_to_work_expires": TODAY - 3 * DAY}, TODAY - 3 * DAY),
            ({"right_to_work_expires": TODAY - 61 * DAY}, None),
            ({"right_to_work": "volunteer", "right_to_work_expires": TODAY + DAY}, None),
        ],
    )
    def test_a_permission(self, ready, ama, provider, facts, due):
        Candidate.unscoped.filter(pk=ama.pk).update(**facts)
        task = ("See a new proof of right to work: Ama Mensah", due, ama.reference)
        assert said(provider) == ([task] if due else [])

    @pytest.mark.parametrize(("born", "asked"), [(date(2008, 11, 24), True), (date(2008, 11, 23), False)])
    def test_somebody_under_18_without_a_lead(self, ready, ama, academy, born, asked):
        Candidate.unscoped.filter(pk=ama.pk).update(date_of_birth=born)
        task = ("Name a safeguarding lead for Ama Mensah", None, f"{ama.reference}, under 18")
        assert said(academy) == ([task] if asked else [])


class TestCohorts:
    def test_begins_soon_without_people(self, world, programme, academy, provider):
        CohortFactory(programme=programme, name="Empty", starts=TODAY + 28 * DAY)
        CohortFactory(programme=programme, name="Later", starts=TODAY + 29 * DAY)
        half = CohortFactory(programme=programme, name="Half", starts=TODAY + DAY, places=2)
        EnrolmentFactory(cohort=half, candidate=CertificateFactory().candidate, seen_by=[world.academy])
        CohortFactory(programme=programme, name="Thin", starts=TODAY + 2 * DAY, places=3)
        assert sorted(said(academy)) == [
            ("Find people for Care leavers into care, Empty", TODAY + 28 * DAY, "nobody is in it yet"),
            ("Find people for Care leavers into care, Thin", TODAY + 2 * DAY, "0 of 3 places taken"),
        ]
        assert said(provider) == []

    def test_ends_soon_and_somebody_is_not_ready(self, world, programme, academy):
        cohort = CohortFactory(programme=programme, name="Ending", ends=TODAY + 28 * DAY)
        for _ in range(2):
            EnrolmentFactory(cohort=cohort, seen_by=[world.academy])
        EnrolmentFactory(cohort=cohort, candidate=CertificateFactory().candidate, seen_by=[world.academy])
        EnrolmentFactory(cohort=cohort, state="declined", seen_by=[world.academy])
        assert said(academy) == [
            ("Get 2 people ready: Care leavers into care, Ending", TODAY + 28 * DAY, "The cohort ends then")
        ]
        assert todo(academy)[0].url == f"/people/?cohort={cohort.reference}&ready=no"

    def test_is_over_and_somebody_is_still_in_it(self, world, programme, academy, provider):
        cohort = CohortFactory(programme=programme, name="Over", ends=TODAY - 2 * DAY)
        row = EnrolmentFactory(cohort=cohort, seen_by=[world.academy, world.provider])
        CertificateFactory(candidate=row.candidate)
        task = (
            "Say how it ended for 1 person: Care leavers into care, Over",
            TODAY + 5 * DAY,
            f"{cohort.reference}, ended 21 November 2026",
        )
        assert (said(academy), said(provider)) == ([task], [task])


class TestRegisters:
    def test_a_session_without_attendance_is_the_providers(self, ready, cohort, enrolment, academy, provider):
        session = SessionFactory(cohort=cohort, day=TODAY)
        SessionFactory(cohort=cohort, day=TODAY + DAY)
        AttendanceFactory(session=SessionFactory(cohort=cohort, day=TODAY - DAY), enrolment=enrolment, present=False)
        assert said(provider) == [
            ("Record who came on 23 November: Interview skills", TODAY, "Care leavers into care, Autumn 2026")
        ]
        assert todo(provider)[0].url == f"/programmes/cohorts/{cohort.reference}/attendance/?only={session.pk}"
        assert said(academy) == []

    def test_not_where_nobody_is_enrolled(self, cohort, provider):
        SessionFactory(cohort=cohort, day=TODAY)
        assert said(provider) == []

    def test_who_came_and_did_not_start(self, ready, cohort, enrolment, provider):
        AttendanceFactory(session=SessionFactory(cohort=cohort), enrolment=enrolment)
        assert said(provider) == [
            ("Record the start of 1 person: Care leavers into care, Autumn 2026", None, "they came to a session")
        ]


@pytest.mark.parametrize(("persona", "queries"), [("academy", 8), ("provider", 9)])
@pytest.mark.parametrize("number", [1, 3])
def test_the_same_queries(world, django_assert_num_queries, persona, queries, number):
    programme = ProgrammeFactory(provider=world.provider)
    for _ in range(number):
        cohort = CohortFactory(programme=programme, ends=TODAY + 9 * DAY)
        CohortFactory(programme=programme, starts=TODAY + 9 * DAY)
        SessionFactory(cohort=cohort)
        person = CandidateFactory(right_to_work_expires=TODAY + DAY, date_of_birth=date(2010, 1, 1))
        EnrolmentFactory(cohort=cohort, candidate=person, seen_by=[world.academy, world.provider])
    with django_assert_num_queries(queries):
        assert len(todo(world.acting(persona))) >= number * 3


def test_many_of_one_kind_hide_nothing_of_another(world, academy):
    for _ in range(60):
        CertificateFactory(candidate=CandidateFactory(seen_by=[world.academy]), ends=TODAY + DAY)
    CohortFactory(programme=ProgrammeFactory(provider=world.provider), starts=TODAY + 9 * DAY)
    assert Counter(task.text.split(":")[0] for task in todo(academy))["Decide eligibility again"] == 60
    assert len(todo(academy)) == 61

"""Programmes, cohorts and enrolments for tests."""

from datetime import date, timedelta

import factory

from audit import clock
from audit.references import draw
from programmes.models import Attendance, Cohort, Eligibility, Enrolment, Programme, Session
from tests.factories.base import UnscopedFactory
from tests.factories.candidates import CandidateFactory, GrantFactory


class ProgrammeFactory(UnscopedFactory):
    class Meta:
        model = Programme

    reference = factory.LazyFunction(lambda: draw("PRG"))
    name = factory.Sequence(lambda n: f"Ready for work {n}")
    kind = "job_skills"


class CohortFactory(UnscopedFactory):
    """Runs from two months ago to two months ahead, unless said."""

    class Meta:
        model = Cohort

    reference = factory.LazyFunction(lambda: draw("COH"))
    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Autumn {n}")
    starts = factory.LazyFunction(lambda: clock.today() - timedelta(days=60))
    ends = factory.LazyFunction(lambda: clock.today() + timedelta(days=60))


class SessionFactory(UnscopedFactory):
    class Meta:
        model = Session

    cohort = factory.SubFactory(CohortFactory)
    day = date(2026, 11, 20)
    title = "Interview skills"


class EnrolmentFactory(UnscopedFactory):
    """`EnrolmentFactory(seen_by=[academy, provider])` also gives these organisations the whole record."""

    class Meta:
        model = Enrolment
        skip_postgeneration_save = True

    reference = factory.LazyFunction(lambda: draw("ENR"))
    cohort = factory.SubFactory(CohortFactory)
    candidate = factory.SubFactory(CandidateFactory)
    state = "enrolled"
    referred_on = factory.LazyFunction(lambda: clock.today() - timedelta(days=30))

    @factory.post_generation
    def seen_by(self, create, organisations, **kwargs):
        for organisation in organisations or ():
            GrantFactory(candidate=self.candidate, organisation=organisation, cause=f"programmes.Enrolment:{self.pk}")


class AttendanceFactory(UnscopedFactory):
    class Meta:
        model = Attendance

    session = factory.SubFactory(SessionFactory)
    enrolment = factory.SubFactory(EnrolmentFactory)
    present = True


class EligibilityFactory(UnscopedFactory):
    class Meta:
        model = Eligibility

    candidate = factory.SubFactory(CandidateFactory)
    route = "plus"
    group = "care_leavers"
    evidence = "Letter from the council's leaving-care team"
    decided_on = factory.LazyFunction(clock.today)
    starts = factory.LazyFunction(clock.today)
    ends = factory.LazyFunction(lambda: clock.today() + timedelta(days=365))

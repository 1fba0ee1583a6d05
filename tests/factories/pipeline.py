"""Referrals, interviews, outcomes and jobs for tests, in any state and with the days that the state needs."""

from datetime import datetime, timedelta
from secrets import token_hex

import factory

from audit import clock
from audit.references import draw
from pipeline.appointments import follow_work
from pipeline.models import Employment, Interview, Outcome, Referral
from tests.factories.base import UnscopedFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.vacancies import VacancyFactory
from vacancies.models import Criterion, Entry, EntryKind, Year

AT_THE_TRUST = ("submitted", "meets", "does_not_meet", "kept", "released", "broken")
DECIDED = ("meets", "does_not_meet", "kept", "released", "broken")
CLOSED = ("does_not_meet", "released", "broken", "declined", "withdrawn", "closed")


def on_days(states, days):
    """A day `days` ago for a referral in one of `states`, else None."""
    return factory.LazyAttribute(lambda row: clock.days_ago(days) if row.state in states else None)


class CriterionFactory(UnscopedFactory):
    class Meta:
        model = Criterion

    vacancy = factory.SubFactory(VacancyFactory)
    text = factory.Sequence(lambda n: f"Communicates clearly {n}")
    essential = True
    order = factory.Sequence(lambda n: n + 1)


class ReferralFactory(UnscopedFactory):
    """`ReferralFactory(state="meets")` has the days of its state; no grants, holds or ledger rows: services write those."""

    class Meta:
        model = Referral

    reference = factory.LazyFunction(lambda: draw("REF"))
    candidate = factory.SubFactory(CandidateFactory)
    vacancy = factory.SubFactory(VacancyFactory)
    state = "submitted"
    mode = "native"
    made_at = factory.LazyFunction(clock.now)
    offered_on = factory.LazyAttribute(lambda row: None if row.state == "suggested" else clock.days_ago(6))
    answer_by = factory.LazyAttribute(lambda row: None if row.state == "suggested" else clock.days_ago(-1))
    answered_on = on_days(("accepted", "declined", *AT_THE_TRUST), 5)
    submitted_on = on_days(AT_THE_TRUST, 4)
    decide_by = on_days(AT_THE_TRUST, -1)
    decided_on = on_days(DECIDED, 3)
    interview_by = on_days(("meets", "kept", "released", "broken"), -20)
    kept_on = on_days(("kept",), 1)
    closed_on = on_days(CLOSED, 1)
    shuffle = factory.LazyFunction(lambda: token_hex(8))


class InterviewFactory(UnscopedFactory):
    """At 10:00 three days from now, unless said."""

    class Meta:
        model = Interview

    reference = factory.LazyFunction(lambda: draw("INT"))
    referral = factory.SubFactory(ReferralFactory, state="meets")
    at = factory.LazyFunction(lambda: at_ten(3))
    made_at = factory.LazyFunction(clock.now)


class OutcomeFactory(UnscopedFactory):
    class Meta:
        model = Outcome

    referral = factory.SubFactory(ReferralFactory, state="kept")
    interview = factory.LazyAttribute(lambda row: InterviewFactory(referral=row.referral, state="held", at=at_ten(-1)))
    state = "not_appointed"
    feedback = "Bring an example of working in a team."
    on = factory.LazyFunction(clock.today)


class EmploymentFactory(UnscopedFactory):
    class Meta:
        model = Employment
        skip_postgeneration_save = True

    reference = factory.LazyFunction(lambda: draw("JOB"))
    candidate = factory.SubFactory(CandidateFactory)
    employer = factory.LazyAttribute(lambda row: row.vacancy.trust)
    vacancy = factory.SubFactory(VacancyFactory)
    contract = "permanent"
    evidence = "employer"
    state = "offered"
    title = "Healthcare support worker"
    offered_on = factory.LazyFunction(lambda: clock.days_ago(10))
    started_on = factory.LazyAttribute(lambda row: clock.days_ago(7) if row.state in ("started", "ended") else None)
    ended_on = factory.LazyAttribute(lambda row: clock.days_ago(2) if row.state == "ended" else None)
    made_at = factory.LazyFunction(clock.now)

    @factory.post_generation
    def follow_work(self, create, extracted, **more):
        follow_work(self.candidate_id)


def at_ten(days: int) -> datetime:
    """Ten in the morning, London time, `days` from today."""
    day = clock.today() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 10, tzinfo=clock.LONDON)


def reserve_posts(vacancy, posts=1):
    """Ledger rows as `reserve` writes them, without asking what is due; 2 slots a post."""
    year, _ = Year.objects.get_or_create(trust=vacancy.trust, starts_in=clock.financial_year(clock.today()))
    number = Entry.unscoped.filter(year=year).count()
    for step, (kind, more) in enumerate(
        (
            (EntryKind.OPEN, {"posts": vacancy.posts, "adverts": 1}),
            (EntryKind.RESERVE, {"reserved": posts, "reserved_adverts": 1}),
        ),
        start=1,
    ):
        entry = Entry(
            year=year,
            number=number + step,
            kind=kind,
            vacancy=vacancy,
            day=clock.today(),
            at=clock.now(),
            cause=f"{kind}:{vacancy.pk}",
            previous=_tail(year),
            **more,
        )
        entry.digest = entry.expected_digest()
        entry.save()


def _tail(year):
    last = Entry.unscoped.filter(year=year).order_by("-number").first()
    return last.digest if last else ""

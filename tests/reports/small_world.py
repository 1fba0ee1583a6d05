"""Three trusts, one that became part of another, and people whose figures are worked out by hand in the tests."""

from dataclasses import dataclass
from datetime import date, timedelta

from audit import clock
from audit.references import draw
from organisations.models import Kind, Organisation, Standing, Succession
from organisations.services import system
from pipeline.models import Employment, Referral
from tests.factories.candidates import CandidateFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.programmes import CohortFactory, EnrolmentFactory, ProgrammeFactory
from tests.factories.vacancies import VacancyFactory
from vacancies.ledger import Line, lock_year, write
from vacancies.models import EntryKind

YEAR = 2026  # April 2026 to March 2027; today is Monday 23 November 2026


@dataclass
class Trusts:
    imperial: Organisation
    hillingdon: Organisation
    kingston: Organisation
    hounslow: Organisation  # became part of Kingston in 2024
    elsewhere: Organisation  # a trust that is no party to the Charter


def make_trusts():
    def trust(name, standing=Standing.SIGNATORY):
        return OrganisationFactory(short_name=name, standing=standing)

    made = Trusts(
        trust("Imperial"), trust("Hillingdon"), trust("Kingston"), trust("Hounslow"), trust("Leeds", Standing.NONE)
    )
    Succession.objects.create(predecessor=made.hounslow, successor=made.kingston, on=date(2024, 11, 1))
    return made


def cohort(host=None, kind="job_skills"):
    programme = ProgrammeFactory(kind=kind, provider=OrganisationFactory(kind=Kind.PROVIDER))
    return CohortFactory(programme=programme, host_trust=host, starts=date(2025, 1, 1), ends=date(2027, 1, 1))


def person(**facts):
    return CandidateFactory(**facts)


def started(who, where, on):
    return EnrolmentFactory(cohort=where, candidate=who, state="started", started_on=on, referred_on=on)


def ended(who, where, starts, ends, *, left=False, seeking=None):
    return EnrolmentFactory(
        cohort=where,
        candidate=who,
        state="left" if left else "completed",
        started_on=starts,
        ended_on=ends,
        referred_on=starts,
        seeking_work=seeking,
    )


def job(who, on, *, employer=None, nhs=True, contract="permanent", state="started"):
    return Employment.unscoped.create(
        reference=draw("JOB"),
        candidate=who,
        employer=employer,
        nhs=nhs,
        contract=contract,
        evidence="payroll",
        state=state,
        started_on=on,
        made_at=clock.now(),
    )


def referral(who, vacancy, *, offered=None, submitted=None, state="offered"):
    return Referral.unscoped.create(
        reference=draw("REF"),
        candidate=who,
        vacancy=vacancy,
        state=state,
        mode="trac",
        offered_on=offered,
        submitted_on=submitted,
        made_at=clock.now(),
        shuffle="x",
    )


def ledger(trust, on, kind, vacancy=None, *, starts_in=YEAR, at=None, **amounts):
    """One line of the ledger, written at noon of a day, or at the moment `at`."""
    with clock.pretend(at or clock.start_of(on) + timedelta(hours=12)):
        line = Line(kind, f"{kind}:{draw('VAC')}", vacancy, day=on, **amounts)
        write(lock_year(trust.pk, starts_in), [line], by=system(on=on))


def counted(trust, on, posts=1, reserved=0, *, state="open", opened_on=None, starts_in=YEAR):
    """A vacancy that was decided on a day."""
    opened = opened_on or on
    vacancy = VacancyFactory(trust=trust, posts=posts, state=state, opened_on=opened, closes_on=None)
    ledger(trust, on, EntryKind.OPEN, vacancy, starts_in=starts_in, posts=posts, adverts=1)
    if reserved:
        ledger(trust, on, EntryKind.RESERVE, vacancy, starts_in=starts_in, reserved=reserved, reserved_adverts=1)
    return vacancy


def reached(vacancy, on, kind, times=1):
    """`times` people were decided, interviewed or appointed."""
    for _ in range(times):
        ledger(vacancy.trust, on, kind, vacancy, level=1)

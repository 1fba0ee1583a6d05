"""Who may do what with programmes, enrolments and eligibility: each check raises a sentence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Min

from audit.acting import Acting, Role
from audit.clock import today
from audit.mover import Refused
from candidates.choices import Answer
from candidates.models import Candidate, Home
from candidates.rules import check_write
from nhsuk.words import long_day
from organisations.models import Organisation
from programmes.models import Cohort, Eligibility, Enrolment, Group, Programme, Route, Session
from programmes.policies import NATIONAL

MANAGERS = (Role.ACADEMY, Role.SYSTEM)
A_YEAR, FIVE_YEARS = timedelta(days=366), timedelta(days=1827)
COUNTS_AS_TAKING_PART = ("enrolled", "started", "paused", "completed")


def check_manage(*, by: Acting) -> None:
    """Programmes and cohorts are the academy's to add and change."""
    if by.role not in MANAGERS:
        raise Refused("Only the Skills Academy adds and changes programmes and cohorts.")


def check_cohort(*, by: Acting, cohort: Cohort) -> None:
    """The academy works with every cohort, a provider with its own."""
    own = by.role == Role.PROVIDER and cohort.programme.provider_id == by.organisation_id
    if by.role not in MANAGERS and not own:
        raise Refused(f"{cohort.name} is another provider's cohort.")


def check_enrolment(*, by: Acting, row: Enrolment) -> None:
    """Whoever sees an enrolment may move it: the academy, and the provider of the cohort."""
    if not Enrolment.objects.visible_to(by).filter(pk=row.pk).exists():
        raise Refused(f"You cannot change enrolment {row.reference}.")


def check_open(cohort: Cohort, *, on: date) -> None:
    """People join by hand while the cohort runs or before; history comes by import, with evidence."""
    if cohort.ends < on:
        raise Refused(
            f"{cohort.name} ended on {long_day(cohort.ends)}. Choose a cohort that runs or is to come, "
            "or import its history from a file."
        )


def check_first_day(cohort: Cohort, day: date, *, on: date) -> None:
    """A first day lies within the cohort and not in the future."""
    if day > on:
        raise Refused(f"The first day, {long_day(day)}, is in the future. Record it once it has come.")
    if not cohort.starts <= day <= cohort.ends:
        raise Refused(
            f"The first day, {long_day(day)}, is outside the cohort, which runs from {long_day(cohort.starts)} "
            f"to {long_day(cohort.ends)}."
        )


def check_last_day(enrolment: Enrolment, day: date, *, on: date) -> None:
    """A last day is not before the first and not in the future."""
    if day > on:
        raise Refused(f"The last day, {long_day(day)}, is in the future. Record it once it has come.")
    if enrolment.started_on and day < enrolment.started_on:
        raise Refused(f"The last day is before the first day, {long_day(enrolment.started_on)}.")


def check_dates(starts: date, ends: date) -> None:
    if ends < starts:
        raise Refused("The last day is before the first day. Swap them, or check the year.")


def check_decide(
    *, by: Acting, candidate: Candidate, route: str, group: str, evidence: str, home: Home | None, reading: str
) -> None:
    """Evidence was seen, and it fits the route. An unknown place is unknown, never no: it asks for an address."""
    check_write(by=by, candidate=candidate)
    if candidate.merged_into_id:
        raise Refused("This record is joined to another. Decide there.")
    if route not in Route.values:
        raise Refused("Choose the route: a programme, CORE20, or a PLUS group.")
    if not evidence.strip():
        raise Refused("Say which evidence you saw, such as a letter from the council.")
    if (route == Route.PLUS) != bool(group):
        raise Refused("Choose the PLUS group." if route == Route.PLUS else "A group goes with the PLUS route only.")
    if group and group not in Group.values:
        raise Refused("Choose one of the PLUS groups.")
    if route == Route.CORE20:
        check_core20(home, reading=reading)
    if route == Route.PROGRAMME:
        check_takes_part(candidate)


def check_core20(home: Home | None, *, reading: str) -> None:
    """The home is in the most deprived 20% by the reading in force."""
    answer = core20_answer(home, reading=reading)
    if answer == Answer.UNKNOWN:
        raise Refused(
            "It is not known whether the home is in the most deprived 20%: no place was found for it. That is not a no. "
            "Record or correct the home, or use another route."
        )
    if answer == Answer.NO:
        where = "England" if reading == NATIONAL else "North West London"
        raise Refused(f"The home is not in the most deprived 20% of {where}. Use another route.")


def core20_answer(home: Home | None, *, reading: str) -> str:
    """Yes, no or unknown by the reading in force."""
    if home is None:
        return Answer.UNKNOWN
    return home.core20 if reading == NATIONAL else home.core20_nwl


def check_takes_part(candidate: Candidate) -> None:
    """Somebody in a programme, or who completed one."""
    if not Enrolment.unscoped.filter(candidate=candidate, state__in=COUNTS_AS_TAKING_PART).exists():
        raise Refused(
            f"{candidate.reference} is in no programme and completed none. Enrol them first, or use another route."
        )


def check_first_day_of(candidate: Candidate, starts: date) -> None:
    """The year is not mistyped: eligibility starts within a year, or once the last decision ends; or it did in the last five."""
    last = Eligibility.unscoped.filter(candidate=candidate).aggregate(last=Max("ends"))["last"]
    if starts > max(today() + A_YEAR, last or starts.min):
        raise Refused(f"{long_day(starts)} is more than a year away. Check the year.")
    if starts < today() - FIVE_YEARS:
        raise Refused(f"{long_day(starts)} is more than five years ago. Check the year.")


def check_term(starts: date, ends: date) -> None:
    """Eligibility ends after it starts, within ten years."""
    if ends <= starts:
        raise Refused("Eligibility ends after it starts. Check the dates.")
    if ends > starts + 2 * FIVE_YEARS:
        raise Refused(f"{long_day(ends)} is more than ten years after it starts. Check the year.")


def check_not_decided(candidate: Candidate, *, route: str, group: str, starts: date, ends: date) -> None:
    """One decision at a time for a route and group."""
    begun = Eligibility.unscoped.filter(candidate=candidate, route=route, group=group, starts__lt=ends)
    held = begun.exclude(ends__lte=starts).order_by("-starts").first()
    if held:
        until = f"until {long_day(held.ends)}" if held.ends else "without an end"
        raise Refused(f"Eligibility by this route is decided already, {until}. End that first, or start after it.")


def check_programme_facts(facts: dict[str, Any], *, programme: Programme | None = None) -> None:
    """A name that the provider has once only."""
    same = Programme.unscoped.filter(provider=facts["provider"], name__iexact=facts["name"])
    if same.exclude(pk=programme.pk if programme else None).exists():
        raise Refused(f"{facts['provider']} has a programme called {facts['name']} already.")


def check_provider(programme: Programme, provider: Organisation) -> None:
    """A programme changes hands only while nobody is in it: whoever runs it sees its people."""
    if provider == programme.provider or not Enrolment.unscoped.filter(cohort__programme=programme).exists():
        return
    raise Refused(
        f"{programme.provider} sees people because they are in {programme.name}. Add a programme of {provider} instead."
    )


def check_session_day(cohort: Cohort, day: date) -> None:
    if not cohort.starts <= day <= cohort.ends:
        raise Refused(
            f"{long_day(day)} is outside the cohort, which runs from {long_day(cohort.starts)} to {long_day(cohort.ends)}."
        )


def check_covers(cohort: Cohort) -> None:
    """The cohort's dates take in its sessions and the first days that were recorded."""
    planned = Session.unscoped.filter(cohort=cohort).aggregate(first=Min("day"), last=Max("day"))
    started = Enrolment.unscoped.filter(cohort=cohort).aggregate(first=Min("started_on"), last=Max("started_on"))
    for what, days in (("A session is on", planned), ("Somebody started on", started)):
        if days["first"] and days["first"] < cohort.starts:
            raise Refused(f"{what} {long_day(days['first'])}. Choose a first day on or before it.")
        if days["last"] and days["last"] > cohort.ends:
            raise Refused(f"{what} {long_day(days['last'])}. Choose a last day on or after it.")


def check_attendance_day(day: date) -> None:
    if day > today():
        raise Refused(f"{long_day(day)} is still to come. Record attendance on the day or after it.")

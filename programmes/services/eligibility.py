"""Why a person is eligible: decided by somebody who saw evidence; other rooms learn only that it is so."""

from __future__ import annotations

import calendar
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from audit.acting import Acting
from audit.clock import today
from audit.events import record
from audit.mover import Refused
from candidates.models import Candidate, Home
from candidates.rules import check_write
from candidates.services import cause_of, certify, end_certificate, home_of
from nhsuk.words import long_day
from organisations.policies import value_of
from programmes.models import Eligibility, Route
from programmes.policies import BOTH
from programmes.rules import check_decide, check_first_day_of, check_not_decided, check_term


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later, or the month's last day where that day does not exist."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def default_end(route: str, starts: date) -> date:
    """When eligibility by `route` ends unless somebody says otherwise: a policy, in months."""
    return months_after(starts, value_of(f"programmes.months_{Route(route)}", on=starts))


@transaction.atomic
def decide_eligibility(
    *,
    candidate: Candidate,
    route: str,
    evidence: str,
    by: Acting,
    group: str = "",
    starts: date | None = None,
    ends: date | None = None,
) -> Eligibility:
    """Decide that a person is eligible by a route, with the evidence seen, and write the certificate that does not say why.

    `ends` is the first day on which it no longer holds; by default as long as the policy says. CORE20 needs a home that
    is in the most deprived 20% by the reading in force: unknown asks for an address and is never taken for no.
    """
    candidate = Candidate.unscoped.select_for_update(of=("self",)).get(pk=candidate.pk)
    first = starts or today()
    check_first_day_of(candidate, first)  # before the policies of that day are asked for
    reading, home = value_of("programmes.core20_reading", on=first), home_of(candidate, on=today())
    check_decide(by=by, candidate=candidate, route=route, group=group, evidence=evidence, home=home, reading=reading)
    last = ends or default_end(route, first)
    check_term(first, last)
    check_not_decided(candidate, route=route, group=group, starts=first, ends=last)
    eligibility = Eligibility.unscoped.create(
        candidate=candidate,
        route=route,
        group=group,
        evidence=evidence.strip()[:200],
        decided_on=today(),
        starts=first,
        ends=last,
        found=found_that_day(home, reading),
    )
    _certify(eligibility, by)
    record(by=by, verb="decide", on=eligibility, threads=[candidate], ends=long_day(last))
    return eligibility


def found_that_day(home: Home | None, reading: str) -> dict[str, object]:
    """What was known of the place when the decision was taken; no postcode."""
    if home is None:
        return {"reading": reading}
    return {
        "reading": reading,
        "decile": home.decile,
        "core20": home.core20,
        "core20_nwl": home.core20_nwl,
        "local": home.local,
        "edition": home.edition,
    }


def _certify(eligibility: Eligibility, by: Acting) -> None:
    """A certificate for the decision; where the Charter is read as "both", for the days on which one of each holds."""
    starts, ends = eligibility.starts, eligibility.ends
    if value_of("programmes.eligible_by", on=today()) == BOTH:
        other = _other_kind(eligibility).first()
        if other is None:
            return
        starts, ends = max(starts, other.starts), min(filter(None, (ends, other.ends)), default=None)
    certify(candidate=eligibility.candidate, cause=cause_of(eligibility), starts=starts, ends=ends, by=by)


def _other_kind(eligibility: Eligibility, *, on: date | None = None) -> QuerySet[Eligibility]:
    """Decisions of the other kind (a programme, or a CORE20PLUS background) that overlap, the longest first."""
    rows = Eligibility.unscoped.filter(candidate=eligibility.candidate).exclude(pk=eligibility.pk)
    is_programme = eligibility.route == Route.PROGRAMME
    rows = rows.exclude(route=Route.PROGRAMME) if is_programme else rows.filter(route=Route.PROGRAMME)
    rows = rows.filter(Q(ends__isnull=True) | Q(ends__gt=on or eligibility.starts))
    if eligibility.ends:
        rows = rows.filter(starts__lt=eligibility.ends)
    return rows.order_by("-ends")


@transaction.atomic
def end_eligibility(*, eligibility: Eligibility, on: date, reason: str, by: Acting) -> Eligibility:
    """End a decision on a day, with the reason; the certificate ends with it. What was promised before stands."""
    eligibility = (
        Eligibility.unscoped.select_for_update(of=("self",)).select_related("candidate").get(pk=eligibility.pk)
    )
    check_write(by=by, candidate=eligibility.candidate)
    if not reason.strip():
        raise Refused("Say why eligibility ends.")
    if eligibility.ends is not None and eligibility.ends <= on:
        raise Refused(f"It ends on {long_day(eligibility.ends)} already.")
    leaned_on_it = (
        list(_other_kind(eligibility, on=on)) if value_of("programmes.eligible_by", on=today()) == BOTH else []
    )
    eligibility.ends = max(on, eligibility.starts)
    eligibility.save(update_fields=["ends"])
    end_certificate(cause=cause_of(eligibility), on=on, by=by)
    for other in leaned_on_it:
        if not _other_kind(other, on=max(on, other.starts)).exists():
            end_certificate(cause=cause_of(other), on=on, by=by)
    record(
        by=by,
        verb="end",
        on=eligibility,
        threads=[eligibility.candidate],
        reason=reason,
        ends=long_day(eligibility.ends),
    )
    return eligibility

"""Who may see a person: grants, each with its cause, opened only under an agreement in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models, transaction

from audit.acting import Acting, Role
from audit.clock import today
from audit.events import kind_of, record, record_new
from audit.mover import Refused
from candidates.choices import GrantScope
from candidates.models import Candidate, Grant
from nhsuk.words import long_day
from organisations.models import Agreement, Kind, Organisation
from organisations.services import shared_agreement


def cause_of(row: models.Model) -> str:
    """How a lower room names the row of an upper one for whose sake something was written: "pipeline.Referral:12"."""
    return f"{kind_of(row)}:{row.pk}"


def academy_for(by: Acting) -> Organisation:
    """The Skills Academy in whose name a record is made: the acting one, else the one that is open."""
    if by.role == Role.ACADEMY:
        return Organisation.objects.get(pk=by.organisation_id)
    found = Organisation.objects.filter(kind=Kind.ACADEMY, closed__isnull=True).order_by("pk").first()
    if found is None:
        raise Refused("No Skills Academy is set up, so nobody could look after the record. Tell the administrator.")
    return found


def agreement_with(academy: Organisation, by: Acting) -> Agreement:
    """The agreement in force between the academy and the acting organisation. Refused if there is none."""
    organisation = Organisation.objects.get(pk=by.organisation_id)
    return _agreed(academy, organisation)


def _agreed(first: Organisation, second: Organisation) -> Agreement:
    agreement = shared_agreement(first, second)
    if agreement is None:
        raise Refused(
            f"No data-sharing agreement between {first.short_name} and {second.short_name} is in force, "
            "so nothing can be shared."
        )
    return agreement


@transaction.atomic
def share(
    *,
    candidate: Candidate,
    organisation: Organisation,
    scope: str,
    cause: str,
    by: Acting,
    ends: date | None = None,
    consent: Any = None,
) -> Grant:
    """Let `organisation` see the person, for one cause. The same cause again changes nothing, or opens what had ended.

    Refused unless an agreement in force links the academy with the organisation. The academy itself needs none.
    """
    Candidate.unscoped.select_for_update(of=("self",)).get(pk=candidate.pk)
    academy = academy_for(by)
    agreement = None if organisation.pk == academy.pk else _agreed(academy, organisation)
    held = Grant.objects.filter(cause=cause, organisation=organisation).first()
    if held is not None and (held.ends is None or held.ends > today()):
        return held
    grant = held or Grant(candidate=candidate, organisation=organisation, cause=cause, starts=today())
    grant.scope, grant.agreement, grant.consent, grant.ends = GrantScope(scope), agreement, consent, ends
    grant.save()
    record(by=by, verb="share", on=grant, threads=[candidate], organisation=organisation.short_name, scope=scope)
    return grant


@transaction.atomic
def share_many(*, rows: Sequence[tuple[Candidate, Organisation, str, date | None]], scope: str, by: Acting) -> int:
    """`share` for many `(candidate, organisation, cause, ends)` at once; the number newly written.

    Queries grow with the number of organisations, not of people. A cause that was shared before is left as it is.
    """
    academy = academy_for(by)
    organisations = {organisation.pk: organisation for _, organisation, *_ in rows}
    agreements = {pk: None if pk == academy.pk else _agreed(academy, each) for pk, each in organisations.items()}
    held = set(
        Grant.objects.filter(cause__in=[cause for _, _, cause, _ in rows]).values_list("cause", "organisation_id")
    )
    grants = [
        Grant(
            candidate=candidate,
            organisation=organisation,
            scope=GrantScope(scope),
            cause=cause,
            agreement=agreements[organisation.pk],
            starts=today(),
            ends=ends and max(ends, today()),
        )
        for candidate, organisation, cause, ends in rows
        if (cause, organisation.pk) not in held
    ]
    Grant.objects.bulk_create(grants, batch_size=500)
    told = [(each, [each.candidate], {"organisation": each.organisation.short_name, "scope": scope}) for each in grants]
    record_new(by=by, verb="share", rows=told)
    return len(grants)


@transaction.atomic
def stop_sharing(*, cause: str, by: Acting, on: date | None = None) -> int:
    """End what was shared for `cause` today, or `on` a day to come; the number of grants that this changed.

    Repeated, it does nothing.
    """
    ends = on or today()
    open_now = Grant.objects.select_for_update(of=("self",)).filter(cause=cause).in_force_or_later(ends)
    closed = list(open_now.select_related("candidate", "organisation"))
    for grant in closed:
        grant.ends = max(ends, grant.starts)
        grant.save(update_fields=["ends"])
        record(
            by=by,
            verb="stop_sharing",
            on=grant,
            threads=[grant.candidate],
            organisation=grant.organisation.short_name,
            ends=long_day(grant.ends),
        )
    return len(closed)

"""Who may see a person: grants, each with its cause, opened only under an agreement in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models, transaction

from audit.acting import Acting, Role
from audit.clock import today
from audit.events import kind_of, record
from audit.mover import Refused
from candidates.choices import GrantScope
from candidates.models import Candidate, Grant
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
def stop_sharing(*, cause: str, by: Acting) -> int:
    """End today what was shared for `cause`; the number of grants that this closed. Repeated, it does nothing."""
    open_now = Grant.objects.select_for_update(of=("self",)).filter(cause=cause).in_force_or_later(today())
    closed = list(open_now.select_related("candidate", "organisation"))
    for grant in closed:
        grant.ends = max(today(), grant.starts)
        grant.save(update_fields=["ends"])
        record(
            by=by,
            verb="stop_sharing",
            on=grant,
            threads=[grant.candidate],
            organisation=grant.organisation.short_name,
        )
    return len(closed)

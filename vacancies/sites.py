"""Which sites of a trust are in scope, who said so, and how much of the 20% hangs on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from audit.acting import Acting
from audit.events import kind_of, record_many
from audit.models import Event
from organisations import services
from organisations.models import Organisation, Site
from organisations.policies import in_force
from places.models import Borough
from vacancies.entry_level import EntryLevelPolicy
from vacancies.entry_level import classify as weigh
from vacancies.ledger import lock_year, year_of
from vacancies.models import Classification, EntryKind, EntryLevel, Exemption, Vacancy
from vacancies.ring_fencing import is_too_late
from vacancies.rules import DECIDABLE
from vacancies.services import classify, facts_of


@dataclass(frozen=True, slots=True)
class Signature:
    """Who said on which day, and why, that a site is in scope or out of it."""

    day: date
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One site: `signed` is None where nobody changed the service's own reading; `moves` as `would_move` counts it."""

    site: Site
    borough: str
    signed: Signature | None
    moves: int


def lines(trust: Organisation, *, by: Acting) -> list[Line]:
    """The sites of a trust by name. Six queries, however many sites."""
    sites = list(Site.objects.filter(organisation=trust))
    boroughs = {each.code: each.name for each in Borough.objects.filter(code__in={site.borough_code for site in sites})}
    signed, moves = _signatures(sites), would_move(sites, by=by)
    return [Line(each, boroughs.get(each.borough_code, ""), signed.get(each.pk), moves[each.pk]) for each in sites]


def _signatures(sites: list[Site]) -> dict[int, Signature]:
    """By site, the newest signature."""
    rows = Event.objects.filter(kind=kind_of(Site()), subject_id__in=[site.pk for site in sites], verb="set_scope")
    newest = {event.subject_id: event for event in rows.select_related("reason").order_by("number")}
    names = services.actor_names({event.membership_id for event in newest.values() if event.membership_id})
    return {
        site: Signature(event.day, names.get(event.membership_id or 0, ""), event.reason.text)
        for site, event in newest.items()
    }


def would_move(sites: Iterable[Site], *, by: Acting) -> Counter[int]:
    """By site, how many undecided vacancies would leave or enter the 20% if its scope changed. Two queries."""
    in_scope = {site.pk: site.in_scope for site in sites}
    policy = _policy()
    found = Counter[int]()
    for vacancy in _undecided(Vacancy.objects.visible_to(by).filter(site__in=list(in_scope))):
        inside = weigh(facts_of(vacancy, outside={}), policy=policy).entry_level
        becomes = EntryLevel.NO if in_scope[vacancy.site_id] else inside
        found[vacancy.site_id] += _moves(vacancy, becomes)
    return found


@transaction.atomic
def set_scope(*, site: Site, in_scope: bool, reason: str, by: Acting) -> int | None:
    """Take a site out of scope or bring it into it, and classify anew what may still be decided there.

    How many vacancies left or entered the 20% by it; None where the site was so already. What is decided, or was not
    decided in time, stays as it was. Refused for all but the HR lead of the site's own trust, and without a reason.
    """
    if not services.set_scope(site=site, in_scope=in_scope, reason=reason, by=by):
        return None
    vacancies = _locked(site)
    classify(vacancies, by=by)
    now = dict(Classification.unscoped.filter(vacancy__in=vacancies, standing=True).values_list("vacancy_id", "result"))
    changed = [vacancy for vacancy in vacancies if now[vacancy.pk] != vacancy.result]
    told = {"site": site.name, "scope": "came into scope" if in_scope else "left the scope"}
    record_many(by=by, verb="scope", rows=[(vacancy, (), told) for vacancy in changed])
    return sum(_moves(vacancy, now[vacancy.pk]) for vacancy in changed)


def _locked(site: Site) -> list[Any]:
    """What may still be decided at a site: the years first, so that nobody decides meanwhile, then the vacancies."""
    rows = Vacancy.unscoped.filter(site=site)
    for trust_id, starts_in in sorted({(each.trust_id, year_of(each)) for each in _undecided(rows)}):
        lock_year(trust_id, starts_in)
    return _undecided(rows.select_for_update(of=("self",)))


def _undecided(rows: QuerySet[Vacancy]) -> list[Any]:
    """Of these, the vacancies that may still be decided and that the ledger does not hold, each with its `result`."""
    standing = Classification.unscoped.filter(vacancy=OuterRef("pk"), standing=True).values("result")
    waiting = rows.filter(state__in=DECIDABLE).exclude(entries__kind=EntryKind.OPEN).order_by("pk")
    return [each for each in waiting.annotate(result=Subquery(standing[:1])) if not is_too_late(each)]


def _moves(vacancy: Any, becomes: str) -> bool:
    """Whether it leaves or enters the 20% with this result: not where it is exempt, or its posts are not known."""
    counts = vacancy.exemption == Exemption.NONE and vacancy.posts is not None
    return counts and (vacancy.result == EntryLevel.YES) != (becomes == EntryLevel.YES)


def _policy() -> EntryLevelPolicy:
    stored = in_force("vacancies.entry_level")
    return EntryLevelPolicy.of(stored.value, version=stored.policy.pk)

"""Applications to a trust's pledge in the government's service: whether they fit its offer, and as plans on the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from audit.acting import Acting, Role
from audit.mover import Refused
from levy.fitting import Fit, Need, fit, listed
from levy.models import Application, Offer, Plan
from levy.services.gifts import borough_names, left_of, rules_of_fit, wish_of
from levy.services.payments import plain
from levy.services.plans import write_plan
from organisations.models import Kind, Organisation

PENNY = Decimal("0.01")
WANTED = {
    "level": "the level",
    "apprentices": "how many apprentices",
    "start_by": "the start",
    "duration": "the length",
    "cost": "the price",
}


class Standing(NamedTuple):
    """An application beside the trust's newest open offer; `fit` is None without an offer, or where facts are missing."""

    application: Application
    missing: tuple[str, ...]
    fit: Fit | None

    @property
    def missing_words(self) -> str:
        """What is missing, as a sentence has it."""
        return listed(self.missing)


def standings(applications: Sequence[Application], offers: Sequence[Offer]) -> list[Standing]:
    """Each application with what it lacks, and why it fits the newest open offer or does not. Three queries."""
    offer = next((offer for offer in offers if offer.closed_on is None), None)
    if not applications or offer is None:
        return [Standing(row, missing_in(row), None) for row in applications]
    wish, rules, names = wish_of(offer, left_of([offer])[offer.pk]), rules_of_fit(), borough_names()
    found = []
    for row in applications:
        need = need_of(row, names)
        found.append(Standing(row, missing_in(row), fit(need, wish, rules, names=names) if need else None))
    return found


def missing_in(row: Application) -> tuple[str, ...]:
    """What the file does not say and a plan must."""
    return tuple(words for name, words in WANTED.items() if not getattr(row, name))


def need_of(row: Application, names: Mapping[str, str]) -> Need | None:
    """An application as the fit takes it; None where facts are missing. The file has no ages: nobody counts as young."""
    if missing_in(row) or not (row.level and row.apprentices and row.start_by and row.duration):
        return None
    return Need(
        level=row.level,
        boroughs=frozenset(boroughs_of(row, names)),
        sector=row.sectors,
        learners=row.apprentices,
        to_24=0,
        core20=None,
        start=row.start_by,
        duration=row.duration,
        cost=row.cost / row.apprentices,
        pays_levy=False,
        gaps=("the ages of the learners",) + (() if row.has_provider else ("a training provider",)),
    )


def boroughs_of(row: Application, names: Mapping[str, str]) -> list[str]:
    """Codes of the local boroughs that its places name."""
    places = [place.casefold() for place in row.locations]
    return [code for code, name in names.items() if any(name.casefold() in place for place in places)]


def initial_of(row: Application) -> dict[str, Any]:
    """What the file says, as the form of a plan takes it; a person adds the rest."""
    kinds = (Kind.VCSE, Kind.PROVIDER, Kind.EDUCATION)
    known = (each for each in Organisation.objects.filter(kind__in=kinds) if plain(each.name) == plain(row.employer))
    return {
        "organisation": next(known, None),
        "new_name": row.employer,
        "standard": row.role,
        "sector": row.sectors[:80],
        "level": row.level,
        "learners": row.apprentices,
        "boroughs": boroughs_of(row, borough_names()),
        "start": row.start_by,
        "duration": row.duration,
        "cost": (row.cost / row.apprentices).quantize(PENNY) if row.apprentices else None,
        "has_account": True,
    }


@transaction.atomic
def adopt(
    *, application: Application, facts: Mapping[str, Any], by: Acting, new_name: str = "", new_code: str = ""
) -> Plan:
    """Put an application on the list of plans, where offers find it. Refused for another trust's, or a second time."""
    row = Application.unscoped.select_for_update(of=("self",)).select_related("account").get(pk=application.pk)
    if by.role != Role.TRUST_HR or row.account.trust_id != by.organisation_id:
        raise Refused("Only the HR lead of the trust whose pledge it is makes a plan of an application.")
    if row.plan_id is not None:
        raise Refused("This application is on the list of plans already.")
    plan = write_plan(facts=facts, by=by, new_name=new_name, new_code=new_code, threads=[row.account])
    row.plan = plan
    row.save(update_fields=["plan"])
    return plan

"""Facts that no source gave: posts, pay band and, for a register of the bank, the exemption, said of many vacancies at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from audit.acting import Acting
from audit.clock import today
from audit.events import record_many
from vacancies.fact_words import fact_words
from vacancies.models import Contract, Exemption, Fence, Vacancy, not_answered, only_fence
from vacancies.rules import DECIDABLE, by_closing, check_own_trust
from vacancies.services import CORRECTABLE, classify
from vacancies.working_days import first_closing

# A check page of what is still to be decided, soonest closing first
DECIDE_TOGETHER = "/vacancies/reserve/?all=1&fence=undecided&state=draft&state=open"
FIELDS = ("band", "posts", "exemption")


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of one vacancy; None and "" are "not known yet" and "counts"."""

    band: int | None = None
    posts: int | None = None
    exemption: str = ""


def lacking(by: Acting) -> QuerySet[Vacancy]:
    """The vacancies of which posts or band are missing: what closes next first, then what closed last."""
    rows: QuerySet[Vacancy] = only_fence(Vacancy.objects.visible_to(by), Fence.UNCLASSIFIED)
    return rows.order_by(*by_closing(), "pk")


def to_decide(by: Acting) -> QuerySet[Vacancy]:
    """The vacancies that may still be decided: a last day that has passed leaves them to the system."""
    rows = Vacancy.objects.visible_to(by).filter(state__in=DECIDABLE)
    in_time = Q(closes_on__isnull=True) | Q(closes_on__gte=first_closing(today()))
    found: QuerySet[Vacancy] = only_fence(rows.filter(in_time), Fence.UNDECIDED)
    return found


def is_bank(vacancy: Vacancy) -> bool:
    """Whether it is a bank advert that counts: it may fill a register and no post."""
    return vacancy.contract == Contract.BANK and not vacancy.exemption


@transaction.atomic
def give(*, answers: Mapping[int, Said], by: Acting) -> int:
    """Fill in what is not known of each vacancy, by id, and classify it; how many changed. Constant in queries.

    What somebody else gave meanwhile stays, and so does a vacancy that is in the ledger by now. Refused for another
    trust's vacancy.
    """
    rows = Vacancy.unscoped.filter(not_answered(), pk__in=answers).select_for_update(of=("self",)).order_by("pk")
    given = [(vacancy, _beyond(vacancy, answers[vacancy.pk])) for vacancy in rows]
    changed = [(vacancy, found) for vacancy, found in given if found]
    events = [event for vacancy, found in changed for event in _said(vacancy, found, by=by)]
    Vacancy.unscoped.bulk_update([vacancy for vacancy, _found in changed], FIELDS, batch_size=500)
    record_many(by=by, verb="correct", rows=events)
    classify([vacancy for vacancy, _found in changed], by=by)
    return len(changed)


def exempt_bank(*, vacancies: Iterable[Vacancy], by: Acting) -> int:
    """Exempt the bank adverts among these as a register, in the name of `by`; how many."""
    register = Said(exemption=Exemption.BANK_REGISTER)
    return give(answers={vacancy.pk: register for vacancy in vacancies if is_bank(vacancy)}, by=by)


def _beyond(vacancy: Vacancy, said: Said) -> dict[str, Any]:
    """Field to value, of what is said and not known."""
    return {
        name: value
        for name in FIELDS
        if (value := getattr(said, name)) not in (None, "") and getattr(vacancy, name) in (None, "")
    }


def _said(
    vacancy: Vacancy, found: Mapping[str, Any], *, by: Acting
) -> Iterable[tuple[Vacancy, tuple[Vacancy, ...], dict[str, Any]]]:
    """The events of one vacancy, as of a correction of each fact; its fields take the values."""
    check_own_trust(by=by, row=vacancy)
    for name, value in found.items():
        before = getattr(vacancy, name)
        change = f": {fact_words(name, before)} → {fact_words(name, value)}"
        setattr(vacancy, name, value)
        yield vacancy, (), {"field": CORRECTABLE[name], "before": before, "after": value, "change": change}

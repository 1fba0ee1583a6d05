"""Guaranteed-interview slots: how many a vacancy promises, and how many people hold.

Adverts that share one count share its slots: whoever was put forward for the first advert of a chain holds one of those
that its re-advert promises.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Sum

from organisations.policies import value_of
from pipeline.models import Referral
from vacancies.chains import counted_together
from vacancies.models import Entry, Vacancy

# A referral in one of these states holds one of the vacancy's promised slots.
HOLDS_A_SLOT = ("offered", "accepted", "submitted", "meets", "kept", "broken")


@dataclass(frozen=True, slots=True)
class Slots:
    """Guaranteed-interview slots of one vacancy; `shared` where it counts together with other adverts."""

    promised: int
    used: int
    shared: bool = False

    @property
    def left(self) -> int:
        return max(0, self.promised - self.used)


def slots_of(vacancies: Iterable[Vacancy]) -> dict[int, Slots]:
    """Slots by vacancy id, in three queries and one policy where none is part of a chain."""
    pks = [vacancy.pk for vacancy in vacancies]
    together = counted_together(pks)
    each = value_of("vacancies.slots_per_post")
    reserved = dict(
        Entry.unscoped.filter(vacancy__in=together).order_by().values_list("vacancy").annotate(n=Sum("reserved"))
    )
    held = Referral.unscoped.filter(vacancy__in=together, state__in=HOLDS_A_SLOT)
    used = dict(held.order_by().values_list("vacancy").annotate(n=Count("pk")))
    return {
        pk: Slots(
            sum(reserved.get(other, 0) for other in together[pk]) * each,
            sum(used.get(other, 0) for other in together[pk]),
            len(together[pk]) > 1,
        )
        for pk in pks
    }


def slots_left(vacancy: Vacancy) -> int:
    """Guaranteed-interview slots of this vacancy that nobody holds."""
    return slots_of([vacancy])[vacancy.pk].left

"""Giving reserved posts back: asked here, because slots of these posts may be promised to people."""

from __future__ import annotations

from django.db import transaction

from audit.acting import Acting
from audit.mover import Refused
from nhsuk.words import plural
from organisations.policies import value_of
from pipeline.slots import slots_of
from vacancies import amending
from vacancies.ledger import counted_of, lock_year, year_counted
from vacancies.models import Vacancy
from vacancies.overriding import LessThanDue


def most_to_give_back(vacancy: Vacancy) -> int:
    """Reserved posts of which no slot is promised to anybody."""
    slots = value_of("vacancies.slots_per_post")
    needed = -(-slots_of([vacancy])[vacancy.pk].used // slots)
    return max(0, counted_of(vacancy).reserved - needed)


def check_something_to_give_back(vacancy: Vacancy, *, by: Acting) -> None:
    """Raise Refused unless a reserved post of this vacancy can be given back."""
    counted = counted_of(vacancy)
    amending.check_amendable(vacancy, counted, by=by)
    if counted.reserved < 1:
        raise Refused(f"No post of {vacancy.reference} is reserved, so none can be given back.")
    if most_to_give_back(vacancy) < 1:
        raise Refused(
            f"Interviews are promised to people on every reserved post of {vacancy.reference} ({counted.reserved}), so "
            "none can be given back. A post is free again once its people declined, withdrew or did not meet the criteria."
        )


@transaction.atomic
def give_back(
    *, vacancy: Vacancy, posts: int, held: int, reason: str, by: Acting, less: LessThanDue | None = None
) -> None:
    """Give reserved posts back. Refused for posts whose slots people hold: their interviews are promised.

    `less` says why posts are given back that the 20% needs, and who countersigns; a surplus needs the reason only.
    """
    lock_year(vacancy.trust_id, year_counted(vacancy))
    free = most_to_give_back(vacancy)
    if posts > free:
        raise Refused(f"Interviews are promised to people: at most {plural(free, 'reserved post')} can be given back.")
    amending.release(vacancy=vacancy, posts=posts, held=held, reason=reason, by=by, less=less)

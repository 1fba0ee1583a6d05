"""How a vacancy stands towards the 20%: worked out for many at once, never stored."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from vacancies.models.ledger import Entry, EntryKind
from vacancies.models.vacancy import Classification, EntryLevel, Fence, Vacancy, VacancyState


def with_fence(rows: QuerySet[Vacancy]) -> Any:
    """Each row with `fence`, to count and filter by: of whole sets of vacancies, which a database reads once, not once for
    each row. Where rows are shown, `with_ring_fence` brings what `Vacancy.fence` needs for less."""
    entries = Entry.unscoped.filter(vacancy__isnull=False).order_by()
    standing = Classification.unscoped.filter(standing=True)
    counted = entries.filter(kind=EntryKind.OPEN).values("vacancy")
    cases = (
        (~Q(exemption=""), Fence.EXEMPT),
        (Q(pk__in=_holding(entries)), Fence.RESERVED),
        (Q(pk__in=_taken_back(entries)), Fence.OUTSIDE),  # void, or counted with its re-advert
        (Q(state=VacancyState.WITHDRAWN), Fence.OUTSIDE),
        (Q(pk__in=counted), Fence.FREE),
        (Q(pk__in=standing.filter(result=EntryLevel.NO).values("vacancy")), Fence.OUTSIDE),
        (
            Q(posts__isnull=True) | ~Q(pk__in=standing.filter(result=EntryLevel.YES).values("vacancy")),
            Fence.UNCLASSIFIED,
        ),
    )
    whens = [When(condition, then=Value(fence.value)) for condition, fence in cases]
    every: Any = rows  # an annotation takes the place of the property of that name
    return every.annotate(fence=Case(*whens, default=Value(Fence.UNDECIDED.value), output_field=models.CharField()))


def _holding(entries: QuerySet[Entry]) -> Any:
    """The vacancies with posts reserved, by the entries that change them."""
    changing = entries.exclude(reserved=0).values("vacancy")
    return changing.annotate(total=Sum("reserved")).filter(total__gt=0).values("vacancy")


def _taken_back(entries: QuerySet[Entry]) -> Any:
    """The counted vacancies of which no post is left: looked for among those where an entry says that it may be so."""
    marked = entries.filter(Q(kind=EntryKind.VOID) | Q(kind=EntryKind.OPEN, posts=0)).values("vacancy")
    summed = entries.filter(vacancy__in=marked).values("vacancy").annotate(total=Sum("posts"))
    return summed.filter(total__lte=0).values("vacancy")


def not_answered() -> Q:
    """Of vacancies that are not withdrawn, those to decide and those of which facts are missing."""
    counted = Entry.unscoped.filter(vacancy=OuterRef("pk"), kind=EntryKind.OPEN)
    return Q(~Exists(counted), ~Exists(_standing(EntryLevel.NO)), exemption="")


def only_fence(rows: QuerySet[Vacancy], fence: str) -> Any:
    """Of `rows`, those that stand so; what is still to be answered, which is asked most, without the sets of the others."""
    if fence not in (Fence.UNDECIDED, Fence.UNCLASSIFIED):
        return with_fence(rows).filter(fence=fence)
    known = Q(Exists(_standing(EntryLevel.YES)), posts__isnull=False)
    return rows.filter(not_answered(), known if fence == Fence.UNDECIDED else ~known).exclude(
        state=VacancyState.WITHDRAWN
    )


def _standing(result: EntryLevel) -> QuerySet[Classification]:
    return Classification.unscoped.filter(vacancy=OuterRef("pk"), standing=True, result=result)


def with_ring_fence(rows: QuerySet[Vacancy]) -> Any:
    """Each row with `counted`, `counted_posts`, `held` (posts reserved), `result` and `ready_people` (or None): what its
    `fence` is worked out of."""
    of_this = Entry.unscoped.filter(vacancy=OuterRef("pk")).order_by()
    summed = of_this.values("vacancy")
    held = summed.annotate(total=Sum("reserved")).values("total")
    standing = Classification.unscoped.filter(vacancy=OuterRef("pk"), standing=True)
    return rows.annotate(
        counted=Exists(of_this.filter(kind=EntryKind.OPEN)),
        counted_posts=Coalesce(Subquery(summed.annotate(total=Sum("posts")).values("total")), 0),
        held=Coalesce(Subquery(held), 0),
        result=Coalesce(Subquery(standing.values("result")[:1]), Value(EntryLevel.UNCLASSIFIED.value)),
        ready_people=F("recommendation__ready_people"),
    )

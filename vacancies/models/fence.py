"""How a vacancy stands towards the 20%: worked out for many at once, never stored."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from vacancies.models.ledger import Entry, EntryKind
from vacancies.models.vacancy import Classification, EntryLevel, Vacancy, VacancyState


class Fence(models.TextChoices):
    """How a vacancy stands towards the 20%; worked out by `with_ring_fence`, never stored."""

    UNDECIDED = "undecided", "To decide"
    RESERVED = "reserved", "Reserved"
    FREE = "free", "Nothing reserved"
    EXEMPT = "exempt", "Exempt"
    UNCLASSIFIED = "unclassified", "Facts missing"
    OUTSIDE = "outside", "Outside the 20%"


def with_fence(rows: QuerySet[Vacancy], *, few: bool = False) -> Any:
    """Each row with `fence`: by whole sets of vacancies, which a database reads once, not once for each row.

    `few` keeps the sets to `rows` themselves: right for a page of them, wasteful for a trust's whole history.
    """
    entries = Entry.unscoped.filter(vacancy__isnull=False).order_by()
    standing = Classification.unscoped.filter(standing=True)
    if few:
        these = rows.order_by().values("pk")
        entries, standing = entries.filter(vacancy__in=these), standing.filter(vacancy__in=these)
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
    return rows.annotate(fence=Case(*whens, default=Value(Fence.UNDECIDED.value), output_field=models.CharField()))


def _holding(entries: QuerySet[Entry]) -> Any:
    """The vacancies with posts reserved, by the entries that change them."""
    changing = entries.exclude(reserved=0).values("vacancy")
    return changing.annotate(total=Sum("reserved")).filter(total__gt=0).values("vacancy")


def _taken_back(entries: QuerySet[Entry]) -> Any:
    """The counted vacancies of which no post is left: looked for among those where an entry says that it may be so."""
    marked = entries.filter(Q(kind=EntryKind.VOID) | Q(kind=EntryKind.OPEN, posts=0)).values("vacancy")
    summed = entries.filter(vacancy__in=marked).values("vacancy").annotate(total=Sum("posts"))
    return summed.filter(total__lte=0).values("vacancy")


def with_ring_fence(rows: QuerySet[Vacancy], *, few: bool = False) -> Any:
    """Each row with `counted`, `held` (posts reserved), `result`, `ready_people` (or None) and `fence` (see `with_fence`)."""
    of_this = Entry.unscoped.filter(vacancy=OuterRef("pk")).order_by()
    summed = of_this.values("vacancy")
    held = summed.annotate(total=Sum("reserved")).values("total")
    standing = Classification.unscoped.filter(vacancy=OuterRef("pk"), standing=True)
    return with_fence(rows, few=few).annotate(
        counted=Exists(of_this.filter(kind=EntryKind.OPEN)),
        counted_posts=Coalesce(Subquery(summed.annotate(total=Sum("posts")).values("total")), 0),
        held=Coalesce(Subquery(held), 0),
        result=Coalesce(Subquery(standing.values("result")[:1]), Value(EntryLevel.UNCLASSIFIED.value)),
        ready_people=F("recommendation__ready_people"),
    )

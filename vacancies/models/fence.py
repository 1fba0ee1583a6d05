"""How a vacancy stands towards the 20 %: worked out for many at once, never stored."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from vacancies.models.ledger import Entry, EntryKind
from vacancies.models.vacancy import Classification, EntryLevel, Vacancy, VacancyState


class Fence(models.TextChoices):
    """How a vacancy stands towards the 20 %; worked out by `with_ring_fence`, never stored."""

    UNDECIDED = "undecided", "To decide"
    RESERVED = "reserved", "Reserved"
    FREE = "free", "Nothing reserved"
    EXEMPT = "exempt", "Exempt"
    UNCLASSIFIED = "unclassified", "Facts missing"
    OUTSIDE = "outside", "Outside the 20 %"


def with_fence(rows: QuerySet[Vacancy]) -> Any:
    """Each row with `fence`: by whole sets of vacancies, which a database reads once, not once for each row."""
    entries = Entry.unscoped.filter(vacancy__isnull=False).order_by()
    holding = entries.values("vacancy").annotate(total=Sum("reserved")).filter(total__gt=0).values("vacancy")
    counted = entries.filter(kind=EntryKind.OPEN).values("vacancy")
    taken_back = entries.values("vacancy").annotate(total=Sum("posts")).filter(total__lte=0).values("vacancy")
    standing = Classification.unscoped.filter(standing=True)
    entry_level = standing.filter(result=EntryLevel.YES).values("vacancy")
    not_entry_level = standing.filter(result=EntryLevel.NO).values("vacancy")
    cases = (
        (~Q(exemption=""), Fence.EXEMPT),
        (Q(pk__in=holding), Fence.RESERVED),
        (Q(pk__in=counted) & Q(pk__in=taken_back), Fence.OUTSIDE),  # void, or counted with its re-advert
        (Q(state=VacancyState.WITHDRAWN), Fence.OUTSIDE),
        (Q(pk__in=counted), Fence.FREE),
        (Q(pk__in=not_entry_level), Fence.OUTSIDE),
        (Q(posts__isnull=True) | ~Q(pk__in=entry_level), Fence.UNCLASSIFIED),
    )
    whens = [When(condition, then=Value(fence.value)) for condition, fence in cases]
    return rows.annotate(fence=Case(*whens, default=Value(Fence.UNDECIDED.value), output_field=models.CharField()))


def with_ring_fence(rows: QuerySet[Vacancy]) -> Any:
    """Each row with `counted`, `held` (posts reserved), `result`, `ready_people` (or None) and `fence`."""
    of_this = Entry.unscoped.filter(vacancy=OuterRef("pk")).order_by()
    summed = of_this.values("vacancy")
    held = summed.annotate(total=Sum("reserved")).values("total")
    standing = Classification.unscoped.filter(vacancy=OuterRef("pk"), standing=True)
    return with_fence(rows).annotate(
        counted=Exists(of_this.filter(kind=EntryKind.OPEN)),
        counted_posts=Coalesce(Subquery(summed.annotate(total=Sum("posts")).values("total")), 0),
        held=Coalesce(Subquery(held), 0),
        result=Coalesce(Subquery(standing.values("result")[:1]), Value(EntryLevel.UNCLASSIFIED.value)),
        ready_people=F("recommendation__ready_people"),
    )

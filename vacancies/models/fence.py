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


FENCE = Case(
    When(~Q(exemption=""), then=Value(Fence.EXEMPT.value)),
    When(held__gt=0, then=Value(Fence.RESERVED.value)),
    When(counted=True, counted_posts__lte=0, then=Value(Fence.OUTSIDE.value)),  # void, or counted with its re-advert
    When(state=VacancyState.WITHDRAWN, then=Value(Fence.OUTSIDE.value)),
    When(counted=True, then=Value(Fence.FREE.value)),
    When(result="no", then=Value(Fence.OUTSIDE.value)),
    When(Q(result="unclassified") | Q(posts__isnull=True), then=Value(Fence.UNCLASSIFIED.value)),
    default=Value(Fence.UNDECIDED.value),
    output_field=models.CharField(),
)


def with_ring_fence(rows: QuerySet[Vacancy]) -> Any:
    """Each row with `counted`, `held` (posts reserved), `result`, `ready_people` (or None) and `fence`."""
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
    ).annotate(fence=FENCE)

"""Which vacancies belong to a financial year: one rule for the standing, the proof pack, oversight and the measures.

What the ledger counts is of the year whose ledger holds it. What it does not count is of the year in which it would
count (`ledger.year_of`), and stays out for one reason, told here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from audit.clock import start_of
from vacancies.models import Classification, Entry, EntryKind, EntryLevel, Exemption, Vacancy, VacancyState

EXEMPT, DUPLICATE, NOT_ENTRY_LEVEL, UNCLASSIFIED, UNDECIDED, WITHDRAWN = (
    "exempt by code",
    "the same as another advert",
    "not entry level",
    "not yet classified",
    "not yet decided",
    "withdrawn before anybody was interviewed",
)


def in_year(rows: QuerySet[Vacancy], starts_in: int) -> QuerySet[Vacancy]:
    """Those whose `ledger.year_of` is this one, in a query: by the day it opened, but no earlier than it was known."""
    first, last = date(starts_in, 4, 1), date(starts_in + 1, 4, 1)
    not_after = Q(begins=None) | Q(begins__lt=last)
    not_before = Q(begins__gte=first) | Q(made_at__gte=start_of(first))
    begun: QuerySet[Vacancy] = rows.annotate(begins=Coalesce("opened_on", "authorised_on"))
    return begun.filter(not_after, not_before, made_at__lt=start_of(last))


def counted_in(starts_in: int) -> QuerySet[Entry, Any]:
    """The ids of the vacancies that this year's ledger counted last: a re-advert counts in the year of its chain."""
    opened = Entry.unscoped.filter(kind=EntryKind.OPEN)
    latest = opened.filter(vacancy=OuterRef("vacancy")).order_by("-pk").values("year__starts_in")[:1]
    found = opened.filter(year__starts_in=starts_in).annotate(last_year=Subquery(latest))
    return found.filter(last_year=starts_in).order_by().values("vacancy")


def uncounted(rows: QuerySet[Vacancy], starts_in: int, *, day: date) -> Any:
    """Those of `rows` that were advertised by `day`, are of this year, and are not in its ledger; each with `why`."""
    standing = Classification.unscoped.filter(vacancy=OuterRef("pk"), standing=True).values("result")[:1]
    counted = Entry.unscoped.filter(vacancy=OuterRef("pk"), kind=EntryKind.OPEN)
    found = in_year(rows.filter(opened_on__lte=day), starts_in).exclude(Exists(counted))
    cases = (
        (Q(result=EntryLevel.NO), NOT_ENTRY_LEVEL),
        (Q(exemption=Exemption.DUPLICATE), DUPLICATE),
        (~Q(exemption=Exemption.NONE), EXEMPT),
        (Q(state=VacancyState.WITHDRAWN), WITHDRAWN),
        (Q(result=EntryLevel.YES, posts__isnull=False), UNDECIDED),
    )
    whens = [When(condition, then=Value(why)) for condition, why in cases]
    why = Case(*whens, default=Value(UNCLASSIFIED), output_field=CharField())
    return found.annotate(result=Subquery(standing)).annotate(why=why)

"""What a ledger held at each month's end: one rule for the trust's page, its proof pack, the ICB's oversight and reports.

A month's end holds what had been written by then, by server time: that is what anybody could see that day. What was
written after the year's last day is in no month of it, but after them (`SINCE`). Imported history alone counts in the
month that it is of, whenever it was brought; whoever shows it says how much of it there is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from audit.clock import LONDON, now
from vacancies.ledger import LEVELS
from vacancies.models import COUNTS_AT, Entry, EntryKind
from vacancies.ring_fence import Levels, Standing, levels

SINCE = 12  # the place after March: what was written when the year was over
FIGURES = ("posts", "reserved", "adverts", "reserved_adverts")


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """What was counted and reserved by a month's end, and how many of these posts are imported history."""

    standing: Standing = Standing()
    history: int = 0


def place_of(day: date, starts_in: int) -> int:
    """The month of `day` in the financial year: 0 for April or before it, 11 for March, `SINCE` after the year."""
    return max(0, min(SINCE, (day.year - starts_in) * 12 + day.month - 4))


def has_begun(place: int, starts_in: int, *, on: date) -> bool:
    """Whether the month at `place` had begun on a day."""
    return (on.year - starts_in) * 12 + on.month - 4 >= place


def month_ends(
    starts_in: int, *, trust_ids: Iterable[int] | None = None, known_at: datetime | None = None
) -> dict[int, list[MonthEnd | None]]:
    """By trust, thirteen: the year's month ends, April first, as known then, and what stands since the year was over.

    None for a month that had not begun by `known_at` (now unless said), and at `SINCE` where nothing was written since.
    Debts are not in it: a year's debt is what it began with. One query, however many trusts.
    """
    entries = Entry.unscoped.counting_at(known_at).filter(year__starts_in=starts_in)
    if trust_ids is not None:
        entries = entries.filter(year__trust_id__in=list(trust_ids))
    rows = (
        entries.annotate(month=TruncMonth(COUNTS_AT, tzinfo=LONDON))
        .values("year__trust_id", "month")
        .annotate(
            **{f"sum_{name}": Sum(name) for name in FIGURES},
            sum_history=Sum("posts", filter=Q(kind=EntryKind.HISTORY), default=0),
        )
        .order_by()
    )
    moved: dict[int, dict[int, dict[str, int]]] = defaultdict(dict)
    for row in rows:
        of_trust = moved[row["year__trust_id"]]
        sums = of_trust.setdefault(place_of(row["month"].date(), starts_in), dict.fromkeys((*FIGURES, "history"), 0))
        for name in sums:
            sums[name] += row[f"sum_{name}"]
    on = timezone.localtime(known_at or now(), LONDON).date()
    return {trust_id: _running(of_trust, starts_in, on) for trust_id, of_trust in moved.items()}


def _running(moved: dict[int, dict[str, int]], starts_in: int, on: date) -> list[MonthEnd | None]:
    sums = dict.fromkeys((*FIGURES, "history"), 0)
    found: list[MonthEnd | None] = []
    for place in range(SINCE + 1):
        for name, amount in moved.get(place, {}).items():
            sums[name] += amount
        shown = place in moved if place == SINCE else has_begun(place, starts_in, on=on)
        standing = Standing(**{name: sums[name] for name in FIGURES})
        found.append(MonthEnd(standing, sums["history"]) if shown else None)
    return found


def by_month(
    trust_id: int, starts_in: int, *, standing: Standing, known_at: datetime | None = None
) -> list[Standing | None]:
    """One trust's `month_ends`, each with the debt that the year began with: `standing` is the year's own. One query."""
    on = timezone.localtime(known_at or now(), LONDON).date()
    found = month_ends(starts_in, trust_ids=[trust_id], known_at=known_at).get(trust_id) or _running({}, starts_in, on)
    return [
        replace(each.standing, debt=standing.debt, advert_debt=standing.advert_debt) if each else None for each in found
    ]


def levels_by_month(trust_id: int, starts_in: int, *, known_at: datetime | None = None) -> list[Levels]:
    """The levels at each of `by_month`'s thirteen: posts reserved of which how many got how far, levels apart.

    Over the vacancies with anybody decided; empty where there is none, as at a trust that has no candidate here. One query.
    """
    entries = Entry.unscoped.counting_at(known_at).filter(year__trust_id=trust_id, year__starts_in=starts_in)
    rows = (
        entries.filter(vacancy__in=entries.filter(kind__in=LEVELS).values("vacancy"))
        .annotate(month=TruncMonth(COUNTS_AT, tzinfo=LONDON))
        .values("vacancy_id", "month")
        .annotate(
            counted=Sum("posts"),
            held=Sum("reserved"),
            **{f"of_{kind}": Sum("level", filter=Q(kind=kind), default=0) for kind in LEVELS},
        )
        .order_by("vacancy_id", "month")
    )
    found = [Levels(0, 0, 0, 0)] * (SINCE + 1)
    for _vacancy, months in groupby(rows, key=lambda row: row["vacancy_id"]):
        moved = [(place_of(row["month"].date(), starts_in), row) for row in months]
        for place in range(SINCE + 1):
            so_far = [row for at, row in moved if at <= place]
            posts, held = (sum(row[name] for row in so_far) for name in ("counted", "held"))
            if posts > 0:
                people = (sum(row[f"of_{kind}"] for row in so_far) for kind in LEVELS)
                reached = levels(posts, held, *people)
                found[place] = Levels(*(sum(pair) for pair in zip(found[place], reached, strict=True)))
    return found if any(each.considered for each in found) else []


def history_brought_after(trust_id: int, starts_in: int, known_at: datetime | None) -> int:
    """Of the posts that count at a past moment, how many are history that was brought here only later; 0 for the present."""
    if known_at is None:
        return 0
    rows = Entry.unscoped.counting_at(known_at).filter(
        year__trust_id=trust_id, year__starts_in=starts_in, kind=EntryKind.HISTORY, at__gt=known_at
    )
    found: int = rows.aggregate(posts=Sum("posts", default=0))["posts"]
    return found

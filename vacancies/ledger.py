"""The append-only ledger of a trust's financial year: writing under the year's lock, and summing.

Balances are never stored. A standing is the sum of the entries that had been written by a moment, so the standing of any
past day can be had as it was known that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from audit import chain
from audit.acting import Acting
from audit.clock import LONDON, financial_year, now
from vacancies.models import Entry, EntryKind, Vacancy, Year
from vacancies.ring_fence import Levels, Standing, carried, levels

LEVELS = (EntryKind.CONSIDERED, EntryKind.INTERVIEWED, EntryKind.APPOINTED)
SUMMED = ("posts", "reserved", "adverts", "reserved_adverts", "debt", "advert_debt")


@dataclass(frozen=True, slots=True)
class Line:
    """What to write: whole posts and adverts, signed. `cause` makes a repeat do nothing."""

    kind: EntryKind
    cause: str
    vacancy: Vacancy | None = None
    posts: int = 0
    reserved: int = 0
    adverts: int = 0
    reserved_adverts: int = 0
    level: int = 0
    debt: int = 0
    advert_debt: int = 0
    day: date | None = None


def year_of(vacancy: Vacancy) -> int:
    """The financial year in which a vacancy counts: that of the day it opened (authorised, if never advertised).

    One that first became known here after that year had ended counts in the year in which it became known, by server
    time: no date that is typed or sent changes a year that is over. Such a year's history comes by file.
    """
    known_on = timezone.localtime(vacancy.made_at, LONDON).date()
    return financial_year(max(vacancy.opened_on or vacancy.authorised_on or known_on, known_on))


def year_counted(vacancy: Vacancy) -> int:
    """The financial year whose ledger holds a vacancy: a re-advert counts in the year of its chain; else `year_of`."""
    held = (
        Entry.unscoped.filter(vacancy=vacancy, kind=EntryKind.OPEN)
        .order_by("-pk")
        .values_list("year__starts_in", flat=True)
        .first()
    )
    return year_of(vacancy) if held is None else held


@dataclass(frozen=True, slots=True)
class Counted:
    """What the ledger holds of one vacancy, summed: posts and adverts counted, posts reserved, and people by level."""

    posts: int = 0
    reserved: int = 0
    adverts: int = 0
    reserved_adverts: int = 0
    considered: int = 0
    interviewed: int = 0
    appointed: int = 0
    entries: int = 0


def counted_of(vacancy: Vacancy, *, together: Iterable[int] = ()) -> Counted:
    """The sums of one vacancy's entries, and of the adverts whose ids are `together` with it. One query."""
    sums = Entry.unscoped.filter(vacancy__in={vacancy.pk, *together}).aggregate(
        **{name: Sum(name, default=0) for name in ("posts", "reserved", "adverts", "reserved_adverts")},
        **{kind.value: Sum("level", filter=Q(kind=kind), default=0) for kind in LEVELS},
        entries=Count("pk"),
    )
    return Counted(**sums)


def lock_year(trust_id: int, starts_in: int) -> Year:
    """The trust's year, locked until the transaction ends: two people cannot decide on one standing."""
    locked = Year.objects.select_for_update().filter(trust_id=trust_id, starts_in=starts_in)
    year = locked.first()
    if year is None:
        Year.objects.get_or_create(trust_id=trust_id, starts_in=starts_in)
        year = locked.get()
    return year


def write(year: Year, lines: Iterable[Line], *, by: Acting) -> list[Entry]:
    """Append `lines` to a locked year, in order; a line whose cause was written already is left out."""
    wanted = list(lines)
    there = set(Entry.unscoped.filter(cause__in=[line.cause for line in wanted]).values_list("cause", flat=True))
    tail = Entry.unscoped.filter(year=year).order_by("-number").values("number", "digest").first()
    number, previous = (tail["number"], tail["digest"]) if tail else (0, "")
    entries = []
    for line in wanted:
        if line.cause in there:
            continue
        number += 1
        entry = _entry(year, line, number=number, previous=previous, by=by)
        previous = entry.digest
        entries.append(entry)
    return Entry.unscoped.bulk_create(entries, batch_size=500)


def _entry(year: Year, line: Line, *, number: int, previous: str, by: Acting) -> Entry:
    moment = now()
    entry = Entry(
        year=year,
        number=number,
        kind=line.kind,
        vacancy=line.vacancy,
        posts=line.posts,
        reserved=line.reserved,
        adverts=line.adverts,
        reserved_adverts=line.reserved_adverts,
        level=line.level,
        debt=line.debt,
        advert_debt=line.advert_debt,
        day=line.day or by.on,
        at=moment,
        cause=line.cause,
        membership_id=by.membership_id,
        previous=previous,
    )
    entry.digest = entry.expected_digest()
    return entry


def standings(
    *, trust_ids: Iterable[int] | None = None, known_at: datetime | None = None
) -> dict[tuple[int, int], Standing]:
    """By (trust, financial year): the standing as it was known at a moment (now unless said). One query.

    A year without an opening balance begins with what its trust carried from the year before: debt, never credit.
    """
    entries = Entry.unscoped.counting_at(known_at)
    if trust_ids is not None:
        entries = entries.filter(year__trust_id__in=list(trust_ids))
    rows = (
        entries.values("year__trust_id", "year__starts_in")
        .annotate(
            **{f"sum_{name}": Sum(name) for name in SUMMED},
            openings=Count("kind", filter=Q(kind=EntryKind.OPENING)),
        )
        .order_by("year__trust_id", "year__starts_in")
    )
    found: dict[tuple[int, int], Standing] = {}
    for trust_id, years in groupby(rows, key=lambda row: row["year__trust_id"]):
        before: tuple[int, Standing] | None = None
        for row in years:
            starts_in = row["year__starts_in"]
            summed = Standing(**_sums_in(row))
            standing = summed if row["openings"] else _with_carried(summed, before)
            found[trust_id, starts_in] = standing
            before = (starts_in, standing)
    return found


def _sums_in(row: Any) -> dict[str, int]:
    """The figures of a row that a query annotated with `sum_<figure>`."""
    return {name: row[f"sum_{name}"] for name in SUMMED}


def _with_carried(standing: Standing, before: tuple[int, Standing] | None) -> Standing:
    debt, advert_debt = carried(before[1]) if before else (0, 0)
    return replace(standing, debt=debt, advert_debt=advert_debt)


def standing_of(trust_id: int, starts_in: int, *, known_at: datetime | None = None) -> Standing:
    """One trust's standing in one financial year; a year without entries begins with the debt of the latest before it."""
    return standing_in(standings(trust_ids=[trust_id], known_at=known_at), trust_id, starts_in)


def standing_in(found: Mapping[tuple[int, int], Standing], trust_id: int, starts_in: int) -> Standing:
    """The same, of what `standings` found: for pages that need many."""
    if (trust_id, starts_in) in found:
        return found[trust_id, starts_in]
    earlier = [year for trust, year in found if trust == trust_id and year < starts_in]
    return _with_carried(Standing(), (max(earlier), found[trust_id, max(earlier)]) if earlier else None)


def levels_of(vacancy_ids: Any) -> dict[int, Levels]:
    """By vacancy: posts reserved, considered, interviewed and appointed, levels apart. One query."""
    rows = (
        Entry.unscoped.filter(vacancy__in=vacancy_ids)
        .values("vacancy_id")
        .annotate(
            counted=Sum("posts"),
            held=Sum("reserved"),
            decided=Sum("level", filter=Q(kind=EntryKind.CONSIDERED), default=0),
            interviewed=Sum("level", filter=Q(kind=EntryKind.INTERVIEWED), default=0),
            appointed=Sum("level", filter=Q(kind=EntryKind.APPOINTED), default=0),
        )
    )
    return {
        row["vacancy_id"]: levels(row["counted"], row["held"], row["decided"], row["interviewed"], row["appointed"])
        for row in rows
        if row["counted"]
    }


def broken_entries() -> Iterator[str]:
    """A sentence for each ledger row that was altered, or whose predecessor is missing."""
    entries = Entry.unscoped.order_by("year", "number").iterator(chunk_size=2000)
    for year_id, rows in groupby(entries, key=lambda entry: entry.year_id):
        yield from chain.breaks(rows, of=f"Ledger of year {year_id}")

"""M0: the ring-fence by trust, at each month's end of a financial year, in posts and in adverts, with the levels apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from audit.clock import LONDON, start_of
from pipeline.models import Referral
from vacancies.ledger import standings
from vacancies.models import COUNTS_AT, Entry, EntryKind, Override, Vacancy
from vacancies.month_ends import SINCE, place_of
from vacancies.ring_fence import Levels, Standing, levels, shortfall
from vacancies.years import (
    DUPLICATE,
    EXEMPT,
    NOT_ENTRY_LEVEL,
    UNCLASSIFIED,
    UNDECIDED,
    WITHDRAWN,
    counted_in,
    uncounted,
)

from .figure import Figure
from .trusts import Trusts, trusts_on
from .window import Window

VERSION = "M0, version 1"
TITLE = "Ring-fence: the 20%"
NO_LEVELS = Levels(0, 0, 0, 0)
AFTER_CLOSING = ("closed", "shortlisting", "interviewing", "finished")


@dataclass(frozen=True, slots=True)
class Position:
    """How a trust stands at a moment: the standing, and how many posts and adverts got to each level."""

    standing: Standing = Standing()
    posts: Levels = NO_LEVELS
    adverts: Levels = NO_LEVELS

    def __add__(self, other: Position) -> Position:
        return Position(
            Standing(*(a + b for a, b in zip(fields_of(self.standing), fields_of(other.standing), strict=True))),
            Levels(*map(sum, zip(self.posts, other.posts, strict=True))),
            Levels(*map(sum, zip(self.adverts, other.adverts, strict=True))),
        )


@dataclass(frozen=True, slots=True)
class TrustYear:
    """One trust's year: its position at the end of each month that has begun, as known then, and what is published beside.

    `latest` is the year as known at the end of the day that was asked for, with what was written since the year was over.
    `no_taker` and `nobody_to_offer` are reserved posts that closed without anybody sent; `unsigned` are decisions for
    less than was due that nobody has countersigned.
    """

    trust_id: int
    months: tuple[Position, ...]
    latest: Position = Position()
    no_taker: int = 0
    nobody_to_offer: int = 0
    unsigned: int = 0
    exempt: int = 0
    short_posts: int = 0
    short_adverts: int = 0


@dataclass(slots=True)
class Running:
    """The sums of one trust while its ledger is replayed."""

    sums: Counter[str] = field(default_factory=Counter)
    vacancies: dict[int, list[int]] = field(default_factory=dict)
    posts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    adverts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def add(self, row: Mapping[str, Any]) -> None:
        """One entry of the ledger."""
        for name in ("posts", "reserved", "adverts", "reserved_adverts"):
            self.sums[name] += row[name]
        if row["vacancy_id"] is None:
            return
        held = self.vacancies.setdefault(row["vacancy_id"], [0, 0, 0, 0, 0])
        self._weigh(held, -1)
        held[0] += row["posts"]
        held[1] += row["reserved"]
        if row["kind"] in LEVEL_PLACE:
            held[LEVEL_PLACE[row["kind"]]] += row["level"]
        self._weigh(held, 1)

    def _weigh(self, held: list[int], sign: int) -> None:
        if held[0] < 1:
            return
        reached = levels(*held)
        for place, posts in enumerate(reached):
            self.posts[place] += sign * posts
            self.adverts[place] += sign * min(1, posts)

    def position(self, opening: Standing) -> Position:
        standing = replace(opening, **{name: self.sums[name] for name in SUMMED})
        return Position(standing, Levels(*self.posts), Levels(*self.adverts))


SUMMED = ("posts", "reserved", "adverts", "reserved_adverts")
LEVEL_PLACE = {EntryKind.CONSIDERED: 2, EntryKind.INTERVIEWED: 3, EntryKind.APPOINTED: 4}


def fields_of(standing: Standing) -> tuple[int, ...]:
    """The six numbers of a standing."""
    names = (*SUMMED, "debt", "advert_debt")
    return tuple(getattr(standing, name) for name in names)


def m0(window: Window, *, as_at: date, trust_id: int | None = None) -> Figure:
    """The ring-fence of a financial year as known at the end of a day: all trusts, or one. Posts and adverts.

    A month's end holds what had been written by then, by server time; what was written after the year's last day is in
    the year, and in no month of it. What a trust owed when the year began is as known now. Seven queries, however many
    vacancies.
    """
    trusts = trusts_on(as_at)
    wanted = trusts.names.keys() if trust_id is None else {trust_id}
    replayed = _replay(window, as_at, trusts)
    opening = _openings(window, as_at, trusts)
    beside = _beside(window, trusts, replayed)
    uncounted = _uncounted(window, as_at, trusts)
    places = len(window.months(as_at))
    rows = []
    for trust in sorted(wanted, key=lambda pk: (trusts.names.get(pk, ""), pk)):
        positions, latest = _month_ends(replayed.get(trust, []), opening.get(trust, Standing()), places, window)
        exempt = sum(1 for _pk, owner, why in uncounted if owner == trust and why == EXEMPT)
        rows.append(_trust_year(trust, positions, latest, beside[trust], exempt))
    held = _held({trust: replayed.get(trust, []) for trust in wanted})
    return Figure(
        key="m0",
        title=TITLE,
        version=VERSION,
        window=window,
        as_at=as_at,
        numerator=frozenset(pk for pk, (posts, reserved) in held.items() if posts and reserved),
        denominator=frozenset(pk for pk, (posts, _reserved) in held.items() if posts),
        exclusions=_exclusions(uncounted, held, wanted),
        rows=tuple(rows),
        names=trusts.names,
    )


def _trust_year(
    trust: int, positions: tuple[Position, ...], latest: Position, beside: Counter[str], exempt: int
) -> TrustYear:
    short = shortfall(latest.standing)
    return TrustYear(
        trust,
        positions,
        latest,
        no_taker=beside["no_taker"],
        nobody_to_offer=beside["nobody_to_offer"],
        unsigned=beside["unsigned"],
        exempt=exempt,
        short_posts=short.posts,
        short_adverts=short.adverts,
    )


def _replay(window: Window, as_at: date, trusts: Trusts) -> dict[int, list[dict[str, Any]]]:
    """By trust: the entries of the year in the order of their writing. One query."""
    rows = (
        Entry.unscoped.counting_at(start_of(as_at + timedelta(days=1)) - timedelta(microseconds=1))
        .filter(year__starts_in=window.starts_in)
        .annotate(counts_at=COUNTS_AT)
        .order_by("counts_at", "pk")
        .values("year__trust_id", "vacancy_id", "kind", *SUMMED, "level", "counts_at")
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        trust = trusts.now(row["year__trust_id"])
        if trust is not None:
            found[trust].append(row)
    return found


def _openings(window: Window, as_at: date, trusts: Trusts) -> dict[int, Standing]:
    """By trust: a standing with what it owed when the year began. One query."""
    found: dict[int, Standing] = {}
    known_at = start_of(as_at + timedelta(days=1)) - timedelta(microseconds=1)
    latest: dict[int, tuple[int, Standing]] = {}
    for (trust_id, starts_in), standing in standings(known_at=known_at).items():
        if starts_in <= window.starts_in:
            latest[trust_id] = (starts_in, standing)
    for trust_id, (starts_in, standing) in latest.items():
        trust = trusts.now(trust_id)
        if trust is None:
            continue
        debt, advert_debt = (
            (standing.debt, standing.advert_debt) if starts_in == window.starts_in else shortfall(standing)
        )
        held = found.get(trust, Standing())
        found[trust] = replace(held, debt=held.debt + debt, advert_debt=held.advert_debt + advert_debt)
    return found


def _month_ends(
    rows: Iterable[Mapping[str, Any]], opening: Standing, places: int, window: Window
) -> tuple[tuple[Position, ...], Position]:
    """The months as known at their ends, and what all of it comes to; nothing before the year has begun."""
    by_place: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_place[place_of(timezone.localtime(row["counts_at"], LONDON).date(), window.starts_in)].append(row)
    running, positions = Running(), []
    for place in range(places):
        for row in by_place.get(place, ()):
            running.add(row)
        positions.append(running.position(opening))
    for row in by_place.get(SINCE, ()):
        running.add(row)
    return tuple(positions), running.position(opening) if places else Position()


def _held(replayed: Mapping[int, Iterable[Mapping[str, Any]]]) -> dict[int, tuple[int, int]]:
    """By vacancy: posts counted and posts reserved."""
    held: dict[int, tuple[int, int]] = {}
    for rows in replayed.values():
        for row in rows:
            if row["vacancy_id"] is not None:
                posts, reserved = held.get(row["vacancy_id"], (0, 0))
                held[row["vacancy_id"]] = (posts + row["posts"], reserved + row["reserved"])
    return held


def _beside(window: Window, trusts: Trusts, replayed: Mapping[int, Any]) -> dict[int, Counter[str]]:
    """By trust: reserved posts that closed with nobody sent, and decisions that wait for a countersignature. Two queries."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    counted = Entry.unscoped.filter(year__starts_in=window.starts_in, kind=EntryKind.OPEN, vacancy=OuterRef("pk"))
    sent_to = Referral.unscoped.filter(vacancy=OuterRef("pk"))
    closed = (
        Vacancy.unscoped.filter(Exists(counted), state__in=AFTER_CLOSING)
        .exclude(Exists(sent_to.filter(submitted_on__isnull=False)))
        .annotate(was_offered=Exists(sent_to.filter(offered_on__isnull=False)))
        .values_list("pk", "was_offered")
    )
    held = {pk: (trust, posts) for trust, rows in replayed.items() for pk, (_of, posts) in _held({trust: rows}).items()}
    for pk, was_offered in closed:
        trust, posts = held.get(pk, (None, 0))
        if trust is not None:
            found[trust]["no_taker" if was_offered else "nobody_to_offer"] += posts
    unsigned = Override.unscoped.filter(vacancy__in=counted_in(window.starts_in), signed_at__isnull=True).values_list(
        "vacancy__trust_id", flat=True
    )
    for trust_id in unsigned:
        found[trusts.now(trust_id) or trust_id]["unsigned"] += 1
    return found


def _uncounted(window: Window, as_at: date, trusts: Trusts) -> list[tuple[int, int | None, str]]:
    """Vacancies of the year that the ledger does not hold: id, trust, and why. One query."""
    rows = uncounted(Vacancy.unscoped.all(), window.starts_in, day=min(window.ends, as_at))
    return [(pk, trusts.now(trust), why) for pk, trust, why in rows.values_list("pk", "trust_id", "why")]


def _exclusions(
    uncounted: Iterable[tuple[int, int | None, str]], held: Mapping[int, tuple[int, int]], wanted: Iterable[int]
) -> dict[str, frozenset[int]]:
    trusts = set(wanted)
    found: dict[str, set[int]] = {
        why: set() for why in (EXEMPT, DUPLICATE, NOT_ENTRY_LEVEL, UNCLASSIFIED, UNDECIDED, WITHDRAWN)
    }
    for pk, trust, why in uncounted:
        if trust in trusts:
            found[why].add(pk)
    found[WITHDRAWN] |= {pk for pk, (posts, _reserved) in held.items() if posts == 0}
    return {why: frozenset(ids) for why, ids in found.items()}

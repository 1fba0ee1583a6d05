"""What a trust counted and reserved before this service began, by month or by vacancy, as entries of a kind of their own.

Such an entry counts from the day that it is of, so that past months show it; server time, number and cause say when it was
written, by whom, and of which work. Nothing can be dated after the ledger's own first decision: that was counted here.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from audit.acting import Acting, Role
from audit.clock import LONDON, financial_year, today, year_words
from audit.events import record
from audit.mover import Refused
from nhsuk.words import long_day
from organisations.models import Organisation
from vacancies.amending import opening_of
from vacancies.ledger import Line, lock_year, write
from vacancies.models import Entry, EntryKind

FIRST_DAY = date(2018, 4, 1)
MOST = 100_000  # of posts in one row: more is a slip of the keyboard
MONTH, VACANCY = "month", "vacancy"
WORDS = {MONTH: "month by month", VACANCY: "vacancy by vacancy"}


@dataclass(frozen=True, slots=True)
class Figures:
    """Whole posts and adverts, and how many of them were reserved."""

    posts: int = 0
    reserved: int = 0
    adverts: int = 0
    reserved_adverts: int = 0

    def minus(self, other: Figures) -> Figures:
        return Figures(*(mine - theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def plus(self, other: Figures) -> Figures:
        return Figures(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


NAMES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True)
class Past:
    """One month ("2025-04") or one vacancy (its reference) of the past; `day` is its last day, or when it opened."""

    layout: str
    name: str
    day: date
    figures: Figures

    @property
    def key(self) -> str:
        return f"{self.layout} {self.name}"

    @property
    def year(self) -> int:
        return financial_year(self.day)


def end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def problem_of(past: Past, *, before: date | None, held: Mapping[str, Held]) -> str:
    """Why these figures cannot be, in a sentence with its mend, or "". `before`: the ledger's own first decision."""
    there = held.get(past.key)
    if there and there.figures.posts and there.day != past.day:
        return f"It is here dated {long_day(there.day)}. Bring it with that date and 0 posts first, then with the other date."
    return _wrong_figures(past.figures) or _wrong_day(past.day, before)


def _wrong_figures(it: Figures) -> str:
    if min(astuple(it)) < 0 or max(astuple(it)) > MOST:
        return f"A figure is not between 0 and {MOST:,}. Check the row."
    if it.reserved > it.posts or it.reserved_adverts > it.adverts:
        return "More is reserved than was counted. Check the two figures."
    if it.adverts > it.posts or (it.posts and not it.adverts):
        return "Each advert has at least one post, and each post an advert. Check posts and adverts."
    if it.reserved_adverts > it.reserved or (it.reserved and not it.reserved_adverts):
        return "An advert is reserved when at least one of its posts is. Check the reserved posts and adverts."
    return ""


def _wrong_day(day: date, before: date | None) -> str:
    if not FIRST_DAY <= day <= today():
        return f"{long_day(day)} is not between {long_day(FIRST_DAY)} and today. Check the date."
    if before and day >= before:
        return f"From {long_day(before)} on this service counts itself. Leave the row out."
    return ""


def first_decision(trust_id: int) -> date | None:
    """The day on which this service's own ledger of the trust begins: the first entry that is no history and no opening."""
    rows = Entry.unscoped.filter(year__trust=trust_id).exclude(kind__in=(EntryKind.HISTORY, EntryKind.OPENING))
    first = rows.aggregate(first=Min("at"))["first"]
    return timezone.localtime(first, LONDON).date() if first else None


@dataclass(frozen=True, slots=True)
class Held:
    """What the ledger has of one month or vacancy, summed, over how many entries."""

    figures: Figures = Figures()
    entries: int = 0
    day: date | None = None


def held_of(trust_id: int) -> dict[str, Held]:
    """By key, the imported history of a trust. One query."""
    found: dict[str, Held] = defaultdict(Held)
    rows = Entry.unscoped.filter(year__trust=trust_id, kind=EntryKind.HISTORY)
    for cause, day, *figures in rows.values_list("cause", "day", *NAMES):
        held = found[key_in(cause, trust_id)]
        found[key_in(cause, trust_id)] = Held(held.figures.plus(Figures(*figures)), held.entries + 1, day)
    return dict(found)


def cause_of(past: Past, trust_id: int, number: int, source: str) -> str:
    """Which month or vacancy of which trust, the how-manieth entry of it, and the work that brought it."""
    return f"history:{trust_id}:{past.key}:{number}:{source}"


def key_in(cause: str, trust_id: int) -> str:
    return cause.removeprefix(f"history:{trust_id}:").rsplit(":", 2)[0]


def totals(rows: Iterable[Past]) -> dict[int, Figures]:
    """By financial year, what the rows add up to."""
    found: dict[int, Figures] = {}
    for past in rows:
        found[past.year] = found.get(past.year, Figures()).plus(past.figures)
    return dict(sorted(found.items()))


def check_years(rows: Iterable[Past], *, trust_id: int, held: Mapping[str, Held]) -> None:
    """Raise Refused where a year would be counted twice: by an opening balance, or in the other layout."""
    layouts: dict[int, set[str]] = defaultdict(set)
    for past in rows:
        layouts[past.year].add(past.layout)
    present = _layouts_held(trust_id, held)
    for year, said in layouts.items():
        name = year_words(year)
        opening = opening_of(trust_id, year)
        if opening and opening.posts:
            raise Refused(
                f"{name} has an opening balance of {opening.posts} posts, so its history would be counted twice. "
                "Set posts and adverts of the opening balance to 0 first; what was owed may stay."
            )
        other = present.get(year, set()) - said
        if other:
            raise Refused(f"{name} is here {WORDS[other.pop()]} already. The same year in another way counts it twice.")


def _layouts_held(trust_id: int, held: Mapping[str, Held]) -> dict[int, set[str]]:
    rows = Entry.unscoped.filter(year__trust=trust_id, kind=EntryKind.HISTORY)
    found: dict[int, set[str]] = defaultdict(set)
    for cause, starts_in in rows.values_list("cause", "year__starts_in"):
        key = key_in(cause, trust_id)
        if held[key].figures.posts:
            found[starts_in].add(key.partition(" ")[0])
    return found


@transaction.atomic
def bring_history(*, trust: Organisation, rows: Iterable[Past], source: str, by: Acting) -> dict[str, Entry]:
    """Write each row's difference from what the ledger has of it; by key, the entries that were written.

    The same rows again write nothing. A row with 0 posts takes back what was brought for it. `source` is the reference
    of the work that brings them. Refused for all others than the trust's HR lead, for figures that cannot be, and where
    a year would be counted twice.
    """
    if by.role is not Role.SYSTEM and (by.role is not Role.TRUST_HR or by.organisation_id != trust.pk):
        raise Refused("Only the trust's HR lead brings history.")
    wanted = {past.key: past for past in rows}
    years = {starts_in: lock_year(trust.pk, starts_in) for starts_in in sorted({past.year for past in wanted.values()})}
    before, held = first_decision(trust.pk), held_of(trust.pk)
    check_years(wanted.values(), trust_id=trust.pk, held=held)
    lines: dict[int, list[Line]] = defaultdict(list)
    for past in wanted.values():
        if said := problem_of(past, before=before, held=held):
            raise Refused(f"{past.name}: {said}")
        there = held.get(past.key, Held())
        change = past.figures.minus(there.figures)
        if change != Figures():
            figures = dict(zip(NAMES, astuple(change), strict=True))
            cause = cause_of(past, trust.pk, there.entries, source)
            lines[past.year].append(Line(EntryKind.HISTORY, cause, day=past.day, **figures))
    written = [entry for starts_in, of_year in lines.items() for entry in write(years[starts_in], of_year, by=by)]
    if written:
        record(by=by, verb="bring_history", on=trust, entries=len(written), source=source)
    return {key_in(entry.cause, trust.pk): entry for entry in written}


def as_known(past: Past, held: Mapping[str, Held]) -> str:
    """What bringing a row would do: "made", "changed" or "same"."""
    there = held.get(past.key)
    if there is None:
        return "same" if past.figures == Figures() else "made"
    return "same" if there.figures == past.figures else "changed"


def of_month(year: int, month: int, figures: Figures) -> Past:
    return Past(MONTH, f"{year}-{month:02d}", end_of_month(year, month), figures)


def of_vacancy(reference: str, opened: date, *, posts: int, reserved: int) -> Past:
    """One vacancy of the past: one advert, reserved where at least one of its posts was."""
    return Past(VACANCY, reference, opened, Figures(posts, reserved, int(posts > 0), int(reserved > 0)))

"""Which figures one reader gets, for which period and as at which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audit.acting import Acting, Role
from organisations.models import Accession
from organisations.services import accession_in_force
from reports.measures import Figure, Window, financial_year_of, last_month_end, m0, m2, m3
from reports.measures.participation import counted_not_named
from reports.measures.trusts import trusts_on
from reports.measures.window import two_years_to, year_running

from . import conversion, participation, pooled, ring_fence
from .publication import published
from .table import Table

FIRST_YEAR = 2024
PUBLISHED_TO = frozenset({Role.ICB_ANALYST, Role.AUDITOR, Role.PROVIDER})
READERS = PUBLISHED_TO | {Role.ACADEMY, Role.TRUST_HR, Role.RECRUITER}
OFFICIAL = "OFFICIAL-SENSITIVE: restricted edition with true counts, for this trust's own board"


@dataclass(frozen=True, slots=True)
class Edition:
    """Every table that one reader gets for one period. `exact`: true counts; `own_trust`: of one trust only."""

    window: Window
    as_at: date
    exact: bool
    own_trust: int | None
    marking: str
    measures: tuple[str, ...]
    names: dict[int, str]
    tables: tuple[Table, ...]

    def table(self, key: str) -> Table:
        """One table; KeyError where this reader gets no such table."""
        return next((each for each in self.tables if each.key == key), None) or _no_table(key)

    def of(self, measure: str) -> list[Table]:
        return [each for each in self.tables if each.measure == measure]


def _no_table(key: str) -> Table:
    raise KeyError(key)


def periods(on: date) -> list[Window]:
    """The fixed list of periods, the running one first."""
    running = year_running(on)
    return [financial_year_of(year) for year in range(running.starts_in, FIRST_YEAR - 1, -1)]


def as_at_for(acting: Acting) -> date:
    """The day as at which a reader gets figures: published tables stand still for a month, for two tables that differ by
    one person say who that is."""
    return last_month_end(acting.on) if acting.role in PUBLISHED_TO else acting.on


def measures_for(acting: Acting) -> tuple[str, ...]:
    """Which measures a reader gets: a recruiter the ring-fence alone; a trust without an agreement nothing of people."""
    if acting.role == Role.RECRUITER:
        return ("m0",)
    if acting.role == Role.TRUST_HR:
        party = Accession.objects.filter(accession_in_force(acting.on), organisation_id=acting.organisation_id)
        return ("m0", "m2", "m3") if party.exists() else ("m0",)
    return ("m0", "m2", "m3") if acting.role in READERS else ()


def own_trust_of(acting: Acting) -> int | None:
    return acting.organisation_id if acting.role in (Role.TRUST_HR, Role.RECRUITER) else None


def edition_of(acting: Acting, window: Window, *, trust_id: int | None = None, as_at: date | None = None) -> Edition:
    """The tables of one reader for one financial year; `trust_id` chooses a trust, where the reader has a choice.

    Published tables of people are the same whatever is chosen: no free filters (disclosure, rule 7). This is the one way from the measures to a page, a file or the API.
    """
    as_at = as_at or as_at_for(acting)
    own = own_trust_of(acting)
    exact = acting.role not in PUBLISHED_TO
    measures = measures_for(acting)
    names = dict(trusts_on(as_at).names)
    if own is not None:
        names.setdefault(own, "")

    def make() -> list[Table]:
        made = []
        for key in measures:
            figure = figure_of(key, window, as_at=as_at, trust_id=own)
            of_trust = own or (trust_id if exact else None)
            made += _tables(figure, names, exact=exact, trust_id=of_trust, own=own)
            if key == "m3" and window == year_running(as_at):
                made.append(_two_years(figure, names, exact=exact, trust_id=of_trust))
        return made

    tables = make() if exact or not measures else published(window, as_at, make)
    if not exact and trust_id is not None:
        tables = _with_months_of(tables, m0(window, as_at=as_at), names, trust_id)
    return Edition(
        window=window,
        as_at=as_at,
        exact=exact,
        own_trust=own,
        marking=OFFICIAL if own is not None and len(measures) > 1 else "",
        measures=measures,
        names=names,
        tables=tuple(tables),
    )


def _two_years(figure: Figure, names: dict[int, str], *, exact: bool, trust_id: int | None) -> Table:
    """The running year with the one before. Of no other year: two such periods that share one would tell of it."""
    both = m3(two_years_to(figure.window), as_at=figure.as_at)
    years = () if exact else (m3(financial_year_of(figure.window.starts_in - 1), as_at=figure.as_at), figure)
    return pooled.table(both, years, names, exact=exact, trust_id=trust_id)


def _with_months_of(tables: list[Table], figure: Figure, names: dict[int, str], trust_id: int) -> list[Table]:
    """The months of one trust's ring-fence instead of all trusts': exact counts of vacancies, so nothing to protect."""
    chosen = ring_fence.by_month(figure, names, trust_id=trust_id, with_levels=False)
    return [chosen if table.key == chosen.key else table for table in tables]


def figure_of(key: str, window: Window, *, as_at: date, trust_id: int | None = None) -> Figure:
    """One measure; `trust_id` narrows the ring-fence alone."""
    if key == "m0":
        return m0(window, as_at=as_at, trust_id=trust_id)
    return (m2 if key == "m2" else m3)(window, as_at=as_at)


def _tables(
    figure: Figure, names: dict[int, str], *, exact: bool, trust_id: int | None, own: int | None
) -> list[Table]:
    if figure.key == "m0":
        return ring_fence.tables(figure, names, exact=exact, trust_id=trust_id)
    if figure.key == "m2":
        counted = counted_not_named(figure.window, as_at=figure.as_at)
        return participation.tables(figure, counted, names, exact=exact, trust_id=trust_id, by_kind=own is None)
    return conversion.tables(figure, names, exact=exact, trust_id=trust_id)

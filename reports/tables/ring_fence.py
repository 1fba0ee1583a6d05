"""The tables of M0. Vacancies are not people, so counts of them are exact; how far people got is protected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add

from reports.measures import Figure
from reports.measures.ring_fence import Position, TrustYear
from reports.words import FALLS
from vacancies.ring_fence import shortfall

from .counts import Exact, Protected, Shown, rounded_rate
from .table import Column, Row, Table, Value, share

SYSTEM = "all"
LEVELS = ("considered", "interviewed", "appointed")
UNITS = ("posts", "adverts")

Rate = Callable[[int, int], Value]


def tables(figure: Figure, names: dict[int, str], *, exact: bool, trust_id: int | None) -> list[Table]:
    """By trust in posts and in adverts, beside, by month (of one trust, or of all), and the shares of every month."""
    years: Sequence[TrustYear] = figure.rows
    everything = len(years) > 1
    found = [_by_trust(figure, names, unit, exact=exact, with_total=everything) for unit in UNITS]
    found.append(_beside(figure, names, with_total=everything))
    found.append(by_month(figure, names, trust_id=trust_id, with_levels=exact))
    if everything:
        found.append(_shares(figure, names))
    return found


def _levels(position: Position, unit: str) -> dict[str, int]:
    reached = position.posts if unit == "posts" else position.adverts
    return {level: getattr(reached, level) for level in LEVELS}


def _counted(position: Position, unit: str) -> tuple[int, int]:
    standing = position.standing
    return (standing.posts, standing.reserved) if unit == "posts" else (standing.adverts, standing.reserved_adverts)


def _shown(figure: Figure, unit: str, *, exact: bool) -> Shown:
    """The levels of each trust and of all. Each level is a part of the one before, so the rest is a part of it too."""
    values: dict[tuple[str, str], int] = {}
    lines = []
    trusts = [str(year.trust_id) for year in figure.rows]
    for year in figure.rows:
        for level, n in _levels(year.latest, unit).items():
            values[level, str(year.trust_id)] = n
    for level in LEVELS:
        values[level, SYSTEM] = sum(values[level, trust] for trust in trusts)
        if len(trusts) > 1:
            lines.append(((level, SYSTEM), [(level, trust) for trust in trusts]))
    for outer, inner in (LEVELS[:2], LEVELS[1:]):
        for trust in (*trusts, SYSTEM):
            rest = (f"{outer}, not {inner}", trust)
            values[rest] = values[outer, trust] - values[inner, trust]
            lines.append(((outer, trust), [(inner, trust), rest]))
    return Exact(values) if exact else Protected(values, lines)


def _by_trust(figure: Figure, names: dict[int, str], unit: str, *, exact: bool, with_total: bool) -> Table:
    shown = _shown(figure, unit, exact=exact)
    rate: Rate = share if exact else rounded_rate
    rows = [
        _trust_row(str(year.trust_id), names[year.trust_id], year.latest, _short(year, unit), unit, shown, rate)
        for year in figure.rows
    ]
    if with_total:
        everything = reduce(add, (year.latest for year in figure.rows), Position())
        short = sum(_short(year, unit) for year in figure.rows)
        row = _trust_row(SYSTEM, "North West London", everything, short, unit, shown, rate)
        rows.append(Row(row.key, row.label, row.cells, total=True))
    return Table(
        key=f"m0-{unit}",
        measure="m0",
        title=f"Ring-fence in {unit}, by trust",
        heading="Trust",
        columns=(
            Column("counted", f"Entry-level {unit}"),
            Column("reserved", "Reserved"),
            Column("share", "Share reserved", "percent"),
            Column("short", f"{unit.capitalize()} short"),
            Column("considered", "Considered"),
            Column("considered_share", "Share considered", "percent"),
            Column("interviewed", "Interviewed"),
            Column("appointed", "Appointed"),
        ),
        rows=tuple(rows),
        note="Short is what is owed now, with what was owed when the year began; one trust's credit pays nobody else's debt.",
    )


def _short(year: TrustYear, unit: str) -> int:
    return year.short_posts if unit == "posts" else year.short_adverts


def _trust_row(key: str, label: str, position: Position, short: int, unit: str, shown: Shown, rate: Rate) -> Row:
    counted, reserved = _counted(position, unit)
    considered = _levels(position, unit)["considered"]
    at_level = {level: shown.count((level, key)) for level in LEVELS}
    considered_share = rate(considered, counted) if at_level["considered"] != "*" else "*"
    return Row(
        key,
        label,
        (
            counted,
            reserved,
            share(reserved, counted),
            short,
            at_level["considered"],
            considered_share,
            at_level["interviewed"],
            at_level["appointed"],
        ),
    )


def _beside(figure: Figure, names: dict[int, str], *, with_total: bool) -> Table:
    columns = (
        Column("no_taker", "Reserved posts: offered, no taker"),
        Column("nobody_to_offer", "Reserved posts: nobody to offer"),
        Column("unsigned", "Less than due, not countersigned"),
        Column("exempt", "Vacancies exempt by code"),
        Column("debt", "Posts owed when the year began"),
    )
    counts = {
        year.trust_id: (year.no_taker, year.nobody_to_offer, year.unsigned, year.exempt, year.latest.standing.debt)
        for year in figure.rows
    }
    rows = [Row(str(trust_id), names[trust_id], cells) for trust_id, cells in counts.items()]
    if with_total:
        sums = tuple(map(sum, zip(*counts.values(), strict=True)))
        rows.append(Row(SYSTEM, "North West London", sums, total=True))
    return Table(
        key="m0-beside",
        measure="m0",
        title="Beside the ring-fence",
        heading="Trust",
        columns=columns,
        rows=tuple(rows),
        note="A reserved post that closed with nobody sent stays reserved. It is the system's shortfall of supply, not the trust's.",
    )


def by_month(figure: Figure, names: dict[int, str], *, trust_id: int | None, with_levels: bool) -> Table:
    """Every month's end of one trust, or of all; the levels only for those who may open the records."""
    years = [year for year in figure.rows if trust_id in (None, year.trust_id)]
    of_whom = names.get(trust_id, "") if trust_id else "North West London"
    columns: tuple[Column, ...] = (
        Column("posts", "Entry-level posts"),
        Column("reserved", "Posts reserved"),
        Column("share", "Share of posts", "percent"),
        Column("short", "Posts short"),
        Column("adverts", "Entry-level adverts"),
        Column("reserved_adverts", "Adverts reserved"),
        Column("advert_share", "Share of adverts", "percent"),
    )
    if with_levels:
        columns += tuple(Column(level, f"Posts {level}") for level in LEVELS)
    rows = []
    for place, month in enumerate(figure.window.months(figure.as_at)):
        positions = [year.months[place] for year in years]
        whole = reduce(add, positions, Position())
        short = sum(shortfall(position.standing).posts for position in positions)
        cells: tuple[Value, ...] = (
            whole.standing.posts,
            whole.standing.reserved,
            share(whole.standing.reserved, whole.standing.posts),
            short,
            whole.standing.adverts,
            whole.standing.reserved_adverts,
            share(whole.standing.reserved_adverts, whole.standing.adverts),
        )
        if with_levels:
            cells += tuple(_levels(whole, "posts").values())
        rows.append(Row(month.isoformat(), f"{month:%B %Y}", cells))
    return Table(
        key="m0-months",
        measure="m0",
        title="Ring-fence at each month's end" + (f", {of_whom}" if of_whom else ""),
        heading="Month",
        columns=columns,
        rows=tuple(rows),
        note="From 1 April to the end of each month, as it was known that day: what was written "
        "after 31 March is in the year’s figures and in no month. A month that is not over is shown as it stands. "
        + FALLS,
    )


def _shares(figure: Figure, names: dict[int, str]) -> Table:
    months = figure.window.months(figure.as_at)
    rows = [
        Row(
            str(year.trust_id),
            names[year.trust_id],
            tuple(share(at.standing.reserved, at.standing.posts) for at in year.months),
        )
        for year in figure.rows
    ]
    wholes = [reduce(add, (year.months[place] for year in figure.rows), Position()) for place in range(len(months))]
    rows.append(
        Row(
            SYSTEM,
            "North West London",
            tuple(share(at.standing.reserved, at.standing.posts) for at in wholes),
            total=True,
        )
    )
    return Table(
        key="m0-shares",
        measure="m0",
        title="Share of posts reserved at each month's end, as known then",
        heading="Trust",
        columns=tuple(Column(month.isoformat(), f"{month:%b %y}", "percent") for month in months),
        rows=tuple(rows),
        note="Shares are rounded down, so that 20% is never shown where it is not reached.",
    )

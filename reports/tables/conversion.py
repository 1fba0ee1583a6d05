"""The tables of M3: what came of the people whose participation ended, by host trust, by reading and by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from reports.disclosure import one_category, releasable
from reports.measures import Figure
from reports.measures.conversion import BANK, HOST, IN_WORK, NHS, NWL, OUTSIDE, STILL, UNKNOWN, Ended

from .counts import Exact, Key, Line, Protected, Shown, rounded_rate
from .table import STAR, Column, Row, Table, Value, share

ALL, NO_HOST, POOLED = "all", "none", "pooled"
PARTS = (STILL, HOST, NWL, NHS, OUTSIDE, BANK, UNKNOWN)
DUE = (HOST, NWL, NHS, OUTSIDE, BANK, UNKNOWN)
SMALL = 8
COLUMNS = (
    Column("ended", "Ended"),
    Column("still", "Still in time"),
    Column("due", "26 weeks over"),
    Column("work", "In work"),
    Column("rate", "In work, rate", "percent"),
    Column("host", "Host trust"),
    Column("host_rate", "Host trust, rate", "percent"),
    Column("nwl", "Other NWL trust"),
    Column("nhs", "Other NHS"),
    Column("outside", "Outside the NHS"),
    Column("bank", "Bank work only"),
    Column("unknown", "No job known"),
)
READINGS: tuple[tuple[str, str, Callable[[Ended], bool]], ...] = (
    (ALL, "Everybody", lambda row: True),
    ("seeking", "Those seeking work", lambda row: row.seeking),
    ("permitted", "Those permitted to work", lambda row: row.permitted),
)

Group = tuple[str, str, list[Ended]]


def tables(figure: Figure, names: dict[int, str], *, exact: bool, trust_id: int | None) -> list[Table]:
    """By host trust, by reading (everybody, seeking, permitted; 26 and 52 weeks), and by month of the end."""
    rows = [row for row in figure.rows if trust_id is None or row.trust_id == trust_id]
    if trust_id is not None:
        names = {trust_id: names.get(trust_id, "")}
    groups = groups_by_trust(rows, names, with_none=trust_id is None)
    months = [month.isoformat() for month in figure.window.months(figure.as_at)]
    shown: Shown
    if exact:
        shown = Exact(values_of(groups, rows, months))
    else:
        groups, shown = protected_groups(groups, rows, months)
    with_total = trust_id is None
    return [
        _by_trust(groups, shown, with_total=with_total),
        _readings(rows, shown, exact=exact),
        _by_month(figure, rows, shown, exact=exact),
    ]


def groups_by_trust(rows: Iterable[Ended], names: Mapping[int, str], *, with_none: bool) -> list[Group]:
    """Everybody by host trust, and those without one."""
    found: list[Group] = [(str(pk), name, []) for pk, name in names.items()]
    found += [(NO_HOST, "No host trust", [])] if with_none else []
    at = {key: members for key, _name, members in found}
    for row in rows:
        at.get(str(row.trust_id), at.get(NO_HOST, [])).append(row)
    return found


def outcomes(rows: Iterable[Ended]) -> dict[str, int]:
    """How many came to each outcome at 26 weeks, and the sums that are published of it."""
    counts = Counter(row.outcome for row in rows)
    found = {part: counts[part] for part in PARTS}
    found["work"] = sum(counts[part] for part in IN_WORK)
    found["due"] = sum(counts[part] for part in DUE)
    found["ended"] = found["due"] + found[STILL]
    return found


def values_of(groups: Iterable[Group], rows: Sequence[Ended], months: Iterable[str]) -> dict[Key, int]:
    """(group, outcome) -> people, the whole under "all"; ("month", month) -> people who ended in it."""
    values: dict[Key, int] = {}
    for key, _name, members in groups:
        values |= {(key, part): n for part, n in outcomes(members).items()}
    values |= {(ALL, part): n for part, n in outcomes(rows).items()}
    by_month = Counter(row.month.isoformat() for row in rows)
    return values | {("month", month): by_month[month] for month in months}


def lines_of(key: str) -> list[Line]:
    """What adds up within one group: ended = still + over; over = each outcome; in work = each kind of employer."""
    return [
        ((key, "ended"), [(key, STILL), (key, "due")]),
        ((key, "due"), [(key, part) for part in DUE]),
        ((key, "due"), [(key, "work"), (key, BANK), (key, UNKNOWN)]),
        ((key, "work"), [(key, part) for part in IN_WORK]),
    ]


def protected_groups(groups: list[Group], rows: Sequence[Ended], months: Sequence[str]) -> tuple[list[Group], Shown]:
    """The groups that can be published, and what is shown of them.

    Trusts too small to stand alone, or all of whose people came to one outcome (rule 6), are pooled under one name; a
    pool is never one trust, and never such a group itself. Where not even that can be published, only the total is.
    """
    if one_category(outcomes(rows)[part] for part in PARTS):
        return [], Protected({(ALL, "ended"): len(rows)}, [])
    pool: set[str] = {key for key, _name, members in groups if _must_be_pooled(members)}
    while True:
        alone, pooled = _partition(groups, pool)
        published = [*alone, *([pooled] if pooled[2] else [])]
        values = values_of(published, rows, months)
        shown = Protected(values, _all_lines(published, values, months))
        weak = {key[0] for key in shown.weak}
        if not weak:
            return published, shown
        if "month" in weak:
            months = ()
            continue
        more = weak & {key for key, _name, _members in alone} or {key for key, _name, members in alone if members}
        if not more:
            return [], Protected({(ALL, "ended"): len(rows)}, [])
        pool |= more


def line_as_published(figure: Figure, names: Mapping[int, str]) -> Shown:
    """The line of everybody as the year's own tables show it."""
    rows = list(figure.rows)
    months = [month.isoformat() for month in figure.window.months(figure.as_at)]
    return protected_groups(groups_by_trust(rows, names, with_none=True), rows, months)[1]


def _must_be_pooled(members: Sequence[Ended]) -> bool:
    return 0 < len(members) < SMALL or one_category(outcomes(members)[part] for part in PARTS)


def _partition(groups: Sequence[Group], pool: set[str]) -> tuple[list[Group], Group]:
    """The groups that stand alone, and the pool, which grows by the smallest until it may stand too."""
    alone = sorted((group for group in groups if group[0] not in pool), key=lambda group: (len(group[2]), group[0]))
    pooled = [group for group in groups if group[0] in pool]
    while pooled and (len(pooled) == 1 or _must_be_pooled([row for group in pooled for row in group[2]])):
        fullest = [group for group in alone if group[2]]
        if not fullest:
            break
        pooled.append(fullest[0])
        alone.remove(fullest[0])
    order = {group[0]: place for place, group in enumerate(groups)}
    alone.sort(key=lambda group: order[group[0]])
    pooled.sort(key=lambda group: order[group[0]])
    name = "Together: " + ", ".join(name for _key, name, _members in pooled)
    return alone, (POOLED, name, [row for group in pooled for row in group[2]])


def _all_lines(groups: Sequence[Group], values: Mapping[Key, int], months: Sequence[str]) -> list[Line]:
    keys = [key for key, _name, _members in groups]
    lines = [line for key in (*keys, ALL) for line in lines_of(key)]
    if len(keys) > 1:
        lines += [((ALL, part), [(key, part) for key in keys]) for part in (*PARTS, "work", "due", "ended")]
    by_month = [("month", month) for month in months]
    if not one_category(values[key] for key in by_month):
        lines.append(((ALL, "ended"), by_month))
    return lines


def row_of(key: str, label: str, shown: Shown, *, total: bool = False) -> Row:
    cells: dict[str, Value] = {part: shown.count((key, part)) for part in (*PARTS, "work", "due", "ended")}
    cells["rate"] = shown.rate((key, "work"), (key, "due"))
    cells["host_rate"] = shown.rate((key, HOST), (key, "due"))
    return Row(key, label, tuple(cells[column.key] for column in COLUMNS), total=total)


def _by_trust(groups: Sequence[Group], shown: Shown, *, with_total: bool) -> Table:
    rows = [row_of(key, name, shown) for key, name, _members in groups]
    if with_total:
        rows.append(row_of(ALL, "All", shown, total=True))
    return Table(
        key="m3-trusts",
        measure="m3",
        title="Conversion by host trust",
        heading="Host trust",
        columns=COLUMNS,
        rows=tuple(rows),
        note="The rate is of those whose 26 weeks are over. Bank work alone is not counted as in work.",
    )


def _readings(rows: Sequence[Ended], shown: Shown, *, exact: bool) -> Table:
    found = []
    for key, label, belongs in READINGS:
        these = [row for row in rows if belongs(row)]
        reading = shown if key == ALL else _reading(these, rows, shown, exact=exact)
        row = row_of(ALL, label, reading)
        found.append(Row(key, label, (*row.cells, _rate_52(these, reading, exact=exact)), total=key == ALL))
    return Table(
        key="m3-readings",
        measure="m3",
        title="Conversion of everybody, of those seeking work and of those permitted to work",
        heading="Of whom",
        columns=(*COLUMNS, Column("rate_52", "In work within 52 weeks, rate", "percent")),
        rows=tuple(found),
        note="Permitted to work: any work, or work with restrictions. Not all who end a programme are looking for work.",
    )


def _reading(these: Sequence[Ended], rows: Sequence[Ended], whole: Shown, *, exact: bool) -> Shown:
    """A subset of the people, where rule 7 allows it beside the whole: else stars."""
    values: dict[Key, int] = {(ALL, part): n for part, n in outcomes(these).items()}
    if exact:
        return Exact(values)
    everything: dict[Key, int] = {(ALL, part): n for part, n in outcomes(rows).items()}
    starred = any(whole.count(key) == STAR for key in everything)
    hidden = one_category(values[ALL, part] for part in PARTS)
    if starred or hidden or not releasable(values, everything, lines_of(ALL)):
        return Protected({}, [])
    return Protected(values, lines_of(ALL))


def _rate_52(rows: Sequence[Ended], shown: Shown, *, exact: bool) -> Value:
    due = [row for row in rows if row.outcome_52 != STILL]
    work = sum(row.outcome_52 in IN_WORK for row in due)
    if exact:
        return share(work, len(due))
    # With nobody between 26 and 52 weeks it is the same rate: it may not say what that one hides.
    return STAR if shown.rate((ALL, "work"), (ALL, "due")) == STAR else rounded_rate(work, len(due))


def _by_month(figure: Figure, rows: Sequence[Ended], shown: Shown, *, exact: bool) -> Table:
    columns: tuple[Column, ...] = (Column("ended", "Ended"),)
    if exact:
        columns = COLUMNS
    found = []
    for month in figure.window.months(figure.as_at):
        label = f"{month:%B %Y}"
        if exact:
            of_month = outcomes(row for row in rows if row.month == month)
            found.append(row_of(ALL, label, Exact({(ALL, part): n for part, n in of_month.items()})))
            found[-1] = Row(month.isoformat(), label, found[-1].cells)
        else:
            found.append(Row(month.isoformat(), label, (shown.count(("month", month.isoformat())),)))
    whole = row_of(ALL, "All", shown, total=True)
    found.append(whole if exact else Row(ALL, "All", whole.cells[:1], total=True))
    return Table(
        key="m3-months",
        measure="m3",
        title="Conversion by month in which participation ended",
        heading="Month",
        columns=columns,
        rows=tuple(found),
    )

"""The tables of M2: distinct people by host trust, by month and by kind of programme, with counted-not-named beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from programmes.models import ProgrammeKind
from reports.measures import Figure
from reports.measures.participation import Counted

from .counts import Exact, Key, Line, Shown, protected
from .table import Column, Row, Table

ALL = "all"
NO_HOST = "none"
PEOPLE = (Column("people", "People who started"), Column("counted", "Counted, not named"))
BESIDE = "Counted, not named: volunteers whom another system counted. They may be the same people, and are never added."


def tables(
    figure: Figure,
    counted: Sequence[Counted],
    names: dict[int, str],
    *,
    exact: bool,
    trust_id: int | None,
    by_kind: bool = True,
) -> list[Table]:
    """By trust, month and kind; for a trust's own reader its own people only, and never by kind of programme."""
    if trust_id is not None:
        figure_rows = [row for row in figure.rows if row.trust_id == trust_id]
        counted = [row for row in counted if row.trust_id == trust_id]
        names = {trust_id: names.get(trust_id, "")}
    else:
        figure_rows = list(figure.rows)
    trusts = [str(pk) for pk in names] + ([NO_HOST] if trust_id is None else [])
    months = [month.isoformat() for month in figure.window.months(figure.as_at)]
    kinds = [str(kind.value) for kind in ProgrammeKind] if by_kind else []
    named = _shown([(row.trust_id, row.month, row.kind, 1) for row in figure_rows], trusts, months, kinds, exact=exact)
    beside = _shown(list(counted), trusts, months, kinds, exact=exact)
    labels = {str(pk): name for pk, name in names.items()} | {NO_HOST: "No host trust"}
    by_trust = _table("m2-trusts", "by host trust", "Host trust", "trust", labels, trusts, named, beside)
    by_month = _table(
        "m2-months",
        "by month of start",
        "Month",
        "month",
        {month.isoformat(): f"{month:%B %Y}" for month in figure.window.months(figure.as_at)},
        months,
        named,
        beside,
    )
    found = [by_trust, by_month]
    if by_kind:
        labels = {str(kind.value): str(kind.label) for kind in ProgrammeKind}
        found.append(_table("m2-kinds", "by kind of programme", "Programme", "kind", labels, kinds, named, beside))
    if exact and trust_id is None:
        found.append(_grid(figure, names))
    return found


def _shown(
    rows: Sequence[tuple], trusts: Sequence[str], months: Sequence[str], kinds: Sequence[str], *, exact: bool
) -> Shown:
    """Three lines under one total: the sums by trust, by month and by kind."""
    values: Counter[Key] = Counter({(ALL, ALL): 0})
    lines: list[Line] = []
    for name, keys in (("trust", trusts), ("month", months), ("kind", kinds)):
        values.update({(name, key): 0 for key in keys})
        if keys:
            lines.append(((ALL, ALL), [(name, key) for key in keys]))
    for trust_id, month, kind, people in rows:
        values[ALL, ALL] += people
        trust = str(trust_id) if str(trust_id) in trusts else NO_HOST
        values["trust", trust] += people
        values["month", month.isoformat()] += people
        if kinds:
            values["kind", kind] += people
    return Exact(values) if exact else protected(values, lines)


def _table(
    key: str,
    title: str,
    heading: str,
    name: str,
    labels: dict[str, str],
    keys: Sequence[str],
    named: Shown,
    beside: Shown,
) -> Table:
    rows = [Row(each, labels[each], (named.count((name, each)), beside.count((name, each)))) for each in keys]
    if len(keys) > 1 or name != "trust":
        rows.append(Row(ALL, "All", (named.count((ALL, ALL)), beside.count((ALL, ALL))), total=True))
    return Table(key, "m2", f"Participation {title}", heading, PEOPLE, tuple(rows), note=BESIDE)


def _grid(figure: Figure, names: dict[int, str]) -> Table:
    months = figure.window.months(figure.as_at)
    counts = Counter((row.trust_id if row.trust_id in names else None, row.month) for row in figure.rows)
    rows = [
        Row(str(trust) if trust else NO_HOST, label, tuple(counts[trust, month] for month in months))
        for trust, label in [*names.items(), (None, "No host trust")]
    ]
    sums = tuple(sum(counts[trust, month] for trust in [*names, None]) for month in months)
    return Table(
        key="m2-grid",
        measure="m2",
        title="Participation by host trust and month",
        heading="Host trust",
        columns=tuple(Column(month.isoformat(), f"{month:%b %y}") for month in months),
        rows=(*rows, Row(ALL, "All", sums, total=True)),
        note="True counts, for those who may open the records: too small to publish.",
    )

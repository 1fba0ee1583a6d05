"""M3 over two financial years together: one year often has too few people for a rate (disclosure, rule 4).

Two years are the sum of each, so what is published of them may tell what a star in one year hides. The line is therefore
held against both years as they are published beside it, and starred further until it tells nothing; else it is not given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.disclosure import STAR, cell, exposed, one_category, protect, rates
from reports.measures import Figure
from reports.measures.conversion import HOST

from .conversion import (
    ALL,
    COLUMNS,
    PARTS,
    groups_by_trust,
    line_as_published,
    lines_of,
    outcomes,
    row_of,
    values_of,
)
from .counts import Exact, Key, Line, Shown
from .table import Row, Table, Value

BOTH, SUM, TWICE = "both", "sum", "twice"
RATED = ("work", HOST)
SMALL = 7


def table(both: Figure, years: Sequence[Figure], names: dict[int, str], *, exact: bool, trust_id: int | None) -> Table:
    """By host trust for those who get true counts, everybody in one line for others. `years` are the two, each alone."""
    people = [row for row in both.rows if trust_id is None or row.trust_id == trust_id]
    rows: list[Row] = []
    shown: Shown
    if exact:
        names = names if trust_id is None else {trust_id: names.get(trust_id, "")}
        groups = groups_by_trust(people, names, with_none=trust_id is None)
        shown = Exact(values_of(groups, people, ()))
        rows = [row_of(key, name, shown) for key, name, _members in groups]
    else:
        shown = beside_the_years(
            outcomes(people), [(outcomes(year.rows), line_as_published(year, names)) for year in years]
        )
    if trust_id is None:
        rows.append(row_of(ALL, "All", shown, total=True))
    return Table(
        key="m3-pooled",
        measure="m3",
        title=f"Conversion over two years together, {both.window.label}",
        heading="Host trust",
        columns=COLUMNS,
        rows=tuple(rows),
        note="Each person counts once, under the latest end in the two years.",
    )


class Pooled:
    """The counts and rates of the two years together that may be published."""

    def __init__(self, counts: Mapping[Key, Value], shares: Mapping[tuple[Key, Key], Value]) -> None:
        self.counts, self.shares = counts, shares

    def count(self, key: Key) -> Value:
        return self.counts.get(key, STAR)

    def rate(self, part: Key, whole: Key) -> Value:
        return self.shares.get((part, whole), STAR)


NOTHING = Pooled({}, {})


def beside_the_years(both: Mapping[str, int], years: Sequence[tuple[Mapping[str, int], Shown]]) -> Shown:
    """What may be shown of both years, given what is shown of each: nothing where that would tell a small count."""
    if one_category(both[part] for part in PARTS):
        return NOTHING
    values, joint = _joint(both, [counts for counts, _shown in years])
    _published, own = protect({(BOTH, part): n for part, n in both.items()}, lines_of(BOTH))
    stars = _hidden_in_years(years) | {(SUM, part) for part in both if values[SUM, part] > SMALL} | set(own)
    for key in _to_star(both, own):
        if not _weak(values, joint, stars):
            break
        stars.add(key)
    if _weak(values, joint, stars):
        return NOTHING
    told = _rates(values, joint, stars)
    for number, (_counts, shown) in enumerate(years):
        if any(told[str(number), part] != shown.rate((ALL, part), (ALL, "due")) for part in RATED):
            return NOTHING
    return Pooled(
        {(ALL, part): STAR if (BOTH, part) in stars else cell(n) for part, n in both.items()},
        {((ALL, part), (ALL, "due")): told[BOTH, part] for part in RATED},
    )


def _weak(values: Mapping[Key, int], joint: Sequence[Line], stars: set[Key]) -> bool:
    """Whether a small count of a year, or of both, would be left with fewer than three possible values."""
    return any(key[0] not in (SUM, TWICE) for key in exposed(values, joint, stars))


def _rates(values: Mapping[Key, int], joint: Sequence[Line], stars: set[Key]) -> dict[Key, Value]:
    """By year and part: the share of those whose 26 weeks are over."""
    found: dict[Key, Value] = {}
    for (total, _parts), answers in zip(joint, rates(values, joint, stars), strict=True):
        found |= answers if total[1] == "due" and total[0] not in (SUM, TWICE) else {}
    return found


def _joint(both: Mapping[str, int], years: Sequence[Mapping[str, int]]) -> tuple[dict[Key, int], list[Line]]:
    """The years' lines, the line of both, and for each outcome: one year + the other = both + who was counted in each."""
    values: dict[Key, int] = {(BOTH, part): n for part, n in both.items()}
    lines: list[Line] = []
    for number, counts in enumerate(years):
        values |= {(str(number), part): n for part, n in counts.items()}
        lines += lines_of(str(number))
    lines += lines_of(BOTH)
    for part in both:
        values[SUM, part] = sum(counts[part] for counts in years)
        values[TWICE, part] = values[SUM, part] - both[part]
        lines.append(((SUM, part), [(str(number), part) for number in range(len(years))]))
        lines.append(((SUM, part), [(BOTH, part), (TWICE, part)]))
    return values, lines


def _hidden_in_years(years: Sequence[tuple[Mapping[str, int], Shown]]) -> set[Key]:
    return {
        (str(number), part)
        for number, (counts, shown) in enumerate(years)
        for part, n in counts.items()
        if n > SMALL and shown.count((ALL, part)) == STAR
    }


def _to_star(both: Mapping[str, int], own: set[Key]) -> list[Key]:
    """What could be starred further: parts before sums, the smallest first."""
    left = [part for part, n in both.items() if n > SMALL and (BOTH, part) not in own]
    return [(BOTH, part) for part in sorted(left, key=lambda part: (part not in PARTS, both[part], part))]

"""Counts of people and what is shown of them: the true ones to those who may open the records, protected ones to others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from reports.disclosure import exposed, one_category, protect, rate, rates

from .table import STAR, Value, share

Key = Any  # hashable
Line = tuple[Key, Sequence[Key]]


class Shown(Protocol):
    """A table of counts as one reader sees it. A key that is not published answers a star."""

    def count(self, key: Key) -> Value: ...

    def rate(self, part: Key, whole: Key) -> Value: ...


class Exact:
    """True counts, and percentages of them with one decimal, rounded down."""

    def __init__(self, values: Mapping[Key, int], lines: Sequence[Line] = ()) -> None:
        self.values = values

    def count(self, key: Key) -> Value:
        return self.values.get(key, 0)

    def rate(self, part: Key, whole: Key) -> Value:
        return share(self.values.get(part, 0), self.values.get(whole, 0))


class Protected:
    """Counts after every rule of disclosure, with rates only of a part on the line of its whole."""

    def __init__(self, values: Mapping[Key, int], lines: Sequence[Line]) -> None:
        lines = [(total, parts) for total, parts in lines if parts]
        self.published, secondary = protect(values, lines)
        self.shares = {
            (part, total): shown
            for (total, _parts), answers in zip(lines, rates(values, lines, secondary), strict=True)
            for part, shown in answers.items()
        }
        self.weak = exposed(values, lines, secondary)

    def count(self, key: Key) -> Value:
        return self.published.get(key, STAR)

    def rate(self, part: Key, whole: Key) -> Value:
        return self.shares.get((part, whole), STAR)


def protected(values: Mapping[Key, int], lines: Sequence[Line]) -> Protected:
    """A protected table without the lines that cannot be published.

    Those whose people are all in one part (rule 6), and those in which a small count would still be known although
    everything is starred: their parts are left out, and only their total is shown.
    """
    left = [(total, parts) for total, parts in lines if not one_category(values[part] for part in parts)]
    while True:
        found = Protected(_on(values, left, lines), left)
        if not found.weak:
            return found
        left = [line for line in left if found.weak.isdisjoint({line[0], *line[1]})]


def _on(values: Mapping[Key, int], left: Sequence[Line], lines: Sequence[Line]) -> dict[Key, int]:
    """The counts that the lines name, and the totals of all lines."""
    keys = {key for total, parts in left for key in (total, *parts)} | {total for total, _parts in lines}
    parts_left_out = {part for line in lines if line not in left for part in line[1]}
    kept = {key for total, parts in left for key in (total, *parts)}
    return {key: n for key, n in values.items() if key in keys and (key in kept or key not in parts_left_out)}


def rounded_rate(part: int, whole: int) -> Value:
    """A rate that stands alone, by rule 4."""
    return rate(part, whole)

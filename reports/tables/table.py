"""A table as published: plain values that every form of publication shows alike."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from reports.disclosure import STAR

__all__ = ["STAR", "Column", "Row", "Table", "Value", "share"]

Value = int | Decimal | str | None  # the str is the star; None is "does not apply", such as a share of nothing
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` is number or percent."""

    key: str
    label: str
    unit: str = "number"


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `total` marks the line that the others add up to."""

    key: str
    label: str
    cells: tuple[Value, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`key` is unique in an edition; `heading` names what the rows are; `note` is said under the table."""

    key: str
    measure: str
    title: str
    heading: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""

    def cell(self, row: str, column: str) -> Value:
        """One figure; KeyError where the table has no such row or column."""
        for at in self.rows:
            if at.key == row:
                return at.cells[self.place(column)]
        raise KeyError(row)

    def place(self, column: str) -> int:
        for place, each in enumerate(self.columns):
            if each.key == column:
                return place
        raise KeyError(column)


def share(part: int, whole: int) -> Decimal | None:
    """A percentage of true counts with one decimal, rounded *down*: 19.96% is not shown as the 20% that it is not.

    The one rule for every percentage of true counts; those of protected counts are `disclosure.rate`. None of nothing.
    """
    if whole <= 0:
        return None
    return (Decimal(part) * 100 / whole).quantize(TENTH, ROUND_DOWN)

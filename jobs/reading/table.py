"""A table as a person sees it: headings, and rows that keep the number that Excel shows beside them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any, NamedTuple

from jobs.escape import unescape_cell
from jobs.hostile import Limits, Refusal

HEADINGS_WITHIN = 10  # exports put a title and a date above the headings; nobody puts ten lines there

_SPACES = {code: " " for code in (*range(0, 10), *range(11, 32), *range(127, 160), 0xA0, 0x2007, 0x202F)}
_DROPPED = dict.fromkeys([0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_UNSEEN = {**_SPACES, **_DROPPED}
_MANGLED = re.compile(r"^[+-]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}$")


@dataclass(frozen=True)
class Unread:
    """A cell whose value the file does not hold; `sentence` says why and how to mend it."""

    sentence: str


UNCALCULATED = Unread(
    "holds a formula whose answer was not saved. Open the file in Excel, save it, and upload it again."
)

Cell = str | int | float | bool | date | datetime | time | timedelta | Unread | None


class Row(NamedTuple):
    """One row: its number in the file as Excel shows it, its cells in the order of the headings."""

    number: int
    cells: tuple[Cell, ...]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """What a file holds. `notes` are sentences on what was read with some doubt; nothing was left out."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    heading_row: int = 1


def clean(value: str) -> str | None:
    """`value` without outer spaces, unseen characters and the apostrophe of our own exports; None if nothing is left.

    Line breaks inside a value stay.
    """
    value = unescape_cell(value).strip()
    if not value.isprintable():
        value = value.translate(_UNSEEN).strip()
    return value or None


def excel_mangled(value: Cell) -> bool:
    """True if Excel has rounded away digits: "3.91E+09", or a number of more than 15 digits."""
    if isinstance(value, str):
        return bool(_MANGLED.match(value.strip()))
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**15


def letters(index: int) -> str:
    """The letters over column `index` (0 is A, 26 is AA)."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def where(row: int, heading: str) -> str:
    """How a sentence names a cell."""
    return f'row {row}, column "{heading}"'


Record = tuple[int, list[Cell]]


def assemble(records: Iterable[Record], *, limits: Limits, **about: Any) -> Table:
    """A Table from numbered records (blank ones too): headings found, blank rows left out, limits held.

    The headings are the first row within the first ten that fills two cells or more, else the first that is filled.
    Raises Refusal for nothing, headings only, a heading twice, too many rows or columns, a cell too long.
    """
    filled = _filled(records, limits)
    first = list(islice(filled, HEADINGS_WITHIN))
    if not first:
        raise Refusal("The file holds no values. Check that the export finished, and upload it again.")
    at = next((place for place, (_, cells) in enumerate(first) if _count(cells) > 1), 0)
    heading_row, cells = first[at]
    headings = _headings(cells)
    rows = tuple(_row(number, cells, len(headings)) for number, cells in chain(first[at + 1 :], filled))
    if not rows:
        raise Refusal(
            f"The file holds headings (row {heading_row}) and no rows under them. Add the rows, or check the export."
        )
    return Table(headings=headings, rows=rows, heading_row=heading_row, **about)


def _filled(records: Iterable[Record], limits: Limits) -> Iterator[Record]:
    kept = 0
    for number, cells in records:
        if number > 2 * limits.rows + HEADINGS_WITHIN:
            raise _too_many(limits)
        if all(cell is None for cell in cells):
            continue
        while cells[-1] is None:
            cells.pop()
        if len(cells) > limits.columns:
            raise Refusal(
                f"Row {number} has {len(cells):,} columns; the most this service reads is {limits.columns}. "
                "Remove the columns that are not needed."
            )
        _check_lengths(number, cells, limits)
        kept += 1
        if kept > limits.rows + HEADINGS_WITHIN:
            raise _too_many(limits)
        yield number, cells


def _too_many(limits: Limits) -> Refusal:
    return Refusal(
        f"The file has more than {limits.rows:,} rows, the most this service reads. Split it into smaller files."
    )


def _check_lengths(number: int, cells: list[Cell], limits: Limits) -> None:
    for place, cell in enumerate(cells):
        if isinstance(cell, str) and len(cell) > limits.cell_characters:
            raise Refusal(
                f"Row {number}, column {letters(place)} holds {len(cell):,} characters; a cell may hold "
                f"{limits.cell_characters:,}. Shorten it, or check for a quotation mark that is not closed."
            )


def _count(cells: list[Cell]) -> int:
    return sum(cell is not None for cell in cells)


def _headings(cells: list[Cell]) -> tuple[str, ...]:
    headings = []
    seen: dict[str, int] = {}
    for place, cell in enumerate(cells):
        heading = " ".join(str(cell).split()) if cell is not None and not isinstance(cell, Unread) else ""
        heading = heading or f"Column {letters(place)}"
        if heading.casefold() in seen:
            raise Refusal(
                f'Two columns are called "{heading}" ({letters(seen[heading.casefold()])} and {letters(place)}). '
                "Rename one of them or remove it, and upload the file again."
            )
        seen[heading.casefold()] = place
        headings.append(heading)
    return tuple(headings)


def _row(number: int, cells: list[Cell], width: int) -> Row:
    if len(cells) > width:
        problem = (
            f"Row {number} has {len(cells)} values and there are {width} headings. "
            "Put quotation marks round a value that holds a comma, or remove the values past the last heading."
        )
        return Row(number, tuple(cells), problem)
    return Row(number, (*cells, *[None] * (width - len(cells))))

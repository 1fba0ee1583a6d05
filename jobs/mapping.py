"""Headings to fields: guessed by synonyms, remembered per organisation, corrected by a person. Pure: no Django."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jobs.columns import CellProblem, Parser
from jobs.columns import text as as_text
from jobs.reading.table import Cell, Row


@dataclass(frozen=True)
class Column:
    """One field that an importer wants.

    `label` is the heading in our own template; `synonyms` are headings seen in other people's files; `parse` is from
    `jobs.columns`; a `required` field needs a column, and a value in each row.
    """

    field: str
    label: str
    parse: Parser = as_text
    required: bool = False
    synonyms: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell (or, with an empty `column`, in one row), in a sentence with its mend."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Matched:
    """A file's headings matched to the fields of a ColumnMap: field -> heading."""

    columns: tuple[Column, ...]
    headings: tuple[str, ...]
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The labels of required fields that no heading was matched to."""
        return tuple(column.label for column in self.columns if column.required and column.field not in self.chosen)

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings that no field takes, in the order of the file."""
        taken = set(self.chosen.values())
        return tuple(heading for heading in self.headings if heading not in taken)

    @property
    def sentence(self) -> str:
        """What is missing and how to mend it; empty when nothing is."""
        if not self.missing:
            return ""
        there = ", ".join(f'"{heading}"' for heading in self.headings[:12])
        *first, last = (f'"{label}"' for label in self.missing)
        if not first:
            return f"The file has no column {last}. It has {there}. Say which column holds it, or add it to the file."
        names = f"{', '.join(first)} and {last}"
        return f"The file has no columns {names}. It has {there}. Say which columns hold them, or add them to the file."

    def cells(self, row: Row) -> dict[str, Cell]:
        """The row's cells as they came, by the field that each is for; for a reader with rules of its own."""
        return {name: row.cells[place] for name, place in self._places.items()}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: self.headings.index(heading) for name, heading in self.chosen.items()}

    def read(self, row: Row) -> tuple[dict[str, Any], list[Problem]]:
        """The row's values by field (a field without a column, or unreadable, is None) and its problems."""
        values: dict[str, Any] = dict.fromkeys(column.field for column in self.columns)
        problems = [Problem(row.number, "", row.problem)] if row.problem else []
        cells = self.cells(row)
        for column in self.columns:
            if column.field not in cells:
                continue
            try:
                values[column.field] = _parsed(column, cells[column.field])
            except CellProblem as problem:
                problems.append(Problem(row.number, self.chosen[column.field], problem.sentence))
        return values, problems


def _parsed(column: Column, cell: Cell) -> Any:
    value = column.parse(cell)
    if value is None and column.required:
        raise CellProblem(f"{column.label} is empty. Type it, or remove the row.")
    return value


@dataclass(frozen=True)
class ColumnMap:
    """The fields of one kind of file, and how their headings are found."""

    columns: tuple[Column, ...]

    def guess(self, headings: Sequence[str], saved: Mapping[str, str] | None = None) -> Matched:
        """Match `headings` to fields.

        First as `saved` (field -> heading, an organisation's profile) says, then by label and synonyms in the order
        of the columns. A heading goes to one field only. Capitals, spaces and punctuation make no difference.
        """
        free = {folded(heading): heading for heading in headings}
        chosen: dict[str, str] = {}
        known = {column.field for column in self.columns}
        for name, heading in (saved or {}).items():
            if name in known and folded(heading) in free:
                chosen[name] = free.pop(folded(heading))
        for wanted in (lambda column: (column.label, column.field), lambda column: column.synonyms):
            for column in self.columns:
                match = next((folded(word) for word in wanted(column) if folded(word) in free), None)
                if column.field not in chosen and match is not None:
                    chosen[column.field] = free.pop(match)
        return Matched(self.columns, tuple(headings), chosen)

    def chosen_by_person(self, headings: Sequence[str], chosen: Mapping[str, str]) -> Matched:
        """Match as a person said on the page (field -> heading; blank: no column).

        Raises ValueError with a sentence if a heading is not in the file or is given to two fields.
        """
        kept = {name: heading for name, heading in chosen.items() if heading}
        known = {column.field for column in self.columns}
        taken: set[str] = set()
        for name, heading in kept.items():
            if name not in known or heading not in headings:
                raise ValueError(f'The file has no column "{heading}". Choose one of its columns.')
            if heading in taken:
                raise ValueError(f'The column "{heading}" is chosen twice. Choose it for one field only.')
            taken.add(heading)
        return Matched(self.columns, tuple(headings), kept)


def folded(heading: str) -> str:
    """A heading without capitals, spaces and punctuation, to compare."""
    return re.sub(r"[\W_]+", "", heading.casefold())

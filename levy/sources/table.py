"""A heading and rows of cells: columns found by name, faults told by line and column."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from levy.sources.text import FileRefused, Line
from levy.sources.values import Unreadable

T = TypeVar("T")
MARKS = {
    "transaction type": "the transactions download",
    "planned start date": "the list of apprentices",
    "pledge id": "the list of applications to a pledge",
    "home postcode at start": "the apprentice roster",
    "home postcode": "the apprentice roster",
}
SECOND_HEADING = "is a second heading row: two downloads stand in one file. Upload them apart"
PRIVATE = frozenset({"learner", "uln", "postcode", "about", "contact", "emails", "website"})
MOST_REFUSED = 1000


class Problem(NamedTuple):
    """What is wrong in one row. `rejected`: the row was left out; otherwise it was taken, and this is a warning."""

    line: int
    column: str
    sentence: str
    rejected: bool

    def __str__(self) -> str:
        return f"Line {self.line}: {self.column or 'the row'} {self.sentence}."


class Fault(ValueError):
    """The row cannot be taken."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


def plain(heading: str) -> str:
    """A heading as it is compared: without capitals, quotation marks and outer spaces."""
    return " ".join(heading.replace('"', " ").replace("\ufeff", "").casefold().split())


def find_columns(heading: Sequence[str], columns: Mapping[str, Sequence[str]], what: str) -> dict[str, int]:
    """Where each field stands, by any of its names. FileRefused naming what is missing or there twice."""
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(heading):
        places.setdefault(plain(cell), []).append(index)
    found = {
        field: [place for name in names for place in places.get(plain(name), [])] for field, names in columns.items()
    }
    missing = [columns[field][0] for field, at in found.items() if not at]
    looks_like = look_of(heading) if missing else ""
    if looks_like and what.startswith(looks_like):
        raise FileRefused(
            f"This looks like {what}, but it has no column {listed(missing)}. Add what is missing, empty where nothing is known, "
            "or download the file again and upload it as it is."
        )
    if looks_like:
        raise FileRefused(f"This is not {what}. {upload_as(looks_like)}")
    if missing:
        raise FileRefused(
            f"This is not {what}: it has no column {listed(missing)}. Download the file again and upload it as it is."
        )
    doubled = [columns[field][0] for field, at in found.items() if len(at) > 1]
    if doubled:
        raise FileRefused(
            f"The column {listed(doubled)} is there twice. Remove one of the two and upload the file again."
        )
    return {field: at[0] for field, at in found.items()}


def look_of(heading: Sequence[str]) -> str:
    """Which of the files has this heading, by what only that file has; nothing if none has."""
    present = {plain(cell) for cell in heading}
    return next((what for mark, what in MARKS.items() if mark in present), "")


def upload_as(what: str) -> str:
    """Where a file of another kind belongs."""
    return f"It looks like {what}; upload it as that."


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: “a”, “b” and “c”."""
    quoted = [f"“{name}”" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


class Cells:
    """One row: its cells by field."""

    def __init__(
        self, line: int, cells: Sequence[str], places: Mapping[str, int], names: Mapping[str, Sequence[str]]
    ) -> None:
        self.line, self.cells, self.places, self.names = line, cells, places, names
        self.warnings: list[Problem] = []

    def __getitem__(self, field: str) -> str:
        place = self.places[field]
        return self.cells[place] if place < len(self.cells) else ""

    def read(self, field: str, reader: Callable[[str], T]) -> T:
        """The field as `reader` reads it; Fault, naming the column, if it cannot."""
        try:
            return reader(self[field])
        except FileRefused as error:
            raise FileRefused(f"Line {self.line}: {error}") from error
        except Unreadable as error:
            raise Fault(self.names[field][0], str(error)) from error

    def try_read(self, field: str, reader: Callable[[str], T | None]) -> T | None:
        """As `read`, but None with a warning if it cannot be read: the rest of the row still counts."""
        try:
            return self.read(field, reader)
        except Fault as fault:
            self.warnings.append(Problem(self.line, fault.column, fault.sentence, rejected=False))
            return None


class Table(Iterable[T]):
    """Rows of a small file, read one by one with `make`; `problems` fills while they are read.

    `refused`: cells of rows left out by line, under `refused_headings`, without what tells who somebody is.
    """

    def __init__(
        self, rows: Iterable[Line], columns: Mapping[str, Sequence[str]], make: Callable[[Cells], T], *, what: str
    ) -> None:
        self.problems: list[Problem] = []
        self.refused: dict[int, list[str]] = {}
        self.refused_headings = [names[0] for field, names in columns.items() if field not in PRIVATE]
        self.rows = iter(rows)
        self.columns, self.make = columns, make
        _, self.heading = next(self.rows, (0, []))
        self.places = find_columns(self.heading, columns, what)

    def __iter__(self) -> Iterator[T]:
        headings = {plain(name) for names in self.columns.values() for name in names}
        for line, cells in self.rows:
            if len(headings.intersection(map(plain, cells))) > len(self.columns) // 2:
                raise FileRefused(f"Line {line} {SECOND_HEADING}.")
            row = Cells(line, cells, self.places, self.columns)
            try:
                made = self.make(row)
            except Fault as fault:
                self.problems.append(Problem(line, fault.column, fault.sentence, rejected=True))
                if len(self.refused) < MOST_REFUSED:
                    self.refused[line] = [row[field] for field in self.columns if field not in PRIVATE]
                continue
            self.problems += row.warnings
            yield made

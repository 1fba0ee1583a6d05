"""The apprentice roster: our own template, which HR fills in because no government file says where an apprentice lives.

The postcode is for the caller to reduce to a small area, a decile and local yes or no at once; it is never stored.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from levy.sources import values
from levy.sources.table import Cells, Fault, Table
from levy.sources.text import Line
from levy.sources.values import Unreadable

WHAT = "the apprentice roster"
COLUMNS = {
    "uln": ("ULN", "Unique learner number"),
    "own_reference": ("Your reference", "Own reference"),
    "assignment": ("ESR assignment number", "ESR assignment", "Assignment number"),
    "postcode": ("Home postcode at start", "Home postcode"),
    "start": ("Start date",),
    "recruit": ("New recruit or existing staff", "New recruit or existing"),
}
EXAMPLES = ("9276308686", "ESR-100001", "12345678", "UB1 3HW", "01/09/2026", "New recruit")
ANSWERS = {"new recruit": True, "new": True, "recruit": True, "existing staff": False, "existing": False}


class Entry(NamedTuple):
    """One apprentice. None: not stated, which counts as unknown and never as no. `postcode` is for the moment only."""

    line: int
    uln: str | None
    own_reference: str
    assignment: str
    postcode: str | None
    start: date | None
    new_recruit: bool | None


def template() -> list[tuple[str, ...]]:
    """The heading and one made-up example row of the template that HR downloads."""
    return [tuple(names[0] for names in COLUMNS.values()), EXAMPLES]


def read_roster(rows: Iterable[Line]) -> Table[Entry]:
    """The entries of `csv_rows` or `cell_rows`. A row that nothing could be linked by is left out; other faults are warnings."""
    return Table(rows, COLUMNS, _entry, what=WHAT)


def _entry(row: Cells) -> Entry:
    uln = row.try_read("uln", values.uln)
    if not (uln or row["own_reference"] or row["assignment"]):
        raise Fault(
            "ULN", "is missing or not real, and there is no reference or assignment number either: fill in one of them"
        )
    return Entry(
        line=row.line,
        uln=uln,
        own_reference=row["own_reference"],
        assignment=row["assignment"],
        postcode=row.try_read("postcode", values.postcode),
        start=row.try_read("start", _start),
        new_recruit=row.try_read("recruit", _recruit),
    )


def _start(text: str) -> date | None:
    """A day, or a month where that is all that is known."""
    if not text:
        return None
    try:
        return values.day(text)
    except Unreadable:
        return values.month(text)


def _recruit(text: str) -> bool | None:
    if not text:
        return None
    if text.lower() not in ANSWERS:
        raise Unreadable(f"is “{text}”. Write New recruit or Existing staff")
    return ANSWERS[text.lower()]

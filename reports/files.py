"""An edition as files: the same tables as on screen, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reports import words
from reports.tables import Edition, Table

LONG_HEADINGS = ("Table", "Row", "Figure", "Unit", "Value")


def about(edition: Edition, measure: str) -> list[tuple[str, str]]:
    """What a file says of itself: definition, version, period, day, marking and source."""
    lines = [
        ("Measure", words.TITLES[measure]),
        ("Definition", words.DEFINITIONS[measure]),
        ("Version", words.VERSIONS[measure]),
        ("Period", edition.window.label),
        ("As at", f"{edition.as_at.day} {edition.as_at:%B %Y}"),
        ("Small numbers", words.EXACT if edition.exact else words.SUPPRESSED),
        ("Source", words.ATTRIBUTION),
    ]
    return [("Marking", edition.marking), *lines] if edition.marking else lines


def long_rows(edition: Edition, measure: str) -> Iterator[tuple[Any, ...]]:
    """Every figure on a line of its own, after the lines that say what it is: for CSV."""
    for name, text in about(edition, measure):
        yield ("About", name, "", "", text)
    for table in edition.of(measure):
        for row in table.rows:
            for column, value in zip(table.columns, row.cells, strict=True):
                yield (table.title, row.label, column.label, column.unit, value)


def sheets(edition: Edition, measure: str) -> dict[str, Any]:
    """A sheet that says what the file is, and one for each table: for XLSX."""
    found: dict[str, Any] = {"About": (("About", "This file"), about(edition, measure))}
    for table in edition.of(measure):
        found[table.key] = ([table.heading, *(label(column) for column in table.columns)], _rows(table))
    return found


def label(column: Any) -> str:
    return f"{column.label} (%)" if column.unit == "percent" else column.label


def _rows(table: Table) -> list[list[Any]]:
    return [[row.label, *row.cells] for row in table.rows]


def filename(edition: Edition, measure: str, kind: str) -> str:
    sensitive = "-official-sensitive" if edition.marking else ""
    return f"{measure}-{edition.window.key}-as-at-{edition.as_at:%Y-%m-%d}{sensitive}.{kind}"

"""Keeping a published table, and reading it again as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from audit.clock import now
from reports.measures import Window
from reports.models import Publication

from .table import STAR, Column, Row, Table, Value

VERSION = "2"  # of how tables are laid out and protected: another number publishes anew


def published(window: Window, as_at: date, make: Callable[[], Sequence[Table]]) -> list[Table]:
    """The tables kept for a period and a month's end; made and kept if nobody has asked for them before."""
    kept = Publication.objects.filter(window=window.key, as_at=as_at, version=VERSION).first()
    if kept is None:
        kept, _made = Publication.objects.get_or_create(
            window=window.key,
            as_at=as_at,
            version=VERSION,
            defaults={"made_at": now(), "tables": [_written(table) for table in make()]},
        )
    return [_read(table) for table in kept.tables]


def _written(table: Table) -> dict[str, Any]:
    written = asdict(table)
    for row in written["rows"]:
        row["cells"] = [str(cell) if isinstance(cell, Decimal) else cell for cell in row["cells"]]
    return written


def _read(table: dict[str, Any]) -> Table:
    columns = tuple(Column(**column) for column in table["columns"])
    rows = tuple(
        Row(row["key"], row["label"], tuple(_value(cell) for cell in row["cells"]), row["total"])
        for row in table["rows"]
    )
    return Table(table["key"], table["measure"], table["title"], table["heading"], columns, rows, table["note"])


def _value(cell: Any) -> Value:
    return Decimal(cell) if isinstance(cell, str) and cell != STAR else cell

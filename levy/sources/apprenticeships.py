"""The list of apprentices of "Manage apprenticeships" (`Manageyourlearners_....csv`). Names and dates of birth are not read."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from levy.sources import values
from levy.sources.table import Cells, Table
from levy.sources.text import Line
from levy.sources.values import Unreadable
from levy.training import Status

WHAT = "the list of apprentices of “Manage apprenticeships”"
COLUMNS = {
    "course": ("Training course",),
    "model": ("Training delivery model",),
    "start": ("Planned start date",),
    "end": ("Planned end date",),
    "paused": ("Paused date",),
    "provider": ("Training provider",),
    "cohort": ("Reference",),
    "uln": ("ULN",),
    "price": ("Total agreed apprenticeship price",),
    "own_reference": ("Your reference",),
    "confirmation": ("Learner confirmation", "Apprentice confirmation"),
    "status": ("Status",),
    "alerts": ("Alerts",),
}


class Apprenticeship(NamedTuple):
    """One apprenticeship. Months are first days; `price` is in units of 0.00001 pounds."""

    line: int
    uln: str | None
    own_reference: str
    cohort: str
    course: str
    model: str
    provider: str
    start: date
    end: date
    paused: date | None
    price: int
    status: Status
    confirmation: str
    alerts: tuple[str, ...]


def read_apprenticeships(rows: Iterable[Line]) -> Table[Apprenticeship]:
    """The apprenticeships of `csv_rows` or `cell_rows`. A number that is not real is a warning: the price still counts."""
    return Table(rows, COLUMNS, _apprenticeship, what=WHAT)


def _apprenticeship(row: Cells) -> Apprenticeship:
    return Apprenticeship(
        line=row.line,
        uln=row.try_read("uln", values.uln),
        own_reference=row["own_reference"],
        cohort=row["cohort"],
        course=row["course"],
        model=row["model"],
        provider=row["provider"],
        start=row.read("start", _month),
        end=row.read("end", _month),
        paused=row.try_read("paused", values.month),
        price=row.read("price", values.money),
        status=row.read("status", _status),
        confirmation=row["confirmation"],
        alerts=tuple(alert.strip() for alert in row["alerts"].split("|") if alert.strip()),
    )


def _month(text: str) -> date:
    month = values.month(text)
    if month is None:
        raise Unreadable("is empty. Fill it in like Sep 2025")
    return month


def _status(text: str) -> Status:
    try:
        return Status(text.lower())
    except ValueError:
        raise Unreadable(f"is “{text}”, which is none of {', '.join(Status)}") from None

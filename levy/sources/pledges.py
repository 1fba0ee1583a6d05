"""Applications to a pledge, as its sender downloads them from "Manage apprenticeships". The contact is a work contact."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from levy.sources import values
from levy.sources.table import Cells, Fault, Table, plain
from levy.sources.text import Line
from levy.sources.values import Unreadable

WHAT = "the list of applications to a pledge"
COLUMNS = {
    "pledge": ("Pledge Id",),
    "application": ("Application Id",),
    "applied": ("Date Applied",),
    "status": ("Application Status",),
    "employer": ("Employer Name",),
    "location_match": ("Location Match",),
    "sectors": ("Sectors",),
    "sector_match": ("Sector Match",),
    "role": ("Job Role",),
    "role_match": ("Job Role Match",),
    "level": ("Level",),
    "level_match": ("Level Match",),
    "apprentices": ("Number of apprentices",),
    "start_by": ("Start By",),
    "has_provider": ("Have a training provider",),
    "about": ("About",),
    "duration": ("Duration (Months)",),
    "cost": ("Total Estimated Cost",),
    "cost_this_year": ("Estimated cost this year",),
    "contact": ("Contact Name",),
    "emails": ("Email Addresses",),
    "website": ("Business Website",),
}


class Application(NamedTuple):
    """One employer's application. Costs are in units of 0.00001 pounds, duration in months; a match not stated is None."""

    line: int
    pledge: str
    application: str
    applied: date | None
    status: str
    employer: str
    locations: tuple[str, ...]
    sectors: str
    role: str
    level: int | None
    matches: dict[str, bool | None]
    apprentices: int | None
    start_by: date | None
    has_provider: bool | None
    about: str
    duration: int | None
    cost: int
    cost_this_year: int
    contact: str
    emails: str
    website: str


def read_applications(rows: Iterable[Line]) -> Table[Application]:
    """The applications of `csv_rows` or `cell_rows`; a row without an application id cannot be known again and is left out."""
    table = Table(rows, COLUMNS, lambda row: _application(row, places), what=WHAT)
    places = [index for index, cell in enumerate(table.heading) if _is_location(cell)]
    return table


def _is_location(heading: str) -> bool:
    """Location1, Location2 ...: as many columns as some application has places."""
    name = plain(heading)
    return name.startswith("location") and name.removeprefix("location").strip().isdecimal()


def _cost(text: str) -> int:
    """Pounds in units of 0.00001; Unreadable below nought."""
    amount = values.money(text)
    if amount < 0:
        raise Unreadable(f"is {text}, and a cost is not below nought")
    return amount


def _application(row: Cells, places: list[int]) -> Application:
    if not row["application"]:
        raise Fault("Application Id", "is empty, so the application cannot be known again")
    return Application(
        line=row.line,
        pledge=row["pledge"],
        application=row["application"],
        applied=row.try_read("applied", lambda text: values.day(text) if text else None),
        status=row["status"],
        employer=row["employer"],
        locations=tuple(row.cells[place] for place in places if place < len(row.cells) and row.cells[place]),
        sectors=row["sectors"],
        role=row["role"],
        level=row.try_read("level", values.whole),
        matches={name: values.yes(row[f"{name}_match"]) for name in ("location", "sector", "role", "level")},
        apprentices=row.try_read("apprentices", values.whole),
        start_by=row.try_read("start_by", values.month),
        has_provider=values.yes(row["has_provider"]),
        about=row["about"],
        duration=row.try_read("duration", values.whole),
        cost=row.read("cost", _cost),
        cost_this_year=row.read("cost_this_year", _cost),
        contact=row["contact"],
        emails=row["emails"],
        website=row["website"],
    )

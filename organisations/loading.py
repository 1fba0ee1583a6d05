"""The bundled facts about organisations into the database: who takes part, under which names, where."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction

from organisations.models import EmployerName, Organisation, OrganisationName, Site, Succession
from places.services import locate_many

DATA = Path(__file__).resolve().parent / "data"


@transaction.atomic
def load_organisations() -> int:
    """Write organisations, names, successions, employer names and sites that differ from the files; the rows written.

    Idempotent: a second run writes nothing. What people change on the service's own pages (the mode, the anchor lead,
    whether a site is in scope) is only set where a row is new.
    """
    written = _put(Organisation, _organisations(), by=("code",), keep=("mode", "anchor_lead"))
    held = {row.code: row for row in Organisation.objects.all()}
    written += _put(OrganisationName, _names(held), by=("organisation", "starts"))
    written += _put(Succession, _successions(held), by=("predecessor", "successor"))
    written += _put(EmployerName, _employer_names(held), by=("name",), keep=("organisation",))
    return written + _put(Site, _sites(held), by=("organisation", "name"), keep=("in_scope",))


def employer_key(name: str) -> str:
    """An employer's name as `EmployerName` keeps it: upper case, single spaces, straight apostrophes."""
    return " ".join(name.replace("’", "'").upper().split())


def read(name: str) -> Iterator[dict[str, str]]:
    """The rows of bundled file `name`."""
    with (DATA / name).open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _organisations() -> list[dict[str, Any]]:
    return [row | {"opened": _day(row["opened"]), "closed": _day(row["closed"])} for row in read("organisations.csv")]


def _names(held: dict[str, Organisation]) -> list[dict[str, Any]]:
    return [
        {
            "organisation": held[row["code"]],
            "name": row["name"],
            "starts": _day(row["starts"]),
            "source": row["source"],
        }
        for row in read("names.csv")
    ]


def _successions(held: dict[str, Organisation]) -> list[dict[str, Any]]:
    return [
        {
            "predecessor": held[row["predecessor"]],
            "successor": held[row["successor"]],
            "on": _day(row["on"]),
            "source": row["source"],
        }
        for row in read("successions.csv")
    ]


def _employer_names(held: dict[str, Organisation]) -> list[dict[str, Any]]:
    return [
        {"name": employer_key(row["name"]), "organisation": held[row["code"]]} for row in read("employer_names.csv")
    ]


def _sites(held: dict[str, Organisation]) -> list[dict[str, Any]]:
    rows = list(read("sites.csv"))
    places = locate_many({row["postcode"] for row in rows})
    found = []
    for row in rows:
        place = places[row["postcode"]]
        latitude, longitude = place.point or (None, None)
        found.append(
            {
                "organisation": held[row["organisation"]],
                "code": row["code"],
                "name": row["name"],
                "postcode": row["postcode"],
                "borough_code": place.borough_code,
                "latitude": latitude,
                "longitude": longitude,
                "in_scope": row["in_scope"] == "1",
                "source": row["source"],
            }
        )
    return found


def _put(
    model: type[models.Model], rows: list[dict[str, Any]], *, by: tuple[str, ...], keep: tuple[str, ...] = ()
) -> int:
    """Add the rows that are missing and mend those that differ, but for the fields to `keep`; the number written."""
    held = {tuple(getattr(row, name) for name in by): row for row in model._default_manager.all()}
    new, changed = [], []
    fields = [name for name in (rows[0] if rows else {}) if name not in by and name not in keep]
    for row in rows:
        there = held.get(tuple(row[name] for name in by))
        if there is None:
            new.append(model(**row))
        elif any(getattr(there, name) != row[name] for name in fields):
            for name in fields:
                setattr(there, name, row[name])
            changed.append(there)
    model._default_manager.bulk_create(new)
    if changed:
        model._default_manager.bulk_update(changed, fields)
    return len(new) + len(changed)

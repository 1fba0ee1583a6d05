"""Official postcode directories (ONSPD, NSPL, Code-Point Open) over the bundled postcodes."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TextIO

from django.db import transaction

from audit import clock
from places import grid
from places.bulk import upsert
from places.loading import POSTCODE_FIELDS, lsoa21_of, read
from places.models import Area, Borough, Dataset, Postcode, Source, Ward
from places.postcodes import Point, normalise

OFFICIAL_POSTCODES = "official postcodes"
CHUNK = 2000
CODE_POINT_OPEN = "Code-Point Open (no header row)"
LONDON, ENGLAND = "E09", "E"
DISTRICT, SMALL_AREA = re.compile(r"E0[6-9]\d{6}"), re.compile(r"E01\d{6}")

# A column's name changes with the year of its codes (lad24cd, lad25cd); what it holds does not.
COLUMNS = {
    "postcode": r"pcds|postcode",
    "terminated": r"doterm",
    "borough": r"oslaua|laua|lad\d\dcd|admin_district_code",
    "ward": r"osward|ward|wd\d\dcd|admin_ward_code",
    "easting": r"oseast1m|east1m|eastings",
    "northing": r"osnrth1m|north1m|northings",
    "lat": r"lat",
    "lon": r"long",
    "lsoa11": r"lsoa11(cd)?",
    "lsoa21": r"lsoa21(cd)?",
}


class NotRecognised(ValueError):
    """The file is not what the importer reads; the message says what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class OfficialPostcode:
    """One row of an official file; `lsoa11` and `lsoa21` are empty where the file has none for it."""

    postcode: str
    borough: str
    ward: str
    lsoa11: str
    lsoa21: str
    live: bool
    point: Point | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column holds what; `name` is the published layout, or says that the columns were found by name."""

    name: str
    position: dict[str, int]


@dataclass
class Imported:
    """What an import did: rows written, left out because they are elsewhere, and lines that could not be read."""

    layout: str
    written: int = 0
    elsewhere: int = 0
    unreadable: list[int] = field(default_factory=list)


def read_onspd(fileobj: TextIO) -> tuple[Layout, Iterator[tuple[int, OfficialPostcode | None]]]:
    """The layout of an official postcode file, and its rows with their line numbers; None for an unreadable row.

    Reads the six published layouts of ONSPD, NSPL and Code-Point Open, and later ones whose columns keep the naming
    pattern. NotRecognised if there is no postcode or no district column.
    """
    rows = csv.reader(fileobj)
    first = next(rows, [])
    layout = find_layout(first)
    headless = [(1, first)] if layout.name == CODE_POINT_OPEN else []

    def parsed() -> Iterator[tuple[int, OfficialPostcode | None]]:
        for line, row in headless:
            yield line, _parse(row, layout)
        for row in rows:
            yield rows.line_num, _parse(row, layout)

    return layout, parsed()


def import_onspd(fileobj: TextIO, *, all_england: bool = False) -> Imported:
    """Overwrite bundled postcodes with an official file's codes, and add its new ones; all or nothing.

    London postcodes and those already held, or with `all_england` every English one. An ended postcode, or one
    without a small area in the file, keeps the place that it had. The same file twice changes nothing.
    """
    layout, rows = read_onspd(fileobj)
    done = Imported(layout.name)
    with transaction.atomic():
        facts = _Facts.held(within=ENGLAND if all_england else LONDON)
        while chunk := list(islice(rows, CHUNK)):
            _write(chunk, facts, done)
        Dataset.objects.update_or_create(
            name=OFFICIAL_POSTCODES,
            defaults={"rows": done.written, "detail": done.layout, "loaded_at": clock.now()},
        )
    return done


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The CSV at `path`, or the largest CSV inside it if it is a zip (the UK file of an ONS download)."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive, archive.open(_largest_table(archive)) as raw:
                yield as_text(raw)
        else:
            with path.open("rb") as raw:
                yield as_text(raw)
    except (UnicodeDecodeError, csv.Error, zipfile.BadZipFile) as error:
        raise NotRecognised(
            "The file could not be read as CSV text in UTF-8. Use the download as it came, not one saved again elsewhere."
        ) from error


def _largest_table(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    tables = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")]
    if not tables:
        raise NotRecognised("The zip holds no CSV file. Use the download named ONSPD or NSPL as it came.")
    return max(tables, key=lambda entry: entry.file_size)


def as_text(raw: IO[bytes]) -> TextIO:
    """`raw` bytes as text for the readers here: UTF-8, with or without a byte-order mark."""
    return io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")


def find_layout(first_row: Sequence[str]) -> Layout:
    """The layout that a file's first row shows. NotRecognised if it shows none."""
    columns = tuple(name.strip().lower() for name in first_row)
    published = {tuple(names.split()): name for name, names in read("postcode_layouts.csv")}
    headless = next(names for names, name in published.items() if name == CODE_POINT_OPEN)
    if len(columns) == len(headless) and _normalised(first_row[0]):
        return Layout(CODE_POINT_OPEN, _positions(headless, COLUMNS))
    position = _positions(columns, COLUMNS)
    missing = [name for name in ("postcode", "borough") if name not in position]
    if missing:
        raise NotRecognised(
            f"The first row has no column for {' or '.join(missing)}. "
            "Use the CSV of ONSPD, NSPL or Code-Point Open as it was published."
        )
    return Layout(published.get(columns, "Columns found by name"), position)


def _positions(columns: Sequence[str], patterns: dict[str, str]) -> dict[str, int]:
    return {
        name: index
        for name, pattern in patterns.items()
        for index, column in reversed(list(enumerate(columns)))
        if re.fullmatch(pattern, column)
    }


def _parse(row: Sequence[str], layout: Layout) -> OfficialPostcode | None:
    if len(row) <= max(layout.position.values()):
        return None
    value = {name: row[index].strip() for name, index in layout.position.items()}
    postcode = _normalised(value["postcode"])
    if not postcode:
        return None
    return OfficialPostcode(
        postcode=postcode,
        borough=value["borough"],
        ward=value.get("ward", ""),
        lsoa11=_small_area(value.get("lsoa11", "")),
        lsoa21=_small_area(value.get("lsoa21", "")),
        live=not value.get("terminated"),
        point=_point(value),
    )


def _normalised(text: str) -> str:
    try:
        return normalise(text)
    except ValueError:
        return ""


def _small_area(code: str) -> str:
    """An English small area, or nothing: the files fill gaps with codes such as E99999999."""
    return code if SMALL_AREA.fullmatch(code) else ""


def _point(value: dict[str, str]) -> Point | None:
    """Latitude and longitude; 99.999999, or a zero grid reference, is how these files say unknown."""
    try:
        if "lat" in value:
            lat, lon = round(float(value["lat"]), 5), round(float(value["lon"]), 5)
            return (lat, lon) if 49 <= lat <= 61 else None
        easting, northing = float(value["easting"]), float(value["northing"])
    except (KeyError, ValueError):
        return None
    return grid.lat_lon(easting, northing) if easting and northing else None


@dataclass
class _Facts:
    """What is held already, read once for the whole file."""

    within: str
    boroughs: set[str]
    wards: set[str]
    areas11: set[str]
    areas21: set[str]
    became: dict[str, set[str]]

    @classmethod
    def held(cls, *, within: str) -> "_Facts":
        def codes(rows: "type[Borough | Ward | Area]", **which: object) -> set[str]:
            return set(rows.objects.filter(**which).order_by().values_list("code", flat=True))

        return cls(
            within,
            codes(Borough),
            codes(Ward),
            codes(Area, rank_2019__isnull=False),
            codes(Area, rank_2025__isnull=False),
            lsoa21_of(),
        )

    def successors(self, lsoa11: str) -> set[str]:
        """The 2021 small areas that a 2011 one became; a code that is in both sets is unchanged."""
        return self.became.get(lsoa11) or {lsoa11} & self.areas21


def _write(chunk: list[tuple[int, OfficialPostcode | None]], facts: _Facts, done: Imported) -> None:
    done.unreadable.extend(line for line, row in chunk if row is None)
    rows = {row.postcode: row for _, row in chunk if row}
    held = {row.code: row for row in Postcode.objects.filter(code__in=list(rows)).order_by()}
    wanted = [row for row in rows.values() if _is_wanted(row, facts, held)]
    done.elsewhere += len(rows) - len(wanted)
    new_boroughs = {row.borough for row in wanted} - facts.boroughs
    Borough.objects.bulk_create(Borough(code=code) for code in sorted(new_boroughs))
    facts.boroughs |= new_boroughs
    upsert(Postcode, POSTCODE_FIELDS, [_merged(row, held.get(row.postcode), facts) for row in wanted])
    done.written += len(wanted)


def _is_wanted(row: OfficialPostcode, facts: _Facts, held: dict[str, Postcode]) -> bool:
    if not DISTRICT.fullmatch(row.borough):
        return False
    return row.borough.startswith(facts.within) or row.postcode in held


def _merged(row: OfficialPostcode, old: Postcode | None, facts: _Facts) -> tuple[object, ...]:
    """The row to store: what the file says and, where it says nothing, what was held."""
    lsoa11 = row.lsoa11 if row.lsoa11 in facts.areas11 else ""
    options = {row.lsoa21} & facts.areas21 or facts.successors(lsoa11)
    certain = next(iter(options)) if len(options) == 1 else ""
    old = old or Postcode(source=Source.OS)
    kept = old.lsoa21_id if not options or old.lsoa21_id in options else None
    ward = row.ward if row.ward in facts.wards else old.ward_id if row.borough == old.borough_id else None
    return (
        row.postcode,
        row.borough,
        ward,
        certain or kept,
        lsoa11 or old.lsoa11_id,
        row.live,
        *(row.point or (old.lat, old.lon)),
        False if certain else old.near_boundary,
        Source.ONS.value if certain else old.source,
    )

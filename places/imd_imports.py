"""The official Index of Multiple Deprivation, File 7, over the bundled ranks and deciles."""

import csv
import re
from typing import TextIO

from django.db import transaction

from audit import clock
from places.bulk import upsert
from places.deprivation import AREAS_IN_ENGLAND, decile, worst_fifth
from places.imports import DISTRICT, SMALL_AREA, NotRecognised
from places.models import Area, Dataset
from places.postcodes import LOCAL_BOROUGHS

COLUMNS = {
    "code": r"LSOA code \((2011|2021)\)",
    "borough": r"Local Authority District code \(\d{4}\)",
    "rank": r"Index of Multiple Deprivation \(IMD\) Rank \(where 1 is most deprived\)",
    "decile": r"Index of Multiple Deprivation \(IMD\) Decile \(where 1 is most deprived 10% of LSOAs\)",
}
EDITION_OF_SET = {"2011": 2019, "2021": 2025}
ImdRow = tuple[str, str, int, int]


def read_imd(fileobj: TextIO) -> tuple[int, list[ImdRow]]:
    """The edition of an IMD File 7, and (small area, district, rank, decile) of each row.

    NotRecognised names the line if a column is missing, a value is no number, an area comes twice, or a decile is
    not the one that its rank gives.
    """
    rows = csv.reader(fileobj)
    position, edition = _columns(next(rows, []))
    found: dict[str, ImdRow] = {}
    for row in rows:
        parsed = _parse(row, position, edition, line=rows.line_num)
        if parsed[0] in found:
            raise NotRecognised(f"Line {rows.line_num}: {parsed[0]} comes twice. Use the file as it was published.")
        found[parsed[0]] = parsed
    return edition, list(found.values())


def import_imd(fileobj: TextIO) -> tuple[int, int]:
    """Overwrite one edition's ranks, deciles and the most deprived fifth within North West London; all or nothing.

    The edition and the rows written. The file must hold all of England.
    """
    edition, rows = read_imd(fileobj)
    expected = AREAS_IN_ENGLAND[edition]
    if len(rows) != expected:
        raise NotRecognised(f"The file holds {len(rows):,} small areas; IMD {edition} has {expected:,}. Use all of it.")
    fifth = worst_fifth({code: rank for code, borough, rank, _ in rows if borough in LOCAL_BOROUGHS})
    fields = ("code", "borough_code", f"rank_{edition}", f"decile_{edition}", f"nwl_fifth_{edition}", *_others(edition))
    held = {row[0]: row[1:] for row in Area.objects.order_by().values_list("code", "borough_code", *_others(edition))}
    with transaction.atomic():
        upsert(
            Area,
            fields,
            (_stored(row, row[0] in fifth, held.get(row[0]), edition) for row in rows),
        )
        Dataset.objects.update_or_create(
            name=f"official IMD {edition}",
            defaults={"rows": len(rows), "detail": "File 7", "loaded_at": clock.now()},
        )
    return edition, len(rows)


def _columns(first_row: list[str]) -> tuple[dict[str, int], int]:
    position: dict[str, int] = {}
    edition = 0
    for index, column in enumerate(first_row):
        for name, pattern in COLUMNS.items():
            if match := re.fullmatch(pattern, column.strip()):
                position[name] = index
                edition = EDITION_OF_SET[match[1]] if name == "code" else edition
    missing = [name for name in COLUMNS if name not in position]
    if missing:
        raise NotRecognised(
            f"The first row has no column for {', '.join(missing)}. "
            "Use File 7 of the English Indices of Deprivation (scores, ranks, deciles) as CSV."
        )
    return position, edition


def _parse(row: list[str], position: dict[str, int], edition: int, *, line: int) -> ImdRow:
    try:
        code, borough, rank, tenth = (row[position[name]].strip() for name in ("code", "borough", "rank", "decile"))
        parsed = (code, borough, int(rank), int(tenth))
        expected = decile(parsed[2], AREAS_IN_ENGLAND[edition])
    except (IndexError, ValueError) as error:
        raise NotRecognised(
            f"Line {line} has no rank and decile that can be read. Use the file as published."
        ) from error
    if not SMALL_AREA.fullmatch(code) or not DISTRICT.fullmatch(borough):
        raise NotRecognised(f"Line {line}: {code!r} in {borough!r} is not a small area in an English district.")
    if parsed[3] != expected:
        raise NotRecognised(f"Line {line}: rank {rank} falls in decile {expected}, the file says {tenth}.")
    return parsed


def _others(edition: int) -> tuple[str, str, str]:
    other = 2019 if edition == 2025 else 2025
    return f"rank_{other}", f"decile_{other}", f"nwl_fifth_{other}"


def _stored(row: ImdRow, in_fifth: bool, held: tuple[object, ...] | None, edition: int) -> tuple[object, ...]:
    """The row with what is held of the other edition; the newer edition's district is the one that stays."""
    code, borough, rank, tenth = row
    other = held[1:] if held else (None, None, False)
    newer = edition == 2025 or not held or held[1] is None
    return code, borough if newer or not held else held[0], rank, tenth, in_fifth, *other

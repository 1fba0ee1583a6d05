"""The bundled files into the database: all of them, or a few hundred postcodes for tests."""

import csv
import gzip
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache
from pathlib import Path

from django.db import transaction

from audit import clock
from places.bulk import insert, take_stock, upsert
from places.deprivation import worst_fifth
from places.models import Area, Borough, Dataset, Postcode, Source, Ward
from places.postcodes import LOCAL_BOROUGHS, normalise

DATA = Path(__file__).resolve().parent / "data"
BOROUGHS, WARDS, LOOKUP = "boroughs.csv", "wards_nwl.csv", "lsoa11_lsoa21_nwl.csv.gz"
IMD = {2025: "imd_2025.csv.gz", 2019: "imd_2019.csv.gz"}
NWL, REST_OF_LONDON = "postcodes_nwl.csv.gz", "postcodes_rest_of_london.csv.gz"
BUNDLED = (BOROUGHS, WARDS, IMD[2025], IMD[2019], NWL, REST_OF_LONDON)

BOROUGH_FIELDS = ("code", "name", "council", "ods_code", "local")
WARD_FIELDS = ("code", "name", "borough")
AREA_FIELDS = (
    "code",
    "borough_code",
    "rank_2025",
    "decile_2025",
    "nwl_fifth_2025",
    "rank_2019",
    "decile_2019",
    "nwl_fifth_2019",
)
POSTCODE_FIELDS = (
    "code",
    "borough",
    "ward",
    "lsoa21",
    "lsoa11",
    "live",
    "lat",
    "lon",
    "near_boundary",
    "source",
)
AreaRow = tuple[str, str, int | None, int | None, bool, int | None, int | None, bool]
PostcodeRow = tuple[str, str, str | None, str | None, str | None, bool, float | None, float | None, bool, str]

# Always in the subset: Downing Street (checked against ONS) and hospitals.
SUBSET_ALWAYS = (
    *("SW1A 2AA", "HA1 3UJ", "UB8 3NN", "W2 1NY", "W12 0HS", "W6 8RF", "NW10 7NS", "UB1 3HW"),
    *("SW10 9NH", "TW7 6AF", "HA6 2RN", "SE1 7EH"),
)
SUBSET_EACH_LOCAL, SUBSET_EACH_ELSEWHERE = 6, 1


def load_all() -> int:
    """Load every bundled file, in one transaction; the rows written, 0 if these very files are loaded already.

    Postcodes that an official file has overwritten keep what it said.
    """
    digests = {name: _digest(name) for name in BUNDLED}
    if dict(Dataset.objects.filter(name__in=BUNDLED).values_list("name", "digest")) == digests:
        return 0
    boroughs, wards, areas = _borough_rows(), _ward_rows(), _area_rows()
    rows = {BOROUGHS: len(boroughs), WARDS: len(wards), **{IMD[year]: _held(areas, year) for year in IMD}}
    with transaction.atomic():
        upsert(Borough, BOROUGH_FIELDS, boroughs)
        upsert(Ward, WARD_FIELDS, wards)
        (upsert if Area.objects.exists() else insert)(Area, AREA_FIELDS, areas)
        held = _replace_postcodes()
        _note(digests, rows, held)
        take_stock(Borough, Area, Postcode)
    return len(boroughs) + len(wards) + len(areas) + held.total()


def load_subset(postcodes: Collection[str] | None = None) -> list[str]:
    """Load a few hundred postcodes, or those named, with all boroughs and wards and the small areas they need.

    For tests: quick after the first call of a process. The postcodes loaded, in order; a name that is not in the
    files is left out. `load_all` afterwards still loads everything.
    """
    names = None if postcodes is None else frozenset(normalise(postcode) for postcode in postcodes)
    rows, areas = _subset(names)
    with transaction.atomic():
        upsert(Borough, BOROUGH_FIELDS, _borough_rows())
        upsert(Ward, WARD_FIELDS, _ward_rows())
        upsert(Area, AREA_FIELDS, areas)
        upsert(Postcode, POSTCODE_FIELDS, rows)
    return [row[0] for row in rows]


def read(name: str) -> Iterator[list[str]]:
    """The rows of bundled file `name`, without its heading."""
    opener = gzip.open if name.endswith(".gz") else open
    with opener(DATA / name, "rt", encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        yield from rows


def lsoa21_of() -> dict[str, set[str]]:
    """The 2021 small areas that each 2011 small area of North West London became; more than one where it was split."""
    became: dict[str, set[str]] = {}
    for lsoa11, lsoa21, _ in read(LOOKUP):
        became.setdefault(lsoa11, set()).add(lsoa21)
    return became


def _digest(name: str) -> str:
    return hashlib.sha256((DATA / name).read_bytes()).hexdigest()


def _borough_rows() -> list[tuple[str, str, str, str, bool]]:
    return [(code, name, council, ods, local == "1") for code, name, council, ods, local in read(BOROUGHS)]


def _ward_rows() -> list[list[str]]:
    return list(read(WARDS))


def _area_rows() -> list[AreaRow]:
    """One row a code: the sets of 2011 and 2021 merged, the newer borough where a district was reorganised."""
    new, old = ({row[0]: row for row in read(IMD[year])} for year in (2025, 2019))
    fifths = {year: worst_fifth(_local_ranks(rows)) for year, rows in ((2025, new), (2019, old))}
    return [
        (
            code,
            (new.get(code) or old[code])[1],
            *_rank_and_decile(new.get(code)),
            code in fifths[2025],
            *_rank_and_decile(old.get(code)),
            code in fifths[2019],
        )
        for code in sorted(new.keys() | old.keys())
    ]


def _held(areas: list[AreaRow], year: int) -> int:
    return sum(row[AREA_FIELDS.index(f"rank_{year}")] is not None for row in areas)


def _local_ranks(rows: dict[str, list[str]]) -> dict[str, int]:
    return {code: int(rank) for code, borough, rank, _ in rows.values() if borough in LOCAL_BOROUGHS}


def _rank_and_decile(row: list[str] | None) -> tuple[int | None, int | None]:
    return (int(row[2]), int(row[3])) if row else (None, None)


def _nwl_rows() -> Iterator[PostcodeRow]:
    for code, live, borough, ward, lsoa21, lsoa11, lat, lon, near in read(NWL):
        point = (float(lat), float(lon)) if lat else (None, None)
        yield code, borough, ward or None, lsoa21, lsoa11, live == "1", *point, near == "1", Source.BUNDLED.value


def _rest_of_london_rows() -> Iterator[PostcodeRow]:
    for code, borough, lsoa21, lsoa11, near in read(REST_OF_LONDON):
        yield code, borough, None, lsoa21, lsoa11, True, None, None, near == "1", Source.BUNDLED.value


POSTCODE_FILES: dict[str, Callable[[], Iterator[PostcodeRow]]] = {NWL: _nwl_rows, REST_OF_LONDON: _rest_of_london_rows}


def _replace_postcodes() -> Counter[tuple[str, bool]]:
    """How many postcodes each file holds, by whether they are in use."""
    Postcode.objects.filter(source=Source.BUNDLED).delete()
    official = set(Postcode.objects.order_by().values_list("code", flat=True))
    held: Counter[tuple[str, bool]] = Counter()

    def new_rows() -> Iterator[PostcodeRow]:
        for name, rows in POSTCODE_FILES.items():
            for row in rows():
                held[name, row[5]] += 1
                if row[0] not in official:
                    yield row

    insert(Postcode, POSTCODE_FIELDS, new_rows())
    return held


def _note(digests: dict[str, str], rows: dict[str, int], held: Counter[tuple[str, bool]]) -> None:
    now = clock.now()
    for name, digest in digests.items():
        live, ended = held[name, True], held[name, False]
        facts = {"rows": rows.get(name, live + ended), "detail": f"{live:,} in use, {ended:,} ended" if ended else ""}
        Dataset.objects.update_or_create(name=name, defaults={"digest": digest, "loaded_at": now, **facts})


@lru_cache(maxsize=64)
def _subset(names: frozenset[str] | None) -> tuple[list[PostcodeRow], list[AreaRow]]:
    areas = _areas_by_code()
    every = (row for rows in POSTCODE_FILES.values() for row in rows())
    rows = _spread(list(every), areas) if names is None else [row for row in every if row[0] in names]
    needed = {code for row in rows for code in (row[3], row[4]) if code}
    return rows, [areas[code] for code in sorted(needed)]


@cache
def _areas_by_code() -> dict[str, AreaRow]:
    return {row[0]: row for row in _area_rows()}


def _spread(rows: list[PostcodeRow], areas: dict[str, AreaRow]) -> list[PostcodeRow]:
    """A few of each kind, evenly through the file: borough, in use or ended, CORE20 or not, near a boundary or not."""
    kinds: dict[tuple[str, bool, bool, bool], list[PostcodeRow]] = {}
    for row in rows:
        core20 = row[3] is not None and (areas[row[3]][3] or 10) <= 2
        kinds.setdefault((row[1], row[5], core20, row[8]), []).append(row)
    chosen = set(SUBSET_ALWAYS)
    for (borough, *_), kind in kinds.items():
        few = SUBSET_EACH_LOCAL if borough in LOCAL_BOROUGHS else SUBSET_EACH_ELSEWHERE
        chosen.update(row[0] for row in kind[:: max(1, len(kind) // few)][:few])
    return [row for row in rows if row[0] in chosen]

"""Where is this postcode? Borough, small area and deprivation; local and CORE20 each yes, no or unknown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from places.models import Answer, Area, Edition, Postcode
from places.postcodes import LOCAL_BOROUGHS, Point, normalise

CHUNK = 1000
CORE20_DECILES = (1, 2)


@dataclass(frozen=True, slots=True)
class Location:
    """What the bundled files say of one postcode; a value to store with a decision taken on that day.

    `edition` is the Index of Multiple Deprivation that answers `lsoa`, `decile`, `core20` and `core20_nwl`;
    `decile_2019` and `core20_2019` are always of 2019. `near_boundary` is a hint: the small area was worked out
    here, and one of the other CORE20 status lies within 12 metres. `live` is False where Royal Mail has ended it.
    """

    postcode: str
    edition: int
    found: bool = False
    borough_code: str = ""
    borough: str = ""
    ward_code: str = ""
    ward: str = ""
    lsoa: str = ""
    decile: int | None = None
    decile_2019: int | None = None
    local: Answer = Answer.UNKNOWN
    core20: Answer = Answer.UNKNOWN
    core20_nwl: Answer = Answer.UNKNOWN
    core20_2019: Answer = Answer.UNKNOWN
    near_boundary: bool = False
    live: bool | None = None
    point: Point | None = None


def locate(postcode: str | None, *, edition: int = Edition.IMD_2025) -> Location:
    """The place of one postcode, in one query; every answer unknown if it is empty, malformed or not in the files.

    Never raises for a postcode: ask `postcodes.normalise` first where a person should be told how to mend it.
    ValueError for an edition that is not held.
    """
    return locate_many([postcode], edition=edition)[postcode]


def locate_many(postcodes: Iterable[str | None], *, edition: int = Edition.IMD_2025) -> dict[str | None, Location]:
    """The place of each postcode, by the text given; one query for each thousand different postcodes."""
    edition = Edition(edition)
    keys = {given: _key(given) for given in postcodes}
    found = _rows({key for key in keys.values() if key})
    return {given: _location(given, key, found.get(key), edition) for given, key in keys.items()}


def is_local(borough_code: str) -> Answer:
    """Whether a council is one of the eight local boroughs, by GSS code; unknown if there is no code.

    For a care leaver's responsible authority, which may be far from the home.
    """
    if not borough_code:
        return Answer.UNKNOWN
    return Answer.YES if borough_code in LOCAL_BOROUGHS else Answer.NO


def is_core20(decile: int | None) -> Answer:
    """CORE20: the most deprived fifth of England, deciles 1 and 2 of the Index (NHS England, CORE20PLUS5)."""
    if decile is None:
        return Answer.UNKNOWN
    return Answer.YES if decile in CORE20_DECILES else Answer.NO


def _key(postcode: str | None) -> str:
    try:
        return normalise(postcode or "")
    except ValueError:
        return ""


def _rows(keys: set[str]) -> dict[str, Postcode]:
    query = Postcode.objects.select_related("borough", "ward", "lsoa21", "lsoa11").order_by()
    return {row.code: row for chunk in _chunks(sorted(keys)) for row in query.filter(code__in=chunk)}


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def _location(given: str | None, key: str, row: Postcode | None, edition: Edition) -> Location:
    if row is None:
        return Location(postcode=key or " ".join((given or "").split()), edition=edition)
    area = row.lsoa21 if edition == Edition.IMD_2025 else row.lsoa11
    decile = area.decile(edition) if area else None
    decile_2019 = row.lsoa11.decile_2019 if row.lsoa11 else None
    return Location(
        postcode=row.code,
        edition=edition,
        found=True,
        borough_code=row.borough_id,
        borough=row.borough.name,
        ward_code=row.ward_id or "",
        ward=row.ward.name if row.ward else "",
        lsoa=area.code if area else "",
        decile=decile,
        decile_2019=decile_2019,
        local=is_local(row.borough_id),
        core20=is_core20(decile),
        core20_nwl=_in_nwl_fifth(area, edition),
        core20_2019=is_core20(decile_2019),
        near_boundary=row.near_boundary,
        live=row.live,
        point=None if row.lat is None or row.lon is None else (row.lat, row.lon),
    )


def _in_nwl_fifth(area: Area | None, edition: Edition) -> Answer:
    if area is None or area.rank(edition) is None:
        return Answer.UNKNOWN
    return Answer.YES if area.in_nwl_fifth(edition) else Answer.NO

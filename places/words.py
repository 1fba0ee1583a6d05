"""What a `Location` says, in sentences for the people who read it."""

from places.models import Answer, Edition
from places.services import Location

NOT_COUNTED = "Unknown is not counted as no."

SOURCE_NAMES = {
    "boroughs.csv": "London boroughs",
    "wards_nwl.csv": "Wards of North West London",
    "imd_2025.csv.gz": "Index of Multiple Deprivation 2025, small areas of England (LSOA 2021)",
    "imd_2019.csv.gz": "Index of Multiple Deprivation 2019, small areas of England (LSOA 2011)",
    "postcodes_nwl.csv.gz": "Postcodes of North West London",
    "postcodes_rest_of_london.csv.gz": "Postcodes of the rest of London, in use",
    "official postcodes": "Official postcode directory, imported here",
    "official IMD 2025": "Index of Multiple Deprivation 2025, official file imported here",
    "official IMD 2019": "Index of Multiple Deprivation 2019, official file imported here",
}

LOCAL = {
    Answer.YES: "Local: it is in {borough}, one of the eight North West London boroughs.",
    Answer.NO: "Not local: it is in {borough}, outside the eight North West London boroughs.",
}
CORE20 = {
    Answer.YES: "CORE20: yes. The area is in decile {decile} of 10 (1 is the most deprived), {edition}.",
    Answer.NO: "CORE20: no. The area is in decile {decile} of 10 (1 is the most deprived), {edition}.",
    Answer.UNKNOWN: f"CORE20: not known, because the small area of this postcode is not held. {NOT_COUNTED}",
}
CORE20_NWL = {
    Answer.YES: "It is in the most deprived fifth within North West London.",
    Answer.NO: "It is not in the most deprived fifth within North West London.",
}
CORE20_2019 = {
    Answer.YES: "In the 2019 Index it was in the most deprived fifth of England (decile {decile_2019}).",
    Answer.NO: "In the 2019 Index it was not in the most deprived fifth of England (decile {decile_2019}).",
}
NOT_FOUND = f"{{postcode}} is not in the files held here, so local and CORE20 are not known. {NOT_COUNTED}"
ENDED = "Royal Mail no longer uses this postcode. It keeps the place that it had."
NEAR_BOUNDARY = (
    "It lies within a few metres of an area with the other CORE20 answer. Check the address before you rely on this."
)


def source_name(name: str) -> str:
    """What the file `name` holds, for a reader."""
    return SOURCE_NAMES.get(name, name)


def sentences(location: Location) -> list[str]:
    """What is known of the place, local first, each in a sentence; what is not known is said, not left out."""
    facts = {
        "postcode": location.postcode,
        "borough": location.borough or f"another district ({location.borough_code})",
        "decile": location.decile,
        "decile_2019": location.decile_2019,
        "edition": Edition(location.edition).label,
    }
    if not location.found:
        return [NOT_FOUND.format(**facts)]
    said = [
        LOCAL.get(location.local, ""),
        CORE20[location.core20],
        CORE20_NWL.get(location.core20_nwl, ""),
        CORE20_2019.get(location.core20_2019, ""),
        NEAR_BOUNDARY if location.near_boundary else "",
        "" if location.live else ENDED,
    ]
    return [sentence.format(**facts) for sentence in said if sentence]

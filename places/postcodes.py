"""Postcodes as text and points on the map: no Django, no database."""

import re
import unicodedata
from itertools import product
from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]

EARTH_RADIUS_KM = 6371.0088

# "Local" in the Anchor Institutions Charter: eight boroughs by GSS code, never the area of an NHS body.
LOCAL_BOROUGHS = {
    "E09000005": "Brent",
    "E09000009": "Ealing",
    "E09000013": "Hammersmith and Fulham",
    "E09000015": "Harrow",
    "E09000017": "Hillingdon",
    "E09000018": "Hounslow",
    "E09000020": "Kensington and Chelsea",
    "E09000033": "Westminster",
}

# Royal Mail's 124 areas by their first letter; and BF, the forces', and BX, the banks'.
POSTCODE_AREA = re.compile(
    "A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]"
    "|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
    "|BF|BX"
)

# A district never begins with 0 before another digit; I, L, O, Q and Z never follow a digit in an outward code.
OUTWARD = re.compile(r"([A-Z]{1,2})(?:[0-9]|[1-9][0-9])|([A-Z])[0-9][A-HJKMNPR-Y]|([A-Z]{2})[0-9][A-HJKMNPR-Y]")
INWARD = re.compile(r"[0-9][ABD-HJLNP-UW-Z]{2}")  # never C, I, K, M, O, V
SPECIAL = re.compile(r"GIR0AA|ZZ99[0-9][A-Z]{2}")  # the old Girobank; the NHS's own (ZZ99 3VZ: no fixed abode)
CONFUSED = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}


def normalise(postcode: str) -> str:
    """The postcode as it is written and stored: capitals, one space before the last three characters.

    Any spacing, case, hyphens and full-width letters are understood; O typed for 0 and I for 1, or the other way
    round, are put right where a postcode can have only the other. ValueError says what is wrong and how to mend it.
    """
    text = re.sub(r"[\s.\-\u2010-\u2015\u200b\ufeff]", "", unicodedata.normalize("NFKC", postcode)).upper()
    shown = postcode.strip()[:12]
    if not text:
        raise ValueError("The postcode is empty. Type it in full, like W12 0HS.")
    if not text.isascii() or not text.isalnum():
        raise ValueError(f"“{shown}” has characters that no postcode has. Use letters and numbers only, like W12 0HS.")
    if SPECIAL.fullmatch(text):
        return f"{text[:-3]} {text[-3:]}"
    if not 5 <= len(text) <= 7:
        raise ValueError(f"“{shown}” is not a full postcode. Type both parts, like W12 0HS.")
    read = _as_postcode(text) or _mended(text)
    if not read:
        raise ValueError(f"“{shown}” is not a UK postcode. Check it against a letter or a bill; it looks like W12 0HS.")
    return read


def _mended(text: str) -> str:
    """The one postcode that O for 0, I for 1 and the reverse make of `text`, or nothing; it is never two."""
    choices = product(*(CONFUSED.get(character, character) for character in text))
    return next(filter(None, map(_as_postcode, map("".join, choices))), "")


def _as_postcode(text: str) -> str:
    """`text` with its space if it is a well-formed postcode of an area that exists, else nothing."""
    outward, inward = text[:-3], text[-3:]
    match = OUTWARD.fullmatch(outward)
    if not match or not INWARD.fullmatch(inward):
        return ""
    area = match[1] or match[2] or match[3]
    return f"{outward} {inward}" if POSTCODE_AREA.fullmatch(area) else ""


def distance_km(a: Point | None, b: Point | None) -> float | None:
    """Kilometres in a straight line between two (latitude, longitude) points; None if either is unknown."""
    if a is None or b is None:
        return None
    north_a, north_b = radians(a[0]), radians(b[0])
    half_north, half_east = (north_b - north_a) / 2, radians(b[1] - a[1]) / 2
    chord = sin(half_north) ** 2 + cos(north_a) * cos(north_b) * sin(half_east) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))

"""Ordnance Survey grid references to latitude and longitude: no Django, good to about 5 metres.

Method and constants: Ordnance Survey, "A guide to coordinate systems in Great Britain", annexes A to C.
"""

from math import atan2, cos, degrees, radians, sin, sqrt, tan

Ellipsoid = tuple[float, float]  # semi-major and semi-minor axis in metres

AIRY_1830: Ellipsoid = (6_377_563.396, 6_356_256.909)
WGS84: Ellipsoid = (6_378_137.0, 6_356_752.314_245)
SCALE = 0.999_601_271_7
ORIGIN_NORTH, ORIGIN_EAST = radians(49), radians(-2)
FALSE_EAST, FALSE_NORTH = 400_000.0, -100_000.0
MILLIMETRE = 0.001


def lat_lon(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude (WGS84, degrees, five decimals) of a British National Grid reference in metres."""
    north, east = _unproject(easting, northing)
    x, y, z = _shift(*_to_cartesian(north, east, AIRY_1830))
    north, east = _from_cartesian(x, y, z, WGS84)
    return round(degrees(north), 5), round(degrees(east), 5)


def _meridian_arc(north: float) -> float:
    """Metres along the meridian from the grid's true origin to latitude `north` (radians)."""
    a, b = AIRY_1830
    n = (a - b) / (a + b)
    apart, together = north - ORIGIN_NORTH, north + ORIGIN_NORTH
    series = (
        (1 + n + 1.25 * n**2 + 1.25 * n**3) * apart
        - (3 * n + 3 * n**2 + 2.625 * n**3) * sin(apart) * cos(together)
        + (1.875 * n**2 + 1.875 * n**3) * sin(2 * apart) * cos(2 * together)
        - 35 / 24 * n**3 * sin(3 * apart) * cos(3 * together)
    )
    return b * SCALE * series


def _unproject(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude on the Airy ellipsoid, in radians."""
    a, b = AIRY_1830
    eccentricity = 1 - (b / a) ** 2
    north = ORIGIN_NORTH + (northing - FALSE_NORTH) / (a * SCALE)
    while abs(left := northing - FALSE_NORTH - _meridian_arc(north)) >= MILLIMETRE / 100:
        north += left / (a * SCALE)
    across = a * SCALE / sqrt(1 - eccentricity * sin(north) ** 2)
    along = across * (1 - eccentricity) / (1 - eccentricity * sin(north) ** 2)
    bend = across / along - 1
    t, secant, east = tan(north), 1 / cos(north), easting - FALSE_EAST
    north_terms = (
        t / (2 * along * across) * east**2
        - t / (24 * along * across**3) * (5 + 3 * t**2 + bend - 9 * t**2 * bend) * east**4
        + t / (720 * along * across**5) * (61 + 90 * t**2 + 45 * t**4) * east**6
    )
    east_terms = (
        secant / across * east
        - secant / (6 * across**3) * (across / along + 2 * t**2) * east**3
        + secant / (120 * across**5) * (5 + 28 * t**2 + 24 * t**4) * east**5
    )
    return north - north_terms, ORIGIN_EAST + east_terms


def _to_cartesian(north: float, east: float, shape: Ellipsoid) -> tuple[float, float, float]:
    a, b = shape
    eccentricity = 1 - (b / a) ** 2
    across = a / sqrt(1 - eccentricity * sin(north) ** 2)
    return across * cos(north) * cos(east), across * cos(north) * sin(east), (1 - eccentricity) * across * sin(north)


def _shift(x: float, y: float, z: float) -> tuple[float, float, float]:
    """Ordnance Survey's seven-parameter shift from OSGB36 to WGS84, in metres."""
    scale = 1 - 20.4894e-6
    turn_x, turn_y, turn_z = (radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
    return (
        446.448 + scale * x - turn_z * y + turn_y * z,
        -125.157 + turn_z * x + scale * y - turn_x * z,
        542.060 - turn_y * x + turn_x * y + scale * z,
    )


def _from_cartesian(x: float, y: float, z: float, shape: Ellipsoid) -> tuple[float, float]:
    a, b = shape
    eccentricity = 1 - (b / a) ** 2
    flat = sqrt(x**2 + y**2)
    north = atan2(z, flat * (1 - eccentricity))
    for _ in range(6):
        across = a / sqrt(1 - eccentricity * sin(north) ** 2)
        north = atan2(z + eccentricity * across * sin(north), flat)
    return north, atan2(y, x)

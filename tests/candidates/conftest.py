"""Organisations and people who act, without records; and three postcodes whose answers are known."""

import pytest

from places.models import Area, Borough, Postcode
from tests.world import build_world

BRENT, BARNET = "E09000005", "E09000003"


@pytest.fixture
def world(db):
    return build_world(rooms=())


@pytest.fixture
def academy(world):
    return world.acting("academy")


@pytest.fixture
def provider(world):
    return world.acting("provider")


@pytest.fixture
def recruiter(world):
    return world.acting("recruiter")


@pytest.fixture
def postcodes(db):
    """NW10 8AA: Brent, decile 1. HA9 9AA: Brent, decile 7. N3 1AA: Barnet, decile 2. Any other is unknown."""
    Borough.objects.get_or_create(code=BRENT, defaults={"name": "Brent", "local": True})
    Borough.objects.get_or_create(code=BARNET, defaults={"name": "Barnet"})
    for code, borough, decile in (("NW10 8AA", BRENT, 1), ("HA9 9AA", BRENT, 7), ("N3 1AA", BARNET, 2)):
        area = Area.objects.create(
            code=f"E0190000{decile}",
            borough_code=borough,
            rank_2025=decile * 3000,
            decile_2025=decile,
            nwl_fifth_2025=decile == 1,
        )
        Postcode.objects.create(code=code, borough_id=borough, lsoa21=area)

import pytest

from places.loading import BUNDLED
from places.models import Answer
from places.services import Location, locate
from places.words import SOURCE_NAMES, sentences, source_name

pytestmark = pytest.mark.django_db


def test_a_place_in_full(subset):
    assert sentences(locate("W12 0HS")) == [
        "Local: it is in Hammersmith and Fulham, one of the eight North West London boroughs.",
        "CORE20: no. The area is in decile 3 of 10 (1 is the most deprived), IMD 2025.",
        "It is not in the most deprived fifth within North West London.",
        "In the 2019 Index it was in the most deprived fifth of England (decile 2).",
    ]


def test_the_edition_is_named(subset):
    assert sentences(locate("W12 0HS", edition=2019))[1] == (
        "CORE20: yes. The area is in decile 2 of 10 (1 is the most deprived), IMD 2019."
    )


def test_what_is_not_in_the_files_is_not_counted_as_no(subset):
    assert sentences(locate("AB1 0AA")) == [
        "AB1 0AA is not in the files held here, so local and CORE20 are not known. Unknown is not counted as no."
    ]


def test_a_place_without_a_small_area():
    found = Location("W12 0YY", 2025, found=True, borough="Brent", local=Answer.YES, live=True)
    assert sentences(found) == [
        "Local: it is in Brent, one of the eight North West London boroughs.",
        "CORE20: not known, because the small area of this postcode is not held. Unknown is not counted as no.",
    ]


def test_the_hints_come_last():
    found = Location(
        "W12 0YY",
        2025,
        found=True,
        borough_code="E06000039",
        decile=1,
        local=Answer.NO,
        core20=Answer.YES,
        near_boundary=True,
        live=False,
    )
    assert sentences(found) == [
        "Not local: it is in another district (E06000039), outside the eight North West London boroughs.",
        "CORE20: yes. The area is in decile 1 of 10 (1 is the most deprived), IMD 2025.",
        "It lies within a few metres of an area with the other CORE20 answer. Check the address before you rely on this.",
        "Royal Mail no longer uses this postcode. It keeps the place that it had.",
    ]


def test_every_bundled_file_has_a_name_for_readers():
    assert set(BUNDLED) <= set(SOURCE_NAMES)
    assert source_name("wards_nwl.csv") == "Wards of North West London"
    assert source_name("something else") == "something else"

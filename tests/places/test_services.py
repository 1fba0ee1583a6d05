"""Answers checked by hand against the published files (rank and decile of IMD 2025 and 2019 in brackets)."""

from dataclasses import FrozenInstanceError, replace
from itertools import cycle

import pytest

from places.loading import load_subset
from places.models import Answer, Edition, Postcode
from places.services import Location, is_core20, is_local, locate, locate_many

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
DOWNING_STREET = Location(
    postcode="SW1A 2AA",
    edition=2025,
    found=True,
    borough_code="E09000033",
    borough="Westminster",
    ward_code="E05013806",
    ward="St James's",
    lsoa="E01004736",
    decile=8,
    decile_2019=8,
    local=YES,
    core20=NO,
    core20_nwl=NO,
    core20_2019=NO,
    near_boundary=False,
    live=True,
    point=(51.50354, -0.1277),
)


INWARD = [first + second for first in "ABDEF" for second in "GHJLN"]
CHECKED = """
    SW1A 2AA,NW10 8DF,NW2 5DB,NW10 6AR,NW9 0BU,W12 0HS,WC2B 5EZ,HA2 6NL,E14 8AH,TW10 7AS,NW6 7ZG,SW1V 4AW,W9 3DT,NW2 5QZ
""".strip().split(",")


class TestKnownAnswers:
    @pytest.fixture(autouse=True)
    def _checked(self, db):
        load_subset(CHECKED)

    def test_downing_street_in_full(self):
        assert locate("sw1a2aa") == DOWNING_STREET

    @pytest.mark.parametrize(
        ("postcode", "borough", "deciles", "local", "core20", "core20_nwl", "core20_2019"),
        [
            # E01000599 (3,403 of 33,755; 1,969 of 32,844)
            ("NW10 8DF", "Brent", (2, 1), YES, YES, YES, YES),
            # E01000638 (3,803; 8,516): in CORE20 since 2025 only
            ("NW2 5DB", "Brent", (2, 3), YES, YES, YES, NO),
            # E01001877 (7,183; 6,532): no longer in CORE20, still in the fifth of North West London
            ("NW10 6AR", "Hammersmith and Fulham", (3, 2), YES, NO, YES, YES),
            # E01000515 (7,343; 9,286): the last but one in the fifth of North West London, which ends at 7,345
            ("NW9 0BU", "Brent", (3, 3), YES, NO, YES, NO),
            # E01001876 (7,376; 5,098): just outside it, Hammersmith Hospital
            ("W12 0HS", "Hammersmith and Fulham", (3, 2), YES, NO, NO, YES),
            # E01004735 (13,237; 5,794)
            ("WC2B 5EZ", "Westminster", (4, 2), YES, NO, NO, YES),
            # E01034593 from E01002154, a small area that was split (21,550; 21,403)
            ("HA2 6NL", "Harrow", (7, 7), YES, NO, NO, NO),
            # The rest of London: E01004255 (4,417; 5,983) and E01003817 (23,786; 23,338)
            ("E14 8AH", "Tower Hamlets", (2, 2), NO, YES, NO, YES),
            ("TW10 7AS", "Richmond upon Thames", (8, 8), NO, NO, NO, NO),
        ],
    )
    def test_checked_by_hand(self, postcode, borough, deciles, local, core20, core20_nwl, core20_2019):
        found = locate(postcode)
        assert (found.found, found.postcode, found.borough) == (True, postcode, borough)
        assert (found.decile, found.decile_2019) == deciles
        assert (found.local, found.core20, found.core20_nwl, found.core20_2019) == (
            local,
            core20,
            core20_nwl,
            core20_2019,
        )

    def test_an_ended_postcode_keeps_its_place(self):
        """E01000550 (6,438; 6,026)."""
        found = locate("NW6 7ZG")
        assert (found.live, found.borough, found.lsoa, found.core20) == (False, "Brent", "E01000550", YES)
        assert (found.ward, found.point) == ("", (51.53648, -0.19321))

    @pytest.mark.parametrize(("postcode", "core20"), [("SW1V 4AW", NO), ("W9 3DT", YES), ("NW2 5QZ", YES)])
    def test_near_a_boundary_there_is_a_hint(self, postcode, core20):
        assert (locate(postcode).near_boundary, locate(postcode).core20) == (True, core20)

    def test_the_rest_of_london_has_no_point_and_no_ward(self):
        assert (locate("E14 8AH").point, locate("E14 8AH").ward) == (None, "")

    def test_the_edition_of_2019_answers_by_its_own_areas(self):
        found = locate("HA2 6NL", edition=2019)
        assert (found.edition, found.lsoa, found.decile) == (2019, "E01002154", 7)
        old = locate("NW10 6AR", edition=Edition.IMD_2019)
        assert (old.core20, old.core20_nwl, old.core20_2019, old.decile, old.decile_2019) == (YES, YES, YES, 2, 2)

    def test_one_postcode_is_one_query(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert locate("W9 3DT").borough == "Westminster"

    @pytest.mark.parametrize(("many", "queries"), [(1, 1), (3, 1), (1000, 1), (1001, 2), (2500, 3)])
    def test_many_postcodes_are_a_query_for_each_thousand(self, django_assert_num_queries, many, queries):
        others = [
            f"OX{number % 80 + 1} {number // 400}{letters}"
            for number, letters in zip(range(2500), cycle(INWARD), strict=False)
        ]
        codes = [*CHECKED, *others][:many]
        with django_assert_num_queries(queries):
            found = locate_many(codes)
        assert list(found) == codes
        assert [code for code, place in found.items() if place.found] == CHECKED[:many]


def unknown(postcode):
    return Location(postcode=postcode, edition=2025)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("AB1 0AA", "AB1 0AA"),
        ("w12 9zz", "W12 9ZZ"),
        ("ZZ99 3VZ", "ZZ99 3VZ"),
        ("not a  postcode", "not a postcode"),
        ("", ""),
        (None, ""),
        ("W12", "W12"),
    ],
)
def test_what_is_not_in_the_files_is_unknown_never_no(subset, typed, shown):
    found = locate(typed)
    assert found == unknown(shown)
    assert (found.found, found.borough, found.lsoa, found.decile, found.decile_2019) == (False, "", "", None, None)
    assert {found.local, found.core20, found.core20_nwl, found.core20_2019} == {UNKNOWN}
    assert (found.live, found.point, found.near_boundary) == (None, None, False)


def test_with_nothing_loaded_everything_is_unknown(db):
    assert locate("SW1A 2AA") == unknown("SW1A 2AA")


def test_a_borough_without_a_small_area_is_local_and_core20_unknown(subset):
    Postcode.objects.filter(code="SW1A 2AA").update(lsoa21=None, lsoa11=None)
    assert locate("SW1A 2AA") == replace(
        DOWNING_STREET,
        lsoa="",
        decile=None,
        decile_2019=None,
        core20=UNKNOWN,
        core20_nwl=UNKNOWN,
        core20_2019=UNKNOWN,
    )


def test_one_missing_edition_leaves_the_other(subset):
    Postcode.objects.filter(code="SW1A 2AA").update(lsoa11=None)
    assert locate("SW1A 2AA") == replace(DOWNING_STREET, decile_2019=None, core20_2019=UNKNOWN)


def test_many_are_answered_by_the_text_given(subset):
    found = locate_many(["sw1a2aa", "SW1A 2AA", "nonsense", None, "ab10aa", "sw1a2aa"])
    assert found == {
        "sw1a2aa": DOWNING_STREET,
        "SW1A 2AA": DOWNING_STREET,
        "nonsense": unknown("nonsense"),
        None: unknown(""),
        "ab10aa": unknown("AB1 0AA"),
    }


def test_none_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert locate_many([]) == {}
        assert locate_many(["nonsense"]) == {"nonsense": unknown("nonsense")}


def test_an_edition_that_is_not_held_is_refused(db):
    with pytest.raises(ValueError, match="2015 is not a valid Edition"):
        locate("SW1A 2AA", edition=2015)


def test_a_location_is_a_value():
    with pytest.raises(FrozenInstanceError):
        DOWNING_STREET.local = NO


@pytest.mark.parametrize(("decile", "answer"), [(1, YES), (2, YES), (3, NO), (10, NO), (None, UNKNOWN)])
def test_core20_is_deciles_one_and_two(decile, answer):
    assert is_core20(decile) == answer


@pytest.mark.parametrize(
    ("code", "answer"), [("E09000005", YES), ("E09000033", YES), ("E09000001", NO), ("E06000039", NO), ("", UNKNOWN)]
)
def test_local_is_by_the_code_of_the_council(code, answer):
    assert is_local(code) == answer

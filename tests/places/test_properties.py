"""What holds for any place: distances as on a globe, answers that never turn unknown into no, words that say all of it."""

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.deprivation import decile, worst_fifth
from places.grid import lat_lon
from places.models import Answer
from places.postcodes import LOCAL_BOROUGHS, distance_km, normalise
from places.services import Location, is_core20, is_local
from places.words import sentences

LONDON = st.tuples(st.floats(51.2, 51.8), st.floats(-0.6, 0.4))
ANYWHERE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
ANSWERS = st.sampled_from(list(Answer))
NEARLY = 1e-6  # a millimetre in kilometres
HALF_ROUND = 20_015.2


class TestDistance:
    @given(ANYWHERE, ANYWHERE, ANYWHERE)
    def test_a_detour_is_never_shorter(self, a, b, c):
        assert distance_km(a, c) <= distance_km(a, b) + distance_km(b, c) + NEARLY

    @given(LONDON, LONDON)
    def test_across_london_is_less_than_a_hundred_kilometres(self, a, b):
        assert distance_km(a, b) < 100

    @given(ANYWHERE, st.floats(-1, 1))
    def test_a_degree_north_is_about_111_kilometres(self, point, degrees):
        north, east = point
        other = max(-90.0, min(90.0, north + degrees))
        assert distance_km(point, (other, east)) == pytest.approx(abs(other - north) * 111.195, abs=0.001)

    @given(ANYWHERE)
    def test_nothing_is_farther_than_the_other_side(self, point):
        north, east = point
        opposite = (-north, east - 180 if east > 0 else east + 180)
        assert distance_km(point, opposite) == pytest.approx(HALF_ROUND, abs=0.1)

    @given(LONDON, st.floats(-0.1, 0.1))
    def test_a_whole_turn_more_is_the_same_place(self, point, shift):
        north, east = point
        assert distance_km(point, (north, east + 360)) == pytest.approx(0, abs=1e-4)
        assert distance_km((north, east + shift), point) == pytest.approx(
            distance_km((north, east + shift + 360), point), abs=1e-4
        )


class TestGrid:
    @given(st.integers(500_000, 560_000), st.integers(160_000, 200_000), st.integers(-900, 900), st.integers(-900, 900))
    def test_metres_on_the_map_are_metres_on_the_ground(self, easting, northing, east, north):
        """London: a sphere is 4 in 1,000 short from east to west here, and five decimals round."""
        apart = distance_km(lat_lon(easting, northing), lat_lon(easting + east, northing + north)) * 1000
        assert apart == pytest.approx((east**2 + north**2) ** 0.5, rel=0.005, abs=2.5)

    @given(st.integers(500_000, 560_000), st.integers(160_000, 200_000))
    def test_north_is_north_and_east_is_east(self, easting, northing):
        here, up, right = (
            lat_lon(easting, northing),
            lat_lon(easting, northing + 500),
            lat_lon(easting + 500, northing),
        )
        assert (up[0] > here[0], right[1] > here[1]) == (True, True)


class TestAnswers:
    @given(st.text(max_size=12))
    def test_a_council_is_local_not_local_or_unknown(self, code):
        expected = Answer.YES if code in LOCAL_BOROUGHS else Answer.NO if code else Answer.UNKNOWN
        assert is_local(code) == expected

    @given(st.integers(1, 33_755))
    def test_core20_is_the_first_fifth_of_all_ranks(self, rank):
        assert (is_core20(decile(rank, 33_755)) == Answer.YES) is (rank * 5 <= 33_755)

    @given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 50), max_size=40))
    def test_nobody_outside_the_fifth_is_more_deprived_than_somebody_in_it(self, ranks):
        inside = worst_fifth(ranks)
        worst_outside = min((rank for code, rank in ranks.items() if code not in inside), default=inf)
        assert all(ranks[code] < worst_outside for code in inside)

    @given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 50), max_size=40), st.integers(1, 500))
    def test_only_the_order_of_the_ranks_counts(self, ranks, more):
        assert worst_fifth({code: rank * 2 + more for code, rank in ranks.items()}) == worst_fifth(ranks)


class TestWords:
    PLACE = Location(postcode="W12 0HS", edition=2025, found=True, borough="Brent", decile=2, live=True)

    @given(local=ANSWERS, core20=ANSWERS, nwl=ANSWERS, old=ANSWERS, near=st.booleans(), live=st.booleans())
    def test_a_no_is_said_only_where_the_answer_is_no(self, local, core20, nwl, old, near, live):
        place = replace(
            self.PLACE,
            local=local,
            core20=core20,
            core20_nwl=nwl,
            core20_2019=old,
            decile_2019=4,
            near_boundary=near,
            live=live,
        )
        said = " ".join(sentences(place))
        assert ("Not local" in said) is (local == Answer.NO)
        assert ("CORE20: no." in said) is (core20 == Answer.NO)
        assert ("CORE20: not known" in said) is (core20 == Answer.UNKNOWN)
        assert ("It is not in the most deprived fifth within" in said) is (nwl == Answer.NO)
        assert ("it was not in the most deprived fifth" in said) is (old == Answer.NO)
        assert ("Check the address" in said) is near
        assert ("Royal Mail no longer uses" in said) is not live

    @given(st.text(max_size=20))
    def test_what_is_not_found_is_one_sentence_that_is_no_no(self, typed):
        said = sentences(Location(postcode=typed, edition=2025))
        assert said == [
            f"{typed} is not in the files held here, so local and CORE20 are not known. Unknown is not counted as no."
        ]


@given(st.text("WNHAUBT0123456789 abcxyz", max_size=9))
def test_a_postcode_that_is_understood_is_understood_again(typed):
    try:
        written = normalise(typed)
    except ValueError:
        return
    assert normalise(written) == normalise(written.replace(" ", "").lower()) == written

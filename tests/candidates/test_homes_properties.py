"""Where a person lives on a day: three ways to ask, one answer; and local by home or by authority, unknown kept."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from candidates.models import Candidate, Home
from candidates.pages import place_of
from candidates.services.homes import home_of, homes_of, local_answer, with_home
from places.models import Borough
from tests.factories.candidates import CandidateFactory, HomeFactory

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
BRENT, BARNET = "E09000005", "E09000003"
MOVES = st.lists(st.integers(-9, 0), unique=True, max_size=4)


class TestThreeWaysToAsk(TestCase):
    @settings(max_examples=15)
    @given(moves=MOVES, asked=st.integers(-10, 1))
    def test_the_latest_home_that_had_begun(self, moves, asked):
        person, stranger = CandidateFactory(), CandidateFactory()
        HomeFactory(candidate=stranger, postcode="ZZ9 9ZZ", starts=TODAY - 99 * DAY)
        for days in moves:
            HomeFactory(candidate=person, postcode=f"NW{-days + 1} 1AA", starts=TODAY + days * DAY)
        begun = [days for days in moves if days <= asked]
        postcode = f"NW{-max(begun) + 1} 1AA" if begun else None
        on = TODAY + asked * DAY
        home = home_of(person, on=on)
        many = homes_of([person, stranger.pk], on=on)
        row = with_home(Candidate.unscoped.filter(pk=person.pk), on=on).get()
        assert (home and home.postcode) == postcode
        assert (many[person.pk].postcode if begun else many.get(person.pk)) == postcode
        assert row.home_postcode == postcode
        assert many[stranger.pk].postcode == "ZZ9 9ZZ"


@pytest.mark.django_db
class TestOneQuery:
    @pytest.mark.parametrize("number", [1, 3])
    def test_for_however_many(self, django_assert_num_queries, number):
        people = [HomeFactory().candidate for _ in range(number)]
        with django_assert_num_queries(1):
            assert len(homes_of(people, on=TODAY)) == number

    def test_the_facts_of_the_home_come_with_the_list(self):
        HomeFactory(postcode="NW10 8AA", decile=1, core20="yes", core20_nwl="no", local="unknown", local_by="")
        row = with_home(Candidate.unscoped.all(), on=TODAY).get()
        assert (row.home_postcode, row.home_borough_code, row.home_decile) == ("NW10 8AA", BRENT, 1)
        assert (row.home_core20, row.home_core20_nwl, row.home_local, row.home_local_by) == ("yes", "no", "unknown", "")


class TestLocal:
    @pytest.fixture(autouse=True)
    def boroughs(self, db):
        Borough.objects.get_or_create(code=BRENT, defaults={"name": "Brent", "local": True})
        Borough.objects.get_or_create(code=BARNET, defaults={"name": "Barnet", "local": False})

    @pytest.mark.parametrize(
        ("home", "authority", "answer"),
        [
            ("yes", "", ("yes", "home")),
            ("yes", BRENT, ("yes", "home")),
            ("yes", BARNET, ("yes", "home")),
            ("no", "", ("no", "")),
            ("no", BRENT, ("yes", "authority")),
            ("no", BARNET, ("no", "")),
            ("unknown", "", ("unknown", "")),
            ("unknown", BRENT, ("yes", "authority")),
            ("unknown", BARNET, ("unknown", "")),
            ("unknown", "E99999999", ("unknown", "")),
            ("no", "E99999999", ("no", "")),
        ],
    )
    def test_by_the_home_else_by_the_authority(self, home, authority, answer):
        assert local_answer(home, authority) == answer


@pytest.mark.django_db
class TestInWords:
    """What a page says of a home."""

    @pytest.fixture(autouse=True)
    def brent(self, db):
        Borough.objects.get_or_create(code=BRENT, defaults={"name": "Brent", "local": True})

    @pytest.mark.parametrize(
        ("facts", "words", "local", "core20"),
        [
            ({}, "Brent", ("Local", "green"), ("CORE20", "green")),
            ({"local_by": "authority"}, "Brent", ("Local by responsible authority", "green"), ("CORE20", "green")),
            ({"local": "no", "core20": "no"}, "Brent", ("Not local", "grey"), ("Not CORE20", "grey")),
            (
                {"local": "unknown", "core20": "unknown", "borough_code": ""},
                "Place not found",
                ("Local: not known", "yellow"),
                ("CORE20: not known", "yellow"),
            ),
            (
                {"local": "unknown", "core20": "unknown", "borough_code": "", "postcode": ""},
                "Home not recorded",
                ("Local: not known", "yellow"),
                ("CORE20: not known", "yellow"),
            ),
            (
                {"local": "unknown", "core20": "unknown", "no_fixed_abode": True, "borough_code": "", "postcode": ""},
                "No fixed abode",
                ("Local: not known", "yellow"),
                ("CORE20: not known", "yellow"),
            ),
            ({"borough_code": "E07000008"}, "E07000008", ("Local", "green"), ("CORE20", "green")),
        ],
    )
    def test_unknown_is_said_to_be_unknown(self, facts, words, local, core20):
        place = place_of(HomeFactory.build(candidate=None, **facts))
        assert place.words == words
        assert (place.local, place.local_colour) == local
        assert (place.core20, place.core20_colour) == core20

    @pytest.mark.parametrize(
        ("near", "hint"), [(True, "Close to an area with the other CORE20 answer: check the address."), (False, "")]
    )
    def test_near_a_boundary_asks_to_check(self, near, hint):
        assert place_of(HomeFactory.build(candidate=None, near_boundary=near)).hint == hint

    def test_nothing_of_the_person_is_in_it(self):
        home = HomeFactory(postcode="NW10 8AA", candidate__family_name="Mensah")
        said = repr(place_of(home))
        assert [word for word in ("NW10", "Mensah", home.candidate.reference) if word in said] == []
        assert Home.unscoped.count() == 1

"""What a fit may depend on, and which way: more to offer never stops anybody, and weights alone say how much counts."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.fit import DEFAULT_WEIGHTS, MOST, PARTS, STOPS, Person, Post, check_weights, fit
from places.postcodes import distance_km
from tests.matching.test_fit import NORTHWICK_PARK, PERSON, POST, WILLESDEN

SKILLS = ("food_hygiene", "driving", "spreadsheets")
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31))
people = st.builds(
    Person,
    id=st.just(1),
    work_wanted=st.frozensets(st.sampled_from(["portering", "admin"])),
    shifts=st.frozensets(st.sampled_from(["days", "evenings", "nights", "weekends"])),
    hours_least=st.none() | st.integers(1, 20),
    hours_most=st.none() | st.integers(20, 48),
    travel_km=st.none() | st.integers(0, 60),
    start_from=st.none() | DAYS,
    skills=st.frozensets(st.sampled_from(SKILLS)),
    home=st.none() | st.just(WILLESDEN),
    completed_programme=st.booleans(),
    days_since_interview=st.none() | st.integers(0, 900),
)
posts = st.builds(
    Post,
    id=st.just(2),
    family=st.sampled_from(["portering", "admin", ""]),
    shifts=st.frozensets(st.sampled_from(["days", "evenings", "nights", "weekends"])),
    hours=st.none() | st.integers(1, 48),
    starts_on=st.none() | DAYS,
    essential_skills=st.dictionaries(st.sampled_from(SKILLS), st.just("A criterion"), max_size=3),
    place=st.none() | st.just(NORTHWICK_PARK),
)


@st.composite
def weights(draw):
    """Any whole weights that add up to 1000."""
    cuts = sorted(draw(st.integers(0, MOST)) for _ in range(len(DEFAULT_WEIGHTS) - 1))
    ends = [0, *cuts, MOST]
    return {name: ends[place + 1] - ends[place] for place, name in enumerate(DEFAULT_WEIGHTS)}


@given(people, posts)
def test_the_same_twice_is_the_same(person, post):
    assert fit(person, post) == fit(person, post)


@given(people, posts, st.integers(3, 10**9), st.integers(3, 10**9))
def test_who_it_is_and_which_it_is_make_no_difference(person, post, one, other):
    assert fit(replace(person, id=one), replace(post, id=other)) == fit(person, post)


@given(people, posts, weights())
def test_weights_never_decide_who_fits(person, post, weights):
    found = fit(person, post, weights=weights)
    assert found.stopped == fit(person, post).stopped
    assert [part.most for part in found.parts] in ([], list(weights.values()))


@given(weights())
def test_weights_that_add_up_are_taken(weights):
    check_weights(weights)


@pytest.mark.parametrize(
    "weights",
    [
        {},
        {**DEFAULT_WEIGHTS, "deprivation": 0},
        {**DEFAULT_WEIGHTS, "skills": 250.0},
        {**DEFAULT_WEIGHTS, "skills": True, "family": 499},
        {**DEFAULT_WEIGHTS, "skills": -1, "family": 501},
        {**DEFAULT_WEIGHTS, "skills": 0},
    ],
)
def test_others_are_refused(weights):
    with pytest.raises(ValueError, match=r"^Weights (name exactly|are whole numbers)"):
        check_weights(weights)


@given(people, posts, st.frozensets(st.sampled_from(SKILLS)))
def test_another_skill_stops_nobody(person, post, more):
    assert fit(person, post).fits <= fit(replace(person, skills=person.skills | more), post).fits


@given(people, posts, st.integers(0, 40))
def test_going_further_stops_nobody(person, post, more):
    near = replace(person, travel_km=person.travel_km or 0)
    assert fit(near, post).fits <= fit(replace(near, travel_km=near.travel_km + more), post).fits


@given(people, posts, st.integers(0, 90))
def test_being_there_earlier_stops_nobody(person, post, days):
    late = replace(person, start_from=person.start_from or date(2027, 1, 1))
    assert fit(late, post).fits <= fit(replace(late, start_from=late.start_from - timedelta(days=days)), post).fits


@given(people, posts)
def test_every_shift_stops_nobody(person, post):
    always = replace(person, shifts=frozenset({"days", "evenings", "nights", "weekends"}))
    assert fit(person, post).fits <= fit(always, post).fits


@given(people, posts)
def test_what_is_forgotten_stops_nobody(person, post):
    """Unknown is not no: a person with fewer facts is stopped by skills alone."""
    unknown = Person(id=1, skills=person.skills)
    assert fit(person, post).fits <= fit(unknown, post).fits


@given(people, posts, st.integers(0, 900), st.integers(0, 900))
def test_the_longer_without_an_interview_the_better(person, post, first, second):
    sooner, later = (fit(replace(person, days_since_interview=days), post) for days in sorted((first, second)))
    assert sooner.score <= later.score


@given(people, posts)
def test_nobody_scores_less_for_a_programme(person, post):
    without, with_one = (fit(replace(person, completed_programme=done), post) for done in (False, True))
    assert without.score <= with_one.score


@given(people, posts)
def test_somebody_who_is_stopped_has_no_score_and_no_parts(person, post):
    found = fit(person, post)
    assert (found.score > 0 or bool(found.parts)) <= found.fits
    assert len(found.parts) in (0, len(PARTS))


@pytest.mark.parametrize(
    "word", ["deprivation", "decile", "route", "ethnicity", "sex", "age", "birth", "disability", "postcode", "group"]
)
def test_there_is_no_room_for_what_may_not_enter(word):
    names = [field.name for kind in (Person, Post) for field in fields(kind)]
    assert [name for name in names if word in name] == []
    assert [name for name in (*PARTS, *(stop.__name__ for stop in STOPS)) if word in name] == []


@pytest.mark.parametrize("km", [8, 10, 20, 60])
def test_the_nearer_the_more_of_the_way(km):
    distance = distance_km(WILLESDEN, NORTHWICK_PARK)
    part = next(part for part in fit(replace(PERSON, travel_km=km), POST).parts if part.label == "Travel")
    assert (part.points, part.most) == (round(150 * (1 - distance / km)), 150)

"""Fit: the first thing that stops it, or a score that opens into its parts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.fit import DEFAULT_WEIGHTS, MOST, Person, Post, check_weights, fit
from places.postcodes import distance_km

WILLESDEN, NORTHWICK_PARK = (51.5490, -0.2290), (51.5755, -0.3217)

PERSON = Person(
    id=1,
    work_wanted=frozenset({"portering"}),
    shifts=frozenset({"days"}),
    hours_least=16,
    hours_most=30,
    travel_km=10,
    start_from=date(2026, 12, 1),
    skills=frozenset({"food_hygiene"}),
    home=WILLESDEN,
    completed_programme=True,
    days_since_interview=45,
)
POST = Post(
    id=2,
    family="portering",
    family_label="Portering",
    shifts=frozenset({"days"}),
    hours=30,
    starts_on=date(2027, 1, 4),
    essential_skills={"food_hygiene": "Food hygiene certificate"},
    place=NORTHWICK_PARK,
)


def test_a_whole_fit_opens_into_its_parts():
    found = fit(PERSON, POST)
    assert [(part.label, part.points, part.most, part.why) for part in found.parts] == [
        ("Skills", 250, 250, "Every skill that the advert names is evidenced"),
        ("Kind of work", 250, 250, "Portering is wanted"),
        ("Programme", 100, 100, "Has completed a programme"),
        ("Travel", 44, 150, "7.1 km of 10 km at most"),
        ("Hours", 100, 100, "30 hours a week are within what is offered"),
        ("Start", 50, 50, "Available from 1 December 2026, in time"),
        ("Time waited", 50, 100, "Last interview 45 days ago"),
    ]
    assert found.score == 844
    assert found.fits


@pytest.mark.parametrize(
    ("person", "score", "words"),
    [
        ({"home": NORTHWICK_PARK, "days_since_interview": None}, 1000, "Very good match"),
        ({}, 844, "Very good match, weaker on travel"),
        ({"home": None, "start_from": None}, 850, "Very good match"),
        ({"completed_programme": False}, 744, "Good match, weaker on programme and travel"),
        (
            {"work_wanted": frozenset({"catering"}), "home": NORTHWICK_PARK, "days_since_interview": None},
            750,
            "Good match, weaker on kind of work",
        ),
        (
            {"work_wanted": frozenset(), "completed_programme": False, "days_since_interview": 0},
            444,
            "Possible match, weaker on kind of work, programme, travel and time waited",
        ),
    ],
)
def test_a_match_is_said_in_words_and_what_is_not_known_is_no_weakness(person, score, words):
    found = fit(replace(PERSON, **person), POST)
    assert (found.score, found.words) == (score, words)


@pytest.mark.parametrize(
    ("person", "post", "sentence"),
    [
        ({"skills": frozenset()}, {}, "Essential and not evidenced: Food hygiene certificate"),
        ({}, {"hours": 37}, "It is 37 hours a week; 30 at most are offered"),
        ({}, {"hours": Decimal("37.5")}, "It is 37.5 hours a week; 30 at most are offered"),
        (
            {"hours_most": Decimal("37.0")},
            {"hours": Decimal("37.5")},
            "It is 37.5 hours a week; 37 at most are offered",
        ),
        ({}, {"hours": 12}, "It is 12 hours a week; 16 at least are needed"),
        ({}, {"shifts": frozenset({"days", "evenings"})}, "Needs evenings; weekdays are offered"),
        ({"start_from": date(2027, 2, 1)}, {}, "Starts on 4 January 2027; available from 1 February 2027"),
        ({"travel_km": 5}, {}, "7.1 km away; 5 km at most"),
    ],
)
def test_the_first_thing_that_stops_it_is_said(person, post, sentence):
    found = fit(replace(PERSON, **person), replace(POST, **post))
    assert (found.score, found.parts, found.stopped) == (0, (), sentence)


def test_the_first_stop_wins():
    found = fit(replace(PERSON, skills=frozenset(), travel_km=1), POST)
    assert found.stopped == "Essential and not evidenced: Food hygiene certificate"


def test_what_is_not_known_stops_nobody():
    found = fit(Person(id=1), Post(id=2))
    assert found.stopped == ""
    assert found.score == 125 + 0 + 0 + 75 + 50 + 25 + 100


def test_distance_of_two_hospitals():
    assert distance_km(WILLESDEN, NORTHWICK_PARK) == pytest.approx(7.06, abs=0.01)
    assert distance_km(None, NORTHWICK_PARK) is None


def test_weights_add_up():
    check_weights(DEFAULT_WEIGHTS)
    with pytest.raises(ValueError, match="add up to 1000"):
        check_weights({**DEFAULT_WEIGHTS, "skills": 251})
    with pytest.raises(ValueError, match="Weights name exactly"):
        check_weights({"skills": 1000})


shifts = st.frozensets(st.sampled_from(["days", "evenings", "nights", "weekends"]))
people = st.builds(
    Person,
    id=st.just(1),
    work_wanted=st.frozensets(st.sampled_from(["portering", "admin"])),
    shifts=shifts,
    hours_most=st.none() | st.integers(1, 48),
    travel_km=st.none() | st.integers(0, 60),
    home=st.none() | st.just(WILLESDEN),
    completed_programme=st.booleans(),
    days_since_interview=st.none() | st.integers(0, 900),
)
posts = st.builds(
    Post,
    id=st.just(2),
    family=st.sampled_from(["portering", "admin", ""]),
    shifts=shifts,
    hours=st.none() | st.integers(1, 48),
    place=st.none() | st.just(NORTHWICK_PARK),
)


@given(people, posts)
def test_a_score_is_the_sum_of_its_parts_and_within_bounds(person, post):
    found = fit(person, post)
    assert found.score == sum(part.points for part in found.parts)
    assert 0 <= found.score <= MOST
    assert all(0 <= part.points <= part.most for part in found.parts)
    assert found.fits == (found.stopped == "")

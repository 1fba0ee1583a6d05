"""How alike two people are said to be, for any two: symmetric, steady, and never without a reason."""

from dataclasses import astuple, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.models import Candidate
from candidates.services.duplicates import Particulars, _comparable, compare

BORN = st.sampled_from([None, date(2004, 5, 6), date(2004, 6, 5), date(1990, 1, 31)])
GIVEN = st.sampled_from(["", "Ama", "A", "Zoë", "Zoe", "Kofi", "Mensah", "Ama Serwaa"])
FAMILY = st.sampled_from(["Mensah", "MENSAH", "Smith-Jones", "Smith Jones", "Ama", "Obi"])
PHONE = st.sampled_from(["", "07700900123", "07700900456"])
EMAIL = st.sampled_from(["", "ama@example.org", "zoe@example.org"])
POSTCODE = st.sampled_from(["", "NW10 8AA", "HA9 9AA"])
PEOPLE = st.builds(
    Particulars,
    given_name=GIVEN,
    family_name=FAMILY,
    date_of_birth=BORN,
    phone=PHONE,
    email=EMAIL,
    postcode=POSTCODE,
)
REASONS = {
    "same telephone number",
    "same email address",
    *(
        f"{first} and {name}"
        for first in ("same date of birth", "day and month of birth swapped", "same postcode")
        for name in ("same name", "names swapped", "same initial and family name", "similar name")
    ),
    *(
        f"{name}; one of them has no date of birth"
        for name in ("same name", "names swapped", "same initial and family name", "similar name")
    ),
}
AMA = Particulars(
    given_name="Ama",
    family_name="Mensah",
    date_of_birth=date(2004, 5, 6),
    phone="07700900123",
    email="ama@example.org",
    postcode="NW10 8AA",
)


def likeness(asked, held):
    """Of somebody asked about with a record that holds the particulars of `held`."""
    facts = {name: getattr(held, name) for name in ("given_name", "family_name", "date_of_birth", "phone", "email")}
    return compare(asked, Candidate(**facts), {held.postcode} - {""})


@given(PEOPLE, PEOPLE)
def test_it_does_not_matter_who_is_asked_about(one, other):
    assert likeness(one, other) == likeness(other, one)


@given(PEOPLE, PEOPLE)
def test_alike_means_a_reason_in_words_that_are_known(one, other):
    points, why = likeness(one, other)
    assert (points > 0) is bool(why)
    assert set(why.split(", ") if why else []) <= REASONS


@given(PEOPLE)
def test_nobody_is_less_like_themselves_than_like_others_of_the_same_facts(one):
    mine, _why = likeness(one, one)
    assert all(likeness(one, replace(one, **{name: ""}))[0] <= mine for name in ("phone", "email", "postcode"))


@given(PEOPLE, PEOPLE)
def test_a_shared_number_never_makes_two_people_less_alike(one, other):
    without = likeness(replace(one, phone=""), other)[0]
    assert likeness(replace(one, phone=other.phone), other)[0] >= without


@given(PEOPLE, PEOPLE)
def test_a_different_date_of_birth_and_nothing_else_shared_is_another_person(one, other):
    one = replace(one, date_of_birth=date(1990, 1, 31), phone="", email="", postcode="")
    other = replace(other, date_of_birth=date(2004, 5, 6))
    assert likeness(one, other) == (0, "")


@pytest.mark.parametrize(
    ("changes", "points", "why"),
    [
        (
            {},
            104,
            "same date of birth and same name, same postcode and same name, same telephone number, same email address",
        ),
        ({"phone": "", "email": "", "postcode": ""}, 101, "same date of birth and same name"),
        (
            {"phone": "", "email": "", "postcode": "", "given_name": "A"},
            81,
            "same date of birth and same initial and family name",
        ),
        ({"phone": "", "email": "", "postcode": "", "given_name": "Amma"}, 81, "same date of birth and similar name"),
        (
            {"phone": "", "email": "", "postcode": "", "date_of_birth": date(2004, 6, 5)},
            91,
            "day and month of birth swapped and same name",
        ),
        (
            {"phone": "", "email": "", "postcode": "", "date_of_birth": None},
            81,
            "same name; one of them has no date of birth",
        ),
        ({"phone": "", "email": "", "date_of_birth": date(1990, 1, 1)}, 51, "same postcode and same name"),
        ({"given_name": "Kofi", "family_name": "Obi", "email": ""}, 46, "same telephone number"),
        ({"given_name": "Kofi", "family_name": "Obi"}, 47, "same telephone number, same email address"),
        ({"given_name": "Kofi", "family_name": "Obi", "phone": "", "email": ""}, 0, ""),
    ],
)
def test_points_and_words(changes, points, why):
    assert likeness(AMA, replace(AMA, **changes)) == (points, why)


@given(PEOPLE)
def test_what_is_compared_is_the_same_after_a_second_time(person):
    assert astuple(_comparable(_comparable(person))) == astuple(_comparable(person))


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ({"phone": "+44 (0)7700 900123"}, {"phone": "07700900123"}),
        ({"email": "  ZOE@Example.ORG "}, {"email": "zoe@example.org"}),
        ({"postcode": "nw108aa"}, {"postcode": "NW10 8AA"}),
        ({"postcode": "somewhere"}, {"postcode": ""}),
        ({"given_name": " Ama ", "family_name": "Mensah "}, {"given_name": "Ama", "family_name": "Mensah"}),
    ],
)
def test_what_is_typed_is_made_comparable(typed, compared):
    assert _comparable(Particulars(**typed)) == Particulars(**compared)

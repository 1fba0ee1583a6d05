from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.mover import Refused
from candidates.facts import PersonFacts
from candidates.rules import check_born, check_facts, check_hours, check_name

ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("born", "sentence"),
    [
        (date(2026, 11, 24), "The date of birth, 24 November 2026, is in the future. Check the year."),
        (
            date(2012, 11, 24),
            "The date of birth, 24 November 2012, would make the person 13. People enrolled are between 14 and 100. "
            "Check the year.",
        ),
        (
            date(1925, 11, 23),
            "The date of birth, 23 November 1925, would make the person 101. People enrolled are between 14 and 100. "
            "Check the year.",
        ),
    ],
)
def test_impossible_days_of_birth(born, sentence):
    with pytest.raises(Refused) as refused:
        check_born(born, on=ON)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("born", [None, date(2012, 11, 23), date(1925, 11, 24)])
def test_possible_days_of_birth(born):
    check_born(born, on=ON)


@pytest.mark.parametrize(
    ("least", "most", "sentence"),
    [
        (20, 10, "The fewest hours (20) are above the most hours (10). Swap them."),
        (Decimal("22.5"), Decimal("22.0"), "The fewest hours (22.5) are above the most hours (22). Swap them."),
        (0, None, "Hours a week are between 1 and 60."),
        (None, 61, "Hours a week are between 1 and 60."),
    ],
)
def test_impossible_hours(least, most, sentence):
    with pytest.raises(Refused) as refused:
        check_hours(least, most)
    assert str(refused.value) == sentence


@given(st.integers(1, 60), st.integers(1, 60))
def test_hours_in_order_pass(one, other):
    check_hours(min(one, other), max(one, other))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"family_name": "  "},
            "Enter a family name. If the person has one name only, enter it as the family name.",
        ),
        ({"family_name": "A", "travel_km": 0}, "The travel limit is between 1 and 200 kilometres."),
        ({"family_name": "A", "travel_km": 201}, "The travel limit is between 1 and 200 kilometres."),
        (
            {"family_name": "A", "work_wanted": ["astronaut"]},
            "“astronaut” is not a kind of work that is known here. Choose from the list.",
        ),
        ({"family_name": "A", "shifts": ["lunch"]}, "“lunch” is not a shift that is known here. Choose from the list."),
    ],
)
def test_impossible_facts(facts, sentence):
    with pytest.raises(Refused) as refused:
        check_facts(PersonFacts(**facts), on=ON)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("name", ["=1+1", "+44", "@SUM(A1)", "  =cmd|' /C calc'!A0"])
def test_a_formula_is_no_name(name):
    with pytest.raises(Refused) as refused:
        check_facts(PersonFacts(family_name="A", known_as=name), on=ON)
    assert (
        str(refused.value) == f"“{name.strip()}” begins like a spreadsheet’s formula. Type the person’s name instead."
    )


@pytest.mark.parametrize("name", ["\u200b", "-", "12"])
def test_a_name_has_a_letter(name):
    with pytest.raises(Refused) as refused:
        check_name(name)
    assert str(refused.value) == f"“{name}” has no letter. Type the person’s name."


@pytest.mark.parametrize("name", ["", None, "O’Leary", "’t Hooft", "Ngũgĩ", "李", "محمد", "X Æ A-12", "-Baptiste"])
def test_names_of_people(name):
    check_name(name)


def test_a_family_name_is_enough():
    check_facts(PersonFacts(family_name="Suharto"), on=ON)

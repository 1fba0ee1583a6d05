from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.names import alike, day_and_month_swapped, folded, phone_kept, phone_shown

WORDS = st.text(max_size=30)


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("Zoë  Müller", "zoe muller"),
        ("Anne-Marie O’Brien", "anne marie obrien"),
        ("SØREN Łukasz", "soren lukasz"),
        ("Nguyễn Thị Minh", "nguyen thi minh"),
        ("İbrahim Işık", "ibrahim isik"),
        ("St. John", "st john"),
        ("محمد", "محمد"),
        ("   ", ""),
    ],
)
def test_folded(typed, compared):
    assert folded(typed) == compared


@given(WORDS)
def test_folding_twice_changes_nothing(text):
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (("Zoë", "Smith-Jones"), ("Zoe", "Smith Jones"), "same"),
        (("Anne Marie", "O'Brien"), ("Annemarie", "OBrien"), "same"),
        (("Mensah", "Ama"), ("Ama", "Mensah"), "swapped"),
        (("A", "Mensah"), ("Ama", "Mensah"), "initial"),
        (("Ama", "Mensah"), ("A.", "Mensah"), "initial"),
        (("Mohamed", "Ali"), ("Mohammed", "Ali"), "similar"),
        (("Ama Serwaa", "Mensah"), ("Ama", "Mensah"), "similar"),
        (("Ama", "Mensah"), ("Kofi", "Mensah"), ""),
        (("B", "Mensah"), ("Ama", "Mensah"), ""),
        (("", ""), ("", ""), ""),
        (("", "Suharto"), ("", "Suharto"), "same"),
    ],
)
def test_alike(one, other, how):
    assert alike(*one, *other) == how


@given(WORDS, WORDS, WORDS, WORDS)
def test_likeness_does_not_depend_on_who_is_asked_first(given_name, family, other_given, other_family):
    there = alike(given_name, family, other_given, other_family)
    back = alike(other_given, other_family, given_name, family)
    assert there == back


@pytest.mark.parametrize(
    ("born", "swapped"),
    [
        (date(2001, 2, 3), date(2001, 3, 2)),
        (date(2001, 2, 13), None),
        (date(2001, 5, 5), None),
    ],
)
def test_day_and_month_swapped(born, swapped):
    assert day_and_month_swapped(born) == swapped


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900123", "07700900123"),
        ("+44 7700 900123", "07700900123"),
        ("0044 (0)7700 900-123", "07700900123"),
        ("+353 20 915 1234", "+353209151234"),
        ("０７７００ ９００１２３", "07700900123"),
        ("", ""),
        ("+", ""),
    ],
)
def test_phone_kept(typed, kept):
    assert phone_kept(typed) == kept


@given(st.text(max_size=40))
def test_keeping_a_number_twice_changes_nothing(typed):
    assert phone_kept(phone_kept(typed)) == phone_kept(typed)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("07700900123", "07700 900123"),
        ("02079460018", "020 7946 0018"),
        ("+353209151234", "+353209151234"),
        ("", ""),
    ],
)
def test_phone_shown(kept, shown):
    assert phone_shown(kept) == shown

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levy.money import MOST_ON_A_LINE, pounds
from levy.sources import values
from levy.sources.text import FileRefused
from levy.sources.values import Unreadable


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", 0),
        ("0.00000", 0),
        ("-222.22222", -22_222_222),
        ("+1", 100_000),
        ("12,000", 1_200_000_000),
        ("£1,234.5", 123_450_000),
        (".5", 50_000),
        ("1.000000000", 100_000),
    ],
)
def test_money(text, units):
    assert values.money(text) == units


@given(st.integers(-MOST_ON_A_LINE, MOST_ON_A_LINE))
def test_money_reads_back_what_was_written(amount):
    assert values.money(f"{pounds(amount):.5f}") == amount


@pytest.mark.parametrize("text", ["92233720.36854", "£92,233,720.36854", "-92233720.36854", "00092233720.368540"])
def test_the_largest_that_a_line_can_be(text):
    """9,223,372,036,854,775,807 units in a field, a million lines: 9,223,372,036,854 units each."""
    assert abs(values.money(text)) == 9_223_372_036_854


@pytest.mark.parametrize("text", ["92233720.36855", "-99999999999999", "-99999999999999.00000", "9" * 5000])
def test_more_than_any_line_can_be(text):
    with pytest.raises(Unreadable, match="which is too large to be true: no line is above £92,233,720$"):
        values.money(text)


@pytest.mark.parametrize("text", ["-", ".", "abc", "1.2.3", "1E+05", "٣", "0.000001", "--1", "nan", "²"])
def test_money_unreadable(text):
    with pytest.raises(Unreadable):
        values.money(text)


@pytest.mark.parametrize(
    "text", ["23/07/2026", "23 Jul 2026", "2026-07-23", "23-07-2026", "23/7/2026 00:00", "23 July 2026"]
)
def test_day(text):
    assert values.day(text) == date(2026, 7, 23)


@pytest.mark.parametrize("text", ["07/23/2026", "31/02/2026", "23/07/26", "", "today", "1/2"])
def test_day_unreadable(text):
    with pytest.raises(Unreadable, match="day/month/year"):
        values.day(text)


@pytest.mark.parametrize("text", ["Jul 2026", "July 2026", "Jul-26", "'Jul 2026", "23/07/2026", "2026-07-01"])
def test_month(text):
    assert values.month(text) == date(2026, 7, 1)


def test_month_blank_and_unreadable():
    assert values.month("") is None
    for text in ("Smarch 2026", "2026", "Jul 226", "Jul"):
        with pytest.raises(Unreadable, match="Jul 2026"):
            values.month(text)


def test_whole():
    assert (values.whole(""), values.whole("7")) == (None, 7)
    for text in ("7.5", "-1", "seven", "٣"):
        with pytest.raises(Unreadable):
            values.whole(text)


def test_the_largest_whole_number_that_the_database_holds():
    assert (values.whole("32767"), values.whole("0000000007")) == (32767, 7)
    for text in ("32768", "9" * 5000):
        with pytest.raises(Unreadable, match="which is too large to be true$"):
            values.whole(text)


def test_yes():
    assert [values.yes(text) for text in ("Yes", "n", "", "perhaps")] == [True, False, None, None]


def test_a_learner_number_from_a_worksheet_or_with_spaces():
    assert values.uln("9276308686.0") == values.uln("927 630 8686") == "9276308686"


def test_no_learner_number():
    assert values.uln("") is None
    assert values.uln("9999999999") is None


def test_a_learner_number_that_fails_the_check_sum():
    with pytest.raises(Unreadable, match="not a real learner number"):
        values.uln("9276308687")


@pytest.mark.parametrize("text", ["3.91E+09", "4E+09", "3.914177763e9"])
def test_a_shortened_learner_number_refuses_the_file_with_the_mend(text):
    with pytest.raises(FileRefused, match="without opening it in Excel"):
        values.uln(text)


def test_postcode():
    assert values.postcode("ub13hw") == values.postcode(" UB1  3HW ") == "UB1 3HW"
    assert values.postcode("") is None
    assert values.postcode("W1A 1AA") == "W1A 1AA"
    for text in ("UB1", "12345", "no fixed abode"):
        with pytest.raises(Unreadable, match="full postcode"):
            values.postcode(text)

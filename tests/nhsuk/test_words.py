"""Figures in words."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsuk import words


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (words.number, 0, "0"),
        (words.number, 1234567, "1,234,567"),
        (words.number, Decimal("1000.50"), "1,000.5"),
        (words.number, Decimal("1E+3"), "1,000"),
        (words.number, Fraction(5, 2), "2.5"),
        (words.pounds, Decimal("1234.50"), "£1,235"),
        (words.pounds, Decimal("1234.49"), "£1,234"),
        (words.pounds, -5, "-£5"),
        (words.pounds, Decimal("-0.4"), "£0"),
        (words.pounds, 0, "£0"),
        (words.pounds_pence, Decimal("1234.5"), "£1,234.50"),
        (words.pounds_pence, Decimal("0.005"), "£0.01"),
        (words.pounds_pence, Decimal("-1234.5"), "-£1,234.50"),
        (words.listed, ["a"], "a"),
        (words.listed, ["a", "b"], "a and b"),
        (words.listed, ["a", "b", "c"], "a, b and c"),
        (words.percent, Decimal("18.84"), "18.8%"),
        (words.percent, Decimal("18.85"), "18.9%"),
        (words.percent, 18.85, "18.9%"),
        (words.percent, 20, "20%"),
        (words.percent, Decimal("20.00"), "20%"),
        (words.percent, 100, "100%"),
        (words.percent, Fraction(110 * 100, 584), "18.8%"),
        (words.percent, Fraction(200, 3), "66.7%"),
        (words.percent, 0, "0%"),
        (words.long_day, date(2026, 11, 2), "2 November 2026"),
        (words.long_day, None, ""),
        (words.clock_time, datetime(2026, 11, 2, 0, 5), "12:05am"),  # noqa: DTZ001 - it says the clock it is given
        (words.clock_time, datetime(2026, 11, 2, 12, 0), "12:00pm"),  # noqa: DTZ001 - the same
        (words.moment, datetime(2026, 11, 22, 13, 30), "22 November 2026 at 1:30pm"),  # noqa: DTZ001 - the same
    ],
)
def test_figures(write, value, text):
    assert write(value) == text


@pytest.mark.parametrize("write", [words.number, words.pounds, words.pounds_pence, words.percent])
def test_suppressed_stays_a_star_and_missing_is_unknown(write):
    assert write("*") == "*"
    assert write(None) == "unknown"
    assert write("") == "unknown"


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [
        (0, "post", "0 posts"),
        (1, "post", "1 post"),
        (2, "post", "2 posts"),
        (1, "person,people", "1 person"),
        (1200, "person,people", "1,200 people"),
        ("*", "person,people", "* people"),
        (None, "post", "unknown posts"),
    ],
)
def test_counted_nouns(count, noun, text):
    assert words.plural(count, noun) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "£0"),
        (950, "£950"),
        (1000, "£1k"),
        (2500, "£2.5k"),
        (40000, "£40k"),
        (1_000_000, "£1m"),
        (2_500_000, "£2.5m"),
        (-20000, "-£20k"),
        (Decimal("0.5"), "£0.5"),
    ],
)
def test_pounds_on_an_axis(value, text):
    assert words.short_pounds(value) == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=5))
def test_pounds_are_within_half_a_pound(amount):
    written = Decimal(words.pounds(amount).replace("£", "").replace(",", ""))
    assert abs(written - amount) <= Decimal("0.5")

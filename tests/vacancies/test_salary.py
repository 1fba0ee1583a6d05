"""Pay as adverts word it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vacancies.sources.salary import Salary, read_salary


def pay(text):
    salary = read_salary(text)
    return salary.minimum, salary.maximum, salary.unit


NOTHING = (None, None, "")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("£31049.00 to £37796.00", (Decimal("31049.00"), Decimal("37796.00"), "year")),
        ("£31,049 to £37,796 a year per annum, pro rata", (Decimal(31049), Decimal(37796), "year")),
        ("£31,049 a year to £37,796 a year", (Decimal(31049), Decimal(37796), "year")),
        ("£31,049 - £37,796 pa", (Decimal(31049), Decimal(37796), "year")),
        ("£31,049–£37,796", (Decimal(31049), Decimal(37796), "year")),
        ("£30,866 a year inc HCAS", (Decimal(30866), Decimal(30866), "year")),
        ("£30,866 a year inc HCAS of £5,594", (Decimal(30866), Decimal(30866), "year")),
        ("31049.00 to 37796.00", (Decimal("31049.00"), Decimal("37796.00"), "year")),
        ("£15.79 an hour", (Decimal("15.79"), Decimal("15.79"), "hour")),
        ("£15.79 to £16.91 per hour", (Decimal("15.79"), Decimal("16.91"), "hour")),
        ("£15.79 to £15.79", (Decimal("15.79"), Decimal("15.79"), "hour")),
        ("Up to £37,796 a year", (None, Decimal(37796), "year")),
        ("From £31,049", (Decimal(31049), None, "year")),
        ("Depending on experience", NOTHING),
        ("Negotiable", NOTHING),
        ("£0.00 to £0.00", NOTHING),
        ("£150 a day", NOTHING),
        ("£2,500 per month", NOTHING),
        ("£1,500", NOTHING),
        ("£30k", NOTHING),
        ("Band 2", NOTHING),
        ("", NOTHING),
    ],
)
def test_exactly(text, read):
    assert pay(text) == read


def test_the_words_are_kept():
    assert read_salary("  £150\n a day ") == Salary("£150 a day")


def test_upside_down():
    with pytest.raises(ValueError, match="^“£37,796 to £31,049” runs from more to less.$"):
        read_salary("£37,796 to £31,049")


@given(st.integers(5_000, 200_000), st.integers(0, 20_000))
def test_the_form_of_the_feed_comes_back_to_the_penny(minimum, more):
    assert pay(f"£{minimum}.00 to £{minimum + more}.00") == (Decimal(minimum), Decimal(minimum + more), "year")


@given(st.text(alphabet="£0123456789,.- toahuryep", max_size=60))
def test_either_ordered_amounts_or_a_value_error(text):
    try:
        minimum, maximum, unit = pay(text)
    except ValueError:
        return
    assert (unit == "") == (minimum is None and maximum is None)
    assert minimum is None or maximum is None or 0 < minimum <= maximum

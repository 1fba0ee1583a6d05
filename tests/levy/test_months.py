from datetime import date

import pytest

from levy.months import between, end_of, first_of, shift, span


def test_shift_crosses_years_both_ways():
    assert shift(date(2026, 8, 1), 12) == date(2027, 8, 1)
    assert shift(date(2026, 11, 1), 2) == date(2027, 1, 1)
    assert shift(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert shift(date(2026, 1, 1), -24) == date(2024, 1, 1)


def test_between_and_span():
    assert between(date(2025, 11, 1), date(2026, 2, 1)) == 3
    assert between(date(2026, 2, 1), date(2025, 11, 1)) == -3
    assert list(span(date(2025, 12, 1), date(2026, 1, 1))) == [date(2025, 12, 1), date(2026, 1, 1)]
    assert list(span(date(2026, 1, 1), date(2025, 12, 1))) == []


def test_first_of():
    assert first_of(date(2026, 8, 23)) == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("month", "last"),
    [(date(2027, 2, 1), date(2027, 2, 28)), (date(2028, 2, 1), date(2028, 2, 29)), (date(2026, 12, 1), date(2026, 12, 31))],
)  # fmt: skip
def test_the_last_day_of_a_month(month, last):
    assert end_of(month) == last

"""Working days in England, with dates that anyone can check on a calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vacancies.working_days import (
    add_working_days,
    bank_holidays,
    decision_deadline,
    is_working_day,
    working_days_between,
)

DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2040, 12, 31))


class TestBankHolidays:
    def test_2026(self):
        weekdays = {day for day in bank_holidays(2026) if day.weekday() < 5}
        assert sorted(weekdays) == [
            date(2026, 1, 1),
            date(2026, 4, 3),
            date(2026, 4, 6),
            date(2026, 5, 4),
            date(2026, 5, 25),
            date(2026, 8, 31),
            date(2026, 12, 25),
            date(2026, 12, 28),  # Boxing Day is a Saturday
        ]

    @pytest.mark.parametrize("day", [date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)])
    def test_the_one_off_ones(self, day):
        assert not is_working_day(day)

    @pytest.mark.parametrize("day", [date(2026, 1, 2), date(2026, 3, 17), date(2026, 8, 3), date(2026, 11, 30)])
    def test_those_of_scotland_and_northern_ireland_are_working_days_here(self, day):
        assert is_working_day(day)

    @pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 11, 22)])
    def test_weekends(self, day):
        assert not is_working_day(day)


class TestAdding:
    @pytest.mark.parametrize(
        ("day", "days", "answer"),
        [
            (date(2026, 11, 23), 0, date(2026, 11, 23)),
            (date(2026, 11, 23), 5, date(2026, 11, 30)),
            (date(2026, 11, 27), 1, date(2026, 11, 30)),
            (date(2026, 11, 28), 1, date(2026, 11, 30)),
            (date(2026, 12, 24), 1, date(2026, 12, 29)),
            (date(2026, 12, 29), -1, date(2026, 12, 24)),
            (date(2026, 4, 2), 1, date(2026, 4, 7)),
            (date(2026, 12, 30), 3, date(2027, 1, 5)),
        ],
    )
    def test_exactly(self, day, days, answer):
        assert add_working_days(day, days) == answer

    @given(DAYS, st.integers(-60, 60).filter(bool))
    def test_the_answer_is_a_working_day_as_many_away(self, day, days):
        answer = add_working_days(day, days)
        assert is_working_day(answer)
        assert working_days_between(day, answer) == days


class TestBetween:
    @pytest.mark.parametrize(
        ("start", "end", "days"),
        [
            (date(2026, 11, 23), date(2026, 11, 23), 0),
            (date(2026, 11, 23), date(2026, 11, 27), 4),
            (date(2026, 11, 27), date(2026, 11, 29), 0),
            (date(2026, 12, 24), date(2026, 12, 29), 1),
            (date(2026, 12, 29), date(2026, 12, 24), -1),
        ],
    )
    def test_exactly(self, start, end, days):
        assert working_days_between(start, end) == days

    @given(DAYS, st.integers(0, 40), st.integers(0, 40))
    def test_parts_add_up(self, start, first, second):
        middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
        assert working_days_between(start, middle) + working_days_between(middle, end) == working_days_between(
            start, end
        )


class TestDeadline:
    @pytest.mark.parametrize(
        ("closes", "deadline"),
        [
            (date(2026, 12, 4), date(2026, 12, 1)),  # Friday: Thursday, Wednesday, Tuesday
            (date(2026, 12, 6), date(2026, 12, 2)),  # Sunday: Friday, Thursday, Wednesday
            (date(2026, 12, 1), date(2026, 11, 26)),  # over a weekend
            (date(2026, 12, 30), date(2026, 12, 23)),  # over Christmas
            (date(2027, 1, 4), date(2026, 12, 29)),  # over New Year
        ],
    )
    def test_three_working_days_before_closing(self, closes, deadline):
        assert decision_deadline(closes) == deadline

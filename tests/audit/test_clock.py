"""The one clock: London's days, the frozen day, and financial years."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.clock import LONDON, days_ago, financial_year, last_years, now, pretend, start_of, today, year_words

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-07-01T22:59:59", date(2026, 7, 1)),
        ("2026-07-01T23:00:00", date(2026, 7, 2)),  # summer: an hour ahead
        ("2026-12-01T23:59:59", date(2026, 12, 1)),
        ("2026-12-02T00:00:00", date(2026, 12, 2)),
        ("2026-03-28T23:30:00", date(2026, 3, 28)),  # the night before the clocks go forward
        ("2026-03-29T23:30:00", date(2026, 3, 30)),
        ("2026-10-24T23:30:00", date(2026, 10, 25)),  # the night on which they go back
        ("2026-10-25T23:30:00", date(2026, 10, 25)),
    ],
)
def test_the_day_is_london_s(moment, day):
    with pretend(at(moment)):
        assert today() == day


def test_the_frozen_day_keeps_the_time_of_day_running(settings):
    settings.FROZEN_TODAY = "2026-11-23"
    first, second = now(), now()
    assert (today(), first <= second, first.tzinfo) == (date(2026, 11, 23), True, UTC)


def test_without_a_frozen_day_it_is_the_machine_s(settings):
    settings.FROZEN_TODAY = ""
    assert abs(now() - datetime.now(tz=UTC)) < timedelta(minutes=1)  # noqa: TID251 - the machine's clock is what is compared


def test_a_pretended_moment_ends_with_its_block_also_after_an_error(settings):
    before = today()
    with suppress(RuntimeError), pretend(at("2020-01-01T12:00:00")):
        assert today() == date(2020, 1, 1)
        raise RuntimeError
    assert today() == before


def test_the_inner_of_two_pretended_moments_holds_inside():
    with pretend(at("2020-01-01T12:00:00")):
        with pretend(at("2021-01-01T12:00:00")):
            assert now() == at("2021-01-01T12:00:00")
        assert now() == at("2020-01-01T12:00:00")


@pytest.mark.parametrize(("days", "day"), [(0, date(2026, 11, 23)), (23, date(2026, 10, 31)), (-8, date(2026, 12, 1))])
def test_days_before_and_after(days, day):
    assert days_ago(days) == day


@pytest.mark.parametrize(
    ("day", "utc"), [(date(2026, 7, 1), "2026-06-30T23:00:00"), (date(2026, 12, 1), "2026-12-01T00:00:00")]
)
def test_a_day_starts_at_midnight_in_london(day, utc):
    assert start_of(day) == at(utc)


@given(day=DAYS)
def test_the_moment_a_day_starts_is_of_that_day_and_the_one_before_is_not(day):
    with pretend(start_of(day)):
        assert today() == day
    with pretend(start_of(day).astimezone(UTC) - timedelta(microseconds=1)):
        assert today() == day - timedelta(days=1)
    assert start_of(day).tzinfo is LONDON


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2024, 2, 29), 2023),
    ],
)
def test_a_financial_year_begins_on_the_first_of_april(day, year):
    assert financial_year(day) == year


@given(day=DAYS)
def test_a_day_lies_in_its_financial_year(day):
    year = financial_year(day)
    assert date(year, 4, 1) <= day <= date(year + 1, 3, 31)


@pytest.mark.parametrize(
    ("starts_in", "words"), [(2026, "2026/27"), (2009, "2009/10"), (1999, "1999/00"), (2099, "2099/00")]
)
def test_a_financial_year_in_words(starts_in, words):
    assert year_words(starts_in) == words


@pytest.mark.parametrize(("day", "years"), [(date(2027, 3, 31), [2026, 2025]), (date(2027, 4, 1), [2027, 2026])])
def test_the_last_financial_years_begin_with_this_one(day, years):
    with pretend(start_of(day)):
        assert last_years(2) == years

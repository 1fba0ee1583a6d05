"""Working days in England: Monday to Friday without bank holidays (kept by the `holidays` library)."""

from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

DECISION_DAYS = 3  # a decision counts until this many working days before closing (design, section 4)
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in `year`, the days given in lieu and the one-off ones included."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def add_working_days(day: date, days: int) -> date:
    """The working day `days` working days after `day`, or before it where `days` is negative; 0 is `day` itself."""
    step = ONE_DAY if days > 0 else -ONE_DAY
    for _ in range(abs(days)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative where `end` is before `start`."""
    if end < start:
        return -working_days_between(end - ONE_DAY, start - ONE_DAY)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def decision_deadline(closes: date) -> date:
    """The last day on which a decision counts: 3 working days before the advert closes."""
    return add_working_days(closes, -DECISION_DAYS)


def first_closing(day: date) -> date:
    """The first closing day of which a decision on `day` still counts: the other way round of `decision_deadline`."""
    closes = day
    while decision_deadline(closes) < day:
        closes += ONE_DAY
    return closes

"""Calendar months, each written as its first day."""

from collections.abc import Iterator
from datetime import date, timedelta


def first_of(day: date) -> date:
    """The month that a day is in."""
    return date(day.year, day.month, 1)


def shift(month: date, by: int) -> date:
    """The month `by` months later (earlier if negative)."""
    years, index = divmod(month.month - 1 + by, 12)
    return date(month.year + years, index + 1, 1)


def end_of(month: date) -> date:
    """The last day of a month."""
    return shift(month, 1) - timedelta(days=1)


def between(first: date, last: date) -> int:
    """How many months `last` is after `first`; negative if before."""
    return (last.year - first.year) * 12 + last.month - first.month


def span(first: date, last: date) -> Iterator[date]:
    """Every month from first to last, both included; nothing if last is earlier."""
    return (shift(first, step) for step in range(between(first, last) + 1))

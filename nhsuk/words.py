"""Figures in words, the same on screen, in a chart and on paper. No Django.

A suppressed figure ("*") stays a star; None is "unknown", never nought.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

STARRED = "*"
UNKNOWN = "unknown"
Figure = int | float | Decimal | Fraction


def number(value) -> str:
    """1,234."""
    return known(value, lambda figure: f"{tidy(figure):,f}")


def pounds(value) -> str:
    """£1,235: whole pounds, rounded half up; -£5 for a debt."""
    return known(value, lambda figure: money(figure, "1"))


def pounds_pence(value) -> str:
    """£1,234.50."""
    return known(value, lambda figure: money(figure, "0.01"))


def percent(value) -> str:
    """18.8% of a number that is a percentage already: one decimal place, none where it is nought."""
    return known(value, lambda figure: f"{tidy(rounded(figure, '0.1')):f}%")


def plural(count, words: str) -> str:
    """1 post, 2 posts; `words` is the noun, or "person,people" where adding an s does not do."""
    one, _, many = words.partition(",")
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """travel; travel and hours; travel, hours and skills."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def long_day(day: date | None) -> str:
    """22 November 2026: a date in a sentence; empty for none. A table says 22 Nov 2026, a file 22/11/2026."""
    return f"{day.day} {day:%B %Y}" if day else ""


def clock_time(at: datetime) -> str:
    """9:05am, by the clock of `at` itself."""
    return f"{at.hour % 12 or 12}:{at.minute:02}{'am' if at.hour < 12 else 'pm'}"


def moment(at: datetime) -> str:
    """22 November 2026 at 9:05am, by the clock of `at` itself."""
    return f"{long_day(at)} at {clock_time(at)}"


def short_pounds(value) -> str:
    """£950, £21k, £2.5m: for an axis, where the numbers are round."""
    amount = exact(value)
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if abs(amount) >= size:
            return f"{sign(amount)}£{tidy(abs(amount) / size):f}{letter}"
    return f"{sign(amount)}£{tidy(abs(amount)):f}"


def known(value, write: Callable[[Figure], str]) -> str:
    """`write(value)` unless the figure is suppressed or missing."""
    if value is None or value == "":
        return UNKNOWN
    return STARRED if value == STARRED else write(value)


def money(amount, unit: str) -> str:
    """An amount rounded half up to `unit` pounds, with its sign before the pound."""
    whole = rounded(amount, unit)
    return f"{sign(whole)}£{abs(whole):,f}"


def sign(amount) -> str:
    return "-" if amount < 0 else ""


def exact(value) -> Decimal:
    """The figure as a Decimal; a float by its shortest text, so that 18.8 is 18.8."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(str(value))


def rounded(value, unit: str) -> Decimal:
    """The figure rounded half up to a multiple of `unit`."""
    return exact(value).quantize(Decimal(unit), rounding=ROUND_HALF_UP)


def tidy(value) -> Decimal:
    """The figure without noughts after the point."""
    amount = exact(value)
    return amount.to_integral_value() if amount == amount.to_integral_value() else amount.normalize()


WRITERS = {"number": number, "pounds": pounds, "percent": percent}
AXES = {"number": number, "pounds": short_pounds, "percent": percent}

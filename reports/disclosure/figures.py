"""One figure at a time: a count of people, a rate, an amount of pounds. The rules are those of the package."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal

Star = Literal["*"]

STAR: Final = "*"
THRESHOLD: Final = 7
BASE: Final = 5
LEAST_FOR_RATE: Final = 30
LEAST_POSSIBLE: Final = 3


def cell(n: int, *, threshold: int = THRESHOLD, base: int = BASE) -> int | Star:
    """A count of people as published: 0 stays, 1 to `threshold` is a star, the rest is rounded to the nearest `base`.

    ValueError where `n` is not a whole number from 0 up (True and 5.0 are not), or the settings hide nothing.
    """
    check_settings(threshold, base)
    check_count(n)
    if n == 0:
        return 0
    return STAR if n <= threshold else rounded(n, base)


def rate(
    numerator: int, denominator: int, *, threshold: int = THRESHOLD, base: int = BASE, least: int = LEAST_FOR_RATE
) -> int | Star:
    """A percentage of people, from the true counts, rounded half up to the nearest `base` per cent.

    A star where fewer than `least` people are the whole (pool over 24 months instead), or where 1 to `threshold` are in
    the numerator or in the rest. For a line that is published with its parts ask `rates`. ValueError where either is
    not a whole number from 0 up, or the numerator is the larger.
    """
    check_settings(threshold, base)
    check_count(numerator)
    check_count(denominator)
    rest = denominator - numerator
    if rest < 0:
        raise ValueError(f"{numerator} is more than the whole, {denominator}.")
    if denominator < max(1, least) or 0 < numerator <= threshold or 0 < rest <= threshold:
        return STAR
    return (200 * numerator + base * denominator) // (2 * base * denominator) * base


def pounds(amount: Decimal | int, people: int, *, threshold: int = THRESHOLD, base: int = BASE) -> Decimal | Star:
    """Pounds that derive from `people`, exact; a star where that is 1 to `threshold` people, or pounds of nobody.

    Nought pounds of nobody is nought. Means and medians of pounds go the same way. For a line of pounds with its total
    ask `pounds_table`. ValueError where the amount is a float or no number, or `people` is not a whole number from 0.
    """
    exact = exact_pounds(amount)
    starred = cell(people, threshold=threshold, base=base) == STAR or (people == 0 and exact != 0)
    return STAR if starred else exact


def one_category(parts: Iterable[int]) -> bool:
    """Whether all people of a group are in one of its categories: then only the group's total may be published.

    False for a group of nobody. ValueError where a part is not a whole number from 0 up.
    """
    counts = list(parts)
    for n in counts:
        check_count(n)
    return sum(n > 0 for n in counts) == 1


def rounded(n: int, base: int) -> int:
    """The multiple of `base` nearest to `n`; for an even base the half goes up."""
    return (n + base // 2) // base * base


def exact_pounds(amount: Decimal | int) -> Decimal:
    """The amount as a Decimal; ValueError for a float, a bool, infinity or not-a-number."""
    exact = Decimal(amount) if type(amount) in (Decimal, int) else Decimal("NaN")
    if not exact.is_finite():
        raise ValueError(f"Pounds are a Decimal or a whole number, not {amount!r}.")
    return exact


def check_count(n: int) -> None:
    """ValueError unless `n` is a whole number from 0 up."""
    if type(n) is not int or n < 0:
        raise ValueError(f"A count of people is a whole number from 0 up, not {n!r}.")


def check_settings(threshold: int, base: int) -> None:
    """ValueError unless a star keeps three values by itself and no count above the threshold is rounded down to 0."""
    if threshold < LEAST_POSSIBLE or base < 1 or rounded(threshold + 1, base) == 0:
        raise ValueError(f"A threshold of {threshold} and a base of {base} do not hide small numbers.")

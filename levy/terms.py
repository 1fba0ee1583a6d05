"""The dated rules of the levy as the pure modules take them: values by the first day they hold for, never constants.

The values themselves, with their sources, are policies; which date picks a value differs by rule and is said here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from nhsuk.words import long_day

T = TypeVar("T")

Dated = Sequence[tuple[date, T]]
CUT_OFF_DAY = 20


@dataclass(frozen=True)
class Terms:
    """Dated rules. Shares are fractions: Decimal("0.25") is 25%.

    `lives`: months to live, by month of entry. `top_up`: by the cut-off date of the payroll month (the 20th of the month
    after it). `own_share`: the employer's part of what the levy cannot pay, by the start of the apprenticeship.
    `transfer_share`: of the year's levy, by the 20 April that opens the transfer year.
    """

    lives: Dated[int]
    top_up: Dated[Decimal]
    own_share: Dated[Decimal]
    transfer_share: Dated[Decimal]

    def top_up_of_credit(self, month: date) -> Decimal:
        """The top-up rate of funds entering in `month`: of the payroll month before it, whose cut-off is the 20th."""
        return value_on(self.top_up, month.replace(day=CUT_OFF_DAY), "top_up")

    def own_share_of_start(self, start: date) -> Decimal:
        """The employer's share of a shortfall for an apprenticeship begun in `start`."""
        return value_on(self.own_share, start, "own_share")

    def life_of_credit(self, month: date) -> int:
        """Months to live of funds entering in `month`."""
        return value_on(self.lives, month, "lives")


def value_on(dated: Dated[T], day: date, name: str) -> T:
    """The value in force on a day: the last that had begun. ValueError if none had."""
    begun = [(start, value) for start, value in dated if start <= day]
    if not begun:
        raise ValueError(f"{name}: no value is in force on {long_day(day)}")
    return max(begun, key=lambda pair: pair[0])[1]


def share_of(amount: int, share: Decimal) -> int:
    """A share of an amount in units of 0.00001 pounds, half up."""
    return int((amount * share).to_integral_value(rounding=ROUND_HALF_UP))

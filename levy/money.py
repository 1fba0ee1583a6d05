"""Exact pounds: outside a Decimal, inside an integer number of units of 0.00001 pounds.

The government's download has five decimals; a sum of integers is exact on every database and in any order.
"""

from decimal import ROUND_HALF_UP, Decimal

PLACES = 5
UNITS_IN_A_POUND = 10**PLACES
LARGEST = 2**63 - 1  # units that the database holds in one field
MOST_ON_A_LINE = LARGEST // 1_000_000  # so that a million such lines still add up: above 92 million pounds


def units(amount: Decimal | int) -> int:
    """Pounds as units of 0.00001 pounds. ValueError if finer than that, not finite, or a float."""
    if isinstance(amount, float):
        raise ValueError(f"{amount!r} is a float; money is a Decimal or an integer")  # noqa: TRY004 one error for a wrong amount
    exact = Decimal(amount)
    if not exact.is_finite():
        raise ValueError(f"{amount} is not an amount of money")
    scaled = exact.scaleb(PLACES)
    if scaled != int(scaled):
        raise ValueError(f"{amount} is finer than 0.00001 pounds")
    return int(scaled)


def pounds(amount: int) -> Decimal:
    """Units of 0.00001 pounds as pounds, exact, with five decimals."""
    return Decimal(amount).scaleb(-PLACES)


def pence(amount: Decimal) -> Decimal:
    """Pounds to the penny, half up: for display only, never to calculate on."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)

"""The levy to be expected: what each PAYE scheme declared lately, at its current English percentage."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from levy.money import pounds, units
from levy.months import between, shift
from levy.terms import Terms, share_of

FEWEST, MOST = 3, 12
CLOSED_AFTER = 3


class Declared(NamedTuple):
    """A levy line or an adjustment: pounds declared for a payroll month, and the English percentage (0-100)."""

    paye: str
    payroll_month: date
    declared: Decimal
    english: Decimal


class Scheme(NamedTuple):
    """What one PAYE scheme is expected to declare a month, and of that in England, in pounds without top-up."""

    paye: str
    months_used: int
    declared: Decimal
    english: Decimal
    monthly: Decimal


@dataclass(frozen=True)
class PayBill:
    """A change of the pay bill from the pay of `month` on: Decimal("0.03") is 3% more.

    The levy of a payroll month enters the account in the month after it (levy.md, section 1, "Funds appear").
    """

    month: date
    change: Decimal

    @property
    def first_levy(self) -> date:
        """The first month in which other levy enters."""
        return shift(self.month, 1)


def schemes(lines: Iterable[Declared], *, last: int = MOST) -> list[Scheme]:
    """The mean of the last 3-12 payroll months of each PAYE scheme, adjustments counted in the month they correct.

    A month without a declaration counts as nothing once the scheme has begun; one that has not declared for three months is
    taken as closed and left out. ValueError if `last` is not 3-12.
    """
    if not FEWEST <= last <= MOST:
        raise ValueError(f"last: the mean is of {FEWEST} to {MOST} months, not {last}")
    by_scheme: dict[str, list[Declared]] = defaultdict(list)
    for line in lines:
        by_scheme[line.paye].append(line)
    if not by_scheme:
        return []
    latest = max(line.payroll_month for found in by_scheme.values() for line in found)
    made = (_scheme(paye, found, latest, last) for paye, found in sorted(by_scheme.items()))
    return [scheme for scheme in made if scheme]


def _scheme(paye: str, lines: Sequence[Declared], latest: date, last: int) -> Scheme | None:
    newest = max(lines, key=lambda line: line.payroll_month)
    if between(newest.payroll_month, latest) >= CLOSED_AFTER:
        return None
    used = min(last, between(min(line.payroll_month for line in lines), latest) + 1)
    first = shift(latest, 1 - used)
    mean = sum(units(line.declared) for line in lines if line.payroll_month >= first) // used
    return Scheme(paye, used, pounds(mean), newest.english, pounds(share_of(mean, newest.english / 100)))


def levy_in(
    found: Iterable[Scheme], months: Iterable[date], *, terms: Terms, pay_bill: Sequence[PayBill] = ()
) -> dict[date, Decimal]:
    """Pounds expected to enter in each month, with the top-up in force and each change of the pay bill from the month after it."""
    base = max(0, sum(units(scheme.monthly) for scheme in found))
    expected = {}
    for month in months:
        factor = 1 + terms.top_up_of_credit(month)
        for change in pay_bill:
            factor *= 1 + change.change if change.first_levy <= month else 1
        expected[month] = pounds(share_of(base, factor))
    return expected

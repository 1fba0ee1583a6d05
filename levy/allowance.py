"""How much of the levy may be given away, by year, and how far promises reach into the years to come.

Source: gov.uk transfer guidance and the allowance query of das-employer-finance (levy.md section 1): a share of the levy lines
from 20 April of one year until 20 April of the next may be sent in the twelve months that follow; nothing is carried forward.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from levy.money import pounds, units
from levy.terms import Terms, share_of, value_on

OPENS = (4, 20)
PAYMENT_DAY = 8


class AllowanceYear(NamedTuple):
    """The transfer year that opens on 20 April of `year`, in pounds. `over`: promised or sent beyond the allowance."""

    year: int
    levy: Decimal
    allowance: Decimal
    sent: Decimal
    promised: Decimal
    remaining: Decimal
    over: Decimal


class Overcommitted(NamedTuple):
    """A year in which a gift would pass the allowance, and by how many pounds."""

    year: int
    over: Decimal


def transfer_year(day: date) -> int:
    """The year whose 20 April opened the transfer year of a day."""
    return day.year if (day.month, day.day) >= OPENS else day.year - 1


def year_of_payment(month: date) -> int:
    """The transfer year of a month's payments, which are made before the 20th."""
    return transfer_year(month.replace(day=PAYMENT_DAY))


def allowance(lines: Iterable[tuple[date, Decimal]], year: int, *, terms: Terms) -> Decimal:
    """What may be sent in the transfer year, in pounds: a share of the levy and adjustment lines of the year before it.

    Not below nought.
    """
    levy = sum(units(amount) for day, amount in lines if transfer_year(day) == year - 1)
    share = value_on(terms.transfer_share, date(year, *OPENS), "transfer_share")
    return pounds(max(0, share_of(levy, share)))


def allowance_years(
    lines: Iterable[tuple[date, Decimal]],
    *,
    sent: Iterable[tuple[date, Decimal]],
    promised: Mapping[date, Decimal],
    years: Iterable[int],
    terms: Terms,
) -> list[AllowanceYear]:
    """Each year's allowance, what was sent in it, and what is promised in it still, the tail of earlier gifts included.

    `lines` are levy lines by day, expected ones too for the years to come; `sent` is pounds by day; `promised` pounds by the
    month of payment, not counting what was sent.
    """
    lines = list(lines)
    went: Counter[int] = Counter()
    for day, amount in sent:
        went[transfer_year(day)] += units(amount)
    owed: Counter[int] = Counter()
    for month, amount in promised.items():
        owed[year_of_payment(month)] += units(amount)
    return [_year(year, lines, went[year], owed[year], terms) for year in years]


def _year(year: int, lines: list[tuple[date, Decimal]], went: int, owed: int, terms: Terms) -> AllowanceYear:
    allowed = allowance(lines, year, terms=terms)
    left = units(allowed) - went - owed
    levy = sum((amount for day, amount in lines if transfer_year(day) == year - 1), Decimal())
    return AllowanceYear(
        year, levy, allowed, pounds(went), pounds(owed), remaining=pounds(max(0, left)), over=pounds(max(0, -left))
    )


def overcommitted(years: Iterable[AllowanceYear], gift: Mapping[date, Decimal]) -> list[Overcommitted]:
    """The years in which a further gift (pounds by month of payment) would pass what remains; empty if it fits."""
    cost: Counter[int] = Counter()
    for month, amount in gift.items():
        cost[year_of_payment(month)] += units(amount)
    remaining = {year.year: units(year.remaining) for year in years}
    unknown = sorted(set(cost) - set(remaining))
    if unknown:
        raise ValueError(f"years: the allowance of {unknown[0]} is not known, and the gift reaches into it")
    return [
        Overcommitted(year, pounds(cost[year] - remaining[year]))
        for year in sorted(cost)
        if cost[year] > remaining[year]
    ]

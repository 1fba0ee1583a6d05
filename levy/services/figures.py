"""Figures of the overview beyond ledger and forecast: what would avert a loss, which payments used a month's levy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from audit.clock import today
from levy.allowance import year_of_payment
from levy.following import follow
from levy.forecast import Forecast, Scenario, Starts
from levy.models import Transaction
from levy.months import between, first_of, shift
from levy.services.outlook import Outlook, foresee
from levy.services.position import Position
from levy.training import Status, paid_by, starts_needed

RUNNING = (Status.LIVE, Status.WAITING)
TYPICAL_MONTHS = 18
FEW = 20
TYPICAL_PRICE = Decimal(7000)
WHOLE_POUND = Decimal(1)


@dataclass(frozen=True)
class Averting:
    """What would avert the soonest large loss: so many starts like the `running` ones, begun in `start`.

    `spend` is in all from now on (`levy.forecast.Advice`). `each` is what one of them would be paid by then, in pounds; `ten_save` what ten of them keep of all that is lost by
    then, as the scenario has it: oldest money first. `may_give` is what the allowances allow to be paid by then.
    """

    by: date
    lose: Decimal
    spend: Decimal
    starts: int | None
    price: Decimal
    duration: int
    start: date
    each: Decimal
    running: int
    ten_save: Decimal = Decimal()
    may_give: Decimal = Decimal()

    @property
    def about(self) -> int:
        """The starts as somebody would say them: rounded up, above a hundred to tens, above a thousand to hundreds."""
        starts = self.starts or 0
        step = 10 ** max(0, len(str(starts)) - 2)
        return -(-starts // step) * step

    @property
    def gifts_do(self) -> bool:
        """Whether gifts alone may save it."""
        return self.spend <= self.may_give

    @property
    def possible(self) -> bool:
        """Whether a trust could begin so many at once: no more than it trains already, or than a few."""
        return self.starts is not None and self.starts <= max(self.running, FEW)


def averting(outlook: Outlook) -> Averting | None:
    """The largest loss of the coming twelve months, and how many starts next month would avert it; None if none is near."""
    last = shift(first_of(today()), 11)
    near = [action for action in outlook.actions if action.by <= last]
    if not near:
        return None
    worst = max(near, key=lambda action: (action.lose, -action.by.toordinal()))
    price, duration = _typical(outlook)
    start = shift(first_of(today()), 1)
    gone = sum((action.lose for action in outlook.position.urgent), Decimal())  # before the first of them is paid
    needed = starts_needed(worst.spend - gone, by=worst.by, start=start, price=price, duration=duration)
    each = paid_by(worst.by, start=start, price=price, duration=duration)
    running = sum(training.status in RUNNING for training in outlook.committed.own)
    saved = _saved(outlook, Starts(start, 10, price, duration), by=worst.by)
    may = sum((year.remaining for year in outlook.allowances if year.year <= year_of_payment(worst.by)), Decimal())
    return Averting(worst.by, worst.lose, worst.spend, needed, price, duration, start, each, running, saved, may)


def _saved(outlook: Outlook, starts: Starts, *, by: date) -> Decimal:
    """How many pounds fewer are lost up to the month `by` if these begin."""
    tried = foresee(
        outlook.position, outlook.committed, outlook.allowances, scenario=Scenario("Ten starts", starts=(starts,))
    )
    return _lost(outlook.forecast, by) - _lost(tried, by)


def _lost(found: Forecast, by: date) -> Decimal:
    return sum((sum(line.expiring.values(), Decimal()) for line in found.months if line.month <= by), Decimal())


def _typical(outlook: Outlook) -> tuple[Decimal, int]:
    """Mean price and length of the trust's own apprenticeships under way."""
    running = [training for training in outlook.committed.own if training.status in RUNNING]
    if not running:
        return TYPICAL_PRICE, TYPICAL_MONTHS
    price = sum((training.price for training in running), Decimal()) / len(running)
    months = sum(max(1, between(training.start, training.end)) for training in running) // len(running)
    return price.quantize(WHOLE_POUND), max(1, months)


class Payment(NamedTuple):
    """A payment and how many of its pounds came from the lot in question."""

    row: Transaction
    used: Decimal


def payments_using(position: Position, lot: date, month: date, rows: Iterable[Transaction]) -> list[Payment]:
    """The payments of a month that used the levy of a lot, in the order in which they stand in the download."""
    found = {row.pk: row for row in rows}
    parts = follow(position.ledger, month, ((pk, -row.amount) for pk, row in found.items()))
    return [Payment(found[part.key], part.amount) for part in parts if part.lot == lot]

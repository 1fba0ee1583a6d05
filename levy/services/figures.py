"""Figures of the overview beyond ledger and forecast: what would avert a loss, which payments used a month's levy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from audit.clock import today
from levy.following import follow
from levy.models import Transaction
from levy.months import between, first_of, shift
from levy.services.outlook import Outlook
from levy.services.position import Position
from levy.training import Status, starts_needed

RUNNING = (Status.LIVE, Status.WAITING)
TYPICAL_MONTHS = 18
TYPICAL_PRICE = Decimal(7000)
WHOLE_POUND = Decimal(1)


@dataclass(frozen=True)
class Averting:
    """What would avert the soonest large loss: so many starts like the ones under way, begun in `start`."""

    by: date
    lose: Decimal
    spend: Decimal
    starts: int | None
    price: Decimal
    duration: int
    start: date


def averting(outlook: Outlook) -> Averting | None:
    """The largest loss of the coming twelve months, and how many starts next month would avert it; None if none is near."""
    last = shift(first_of(today()), 11)
    near = [action for action in outlook.actions if action.by <= last]
    if not near:
        return None
    worst = max(near, key=lambda action: (action.lose, -action.by.toordinal()))
    price, duration = _typical(outlook)
    start = shift(first_of(today()), 1)
    needed = starts_needed(worst.spend, by=worst.by, start=start, price=price, duration=duration)
    return Averting(worst.by, worst.lose, worst.spend, needed, price, duration, start)


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

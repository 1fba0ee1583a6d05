"""The arithmetic beneath the ledger, in integers of 0.00001 pounds by month."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from levy.months import shift

Amounts = Mapping[date, int]
FrozenAmounts = Mapping[tuple[date, int], int]


class Push(NamedTuple):
    """Part of a negative month, taken off an earlier positive month; `onto` is None where none was left."""

    month: date
    onto: date | None
    amount: int


class Slice(NamedTuple):
    """One month's money: what payments used of it, and what expires if no more is paid."""

    month: date
    life: int
    amount: int
    uses: tuple[tuple[date, int], ...]
    expired: int
    frozen: bool


def push_back(funds: Amounts) -> tuple[dict[date, int], list[Push]]:
    """Negative months taken off the newest positive month at or before them, going back; the remainder is dropped."""
    left = {month: max(0, funds[month]) for month in sorted(funds)}
    pushes: list[Push] = []
    for month in left:
        if funds[month] < 0:
            pushes += _push(-funds[month], month, left)
    return left, pushes


def _push(owed: int, month: date, left: dict[date, int]) -> Iterator[Push]:
    for onto in sorted((earlier for earlier in left if earlier <= month and left[earlier]), reverse=True):
        taken = min(owed, left[onto])
        left[onto] -= taken
        owed -= taken
        yield Push(month, onto, taken)
        if not owed:
            return
    yield Push(month, None, owed)


class Payments:
    """Payments in order of month, taken from the earliest on."""

    def __init__(self, due: Amounts) -> None:
        self.queue = [(month, amount) for month, amount in sorted(due.items(), reverse=True) if amount > 0]

    def take(self, wanted: int, last: date) -> Sequence[tuple[date, int]]:
        """Up to `wanted`, from payments not later than `last`."""
        taken = []
        while wanted > 0 and self.queue and self.queue[-1][0] <= last:
            month, amount = self.queue.pop()
            part = min(wanted, amount)
            taken.append((month, part))
            wanted -= part
            if amount > part:
                self.queue.append((month, amount - part))
        return taken

    def left(self) -> list[tuple[date, int]]:
        """What nothing covered, earliest first."""
        return self.queue[::-1]


def allocate(
    funds: Amounts, due: Amounts, lives: Mapping[date, int], frozen: FrozenAmounts
) -> tuple[list[Slice], list[tuple[date, int]]]:
    """Payments set against funds, oldest funds first; returns a slice for each month of funds, and the payments left over.

    Months are served in the order of their entry, so the 24-month money of before August 2026 goes before the 12-month money.
    A frozen month has its own turn: what the government recorded is taken as it is, and the part of that month that did not
    expire is deducted from the payments that the older months have left.
    """
    payments = Payments(due)
    slices = []
    for month in sorted(funds):
        amount, life = funds[month], lives[month]
        expires = shift(month, life)
        recorded = frozen.get((expires, life))
        uses = payments.take(amount - (recorded or 0), expires)
        expired = amount - sum(part for _, part in uses) if recorded is None else recorded
        slices.append(Slice(month, life, amount, tuple(uses), expired, recorded is not None))
    return slices, payments.left()

"""Following pounds: which levy a payment used, and how sure an expiry is when history is missing."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from levy.ledger import Frozen, Ledger, Rules, run
from levy.money import pounds, units
from levy.opening import Ages, Opening

K = TypeVar("K", bound=Hashable)


class Followed(NamedTuple, Generic[K]):
    """Part of a payment and the month of entry of the levy it used; None where no levy covers it, or a refund undid it."""

    key: K
    lot: date | None
    amount: Decimal


class Range(NamedTuple):
    """What expires at the end of a month: estimated, and the least and the most if the opening money is of another age."""

    month: date
    months_to_live: int
    least: Decimal
    estimated: Decimal
    most: Decimal


def follow(ledger: Ledger, month: date, payments: Iterable[tuple[K, Decimal]]) -> Iterator[Followed[K]]:
    """Each payment of a month, in the order given, set against the levy that the ledger says the month used, oldest first.

    The ledger knows months, not payments: within a month the order is the caller's (the government's own is not published).
    """
    used = [(lot.month, units(use.amount)) for lot in ledger.lots for use in lot.uses if use.month == month]
    used.reverse()
    for key, amount in payments:
        left = units(amount)
        while left > 0 and used:
            lot, there = used.pop()
            part = min(left, there)
            left -= part
            if there > part:
                used.append((lot, there - part))
            yield Followed(key, lot, pounds(part))
        if left > 0:
            yield Followed(key, None, pounds(left))


def expiry_ranges(
    credits: Mapping[date, Decimal],
    debits: Mapping[date, Decimal],
    *,
    rules: Rules,
    opening: Opening,
    already_expired: Frozen | None = None,
    until: date | None = None,
) -> list[Range]:
    """Every expiry under an opening balance as estimated, as old and as new as it could be (`levy.ledger.run`)."""
    rules = tuple(rules)
    found: dict[Ages, dict[tuple[date, int], Decimal]] = {}
    for ages in Ages:
        aged = replace(opening, ages=ages)
        ledger = run(credits, debits, rules=rules, already_expired=already_expired, opening=aged, until=until)
        found[ages] = {(row.month, row.months_to_live): row.amount for row in ledger.expiries}
    rows = {key for ends in found.values() for key in ends}
    ranges = []
    for month, life in sorted(rows, key=lambda row: (row[0], -row[1])):
        amounts = [ends.get((month, life), Decimal()) for ends in found.values()]
        estimated = found[Ages.ESTIMATED].get((month, life), Decimal())
        ranges.append(Range(month, life, min(amounts), estimated, max(amounts)))
    return ranges

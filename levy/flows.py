"""From transactions to what the ledger reckons with: pounds in, out and expired by month."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levy.money import pounds
from levy.sources.rows import CREDITS, EXPIRIES, Row


@dataclass(frozen=True)
class Flows:
    """Pounds by month: `credits` in, `debits` out (payments and transfers, less refunds), `expired` as the file records it."""

    credits: dict[date, Decimal]
    debits: dict[date, Decimal]
    expired: dict[tuple[date, int], Decimal]


def flows(rows: Iterable[Row]) -> Flows:
    """Rows added up by calendar month; contributions that are not levy are left out already (`Row.amount`)."""
    credits: Counter[date] = Counter()
    debits: Counter[date] = Counter()
    expired: Counter[tuple[date, int]] = Counter()
    for row in rows:
        if row.kind in CREDITS:
            credits[row.month] += row.amount
        elif row.kind in EXPIRIES:
            expired[row.month, EXPIRIES[row.kind]] -= row.amount
        else:
            debits[row.month] -= row.amount
    return Flows(
        credits={month: pounds(credits[month]) for month in sorted(credits)},
        debits={month: pounds(debits[month]) for month in sorted(debits)},
        expired={key: pounds(expired[key]) for key in sorted(expired)},
    )

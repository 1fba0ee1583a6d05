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

    @property
    def recorded(self) -> dict[tuple[date, int], Decimal]:
        """`expired`, and nought for each month that the download passes over though it records a later one of that life.

        The government works the months out in their order, so what it had not recorded by then it had not taken. A month
        without any transaction is in no file, so nothing is said of it. After the newest row the rule alone speaks: that
        month's expiry may be still to come, and 12-month rows may be left out of the download altogether.
        """
        newest: dict[int, date] = {}
        for month, life in self.expired:
            newest[life] = max(month, newest.get(life, month))
        moved = {*self.credits, *self.debits}
        noughts = {(month, life): Decimal() for life, last in newest.items() for month in moved if month < last}
        return {**noughts, **self.expired}


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

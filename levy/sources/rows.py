"""A row of the transactions download in plain types."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a transaction is."""

    LEVY = "levy"
    ADJUSTMENT = "adjustment"
    MONTHLY = "monthly"
    COMPLETION = "completion"
    BALANCE = "balance"
    MILESTONE = "milestone"
    SENT = "sent"
    RECEIVED = "received"
    EXPIRED_24 = "expired_24"
    EXPIRED_12 = "expired_12"


CREDITS = frozenset({Kind.LEVY, Kind.ADJUSTMENT})
PAYMENTS = frozenset({Kind.MONTHLY, Kind.COMPLETION, Kind.BALANCE, Kind.MILESTONE})
TRANSFERS = frozenset({Kind.SENT, Kind.RECEIVED})
EXPIRIES = {Kind.EXPIRED_24: 24, Kind.EXPIRED_12: 12}


class Row(NamedTuple):
    """One transaction. All money is in units of 0.00001 pounds; no learner's name.

    `amount` is what the row does to the levy account: above nought in, below nought out. For a payment it is the total
    without the employer's and the government's contributions, which are not levy. `month` is the month of `day`: the month
    that funds entered or a payment left, whatever the payroll month. `english` is the English percentage (0-100) in units.
    """

    line: int
    day: date
    month: date
    kind: Kind
    amount: int
    total: int
    paye: str
    payroll_month: date | None
    declared: int
    english: int
    top_up: int
    cohort: str
    provider: str
    uln: str | None
    course: str
    level: int | None
    course_type: str
    from_levy: int
    from_transfer: int
    own: int
    government: int
    counterparty: str
    description: str

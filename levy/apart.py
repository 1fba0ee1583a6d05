"""Why the balance of an account and what is left of its months differ: what no month's levy accounts for. No Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from levy.ledger import Ledger


class Reason(NamedTuple):
    """Pounds that the balance has more (below nought: less) than the months, and in words what they are."""

    more: Decimal
    words: str

    @property
    def amount(self) -> Decimal:
        """The pounds without their sign, which the words say."""
        return abs(self.more)


@dataclass(frozen=True)
class Apart:
    """Every reason for which there are pounds."""

    reasons: tuple[Reason, ...]

    @property
    def more(self) -> Decimal:
        """The balance less what is left of the months, in pounds."""
        return _sum(reason.more for reason in self.reasons)

    @property
    def difference(self) -> Decimal:
        """The same without its sign."""
        return abs(self.more)


def apart(ledger: Ledger) -> Apart:
    """What of the balance is in no month's levy, and what was taken off it and off no month.

    The ledger's own rule: balance = left + unexplained - unmatched - unfunded - adjustments that found no levy + refunds that
    found no payment.
    """
    unexplained = [lot.unexplained for lot in ledger.lots]
    dropped = {
        kind: _sum(push.amount for push in ledger.pushed if push.kind == kind and push.onto is None)
        for kind in ("refund", "adjustment")
    }
    found = (
        Reason(
            _sum(amount for amount in unexplained if amount > 0),
            "is in the account and in no month: the download says it was not lost, and no payment in the files used it",
        ),
        Reason(dropped["refund"], "is in the account and in no month: it came back for payments that are in no file"),
        Reason(
            -_sum(row.amount for row in ledger.unmatched),
            "is off the account and off no month: recorded as lost, of levy that no file shows entering",
        ),
        Reason(
            _sum(amount for amount in unexplained if amount < 0),
            "is off the account and off no month: recorded as lost beyond what entered then",
        ),
        Reason(
            -_sum(use.amount for use in ledger.unfunded),
            "is off the account and off no month: paid, and no levy in the files covers it",
        ),
        Reason(
            -dropped["adjustment"],
            "is off the account and off no month: taken back, of levy that no file shows entering",
        ),
    )
    return Apart(tuple(reason for reason in found if reason.more))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal())

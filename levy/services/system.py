"""Several trusts beside each other: pounds of accounts, nothing of a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from levy.models import Account, GiftState, Plan
from levy.money import pounds
from levy.services.benefit import Benefit
from levy.services.outlook import Outlook, commitments, outlook_of
from levy.services.position import positions

YEAR = 12
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")
Figure = Decimal | str


class TrustLine(NamedTuple):
    """One trust, in pounds: over the months asked for, or as at `as_at` and from it on.

    `used` was paid for own apprentices, `given` for the gifts of this service: the figures of who benefits.
    `share_used`: `used` as a percentage of what entered; None where nothing did. A figure that is not for the reader is "*".
    """

    account: Account
    as_at: date
    balance: Decimal
    entered: Figure
    used: Figure
    given: Figure
    lost: Decimal
    will_be_lost: Decimal
    may_be_given: Decimal
    share_used: Figure | None


def outlooks(accounts: Sequence[Account]) -> dict[int, Outlook]:
    """The outlook of each account that has files, in seven queries however many there are."""
    found = positions(accounts)
    committed = commitments(accounts)
    return {pk: outlook_of(position, committed[pk]) for pk, position in found.items()}


def trust_lines(accounts: Sequence[Account], found: Benefit, *, first: date, last: date) -> list[TrustLine]:
    """A line for each account that has files, most to be lost first; `found` is who benefited in these months."""
    lines = [_line(outlook, found, first, last) for outlook in outlooks(accounts).values()]
    return sorted(lines, key=lambda line: (-line.will_be_lost, line.account.trust.name))


def _line(outlook: Outlook, found: Benefit, first: date, last: date) -> TrustLine:
    position = outlook.position
    months = [line for line in position.months if first <= line.month <= last]
    entered = sum((line.credited for line in months), Decimal())
    used, given = (pounds(units) for units in found.of(position.account.pk))
    return TrustLine(
        account=position.account,
        as_at=position.as_at,
        balance=position.balance,
        entered=entered,
        used=used,
        given=given,
        lost=sum((line.expired for line in months), Decimal()),
        will_be_lost=outlook.lost_within(YEAR),
        may_be_given=outlook.this_year.remaining,
        share_used=(HUNDRED * used / entered).quantize(TENTH) if entered > 0 else None,
    )


def middle_share(lines: Sequence[TrustLine]) -> Decimal | None:
    """The median of the shares that are shown: what a trust is compared with."""
    shares = [line.share_used for line in lines if isinstance(line.share_used, Decimal)]
    return median(shares) if shares else None


OPEN_OR_DONE = (GiftState.PENDING, GiftState.APPROVED, GiftState.ACCEPTED, GiftState.USED)


def unmatched(plans: Sequence[Plan]) -> list[Plan]:
    """Plans that no offer has taken up; `plans` come with their gifts prefetched."""
    return [plan for plan in plans if not any(gift.state in OPEN_OR_DONE for gift in plan.gifts.all())]

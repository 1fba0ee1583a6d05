"""Transfers that the download shows, linked to the gifts that they pay for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from audit.acting import Acting
from audit.clock import today
from audit.events import record
from audit.mover import move
from levy.models import Account, Entry, Gift, GiftPayment, GiftState, Transaction
from levy.states import GIFTS, UNUSED

NEAR = timedelta(days=31)
PAYABLE = (GiftState.ACCEPTED, GiftState.USED)


def plain(name: str) -> str:
    """A name as files and people write it alike: capitals, no stops, single spaces, "&" as "and"."""
    return " ".join(name.upper().replace("&", " AND ").replace(".", " ").replace(",", " ").split())


def link_transfers(*, account: Account, by: Acting) -> int:
    """Note each “Transfer sent” line as a payment of the one accepted gift to that organisation; how many were linked.

    Where an organisation has several gifts, or none, the line is left for a person; so is one from before the planned
    start, for a transfer is paid once training has begun: it is of another agreement.
    """
    gifts: dict[str, list[Gift]] = defaultdict(list)
    live = Gift.unscoped.filter(account=account, state__in=PAYABLE).select_related("plan__organisation", "account")
    for gift in live:
        gifts[plain(gift.plan.organisation.name)].append(gift)
    waiting = Transaction.unscoped.filter(account=account, kind=Entry.SENT, paid__isnull=True)
    linked: dict[int, int] = defaultdict(int)
    for row in waiting.only("pk", "day", "amount", "counterparty"):
        found = gifts.get(plain(row.counterparty), [])
        if len(found) == 1 and row.day >= max(found[0].accepted_on or row.day, found[0].start):
            _link(found[0], row)
            linked[found[0].pk] += 1
    for gift in (gift for rows in gifts.values() for gift in rows if linked[gift.pk]):
        record(by=by, verb="pay", on=gift, lines=linked[gift.pk])
        if gift.state == GiftState.ACCEPTED:
            move(gift, "use", table=GIFTS, by=by, threads=[gift.plan], used_on=today(), used_by_payment=True)
    return sum(linked.values())


def return_unpaid(*, gifts: Iterable[int], by: Acting) -> int:
    """Gifts that were in use only because of payments, and have none left, wait for the start again; how many."""
    unpaid = Gift.unscoped.filter(pk__in=list(gifts), state=GiftState.USED, used_by_payment=True, payments__isnull=True)
    found = list(unpaid.select_related("plan", "account"))
    for gift in found:
        move(gift, "unuse", table=UNUSED, by=by, threads=[gift.plan], used_on=None, used_by_payment=False)
    return len(found)


def _link(gift: Gift, row: Transaction) -> None:
    """A payment that was typed in before gets its line; else the line is a new payment."""
    near = (row.day - NEAR, row.day + NEAR)
    typed = GiftPayment.unscoped.filter(
        gift=gift, transaction__isnull=True, amount=-row.amount, day__range=near
    ).first()
    if typed is None:
        GiftPayment.unscoped.create(gift=gift, day=row.day, amount=-row.amount, transaction=row)
    else:
        typed.transaction, typed.day = row, row.day
        typed.save(update_fields=["transaction", "day"])

"""Transfers that the download shows, linked to the gifts that they pay for."""

from __future__ import annotations

from collections import defaultdict

from audit.acting import Acting
from audit.events import record
from levy.models import Account, Entry, Gift, GiftPayment, GiftState, Transaction

PAYABLE = (GiftState.ACCEPTED, GiftState.USED)


def plain(name: str) -> str:
    """A name as files and people write it alike: capitals, no stops, single spaces, "&" as "and"."""
    return " ".join(name.upper().replace("&", " AND ").replace(".", " ").replace(",", " ").split())


def link_transfers(*, account: Account, by: Acting) -> int:
    """Note each “Transfer sent” line as a payment of the one accepted gift to that organisation; how many were linked.

    Where an organisation has several gifts, or none, the line is left for a person.
    """
    gifts: dict[str, list[Gift]] = defaultdict(list)
    live = Gift.unscoped.filter(account=account, state__in=PAYABLE).select_related("plan__organisation")
    for gift in live:
        gifts[plain(gift.plan.organisation.name)].append(gift)
    waiting = Transaction.unscoped.filter(account=account, kind=Entry.SENT, paid__isnull=True)
    made = []
    for row in waiting.only("pk", "day", "amount", "counterparty"):
        found = gifts.get(plain(row.counterparty), [])
        if len(found) == 1 and row.day >= (found[0].accepted_on or row.day):
            made.append(GiftPayment(gift=found[0], day=row.day, amount=-row.amount, transaction=row))
    GiftPayment.unscoped.bulk_create(made, batch_size=500)
    for gift in {payment.gift_id: payment.gift for payment in made}.values():
        record(by=by, verb="pay", on=gift, lines=sum(payment.gift_id == gift.pk for payment in made))
    return len(made)

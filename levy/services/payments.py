"""Transfers that the download shows, linked to the gifts that they pay for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from audit.acting import Acting
from audit.clock import today
from audit.events import record
from audit.mover import Refused, move
from levy.models import Account, Entry, Gift, GiftPayment, GiftState, Transaction
from levy.money import pence
from levy.months import first_of, shift
from levy.rules import check_giver
from levy.states import GIFTS, UNUSED
from nhsuk.words import long_day

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


@transaction.atomic
def take_out(*, payment: GiftPayment, reason: str, by: Acting) -> Gift:
    """Take out a payment that no line of the download shows; a gift that only it showed in use waits for the start again.

    Refused without a reason, for others than the giver's HR lead, and where a line shows it: that goes with its file.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the payment is taken out.")
    Account.unscoped.select_for_update(of=("self",)).get(pk=payment.gift.account_id)
    gift = Gift.unscoped.select_for_update(of=("self",)).select_related("plan", "account").get(pk=payment.gift_id)
    check_giver(by=by, row=gift)
    row = GiftPayment.unscoped.filter(pk=payment.pk).first()
    if row is None:
        raise Refused("Somebody else has taken this payment out just now.")
    if row.transaction_id is not None:
        raise Refused("The download shows this payment: it goes when that file is taken back.")
    row.delete()
    record(by=by, verb="take_out", on=gift, threads=[gift.plan], reason=reason, paid_on=long_day(row.day))
    return_unpaid(gifts=[gift.pk], by=by)
    return gift


def return_unpaid(*, gifts: Iterable[int], by: Acting) -> int:
    """Gifts that were in use only because of payments, and have none left, wait for the start again; how many."""
    unpaid = Gift.unscoped.filter(pk__in=list(gifts), state=GiftState.USED, used_by_payment=True, payments__isnull=True)
    found = list(unpaid.select_related("plan", "account"))
    for gift in found:
        move(gift, "unuse", table=UNUSED, by=by, threads=[gift.plan], used_on=None, used_by_payment=False)
    return len(found)


def stands_there(*, gift: Gift, day: date, amount: Decimal) -> bool:
    """Whether a payment of that day and, to the penny, of that amount is noted already."""
    return _nearest(GiftPayment.unscoped.filter(gift=gift, day=day), day=day, amount=amount) is not None


def join_doubles(*, account: Account, by: Acting) -> int:
    """Payments that stand twice become one: typed first, and in the download of that month to the penny; how many.

    Such pairs are of the time when a line was compared with what was typed to the last place. What was typed after its
    line had arrived is another payment, for whoever typed it saw the line, or says so.
    """
    typed = GiftPayment.unscoped.filter(gift__account=account, typed=True, transaction__isnull=True)
    joined: dict[Gift, int] = defaultdict(int)
    for payment in typed.select_related("gift"):
        shown = GiftPayment.unscoped.filter(
            gift=payment.gift_id,
            typed=False,
            transaction__isnull=False,
            pk__gt=payment.pk,
            day__range=_month_of(payment),
        )
        double = _nearest(shown.select_related("transaction"), day=payment.day, amount=payment.amount)
        if double is not None and double.transaction is not None:
            double.delete()
            _join(payment, double.transaction)
            joined[payment.gift] += 1
    for gift, count in joined.items():
        record(by=by, verb="join", on=gift, payments=count)
    return sum(joined.values())


def loosen(*, lines: QuerySet[Transaction]) -> int:
    """Payments that somebody typed stand without their line again, with the pounds and pence that were typed; how many."""
    typed = list(GiftPayment.unscoped.filter(transaction__in=lines.values("pk"), typed=True))
    for payment in typed:
        payment.transaction, payment.amount = None, pence(payment.amount)
        payment.save(update_fields=["transaction", "amount"])
    return len(typed)


def _link(gift: Gift, row: Transaction) -> None:
    """A payment that was typed in before gets its line, and its exact amount; else the line is a new payment.

    Nobody can type the thirds of pence that the download has, so they are compared to the penny.
    """
    near = (row.day - NEAR, row.day + NEAR)
    unlined = GiftPayment.unscoped.filter(gift=gift, transaction__isnull=True, day__range=near)
    typed = _nearest(unlined, day=row.day, amount=-row.amount)
    if typed is None:
        GiftPayment.unscoped.create(gift=gift, day=row.day, amount=-row.amount, transaction=row)
    else:
        _join(typed, row)


def _nearest(payments: Iterable[GiftPayment], *, day: date, amount: Decimal) -> GiftPayment | None:
    """Of payments that agree to the penny the one of the nearest day."""
    agreeing = (payment for payment in payments if pence(payment.amount) == pence(amount))
    return min(agreeing, key=lambda payment: (abs(payment.day - day), payment.pk), default=None)


def _join(payment: GiftPayment, row: Transaction) -> None:
    payment.transaction, payment.day, payment.amount = row, row.day, -row.amount
    payment.save(update_fields=["transaction", "day", "amount"])


def _month_of(payment: GiftPayment) -> tuple[date, date]:
    first = first_of(payment.day)
    return first, shift(first, 1) - timedelta(days=1)

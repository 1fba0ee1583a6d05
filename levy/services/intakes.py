"""A file of transactions taken back: its lines go, and the figures are as if it had never been read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Sum

from audit.acting import Acting, Role
from audit.clock import now
from audit.events import record
from audit.mover import Refused
from levy.models import Account, GiftPayment, Intake, PayeScheme, Source, Transaction
from levy.services.accounts import add_up
from levy.services.payments import loosen, return_unpaid
from levy.services.schemes import MOVED


class InMonth(NamedTuple):
    """The lines of a file that fall in a month: how many, and what they do to the account, in pounds."""

    month: date
    rows: int
    pounds: Decimal


@dataclass(frozen=True)
class TakenBack:
    """What went: lines of the download, payments of gifts that only they showed, and PAYE schemes that only they named.

    `loosened` payments were typed by a person, and stand without their line since. `returned` gifts are accepted and not in use again.
    """

    lines: int
    payments: int
    loosened: int
    returned: int
    schemes: tuple[str, ...]


def lines_by_month(intake: Intake, acting: Acting) -> list[InMonth]:
    """The lines that a file brought, by month, oldest first; one query."""
    rows = Transaction.objects.visible_to(acting).filter(intake=intake, account_id=intake.account_id)
    found = rows.values("month").annotate(rows=Count("pk"), pounds=Sum("amount")).order_by("month")
    return [InMonth(row["month"], row["rows"], row["pounds"]) for row in found]


def check_take_back(*, intake: Intake, by: Acting) -> None:
    """Refused unless `by` keeps the account, and this is the last file of transactions that has these lines."""
    if by.role != Role.TRUST_HR or intake.account.trust_id != by.organisation_id:
        raise Refused("Only the HR lead of the trust that took a file in takes it back.")
    if intake.source != Source.TRANSACTIONS:
        raise Refused("Only transactions are taken back. A list or a roster is put right by uploading the right one.")
    if intake.taken_back_at is not None:
        raise Refused("This file has been taken back already.")
    if intake.upload_id is None and intake.name.startswith(MOVED):
        raise Refused("These lines came or went with a PAYE scheme. The ICB or a system administrator moves it back.")
    later = _later_with_its_lines(intake)
    if later is not None:
        raise Refused(
            f"{later.reference} was taken in later, and {later.same:,} of its lines were here already: some may be of this "
            "file. Take that one back first, then this one, and upload the right one again."
        )


def why_not(*, intake: Intake, by: Acting) -> str:
    """The sentence of `check_take_back`, or nothing where the file can be taken back."""
    try:
        check_take_back(intake=intake, by=by)
    except Refused as refused:
        return str(refused)
    return ""


def _later_with_its_lines(intake: Intake) -> Intake | None:
    if intake.first is None:
        return None
    later = Intake.unscoped.filter(
        account=intake.account_id,
        source=Source.TRANSACTIONS,
        taken_back_at__isnull=True,
        pk__gt=intake.pk,
        same__gt=0,
        first__lte=intake.last,
        last__gte=intake.first,
    )
    return later.order_by("-pk").first()


@transaction.atomic
def take_back(*, intake: Intake, reason: str, by: Acting) -> TakenBack:
    """Take out the lines that a file brought, and make the account's figures anew.

    Refused without a reason, for other roles, and while a later file has the same days and found lines here already.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the file is taken back.")
    account = Account.unscoped.select_for_update(of=("self",)).get(pk=intake.account_id)
    intake = Intake.unscoped.select_for_update(of=("self",)).select_related("account").get(pk=intake.pk)
    check_take_back(intake=intake, by=by)
    lines = Transaction.unscoped.filter(intake=intake, account=account).order_by()
    paid = GiftPayment.unscoped.filter(transaction__in=lines.values("pk"))
    loosened = loosen(lines=lines)
    gifts = list(paid.filter(typed=False).values_list("gift", flat=True).distinct())
    payments, _each = paid.filter(typed=False).delete()
    returned = return_unpaid(gifts=gifts, by=by)
    named = set(lines.exclude(paye="").values_list("paye", flat=True).distinct())
    count = lines._raw_delete(lines.db)  # nothing hangs on a line but payments, and those are gone
    found = TakenBack(count, payments, loosened, returned, _forget_schemes(account, named))
    intake.taken_back_at = now()
    intake.to_mend = {}
    intake.save(update_fields=["taken_back_at", "to_mend"])
    add_up(account)
    record(by=by, verb="take_back", on=intake, threads=[account], reason=reason, lines=count)
    return found


class AtStake(NamedTuple):
    """Payments of gifts that hang on a file: `going` stand in it alone, `typed` would stand without their line."""

    going: list[GiftPayment]
    typed: int


def at_stake(intake: Intake, acting: Acting) -> AtStake:
    """What taking a file back would do to the payments of gifts; two queries."""
    paid = GiftPayment.objects.visible_to(acting).filter(transaction__intake=intake)
    going = paid.filter(typed=False).select_related("gift__plan__organisation")
    return AtStake(list(going), paid.filter(typed=True).count())


def _forget_schemes(account: Account, named: set[str]) -> tuple[str, ...]:
    """Schemes of which no line is left: the file was their only witness, and the right trust may bring them."""
    still: Any = Transaction.unscoped.filter(account=account, paye__in=named).values("paye")
    gone = PayeScheme.unscoped.filter(account=account, reference__in=named).exclude(reference__in=still)
    references = tuple(sorted(gone.values_list("reference", flat=True)))
    gone.delete()
    return references

"""A trust's account: made by its first file, its opening balance, the balance that HR reads elsewhere, its monthly sums."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Max, Min, Sum

from audit.acting import Acting, Role
from audit.clock import now, today
from audit.events import record
from audit.mover import Refused
from levy.income import FEWEST, MOST
from levy.models import Account, MonthSum, OpeningBalance, PayeScheme, Transaction, TypedBalance
from levy.months import first_of
from nhsuk.words import long_day
from organisations.models import Organisation

LEVY_BEGAN = date(2017, 5, 1)


def own_trust(by: Acting) -> int:
    """The acting trust; Refused for everybody but its HR lead."""
    if by.role != Role.TRUST_HR or by.organisation_id is None:
        raise Refused("Only the HR lead of a trust keeps its levy account.")
    return by.organisation_id


@transaction.atomic
def account_for(*, by: Acting) -> Account:
    """The account of the acting trust, locked; made if this is the first time. Refused for other roles."""
    trust = Organisation.objects.get(pk=own_trust(by))
    account, made = Account.unscoped.get_or_create(trust=trust, defaults={"name": trust.name})
    if made:
        record(by=by, verb="open", on=account)
    return Account.unscoped.select_for_update(of=("self",)).select_related("trust").get(pk=account.pk)


@transaction.atomic
def open_with(*, month: date, amount: Decimal, by: Acting, monthly: Decimal | None = None) -> OpeningBalance:
    """Say what was in the account at the start of a month, in pounds, where no file goes back further.

    `monthly`: the levy that entered in each earlier month, if it is known (else estimated). Refused below nought, before
    the levy began, in the future, and where it would leave out transactions that are here.
    """
    account = account_for(by=by)
    month = first_of(month)
    if amount < 0 or (monthly is not None and monthly < 0):
        raise Refused("An opening balance is nought or more.")
    if not LEVY_BEGAN <= month <= first_of(today()):
        raise Refused("Choose a month between May 2017 and this month.")
    first = Transaction.unscoped.filter(account=account).aggregate(first=Min("day"))["first"]
    if first is not None and month > first_of(first):
        raise Refused(
            f"Your transactions go back to {long_day(first)}. An opening balance stands for what was there before them, so "
            f"choose {first:%B %Y} or earlier: a later one would leave out what the files say of the months before it."
        )
    opening = OpeningBalance.unscoped.create(
        account=account, month=month, amount=amount, monthly=monthly, at=now(), membership_id=by.membership_id
    )
    record(by=by, verb="open", on=account, month=month)
    return opening


@transaction.atomic
def remove_opening(*, reason: str, by: Acting) -> Account:
    """Go by the files alone again: every opening balance goes. Refused without a reason, and where there is none."""
    account = account_for(by=by)
    if not reason.strip():
        raise Refused("Say why the opening balance is removed.")
    gone, _each = OpeningBalance.unscoped.filter(account=account).delete()
    if not gone:
        raise Refused("There is no opening balance.")
    record(by=by, verb="remove_opening", on=account, reason=reason.strip())
    return account


@transaction.atomic
def declare_balance(*, day: date, amount: Decimal, by: Acting) -> TypedBalance:
    """Note the balance that the government's service shows on a day, in pounds, to tie the ledger to. Refused in the future."""
    account = account_for(by=by)
    if day > today():
        raise Refused("The day of a balance is today or earlier.")
    if day < LEVY_BEGAN:
        raise Refused("The levy began in May 2017. Check the year.")
    typed = TypedBalance.unscoped.create(
        account=account, day=day, amount=amount, at=now(), membership_id=by.membership_id
    )
    record(by=by, verb="declare", on=account, day_of_balance=day)
    return typed


@transaction.atomic
def reckon_with(*, months: int, by: Acting) -> Account:
    """Say over how many of the last months the levy to come is averaged. Refused outside three to twelve."""
    account = account_for(by=by)
    if not FEWEST <= months <= MOST:
        raise Refused(f"The levy to come is the mean of the last {FEWEST} to {MOST} months.")
    account.mean_months = months
    account.save(update_fields=["mean_months"])
    record(by=by, verb="reckon", on=account, months=months)
    return account


@transaction.atomic
def add_scheme(*, reference: str, by: Acting) -> PayeScheme:
    """Say that a PAYE scheme is the trust's own. Refused if it is another account's."""
    account = account_for(by=by)
    found = PayeScheme.unscoped.filter(reference=reference).first()
    if found is not None and found.account_id != account.pk:
        raise Refused(f"PAYE scheme {reference} belongs to another account.")
    return found or PayeScheme.unscoped.create(account=account, reference=reference)


def add_up(account: Account) -> None:
    """Make the monthly sums anew from the transactions: integers of 0.00001 pounds, the same on every database."""
    sums = (
        Transaction.unscoped.filter(account=account)
        .values("month", "kind")
        .annotate(pounds=Sum("amount"), by_us=Sum("own"), by_them=Sum("government"), rows=Count("pk"), last=Max("day"))
        .order_by("month", "kind")
    )
    found = [
        MonthSum(
            account=account,
            month=line["month"],
            kind=line["kind"],
            amount=line["pounds"],
            own=line["by_us"],
            government=line["by_them"],
            rows=line["rows"],
            last_day=line["last"],
        )
        for line in sums
    ]
    MonthSum.unscoped.filter(account=account).delete()
    MonthSum.unscoped.bulk_create(found, batch_size=500)

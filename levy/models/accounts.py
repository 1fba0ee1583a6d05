"""A trust's levy account: its PAYE schemes, its files, its transactions, and the balances that stand beside them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from audit.door import Door
from audit.references import draw
from jobs.models import Upload
from levy.income import FEWEST, MOST
from levy.models.scopes import AccountScoped, InAccountScoped, SchemeScoped
from levy.sources.rows import Kind as RowKind
from organisations.models import Organisation
from organisations.money import MoneyField


class Source(models.TextChoices):
    """What a file was."""

    TRANSACTIONS = "transactions", "Transactions"
    APPRENTICES = "apprentices", "Apprentices"
    PLEDGES = "pledges", "Pledge applications"
    ROSTER = "roster", "Apprentice roster"


class Entry(models.TextChoices):
    """What a transaction is: `levy.sources.rows.Kind` in words."""

    LEVY = RowKind.LEVY.value, "Levy"
    ADJUSTMENT = RowKind.ADJUSTMENT.value, "Levy adjustment"
    MONTHLY = RowKind.MONTHLY.value, "Monthly payment"
    COMPLETION = RowKind.COMPLETION.value, "Completion payment"
    BALANCE = RowKind.BALANCE.value, "Balance payment"
    MILESTONE = RowKind.MILESTONE.value, "Milestone payment"
    SENT = RowKind.SENT.value, "Transfer sent"
    RECEIVED = RowKind.RECEIVED.value, "Transfer received"
    EXPIRED_24 = RowKind.EXPIRED_24.value, "Expired levy (24 months)"
    EXPIRED_12 = RowKind.EXPIRED_12.value, "Expired levy (12 months)"


def intake_reference() -> str:
    return draw("IMP")


class Account(models.Model):
    """The levy account of one trust in the government's apprenticeship service.

    `mean_months`: the levy to come is the mean of so many of the last months, as the trust's HR lead chose.
    """

    trust = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160, blank=True)
    mean_months = models.PositiveSmallIntegerField(default=MOST)

    unscoped = AccountScoped.as_manager()
    objects = Door.from_queryset(AccountScoped)()

    VERBS = {
        "open": "Levy account opened",
        "remove_opening": "The opening balance was removed",
        "declare": "The account's own balance was noted",
        "reckon": "The levy to come is the mean of the last {months} months",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mean_months__gte=FEWEST, mean_months__lte=MOST), name="mean_is_of_three_to_twelve_months"
            )
        ]

    def __str__(self) -> str:
        return f"Levy account of {self.trust}"

    @property
    def reference(self) -> str:
        return f"LEVY-{self.trust.code}"


class PayeScheme(models.Model):
    """A PAYE scheme whose levy enters the account: it tells one trust's file from another's."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="schemes")
    reference = models.CharField(max_length=14, unique=True)

    unscoped = SchemeScoped.as_manager()
    objects = Door.from_queryset(SchemeScoped)()

    VERBS = {"move": "Moved from {source} to {target}, with {lines} lines"}

    class Meta:
        ordering = ["reference"]

    def __str__(self) -> str:
        return self.reference


class Intake(models.Model):
    """One file that was taken in: what was read, what was new, what was left out and why.

    `to_mend`: headings and rows of what was left out, to be given back for some weeks; nothing in them says who somebody is.
    `taken_back_at`: when its lines were taken out again, as if it had never been read.
    """

    reference = models.CharField(max_length=20, unique=True, default=intake_reference)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="intakes")
    source = models.CharField(max_length=12, choices=Source.choices)
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    layout = models.CharField(max_length=60, blank=True)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    read = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    remarks = models.JSONField(default=list)
    to_mend = models.JSONField(default=dict)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    unscoped = InAccountScoped.as_manager()
    objects = Door.from_queryset(InAccountScoped)()

    VERBS = {"take_in": "{read} rows read, {new} new", "take_back": "Taken back, with {lines} lines"}

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("levy:intake", args=[self.reference])

    @property
    def mend_url(self) -> str:
        """Where the rows that were left out are given back."""
        return reverse("levy:to_mend", args=[self.reference])


class Transaction(models.Model):
    """One line of the download, money in pounds: `amount` is what it does to the account (in above nought, out below).

    `row_key` tells it from every other line by its content and how often a file held that content, so a file taken in twice
    changes nothing and two equal payments stay two. The learner is a keyed hash; the name was never read.

    A trust's history is hundreds of thousands of lines written at once, so the database keeps no index that another one
    begins with, and checks one key to elsewhere instead of two: the account is that of the intake, which is checked.
    """

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="transactions", db_index=False, db_constraint=False
    )
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="transactions", db_index=False)
    line = models.PositiveIntegerField()
    day = models.DateField()
    month = models.DateField()
    kind = models.CharField(max_length=12, choices=Entry.choices)
    amount = MoneyField()
    total = MoneyField()
    paye = models.CharField(max_length=14, blank=True)
    payroll_month = models.DateField(null=True, blank=True)
    declared = MoneyField(default=0)
    english = MoneyField(default=0)
    top_up = MoneyField(default=0)
    cohort = models.CharField(max_length=40, blank=True)
    provider = models.CharField(max_length=160, blank=True)
    uln_hash = models.CharField(max_length=64, blank=True)
    course = models.CharField(max_length=160, blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    course_type = models.CharField(max_length=40, blank=True)
    own = MoneyField(default=0)
    government = MoneyField(default=0)
    counterparty = models.CharField(max_length=160, blank=True)
    row_key = models.CharField(max_length=60)

    unscoped = InAccountScoped.as_manager()
    objects = Door.from_queryset(InAccountScoped)()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "row_key"], name="transaction_once_in_an_account"),
            models.CheckConstraint(condition=Q(kind__in=Entry.values), name="transaction_is_of_a_known_kind"),
        ]
        indexes = [models.Index(fields=["account", "kind", "day"]), models.Index(fields=["account", "day"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"


class MonthSum(models.Model):
    """What the transactions of one kind add up to in a month: derived, made anew after each file."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="month_sums")
    month = models.DateField()
    kind = models.CharField(max_length=12, choices=Entry.choices)
    amount = MoneyField()
    own = MoneyField(default=0)
    government = MoneyField(default=0)
    rows = models.PositiveIntegerField()
    last_day = models.DateField()

    unscoped = InAccountScoped.as_manager()
    objects = Door.from_queryset(InAccountScoped)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "month", "kind"], name="one_sum_a_month_and_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m}"


class OpeningBalance(models.Model):
    """Pounds in the account at the start of a month, in place of the history that no file covers. The newest row counts."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="openings")
    month = models.DateField()
    amount = MoneyField()
    monthly = MoneyField(null=True, blank=True)
    at = models.DateTimeField()
    membership_id = models.BigIntegerField(null=True)

    unscoped = InAccountScoped.as_manager()
    objects = Door.from_queryset(InAccountScoped)()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="opening_balance_is_not_below_nought")]

    def __str__(self) -> str:
        return f"{self.amount} at {self.month}"


class TypedBalance(models.Model):
    """What HR reads in the government's service on a day, to tie the ledger to."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="typed_balances")
    day = models.DateField()
    amount = MoneyField()
    at = models.DateTimeField()
    membership_id = models.BigIntegerField(null=True)

    unscoped = InAccountScoped.as_manager()
    objects = Door.from_queryset(InAccountScoped)()

    class Meta:
        ordering = ["-day", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.amount} on {self.day}"


class Scenario(models.Model):
    """What would be different, under a name; `facts` as `levy.services.scenarios` reads them, money as text."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField(max_length=60)
    facts: Any = models.JSONField(default=dict)
    at = models.DateTimeField()

    unscoped = InAccountScoped.as_manager()
    objects = Door.from_queryset(InAccountScoped)()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="scenario_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"S{self.pk}"

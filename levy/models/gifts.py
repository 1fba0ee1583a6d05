"""Giving unused levy: plans of voluntary organisations, offers of trusts, and gifts that join the two."""

from __future__ import annotations

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audit.door import Door
from audit.models import Stateful, StatefulQuerySet
from audit.references import draw
from levy.models.accounts import Account, Transaction
from levy.models.scopes import OfferedScoped, OfGiftScoped, SharedScoped
from levy.months import shift
from organisations.models import Organisation
from organisations.money import MoneyField
from places.models import Answer


class GiftState(models.TextChoices):
    """The states of the government's levy transfer matching, so that both can be read side by side."""

    PENDING = "pending", "Pending"
    APPROVED = "approved", "Approved"
    ACCEPTED = "accepted", "Accepted"
    USED = "used", "Funds used"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DECLINED = "declined", "Declined"
    WITHDRAWN_LATE = "withdrawn_late", "Withdrawn after acceptance"
    EXPIRED = "expired", "Funds expired"


OPEN_STATES = (GiftState.PENDING, GiftState.APPROVED, GiftState.ACCEPTED, GiftState.USED)
PROMISED_STATES = (GiftState.APPROVED, GiftState.ACCEPTED, GiftState.USED)


def plan_reference() -> str:
    return draw("PLN")


def offer_reference() -> str:
    return draw("OFR")


def gift_reference() -> str:
    return draw("GFT")


class Plan(models.Model):
    """What a voluntary organisation would do with a gift: whom it would train, in what, with whom, and how ready it is.

    `cost` is for one learner, in pounds, at most the funding band. `learners_to_24` are those aged 16 to 24 at the start.
    `core20_learners` is how many are expected to live in the most deprived fifth of England; empty: not known.
    """

    reference = models.CharField(max_length=20, unique=True, default=plan_reference)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kept_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    standard = models.CharField("apprenticeship standard", max_length=160)
    sector = models.CharField(max_length=80, blank=True)
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(2), MaxValueValidator(7)])
    learners = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    learners_to_24 = models.PositiveSmallIntegerField("of them aged 16 to 24")
    core20_learners = models.PositiveSmallIntegerField("of them from the most deprived fifth", null=True, blank=True)
    boroughs = models.JSONField(default=list)
    start = models.DateField()
    duration = models.PositiveSmallIntegerField("length in months", validators=[MinValueValidator(1)])
    cost = MoneyField("price of one learner")
    provider = models.CharField("training provider", max_length=160, blank=True)
    pays_levy = models.BooleanField(default=False)
    has_account = models.BooleanField(default=False)
    learners_found = models.PositiveSmallIntegerField(default=0)
    jobs_agreed = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    closed_on = models.DateField(null=True, blank=True)

    unscoped = SharedScoped.as_manager()
    objects = Door.from_queryset(SharedScoped)()

    VERBS = {"add": "Plan added", "change": "Plan changed", "close": "Plan closed", "milestone": "Milestone {what}"}

    class Meta:
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(learners__gte=1), name="plan_has_a_learner"),
            models.CheckConstraint(condition=Q(learners_to_24__lte=F("learners")), name="plan_ages_within_learners"),
            models.CheckConstraint(condition=Q(learners_found__lte=F("learners")), name="plan_found_within_learners"),
            models.CheckConstraint(
                condition=Q(core20_learners__isnull=True) | Q(core20_learners__lte=F("learners")),
                name="plan_core20_within_learners",
            ),
            models.CheckConstraint(condition=Q(duration__gte=1, cost__gt=0), name="plan_costs_something"),
        ]

    def __str__(self) -> str:
        return f"{self.standard}, {self.organisation.name}"

    def get_absolute_url(self) -> str:
        return reverse("levy:plan", args=[self.reference])

    @property
    def end(self) -> date:
        """The month in which it is planned to end."""
        return shift(self.start, self.duration)


class Milestone(models.Model):
    """A step of a plan that should happen by a day."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="milestones")
    text = models.CharField(max_length=160)
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    unscoped = SharedScoped.as_manager()
    objects = Door.from_queryset(SharedScoped)()

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.text


class Offer(models.Model):
    """What a trust would give, and to whom it would rather give; an empty criterion takes anything. `amount` in pounds."""

    reference = models.CharField(max_length=20, unique=True, default=offer_reference)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="offers")
    amount = MoneyField()
    levels = models.JSONField(default=list)
    boroughs = models.JSONField(default=list)
    sector = models.CharField(max_length=80, blank=True)
    core20_only = models.BooleanField(default=False)
    closes = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    unscoped = OfferedScoped.as_manager()
    objects = Door.from_queryset(OfferedScoped)()

    VERBS = {"make_offer": "Offer made", "close_offer": "Offer closed"}

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="offer_is_of_something")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("levy:offer", args=[self.reference])


class GiftScoped(OfferedScoped, StatefulQuerySet):
    """The door of gifts, whose state only the mover changes."""


class Gift(Stateful):
    """An offer matched to a plan: `learners` of the plan at `cost` pounds each. Only what was paid counts as given.

    `used_by_payment`: nobody said that training has started, its first payment did; it goes when all payments go.
    """

    reference = models.CharField(max_length=20, unique=True, default=gift_reference)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="gifts")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="gifts")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="gifts")
    state = models.CharField(max_length=16, choices=GiftState.choices, default=GiftState.PENDING)
    learners = models.PositiveSmallIntegerField()
    cost = MoneyField()
    start = models.DateField()
    duration = models.PositiveSmallIntegerField()
    proposed_on = models.DateField()
    approved_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    used_on = models.DateField(null=True, blank=True)
    used_by_payment = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, blank=True)

    unscoped = GiftScoped.as_manager()
    objects = Door.from_queryset(GiftScoped)()

    VERBS = {
        "propose": "Put forward for the offer",
        "approve": "Approved by the trust",
        "undo_approval": "Approval taken back",
        "reject": "Rejected by the trust",
        "withdraw": "Withdrawn before approval",
        "accept": "Accepted by the organisation",
        "decline": "Declined by the organisation",
        "use": "Training started",
        "unuse": "Its payments were taken back: accepted again",
        "expire": "Not used in time",
        "withdraw_late": "Withdrawn after acceptance",
        "pay": "A payment was noted",
        "take_out": "A payment of {paid_on} that was typed was taken out",
        "join": "A payment that was typed, and in the download too, counts once now",
        "place": "A learner's place was noted",
    }

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "plan"],
                condition=Q(state__in=OPEN_STATES),
                name="plan_once_open_in_an_offer",
            ),
            models.CheckConstraint(condition=Q(learners__gte=1, cost__gt=0, duration__gte=1), name="gift_is_something"),
            models.CheckConstraint(
                condition=~Q(state__in=[GiftState.ACCEPTED, GiftState.USED]) | Q(accepted_on__isnull=False),
                name="accepted_gift_was_accepted",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("levy:gift", args=[self.reference])


class GiftPayment(models.Model):
    """Pounds that left the account for a gift: a “Transfer sent” line of the download, or typed until one arrives.

    `typed`: a person noted it; it stays where the line that confirmed it is taken back. With its line it has the line's
    exact amount; what was typed is that to the penny.
    """

    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="payments")
    day = models.DateField()
    amount = MoneyField()
    transaction = models.OneToOneField(
        Transaction, null=True, blank=True, on_delete=models.PROTECT, related_name="paid"
    )
    typed = models.BooleanField(default=False)

    unscoped = OfGiftScoped.as_manager()
    objects = Door.from_queryset(OfGiftScoped)()

    class Meta:
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.amount} on {self.day}"


class GiftLearner(models.Model):
    """Where a learner of a gift lived at the start, as a small area only."""

    gift = models.ForeignKey(Gift, on_delete=models.CASCADE, related_name="people")
    lsoa = models.CharField(max_length=9, blank=True)
    decile = models.PositiveSmallIntegerField(null=True, blank=True)
    local = models.CharField(max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    core20 = models.CharField(max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    edition = models.PositiveSmallIntegerField()

    unscoped = OfGiftScoped.as_manager()
    objects = Door.from_queryset(OfGiftScoped)()

    def __str__(self) -> str:
        return f"Learner of {self.gift}"

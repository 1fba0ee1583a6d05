"""Who the levy is spent on, without anybody's name: learners are keyed hashes, homes are small areas."""

from __future__ import annotations

from django.db import models

from audit.door import Door
from levy.models.accounts import Account
from levy.models.scopes import InAccountScoped
from levy.training import Status as TrainingStatus
from organisations.money import MoneyField
from places.models import Answer


class Status(models.TextChoices):
    """`levy.training.Status` in words."""

    WAITING = TrainingStatus.WAITING.value, "Waiting to start"
    LIVE = TrainingStatus.LIVE.value, "Live"
    PAUSED = TrainingStatus.PAUSED.value, "Paused"
    STOPPED = TrainingStatus.STOPPED.value, "Stopped"
    COMPLETED = TrainingStatus.COMPLETED.value, "Completed"


class Apprenticeship(models.Model):
    """One apprenticeship as the newest list of apprentices has it (`seen_on`); `price` is the whole price in pounds."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="apprenticeships")
    key = models.CharField(max_length=80)
    uln_hash = models.CharField(max_length=64, blank=True)
    own_reference = models.CharField(max_length=60, blank=True)
    cohort = models.CharField(max_length=40, blank=True)
    course = models.CharField(max_length=160)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    provider = models.CharField(max_length=160, blank=True)
    start = models.DateField()
    end = models.DateField()
    paused = models.DateField(null=True, blank=True)
    price = MoneyField()
    status = models.CharField(max_length=20, choices=Status.choices)
    seen_on = models.DateField()

    unscoped = InAccountScoped.as_manager()
    objects = Door.from_queryset(InAccountScoped)()

    class Meta:
        ordering = ["start", "pk"]
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="apprenticeship_once_in_an_account")]
        indexes = [models.Index(fields=["account", "uln_hash"])]

    def __str__(self) -> str:
        return self.course


class RosterEntry(models.Model):
    """Where an apprentice lived at the start, as a small area; the postcode was dropped when the file was read.

    Unknown is unknown, never no. `edition` is the Index of Multiple Deprivation that gave the decile.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="roster")
    key = models.CharField(max_length=80)
    uln_hash = models.CharField(max_length=64, blank=True)
    own_reference = models.CharField(max_length=60, blank=True)
    assignment = models.CharField(max_length=60, blank=True)
    start = models.DateField(null=True, blank=True)
    new_recruit = models.BooleanField(null=True)
    lsoa = models.CharField(max_length=9, blank=True)
    decile = models.PositiveSmallIntegerField(null=True, blank=True)
    local = models.CharField(max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    core20 = models.CharField(max_length=8, choices=Answer.choices, default=Answer.UNKNOWN)
    edition = models.PositiveSmallIntegerField()

    unscoped = InAccountScoped.as_manager()
    objects = Door.from_queryset(InAccountScoped)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="roster_entry_once_in_an_account")]

    def __str__(self) -> str:
        return f"Roster entry {self.pk}"


class Application(models.Model):
    """An employer's application to the trust's pledge in the government's service. The contact person is not kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="applications")
    pledge = models.CharField(max_length=20)
    application = models.CharField(max_length=20)
    applied = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=60, blank=True)
    employer = models.CharField(max_length=160)
    locations = models.JSONField(default=list)
    sectors = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=160, blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    apprentices = models.PositiveIntegerField(null=True, blank=True)
    start_by = models.DateField(null=True, blank=True)
    has_provider = models.BooleanField(null=True)
    duration = models.PositiveSmallIntegerField(null=True, blank=True)
    cost = MoneyField()
    cost_this_year = MoneyField()
    plan = models.OneToOneField(
        "levy.Plan", null=True, blank=True, on_delete=models.SET_NULL, related_name="application"
    )

    unscoped = InAccountScoped.as_manager()
    objects = Door.from_queryset(InAccountScoped)()

    class Meta:
        ordering = ["-applied", "application"]
        constraints = [models.UniqueConstraint(fields=["account", "application"], name="application_once")]

    def __str__(self) -> str:
        return f"{self.employer} {self.application}"

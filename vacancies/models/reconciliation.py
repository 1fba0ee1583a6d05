"""Where an outside list of adverts and the ledger differ, and what a person said to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from audit.acting import Role
from audit.door import Door, Scoped, everything, own_organisation
from audit.models import Stateful, StatefulQuerySet
from organisations.models import Organisation
from vacancies.models.vacancy import Vacancy


class FindingKind(models.TextChoices):
    MISSING = "missing", "Not in the ledger"
    BAND = "band", "Banding differs"
    TITLE = "title", "Job title differs"


class FindingState(models.TextChoices):
    OPEN = "open", "To answer"
    EXPLAINED = "explained", "Explained"
    ACCEPTED = "accepted", "Accepted"
    CLEARED = "cleared", "Cleared by itself"


class FindingScoped(StatefulQuerySet, Scoped):
    SCOPES = {
        Role.RECRUITER: own_organisation("trust"),
        Role.TRUST_HR: own_organisation("trust"),
        Role.ICB_ANALYST: everything,
        Role.AUDITOR: everything,
        Role.SYSTEM: everything,
    }


class Finding(Stateful):
    """One advert of an outside list that the ledger lacks, or knows with another band or title. One row for each, for ever.

    `title` is the list's. A title differs only where a person corrected it here: otherwise the next import brings it.
    """

    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=FindingKind.choices)
    advert = models.CharField(max_length=40)  # its reference in NHS Jobs or TRAC
    title = models.CharField(max_length=160)
    source = models.CharField(max_length=40)
    band_there = models.PositiveSmallIntegerField(null=True, blank=True)
    band_here = models.PositiveSmallIntegerField(null=True, blank=True)
    vacancy = models.ForeignKey(Vacancy, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    state = models.CharField(max_length=12, choices=FindingState.choices, default=FindingState.OPEN)
    reason = models.CharField(max_length=400, blank=True)
    found_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    unscoped = FindingScoped.as_manager()
    objects = Door.from_queryset(FindingScoped)()

    VERBS: ClassVar[dict[str, str]] = {
        "find": "Found in {source}",
        "explain": "Explained",
        "accept": "Accepted: the ledger lacked it",
        "clear": "Cleared: the lists agree now",
        "find_again": "Found again",
    }

    class Meta:
        ordering = ["-found_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["trust", "advert", "kind"], name="one_finding_for_an_advert"),
            models.CheckConstraint(
                condition=~Q(state__in=["explained", "accepted"]) | ~Q(reason=""), name="an_answer_needs_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advert} {self.kind}"

    @property
    def reference(self) -> str:
        return f"F{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("vacancies:finding", args=[self.pk])

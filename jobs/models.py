"""Long work that a person can watch: what was uploaded, what is being done with it, what became of each row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audit.acting import MEMBER_ROLES, Acting, Role
from audit.door import Door, Scoped, everything
from audit.references import draw
from organisations.models import Organisation


class JobState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Stopped"
    CANCELLED = "cancelled", "Cancelled"


FINISHED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Outcome(models.TextChoices):
    MADE = "made", "Added"
    CHANGED = "changed", "Changed"
    SAME = "same", "Already here"
    SKIPPED = "skipped", "Left out"
    REFUSED = "refused", "Not accepted"


def by_same_role(prefix: str = "") -> Any:
    """Scope: what somebody of the acting organisation did in the acting role. A system administrator sees only such
    work of administrators, never the content of another role's file."""

    def scope(queryset: Any, acting: Acting) -> Any:
        return queryset.filter(
            **{f"{prefix}organisation_id": acting.organisation_id, f"{prefix}role": acting.role.value}
        )

    return scope


class WorkScoped(Scoped):
    SCOPES = {**dict.fromkeys(MEMBER_ROLES, by_same_role()), Role.SYSTEM: everything}


class RowResultScoped(Scoped):
    SCOPES = {**dict.fromkeys(MEMBER_ROLES, by_same_role("job__")), Role.SYSTEM: everything}


def upload_reference() -> str:
    return draw("FILE")


def job_reference() -> str:
    return draw("JOB")


class Upload(models.Model):
    """A file as it came, kept under a random name until `deleted_at`; `sha256` tells the same file apart."""

    KEEP_DAYS = 30

    reference = models.CharField(max_length=20, unique=True, default=upload_reference)
    kind = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    membership_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    stored_as = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    unscoped = WorkScoped.as_manager()
    objects = Door.from_queryset(WorkScoped)()

    class Meta:
        indexes = [models.Index(fields=["organisation", "kind", "sha256"])]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the bytes are; the name says nothing and cannot be guessed."""
        return Path(settings.UPLOAD_DIR) / self.stored_as


class Job(models.Model):
    """One piece of long work: who asked, with which input, how far it is, what came out.

    A worker holds it by `lease` until `leased_until`; `not_before` is when a failed attempt may be tried again. Both
    are the database's own time. `input` and `result` hold ids and choices, no personal values.
    """

    reference = models.CharField(max_length=20, unique=True, default=job_reference)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    membership_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20)
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs")
    input = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    unscoped = WorkScoped.as_manager()
    objects = Door.from_queryset(WorkScoped)()

    class Meta:
        indexes = [
            models.Index(fields=["state", "not_before"]),
            models.Index(fields=["organisation", "role", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=F("total")), name="job_does_no_more_than_all"),
            models.CheckConstraint(
                condition=Q(state__in=FINISHED, finished_at__isnull=False)
                | (~Q(state__in=FINISHED) & Q(finished_at__isnull=True)),
                name="job_is_finished_at_a_moment",
            ),
            models.CheckConstraint(
                condition=(Q(state=JobState.RUNNING, leased_until__isnull=False) & ~Q(lease=""))
                | (~Q(state=JobState.RUNNING) & Q(leased_until__isnull=True, lease="")),
                name="job_that_runs_is_leased",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("jobs:watch", args=[self.reference])

    @property
    def finished(self) -> bool:
        return self.state in FINISHED

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome; empty until it is done."""
        found: dict[str, int] = self.result.get("counts", {})
        return found


class RowResult(models.Model):
    """What became of one row of the file, or of one of its cells; `ref` names the record ("candidates.Candidate:12")."""

    KEEP_DAYS = 30

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    column = models.CharField(max_length=200, blank=True)
    sentence = models.TextField(blank=True)
    ref = models.CharField(max_length=80, blank=True)

    unscoped = RowResultScoped.as_manager()
    objects = Door.from_queryset(RowResultScoped)()

    class Meta:
        ordering = ["row", "pk"]
        constraints = [models.UniqueConstraint(fields=["job", "row", "column"], name="row_and_column_once_in_a_job")]
        indexes = [models.Index(fields=["job", "outcome"])]

    def __str__(self) -> str:
        return f"Row {self.row}: {self.get_outcome_display()}"


class MappingProfile(models.Model):
    """Which heading of an organisation's files holds which field, as somebody last confirmed: field -> heading."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    headings = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    saved_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "kind"], name="one_mapping_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.organisation}"


class IdempotencyKey(models.Model):
    """A request that was answered: the same key with the same content gives the same answer, and does nothing."""

    KEEP_DAYS = 30

    membership_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership_id", "key"], name="key_once_a_membership")]

    def __str__(self) -> str:
        return self.key

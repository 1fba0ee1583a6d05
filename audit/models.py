"""What happened, on which pages it shows, and who looked. Append-only; no personal values."""

from __future__ import annotations

from typing import Any

from django.db import models

from audit import chain
from audit.append_only import AppendOnlyModel, AppendOnlyQuerySet


class Event(AppendOnlyModel):
    """One thing that somebody did to one record. One hash chain for each subject (`kind`, `subject_id`)."""

    at = models.DateTimeField()
    day = models.DateField()
    role = models.CharField(max_length=20)
    membership_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    reference = models.CharField(max_length=40)
    was = models.CharField(max_length=40, blank=True)
    now = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    undoes = models.BigIntegerField(null=True)
    number = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    CHAINED = (
        "at",
        "day",
        "role",
        "membership_id",
        "organisation_id",
        "verb",
        "kind",
        "subject_id",
        "reference",
        "was",
        "now",
        "facts",
        "undoes",
        "number",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "number"], name="event_one_chain_per_subject")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.reference}"

    def expected_digest(self) -> str:
        return chain.digest(self.previous, {name: getattr(self, name) for name in self.CHAINED})


class Reason(models.Model):
    """The free text that went with an event; kept apart so that erasure can blank it without touching the chain."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="reason")
    text = models.TextField()

    def __str__(self) -> str:
        return f"Reason of event {self.event_id}"


class Thread(AppendOnlyModel):
    """A further record on whose page an event shows."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject_id}"


class Read(AppendOnlyModel):
    """Somebody opened a person's record."""

    at = models.DateTimeField()
    role = models.CharField(max_length=20)
    membership_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    page = models.CharField(max_length=60)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.page} {self.kind}:{self.subject_id}"


class StateChangedElsewhere(Exception):
    """A state was saved by something other than the mover."""


class StatefulQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> int:
        if "state" in kwargs:
            raise StateChangedElsewhere(f"{self.model.__name__}.state moves by audit.mover.move only.")
        return super().update(**kwargs)


class Stateful(models.Model):
    """A row with a `state` that only `audit.mover.move` changes; a first save may set any state that the service chose."""

    class Meta:
        abstract = True

    def save(self, *args: Any, moved: bool = False, **kwargs: Any) -> None:
        row: Any = self  # each model that is one has its own `state`
        if not self._state.adding and not moved and self._loaded_state is not None and row.state != self._loaded_state:
            raise StateChangedElsewhere(f"{type(self).__name__}.state moves by audit.mover.move only.")
        super().save(*args, **kwargs)
        self._loaded_state = row.state

    _loaded_state: str | None = None

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> Any:
        row = super().from_db(db, field_names, values)
        row._loaded_state = row.__dict__.get("state")
        return row

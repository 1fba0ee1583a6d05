"""The events that show on a record's page, for one reader: only those whose subject the reader may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from audit.acting import Acting, Role
from audit.events import kind_of
from audit.models import Event


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline; `sentence` comes from the subject model's `VERBS`."""

    event_id: int
    at: datetime
    day: date
    sentence: str
    reference: str
    url: str
    role: str
    membership_id: int | None
    organisation_id: int | None
    reason: str


def lines(record: models.Model, acting: Acting, *, most: int = 100) -> list[Line]:
    """The newest `most` events of `record` and of its threads that `acting` may see, newest first."""
    kind = kind_of(record)
    own = Q(kind=kind, subject_id=record.pk)
    threaded = Q(pk__in=Event.objects.filter(threads__kind=kind, threads__subject_id=record.pk).values("pk"))
    events = list(Event.objects.filter(own | threaded).select_related("reason").order_by("-at", "-pk")[:most])
    subjects = _visible_subjects(events, acting)
    return [
        _line(event, subjects[event.kind][event.subject_id], acting)
        for event in events
        if event.subject_id in subjects[event.kind]
    ]


def _visible_subjects(events: list[Event], acting: Acting) -> dict[str, dict[int, Any]]:
    """By kind, the subjects of `events` that `acting` may see: one query for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        wanted[event.kind].add(event.subject_id)
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for kind, ids in wanted.items():
        found[kind] = {row.pk: row for row in apps.get_model(kind).objects.visible_to(acting).filter(pk__in=ids)}
    return found


def _may_read_reason(event: Event, acting: Acting) -> bool:
    """Free text stays with the organisation that wrote it, and with the academy: it may tell what a recruiter must not know."""
    return acting.role in (Role.ACADEMY, Role.SYSTEM) or event.organisation_id == acting.organisation_id


def _line(event: Event, subject: Any, acting: Acting) -> Line:
    sentences = getattr(subject, "VERBS", {})
    sentence = sentences.get(event.verb, event.verb.replace("_", " ").capitalize())
    return Line(
        event_id=event.pk,
        at=event.at,
        day=event.day,
        sentence=sentence.format_map(defaultdict(str, event.facts, reference=event.reference)),
        reference=event.reference,
        url=subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else "",
        role=event.role,
        membership_id=event.membership_id,
        organisation_id=event.organisation_id,
        reason=event.reason.text if hasattr(event, "reason") and _may_read_reason(event, acting) else "",
    )

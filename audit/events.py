"""Writing events and reads, and checking their chains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.db import models, transaction
from django.db.models import OuterRef, Subquery

from audit import chain
from audit.acting import Acting
from audit.clock import now, today
from audit.models import Event, Read, Reason, Thread


def kind_of(row: models.Model) -> str:
    """The label of a record's model, such as "vacancies.Vacancy"."""
    return row._meta.label


def record(
    *,
    by: Acting,
    verb: str,
    on: models.Model,
    threads: Iterable[models.Model] = (),
    day: date | None = None,
    was: str = "",
    now_state: str = "",
    reason: str = "",
    undoes: int | None = None,
    **facts: Any,
) -> Event:
    """Write what `by` did to `on`, in the caller's transaction and under the subject's lock.

    `facts` are small values without personal content (counts, codes, dates as text). `threads` are further records on
    whose page the event shows; `reason` is free text, kept apart.
    """
    kind, subject_id = kind_of(on), on.pk
    tail = Event.objects.filter(kind=kind, subject_id=subject_id).order_by("-number").values("number", "digest").first()
    event = _event(
        by=by, verb=verb, on=on, day=day, was=was, now_state=now_state, undoes=undoes, facts=facts, tail=tail or {}
    )
    with transaction.atomic():
        event.save()
        Thread.objects.bulk_create(_threads(event, threads))
        if reason:
            Reason.objects.create(event=event, text=reason)
    return event


def record_new(
    *, by: Acting, verb: str, rows: Sequence[tuple[models.Model, Sequence[models.Model], dict[str, Any]]]
) -> None:
    """Write the first event of many new records at once: `(record, threads, facts)` each, two queries in all."""
    _record_many(by=by, verb=verb, rows=rows, tails={}, state=True)


def record_many(
    *, by: Acting, verb: str, rows: Sequence[tuple[models.Model, Sequence[models.Model], dict[str, Any]]]
) -> None:
    """`record` of many records of one kind at once, in this order: `(record, threads, facts)` each, three queries in all."""
    if not rows:
        return
    chain_of = Event.objects.filter(kind=kind_of(rows[0][0]), subject_id=OuterRef("subject_id")).order_by("-number")
    last = Event.objects.filter(
        kind=kind_of(rows[0][0]),
        subject_id__in=[row.pk for row, _threads_of, _facts in rows],
        number=Subquery(chain_of.values("number")[:1]),
    )
    tails = {tail["subject_id"]: tail for tail in last.values("subject_id", "number", "digest")}
    _record_many(by=by, verb=verb, rows=rows, tails=tails, state=False)


def _record_many(
    *,
    by: Acting,
    verb: str,
    rows: Sequence[tuple[models.Model, Sequence[models.Model], dict[str, Any]]],
    tails: dict[int, Any],
    state: bool,
) -> None:
    """Each event follows the tail of its record, which a record that comes twice moves on."""
    events, threads = [], []
    for row, threads_of, facts in rows:
        event = _event(
            by=by,
            verb=verb,
            on=row,
            day=None,
            was="",
            now_state=getattr(row, "state", "") if state else "",
            undoes=None,
            facts=facts,
            tail=tails.get(row.pk, {}),
        )
        tails[row.pk] = {"number": event.number, "digest": event.digest}
        events.append(event)
        threads.append((event, threads_of))
    Event.objects.bulk_create(events, batch_size=500)
    Thread.objects.bulk_create(
        [thread for event, threads_of in threads for thread in _threads(event, threads_of)], batch_size=500
    )


def _event(
    *,
    by: Acting,
    verb: str,
    on: models.Model,
    day: date | None,
    was: str,
    now_state: str,
    undoes: int | None,
    facts: dict[str, Any],
    tail: Mapping[str, Any],
) -> Event:
    event = Event(
        at=now(),
        day=day or today(),
        role=by.role,
        membership_id=by.membership_id,
        organisation_id=by.organisation_id,
        verb=verb,
        kind=kind_of(on),
        subject_id=on.pk,
        reference=str(getattr(on, "reference", "") or on.pk),
        was=was,
        now=now_state,
        facts={
            name: value if isinstance(value, (int, str, bool, type(None))) else str(value)
            for name, value in facts.items()
        },
        undoes=undoes,
        number=tail.get("number", 0) + 1,
        previous=tail.get("digest", ""),
    )
    event.digest = event.expected_digest()
    return event


def _threads(event: Event, threads: Iterable[models.Model]) -> list[Thread]:
    return [Thread(event=event, kind=kind_of(row), subject_id=row.pk) for row in threads if row is not None]


def note_read(*, by: Acting, on: models.Model, page: str) -> None:
    """Write that `by` opened a person's record on `page`."""
    note_reads(by=by, on=[on], page=page)


def note_reads(*, by: Acting, on: Iterable[models.Model], page: str) -> None:
    """`note_read` of many records at once, as when a list of people is taken away in a file; one query."""
    moment = now()
    Read.objects.bulk_create(
        [
            Read(
                at=moment,
                role=by.role,
                membership_id=by.membership_id,
                organisation_id=by.organisation_id,
                kind=kind_of(row),
                subject_id=row.pk,
                page=page,
            )
            for row in on
        ],
        batch_size=500,
    )


def broken_chains() -> Iterator[str]:
    """A sentence for each event that was altered, or whose predecessor is missing."""
    events = Event.objects.order_by("kind", "subject_id", "number").iterator(chunk_size=2000)
    for (kind, subject_id), rows in groupby(events, key=lambda event: (event.kind, event.subject_id)):
        yield from chain.breaks(rows, of=f"Events of {kind} {subject_id}")

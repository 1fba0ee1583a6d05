"""Starting, cancelling and looking at long work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.acting import Acting
from audit.clock import now
from audit.events import record
from audit.mover import Refused
from jobs.columns import CellProblem
from jobs.columns import text as as_text
from jobs.hostile import Refusal
from jobs.kinds import kind_named
from jobs.models import FINISHED, Job, JobState, Outcome, Upload
from jobs.reading import Cell
from jobs.services import runner, supervisor
from jobs.services.uploads import check_role, table_of

ROW_HEADING, PROBLEM_HEADING = "Row in your file", "What to mend"


def start(kind: str, *, by: Acting, upload: Upload | None = None, **given: Any) -> Job:
    """Queue work of one kind, in the transaction of the caller, and run it once that transaction is committed.

    `given` (ids, choices; JSON) is kept as `job.input`. Refused if the role may not start it, or the upload is
    another kind's, another organisation's or deleted. With JOBS_INLINE the work is done before this returns.
    """
    about = kind_named(kind)
    check_role(about, by)
    if upload is not None:
        _check_upload(upload, kind, by)
    with transaction.atomic():
        job = Job.unscoped.create(
            kind=kind,
            organisation_id=by.organisation_id,
            membership_id=by.membership_id,
            role=by.role.value,
            upload=upload,
            input=given,
            created_at=now(),
        )
        record(by=by, verb="start", on=job, kind=kind, upload=upload.reference if upload else None)
    dispatch(job)
    job.refresh_from_db()
    return job


def _check_upload(upload: Upload, kind: str, by: Acting) -> None:
    if upload.kind != kind or not Upload.objects.visible_to(by).filter(pk=upload.pk).exists():
        raise Refused("This file was not uploaded for this. Upload it here.")
    if upload.deleted_at is not None:
        raise Refused(f'"{upload.name}" has been deleted. Upload it again.')


def dispatch(job: Job) -> None:
    """Hand queued work to whoever runs it: this request (JOBS_INLINE), or the worker thread of this process.

    The one place to change when work goes to another queue.
    """
    if settings.JOBS_INLINE:
        runner.run_inline(job)
    else:
        transaction.on_commit(partial(supervisor.wake, start=settings.JOBS_EMBEDDED))


@transaction.atomic
def cancel(*, job: Job, by: Acting) -> Job:
    """Stop work: at once if it waits, at its next step if it runs (nothing of it stays). Refused when it has finished."""
    job = Job.unscoped.select_for_update(of=("self",)).get(pk=job.pk)
    if job.state in FINISHED:
        raise Refused(f"{job.reference} has finished already.")
    if job.state == JobState.QUEUED:
        job.state, job.finished_at = JobState.CANCELLED, now()
        job.message = "Cancelled before it began. Nothing was changed."
        job.save(update_fields=["state", "finished_at", "message"])
    else:
        job.cancel_asked = True
        job.save(update_fields=["cancel_asked"])
    record(by=by, verb="cancel", on=job)
    return job


def rows_to_mend(job: Job) -> tuple[list[str], Iterator[list[Any]]]:
    """Headings and rows of a file that holds the refused rows as they came, each with what to mend.

    Where the uploaded file is gone (or was no table), only row numbers and sentences.
    """
    sentences: dict[int, list[str]] = {}
    for row, column, sentence in (
        job.rows.filter(outcome=Outcome.REFUSED).order_by("row", "pk").values_list("row", "column", "sentence")
    ):
        sentences.setdefault(row, []).append(f"{column}: {sentence}" if column else sentence)
    try:
        table = table_of(job.upload) if job.upload else None
    except Refusal:
        table = None
    if table is None:
        return [ROW_HEADING, PROBLEM_HEADING], ([row, " ".join(said)] for row, said in sentences.items())
    kept = [place for place, name in enumerate(table.headings) if name not in {ROW_HEADING, PROBLEM_HEADING}]
    rows = (
        [*_as_came(row.cells, kept), row.number, " ".join(sentences[row.number])]
        for row in table.rows
        if row.number in sentences
    )
    return [*[table.headings[place] for place in kept], ROW_HEADING, PROBLEM_HEADING], rows


def _as_came(cells: Sequence[Cell], kept: Sequence[int]) -> list[Any]:
    return [_written(cells[place]) for place in kept]


def _written(cell: Cell) -> Any:
    if isinstance(cell, int | float | str):
        return cell
    try:
        return as_text(cell)
    except CellProblem:
        return None

"""What the four imports share: rows of an upload whatever its kind, the account, and the note of what was taken in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from django.conf import settings

from audit.acting import Acting
from audit.clock import now, today
from audit.events import record
from jobs.hostile import MB, Limits, Refusal, kind_of
from jobs.models import Job, Outcome, RowResult, Upload
from jobs.reading import Unread
from jobs.services import PROBLEM_HEADING, ROW_HEADING, Report, bytes_of, discard, table_of
from levy.models import Account, Intake
from levy.sources.table import Problem, Table
from levy.sources.text import FileRefused, Line, cell_text, csv_rows
from levy.sources.values import Unreadable
from levy.ulns import hashed

LARGE = Limits(file_bytes=90 * MB, unpacked_bytes=90 * MB, rows=500_000, child_seconds=60, child_memory_bytes=1024 * MB)
UNPAIRED = "A quotation mark in the file has no partner, so its cells run on. Download it again and upload it as it is."
T = TypeVar("T")
TOLD = 1000
KEPT = timedelta(days=RowResult.KEEP_DAYS)
REMARKED = 200
STAMP = re.compile(r"_(20\d{2})(\d{2})(\d{2})\d{6}")


def is_workbook(upload: Upload, data: bytes) -> bool:
    """Whether an upload is an Excel workbook; Refusal if it is neither that nor text."""
    return kind_of(data, upload.name) == "workbook"


def sheet_rows(upload: Upload) -> list[Line]:
    """The heading and rows of a workbook as text, each with the number that Excel shows."""
    table = table_of(upload)
    return [
        (table.heading_row, [cell_text(heading) for heading in table.headings]),
        *((row.number, [_text(cell) for cell in row.cells]) for row in table.rows),
    ]


def file_rows(upload: Upload | None) -> list[Line]:
    """The rows of a small file, CSV or workbook, heading first. Refusal with a sentence where it cannot be read."""
    if upload is None:
        raise Refusal("There is no file. Upload it again.")
    data = bytes_of(upload)
    if is_workbook(upload, data):
        return sheet_rows(upload)
    return list(refusing(csv_rows(io.BytesIO(data))))


def read_small(upload: Upload | None, reader: Callable[[Iterable[Line]], Table[T]]) -> tuple[Table[T], list[T]]:
    """A small file by its `reader`, and all its rows. Refusal with a sentence where it cannot be taken."""
    try:
        table = reader(file_rows(upload))
        return table, list(table)
    except FileRefused as error:
        raise Refusal(str(error)) from error


def _text(cell: object) -> str:
    return "a formula" if isinstance(cell, Unread) else cell_text(cell)


def learner_key() -> bytes:
    """The installation's key for learner numbers and row contents."""
    return settings.HASH_KEY.encode()


def uln_hash(uln: str | None) -> str:
    """A learner number as it is kept: a keyed hash, or nothing."""
    return hashed(uln, key=learner_key()) if uln else ""


def made_on(upload: Upload | None) -> date:
    """The day a download was made, from the stamp in its name; else the day it was uploaded, or today."""
    if upload is None:
        return today()
    stamp = STAMP.search(upload.name)
    if stamp:
        try:
            return min(date(*(int(part) for part in stamp.groups())), today())
        except ValueError:
            pass
    return min(upload.at.date(), today())


class Readable(Protocol):
    """A file once read: what was wrong, and the rows left out."""

    problems: list[Problem]
    refused: dict[int, list[str]]
    refused_headings: list[str]


def tell(report: Report, problems: Iterable[Problem]) -> list[str]:
    """Rejected rows to the job (the first thousand by line); warnings answered, for the page of what was taken in."""
    remarks: list[str] = []
    told = 0
    for problem in problems:
        if not problem.rejected:
            remarks += [str(problem)] if len(remarks) < REMARKED else []
        elif told < TOLD:
            report.problem(problem.line, _sentence(problem), column=problem.column)
            told += 1
        else:
            report.count(Outcome.REFUSED)
    return remarks


def to_mend(source: Readable) -> dict[str, Any]:
    """The rows that were left out, as they can be given back: the file itself is deleted for what it says of people."""
    width = len(source.refused_headings)
    rows = [
        [*source.refused.get(problem.line, [""] * width), problem.line, _sentence(problem)]
        for problem in source.problems
        if problem.rejected
    ]
    return {"headings": [*source.refused_headings, ROW_HEADING, PROBLEM_HEADING], "rows": rows[:TOLD]} if rows else {}


def answer(intake: Intake) -> dict[str, Any]:
    """What the job says when it is done."""
    found = {"url": intake.get_absolute_url(), "label": "See what was taken in"}
    if remarks := len(intake.remarks):
        most = "or more " if remarks >= REMARKED else ""
        found["sentence"] = f"{remarks} {most}{'remark' if remarks == 1 else 'remarks'} on what was taken in."
    return {**found, "problems": intake.mend_url} if intake.to_mend else found


def _sentence(problem: Problem) -> str:
    return f"{problem.column or 'The row'} {problem.sentence}."


def note(
    *, account: Account, source: str, job: Job, report: Report, by: Acting, remarks: Sequence[str], **facts: Any
) -> Intake:
    """Write what was taken in, with the counts that the job has so far."""
    counts = report.counts()
    Intake.unscoped.filter(account=account, at__lt=now() - KEPT).update(to_mend={})
    intake = Intake.unscoped.create(
        account=account,
        source=source,
        upload=job.upload,
        name=job.upload.name if job.upload else "",
        at=now(),
        new=counts[Outcome.MADE],
        changed=counts[Outcome.CHANGED],
        same=counts[Outcome.SAME],
        refused=counts[Outcome.REFUSED],
        read=sum(counts.values()),
        remarks=list(remarks),
        **facts,
    )
    record(by=by, verb="take_in", on=intake, threads=[account], read=intake.read, new=intake.new)
    return intake


def refusing(rows: Iterable[Any]) -> Iterator[Any]:
    """`rows`, a file that cannot be taken at all becoming a Refusal with the sentence that says why."""
    try:
        yield from rows
    except Unreadable:
        raise
    except csv.Error as error:
        raise Refusal(UNPAIRED) from error
    except ValueError as error:
        raise Refusal(str(error)) from error


def let_go(job: Job, *, by: Acting) -> None:
    """Delete the file once it has been taken in: names, dates of birth and postcodes are in it, and are needed no more."""
    if job.upload is not None:
        discard(job.upload, by=by)

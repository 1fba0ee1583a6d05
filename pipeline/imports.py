"""TRAC's weekly application file: decisions, interviews, outcomes, checks and first days, by application ID.

Only applications of people who were put forward are looked at; TRAC holds everybody's. Each row is taken as far as it
says, step by step with the verbs of the room, so the same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from audit.acting import TRUST_ROLES, Acting
from audit.clock import today
from audit.mover import Refused
from jobs.kinds import job_kind
from jobs.mapping import Column, ColumnMap, Matched
from jobs.models import Job, Outcome
from jobs.reading import Table
from jobs.reading.table import Row
from jobs.services import Report, check_all_or_nothing, table_and_columns
from nhsuk.words import listed, long_day
from pipeline.advancing import Advance, advance
from pipeline.models import Referral
from vacancies.sources.trac import TracApplication, read_application
from vacancies.sources.trac_words import APPLICATION_HEADINGS

Referrals = Mapping[str, list[Referral]]
KIND = "pipeline.trac"
LABELS = {
    "application_id": "Application ID",
    "vacancy_reference": "Vacancy reference",
    "stage": "Stage",
    "shortlisting": "Shortlist result",
    "interview": "Interview date",
    "attended": "Interview attended",
    "outcome": "Interview outcome",
    "offered": "Conditional offer date",
    "start": "Start date",
    "identity": "ID check",
    "right_to_work": "Right to work",
    "referees": "References",
    "qualifications": "Registration and qualifications",
    "health": "Occupational health",
    "dbs": "DBS",
}
COLUMNS = ColumnMap(
    tuple(
        Column(
            name,
            label,
            required=name == "application_id",
            synonyms=tuple(heading for heading, of in APPLICATION_HEADINGS.items() if of == name),
        )
        for name, label in LABELS.items()
    )
)
NOT_HERE = "{} is nobody who was put forward here, so it was left out."
TWICE = "{} stands in rows {}, and they differ: nothing of it was recorded. Keep the row that is right."
TOO_SOON = "It was not read"  # health and DBS before an offer: left out as the law asks, and nothing to mend


def read(job: Job, *, by: Acting, report: Any) -> tuple[Table, Matched]:
    """The file, before the transaction: reading it may take a while."""
    return table_and_columns(job, COLUMNS, by=by)


@job_kind(label="TRAC application file", roles=TRUST_ROLES, prepare=read)
def take_applications(job: Job, *, by: Acting, report: Any, prepared: tuple[Table, Matched]) -> dict[str, Any]:
    """Take every row as far as it says. One that cannot be read or is refused leaves nothing; the others stand.

    With `all_or_nothing` one such row stops all of them.
    """
    table, matched = prepared
    take(watched(rows_of(table, matched), report), report, by=by)
    check_all_or_nothing(job, report.counts()["refused"], done="recorded")
    return {"url": "/pipeline/", "label": "See the pipeline"}


def preview(rows: Iterable[Found], *, by: Acting) -> Report:
    """What taking these rows would say of each now. The same verbs, rolled back."""
    report = Report(job_id=0)
    with transaction.atomic():
        take(rows, report, by=by)
        transaction.set_rollback(True)
    return report


@dataclass(frozen=True, slots=True)
class Found:
    """One row of the file: its number, what it says (None: unreadable), and its problems as (column, sentence)."""

    number: int
    said: TracApplication | None
    problems: tuple[tuple[str, str], ...] = ()


def rows_of(table: Table, matched: Matched) -> list[Found]:
    """Every row as the reader of TRAC's applications takes it."""
    return [_found(row, matched) for row in table.rows]


def _found(row: Row, matched: Matched) -> Found:
    if row.problem:
        return Found(row.number, None, (("", row.problem),))
    answer = read_application(matched.cells(row), where=f"Row {row.number}", headings=dict(matched.chosen))
    problems = [_problem(each) for each in answer.problems if not each.what.startswith(TOO_SOON)]
    if answer.value and answer.value.offered and answer.value.offered > today():
        sentence = f"{long_day(answer.value.offered)} is still to come. Write the day on which the offer was made."
        problems.append((dict(matched.chosen)["offered"], sentence))
    return Found(row.number, answer.value, tuple(problems))


def watched(rows: Sequence[Found], report: Any) -> Iterator[Found]:
    """The rows, saying how far the work is."""
    for done, row in enumerate(rows, start=1):
        report(done, len(rows), "Reading applications")
        yield row


def take(rows: Iterable[Found], report: Any, *, by: Acting) -> None:
    """Take the rows that can be read and do not contradict each other; of each other one it is said why not."""
    referrals = own_referrals(by)
    read = list(rows)
    several = _several(read, referrals)
    for row in read:
        for column, sentence in row.problems:
            report.problem(row.number, sentence, column=column)
        if row.said is None or row.problems:
            continue
        referral = _referral_of(row.said, referrals)
        if referral is None:
            report.row(row.number, Outcome.SKIPPED, NOT_HERE.format(row.said.application_id))
            continue
        _take(row.number, row.said, referral, several[referral.pk], report, by=by)


def _several(rows: Sequence[Found], referrals: Referrals) -> dict[int, list[Found]]:
    """The rows of each referral, also those that cannot be read whole."""
    found: dict[int, list[Found]] = {}
    for row in rows:
        referral = _referral_of(row.said, referrals) if row.said else None
        if referral is not None:
            found.setdefault(referral.pk, []).append(row)
    return found


def _problem(problem: Any) -> tuple[str, str]:
    """The column of a reader's problem, and its sentence without row and column, which the page shows beside it."""
    _where, _, column = problem.where.partition("column “")
    return column.rstrip("”"), f"{problem.what} {problem.mend}"


def own_referrals(by: Acting) -> dict[str, list[Referral]]:
    """The acting trust's referrals by TRAC application ID. One query."""
    rows = Referral.unscoped.filter(vacancy__trust_id=by.organisation_id, submitted_on__isnull=False)
    found: dict[str, list[Referral]] = {}
    for referral in rows.exclude(trac_application_id="").select_related("candidate", "vacancy__trust").order_by("pk"):
        found.setdefault(referral.trac_application_id.casefold(), []).append(referral)
    return found


def _take(
    number: int, application: TracApplication, referral: Referral, same: list[Found], report: Any, *, by: Acting
) -> None:
    """Advance the referral once; of rows that contradict each other none is right by standing first."""
    if len(same) > 1 and (len({row.said for row in same}) > 1 or any(row.problems for row in same)):
        numbers = listed([str(row.number) for row in same])
        report.problem(number, TWICE.format(application.application_id, numbers))
        return
    if number != same[0].number:
        report.row(number, Outcome.SAME, f"Says the same as row {same[0].number}.", on=referral)
        return
    row = Advance(application, referral, by, [], [])
    try:
        with transaction.atomic():
            advance(row)
    except Refused as refused:
        report.problem(number, str(refused))
        return
    outcome = Outcome.CHANGED if row.done else Outcome.SAME
    report.row(number, outcome, " ".join([*row.done, *row.said]), on=referral)


def _referral_of(application: TracApplication, referrals: Referrals) -> Referral | None:
    """By the ID; where two vacancies have it, by the vacancy's TRAC reference too."""
    found = referrals.get(application.application_id.casefold(), [])
    if len(found) > 1:
        found = [row for row in found if row.vacancy.trac_reference == application.vacancy_reference]
    return found[0] if len(found) == 1 else None

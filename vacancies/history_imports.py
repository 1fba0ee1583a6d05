"""A file of a trust's history, month by month or vacancy by vacancy: read and previewed, then brought as a whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from audit.acting import Acting, Role
from audit.mover import Refused
from jobs.columns import MONTHS, CellProblem, parse_date, parse_integer, text
from jobs.kinds import job_kind
from jobs.mapping import Column, ColumnMap, Matched, Problem
from jobs.models import Job, Outcome
from jobs.reading import Table
from jobs.reading.table import Cell, Row
from jobs.services import NothingDone, table_and_columns
from organisations.models import Organisation
from vacancies.history import (
    Figures,
    Held,
    Past,
    as_known,
    bring_history,
    check_years,
    first_decision,
    held_of,
    of_month,
    of_vacancy,
    problem_of,
)
from vacancies.taking import by_reference

KIND = "vacancies.history"
_WORDED = re.compile(r"([a-z]{3,9})\.?[\s\-/']*(\d{4})", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d{4})[\-/.](\d{1,2})|(\d{1,2})[\-/.](\d{4})")


def parse_month(value: Cell) -> date | None:
    """The first day of a month: "April 2025", "Apr 2025", 2025-04, 04/2025, or any day in it."""
    said = value.strip() if isinstance(value, str) else ""
    worded, numbered = _WORDED.fullmatch(said), _NUMBERED.fullmatch(said)
    if worded and (month := _named(worded[1])):
        return date(int(worded[2]), month, 1)
    if numbered:
        year, month = int(numbered[1] or numbered[4]), int(numbered[2] or numbered[3])
        if 1 <= month <= 12 and year > 1900:
            return date(year, month, 1)
    try:
        day = parse_date(value)
    except CellProblem as problem:
        raise CellProblem(f'"{str(value)[:40]}" is not a month. Write it like April 2025.') from problem
    return day.replace(day=1) if day else None


def _named(word: str) -> int:
    return next((place for place, name in enumerate(MONTHS, start=1) if _begins(name, word)), 0)


def _begins(name: str, word: str) -> bool:
    return len(word) >= 3 and name.startswith(word.casefold())


COLUMNS = ColumnMap(
    (
        Column("month", "Month", parse_month, synonyms=("Period", "Month ending"), hint="For a file month by month"),
        Column(
            "reference",
            "Vacancy reference",
            text,
            synonyms=("Reference", "Ref", "Vacancy ID", "TRAC reference", "Job reference"),
            hint="For a file vacancy by vacancy",
        ),
        Column(
            "opened",
            "Opened on",
            parse_date,
            synonyms=("Advert date", "Published", "Date opened", "Opening date", "Date advertised"),
            hint="For a file vacancy by vacancy",
        ),
        Column(
            "posts",
            "Entry-level posts",
            parse_integer,
            required=True,
            synonyms=("Posts", "Number of posts", "WTE posts"),
        ),
        Column(
            "reserved",
            "Reserved posts",
            parse_integer,
            required=True,
            synonyms=("Posts reserved", "Ring-fenced posts", "Ring-fenced", "Reserved"),
        ),
        Column(
            "adverts",
            "Adverts",
            parse_integer,
            synonyms=("Vacancies", "Number of adverts"),
            hint="For a file month by month",
        ),
        Column(
            "reserved_adverts",
            "Adverts with a reserved post",
            parse_integer,
            synonyms=("Reserved adverts", "Ring-fenced adverts"),
            hint="For a file month by month",
        ),
    )
)
Values = Mapping[str, Any]


@dataclass(slots=True)
class HistoryPlan:
    """What a file would do: rows by number that can be brought, each with "made", "changed" or "same", and problems."""

    rows: list[tuple[int, Past, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: str = ""


def layout_problem(matched: Matched) -> str:
    """Which column the file lacks, with its mend, or ""."""
    if matched.sentence:
        return matched.sentence
    chosen = matched.chosen.keys()
    if "month" in chosen:
        lacking = [name for name in ("adverts", "reserved_adverts") if name not in chosen]
        words = "A file month by month also needs"
    else:
        lacking = [name for name in ("reference", "opened") if name not in chosen]
        words = "Say which column holds the month; or, for a file vacancy by vacancy,"
    labels = " and ".join(f'"{column.label}"' for column in COLUMNS.columns if column.field in lacking)
    return f"{words} {labels}." if lacking else ""


def plan_history(table: Table, matched: Matched, *, trust: Organisation) -> HistoryPlan:
    """What the file would do for `trust`; writes nothing. Five queries, however many rows."""
    plan = HistoryPlan()
    if said := layout_problem(matched):
        plan.refused = said
        return plan
    held, before = held_of(trust.pk), first_decision(trust.pk)
    past_of = _month_of if "month" in matched.chosen else _vacancy_of
    found = [(row.number, past) for row in table.rows if (past := _read(row, matched, past_of, plan)) is not None]
    known = {key for key, vacancy in by_reference([past.name for _n, past in found], trust=trust).items() if vacancy}
    seen: set[str] = set()
    for number, past in found:
        if sentence := _wrong(past, seen, known, before, held):
            plan.problems.append(Problem(number, "", sentence))
        else:
            plan.rows.append((number, past, as_known(past, held)))
        seen.add(past.key)
    try:
        check_years([past for _number, past, _outcome in plan.rows], trust_id=trust.pk, held=held)
    except Refused as refused:
        plan.refused = str(refused)
    return plan


def _wrong(past: Past, seen: set[str], known: set[str], before: date | None, held: Mapping[str, Held]) -> str:
    if past.key in seen:
        return f"{past.name} stands in the file twice. Remove one of the rows."
    if past.name in known:
        return f"{past.name} is a vacancy of this service, which counts it itself. Remove the row."
    return problem_of(past, before=before, held=held)


def _read(row: Row, matched: Matched, past_of: Callable[[Values], Past], plan: HistoryPlan) -> Past | None:
    values, problems = matched.read(row)
    if not problems:
        wanted = ("month", "adverts", "reserved_adverts") if "month" in matched.chosen else ("reference", "opened")
        labels = {column.field: column.label for column in matched.columns}
        problems = [
            Problem(row.number, matched.chosen[name], f"{labels[name]} is empty. Type it, or remove the row.")
            for name in wanted
            if values[name] is None
        ]
    if problems:
        plan.problems += problems
        return None
    return past_of(values)


def _month_of(values: Values) -> Past:
    names = ("posts", "reserved", "adverts", "reserved_adverts")
    return of_month(values["month"].year, values["month"].month, Figures(*(values[name] for name in names)))


def _vacancy_of(values: Values) -> Past:
    return of_vacancy(values["reference"][:40], values["opened"], posts=values["posts"], reserved=values["reserved"])


def _prepare(job: Job, *, by: Acting, report: Any) -> tuple[Organisation, HistoryPlan]:
    report(0, 0, "Reading the file")
    trust = Organisation.objects.get(pk=by.organisation_id)
    table, matched = table_and_columns(job, COLUMNS, by=by)
    return trust, plan_history(table, matched, trust=trust)


@job_kind(label="History of the ring-fence", roles={Role.TRUST_HR}, prepare=_prepare)
def run(job: Job, *, by: Acting, report: Any, prepared: tuple[Organisation, HistoryPlan]) -> dict[str, Any]:
    """Bring every row, or none where one has a problem; each row of the job names its entry of the ledger."""
    trust, plan = prepared
    for problem in plan.problems:
        report.problem(problem.row, problem.sentence, column=problem.column)
    if plan.refused or plan.problems:
        raise NothingDone(f"Nothing was brought. {plan.refused or 'Mend the rows below and upload the file again.'}")
    entries = bring_history(
        trust=trust, rows=[past for _number, past, _outcome in plan.rows], source=job.reference, by=by
    )
    for number, past, outcome in plan.rows:
        entry = entries.get(past.key)
        report.row(number, Outcome(outcome if entry else "same"), on=entry)
    years = sorted({past.year for _number, past, _outcome in plan.rows}, reverse=True)
    return {
        "url": f"/vacancies/standing/?year={years[0]}" if years else "/vacancies/standing/",
        "label": "See the standing",
    }

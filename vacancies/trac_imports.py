"""Vacancies from a TRAC export of any headings, or pasted from a spreadsheet: matched by reference, added or completed.

A vacancy that is here already, through whichever door, is completed where it said nothing; where the file says otherwise
on a band or a number of posts, a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from audit.acting import TRUST_ROLES, Acting
from audit.clock import today
from audit.events import record
from jobs.kinds import job_kind
from jobs.mapping import Column, ColumnMap, Matched
from jobs.models import Job, Outcome
from jobs.reading import Table
from jobs.reading.table import Row
from jobs.services import NothingDone, match, table_of
from organisations.models import Department, Organisation
from vacancies.imports import FAMILIES, UPDATABLE_STATES, names_of_trusts, plain
from vacancies.job_families import job_family
from vacancies.models import Audience, Exemption, JobFamily, Source, Vacancy, VacancyState
from vacancies.services import add_imported, classify, new_vacancy
from vacancies.sources.faults import FeedProblem
from vacancies.sources.trac import TracVacancy, read_vacancy
from vacancies.sources.trac_words import VACANCY_HEADINGS

KIND = "vacancies.trac"
LABELS = {
    "reference": "Vacancy reference",
    "title": "Job title",
    "employer": "Employer",
    "department": "Department",
    "position_number": "ESR position number",
    "grade": "Pay band or grade",
    "contract": "Contract",
    "hours": "Hours a week",
    "posts": "Number of posts",
    "recruitment_type": "Recruitment type",
    "authorised": "Authorised date",
    "published": "Published date",
    "closes": "Closing date",
    "stage": "Stage",
}
COLUMNS = ColumnMap(
    tuple(
        Column(
            name,
            label,
            required=name in ("reference", "title"),
            synonyms=tuple(heading for heading, field in VACANCY_HEADINGS.items() if field == name),
        )
        for name, label in LABELS.items()
    )
)
AUDIENCES = {"internal": Audience.INTERNAL, "restricted": Audience.RESTRICTED}
# What a file completes where nothing is known here, and how a page calls it.
COMPLETED = {
    "band": "pay band",
    "posts": "posts",
    "hours": "hours",
    "position_number": "position number",
    "authorised_on": "authorised date",
    "closes_on": "closing date",
    "opened_on": "opening day",
    "trac_reference": "TRAC reference",
}
CHANGED = {"closes_on": "closing date", "title": "job title"}
DISPUTED = {"band": "Band {}", "posts": "{} posts"}


@dataclass(frozen=True, slots=True)
class Found:
    """One row of the file: its number, what it says (None: left out), and what could not be read."""

    number: int
    said: TracVacancy | None
    problems: tuple[FeedProblem, ...] = ()
    unreadable: str = ""


def rows_of(table: Table, matched: Matched) -> list[Found]:
    """Every row as the reader of TRAC's vacancies takes it."""
    places = {heading: place for place, heading in enumerate(matched.headings)}
    wanted = {name: places[heading] for name, heading in matched.chosen.items()}
    return [_found(row, wanted, matched) for row in table.rows]


def _found(row: Row, wanted: Mapping[str, int], matched: Matched) -> Found:
    if row.problem:
        return Found(row.number, None, unreadable=row.problem)
    values = {name: row.cells[place] for name, place in wanted.items()}
    answer = read_vacancy(values, where=f"Row {row.number}", headings=dict(matched.chosen))
    return Found(row.number, answer.value, answer.problems)


def _read(job: Job, *, by: Acting, report: Any) -> list[Found]:
    report(0, 0, "Reading the file")
    table = table_of(job.upload)  # type: ignore[arg-type]
    chosen = job.input.get("headings")
    matched = COLUMNS.chosen_by_person(table.headings, chosen) if chosen else match(table, COLUMNS, kind=KIND, by=by)
    if matched.sentence:
        raise NothingDone(matched.sentence)
    return rows_of(table, matched)


@job_kind(label="TRAC vacancy export or spreadsheet", roles=TRUST_ROLES, prepare=_read)
def run(job: Job, *, by: Acting, report: Any, prepared: list[Found]) -> dict[str, Any]:
    """Add what is new, complete what is here. A row that cannot be read leaves nothing; the others stand."""
    trust = Organisation.objects.get(pk=by.organisation_id)
    source = Source.PASTED if job.input.get("pasted") else Source.TRAC
    take(prepared, trust=trust, source=source, upload_id=job.upload_id, by=by, report=report)
    return {"url": "/vacancies/?fence=undecided&sort=closes", "label": "See which vacancies are due"}


def take(
    rows: list[Found], *, trust: Organisation, source: Source, upload_id: int | None, by: Acting, report: Any
) -> None:
    """Upsert by trust and reference, in a number of queries that grows with changes only."""
    good = _good(rows, trust, report)
    here = vacancies_here([row.said.reference for row in good if row.said], trust)
    new = [row for row in good if row.said and row.said.reference not in here]
    made = _add(new, trust, source, upload_id, by)
    for row, added in zip(new, made, strict=True):
        report.row(row.number, Outcome.MADE, _remarks(row), on=added)
    completed = []
    for row in good:
        if row.said and (vacancy := here.get(row.said.reference)) is not None:
            completed += [vacancy] if _complete(row, row.said, vacancy, report, by=by) else []
    if completed:
        classify(completed, by=by)


def _good(rows: list[Found], trust: Organisation, report: Any) -> list[Found]:
    """The rows to take; of each other one it is said why it is left out."""
    names, seen, good = names_of_trusts(), set(), []
    for row in rows:
        if row.said is None:
            report.problem(row.number, row.unreadable or _remarks(row))
        elif row.said.employer and names.get(plain(row.said.employer)) != trust.pk:
            report.row(row.number, Outcome.SKIPPED, f"Left out: {row.said.employer} is not a name of your trust.")
        elif row.said.reference in seen:
            report.problem(row.number, f"{row.said.reference} stands in the file twice. Remove one of the rows.")
        elif row.said.closes and row.said.published and row.said.closes < row.said.published:
            report.problem(row.number, _remarks(row))
        elif row.said.stage == "withdrawn":
            report.row(row.number, Outcome.SKIPPED, "Left out: withdrawn. Withdraw it on its page if it is here.")
        else:
            seen.add(row.said.reference)
            good.append(row)
    return good


def _remarks(row: Found) -> str:
    return " ".join(f"{problem.what} {problem.mend}" for problem in row.problems)


def vacancies_here(references: list[str], trust: Organisation) -> dict[str, Vacancy]:
    """By reference, the trust's vacancies that have it in TRAC or NHS Jobs. One query."""
    either = Q(trac_reference__in=references) | Q(nhs_jobs_reference__in=references)
    found: dict[str, Vacancy] = {}
    for vacancy in Vacancy.unscoped.filter(either, trust=trust).order_by("pk"):
        for reference in (vacancy.nhs_jobs_reference, vacancy.trac_reference):
            if reference:
                found[reference] = vacancy
    return found


def _add(rows: list[Found], trust: Organisation, source: Source, upload_id: int | None, by: Acting) -> list[Vacancy]:
    departments = _departments({row.said.department for row in rows if row.said and row.said.department}, trust)
    vacancies = [
        new_vacancy(
            trust=trust,
            facts={
                **facts_of(row.said),
                "department": departments.get(row.said.department[:120].casefold()),
                "source": source,
                "upload_id": upload_id,
            },
        )
        for row in rows
        if row.said
    ]
    return add_imported(vacancies=vacancies, criteria={}, source=source, by=by)


def _departments(names: set[str], trust: Organisation) -> dict[str, Department]:
    held = {row.name.casefold(): row for row in Department.objects.filter(organisation=trust)}
    for name in sorted(names):
        if name[:120].casefold() not in held:
            held[name[:120].casefold()] = Department.objects.create(organisation=trust, name=name[:120])
    return held


def facts_of(said: TracVacancy) -> dict[str, Any]:
    """Field values of a new vacancy. One without a published date is a draft."""
    return {
        "title": said.title[:160],
        "job_family": FAMILIES.get(job_family(said.title), JobFamily.OTHER),
        "band": said.band.number if said.band else None,
        "contract": said.contract.kind,
        "exemption": Exemption.BANK_REGISTER if said.contract.kind == "bank" else Exemption.NONE,
        "hours": said.hours if said.hours is not None and said.hours < 1000 else None,
        "posts": said.posts,
        "audience": AUDIENCES.get(said.recruitment_type, Audience.OPEN),
        "trac_reference": said.reference[:40],
        "position_number": said.position_number[:20],
        "authorised_on": said.authorised,
        "opened_on": said.published,
        "closes_on": said.closes,
        "state": _state(said.published, said.closes),
    }


def _state(published: date | None, closes: date | None) -> str:
    if published is None or published > today():
        return VacancyState.DRAFT
    return VacancyState.CLOSED if closes and closes < today() else VacancyState.OPEN


def _complete(row: Found, said: TracVacancy, vacancy: Vacancy, report: Any, *, by: Acting) -> bool:
    """Fill what was not known and take what a newer file may change; whether anything was."""
    facts = facts_of(said)
    if vacancy.nhs_jobs_reference == said.reference or vacancy.trac_reference:
        facts.pop("trac_reference")
    changes = {name: facts[name] for name in COMPLETED if facts.get(name) and getattr(vacancy, name) in (None, "")}
    if vacancy.state in UPDATABLE_STATES:
        changes |= {name: facts[name] for name in CHANGED if facts[name] and facts[name] != getattr(vacancy, name)}
    if vacancy.opened_on and "closes_on" in changes and changes["closes_on"] < vacancy.opened_on:
        changes.pop("closes_on")
    disputed = _disputed(facts, vacancy)
    if not changes:
        report.row(row.number, Outcome.SAME, disputed, on=vacancy)
        return False
    for name, value in changes.items():
        setattr(vacancy, name, value)
    vacancy.save(update_fields=list(changes))
    words = ", ".join({**COMPLETED, **CHANGED}[name] for name in changes)
    record(by=by, verb="update", on=vacancy, field=words.capitalize())
    report.row(row.number, Outcome.CHANGED, f"Changed: {words}. {disputed}".strip(), on=vacancy)
    return True


def _disputed(facts: dict[str, Any], vacancy: Vacancy) -> str:
    """Where the file and the record say different things that a person has to settle."""
    found = [
        f"{words.format(facts[name])} in the file, {words.format(getattr(vacancy, name))} here: correct it on its page."
        for name, words in DISPUTED.items()
        if facts[name] is not None and getattr(vacancy, name) not in (None, facts[name])
    ]
    return " ".join(found)

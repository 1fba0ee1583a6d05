"""Vacancies from a TRAC export of any headings, or pasted from a spreadsheet: matched by reference, added or completed.

A vacancy that is here already, through whichever door, is completed where it said nothing; where the file says otherwise
on a band or a number of posts, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.acting import TRUST_ROLES, Acting
from jobs.kinds import job_kind
from jobs.mapping import Column, ColumnMap, Matched
from jobs.models import Job, Outcome
from jobs.reading import Table
from jobs.reading.table import Row
from jobs.services import check_all_or_nothing, table_and_columns
from organisations.models import Organisation, Site
from vacancies import doubles
from vacancies.imports import AT_ONCE, names_of_trusts, plain, where_next
from vacancies.job_families import job_family
from vacancies.models import Audience, Exemption, Source, Vacancy
from vacancies.rules import problem_of_opening
from vacancies.services import add_imported, classify, new_vacancy
from vacancies.sources.faults import FeedProblem
from vacancies.sources.trac import TracVacancy, read_vacancy
from vacancies.sources.trac_words import VACANCY_HEADINGS
from vacancies.taking import (
    by_reference,
    changes_of,
    corrected_facts,
    departments,
    site_named,
    sites_of,
    state_on,
    unsettled,
    write_all_changes,
)

KIND = "vacancies.trac"
LABELS = {
    "reference": "Vacancy reference",
    "nhs_jobs_reference": "NHS Jobs reference",
    "title": "Job title",
    "employer": "Employer",
    "department": "Department",
    "site": "Site",
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


@dataclass(frozen=True, slots=True)
class Found:
    """One row of the file: its number, what it says (None: left out), and what could not be read."""

    number: int
    said: TracVacancy | None
    problems: tuple[FeedProblem, ...] = ()
    unreadable: str = ""


def rows_of(table: Table, matched: Matched) -> list[Found]:
    """Every row as the reader of TRAC's vacancies takes it."""
    return [_found(row, matched) for row in table.rows]


def _found(row: Row, matched: Matched) -> Found:
    if row.problem:
        return Found(row.number, None, unreadable=row.problem)
    answer = read_vacancy(matched.cells(row), where=f"Row {row.number}", headings=dict(matched.chosen))
    return Found(row.number, answer.value, answer.problems)


def _read(job: Job, *, by: Acting, report: Any) -> list[Found]:
    report(0, 0, "Reading the file")
    return rows_of(*table_and_columns(job, COLUMNS, by=by))


@job_kind(label="TRAC vacancy export or spreadsheet", roles=TRUST_ROLES, prepare=_read)
def run(job: Job, *, by: Acting, report: Any, prepared: list[Found]) -> dict[str, Any]:
    """Add what is new, complete what is here. A row with a cell that cannot be read leaves nothing; the others stand.

    With `all_or_nothing` one such row stops all of them; with `bank_register` every new bank advert is exempt as that, in
    the name of who said so.
    """
    trust = Organisation.objects.get(pk=by.organisation_id)
    source = Source.PASTED if job.input.get("pasted") else Source.TRAC
    good = _good(prepared, trust, report)
    check_all_or_nothing(job, report.counts()["refused"], done="imported")
    exempt = bool(job.input.get("bank_register"))
    take(good, trust=trust, source=source, upload_id=job.upload_id, by=by, report=report, exempt_bank=exempt)
    return where_next(job, trust=trust, by=by)


def take(
    good: list[Found],
    *,
    trust: Organisation,
    source: Source,
    upload_id: int | None,
    by: Acting,
    report: Any,
    exempt_bank: bool = False,
) -> None:
    """Upsert by trust and reference, in a number of queries that grows with changes only."""
    here, sites = by_reference([each for row in good for each in _references(row)], trust=trust), sites_of(trust)
    new = [row for row in good if row.said and not _known(row, here)]
    made = _add(new, sites, trust, source, upload_id, by, exempt_bank)
    twice = doubles.remarks(made, by=by)
    for row, added in zip(new, made, strict=True):
        said = f"{_site_remark(row.said, added.site)} {twice.get(added.pk, '')}".strip()
        report.row(row.number, Outcome.MADE, said, on=added)
    for some in _each_once(good, here):
        _complete(some, sites, here, report, by=by)


def _references(row: Found) -> list[str]:
    """By what the vacancy of a row may be known here: its reference in TRAC first, then that in NHS Jobs."""
    return [row.said.reference, row.said.nhs_jobs_reference] if row.said else []


def _known(row: Found, here: Mapping[str, Vacancy]) -> Vacancy | None:
    """The vacancy that a row is, through whichever door it came."""
    return next((here[each] for each in _references(row) if each in here), None)


def _each_once(rows: list[Found], here: Mapping[str, Vacancy]) -> Iterable[list[tuple[Found, Vacancy]]]:
    """The rows with their vacancies, in order, in parts of which none holds a vacancy twice: the later row sees the earlier."""
    part: dict[int, tuple[Found, Vacancy]] = {}
    for row in rows:
        vacancy = _known(row, here)
        if vacancy is None:
            continue
        if vacancy.pk in part or len(part) == AT_ONCE:
            yield list(part.values())
            part = {}
        part[vacancy.pk] = (row, vacancy)
    yield list(part.values())


def _good(rows: list[Found], trust: Organisation, report: Any) -> list[Found]:
    """The rows to take; of each other one it is said why it is left out."""
    names, seen, good = names_of_trusts(), set(), []
    for row in rows:
        if row.said is None:
            _refuse(row, report)
        elif row.said.employer and names.get(plain(row.said.employer)) != trust.pk:
            report.row(row.number, Outcome.SKIPPED, f"Left out: {row.said.employer} is not a name of your trust.")
        elif twice := next((each for each in _references(row) if each in seen), ""):
            report.problem(row.number, f"{twice} stands in the file twice. Remove one of the rows.")
        elif row.said.stage == "withdrawn":
            report.row(row.number, Outcome.SKIPPED, "Left out: withdrawn. Withdraw it on its page if it is here.")
        elif row.problems:
            _refuse(row, report)
        elif said := problem_of_opening(row.said.published):
            report.problem(row.number, said)
        else:
            seen |= set(filter(None, _references(row)))
            good.append(row)
    return good


def _refuse(row: Found, report: Any) -> None:
    """A row of which a cell cannot be read stays out whole: it comes back in the file of rows to mend."""
    if row.unreadable:
        report.problem(row.number, row.unreadable)
    for problem in row.problems:
        report.problem(row.number, f"{problem.what} {problem.mend}", column=problem.column)


def _site_remark(said: TracVacancy | None, site: Site | None) -> str:
    if said is None or not said.site or site is not None:
        return ""
    return f"Your trust has no one site “{said.site[:60]}”: taken without a site."


def _twin_remark(twin: Vacancy, vacancy: Vacancy) -> str:
    if twin.pk == vacancy.pk:
        return ""
    return (
        f"Its reference in NHS Jobs belongs to {twin.reference} here, so these are one advert: say so on the page of "
        f"{vacancy.reference}."
    )


Sites = Mapping[str, Site | None]


def _add(
    rows: list[Found],
    sites: Sites,
    trust: Organisation,
    source: Source,
    upload_id: int | None,
    by: Acting,
    exempt_bank: bool,
) -> list[Vacancy]:
    held = departments({row.said.department for row in rows if row.said and row.said.department}, trust=trust)
    vacancies = [
        new_vacancy(
            trust=trust,
            facts={
                **facts_of(row.said),
                "exemption": Exemption.BANK_REGISTER if exempt_bank and _is_bank(row) else Exemption.NONE,
                "department": held.get(row.said.department[:120].casefold()),
                "site": site_named(row.said.site, sites),
                "source": source,
                "upload_id": upload_id,
            },
        )
        for row in rows
        if row.said
    ]
    return add_imported(vacancies=vacancies, criteria={}, source=source, by=by)


def _is_bank(row: Found) -> bool:
    return row.said is not None and row.said.contract.kind == "bank"


def new_bank_adverts(rows: Iterable[Found], *, trust: Organisation) -> int:
    """How many rows that can be read are bank adverts that are not here yet. One query."""
    bank = [row.said.reference for row in rows if row.said and not row.problems and _is_bank(row)]
    return len(set(bank) - set(by_reference(bank, trust=trust)))


def facts_of(said: TracVacancy) -> dict[str, Any]:
    """Field values of a new vacancy. One without a published date is a draft."""
    return {
        "title": said.title[:160],
        "job_family": job_family(said.title),
        "band": said.band.number if said.band else None,
        "contract": said.contract.kind,
        "hours": said.hours if said.hours is not None and said.hours < 1000 else None,
        "posts": said.posts,
        "audience": AUDIENCES.get(said.recruitment_type, Audience.OPEN),
        "trac_reference": said.reference[:40],
        "nhs_jobs_reference": said.nhs_jobs_reference[:40],
        "position_number": said.position_number[:20],
        "authorised_on": said.authorised,
        "opened_on": said.published,
        "closes_on": said.closes,
        "state": state_on(said.published, said.closes),
    }


def _complete(
    rows: list[tuple[Found, Vacancy]], sites: Sites, here: Mapping[str, Vacancy], report: Any, *, by: Acting
) -> None:
    """Fill what was not known and take what a newer file may change."""
    corrected = corrected_facts([vacancy for _row, vacancy in rows])
    changed: list[tuple[Vacancy, dict[str, Any]]] = []
    told: list[tuple[int, str]] = []
    for row, vacancy in rows:
        said = row.said
        if said is None:
            continue
        facts = {**facts_of(said), "site": site_named(said.site, sites)}
        if vacancy.nhs_jobs_reference == said.reference:
            facts.pop("trac_reference")
        twin = here.get(said.nhs_jobs_reference, vacancy)
        if twin.pk != vacancy.pk:
            facts.pop("nhs_jobs_reference")
        kept = corrected[vacancy.pk]
        changes = changes_of(vacancy, facts, corrected=kept)
        differs = unsettled(vacancy, facts, corrected=kept)
        left = " ".join([*differs.values(), _twin_remark(twin, vacancy), _site_remark(said, facts["site"])]).strip()
        if changes:
            changed.append((vacancy, changes))
            told.append((row.number, left))
        else:
            report.row(row.number, Outcome.SAME, left, on=vacancy)
    words = write_all_changes(changed, by=by)
    for (vacancy, _changes), (number, left), what in zip(changed, told, words, strict=True):
        report.row(number, Outcome.CHANGED, f"Changed: {what}. {left}".strip(), on=vacancy)
    if changed:
        classify([vacancy for vacancy, _changes in changed], by=by)

"""Doing what a cohort file says, as a job that a person watches: all of it or nothing, or the good rows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from audit.acting import Acting, Role
from candidates.models import Candidate
from candidates.services import enrol_people
from jobs.kinds import job_kind
from jobs.mapping import Matched
from jobs.models import Job, Outcome
from jobs.services import Report, check_all_or_nothing, table_and_columns
from programmes.imports.columns import COLUMNS
from programmes.imports.plan import BY_ATTENDANCE, EVIDENCE, Plan, Planned, first_day, make_plan, new_person, read_rows
from programmes.models import Cohort, Enrolment
from programmes.services import NewEnrolment, enrol_many, lock_cohorts, note_attendance
from programmes.states import HAS_STARTED


def read(job: Job, *, by: Acting, report: Report) -> tuple[list[Planned], Matched]:
    """The rows and what is wrong in their cells: before the transaction, for it may take a while."""
    report(0, 0, "Reading the file")
    table, matched = table_and_columns(job, COLUMNS, by=by)
    return read_rows(table, matched), matched


@job_kind(label="Cohort file", roles={Role.ACADEMY, Role.PROVIDER}, prepare=read)
def run(job: Job, *, by: Acting, report: Report, prepared: tuple[list[Planned], Matched]) -> dict[str, Any]:
    """Look again at what is here, then enrol: one transaction, so that a broken run leaves nothing."""
    rows, matched = prepared
    report(0, len(rows), "Comparing with the people who are here")
    lock_cohorts(by=by)
    plan = make_plan(rows, matched, by=by)
    if job.input.get("leave_out_likely"):
        _leave_out_likely(plan)
    check_all_or_nothing(job, _tell_problems(plan, report), done="added")
    report(0, len(rows), "Enrolling people")
    cohorts = _apply(plan, by=by, report=report)
    return _result(cohorts)


def _leave_out_likely(plan: Plan) -> None:
    for row in plan.rows:
        if row.likely and row.is_good:
            row.outcome = Outcome.SKIPPED


def _tell_problems(plan: Plan, report: Report) -> int:
    """Each problem with its row and column; the number of rows that have one."""
    for problem in plan.problems():
        report.problem(problem.row, problem.sentence, column=problem.column)
    return sum(not row.is_good for row in plan.rows)


def _apply(plan: Plan, *, by: Acting, report: Report) -> list[Cohort]:
    """Make people and enrolments, tell each row what became of it, and give back the cohorts that were touched."""
    todo = [row for row in plan.rows if row.outcome == Outcome.MADE]
    _make_people(todo, by)
    enrolments = enrol_many(rows=[_enrolment(row) for row in todo], by=by, history=True) if todo else []
    attended = [(made, session) for row, made in zip(todo, enrolments, strict=True) for session in row.sessions]
    note_attendance(rows=attended, by=by)
    made_by_row = {row.number: made for row, made in zip(todo, enrolments, strict=True)}
    for done, row in enumerate(plan.rows, start=1):
        report(done, len(plan.rows), "Enrolling people")
        if row.is_good:
            _tell(row, made_by_row.get(row.number) or row.enrolment, report)
    return list({each.cohort_id: each.cohort for each in enrolments}.values())


def _tell(row: Planned, enrolment: Enrolment | None, report: Report) -> None:
    sentence = " ".join(row.notes) if row.outcome != Outcome.SAME else ""
    report.row(row.number, row.outcome, sentence, on=enrolment)


def _make_people(todo: list[Planned], by: Acting) -> None:
    """One record for each new person, also for one who is in several cohorts of the file."""
    makers: dict[Any, Planned] = {}
    for row in todo:
        if row.candidate is None:
            makers.setdefault(row.person or row.number, row)
    made = enrol_people(people=[new_person(row) for row in makers.values()], by=by) if makers else []
    people: dict[Any, Candidate] = dict(zip(makers, made, strict=True))
    for row in todo:
        row.candidate = row.candidate or people[row.person or row.number]


def _enrolment(row: Planned) -> NewEnrolment:
    values = row.values
    assert row.candidate  # noqa: S101 - made or found before
    assert row.cohort  # noqa: S101 - a good row has one
    started = row.state in HAS_STARTED
    return NewEnrolment(
        candidate=row.candidate,
        cohort=row.cohort,
        state=row.state,
        referred_on=values["referred_on"],
        started_on=first_day(row) if started else None,
        ended_on=values["ended_on"],
        leaving_reason=values["leaving_reason"] or "",
        evidence=(EVIDENCE if values["started_on"] else BY_ATTENDANCE) if started else "",
        own_reference=values["own_reference"] or "",
    )


def _result(cohorts: list[Cohort]) -> dict[str, Any]:
    if len(cohorts) == 1:
        return {"url": cohorts[0].get_absolute_url(), "label": f"See {cohorts[0].name} and what is missing for each"}
    if cohorts:
        return {"url": reverse("programmes:people"), "label": "See the people and what is missing for each"}
    return {}

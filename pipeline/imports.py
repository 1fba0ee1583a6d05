"""TRAC's weekly application file: decisions, interviews, outcomes, checks and first days, by application ID.

Only applications of people who were put forward are looked at; TRAC holds everybody's. Each row is taken as far as it
says, step by step with the verbs of the room, so the same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from audit.acting import TRUST_ROLES, Acting
from audit.clock import LONDON, today
from audit.mover import Refused
from candidates.choices import AFTER_OFFER, CheckStatus
from candidates.models import Check
from candidates.services import record_check
from jobs.kinds import job_kind
from jobs.mapping import Column, ColumnMap, Matched
from jobs.models import Job, Outcome
from jobs.reading import Table
from jobs.services import table_and_columns
from nhsuk.words import long_day
from pipeline import appointments, services
from pipeline.models import Employment, Interview, Referral, Result
from vacancies.sources.trac import TracApplication, read_application
from vacancies.sources.trac_words import APPLICATION_HEADINGS

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
RESULTS = {"appointed": Result.APPOINTED, "reserve": Result.RESERVE, "not appointed": Result.NOT_APPOINTED}
STATUSES = {
    "complete": CheckStatus.COMPLETE,
    "with candidate": CheckStatus.WITH_CANDIDATE,
    "with third party": CheckStatus.WITH_THIRD,
    "outstanding": CheckStatus.NEEDED,
    "not required": CheckStatus.NOT_NEEDED,
}
NOT_HERE = "{} is nobody who was put forward here, so it was left out."
TOO_SOON = "It was not read"  # health and DBS before an offer: left out as the law asks, and nothing to mend
NO_TIME = "Time and place are in TRAC"


@dataclass(slots=True)
class Row:
    """One application of the file and the referral that it is about; `said` collects what somebody has to look at."""

    application: TracApplication
    referral: Referral
    by: Acting
    done: list[str]
    said: list[str]


def read(job: Job, *, by: Acting, report: Any) -> tuple[Table, Matched]:
    """The file, before the transaction: reading it may take a while."""
    return table_and_columns(job, COLUMNS, by=by)


@job_kind(label="TRAC application file", roles=TRUST_ROLES, prepare=read)
def take_applications(job: Job, *, by: Acting, report: Any, prepared: tuple[Table, Matched]) -> dict[str, Any]:
    """Take every row as far as it says. One that cannot be read or is refused leaves nothing; the others stand."""
    table, matched = prepared
    referrals = own_referrals(by)
    seen: set[str] = set()
    for number, (row_number, application, problems) in enumerate(applications(table, matched), start=1):
        report(number, len(table.rows), "Reading applications")
        for column, sentence in problems:
            report.problem(row_number, sentence, column=column)
        if application is None or problems:
            continue
        _take(row_number, application, referrals, seen, report, by=by)
    return {"url": "/pipeline/", "label": "See the pipeline"}


def applications(table: Table, matched: Matched) -> Iterator[tuple[int, TracApplication | None, list[tuple[str, str]]]]:
    """(row, what it says, [(column, problem)]) of each row of the file."""
    for row in table.rows:
        if row.problem:
            yield row.number, None, [("", row.problem)]
            continue
        answer = read_application(matched.cells(row), where=f"Row {row.number}", headings=dict(matched.chosen))
        yield (
            row.number,
            answer.value,
            [_problem(each) for each in answer.problems if not each.what.startswith(TOO_SOON)],
        )


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
    number: int,
    application: TracApplication,
    referrals: dict[str, list[Referral]],
    seen: set[str],
    report: Any,
    *,
    by: Acting,
) -> None:
    referral = _referral_of(application, referrals)
    if referral is None:
        report.row(number, Outcome.SKIPPED, NOT_HERE.format(application.application_id))
        return
    if referral.reference in seen:
        report.problem(number, f"{application.application_id} stands in the file twice. Remove the older row.")
        return
    seen.add(referral.reference)
    row = Row(application, referral, by, [], [])
    try:
        with transaction.atomic():
            advance(row)
    except Refused as refused:
        report.problem(number, str(refused))
        return
    outcome = Outcome.CHANGED if row.done else Outcome.SAME
    report.row(number, outcome, " ".join([*row.done, *row.said]), on=referral)


def _referral_of(application: TracApplication, referrals: dict[str, list[Referral]]) -> Referral | None:
    """By the ID; where two vacancies have it, by the vacancy's TRAC reference too."""
    found = referrals.get(application.application_id.casefold(), [])
    if len(found) > 1:
        found = [row for row in found if row.vacancy.trac_reference == application.vacancy_reference]
    return found[0] if len(found) == 1 else None


def advance(row: Row) -> None:
    """Take the referral as far as the row says: decided, booked, held, outcome, job. Raises Refused."""
    for step in (_decide, _book, _hold, _outcome, _checks, _job):
        step(row)
        row.referral = Referral.unscoped.select_related("candidate", "vacancy__trust").get(pk=row.referral.pk)


def _decide(row: Row) -> None:
    said = row.application.shortlisting
    later = row.application.attended is not None or row.application.outcome or row.application.offer
    if row.referral.state != "submitted":
        if said == "does not meet" and row.referral.state in ("meets", "kept"):
            row.said.append("TRAC says not shortlisted; here the criteria are met. Look at both.")
        return
    if said == "does not meet":
        services.decide(referral=row.referral, reason="Not shortlisted in TRAC", by=row.by)
        row.done.append("Not shortlisted: recorded. Write the feedback.")
    elif said == "meets" or (not said and later):
        services.decide(referral=row.referral, by=row.by)
        row.done.append("Shortlisted: recorded.")


def _interviews(row: Row) -> list[Interview]:
    return list(row.referral.interviews.order_by("at", "pk"))


def _day_of(interview: Interview) -> date:
    return interview.at.astimezone(LONDON).date()


def _book(row: Row) -> None:
    day = row.application.interview
    if day is None or row.referral.state != "meets":
        return
    interviews = _interviews(row)
    booked = next((each for each in interviews if each.state == "booked"), None)
    at = datetime.combine(day, time(9), tzinfo=LONDON)
    if booked is not None:
        if (was := _day_of(booked)) != day:
            appointments.rearrange(interview=booked, at=at, place=NO_TIME, by=row.by)
            row.done.append(f"Interview moved from {long_day(was)} to {long_day(day)}: rearranged.")
        return
    if any(_day_of(each) == day and each.state != "moved" for each in interviews):
        return  # that one was missed or cancelled; TRAC has no new day yet
    appointments.book(referral=row.referral, at=at, place=NO_TIME, by=row.by)
    row.done.append(f"Interview on {long_day(day)}: booked.")


def _hold(row: Row) -> None:
    booked = next((each for each in _interviews(row) if each.state == "booked"), None)
    attended = row.application.attended
    if attended is None and row.application.outcome:
        attended = True
    if booked is None or attended is None or row.referral.state != "meets":
        return
    _check_has_come(row, _day_of(booked))
    if attended:
        appointments.hold_interview(interview=booked, by=row.by)
        row.done.append("Interview held: recorded.")
    else:
        appointments.candidate_absent(interview=booked, by=row.by)
        row.done.append("Did not attend: recorded.")


def _check_has_come(row: Row, day: date) -> None:
    """TRAC tells how an interview went that is still to come: one of the two days is wrong."""
    if day <= today():
        return
    if row.application.interview is None:
        raise Refused(
            f"TRAC tells how the interview went and gives no interview date; here it is booked for {long_day(day)}. "
            "Add the interview date in TRAC and export again."
        )
    raise Refused(
        f"TRAC tells how the interview of {long_day(day)} went, and that day is still to come. "
        "Correct the interview date in TRAC and export again."
    )


def _outcome(row: Row) -> None:
    said = RESULTS.get(row.application.outcome)
    if said is None:
        return
    held = next((each for each in _interviews(row) if each.state == "held"), None)
    if row.referral.state != "kept" or held is None:
        if row.referral.state == "meets":
            row.said.append("TRAC has an outcome but no interview date: add the date in TRAC, or book it here.")
        return
    outcome = getattr(row.referral, "outcome", None)
    if outcome is None:
        appointments.record_outcome(interview=held, result=said, feedback="", by=row.by)
        row.done.append(f"{said.label}: recorded. Write the feedback.")
    elif outcome.result != said:
        row.said.append(f"TRAC says {said.label.lower()}; here it is {outcome.get_state_display().lower()}.")


def _checks(row: Row) -> None:
    if row.referral.state != "kept" or row.application.outcome != "appointed":
        return
    held = dict(Check.unscoped.filter(candidate=row.referral.candidate_id).values_list("kind", "status"))
    for kind, state in row.application.checks:
        status = STATUSES[state]
        if held.get(kind) == status or (kind in AFTER_OFFER and kind not in held):
            continue
        record_check(candidate=row.referral.candidate, kind=kind, status=status, by=row.by)
        row.done.append(f"{kind.replace('_', ' ').capitalize()}: {status.label.lower()}.")


def _job(row: Row) -> None:
    employment = Employment.unscoped.filter(referral=row.referral).first()
    if employment is None:
        return
    for step in (_cleared, _agreed, _started, _fell_through):
        employment = step(row, employment)


def _cleared(row: Row, employment: Employment) -> Employment:
    if row.application.offer != "unconditional" or employment.state != "offered":
        return employment
    row.done.append("Checks cleared: recorded.")
    return appointments.clear(employment=employment, by=row.by)


def _agreed(row: Row, employment: Employment) -> Employment:
    day = row.application.start
    if day is None or employment.state not in ("offered", "cleared") or employment.agreed_start == day:
        return employment
    if row.application.offer != "started":
        row.done.append(f"First day {long_day(day)}: noted.")
        return appointments.agree_start(employment=employment, on=day, by=row.by)
    return employment


def _started(row: Row, employment: Employment) -> Employment:
    if row.application.offer != "started" or employment.state not in ("offered", "cleared"):
        return employment
    day = row.application.start
    if day is None or day > today():
        row.said.append("TRAC says started; add the first day in TRAC, or record it here.")
        return employment
    row.done.append(f"Started on {long_day(day)}: recorded.")
    return appointments.start(employment=employment, on=day, by=row.by)


def _fell_through(row: Row, employment: Employment) -> Employment:
    if row.application.offer != "withdrawn" or employment.state not in ("offered", "cleared"):
        return employment
    row.done.append("Offer withdrawn: recorded.")
    return appointments.fall_through(employment=employment, reason="Offer withdrawn in TRAC", by=row.by)

"""Putting people in cohorts, and moving them through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from audit.acting import Acting, Role
from audit.clock import today
from audit.events import record_new
from audit.mover import Refused, move
from audit.references import draw
from candidates.choices import GrantScope
from candidates.models import Candidate, Grant
from candidates.services import cause_of, share_many, stop_sharing
from organisations.policies import value_of
from programmes.models import Attendance, Cohort, Enrolment, EnrolmentState, LeavingReason
from programmes.rules import check_cohort, check_first_day, check_last_day, check_open
from programmes.states import ENDED, ENROLMENT, FIRST_STATES, HAS_STARTED, NEVER_STARTED

BY_ATTENDANCE, BY_FIRST_DAY = "attended a session", "first day recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEnrolment:
    """One person in one cohort. `evidence` of a start or an end belongs to history, which comes by import."""

    candidate: Candidate
    cohort: Cohort
    state: str = EnrolmentState.ENROLLED
    referred_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    leaving_reason: str = ""
    evidence: str = ""
    own_reference: str = ""
    seeking_work: bool | None = None


def enrol(
    *,
    candidate: Candidate,
    cohort: Cohort,
    by: Acting,
    state: str = EnrolmentState.ENROLLED,
    referred_on: date | None = None,
    own_reference: str = "",
    seeking_work: bool | None = None,
) -> Enrolment:
    """Put one person in a cohort as referred, offered or enrolled; its provider sees the whole record from now on.

    Refused with a sentence for a cohort that has ended, a person in it already, or a provider without an agreement.
    """
    row = NewEnrolment(
        candidate=candidate,
        cohort=cohort,
        state=state,
        referred_on=referred_on,
        own_reference=own_reference,
        seeking_work=seeking_work,
    )
    return enrol_many(rows=[row], by=by)[0]


@transaction.atomic
def enrol_many(*, rows: Sequence[NewEnrolment], by: Acting, history: bool = False) -> list[Enrolment]:
    """`enrol` for many, in a number of queries that does not grow with the people.

    With `history` (imports only) a row may enter at any state; one that has started needs its day and evidence.
    """
    for cohort in {row.cohort.pk: row.cohort for row in rows}.values():
        check_cohort(by=by, cohort=cohort)
        if not history:
            check_open(cohort, on=today())
    for row in rows:
        _check_row(row, history=history)
    _check_may_see(rows, by)
    _check_not_there(rows)
    enrolments = [_new(row) for row in rows]
    Enrolment.unscoped.bulk_create(enrolments, batch_size=500)
    days = value_of("programmes.provider_days")
    share_many(
        rows=[
            (each.candidate, each.cohort.programme.provider, cause_of(each), _provider_until(each, days))
            for each in enrolments
            if each.state not in NEVER_STARTED
        ],
        scope=GrantScope.FULL,
        by=by,
    )
    _record(enrolments, by, history)
    return enrolments


def _record(enrolments: list[Enrolment], by: Acting, history: bool) -> None:
    """The first event of each, by verb: a plain enrolment reads the same wherever it came from."""
    verbs = {EnrolmentState.REFERRED: "refer", EnrolmentState.OFFERED: "offer", EnrolmentState.ENROLLED: "enrol"}
    by_verb: dict[str, list[Any]] = {}
    for each in enrolments:
        verb = "import" if history else verbs[EnrolmentState(each.state)]
        facts = {"state": each.get_state_display().lower()} if history else {}
        by_verb.setdefault(verb, []).append((each, [each.candidate], facts))
    for verb, rows in by_verb.items():
        record_new(by=by, verb=verb, rows=rows)


def _check_row(row: NewEnrolment, *, history: bool) -> None:
    if row.state not in EnrolmentState.values:
        raise Refused(f"“{row.state}” is not a state of an enrolment.")
    if not history:
        if row.state not in FIRST_STATES:
            raise Refused("People enter as referred, offered a place or enrolled. Record the rest as it happens.")
        return
    if row.state in HAS_STARTED:
        if row.started_on is None or not row.evidence:
            raise Refused("Somebody who has started needs the first day and the evidence for it.")
        check_first_day(row.cohort, row.started_on, on=today())
    elif row.started_on is not None:
        raise Refused("A first day belongs to somebody who has started. Remove it, or change the state.")
    if row.state in ENDED:
        if row.ended_on is None:
            raise Refused("Somebody who completed or left needs the last day.")
        check_last_day(Enrolment(started_on=row.started_on), row.ended_on, on=today())
    if (row.state == EnrolmentState.LEFT) != bool(row.leaving_reason):
        raise Refused("A reason for leaving goes with somebody who left early, and only with them.")


def _check_may_see(rows: Sequence[NewEnrolment], by: Acting) -> None:
    if by.role == Role.SYSTEM:
        return
    asked = {row.candidate.pk for row in rows}
    held = Grant.objects.held_by(by).filter(candidate__in=asked, scope=GrantScope.FULL)
    unseen = asked - set(held.values_list("candidate", flat=True))
    if unseen:
        raise Refused("You cannot enrol somebody whose record you do not see.")


def _check_not_there(rows: Sequence[NewEnrolment]) -> None:
    asked = {(row.cohort.pk, row.candidate.pk): row for row in rows}
    held = Enrolment.unscoped.filter(
        cohort__in={cohort for cohort, _ in asked}, candidate__in={candidate for _, candidate in asked}
    )
    for pair in held.values_list("cohort_id", "candidate_id"):
        if pair in asked:
            row = asked[pair]
            raise Refused(f"{row.candidate.reference} is in {row.cohort.name} already.")
    if len(asked) < len(rows):
        raise Refused("Somebody is entered twice for one cohort.")


def _new(row: NewEnrolment) -> Enrolment:
    return Enrolment(
        reference=draw("ENR"),
        cohort=row.cohort,
        candidate=row.candidate,
        state=row.state,
        referred_on=row.referred_on or row.started_on or today(),
        started_on=row.started_on,
        ended_on=row.ended_on,
        leaving_reason=row.leaving_reason,
        seeking_work=row.seeking_work,
        start_evidence=row.evidence[:40],
        own_reference=row.own_reference,
    )


def _provider_until(enrolment: Enrolment, days: int) -> date | None:
    """After the end a provider needs the person for a while, to know what became of them, and then no longer."""
    return None if enrolment.ended_on is None else enrolment.ended_on + timedelta(days=days)


def _let_provider_go(enrolment: Enrolment, by: Acting) -> None:
    until = _provider_until(enrolment, value_of("programmes.provider_days"))
    stop_sharing(cause=cause_of(enrolment), on=max(today(), until or today()), by=by)


def _move(enrolment: Enrolment, verb: str, *, by: Acting, **facts: Any) -> Enrolment:
    moved: Enrolment = move(enrolment, verb, table=ENROLMENT, by=by, threads=[enrolment.candidate], **facts)
    return moved


def offer(*, enrolment: Enrolment, by: Acting) -> Enrolment:
    """Offer a place to somebody who was referred."""
    return _move(enrolment, "offer", by=by)


def accept(*, enrolment: Enrolment, by: Acting) -> Enrolment:
    """The place was taken: enrolled."""
    return _move(enrolment, "enrol", by=by)


@transaction.atomic
def start(*, enrolment: Enrolment, by: Acting, first_day: date | None = None) -> Enrolment:
    """Record that somebody started: on `first_day`, or on the day of the first session that they attended.

    Refused if neither is there: a start is what the measures count.
    """
    evidence = BY_FIRST_DAY
    if first_day is None:
        first_day, evidence = first_attended(enrolment), BY_ATTENDANCE
    if first_day is None:
        raise Refused("No session was attended yet. Record attendance, or enter the first day.")
    check_first_day(enrolment.cohort, first_day, on=today())
    return _move(enrolment, "start", by=by, started_on=first_day, start_evidence=evidence)


def first_attended(enrolment: Enrolment) -> date | None:
    """The day of the first session that the person attended."""
    attended = Attendance.unscoped.filter(enrolment=enrolment, present=True)
    return attended.order_by("session__day").values_list("session__day", flat=True).first()


def pause(*, enrolment: Enrolment, by: Acting, reason: str = "") -> Enrolment:
    return _move(enrolment, "pause", by=by, reason=reason)


def resume(*, enrolment: Enrolment, by: Acting) -> Enrolment:
    return _move(enrolment, "resume", by=by)


@transaction.atomic
def complete(
    *, enrolment: Enrolment, by: Acting, on: date | None = None, seeking_work: bool | None = None
) -> Enrolment:
    """Record the last day of somebody who completed, and whether they look for work now."""
    day = on or today()
    check_last_day(enrolment, day, on=today())
    moved = _move(enrolment, "complete", by=by, ended_on=day, seeking_work=seeking_work)
    _let_provider_go(moved, by)
    return moved


@transaction.atomic
def leave(*, enrolment: Enrolment, leaving_reason: str, by: Acting, on: date | None = None) -> Enrolment:
    """Record that somebody left early: the last day, and why."""
    if leaving_reason not in LeavingReason.values:
        raise Refused("Choose the reason for leaving.")
    day = on or today()
    check_last_day(enrolment, day, on=today())
    moved = _move(enrolment, "leave", by=by, ended_on=day, leaving_reason=leaving_reason)
    _let_provider_go(moved, by)
    return moved


def decline(*, enrolment: Enrolment, by: Acting, reason: str = "") -> Enrolment:
    """The person does not want the place; the provider no longer sees them."""
    return _never_started(enrolment, "decline", by=by, reason=reason)


def reject(*, enrolment: Enrolment, reason: str, by: Acting) -> Enrolment:
    """The programme's own conditions are not met; the reason is recorded, the provider no longer sees the person."""
    if not reason.strip():
        raise Refused("Say why the person cannot join this programme.")
    return _never_started(enrolment, "reject", by=by, reason=reason)


def no_show(*, enrolment: Enrolment, by: Acting, reason: str = "") -> Enrolment:
    """Enrolled and never came; the provider no longer sees the person."""
    return _never_started(enrolment, "no_show", by=by, reason=reason)


@transaction.atomic
def _never_started(enrolment: Enrolment, verb: str, *, by: Acting, reason: str) -> Enrolment:
    moved = _move(enrolment, verb, by=by, reason=reason)
    stop_sharing(cause=cause_of(moved), by=by)
    return moved

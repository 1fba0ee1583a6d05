"""Interviews, their outcome, and the job that follows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.acting import Acting
from audit.clock import LONDON, now, today
from audit.events import record
from audit.mover import Refused, move
from audit.references import draw
from candidates.models import Candidate
from candidates.services import unlock_checks
from organisations.models import Organisation
from pipeline.models import Employment, Evidence, Interview, InterviewKind, Outcome, Referral, Result
from pipeline.services import _move as move_referral
from pipeline.services import cause_of
from pipeline.states import EMPLOYMENT, INTERVIEW, check_trust
from vacancies.models import EntryKind, HoldKind, Vacancy
from vacancies.ring_fencing import record_level
from vacancies.services import clear_hold


@transaction.atomic
def book(
    *,
    referral: Referral,
    at: datetime,
    by: Acting,
    place: str = "",
    kind: InterviewKind = InterviewKind.INTERVIEW,
    times_offered: int = 1,
) -> Interview:
    """Book the promised interview. Refused unless the referral meets the criteria and has no interview booked."""
    referral = Referral.unscoped.select_for_update(of=("self",)).select_related("vacancy").get(pk=referral.pk)
    check_trust(by=by, row=referral)
    if referral.state != "meets":
        raise Refused(
            f"{referral.reference} is {referral.get_state_display().lower()}; an interview is booked once it meets."
        )
    if referral.interviews.filter(state="booked").exists():
        raise Refused("An interview is booked already. Cancel it first, saying who cancelled.")
    interview = Interview.unscoped.create(
        reference=draw("INT"),
        referral=referral,
        kind=kind,
        at=at,
        place=place,
        times_offered=times_offered,
        made_at=now(),
    )
    when = f"{at.astimezone(LONDON):%d/%m/%Y at %H:%M}"
    record(by=by, verb="book", on=interview, threads=_threads(referral), when=when)
    return interview


def _threads(referral: Referral) -> tuple[Any, ...]:
    return referral, referral.candidate, referral.vacancy


@transaction.atomic
def hold_interview(*, interview: Interview, by: Acting, on: date | None = None) -> Interview:
    """The interview was held: the guarantee is kept."""
    interview = _move_interview(interview, "hold", by=by, day=on)
    referral = move_referral(interview.referral, "keep", by=by, day=on)
    clear_hold(kind=HoldKind.INTERVIEW, cause=cause_of(referral), by=by)
    record_level(vacancy=referral.vacancy, kind=EntryKind.INTERVIEWED, cause=cause_of(referral), by=by)
    return interview


def candidate_absent(*, interview: Interview, by: Acting) -> Interview:
    """The candidate did not come: another time is offered, or the candidate gives it up."""
    return _move_interview(interview, "absent", by=by)


def cancel(*, interview: Interview, by_candidate: bool, reason: str, by: Acting) -> Interview:
    """Cancel a booked interview. By the trust it is a breach, and the clock runs on."""
    verb = "cancel_by_candidate" if by_candidate else "cancel_by_trust"
    return _move_interview(interview, verb, by=by, reason=reason)


def _move_interview(interview: Interview, verb: str, *, by: Acting, **more: Any) -> Interview:
    return move(interview, verb, table=INTERVIEW, by=by, threads=_threads(interview.referral), **more)


@transaction.atomic
def record_outcome(
    *, interview: Interview, result: Result, feedback: str, by: Acting, by_criterion: dict[str, str] | None = None
) -> Outcome:
    """What came of a held interview, with the feedback that the candidate reads. Refused without feedback."""
    referral = (
        Referral.unscoped.select_for_update(of=("self",))
        .select_related("vacancy", "candidate")
        .get(pk=interview.referral_id)
    )
    check_trust(by=by, row=referral)
    if interview.state != "held":
        raise Refused("Record first that the interview was held.")
    if not feedback.strip():
        raise Refused("Give feedback: every candidate who was interviewed gets some.")
    if Outcome.unscoped.filter(referral=referral).exists():
        raise Refused(f"The outcome of {referral.reference} has been recorded already.")
    outcome = Outcome.unscoped.create(
        referral=referral,
        interview=interview,
        result=result,
        feedback=feedback,
        by_criterion=by_criterion or {},
        on=today(),
    )
    record(by=by, verb="outcome", on=outcome, threads=_threads(referral), result=Result(result).label)
    if result == Result.APPOINTED:
        record_level(vacancy=referral.vacancy, kind=EntryKind.APPOINTED, cause=cause_of(referral), by=by)
        _offer_job(referral, by=by)
    return outcome


def _offer_job(referral: Referral, *, by: Acting) -> Employment:
    vacancy: Vacancy = referral.vacancy
    contract = vacancy.contract if vacancy.contract != "other" else "permanent"
    employment = Employment.unscoped.create(
        reference=draw("JOB"),
        candidate=referral.candidate,
        employer=vacancy.trust,
        employer_name=vacancy.trust.name,
        vacancy=vacancy,
        referral=referral,
        contract=contract,
        evidence=Evidence.EMPLOYER,
        title=vacancy.title,
        band=vacancy.band,
        offered_on=today(),
        made_at=now(),
    )
    record(by=by, verb="offer_job", on=employment, threads=_threads(referral))
    unlock_checks(candidate=referral.candidate, cause=cause_of(employment), by=by)
    return employment


def clear(*, employment: Employment, by: Acting) -> Employment:
    """The checks are cleared."""
    return _move_job(employment, "clear", by=by)


def start(*, employment: Employment, on: date, by: Acting, evidence: Evidence = Evidence.EMPLOYER) -> Employment:
    """The first day of paid work. Refused for a day to come."""
    if on > today():
        raise Refused(f"{on:%d/%m/%Y} is still to come. Record the start on or after the day.")
    said = {"when": f"{on:%d/%m/%Y}"}
    return _move_job(employment, "start", by=by, day=on, started_on=on, evidence=evidence, said=said)


def end(*, employment: Employment, on: date, reason: str, by: Acting) -> Employment:
    """The last day in the job."""
    if employment.started_on and on < employment.started_on:
        raise Refused(f"The job began on {employment.started_on:%d/%m/%Y}; it cannot end before that.")
    return _move_job(employment, "end", by=by, day=on, ended_on=on, reason=reason)


def fall_through(*, employment: Employment, reason: str, by: Acting) -> Employment:
    """The offer fell through before the first day."""
    return _move_job(employment, "fall_through", by=by, reason=reason)


def _move_job(employment: Employment, verb: str, *, by: Acting, **more: Any) -> Employment:
    threads = [row for row in (employment.candidate, employment.vacancy, employment.referral) if row is not None]
    return move(employment, verb, table=EMPLOYMENT, by=by, threads=threads, **more)


@transaction.atomic
def record_job(
    *,
    candidate: Candidate,
    employer: Organisation | None,
    employer_name: str,
    nhs: bool,
    contract: str,
    evidence: Evidence,
    started_on: date,
    title: str,
    by: Acting,
) -> Employment:
    """A job found without a referral: on the candidate's word, an employer's, or from payroll. Never twice the same one."""
    if started_on > today():
        raise Refused(f"{started_on:%d/%m/%Y} is still to come. Record the start on or after the day.")
    same = Employment.unscoped.filter(candidate=candidate, employer=employer, started_on=started_on).first()
    if same:
        return same
    employment = Employment.unscoped.create(
        reference=draw("JOB"),
        candidate=candidate,
        employer=employer,
        employer_name=employer.name if employer else employer_name,
        nhs=nhs,
        contract=contract,
        evidence=evidence,
        state="started",
        title=title,
        started_on=started_on,
        made_at=now(),
    )
    record(by=by, verb="start", on=employment, threads=[candidate], day=started_on, when=f"{started_on:%d/%m/%Y}")
    return employment

"""Interviews, their outcome, and the job that follows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Min

from audit.acting import Acting
from audit.clock import LONDON, now, today
from audit.events import record
from audit.mover import Refused, in_words, move
from audit.references import draw
from candidates.models import Candidate, GrantScope
from candidates.services import lock_checks, note_work, share, stop_sharing, unlock_checks
from nhsuk.words import long_day, moment
from organisations.models import Organisation, PipelineMode
from pipeline.models import Employment, Evidence, Interview, InterviewKind, Outcome, Referral, Result
from pipeline.rules import check_after_submission, check_interview_day, check_known, check_outcome_day
from pipeline.services import cause_of, move_referral
from pipeline.states import EMPLOYMENT, INTERVIEW, check_employment, check_puts_forward, check_trust
from vacancies.models import EntryKind, HoldKind, Vacancy
from vacancies.ring_fencing import record_level, take_level_back
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
    also_offered: datetime | None = None,
) -> Interview:
    """Book the promised interview. Refused unless the referral meets the criteria and has no interview booked, and for
    a day before the referral was submitted or more than a year away.

    `also_offered` is the other time from which the candidate chose; with it two times count as offered.
    """
    referral = Referral.unscoped.select_for_update(of=("self",)).select_related("vacancy").get(pk=referral.pk)
    check_trust(by=by, row=referral)
    if referral.state != "meets":
        raise Refused(f"{referral.reference} {in_words(referral)}; an interview is booked once it meets.")
    if referral.interviews.filter(state="booked").exists():
        raise Refused("An interview is booked already. Cancel it first, saying who cancelled.")
    for offered in filter(None, (at, also_offered)):
        check_interview_day(referral, _day_of(offered))
    if also_offered == at:
        raise Refused("Offer two different times.")
    times = max(times_offered, 2 if also_offered else 1)
    referral.times_offered += times
    referral.save(update_fields=["times_offered"])
    interview = Interview.unscoped.create(
        reference=draw("INT"),
        referral=referral,
        kind=kind,
        at=at,
        also_offered=also_offered,
        place=place,
        times_offered=times,
        made_at=now(),
    )
    when = moment(at.astimezone(LONDON))
    record(by=by, verb="book", on=interview, threads=_threads(referral), when=when)
    return interview


def _day_of(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _threads(referral: Referral) -> tuple[Any, ...]:
    return referral, referral.candidate, referral.vacancy


@transaction.atomic
def hold_interview(*, interview: Interview, by: Acting, on: date | None = None) -> Interview:
    """The interview was held: the guarantee is kept. `on` is its day unless said. Refused before that day."""
    day = on or _day_of(interview.at)
    check_has_come(day)
    check_after_submission(interview.referral, day)
    interview = _move_interview(interview, "hold", by=by, day=day)
    referral = move_referral(interview.referral, "keep", by=by, day=day, kept_on=day)
    clear_hold(kind=HoldKind.INTERVIEW, cause=cause_of(referral), by=by)
    record_level(vacancy=referral.vacancy, kind=EntryKind.INTERVIEWED, cause=cause_of(referral), by=by)
    return interview


def check_has_come(day: date) -> None:
    if day > today():
        raise Refused(f"The interview is on {long_day(day)}. Record on or after the day whether it was held.")


def candidate_absent(*, interview: Interview, by: Acting) -> Interview:
    """The candidate did not come: another time is offered, or the candidate gives it up. Refused before the day."""
    check_has_come(_day_of(interview.at))
    return _move_interview(interview, "absent", by=by)


def cancel(*, interview: Interview, by_candidate: bool, reason: str, by: Acting) -> Interview:
    """Cancel a booked interview. By the trust it is a breach, and the clock runs on."""
    verb = "cancel_by_candidate" if by_candidate else "cancel_by_trust"
    return _move_interview(interview, verb, by=by, reason=reason)


@transaction.atomic
def rearrange(*, interview: Interview, at: datetime, place: str, by: Acting) -> Interview:
    """The interview moves to another time, and nobody took it back: a second row, booked. The clock runs on."""
    moved = _move_interview(interview, "rearrange", by=by)
    return book(referral=moved.referral, at=at, place=place, kind=InterviewKind(moved.kind), by=by)


def _move_interview(interview: Interview, verb: str, *, by: Acting, **more: Any) -> Interview:
    return move(interview, verb, table=INTERVIEW, by=by, threads=_threads(interview.referral), **more)


@transaction.atomic
def record_outcome(
    *,
    interview: Interview,
    result: Result,
    feedback: str,
    by: Acting,
    by_criterion: dict[str, str] | None = None,
    on: date | None = None,
) -> Outcome:
    """What came of a held interview, with the feedback that the candidate reads. `on` is the day that TRAC says, else today.

    Refused without feedback in the native mode; what TRAC says may come first, and the feedback is then asked for. Refused
    for a day to come, or before the interview.
    """
    referral = (
        Referral.unscoped.select_for_update(of=("self",))
        .select_related("vacancy", "candidate")
        .get(pk=interview.referral_id)
    )
    check_trust(by=by, row=referral)
    interview = Interview.unscoped.get(pk=interview.pk)
    if interview.state != "held":
        raise Refused("Record first that the interview was held.")
    if not feedback.strip() and referral.mode == PipelineMode.NATIVE:
        raise Refused("Give feedback: every candidate who was interviewed gets some.")
    if Outcome.unscoped.filter(referral=referral).exists():
        raise Refused(f"The outcome of {referral.reference} has been recorded already.")
    day = on or today()
    check_outcome_day(referral, day)
    outcome = Outcome.unscoped.create(
        referral=referral,
        interview=interview,
        state=result,
        feedback=feedback.strip(),
        by_criterion=by_criterion or {},
        on=day,
    )
    record(by=by, verb="outcome", on=outcome, threads=_threads(referral), day=day, result=Result(result).label)
    follow_outcome(referral, Result(result), by=by, on=day)
    return outcome


def follow_outcome(referral: Referral, result: Result, *, by: Acting, on: date | None = None) -> None:
    """What an outcome means: the appointed are offered the job; of those who were not, the trust has no more to know."""
    cause = cause_of(referral)
    if result == Result.NOT_APPOINTED:
        stop_sharing(cause=cause, by=by)
        return
    share(
        candidate=referral.candidate,
        organisation=referral.vacancy.trust,
        scope=GrantScope.CONTACT,
        cause=cause,
        by=by,
    )
    if result == Result.APPOINTED:
        record_level(vacancy=referral.vacancy, kind=EntryKind.APPOINTED, cause=cause, by=by)
        _offer_job(referral, by=by, on=on or today())


def unappoint(referral: Referral, *, reason: str, by: Acting) -> None:
    """Nobody was appointed after all: the offer goes, if the job has not gone on. Whether the trust sees on, is said next."""
    job = Employment.unscoped.filter(referral=referral).first()
    if job is not None and job.state not in ("offered", "fell_through"):
        raise Refused(
            f"The job has gone on: {job.reference} is {job.get_state_display().lower()}, so they were appointed."
        )
    if job is not None and job.state == "offered":
        fall_through(employment=job, reason=reason, by=by)
    take_level_back(vacancy=referral.vacancy, kind=EntryKind.APPOINTED, cause=cause_of(referral), by=by)


def _offer_job(referral: Referral, *, by: Acting, on: date) -> Employment:
    """The job of this referral, offered; where the offer had been taken back, the same row again."""
    vacancy: Vacancy = referral.vacancy
    held = Employment.unscoped.filter(referral=referral).first()
    if held is not None:
        held = _move_job(held, "offer_again", by=by, offered_on=on)
        unlock_checks(candidate=referral.candidate, cause=cause_of(held), by=by)
        return held
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
        offered_on=on,
        made_at=now(),
    )
    record(by=by, verb="offer_job", on=employment, threads=_threads(referral), day=on)
    unlock_checks(candidate=referral.candidate, cause=cause_of(employment), by=by)
    return employment


def clear(*, employment: Employment, by: Acting, agreed_start: date | None = None) -> Employment:
    """The checks are cleared; `agreed_start` is the first day that was agreed, where it is known."""
    more = {"agreed_start": agreed_start} if agreed_start else {}
    return _move_job(employment, "clear", by=by, **more)


@transaction.atomic
def date_offer(*, employment: Employment, on: date, by: Acting) -> Employment:
    """The job was offered on another day than was recorded. Refused for a day to come, or before the interview."""
    employment = Employment.unscoped.select_for_update(of=("self",)).get(pk=employment.pk)
    check_employment(by=by, row=employment)
    if employment.referral:
        check_outcome_day(employment.referral, on)
    if employment.offered_on == on:
        return employment
    employment.offered_on = on
    employment.save(update_fields=["offered_on"])
    record(by=by, verb="date_offer", on=employment, threads=_job_threads(employment), when=long_day(on))
    return employment


@transaction.atomic
def agree_start(*, employment: Employment, on: date, by: Acting) -> Employment:
    """Note the first day that was agreed; it may be still to come. The same day again changes nothing."""
    employment = Employment.unscoped.select_for_update(of=("self",)).get(pk=employment.pk)
    check_employment(by=by, row=employment)
    if employment.state not in ("offered", "cleared"):
        raise Refused(
            f"{employment.reference} is {employment.get_state_display().lower()}; a first day is past agreeing."
        )
    if employment.agreed_start == on:
        return employment
    employment.agreed_start = on
    employment.save(update_fields=["agreed_start"])
    record(by=by, verb="agree_start", on=employment, threads=_job_threads(employment), when=long_day(on))
    return employment


@transaction.atomic
def start(*, employment: Employment, on: date, by: Acting, evidence: Evidence = Evidence.EMPLOYER) -> Employment:
    """The first day of paid work. Refused for a day to come."""
    if on > today():
        raise Refused(f"{long_day(on)} is still to come. Record the start on or after the day.")
    if employment.referral:
        check_after_submission(employment.referral, on)
    said = {"when": long_day(on)}
    employment = _move_job(employment, "start", by=by, day=on, started_on=on, evidence=evidence, said=said)
    follow_work(employment.candidate_id)
    return employment


@transaction.atomic
def end(*, employment: Employment, on: date, reason: str, by: Acting) -> Employment:
    """The last day in the job. Refused before the first day, and for a day to come."""
    if employment.started_on and on < employment.started_on:
        raise Refused(f"The job began on {long_day(employment.started_on)}; it cannot end before that.")
    if on > today():
        raise Refused(f"{long_day(on)} is still to come. Record the end on or after the day.")
    said = {"when": long_day(on)}
    employment = _move_job(employment, "end", by=by, day=on, ended_on=on, reason=reason, said=said)
    follow_work(employment.candidate_id)
    return employment


def follow_work(candidate_id: int) -> None:
    """Write with the person since when they are in work, by the jobs that they are in now."""
    present = Employment.unscoped.filter(candidate=candidate_id, state="started")
    note_work(candidate_id=candidate_id, since=present.aggregate(first=Min("started_on"))["first"])


@transaction.atomic
def fall_through(*, employment: Employment, reason: str, by: Acting) -> Employment:
    """The offer fell through before the first day, with its reason.

    Health and DBS checks that it opened stop, and the trust sees the person no longer.
    """
    if not reason.strip():
        raise Refused("Say why the offer fell through.")
    employment = _move_job(employment, "fall_through", by=by, reason=reason)
    lock_checks(cause=cause_of(employment), by=by)
    if employment.referral:
        stop_sharing(cause=cause_of(employment.referral), by=by)
    return employment


def _job_threads(employment: Employment) -> list[Any]:
    return [row for row in (employment.candidate, employment.vacancy, employment.referral) if row is not None]


def _move_job(employment: Employment, verb: str, *, by: Acting, **more: Any) -> Employment:
    return move(employment, verb, table=EMPLOYMENT, by=by, threads=_job_threads(employment), **more)


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
    check_puts_forward(by=by, row=candidate)
    check_known(candidate, by=by)
    if employer is None and not employer_name.strip():
        raise Refused("Say who the employer is.")
    if started_on > today():
        raise Refused(f"{long_day(started_on)} is still to come. Record the start on or after the day.")
    which = {"employer": employer} if employer else {"employer": None, "employer_name__iexact": employer_name}
    same = Employment.unscoped.filter(candidate=candidate, started_on=started_on, **which).first()
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
    record(by=by, verb="start", on=employment, threads=[candidate], day=started_on, when=long_day(started_on))
    follow_work(candidate.pk)
    return employment

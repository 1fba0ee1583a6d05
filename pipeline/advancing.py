"""How far one row of TRAC's application file takes a referral: decided, booked, held, withdrawn, outcome, checks, job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from audit.acting import Acting
from audit.clock import LONDON, today
from audit.mover import Refused, in_words
from candidates.choices import AFTER_OFFER, CheckKind, CheckStatus
from candidates.models import Check
from candidates.services import record_check
from nhsuk.words import long_day
from pipeline import appointments, services
from pipeline.models import Employment, Interview, Referral, Result
from pipeline.rules import two_times_offered
from vacancies.sources.trac import TracApplication

RESULTS = {"appointed": Result.APPOINTED, "reserve": Result.RESERVE, "not appointed": Result.NOT_APPOINTED}
STATUSES = {
    "complete": CheckStatus.COMPLETE,
    "with candidate": CheckStatus.WITH_CANDIDATE,
    "with third party": CheckStatus.WITH_THIRD,
    "outstanding": CheckStatus.NEEDED,
    "not required": CheckStatus.NOT_NEEDED,
}
NO_TIME = "Time and place are in TRAC"
WITHDRAWN = "Withdrawn in TRAC"
OVER = ("does_not_meet", "released", "broken", "withdrawn", "closed")


@dataclass(slots=True)
class Advance:
    """One application of the file and the referral that it is about; `said` collects what somebody has to look at."""

    application: TracApplication
    referral: Referral
    by: Acting
    done: list[str]
    said: list[str]


def advance(row: Advance) -> None:
    """Take the referral as far as the row says. Raises Refused."""
    if not row.application.stage_known:
        row.said.append(f"The stage “{row.application.stage_raw[:60]}” is not known here: nothing was taken from it.")
    for step in (_decide, _book, _hold, _withdraw, _outcome, _checks, _job):
        step(row)
        row.referral = Referral.unscoped.select_related("candidate", "vacancy__trust").get(pk=row.referral.pk)


def _decide(row: Advance) -> None:
    said = row.application.shortlisting
    later = row.application.attended is not None or row.application.outcome or row.application.offer
    if row.referral.state != "submitted":
        if said == "does not meet" and row.referral.state in ("meets", "kept"):
            row.said.append("TRAC says not shortlisted; here the criteria are met. Look at both.")
        return
    if said == "reserve":
        row.said.append("TRAC has them in reserve for an interview: nothing is decided yet.")
    elif said == "does not meet":
        services.decide(referral=row.referral, reason="Not shortlisted in TRAC", by=row.by)
        row.done.append("Not shortlisted: recorded. Write the feedback.")
    elif said == "meets" or (not said and later):
        services.decide(referral=row.referral, by=row.by)
        row.done.append("Shortlisted: recorded.")


def _interviews(row: Advance) -> list[Interview]:
    return list(row.referral.interviews.order_by("at", "pk"))


def _day_of(interview: Interview) -> date:
    return interview.at.astimezone(LONDON).date()


def _book(row: Advance) -> None:
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


def _hold(row: Advance) -> None:
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


def _check_has_come(row: Advance, day: date) -> None:
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


def _withdraw(row: Advance) -> None:
    """The candidate withdrew: before the decision the trust closes the referral, after it the promise is given up."""
    referral = row.referral
    if not row.application.withdrawn:
        return
    if referral.state == "submitted":
        services.close(referral=referral, close_reason=WITHDRAWN, by=row.by)
        row.done.append("Withdrawn in TRAC: the referral is closed.")
    elif referral.state == "meets":
        released = services.release(referral=referral, reason=WITHDRAWN, by=row.by)
        row.done.append("Withdrawn in TRAC: recorded as given up by the candidate.")
        if not two_times_offered(released):
            row.said.append("Fewer than two times for the interview were offered, so it does not count as kept.")
    elif referral.state in ("does_not_meet", "broken"):
        row.said.append(f"TRAC says withdrawn; here it {in_words(referral)}. Look at both.")


def _outcome(row: Advance) -> None:
    said = RESULTS.get(row.application.outcome)
    if said is None or row.application.withdrawn and row.referral.state != "kept":
        return
    if row.referral.state in OVER:
        row.said.append(f"TRAC says {said.label.lower()}; here it {in_words(row.referral)}. Look at both.")
        return
    held = next((each for each in _interviews(row) if each.state == "held"), None)
    if row.referral.state != "kept" or held is None:
        if row.referral.state == "meets":
            row.said.append("TRAC has an outcome but no interview date: add the date in TRAC, or book it here.")
        return
    outcome = getattr(row.referral, "outcome", None)
    if outcome is None:
        day = row.application.offered if said == Result.APPOINTED else None
        appointments.record_outcome(interview=held, result=said, feedback="", by=row.by, on=day)
        row.done.append(f"{said.label}: recorded. Write the feedback.")
    elif outcome.result != said:
        row.said.append(f"TRAC says {said.label.lower()}; here it is {outcome.get_state_display().lower()}.")


def _checks(row: Advance) -> None:
    if row.referral.state != "kept" or row.application.outcome != "appointed":
        return
    held = dict(Check.unscoped.filter(candidate=row.referral.candidate_id).values_list("kind", "status"))
    for kind, state in row.application.checks:
        status = STATUSES[state]
        if held.get(kind) == status or (kind in AFTER_OFFER and kind not in held):
            continue
        record_check(candidate=row.referral.candidate, kind=kind, status=status, by=row.by)
        row.done.append(f"{CheckKind(kind).label}: {status.label.lower()}.")


def _job(row: Advance) -> None:
    employment = Employment.unscoped.filter(referral=row.referral).first()
    if employment is None:
        _say_no_job(row)
        return
    for step in (_dated, _cleared, _agreed, _started, _fell_through):
        employment = step(row, employment)


def _say_no_job(row: Advance) -> None:
    """A withdrawal of which there is nothing here to withdraw."""
    if row.referral.state == "kept" and row.application.withdrawn:
        row.said.append("TRAC says withdrawn; the interview was held, so the guarantee is kept. Record the outcome.")
    elif row.application.offer == "withdrawn" and not row.application.withdrawn:
        row.said.append("TRAC says that the offer was withdrawn; here no job was offered.")


def _dated(row: Advance, employment: Employment) -> Employment:
    day = row.application.offered
    if day is None or employment.state not in ("offered", "cleared") or employment.offered_on == day:
        return employment
    row.done.append(f"Job offered on {long_day(day)}: recorded.")
    return appointments.date_offer(employment=employment, on=day, by=row.by)


def _cleared(row: Advance, employment: Employment) -> Employment:
    if row.application.offer != "unconditional" or employment.state != "offered":
        return employment
    row.done.append("Checks cleared: recorded.")
    return appointments.clear(employment=employment, by=row.by)


def _agreed(row: Advance, employment: Employment) -> Employment:
    day = row.application.start
    if day is None or employment.state not in ("offered", "cleared") or employment.agreed_start == day:
        return employment
    if row.application.offer != "started":
        row.done.append(f"First day {long_day(day)}: noted.")
        return appointments.agree_start(employment=employment, on=day, by=row.by)
    return employment


def _started(row: Advance, employment: Employment) -> Employment:
    if row.application.offer != "started" or employment.state not in ("offered", "cleared"):
        return employment
    day = row.application.start
    if day is None or day > today():
        row.said.append("TRAC says started; add the first day in TRAC, or record it here.")
        return employment
    row.done.append(f"Started on {long_day(day)}: recorded.")
    return appointments.start(employment=employment, on=day, by=row.by)


def _fell_through(row: Advance, employment: Employment) -> Employment:
    if not row.application.withdrawn and row.application.offer != "withdrawn":
        return employment
    if employment.state not in ("offered", "cleared"):
        if employment.state != "fell_through":
            row.said.append(f"TRAC says withdrawn; here {employment.reference} {in_words(employment)}. Look at both.")
        return employment
    row.done.append("Offer withdrawn: recorded.")
    return appointments.fall_through(employment=employment, reason="Offer withdrawn in TRAC", by=row.by)

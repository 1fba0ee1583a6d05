"""What may be done about a referral or a job by one reader: pages, lists and Today ask the same question here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from audit.acting import TRUST_ROLES, Acting
from audit.clock import LONDON, today
from audit.mover import can_move, possible
from nhsuk.words import clock_time
from organisations.models import PipelineMode
from pipeline.models import Employment, Interview, Outcome, Referral
from pipeline.rules import lacking_evidence, last_record
from pipeline.states import EMPLOYMENT, INTERVIEW, OUTCOME, PUTS_FORWARD, REFERRAL


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next: words, its last day, the step that does it, or `waiting` for somebody else."""

    text: str
    due: date | None = None
    step: str = ""
    waiting: bool = False


def booked_of(referral: Referral) -> Interview | None:
    """The interview that is booked; reads what was loaded before."""
    return next((row for row in referral.interviews.all() if row.state == "booked"), None)


def held_of(referral: Referral) -> Interview | None:
    return next((row for row in referral.interviews.all() if row.state == "held"), None)


def outcome_of(referral: Referral) -> Outcome | None:
    return getattr(referral, "outcome", None)


def job_of(referral: Referral) -> Employment | None:
    return getattr(referral, "employment", None)


def is_own_trust(referral: Referral, by: Acting) -> bool:
    return by.role in TRUST_ROLES and by.organisation_id == referral.vacancy.trust_id


def _moves(verb: str) -> Callable[[Referral, Acting], bool]:
    return lambda referral, by: can_move(referral, verb, table=REFERRAL, by=by)


def _moves_interview(verb: str) -> Callable[[Referral, Acting], bool]:
    def possible_now(referral: Referral, by: Acting) -> bool:
        booked = booked_of(referral)
        return booked is not None and can_move(booked, verb, table=INTERVIEW, by=by)

    return possible_now


def _has_come(verb: str) -> Callable[[Referral, Acting], bool]:
    """The interview's day is here, so that it can be said what became of it."""
    asked = _moves_interview(verb)

    def possible_now(referral: Referral, by: Acting) -> bool:
        booked = booked_of(referral)
        return asked(referral, by) and booked is not None and booked.at.astimezone(LONDON).date() <= today()

    return possible_now


def _decides(mode: PipelineMode) -> Callable[[Referral, Acting], bool]:
    meets = _moves("meets")
    return lambda referral, by: referral.mode == mode and meets(referral, by)


def _needs_application(referral: Referral, by: Acting) -> bool:
    wanted = referral.mode == PipelineMode.TRAC and referral.state == "submitted" and not referral.trac_application_id
    return wanted and (by.role in PUTS_FORWARD or is_own_trust(referral, by))


def _lacks_evidence(referral: Referral, by: Acting) -> bool:
    """The trust added a criterion after it had the referral, and has not decided."""
    undecided = referral.mode == PipelineMode.NATIVE and referral.state == "submitted"
    return undecided and by.role in PUTS_FORWARD and bool(lacking_evidence(referral))


def _books(referral: Referral, by: Acting) -> bool:
    return referral.state == "meets" and is_own_trust(referral, by) and booked_of(referral) is None


def _records_outcome(referral: Referral, by: Acting) -> bool:
    return referral.state == "kept" and outcome_of(referral) is None and is_own_trust(referral, by)


def _appoints(referral: Referral, by: Acting) -> bool:
    outcome = outcome_of(referral)
    return outcome is not None and can_move(outcome, "appoint", table=OUTCOME, by=by)


def _takes_back(referral: Referral, by: Acting) -> bool:
    """The trust's own decision, or what was said of the interview, while the candidate has not been told."""
    found = last_record(referral)
    own = is_own_trust(referral, by) and referral.feedback_given_on is None
    return own and found in ("decision", "held", "absent")


def _corrects(referral: Referral, by: Acting) -> bool:
    job = job_of(referral)
    open_job = job is None or job.state in ("offered", "fell_through")
    own = is_own_trust(referral, by) and referral.feedback_given_on is None
    return own and open_job and outcome_of(referral) is not None


def has_feedback(referral: Referral) -> bool:
    """Whether the trust has written something for the candidate after a refusal or an interview."""
    outcome = outcome_of(referral)
    if outcome is not None:
        return bool(outcome.feedback)
    return bool(referral.feedback) or any(not decision.met for decision in referral.decisions.all())


def _owes_feedback(referral: Referral, by: Acting) -> bool:
    over = referral.state == "does_not_meet" or outcome_of(referral) is not None
    return over and is_own_trust(referral, by) and not has_feedback(referral)


def _passes_on(referral: Referral, by: Acting) -> bool:
    over = referral.state == "does_not_meet" or outcome_of(referral) is not None
    return over and by.role in PUTS_FORWARD and referral.feedback_given_on is None and has_feedback(referral)


# In the order of the page: the first that is possible and not an ending is the next action.
STEPS: dict[str, Callable[[Referral, Acting], bool]] = {
    "offer": _moves("offer"),
    "accept": _moves("accept"),
    "decline": _moves("decline"),
    "submit": _moves("submit"),
    "decide": _decides(PipelineMode.NATIVE),
    "trac": _decides(PipelineMode.TRAC),
    "application": _needs_application,
    "evidence": _lacks_evidence,
    "held": _has_come("hold"),
    "absent": _has_come("absent"),
    "book": _books,
    "outcome": _records_outcome,
    "appoint": _appoints,
    "feedback": _owes_feedback,
    "pass_on": _passes_on,
    "cancel": _moves_interview("cancel_by_candidate"),
    "release": _moves("release"),
    "break": _moves("break"),
    "withdraw": _moves("withdraw"),
    "take_back": _takes_back,
    "correct": _corrects,
}
ENDINGS = ("decline", "absent", "cancel", "appoint", "release", "break", "withdraw", "take_back", "correct")
WORDS = {
    "offer": "Offer the guaranteed interview",
    "accept": "Record the candidate’s answer",
    "submit": "Submit to the trust",
    "decide": "Decide by criterion",
    "trac": "Record what TRAC says",
    "application": "Record the TRAC application number",
    "evidence": "Send the evidence for new criteria",
    "held": "Record whether the interview was held",
    "book": "Book the interview",
    "outcome": "Record the outcome",
    "feedback": "Write the feedback",
    "pass_on": "Pass on the feedback",
}


def steps(referral: Referral, *, by: Acting) -> list[str]:
    """The steps that `by` may take now, the most useful first."""
    return [name for name, may in STEPS.items() if may(referral, by)]


def next_of(referral: Referral, *, by: Acting) -> Next:
    """The one next action, or what is waited for. Needs `referrals_for` rows (with `due`)."""
    due = getattr(referral, "due", None)
    mine = next((step for step in steps(referral, by=by) if step not in ENDINGS), "")
    if mine:
        return Next(WORDS[mine], due, step=mine)
    return Next(*_waiting(referral, due), waiting=True)


def _waiting(referral: Referral, due: date | None) -> tuple[str, date | None]:
    if referral.state == "meets":
        return _interview_words(referral, due)
    job = job_of(referral)
    if job is not None and job.state in JOB_WAITS:
        return JOB_WAITS[job.state], job.agreed_start
    if referral.state == "kept" and outcome_of(referral) is None:
        return "Waiting for the outcome", due
    return STATE_WAITS.get(referral.state, ""), due if referral.state in STATE_WAITS else None


STATE_WAITS = {
    "offered": "Waiting for the candidate’s answer",
    "accepted": "Waiting to be submitted",
    "submitted": "Waiting for the trust to decide",
}
JOB_WAITS = {"offered": "Checks before the start", "cleared": "Waiting for the first day"}


def _interview_words(referral: Referral, due: date | None) -> tuple[str, date | None]:
    booked = booked_of(referral)
    if booked is None:
        return "Waiting for the trust to book an interview", due
    day = booked.at.astimezone(LONDON)
    return f"Interview on {day.day} {day:%B} at {clock_time(day)}", None


def job_steps(employment: Employment, *, by: Acting) -> list[str]:
    """The verbs of a job that `by` may take now; the outcome's correction alone offers a job again."""
    return [verb for verb in possible(employment, table=EMPLOYMENT, by=by) if verb != "offer_again"]


def colour_of(state: Any) -> str:
    """The tag's colour of a referral, interview or job; always beside its word."""
    return COLOURS.get(str(state), "grey")


COLOURS = {
    "suggested": "white",
    "offered": "yellow",
    "accepted": "aqua-green",
    "submitted": "blue",
    "meets": "purple",
    "kept": "green",
    "broken": "red",
    "booked": "blue",
    "held": "green",
    "absent": "orange",
    "off_trust": "red",
    "cleared": "aqua-green",
    "started": "green",
    "appointed": "green",
    "reserve": "yellow",
}

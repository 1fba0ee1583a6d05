"""What was recorded by mistake is taken back, with a reason, while nothing later happened; and the reserve list is used.

Each goes one step back along the transition tables, and what the step had written in the rooms below goes with it.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from audit.acting import Acting
from audit.clock import today
from audit.mover import Refused, in_words, move
from candidates.services import stop_sharing
from nhsuk.words import long_day
from pipeline import appointments, services
from pipeline.models import Interview, Outcome, Referral, Result
from pipeline.rules import last_record
from pipeline.slots import slots_left
from pipeline.states import OUTCOME
from vacancies.ledger import lock_year, year_counted
from vacancies.models import EntryKind, HoldKind
from vacancies.ring_fencing import take_level_back
from vacancies.services import clear_hold, hold

OVER = ("finished", "withdrawn")
NO_REASON = "Say what was wrong: the correction is kept with its reason."


@transaction.atomic
def take_back(*, referral: Referral, reason: str, by: Acting) -> Referral:
    """Take back the decision, or what was said of the interview, so that it can be recorded as it was.

    Refused without a reason, once the candidate was told, and where something followed. An outcome is corrected by
    `correct_outcome`, since its interview was held all the same.
    """
    referral = services.locked_referral(referral)
    if not reason.strip():
        raise Refused(NO_REASON)
    found = last_record(referral)
    if found == "decision":
        return _take_decision_back(referral, reason, by)
    if found in ("held", "absent"):
        return _take_interview_back(referral, reason, by)
    raise Refused(f"{referral.reference} {in_words(referral)}; nothing can be taken back.")


def _take_decision_back(referral: Referral, reason: str, by: Acting) -> Referral:
    _check_not_told(referral)
    vacancy = referral.vacancy
    lock_year(vacancy.trust_id, year_counted(vacancy))
    if vacancy.state in OVER:
        raise Refused(f"{vacancy.reference} is {vacancy.get_state_display().lower()}; its decisions stand.")
    if referral.state == "does_not_meet" and slots_left(vacancy) < 1:
        raise Refused(f"The slot was given to somebody else since. No slot of {vacancy.reference} is left.")
    none: dict[str, Any] = {"decided_on": None, "closed_on": None, "interview_by": None, "feedback": ""}
    referral = services.move_referral(referral, "take_back_decision", by=by, reason=reason, **none)
    referral.decisions.all().delete()
    cause = services.cause_of(referral)
    stop_sharing(cause=cause, by=by)
    clear_hold(kind=HoldKind.INTERVIEW, cause=cause, by=by)
    hold(vacancy=vacancy, kind=HoldKind.ANSWER, cause=cause, due_on=referral.decide_by, by=by)
    take_level_back(vacancy=vacancy, kind=EntryKind.CONSIDERED, cause=cause, by=by)
    return referral


def _take_interview_back(referral: Referral, reason: str, by: Acting) -> Referral:
    """The interview is booked again. Where it was held, the guarantee is owed again."""
    said = Interview.unscoped.filter(referral=referral, state__in=("held", "absent")).order_by("-at", "-pk")[0]
    was_held = said.state == "held"
    appointments._move_interview(said, "take_back", by=by, reason=reason)
    if was_held:
        cause, vacancy = services.cause_of(referral), referral.vacancy
        referral = services.move_referral(referral, "take_back_interview", by=by, reason=reason, kept_on=None)
        hold(vacancy=vacancy, kind=HoldKind.INTERVIEW, cause=cause, due_on=referral.interview_by, by=by)
        take_level_back(vacancy=vacancy, kind=EntryKind.INTERVIEWED, cause=cause, by=by)
    return referral


def _check_not_told(referral: Referral) -> None:
    if referral.feedback_given_on:
        raise Refused(
            f"The candidate was told on {long_day(referral.feedback_given_on)}, so the record stands. "
            "Speak with the academy before anything else is recorded."
        )


@transaction.atomic
def correct_outcome(*, referral: Referral, result: Result, reason: str, by: Acting) -> Outcome:
    """The outcome was recorded wrongly: it is `result`. Refused once the candidate was told, or the job went on."""
    referral, outcome = _outcome_of(referral)
    if not reason.strip():
        raise Refused(NO_REASON)
    if outcome.state == result:
        raise Refused(f"The outcome is {outcome.get_state_display().lower()} already. Choose the right one.")
    _check_not_told(referral)
    was = outcome.state
    outcome = _move_outcome(outcome, f"correct_to_{Result(result).value}", by=by, reason=reason)
    if was == Result.APPOINTED:
        appointments.unappoint(referral, reason=reason, by=by)
    appointments.follow_outcome(referral, Result(result), by=by)
    return outcome


@transaction.atomic
def appoint_from_reserve(*, referral: Referral, by: Acting) -> Outcome:
    """Somebody on the reserve list gets a post after all: appointed today, and offered the job."""
    referral, outcome = _outcome_of(referral)
    outcome = _move_outcome(outcome, "appoint", by=by, on=today())
    appointments.follow_outcome(referral, Result.APPOINTED, by=by)
    return outcome


def _outcome_of(referral: Referral) -> tuple[Referral, Outcome]:
    referral = services.locked_referral(referral)
    outcome = Outcome.unscoped.filter(referral=referral).first()
    if outcome is None:
        raise Refused(f"No outcome of {referral.reference} is recorded yet.")
    return referral, outcome


def _move_outcome(outcome: Outcome, verb: str, *, by: Acting, **more: Any) -> Outcome:
    threads = (outcome.referral, outcome.referral.candidate, outcome.referral.vacancy)
    return move(outcome, verb, table=OUTCOME, by=by, threads=threads, **more)

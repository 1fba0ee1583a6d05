"""The verbs of a referral, from offer to decision. Interviews, outcomes and jobs are in `appointments`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from audit.acting import Acting, Role
from audit.clock import now, today
from audit.events import kind_of, record
from audit.mover import Refused, check_move, in_words, move
from audit.references import draw
from candidates.models import Candidate, GrantScope
from candidates.services import share, stop_sharing
from nhsuk.words import long_day
from organisations.models import Organisation
from organisations.policies import value_of
from pipeline.models import CriterionDecision, Outcome, Referral
from pipeline.rules import (
    check_agreement,
    check_application_id,
    check_criteria,
    check_decision_day,
    check_known,
    check_offer,
    check_refusal,
    check_submission,
)
from pipeline.states import INTERVIEW, REFERRAL, check_either, check_puts_forward, check_trust
from vacancies.ledger import lock_year, year_counted
from vacancies.models import Criterion, EntryKind, HoldKind, Vacancy
from vacancies.ring_fencing import record_level
from vacancies.services import clear_hold, forget_ready_people, hold
from vacancies.working_days import add_working_days

# Who is put forward for a vacancy is no longer among its ready people, and is again once that ended.
CHANGES_WHO_IS_READY = frozenset(("offer", "decline", "withdraw", "close", "release", "break"))


@dataclass(frozen=True, slots=True)
class NotMet:
    """A criterion that a candidate does not meet, with the reason that the candidate will read."""

    criterion: Criterion
    reason: str


def cause_of(row: Any) -> str:
    """What a lower room writes as the cause of its row: "pipeline.Referral:12"."""
    return f"{kind_of(row)}:{row.pk}"


def _threads(referral: Referral) -> tuple[Candidate, Vacancy]:
    return referral.candidate, referral.vacancy


def move_referral(referral: Referral, verb: str, *, by: Acting, **more: Any) -> Referral:
    """Move a referral of somebody whom the mover knows; its threads and its vacancy's title go with the event. Raises Refused."""
    check_move(referral, verb, table=REFERRAL, by=by)
    check_known(referral.candidate, by=by)
    if verb in CHANGES_WHO_IS_READY:
        forget_ready_people([referral.vacancy])
    said = {"vacancy": referral.vacancy.title, **more.pop("said", {})}
    return move(referral, verb, table=REFERRAL, by=by, threads=_threads(referral), said=said, **more)


def locked_referral(referral: Referral) -> Referral:
    """The referral as it is now, locked until the transaction ends; what the caller holds may be old."""
    rows = Referral.unscoped.select_for_update(of=("self",)).select_related("candidate", "vacancy__trust")
    return rows.get(pk=referral.pk)


@transaction.atomic
def suggest(*, candidate: Candidate, vacancy: Vacancy, by: Acting) -> Referral:
    """Put a person on the list for a vacancy. Nothing is promised yet, and the trust sees nothing."""
    if by.role not in (Role.ACADEMY, Role.PROVIDER, Role.SYSTEM):
        raise Refused("Only the academy or the provider puts people forward.")
    check_known(candidate, by=by)
    return Referral.unscoped.create(
        reference=draw("REF"),
        candidate=candidate,
        vacancy=vacancy,
        mode=vacancy.trust.mode,
        made_at=now(),
        shuffle=secrets.token_hex(8),
    )


@transaction.atomic
def offer(
    *,
    candidate: Candidate,
    vacancy: Vacancy,
    by: Acting,
    referral: Referral | None = None,
    answer_by: date | None = None,
) -> Referral:
    """Offer a guaranteed interview: takes a slot. Refused with the first thing that stops it.

    The vacancy's year is locked first, so that two officers cannot take the last slot.
    """
    lock_year(vacancy.trust_id, year_counted(vacancy))
    vacancy = Vacancy.unscoped.select_related("trust").get(pk=vacancy.pk)
    if by.organisation_id is not None:
        check_agreement(vacancy=vacancy, by_organisation=Organisation.objects.get(pk=by.organisation_id))
    check_known(candidate, by=by)
    if referral is not None and (referral.candidate_id, referral.vacancy_id) != (candidate.pk, vacancy.pk):
        raise Refused(f"{referral.reference} is about another person or vacancy.")
    check_offer(candidate=candidate, vacancy=vacancy, by=by, suggestion=referral)
    if referral is None:
        referral = suggest(candidate=candidate, vacancy=vacancy, by=by)
    last_day = answer_by or add_working_days(today(), value_of("pipeline.answer_days"))
    return move_referral(referral, "offer", by=by, offered_on=today(), answer_by=last_day)


def accept(*, referral: Referral, through: str, by: Acting) -> Referral:
    """The candidate said yes; `through` says who recorded it and how ("by telephone to the officer")."""
    return move_referral(referral, "accept", by=by, answered_on=today(), answered_through=through)


def decline(*, referral: Referral, through: str, reason: str, by: Acting) -> Referral:
    """The candidate said no; the slot is free again."""
    return move_referral(
        referral, "decline", by=by, answered_on=today(), answered_through=through, closed_on=today(), reason=reason
    )


@transaction.atomic
def submit(
    *, referral: Referral, by: Acting, evidence: Mapping[int, str] | None = None, application_id: str = ""
) -> Referral:
    """Send the masked referral to the trust; an answer is owed within the policy's working days.

    In the TRAC-led mode the candidate applies in TRAC as everyone does: `application_id` is that application's.
    """
    given = {str(pk): text.strip() for pk, text in (evidence or {}).items() if text.strip()}
    check_submission(referral, evidence=given.values(), application_id=application_id)
    decide_by = add_working_days(today(), value_of("pipeline.decide_days"))
    referral = move_referral(
        referral,
        "submit",
        by=by,
        submitted_on=today(),
        decide_by=decide_by,
        evidence=given,
        trac_application_id=application_id or referral.trac_application_id,
    )
    hold(vacancy=referral.vacancy, kind=HoldKind.ANSWER, cause=cause_of(referral), due_on=decide_by, by=by)
    return referral


@transaction.atomic
def give_application_id(*, referral: Referral, application_id: str, by: Acting) -> Referral:
    """Note the TRAC application of a referral. Refused if another referral of the vacancy has it."""
    referral = locked_referral(referral)
    check_either(by=by, row=referral)
    check_application_id(referral, application_id)
    referral.trac_application_id = application_id
    referral.save(update_fields=["trac_application_id"])
    record(by=by, verb="give_application_id", on=referral)
    return referral


@transaction.atomic
def assess(*, referral: Referral, not_met: Sequence[NotMet] = (), by: Acting) -> Referral:
    """One assessor's view of each essential criterion, without deciding: somebody else looks too, and then decides."""
    referral = locked_referral(referral)
    check_move(referral, "meets", table=REFERRAL, by=by)
    check_criteria(referral)
    criteria = _assess(referral, not_met, by=by)
    met = criteria - len(not_met)
    record(by=by, verb="assess", on=referral, threads=[referral.vacancy], met=met, criteria=criteria)
    return referral


@transaction.atomic
def decide(
    *,
    referral: Referral,
    not_met: Sequence[NotMet] = (),
    by: Acting,
    on: date | None = None,
    reason: str = "",
    feedback: str = "",
    named_only: bool = False,
) -> Referral:
    """The trust's decision: everything essential is met, or not, criterion by criterion with a reason each.

    Two assessors who disagree on a criterion: it is met. `on` is the day that TRAC says, else today. A refusal in the
    TRAC-led mode may come with a `reason` alone, where the file names no criterion. `feedback` is for the candidate.
    `named_only`: whoever refused was asked only what is not met, so of the other criteria nothing is recorded.
    """
    referral = locked_referral(referral)
    check_move(referral, "meets", table=REFERRAL, by=by)
    day = on or today()
    check_decision_day(referral, day)
    check_criteria(referral)
    if not not_met and reason.strip():
        check_refusal(referral, named=0)
        return _refuse(referral, by=by, on=day, reason=reason, feedback=feedback)
    _assess(referral, not_met, by=by, named_only=named_only)
    if _not_met_by_all(referral):
        return _refuse(referral, by=by, on=day, reason=reason, feedback=feedback)
    return _meet(referral, by=by, on=day, feedback=feedback)


def _assess(referral: Referral, not_met: Sequence[NotMet], *, by: Acting, named_only: bool = False) -> int:
    """Write one assessor's answers; the number of essential criteria."""
    reasons = {wanting.criterion.pk: wanting.reason.strip() for wanting in not_met}
    if any(not reason for reason in reasons.values()):
        raise Refused("Give a reason for each criterion that is not met: the candidate will read it.")
    criteria = list(Criterion.unscoped.filter(vacancy=referral.vacancy_id, essential=True))
    if reasons.keys() - {criterion.pk for criterion in criteria}:
        raise Refused("Only an essential criterion of this vacancy stops somebody.")
    said = [each for each in criteria if each.pk in reasons] if named_only and reasons else criteria
    for criterion in said:
        CriterionDecision.unscoped.update_or_create(
            referral=referral,
            criterion=criterion,
            membership_id=by.membership_id,
            defaults={"met": criterion.pk not in reasons, "reason": reasons.get(criterion.pk, ""), "at": now()},
        )
    return len(criteria)


def _not_met_by_all(referral: Referral) -> bool:
    """Whether there is a criterion that no assessor found met."""
    found: dict[int, bool] = {}
    for criterion_id, met in referral.decisions.values_list("criterion_id", "met"):
        found[criterion_id] = found.get(criterion_id, False) or met
    return not all(found.values())


def _considered(referral: Referral, *, by: Acting) -> None:
    """What a decision means below: the answer is no longer owed, and a named person was considered."""
    clear_hold(kind=HoldKind.ANSWER, cause=cause_of(referral), by=by)
    record_level(vacancy=referral.vacancy, kind=EntryKind.CONSIDERED, cause=cause_of(referral), by=by)


def _refuse(referral: Referral, *, by: Acting, on: date, reason: str, feedback: str) -> Referral:
    referral = move_referral(
        referral, "does_not_meet", by=by, day=on, decided_on=on, closed_on=on, reason=reason, feedback=feedback.strip()
    )
    _considered(referral, by=by)
    return referral


def _meet(referral: Referral, *, by: Acting, on: date, feedback: str) -> Referral:
    interview_by = add_working_days(on, value_of("pipeline.interview_days"))
    referral = move_referral(
        referral, "meets", by=by, day=on, decided_on=on, interview_by=interview_by, feedback=feedback.strip()
    )
    share(
        candidate=referral.candidate,
        organisation=referral.vacancy.trust,
        scope=GrantScope.CONTACT,
        cause=cause_of(referral),
        by=by,
    )
    _considered(referral, by=by)
    hold(vacancy=referral.vacancy, kind=HoldKind.INTERVIEW, cause=cause_of(referral), due_on=interview_by, by=by)
    return referral


@transaction.atomic
def release(*, referral: Referral, reason: str, by: Acting, times_offered: int | None = None) -> Referral:
    """The candidate gives the interview up. It counts as the guarantee kept only if two times were offered.

    `times_offered`: how many the trust had offered, where no booking shows it. A booked interview is cancelled with it.
    """
    referral = locked_referral(referral)
    times = max(referral.times_offered, times_offered or 0)
    _cancel_booked(referral, "cancel_by_candidate", reason=reason, by=by)
    referral = move_referral(
        referral, "release", by=by, closed_on=today(), reason=reason, times_offered=times, said={"times": times}
    )
    _promise_ended(referral, by=by)
    return referral


@transaction.atomic
def break_promise(*, referral: Referral, reason: str, by: Acting) -> Referral:
    """The trust takes the interview back: a breach, with its reason. A booked interview is cancelled with it."""
    referral = locked_referral(referral)
    if not reason.strip():
        raise Refused("Say why the interview is withdrawn: a breach is published with its reason.")
    _cancel_booked(referral, "cancel_by_trust", reason=reason, by=by)
    referral = move_referral(referral, "break", by=by, closed_on=today(), reason=reason)
    _promise_ended(referral, by=by)
    return referral


def _promise_ended(referral: Referral, *, by: Acting) -> None:
    """Without an interview to come nothing is owed, and the trust has no more to know who the person is."""
    clear_hold(kind=HoldKind.INTERVIEW, cause=cause_of(referral), by=by)
    stop_sharing(cause=cause_of(referral), by=by)


def _cancel_booked(referral: Referral, verb: str, *, reason: str, by: Acting) -> None:
    for booked in referral.interviews.filter(state="booked"):
        threads = (referral, *_threads(referral))
        move(booked, verb, table=INTERVIEW, by=by, reason=reason, threads=threads)


@transaction.atomic
def withdraw(*, referral: Referral, reason: str, by: Acting) -> Referral:
    """The candidate withdraws before the trust decides."""
    referral = move_referral(referral, "withdraw", by=by, closed_on=today(), reason=reason)
    clear_hold(kind=HoldKind.ANSWER, cause=cause_of(referral), by=by)
    return referral


@transaction.atomic
def close(*, referral: Referral, close_reason: str, by: Acting) -> Referral:
    """End a referral that was not decided, with a code ("vacancy withdrawn")."""
    referral = move_referral(
        referral, "close", by=by, closed_on=today(), close_reason=close_reason, said={"close_reason": close_reason}
    )
    clear_hold(kind=HoldKind.ANSWER, cause=cause_of(referral), by=by)
    return referral


@transaction.atomic
def give_feedback(*, referral: Referral, text: str, by: Acting) -> Referral:
    """What the candidate reads: on the interview where its outcome is recorded, else on the decision. Never emptied."""
    referral = locked_referral(referral)
    check_trust(by=by, row=referral)
    if not text.strip():
        raise Refused("Write the feedback: every candidate who was refused or interviewed gets some.")
    if referral.state not in ("does_not_meet", "kept"):
        raise Refused(f"{referral.reference} {in_words(referral)}; feedback follows a decision.")
    outcome = Outcome.unscoped.filter(referral=referral).first()
    if referral.state == "kept" and outcome is None:
        raise Refused("Record the outcome of the interview first, with the feedback.")
    if outcome is not None:
        outcome.feedback = text.strip()
        outcome.save(update_fields=["feedback"])
    referral.feedback = referral.feedback if outcome is not None else text.strip()
    referral.feedback_given_on = None
    referral.save(update_fields=["feedback", "feedback_given_on"])
    record(by=by, verb="give_feedback", on=referral, threads=_threads(referral))
    return referral


@transaction.atomic
def pass_on_feedback(*, referral: Referral, through: str, by: Acting) -> Referral:
    """The candidate has heard the feedback; `through` says how ("by telephone")."""
    referral = locked_referral(referral)
    check_puts_forward(by=by, row=referral)
    if referral.feedback_given_on:
        raise Refused(f"The feedback was passed on on {long_day(referral.feedback_given_on)} already.")
    if not feedback_of(referral):
        raise Refused("There is no feedback to pass on yet. Ask the trust for it.")
    referral.feedback_given_on = today()
    referral.save(update_fields=["feedback_given_on"])
    record(by=by, verb="pass_on", on=referral, threads=_threads(referral), reason=through)
    return referral


def feedback_of(referral: Referral) -> str:
    """What the candidate is to read: the interview's feedback, else the decision's with the reasons by criterion."""
    outcome = Outcome.unscoped.filter(referral=referral).first()
    if outcome is not None:
        return outcome.feedback
    not_met = referral.decisions.filter(met=False).select_related("criterion").order_by("criterion__order", "pk")
    reasons = {f"{decision.criterion.text}: {decision.reason}": decision.reason for decision in not_met}
    lines = [*reasons] if referral.feedback in reasons.values() else [*reasons, referral.feedback]
    return "\n".join(lines).strip() if referral.state == "does_not_meet" else ""


@transaction.atomic
def record_trac(
    *, referral: Referral, application_id: str, not_met: Sequence[NotMet], reason: str, on: date, by: Acting
) -> Referral:
    """What TRAC says of an application: its number and the decision of a day. `reason` alone refuses, "" does not."""
    if application_id != referral.trac_application_id:
        referral = give_application_id(referral=referral, application_id=application_id, by=by)
    return decide(referral=referral, not_met=not_met, reason=reason, on=on, by=by, named_only=True)

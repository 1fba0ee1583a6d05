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
from audit.events import kind_of
from audit.mover import Refused, move
from audit.references import draw
from candidates.models import Candidate, GrantScope
from candidates.services import share
from organisations.models import Organisation
from organisations.policies import value_of
from pipeline.models import CriterionDecision, Referral
from pipeline.rules import check_agreement, check_offer
from pipeline.states import REFERRAL
from vacancies.ledger import lock_year, year_of
from vacancies.models import Criterion, EntryKind, HoldKind, Vacancy
from vacancies.ring_fencing import record_level
from vacancies.services import clear_hold, hold
from vacancies.working_days import add_working_days


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


def _move(referral: Referral, verb: str, *, by: Acting, **more: Any) -> Referral:
    said = {"vacancy": referral.vacancy.title, **more.pop("said", {})}
    return move(referral, verb, table=REFERRAL, by=by, threads=_threads(referral), said=said, **more)


@transaction.atomic
def suggest(*, candidate: Candidate, vacancy: Vacancy, by: Acting) -> Referral:
    """Put a person on the list for a vacancy. Nothing is promised yet, and the trust sees nothing."""
    if by.role not in (Role.ACADEMY, Role.PROVIDER, Role.SYSTEM):
        raise Refused("Only the academy or the provider puts people forward.")
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
    lock_year(vacancy.trust_id, year_of(vacancy))
    if by.organisation_id is not None:
        check_agreement(vacancy=vacancy, by_organisation=Organisation.objects.get(pk=by.organisation_id))
    if referral is None:
        check_offer(candidate=candidate, vacancy=vacancy, by=by)
        referral = suggest(candidate=candidate, vacancy=vacancy, by=by)
    last_day = answer_by or add_working_days(today(), value_of("pipeline.answer_days"))
    return _move(referral, "offer", by=by, offered_on=today(), answer_by=last_day)


def accept(*, referral: Referral, through: str, by: Acting) -> Referral:
    """The candidate said yes; `through` says who recorded it and how ("by telephone to the officer")."""
    return _move(referral, "accept", by=by, answered_on=today(), answered_through=through)


def decline(*, referral: Referral, through: str, reason: str, by: Acting) -> Referral:
    """The candidate said no; the slot is free again."""
    return _move(
        referral, "decline", by=by, answered_on=today(), answered_through=through, closed_on=today(), reason=reason
    )


@transaction.atomic
def submit(
    *, referral: Referral, by: Acting, evidence: Mapping[int, str] | None = None, application_id: str = ""
) -> Referral:
    """Send the masked referral to the trust; an answer is owed within the policy's working days.

    In the TRAC-led mode the candidate applies in TRAC as everyone does: `application_id` is that application's.
    """
    decide_by = add_working_days(today(), value_of("pipeline.decide_days"))
    referral = _move(
        referral,
        "submit",
        by=by,
        submitted_on=today(),
        decide_by=decide_by,
        evidence={str(pk): text for pk, text in (evidence or {}).items() if text},
        trac_application_id=application_id or referral.trac_application_id,
    )
    hold(vacancy=referral.vacancy, kind=HoldKind.ANSWER, cause=cause_of(referral), due_on=decide_by, by=by)
    return referral


@transaction.atomic
def give_application_id(*, referral: Referral, application_id: str, by: Acting) -> Referral:
    """Note the TRAC application of a referral. Refused if another referral of the vacancy has it."""
    taken = Referral.unscoped.filter(vacancy=referral.vacancy_id, trac_application_id=application_id)
    if application_id and taken.exclude(pk=referral.pk).exists():
        raise Refused(f"{application_id} belongs to another referral of this vacancy. Check the number in TRAC.")
    referral.trac_application_id = application_id
    referral.save(update_fields=["trac_application_id"])
    return referral


@transaction.atomic
def decide(
    *, referral: Referral, not_met: Sequence[NotMet] = (), by: Acting, on: date | None = None, reason: str = ""
) -> Referral:
    """The trust's decision: everything essential is met, or not, criterion by criterion with a reason each.

    Two assessors who disagree on a criterion: it is met. `on` is the day that TRAC says, else today. A refusal in the
    TRAC-led mode may come with a `reason` alone, where the file names no criterion.
    """
    _assess(referral, not_met, by=by)
    still_not_met = _not_met_by_all(referral)
    if still_not_met or (not not_met and reason):
        return _refuse(referral, by=by, on=on or today(), reason=reason)
    return _meet(referral, by=by, on=on or today())


def _assess(referral: Referral, not_met: Sequence[NotMet], *, by: Acting) -> None:
    reasons = {wanting.criterion.pk: wanting.reason.strip() for wanting in not_met}
    if any(not reason for reason in reasons.values()):
        raise Refused("Give a reason for each criterion that is not met: the candidate will read it.")
    for criterion in Criterion.unscoped.filter(vacancy=referral.vacancy_id, essential=True):
        CriterionDecision.unscoped.update_or_create(
            referral=referral,
            criterion=criterion,
            membership_id=by.membership_id,
            defaults={"met": criterion.pk not in reasons, "reason": reasons.get(criterion.pk, ""), "at": now()},
        )


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


def _refuse(referral: Referral, *, by: Acting, on: date, reason: str) -> Referral:
    referral = _move(referral, "does_not_meet", by=by, decided_on=on, closed_on=on, reason=reason)
    _considered(referral, by=by)
    return referral


def _meet(referral: Referral, *, by: Acting, on: date) -> Referral:
    interview_by = add_working_days(on, value_of("pipeline.interview_days"))
    referral = _move(referral, "meets", by=by, decided_on=on, interview_by=interview_by)
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
def release(*, referral: Referral, reason: str, by: Acting) -> Referral:
    """The candidate gives the interview up; it counts as released only if two times were offered."""
    referral = _move(referral, "release", by=by, closed_on=today(), reason=reason)
    clear_hold(kind=HoldKind.INTERVIEW, cause=cause_of(referral), by=by)
    return referral


@transaction.atomic
def break_promise(*, referral: Referral, reason: str, by: Acting) -> Referral:
    """The trust takes the interview back: a breach, with its reason."""
    if not reason.strip():
        raise Refused("Say why the interview is withdrawn: a breach is published with its reason.")
    referral = _move(referral, "break", by=by, closed_on=today(), reason=reason)
    clear_hold(kind=HoldKind.INTERVIEW, cause=cause_of(referral), by=by)
    return referral


@transaction.atomic
def withdraw(*, referral: Referral, reason: str, by: Acting) -> Referral:
    """The candidate withdraws before the trust decides."""
    referral = _move(referral, "withdraw", by=by, closed_on=today(), reason=reason)
    clear_hold(kind=HoldKind.ANSWER, cause=cause_of(referral), by=by)
    return referral


@transaction.atomic
def close(*, referral: Referral, close_reason: str, by: Acting) -> Referral:
    """End a referral that was not decided, with a code ("vacancy withdrawn")."""
    referral = _move(
        referral, "close", by=by, closed_on=today(), close_reason=close_reason, said={"close_reason": close_reason}
    )
    clear_hold(kind=HoldKind.ANSWER, cause=cause_of(referral), by=by)
    return referral

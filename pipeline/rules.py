"""Who may be put forward for what. `check_x` raises Refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from audit.acting import Acting, Role
from audit.clock import today
from audit.mover import Refused
from candidates.models import Candidate, RightToWork
from candidates.readiness import gaps
from nhsuk.words import long_day
from organisations.models import Organisation, PipelineMode
from organisations.services import shared_agreement
from pipeline.models import Referral
from pipeline.slots import slots_left
from pipeline.telltale import check_evidence
from vacancies.models import Criterion, Vacancy

LIVE = ("suggested", "offered", "accepted", "submitted", "meets", "kept")
# One referral of a pair in any of these, and no second one: only who declined, withdrew or was closed may come again.
ONCE_ONLY = (*LIVE, "does_not_meet", "released", "broken")
A_YEAR = timedelta(days=366)
TAKES_REFERRALS = ("open", "closed", "shortlisting")


def check_offer(*, candidate: Candidate, vacancy: Vacancy, by: Acting, suggestion: Referral | None = None) -> None:
    """Raise Refused unless this person may be offered a guaranteed interview for this vacancy today.

    `suggestion` is the referral that the offer would continue.
    """
    check_takes_people(vacancy)
    check_may_be_put_forward(candidate)
    others = Referral.unscoped.filter(candidate=candidate, vacancy=vacancy, state__in=ONCE_ONLY)
    if others.exclude(pk=suggestion.pk if suggestion else None).exists():
        raise Refused(f"{candidate.reference} has been put forward for {vacancy.reference} already.")
    if slots_left(vacancy) < 1:
        raise Refused(f"No guaranteed-interview slot of {vacancy.reference} is left.")


def check_known(candidate: Candidate, *, by: Acting) -> None:
    """The academy and a provider act for the people they may see, and for nobody else."""
    puts_forward = by.has(Role.ACADEMY, Role.PROVIDER)
    if puts_forward and not Candidate.objects.visible_to(by).filter(pk=candidate.pk).exists():
        raise Refused(f"{candidate.reference} is not among the people shared with your organisation.")


def check_takes_people(vacancy: Vacancy) -> None:
    """Only an open vacancy, on or before its closing day."""
    if vacancy.state != "open":
        raise Refused(
            f"{vacancy.reference} is {vacancy.get_state_display().lower()}; only an open vacancy takes people."
        )
    if vacancy.closes_on and vacancy.closes_on < today():
        raise Refused(f"{vacancy.reference} closed on {long_day(vacancy.closes_on)}.")


def takes_nobody(vacancy: Vacancy) -> str:
    """Why nobody can be put forward for a vacancy; empty where somebody can."""
    try:
        check_takes_people(vacancy)
    except Refused as refused:
        return str(refused)
    return ""


def check_may_be_put_forward(candidate: Candidate) -> None:
    """A record of its own, paid work permitted, and nothing missing of *ready*."""
    if candidate.merged_into_id:
        raise Refused(f"{candidate.reference} was merged into another record. Put that one forward.")
    if candidate.right_to_work == RightToWork.VOLUNTEER:
        raise Refused(f"{candidate.reference} may only volunteer, so cannot be put forward for paid work.")
    if since := Candidate.unscoped.values_list("in_work_since", flat=True).get(pk=candidate.pk):
        raise Refused(f"{candidate.reference} has been in work since {long_day(since)}.")
    missing = gaps(candidate)
    if missing:
        raise Refused(f"{candidate.reference} is not ready: {'; '.join(gap.text for gap in missing)}.")


def check_agreement(*, vacancy: Vacancy, by_organisation: Organisation) -> None:
    """No data-sharing agreement in force between the two organisations, no flow."""
    if shared_agreement(by_organisation, vacancy.trust) is None:
        raise Refused(f"No data-sharing agreement with {vacancy.trust} is in force, so nobody can be sent there.")


def check_submission(referral: Referral, *, evidence: Iterable[str], application_id: str) -> None:
    """The trust still chooses, the TRAC number is free, and the evidence does not say who the person is or lives."""
    vacancy = referral.vacancy
    if vacancy.state not in TAKES_REFERRALS:
        raise Refused(
            f"{vacancy.reference} is {vacancy.get_state_display().lower()}, so nobody can be submitted any more."
        )
    check_application_id(referral, application_id)
    check_evidence(referral.candidate, *evidence)


def check_application_id(referral: Referral, application_id: str) -> None:
    """Raise Refused if another referral of the vacancy has this TRAC application."""
    taken = Referral.unscoped.filter(vacancy=referral.vacancy_id, trac_application_id=application_id)
    if application_id and taken.exclude(pk=referral.pk).exists():
        raise Refused(f"{application_id} belongs to another referral of this vacancy. Check the number in TRAC.")


def check_after_submission(referral: Referral, day: date) -> None:
    """Nothing that a trust does about a referral, by its pages or by TRAC's file, lies before it had the referral."""
    if referral.submitted_on and day < referral.submitted_on:
        raise Refused(
            f"{long_day(day)} is before {referral.reference} was submitted, on {long_day(referral.submitted_on)}. "
            "Check the date."
        )


def check_interview_day(referral: Referral, day: date) -> None:
    """An interview is on or after the day of submission, and within a year; a day that has passed may be recorded late."""
    check_after_submission(referral, day)
    if day > today() + A_YEAR:
        raise Refused(f"{long_day(day)} is more than a year away. Check the year.")


def check_decision_day(referral: Referral, day: date) -> None:
    """A decision lies between the submission and today."""
    if day > today():
        raise Refused(f"{long_day(day)} is still to come. Give the day on which it was decided.")
    check_after_submission(referral, day)


def check_outcome_day(referral: Referral, day: date) -> None:
    """What came of an interview, and an offer, lie between the interview and today."""
    if day > today():
        raise Refused(f"{long_day(day)} is still to come. Give the day of the outcome.")
    if referral.kept_on and day < referral.kept_on:
        raise Refused(f"{long_day(day)} is before the interview, on {long_day(referral.kept_on)}. Check the date.")


def check_criteria(referral: Referral) -> None:
    """A decision here rests on essential criteria; where TRAC leads, the trust has decided by its own."""
    if referral.mode == PipelineMode.NATIVE and not referral.vacancy.criteria.filter(essential=True).exists():
        raise Refused(no_criteria(referral.vacancy))


def lacking_evidence(referral: Referral) -> list[Criterion]:
    """Essential criteria of which nothing was sent, as those that were added after the submission; reads what was loaded."""
    criteria = referral.vacancy.criteria.all()
    return [each for each in criteria if each.essential and not referral.evidence.get(str(each.pk))]


def no_criteria(vacancy: Vacancy) -> str:
    return f"{vacancy.reference} has no essential criteria yet. Add them, then decide."


def check_refusal(referral: Referral, *, named: int) -> None:
    """A refusal names the essential criterion, unless TRAC's file names none."""
    if not named and referral.mode == PipelineMode.NATIVE:
        raise Refused("Say which essential criterion is not met: a refusal rests on one.")


def two_times_offered(referral: Referral) -> bool:
    """Whether a release counts as the guarantee kept: the trust had offered two times or more."""
    return referral.times_offered >= 2


def last_record(referral: Referral) -> str:
    """Which record stands last: "outcome", "held", "absent", "decision", or "" where nothing is to be taken back."""
    if referral.state == "kept":
        return "held" if getattr(referral, "outcome", None) is None else "outcome"
    if referral.state == "does_not_meet":
        return "decision"
    if referral.state != "meets":
        return ""
    kept = [row for row in referral.interviews.all() if row.state != "moved"]
    interviews = sorted(kept, key=lambda row: (row.at, row.pk))
    if not interviews:
        return "decision"
    return "absent" if interviews[-1].state == "absent" and all(row.state != "booked" for row in interviews) else ""

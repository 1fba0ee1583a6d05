"""Who may be put forward for what. `check_x` raises Refused with a sentence."""

from __future__ import annotations

from audit.acting import Acting
from audit.clock import today
from audit.mover import Refused
from candidates.models import Candidate, RightToWork
from candidates.readiness import gaps
from organisations.services import shared_agreement
from pipeline.models import Referral
from vacancies.models import Vacancy
from vacancies.ring_fencing import slots_promised

# A referral in one of these states holds one of the vacancy's promised slots.
HOLDS_A_SLOT = ("offered", "accepted", "submitted", "meets", "kept", "broken")
LIVE = ("suggested", "offered", "accepted", "submitted", "meets", "kept")


def slots_used(vacancy: Vacancy) -> int:
    return Referral.unscoped.filter(vacancy=vacancy, state__in=HOLDS_A_SLOT).count()


def slots_left(vacancy: Vacancy) -> int:
    """Guaranteed-interview slots of this vacancy that nobody holds."""
    return max(0, slots_promised(vacancy) - slots_used(vacancy))


def check_offer(*, candidate: Candidate, vacancy: Vacancy, by: Acting) -> None:
    """Raise Refused unless this person may be offered a guaranteed interview for this vacancy today."""
    if vacancy.state != "open":
        raise Refused(
            f"{vacancy.reference} is {vacancy.get_state_display().lower()}; only an open vacancy takes people."
        )
    if vacancy.closes_on and vacancy.closes_on < today():
        raise Refused(f"{vacancy.reference} closed on {vacancy.closes_on:%d/%m/%Y}.")
    if candidate.merged_into_id:
        raise Refused(f"{candidate.reference} was merged into another record. Put that one forward.")
    if candidate.right_to_work == RightToWork.VOLUNTEER:
        raise Refused(f"{candidate.reference} may only volunteer, so cannot be put forward for paid work.")
    missing = gaps(candidate)
    if missing:
        raise Refused(f"{candidate.reference} is not ready: {'; '.join(gap.text for gap in missing)}.")
    if Referral.unscoped.filter(candidate=candidate, vacancy=vacancy, state__in=(*LIVE, "does_not_meet")).exists():
        raise Refused(f"{candidate.reference} has been put forward for {vacancy.reference} already.")
    if slots_left(vacancy) < 1:
        raise Refused(f"No guaranteed-interview slot of {vacancy.reference} is left.")


def check_agreement(*, vacancy: Vacancy, by_organisation: object) -> None:
    """No data-sharing agreement in force between the two organisations, no flow."""
    if shared_agreement(by_organisation, vacancy.trust) is None:  # type: ignore[arg-type]
        raise Refused(f"No data-sharing agreement with {vacancy.trust} is in force, so nobody can be sent there.")

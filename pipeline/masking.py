"""What a recruiter sees of a person before the criteria are met: an allow-list, as frozen values.

This module is the only way from a referral to a recruiter's page, API or export. It cannot reach programmes: an import
contract forbids it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from audit.acting import Acting
from candidates.models import Candidate
from candidates.names import phone_shown
from pipeline.models import Referral

IDENTIFIED = ("meets", "kept", "released", "broken")


@dataclass(frozen=True, slots=True)
class MaskedReferral:
    """One person as a recruiter sees them. `name`, `phone` and `email` are empty until the criteria are met."""

    reference: str
    neutral_code: str
    state: str
    state_label: str
    vacancy_reference: str
    vacancy_title: str
    evidence: dict[str, str]
    adjustments: str
    submitted_on: date | None
    decide_by: date | None
    decided_on: date | None
    interview_by: date | None
    trac_application_id: str
    name: str
    phone: str
    email: str


def masked(referral: Referral, *, identified: bool) -> MaskedReferral:
    """One referral (with candidate and vacancy loaded) as its trust sees it; `identified` says that a grant is in force."""
    person = referral.candidate
    shown = identified and referral.state in IDENTIFIED
    return MaskedReferral(
        reference=referral.reference,
        neutral_code=person.neutral_code,
        state=referral.state,
        state_label=referral.get_state_display(),
        vacancy_reference=referral.vacancy.reference,
        vacancy_title=referral.vacancy.title,
        evidence=dict(referral.evidence),
        adjustments=person.adjustments_interview if person.share_adjustments else "",
        submitted_on=referral.submitted_on,
        decide_by=referral.decide_by,
        decided_on=referral.decided_on,
        interview_by=referral.interview_by,
        trac_application_id=referral.trac_application_id,
        name=person.name if shown else "",
        phone=phone_shown(person.phone) if shown else "",
        email=person.email if shown else "",
    )


def masked_many(referrals: Iterable[Referral], *, granted_ids: set[int]) -> list[MaskedReferral]:
    """Many of them; `granted_ids` are the candidates that the acting organisation may identify."""
    return [masked(referral, identified=referral.candidate_id in granted_ids) for referral in referrals]


def seen_by(acting: Acting, referrals: Iterable[Referral]) -> list[MaskedReferral]:
    """Referrals (with candidate and vacancy loaded) as the acting trust sees them: one query for its grants."""
    rows = list(referrals)
    shown = Candidate.objects.visible_to(acting).filter(pk__in={row.candidate_id for row in rows})
    return masked_many(rows, granted_ids=set(shown.values_list("pk", flat=True)))

"""What referrals imply in the rooms below: who sees the person, and what is owed; compared with what stands there."""

from __future__ import annotations

from collections.abc import Iterator

from audit.clock import today
from candidates.models import Grant
from pipeline.models import Referral, Result
from vacancies.models import Hold, HoldKind

REFERRAL = "pipeline.Referral:"
OWED = {"submitted": {HoldKind.ANSWER}, "meets": {HoldKind.INTERVIEW}}


def expected() -> Iterator[str]:
    """A sentence for each trust that sees a person whose matter ended, and each promise that is owed or not; three queries."""
    open_grants = set(
        Grant.objects.filter(cause__startswith=REFERRAL).in_force_or_later(today()).values_list("cause", flat=True)
    )
    owed: dict[str, set[str]] = {}
    for cause, kind in Hold.unscoped.filter(cause__startswith=REFERRAL, cleared_at__isnull=True).values_list(
        "cause", "kind"
    ):
        owed.setdefault(cause, set()).add(kind)
    rows = Referral.unscoped.values_list("pk", "reference", "state", "outcome__state", "employment__state")
    for pk, reference, state, result, job in rows.iterator():
        cause = f"{REFERRAL}{pk}"
        if cause in open_grants and not may_be_seen(state, result, job):
            yield f"Referral {reference} has ended, and its trust still sees the person."
        if owed.get(cause, set()) != OWED.get(state, set()):
            yield f"Referral {reference} is {state}, and what its vacancy owes says otherwise."


def may_be_seen(state: str, result: str | None, job: str | None) -> bool:
    """Whether the trust goes on seeing the person: from *meets* until the matter ended without a job."""
    return state == "meets" or (state == "kept" and result != Result.NOT_APPOINTED and job != "fell_through")

"""What referrals imply in the rooms below: who sees the person, and what is owed; compared with what stands there."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, Subquery

from audit.clock import today
from candidates.models import Candidate, Grant
from pipeline.models import Employment, Referral, Result
from vacancies.models import Hold, HoldKind

REFERRAL = "pipeline.Referral:"
OWED = {"submitted": {HoldKind.ANSWER}, "meets": {HoldKind.INTERVIEW}}


def expected() -> Iterator[str]:
    """A sentence for each trust that sees a person whose matter ended, and each promise that is owed or not, and each person
    whose record says otherwise than their jobs whether they are in work; four queries.
    """
    open_grants = set(
        Grant.objects.filter(cause__startswith=REFERRAL).in_force_or_later(today()).values_list("cause", flat=True)
    )
    owed: dict[str, set[str]] = {}
    for cause, kind in Hold.unscoped.filter(cause__startswith=REFERRAL, cleared_at__isnull=True).values_list(
        "cause", "kind"
    ):
        owed.setdefault(cause, set()).add(kind)
    yield from _work()
    rows = Referral.unscoped.values_list("pk", "reference", "state", "outcome__state", "employment__state")
    for pk, reference, state, result, job in rows.iterator():
        cause = f"{REFERRAL}{pk}"
        if cause in open_grants and not may_be_seen(state, result, job):
            yield f"Referral {reference} has ended, and its trust still sees the person."
        if owed.get(cause, set()) != OWED.get(state, set()):
            yield f"Referral {reference} is {state}, and what its vacancy owes says otherwise."


def _work() -> Iterator[str]:
    present = Employment.unscoped.filter(candidate=OuterRef("pk"), state="started").order_by("started_on")
    people = Candidate.unscoped.annotate(first=Subquery(present.values("started_on")[:1]))
    differ = Q(in_work_since__lt=F("first")) | Q(in_work_since__gt=F("first"))
    for job_unknown in (True, False):
        differ |= Q(in_work_since__isnull=job_unknown, first__isnull=not job_unknown)
    for reference in people.filter(differ).order_by("pk").values_list("reference", flat=True):
        yield f"Person {reference}: since when they are in work is not what their jobs say."


def may_be_seen(state: str, result: str | None, job: str | None) -> bool:
    """Whether the trust goes on seeing the person: from *meets* until the matter ended without a job."""
    return state == "meets" or (state == "kept" and result != Result.NOT_APPOINTED and job != "fell_through")

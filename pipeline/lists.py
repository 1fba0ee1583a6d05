"""Referrals as lists show them: with the day that is due, the day since when they stand, and what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, DateField, F, Prefetch, Q, QuerySet, When
from django.db.models.functions import TruncDate

from audit.acting import Acting
from pipeline.models import Interview, Referral

UNDECIDED_OR_PROMISED = ("suggested", "offered", "accepted", "submitted", "meets")
# Under way: not decided, promised, or interviewed with something still to come.
UNDER_WAY = Q(state__in=UNDECIDED_OR_PROMISED) | (
    Q(state="kept") & (Q(outcome__isnull=True) | Q(employment__state__in=("offered", "cleared")))
)
DUE = Case(
    When(state="offered", then=F("answer_by")),
    When(state="accepted", then=F("vacancy__closes_on")),
    When(state="submitted", then=F("decide_by")),
    When(state="meets", then=F("interview_by")),
    When(Q(state="kept", outcome__isnull=True), then=F("kept_on")),
    output_field=DateField(),
)
SINCE = Case(
    When(state="suggested", then=TruncDate("made_at")),
    When(state="offered", then=F("offered_on")),
    When(state="accepted", then=F("answered_on")),
    When(state="submitted", then=F("submitted_on")),
    When(state="meets", then=F("decided_on")),
    When(state="kept", then=F("kept_on")),
    default=F("closed_on"),
    output_field=DateField(),
)


def referrals_for(acting: Acting | None) -> QuerySet[Referral]:
    """What the reader sees (nobody sees nothing), with all that a line of a list needs: three queries however many there are."""
    interviews = Interview.objects.visible_to(acting).order_by("at", "pk")
    rows: QuerySet[Referral] = (
        Referral.objects.visible_to(acting)
        .select_related("candidate", "vacancy__trust", "vacancy__site", "outcome", "employment")
        .prefetch_related(Prefetch("interviews", queryset=interviews), "vacancy__criteria")
        .annotate(due=DUE, since=SINCE)
    )
    return rows


def by_urgency(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """What is due soonest first; what has no day last."""
    return rows.order_by(F("due").asc(nulls_last=True), "pk")


def shuffled(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """By vacancy, and within one in an order that says nothing about anybody."""
    return rows.order_by("vacancy__closes_on", "vacancy_id", "shuffle")


def days_in_stage(referral: Any, *, on: date) -> int | None:
    """Whole days since the referral came into its state."""
    return (on - referral.since).days if referral.since else None

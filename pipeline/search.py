"""Referrals by reference, and by name as far as the reader knows who it is."""

from __future__ import annotations

from django.db.models import Q

from audit.acting import TRUST_ROLES, Acting
from audit.tasks import Hit
from candidates.models import Candidate
from candidates.names import folded
from pipeline.masking import IDENTIFIED, seen_by
from pipeline.models import Referral

MOST = 20


def search(acting: Acting, text: str) -> list[Hit]:
    """Referrals whose reference has `text`; by name only where the reader holds a grant and, for a trust, after *meets*."""
    named = Q()
    for word in folded(text).split():
        named &= Q(candidate__folded_name__contains=word)
    condition = Q(reference__icontains=text.strip()) | Q(candidate__neutral_code__iexact=text.strip())
    if named:
        condition |= named & _may_know(acting)
    found = Referral.objects.visible_to(acting).filter(condition).select_related("candidate", "vacancy")
    rows = list(found.order_by("shuffle")[:MOST])
    if acting.role in TRUST_ROLES:
        who = [mask.name or mask.neutral_code for mask in seen_by(acting, rows)]
    else:
        who = [row.candidate.name for row in rows]
    return [
        Hit(
            f"{row.reference} {name}",
            f"{row.vacancy.title}, {row.get_state_display().lower()}",
            row.get_absolute_url(),
            "Referrals",
        )
        for row, name in zip(rows, who, strict=True)
    ]


def _may_know(acting: Acting) -> Q:
    known = Q(candidate__in=Candidate.objects.visible_to(acting).values("pk"))
    return known & Q(state__in=IDENTIFIED) if acting.role in TRUST_ROLES else known

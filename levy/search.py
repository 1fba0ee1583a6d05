"""Plans, offers and gifts by name or reference."""

from __future__ import annotations

from django.db.models import Q

from audit.acting import Acting
from audit.tasks import Hit
from levy.models import Gift, Plan

MOST = 10


def search(acting: Acting, text: str) -> list[Hit]:
    """Levy plans and gifts that the reader sees."""
    about = Q(organisation__name__icontains=text) | Q(standard__icontains=text) | Q(reference__iexact=text)
    plans = Plan.objects.visible_to(acting).filter(about).select_related("organisation")[:MOST]
    gifts = Gift.objects.visible_to(acting).filter(
        Q(reference__iexact=text) | Q(plan__organisation__name__icontains=text)
    )
    return [
        *(Hit(plan.standard, plan.organisation.name, plan.get_absolute_url(), "Levy plan") for plan in plans),
        *(
            Hit(f"Gift {gift.reference}", gift.plan.organisation.name, gift.get_absolute_url(), "Levy gift")
            for gift in gifts.select_related("plan__organisation")[:MOST]
        ),
    ]

"""Vacancies by title or reference."""

from __future__ import annotations

from django.db.models import Q

from audit.acting import Acting
from audit.tasks import Hit
from vacancies.advice import named
from vacancies.models import Vacancy

MOST = 20


def search(acting: Acting, text: str) -> list[Hit]:
    """Vacancies that the reader sees whose title has `text`, or whose reference (ours, NHS Jobs, TRAC) begins with it."""
    reference = (
        Q(reference__istartswith=text) | Q(nhs_jobs_reference__istartswith=text) | Q(trac_reference__istartswith=text)
    )
    rows = Vacancy.objects.visible_to(acting).filter(Q(title__icontains=text) | reference)
    return [
        Hit(
            named(vacancy),
            f"{vacancy.reference}, {vacancy.trust.short_name}, {vacancy.get_state_display().lower()}",
            vacancy.get_absolute_url(),
            "Vacancies",
        )
        for vacancy in rows.select_related("site", "trust").order_by("-opened_on", "-pk")[:MOST]
    ]

"""People, cohorts and programmes by name or reference."""

from __future__ import annotations

from django.db.models import Q

from audit.acting import Acting, Role
from audit.clock import today
from audit.tasks import Hit
from candidates.models import Candidate
from candidates.readiness import gaps_of
from nhsuk.words import long_day
from programmes.filters import named_like
from programmes.models import Cohort, Programme

MOST = 20
SEARCHERS = (Role.ACADEMY, Role.PROVIDER)


def search(acting: Acting, text: str) -> list[Hit]:
    """What the reader sees and works with: five queries, whatever is found."""
    text = text.replace("\x00", "")
    if acting.role not in SEARCHERS or not text.strip():
        return []
    return [*_people(acting, text), *_cohorts(acting, text), *_programmes(acting, text)]


def _people(acting: Acting, text: str) -> list[Hit]:
    visible = Candidate.objects.visible_to(acting).filter(merged_into__isnull=True)
    people = list(named_like(visible, text).order_by("folded_name", "pk")[:MOST])
    missing = gaps_of(people, on=today())
    return [
        Hit(
            person.name,
            f"{person.reference}, {_standing(person, len(missing[person.pk]))}",
            person.get_absolute_url(),
            "People",
        )
        for person in people
    ]


def _standing(person: Candidate, missing: int) -> str:
    if person.in_work_since:
        return f"in work since {long_day(person.in_work_since)}"
    if not missing:
        return "ready"
    return "1 thing missing to ready" if missing == 1 else f"{missing} things missing to ready"


def _cohorts(acting: Acting, text: str) -> list[Hit]:
    rows = Cohort.objects.visible_to(acting).filter(Q(name__icontains=text) | Q(reference__iexact=text))
    return [
        Hit(
            f"{cohort.programme.name}: {cohort.name}",
            f"{cohort.reference}, {long_day(cohort.starts)} to {long_day(cohort.ends)}",
            cohort.get_absolute_url(),
            "Cohorts",
        )
        for cohort in rows.select_related("programme").order_by("-starts", "pk")[:MOST]
    ]


def _programmes(acting: Acting, text: str) -> list[Hit]:
    rows = Programme.objects.visible_to(acting).filter(Q(name__icontains=text) | Q(reference__iexact=text))
    return [
        Hit(
            programme.name,
            f"{programme.reference}, {programme.provider.short_name}",
            programme.get_absolute_url(),
            "Programmes",
        )
        for programme in rows.select_related("provider").order_by("name", "pk")[:MOST]
    ]

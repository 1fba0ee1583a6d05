"""What the 20 % asks of a trust's recruiters today."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.urls import reverse

from audit.acting import TRUST_ROLES, Acting
from audit.clock import today
from audit.tasks import Task
from vacancies.advice import named
from vacancies.models import Fence, Override, Vacancy, with_ring_fence
from vacancies.rules import DECIDABLE, last_day_to_decide

MOST = 50


def todo(acting: Acting) -> list[Task]:
    """Undecided vacancies, facts that are missing, adverts past closing, and signatures that are awaited."""
    if acting.role not in TRUST_ROLES:
        return []
    return [*_vacancies(acting), *_overrides(acting)]


def _vacancies(acting: Acting) -> list[Task]:
    rows = (
        with_ring_fence(Vacancy.objects.visible_to(acting))
        .select_related("site", "trust")
        .filter(
            Q(state__in=DECIDABLE, fence__in=[Fence.UNDECIDED, Fence.UNCLASSIFIED])
            | Q(state="open", closes_on__lt=today())
        )
        .order_by(F("closes_on").asc(nulls_last=True), "pk")[:MOST]
    )
    return [_task(vacancy) for vacancy in rows]


def _task(vacancy: Any) -> Task:
    detail = f"{vacancy.reference}, closes {vacancy.closes_on:%d/%m/%Y}" if vacancy.closes_on else vacancy.reference
    url, last_day = vacancy.get_absolute_url(), last_day_to_decide(vacancy)
    if vacancy.closes_on and vacancy.closes_on < today():
        return Task(f"Close {named(vacancy)}", url, vacancy.closes_on, detail, room="vacancies")
    if vacancy.fence == Fence.UNDECIDED:
        url = reverse("vacancies:reserve", args=[vacancy.reference])
        return Task(f"Decide how many posts to reserve: {named(vacancy)}", url, last_day, detail, room="vacancies")
    missing = "posts" if vacancy.posts is None else "band"
    words = "how many posts" if missing == "posts" else "the pay band of"
    url = reverse("vacancies:correct", args=[vacancy.reference, missing])
    suffix = f"{named(vacancy)} has" if missing == "posts" else named(vacancy)
    return Task(f"Give {words} {suffix}", url, last_day, detail, room="vacancies")


def _overrides(acting: Acting) -> list[Task]:
    rows = Override.objects.visible_to(acting).filter(signed_at__isnull=True, refused_at__isnull=True)
    return [
        Task(
            f"Wait for {override.signer_name} to countersign {override.vacancy.title}",
            override.vacancy.get_absolute_url(),
            override.sign_by,
            f"{override.reference}, {override.reserved} of {override.due} due",
            waiting=True,
            room="vacancies",
        )
        for override in rows.select_related("vacancy").order_by("sign_by", "pk")[:MOST]
    ]

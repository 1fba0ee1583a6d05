"""Essential criteria against the last advert of the same job: what was asked more, and what less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from audit.acting import Acting
from vacancies.criteria import Change, change_between
from vacancies.models import Criterion, Vacancy


@dataclass(frozen=True, slots=True)
class Compared:
    """An advert, the last one of the same job before it, and what changed in the essential criteria."""

    vacancy: Vacancy
    earlier: Vacancy
    change: Change


def job_of(vacancy: Vacancy) -> tuple[int, str, int | None]:
    """The same job: trust, title without case and doubled spaces, site."""
    return vacancy.trust_id, " ".join(vacancy.title.casefold().split()), vacancy.site_id


def compared(rows: Iterable[Vacancy], *, by: Acting) -> list[Compared]:
    """Each of `rows` with the last advert of its job before it, where both have essential criteria and they differ.

    `rows` holds the earlier adverts too. One query beside it. Newest first.
    """
    held = list(rows)
    if len(held) < 2:
        return []
    essential: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    lines = Criterion.objects.visible_to(by).filter(vacancy__in=[row.pk for row in held], essential=True)
    for pk, text in lines.values_list("vacancy_id", "text"):
        essential[pk].append((text, True))
    jobs: dict[Any, list[Vacancy]] = defaultdict(list)
    for row in held:
        if row.opened_on and essential[row.pk]:
            jobs[job_of(row)].append(row)
    found = []
    for adverts in jobs.values():
        adverts.sort(key=lambda row: (row.opened_on, row.pk))
        for earlier, later in zip(adverts, adverts[1:], strict=False):
            change = change_between(tuple(essential[earlier.pk]), tuple(essential[later.pk]))
            if change:
                found.append(Compared(later, earlier, change))
    return sorted(found, key=lambda each: (each.vacancy.opened_on, each.vacancy.pk), reverse=True)


def of_vacancy(vacancy: Vacancy, *, by: Acting) -> Compared | None:
    """The comparison of one advert with the last one of its job; None where there is none, or nothing differs."""
    if vacancy.opened_on is None:
        return None
    same: QuerySet[Vacancy] = (
        Vacancy.objects.visible_to(by)
        .defer("description", "preparation")
        .filter(
            trust=vacancy.trust_id, title__iexact=vacancy.title, site=vacancy.site_id, opened_on__lte=vacancy.opened_on
        )
    )
    return next((each for each in compared(same, by=by) if each.vacancy.pk == vacancy.pk), None)

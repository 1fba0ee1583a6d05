"""What a file of transactions would do, before it is taken in: the same reading and the same checks, and nothing written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from jobs.models import Job
from levy.money import pounds

DAY_PLACE, MONTH_PLACE, AMOUNT_PLACE = 1, 2, 4  # of a row's values, as `levy.imports.transactions.FIELDS` has them
TOLD = 20


def preview(
    job: Job, values: Mapping[str, tuple[Any, ...]], known: Collection[str], *, problems: list[str], remarks: list[str]
) -> dict[str, Any]:
    """What the job answers: by month the lines that would be new, those that are here already, and the pounds of the new."""
    new: Counter[date] = Counter()
    same: Counter[date] = Counter()
    amounts: Counter[date] = Counter()
    for key, row in values.items():
        month = row[MONTH_PLACE]
        if key in known:
            same[month] += 1
        else:
            new[month] += 1
            amounts[month] += row[AMOUNT_PLACE]
    days = [row[DAY_PLACE] for row in values.values()]
    return {
        "url": reverse("levy:look", args=[job.reference]),
        "label": "See what this file would do",
        "sentence": "Nothing has been added yet.",
        "preview": {
            "first": min(days, default=None),
            "last": max(days, default=None),
            "new": new.total(),
            "same": same.total(),
            "refused": len(problems),
            "problems": problems[:TOLD],
            "remarks": remarks[:TOLD],
            "months": [
                [month, new[month], same[month], f"{pounds(amounts[month]):.2f}"] for month in sorted({*new, *same})
            ],
        },
    }

"""What the referrals on one vacancy ask of its trust, the first that is due before the others. For the vacancy's own page."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.urls import reverse

from audit.acting import Acting
from audit.clock import today
from pipeline import steps
from pipeline.asking import asking
from pipeline.lists import by_urgency, referrals_for
from vacancies.advice import spoken
from vacancies.models import Vacancy
from vacancies.next_step import Next

WORDS = {
    "decide": "Decide {who}",
    "trac": "Record what TRAC says of {who}",
    "book": "Book the interview of {who}",
    "held": "Record whether the interview of {who} was held",
    "outcome": "Record the interview outcome of {who}",
    "feedback": "Write the feedback for {who}",
}


def owed_on(vacancy: Vacancy, by: Acting) -> Next | None:
    """The step of the trust that is due first, with how many people it is for, and after it the others; None where all is done.

    Nobody is named: until the criteria are met a trust knows them by their references.
    """
    kinds: dict[str, list[tuple[str, date | None]]] = defaultdict(list)
    rows: Any = asking(referrals_for(by).filter(vacancy=vacancy), by).exclude(asks="see")
    for asks, reference, due in by_urgency(rows).values_list("asks", "reference", "due"):
        kinds[asks].append((reference, due))
    lines = [_line(asks, found) for asks, found in kinds.items()]
    if not lines:
        return None
    first, *others = lines
    asks, found = next(iter(kinds.items()))
    if len(found) == 1:
        url, button = reverse("pipeline:step", args=[found[0][0], asks]), steps.WORDS[asks]
    else:
        url, button = reverse("pipeline:of_vacancy", args=[vacancy.reference]), "See the people"
    return Next(first, " ".join(f"{other}." for other in others), button, url)


def _line(asks: str, found: list[tuple[str, date | None]]) -> str:
    """ "Decide 3 people, the first by Thursday", "Book the interview of 1 person: it was due on 20 November"."""
    many, first = len(found) > 1, found[0][1]
    words = WORDS[asks].format(who=f"{len(found)} people" if many else "1 person")
    if first is None:
        return words
    if first < today():
        return f"{words}: {'the first' if many else 'it'} was due on {spoken(first)}"
    return f"{words}{', the first' if many else ''} by {spoken(first)}"

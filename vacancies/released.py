"""Why reserved posts were given back: what was said then, beside the entries of the ledger that took them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from audit.models import Event
from vacancies.models import Entry, EntryKind, Vacancy


def reasons_of(entries: Iterable[Entry]) -> dict[int, str]:
    """By entry (its id), the reason that was published with it; only of those that gave posts back. At most two queries.

    An entry and the event that carries its reason are written together, so the first of a vacancy goes with the first.
    """
    wanted = {entry.vacancy_id for entry in entries if entry.kind == EntryKind.RELEASE}
    if not wanted:
        return {}
    said: dict[int | None, list[str]] = defaultdict(list)
    events = Event.objects.filter(kind=Vacancy._meta.label, subject_id__in=wanted, verb="release").order_by("number")
    for vacancy_id, text in events.values_list("subject_id", "reason__text"):
        said[vacancy_id].append(text or "")
    written: dict[int | None, list[int]] = defaultdict(list)
    rows = Entry.unscoped.filter(vacancy__in=wanted, kind=EntryKind.RELEASE).order_by("pk")
    for pk, vacancy_id in rows.values_list("pk", "vacancy_id"):
        written[vacancy_id].append(pk)
    return {pk: text for vacancy_id, pks in written.items() for pk, text in zip(pks, said[vacancy_id], strict=False)}

"""Undoing a wrong join of two adverts: what the join moved goes back by entries that mirror its own.

The earlier advert counts again as it did. The later one gets back the decision that it had by itself; where it had none,
it is counted now with what is due on it reserved, so that nothing is left undecided that was counted.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet

from audit.acting import Acting
from audit.events import record
from audit.mover import Refused
from vacancies.chains import LIVE, lock_both
from vacancies.ledger import LEVELS, Line, counted_of, standing_of, write, year_of
from vacancies.models import Entry, EntryKind, Exemption, Vacancy, Year
from vacancies.ring_fence import due
from vacancies.rules import check_own_trust


def entries_of_join(vacancy: Vacancy) -> list[Entry]:
    """What the last join of this re-advert wrote, in order; nothing where there was nothing to hand on."""
    own = Entry.unscoped.filter(vacancy=vacancy, cause__startswith="chain in:").order_by("-pk").first()
    if own is None:
        return []
    pair = own.cause.partition(":")[2]
    both = Entry.unscoped.filter(vacancy__in=[vacancy.pk, vacancy.readvertises_id], cause__startswith="chain ")
    return list(both.filter(cause__endswith=f":{pair}").select_related("year", "vacancy").order_by("pk"))


def check_partable(vacancy: Vacancy, *, by: Acting) -> None:
    """Raise Refused unless the join of this re-advert can be undone."""
    check_own_trust(by=by, row=vacancy)
    if vacancy.readvertises_id is None:
        raise Refused(f"{vacancy.reference} is joined to no earlier advert.")
    if vacancy.state not in LIVE:
        raise Refused(f"{vacancy.reference} is {vacancy.get_state_display().lower()}: its chain stands.")
    if vacancy.readverts.exists():
        raise Refused(f"{vacancy.reference} has a re-advert of its own. Part that one first.")
    moved = entries_of_join(vacancy)
    since = Entry.unscoped.filter(vacancy__in=[vacancy.pk, vacancy.readvertises_id]).exclude(kind__in=LEVELS)
    joined_at = max((entry.pk for entry in moved if entry.kind not in LEVELS), default=None)
    if joined_at and _changed(since.filter(pk__gt=joined_at)):
        raise Refused("Posts were added, reserved or given back since they were joined. Change that decision instead.")


def _changed(since: QuerySet[Entry]) -> bool:
    """Whether any of these entries stands: what a further re-advert took over and gave back again changed nothing."""
    causes = dict(since.values_list("pk", "cause"))
    back = {
        pk: int(cause.removeprefix("undone:").split()[0]) for pk, cause in causes.items() if cause.startswith("undone:")
    }
    return any(pk not in back.values() and back.get(pk) not in causes for pk in causes)


def can_part(vacancy: Vacancy, *, by: Acting) -> bool:
    try:
        check_partable(vacancy, by=by)
    except Refused:
        return False
    return True


@transaction.atomic
def part(*, vacancy: Vacancy, reason: str, by: Acting) -> Vacancy:
    """Say that a re-advert was joined by mistake: each advert counts by itself again. It is not proposed anew."""
    check_own_trust(by=by, row=vacancy)
    if not reason.strip():
        raise Refused("Say why they are parted: auditors will ask.")
    earlier = Vacancy.unscoped.filter(pk=vacancy.readvertises_id).first()
    years = lock_both(vacancy, earlier or vacancy)
    rows = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").order_by("pk")
    locked: dict[int | None, Vacancy] = {
        row.pk: row for row in rows.filter(pk__in=[vacancy.pk, vacancy.readvertises_id])
    }
    vacancy = locked[vacancy.pk]
    check_partable(vacancy, by=by)
    earlier = locked[vacancy.readvertises_id]
    if moved := entries_of_join(vacancy):
        _take_back(vacancy, moved, years[year_of(vacancy)], by=by)
    elif earlier.exemption == Exemption.DUPLICATE:
        earlier.exemption = Exemption.NONE
        earlier.save(update_fields=["exemption"])
    vacancy.readvertises = None
    vacancy.save(update_fields=["readvertises"])
    record(by=by, verb="part", on=vacancy, threads=[earlier], reason=reason, earlier=earlier.reference)
    return vacancy


def _take_back(vacancy: Vacancy, moved: list[Entry], year: Year, *, by: Acting) -> None:
    for each in {entry.year_id: entry.year for entry in moved}.values():
        write(each, [line for entry in moved if entry.year_id == each.pk for line in _mirrored(entry)], by=by)
    if not counted_of(vacancy).posts:
        posts = vacancy.posts or 0
        owed = due(standing_of(vacancy.trust_id, year.starts_in), posts).posts
        name = f"parted:{moved[-1].pk}"
        lines = [Line(EntryKind.OPEN, f"open {name}", vacancy, posts=posts, adverts=1, day=vacancy.opened_on)]
        if owed:
            lines.append(Line(EntryKind.RESERVE, f"reserve {name}", vacancy, reserved=owed, reserved_adverts=1))
        write(year, lines, by=by)


def _mirrored(entry: Entry) -> Iterator[Line]:
    """The opposite of one entry: what was brought in is voided, what was taken out is counted and reserved again."""
    name, vacancy = f"undone:{entry.pk}", entry.vacancy
    if entry.kind in LEVELS:
        yield Line(EntryKind(entry.kind), name, vacancy, level=-entry.level)
    elif entry.kind == EntryKind.VOID:
        yield Line(EntryKind.OPEN, name, vacancy, posts=-entry.posts, adverts=-entry.adverts)
        if entry.reserved:
            adverts = -entry.reserved_adverts
            yield Line(EntryKind.RESERVE, f"{name} kept", vacancy, reserved=-entry.reserved, reserved_adverts=adverts)
    else:
        yield Line(
            EntryKind.VOID,
            name,
            vacancy,
            posts=-entry.posts,
            reserved=-entry.reserved,
            adverts=-entry.adverts,
            reserved_adverts=-entry.reserved_adverts,
        )

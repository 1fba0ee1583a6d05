"""What the events of this room say that its ledger must hold: a row taken off the end of a chain shows here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import Sum

from audit.events import kind_of
from audit.models import Event
from organisations.models import Organisation
from vacancies.ledger import SUMMED
from vacancies.models import Entry, EntryKind, Vacancy, Year

DECIDED = ("reserve", "decide_free", "count_undecided")


def expected() -> Iterator[str]:
    """A sentence for each decision, opening or imported history that an event tells of and the ledger lacks, and for each
    year whose sums cannot be. Constant in queries."""
    yield from _decisions()
    yield from _brought()
    yield from _sums()


def _decisions() -> Iterator[str]:
    told = Event.objects.filter(kind=kind_of(Vacancy()), verb__in=DECIDED)
    counted = Entry.unscoped.filter(kind=EntryKind.OPEN).values("vacancy")
    for reference in told.exclude(subject_id__in=counted).order_by("pk").values_list("reference", flat=True):
        yield f"Ledger: {reference} was decided, and no entry counts it."
    reserved = Entry.unscoped.filter(kind=EntryKind.RESERVE).values("vacancy")
    rows = told.filter(verb="reserve").exclude(subject_id__in=reserved).order_by("pk")
    for reference, facts in rows.values_list("reference", "facts"):
        if facts.get("reserved"):
            yield f"Ledger: {facts['reserved']} posts of {reference} were reserved, and no entry says so."


def _brought() -> Iterator[str]:
    """Openings and imported history are told of on the trust; each event says how many entries it wrote."""
    told: Counter[tuple[int, str]] = Counter()
    rows = Event.objects.filter(kind=kind_of(Organisation()), verb__in=("bring_opening", "bring_history"))
    for trust_id, verb, facts in rows.values_list("subject_id", "verb", "facts"):
        opening = verb == "bring_opening"
        told[trust_id, EntryKind.OPENING if opening else EntryKind.HISTORY] += 1 if opening else facts["entries"]
    held: Counter[tuple[int, str]] = Counter()
    found = Entry.unscoped.filter(kind__in=(EntryKind.OPENING, EntryKind.HISTORY)).order_by()
    for trust_id, kind in found.values_list("year__trust", "kind"):
        held[trust_id, kind] += 1
    for (trust_id, kind), number in sorted(told.items()):
        if held[trust_id, kind] < number:
            words = EntryKind(kind).label.lower()
            yield f"Ledger of trust {trust_id}: {number} entries of {words} were written, {held[trust_id, kind]} are here."


def _sums() -> Iterator[str]:
    names = [name for name in SUMMED if "debt" not in name]
    years = Year.objects.annotate(**{f"all_{name}": Sum(f"entries__{name}") for name in names}).order_by("pk")
    for year in years.values("trust", "starts_in", *(f"all_{name}" for name in names)):
        posts, reserved, adverts, reserved_adverts = (year[f"all_{name}"] or 0 for name in names)
        if not (0 <= reserved <= posts and 0 <= reserved_adverts <= adverts <= posts):
            yield (
                f"Ledger of trust {year['trust']}, {year['starts_in']}: {reserved} of {posts} posts and "
                f"{reserved_adverts} of {adverts} adverts cannot be reserved."
            )

"""Re-adverts: proposed by the system, joined by a person. One chain counts once and keeps what was reserved.

Two adverts are one chain when the second has the same position number, or the same title, site and band within 90 days
of the first one's end (design, section 4), and the first did not fill its posts. Joining moves what the ledger counts
from the first to the second, in the first one's year, by entries that take it out here and bring it in there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit.acting import Acting
from audit.events import kind_of, record
from audit.models import Event
from audit.mover import Refused
from vacancies.ledger import LEVELS, Counted, Line, counted_of, lock_year, standing_of, write, year_counted, year_of
from vacancies.models import Entry, EntryKind, EntryLevel, Exemption, Vacancy, VacancyState, Year
from vacancies.ring_fence import due_on_added
from vacancies.rules import check_own_trust, standing_result

SAME_JOB_DAYS = timedelta(days=90)
LIVE = ("draft", "open")
SEEN = (  # what proposing looks at, and what its pages show
    "reference",
    "trust",
    "site",
    "title",
    "band",
    "posts",
    "posts_filled",
    "position_number",
    "exemption",
    "state",
    "authorised_on",
    "opened_on",
    "closes_on",
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """`vacancy` looks like a re-advert of `earlier`; `why` says by what."""

    vacancy: Vacancy
    earlier: Vacancy
    why: str


def end_of(vacancy: Vacancy) -> date | None:
    """When an advert stopped taking people, as far as it is known."""
    return vacancy.closes_on or vacancy.opened_on


def begin_of(vacancy: Vacancy) -> date | None:
    return vacancy.opened_on or vacancy.authorised_on


def proposals(*, by: Acting, only: Vacancy | None = None) -> list[Proposal]:
    """The re-adverts that nobody has answered for, the newest first. Three queries, however many vacancies; two where
    there are none."""
    rows = Vacancy.objects.visible_to(by).only(*SEEN)
    waiting = rows.filter(state__in=LIVE, readvertises=None, exemption="")
    later = list(waiting.filter(pk=only.pk) if only is not None else waiting)
    by_key: dict[tuple[Any, ...], list[Vacancy]] = defaultdict(list)
    for vacancy in rows.filter(_may_match(later), readverts=None).order_by("pk") if later else ():
        if _may_be_continued(vacancy):
            for key, _why in _keys(vacancy):
                by_key[key].append(vacancy)
    found = [each for vacancy in later for each in _followed(vacancy, by_key)]
    apart = _told_apart([each.vacancy for each in found]) if found else {}
    best: dict[int, Proposal] = {}
    for each in found:
        if each.earlier.reference not in apart[each.vacancy.pk]:
            best.setdefault(each.vacancy.pk, each)
    return [best[pk] for pk in sorted(best, reverse=True)]


def _may_match(later: list[Vacancy]) -> Q:
    """The adverts that one of `later` could continue: a first sieve in the database, so that history is not read whole."""
    positions = {vacancy.position_number for vacancy in later} - {""}
    spelt = positions | {each.upper() for each in positions} | {each.lower() for each in positions}
    begins = [day for vacancy in later if (day := begin_of(vacancy))]
    found = Q(position_number__in=spelt)
    if begins:
        since = min(begins) - SAME_JOB_DAYS
        ended = Q(closes_on__gte=since, closes_on__lte=max(begins)) | Q(closes_on=None, opened_on__gte=since)
        places = {vacancy.site_id for vacancy in later} - {None}
        found |= ended & Q(site__in=places, band__in={vacancy.band for vacancy in later} - {None})
    return found


def _keys(vacancy: Vacancy) -> Iterable[tuple[tuple[Any, ...], str]]:
    if vacancy.position_number:
        yield (vacancy.trust_id, "position", vacancy.position_number.casefold()), "the same position number"
    if vacancy.site_id and vacancy.band is not None:
        title = " ".join(vacancy.title.casefold().split())
        yield (vacancy.trust_id, "job", title, vacancy.site_id, vacancy.band), "the same title, site and band"


def _may_be_continued(vacancy: Vacancy) -> bool:
    """An advert that is over, or withdrawn, and did not fill its posts."""
    if vacancy.state == VacancyState.DRAFT or vacancy.exemption:
        return False
    return vacancy.posts_filled is None or vacancy.posts_filled < (vacancy.posts or 0)


def _followed(vacancy: Vacancy, by_key: dict[tuple[Any, ...], list[Vacancy]]) -> Iterable[Proposal]:
    """What `vacancy` may continue, the likeliest first: by its position number, then what ended last."""
    begins = begin_of(vacancy)
    for key, why in _keys(vacancy):
        within = SAME_JOB_DAYS if key[1] == "job" else None
        earlier = [other for other in by_key[key] if other.pk != vacancy.pk and _follows(begins, other, within=within)]
        for other in sorted(earlier, key=lambda other: (end_of(other), other.pk), reverse=True):
            yield Proposal(vacancy, other, why)


def _follows(begins: date | None, other: Vacancy, *, within: timedelta | None) -> bool:
    """Whether an advert that begins then comes after the other one's end, no later than `within`."""
    ended = end_of(other)
    if begins is None or ended is None or ended > begins:
        return False
    return within is None or begins - ended <= within


def _told_apart(vacancies: list[Vacancy]) -> dict[int, set[str]]:
    """By vacancy, the references of which a person said that it is not their re-advert."""
    rows = Event.objects.filter(
        kind=kind_of(Vacancy()), subject_id__in=[vacancy.pk for vacancy in vacancies], verb__in=("separate", "part")
    ).values_list("subject_id", "facts")
    found: dict[int, set[str]] = defaultdict(set)
    for pk, facts in rows:
        found[pk].add(facts["earlier"])
    return found


@dataclass(frozen=True, slots=True)
class Moved:
    """What joining moves to the re-advert: posts and reserved posts; `whole` where nothing stays behind.

    `added` are posts of the re-advert beyond what the chain had left to fill.
    """

    posts: int
    reserved: int
    whole: bool
    added: int


def moved(counted: Counted, *, filled: int, posts: int) -> Moved:
    """How the count of a chain passes to a re-advert of `posts` posts, `filled` of the first advert's being filled.

    What was filled stays with the first advert, and with it the reserved posts for which people were considered there.
    """
    left = max(0, counted.posts - filled)
    if not filled:
        return Moved(min(posts, left), min(posts, counted.reserved), True, max(0, posts - left))
    carried = min(posts, left)
    stays = min(counted.reserved, max(counted.considered, counted.reserved - carried), counted.posts - carried)
    return Moved(carried, counted.reserved - stays, False, posts - carried)


def check_joinable(vacancy: Vacancy, earlier: Vacancy, *, by: Acting) -> None:
    """Raise Refused unless `vacancy` may be joined to `earlier`."""
    check_own_trust(by=by, row=vacancy)
    if vacancy.trust_id != earlier.trust_id or vacancy.pk == earlier.pk:
        raise Refused("A re-advert continues another advert of the same trust.")
    if vacancy.readvertises_id is not None:
        raise Refused(f"{vacancy.reference} is joined to an earlier advert already.")
    if vacancy.state not in LIVE:
        raise Refused(f"{vacancy.reference} is {vacancy.get_state_display().lower()}: join it while it is open.")
    if vacancy.exemption or earlier.exemption:
        raise Refused("An exempt advert is not counted, so it is no part of a chain.")
    if vacancy.posts is None:
        raise Refused(f"Say how many posts {vacancy.reference} has first.")
    if earlier.readverts.exists():
        raise Refused(f"{earlier.reference} has another re-advert already. Join {vacancy.reference} to that one.")
    begins, ended = begin_of(vacancy), end_of(earlier)
    if begins and ended and begins < ended:
        raise Refused(f"{vacancy.reference} opened before {earlier.reference} ended, so it is an advert of its own.")


@transaction.atomic
def join(*, vacancy: Vacancy, earlier: Vacancy, by: Acting) -> Vacancy:
    """Say that `vacancy` re-advertises `earlier`: the chain counts once, in the first one's year, with its reservation.

    Posts beyond those of the first advert are counted with what is due on them reserved. A first advert that the ledger
    does not count (void, or never decided) hands nothing on: a never-decided one becomes exempt as a duplicate.
    """
    years = lock_both(vacancy, earlier)
    rows = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").order_by("pk")
    locked = {row.pk: row for row in rows.filter(pk__in=[vacancy.pk, earlier.pk])}
    vacancy, earlier = locked[vacancy.pk], locked[earlier.pk]
    check_joinable(vacancy, earlier, by=by)
    vacancy.readvertises = earlier
    vacancy.save(update_fields=["readvertises"])
    before, own = counted_of(earlier), counted_of(vacancy)
    if before.posts > 0:
        _hand_on(vacancy, earlier, before, own, years, by=by)
    elif before.entries == 0 and earlier.state != "withdrawn" and standing_result(earlier) == EntryLevel.YES:
        earlier.exemption = Exemption.DUPLICATE
        earlier.save(update_fields=["exemption"])
    record(by=by, verb="readvertise", on=vacancy, threads=[earlier], earlier=earlier.reference)
    return vacancy


def lock_both(vacancy: Vacancy, earlier: Vacancy) -> dict[int, Year]:
    """Every year in which the two count or would count, locked, the earliest first."""
    wanted = sorted({year_counted(vacancy), year_counted(earlier), year_of(vacancy)})
    return {starts_in: lock_year(vacancy.trust_id, starts_in) for starts_in in wanted}


def _hand_on(
    vacancy: Vacancy, earlier: Vacancy, before: Counted, own: Counted, years: dict[int, Year], *, by: Acting
) -> None:
    pair = f"{earlier.pk}:{vacancy.pk}" + (f":{own.entries}" if own.entries else "")  # joined anew, it is written anew
    if own.posts:
        write(years[year_counted(vacancy)], [_taken_back(vacancy, own, pair)], by=by)
    year = years[year_counted(earlier)]
    what = moved(before, filled=earlier.posts_filled or 0, posts=vacancy.posts or 0)
    write(year, [*_out(earlier, before, what, pair), *_in(vacancy, before, what, pair, own)], by=by)
    if what.added:
        _count_added(vacancy, what.added, year, pair, by=by)


def _taken_back(vacancy: Vacancy, own: Counted, pair: str) -> Line:
    """The re-advert's own count, where it was decided before it was joined: it counts with its chain only."""
    return Line(
        EntryKind.VOID,
        f"chain own:{pair}",
        vacancy,
        posts=-own.posts,
        reserved=-own.reserved,
        adverts=-own.adverts,
        reserved_adverts=-own.reserved_adverts,
    )


def _out(earlier: Vacancy, before: Counted, what: Moved, pair: str) -> list[Line]:
    posts = before.posts if what.whole else what.posts
    reserved = before.reserved if what.whole else what.reserved
    stays = before.reserved - reserved
    first = Line(
        EntryKind.VOID,
        f"chain out:{pair}",
        earlier,
        posts=-posts,
        reserved=-reserved,
        adverts=-before.adverts if what.whole else 0,
        reserved_adverts=0 if stays else -before.reserved_adverts,
    )
    return [first, *_levels(earlier, -1, before, what, pair)]


def _in(vacancy: Vacancy, before: Counted, what: Moved, pair: str, own: Counted) -> list[Line]:
    """What the re-advert takes over; a promise of its own that is larger is kept."""
    reserved = max(what.reserved, min(own.reserved, what.posts))
    lines = [Line(EntryKind.OPEN, f"chain in:{pair}", vacancy, posts=what.posts, adverts=int(what.whole))]
    if reserved:
        stays = 0 if what.whole else before.reserved - what.reserved
        advert = int(not stays or not before.reserved_adverts)
        lines.append(Line(EntryKind.RESERVE, f"chain kept:{pair}", vacancy, reserved=reserved, reserved_adverts=advert))
    return [*lines, *_levels(vacancy, 1, before, what, pair)]


def _levels(vacancy: Vacancy, sign: int, before: Counted, what: Moved, pair: str) -> list[Line]:
    """The people who were considered, interviewed and appointed, taken out of one side or brought to the other."""
    side = "in" if sign > 0 else "out"
    people = {kind: getattr(before, kind.value) for kind in LEVELS if what.whole}
    return [
        Line(kind, f"chain {side} {kind.value}:{pair}", vacancy, level=sign * number)
        for kind, number in people.items()
        if number
    ]


def passed_on(line: Line) -> Iterator[Line]:
    """What a level written on an advert means for the re-adverts to which its count was handed on whole, one by one.

    Each is named as what the join wrote, so that parting takes it back with the rest.
    """
    while line.vacancy is not None:
        brought = Entry.unscoped.filter(
            vacancy__readvertises=line.vacancy, cause__startswith=f"chain in:{line.vacancy.pk}:", adverts=1
        )
        last = brought.select_related("vacancy").order_by("-pk").first()
        if last is None or Entry.unscoped.filter(cause=f"undone:{last.pk}").exists():
            return
        pair = last.cause.partition(":")[2]
        yield replace(line, cause=f"chain out {line.cause}:{pair}", level=-line.level)
        yield replace(line, cause=f"chain in {line.cause}:{pair}", vacancy=last.vacancy)
        line = replace(line, vacancy=last.vacancy)


def counted_together(pks: Iterable[int]) -> dict[int, set[int]]:
    """By vacancy id, the adverts that share one count, itself among them: it was handed on whole from one to the other.

    One query where nothing was handed on, else some for each link of the longest chain.
    """
    together = {pk: {pk} for pk in pks}
    asked: set[int] = set()
    while new := together.keys() - asked:
        asked |= new
        for earlier, later in _handed_on(new):
            both = together.get(earlier, {earlier}) | together.get(later, {later})
            together |= dict.fromkeys(both, both)
    return together


def _handed_on(pks: Iterable[int]) -> list[tuple[int, int]]:
    """(earlier, re-advert) of each standing join of these adverts by which a count was handed on whole."""
    either = Q(vacancy__in=pks) | Q(vacancy__readvertises__in=pks)
    rows = Entry.unscoped.filter(
        either, vacancy__readvertises__isnull=False, cause__startswith="chain in:", adverts=1
    ).values_list("pk", "vacancy__readvertises", "vacancy", "cause")
    found = {
        f"undone:{pk}": (earlier, later)
        for pk, earlier, later, cause in rows
        if cause.startswith(f"chain in:{earlier}:")
    }
    undone = set(Entry.unscoped.filter(cause__in=found).values_list("cause", flat=True)) if found else set()
    return [pair for name, pair in found.items() if name not in undone]


def _count_added(vacancy: Vacancy, posts: int, year: Year, pair: str, *, by: Acting) -> None:
    """Posts of the re-advert beyond the chain's: counted, with what is due on them reserved."""
    counted = counted_of(vacancy)
    standing = standing_of(vacancy.trust_id, year.starts_in)
    owed = due_on_added(standing, posts, already_reserved=counted.reserved > 0)
    lines = [Line(EntryKind.OPEN, f"chain added:{pair}", vacancy, posts=posts)]
    if owed.posts:
        first = int(counted.reserved == 0)
        lines.append(Line(EntryKind.RESERVE, f"chain due:{pair}", vacancy, reserved=owed.posts, reserved_adverts=first))
    write(year, lines, by=by)


@transaction.atomic
def keep_apart(*, vacancy: Vacancy, earlier: Vacancy, reason: str, by: Acting) -> None:
    """Say that `vacancy` is no re-advert of `earlier`, with a reason; it is not proposed again."""
    check_own_trust(by=by, row=vacancy)
    if vacancy.trust_id != earlier.trust_id:
        raise Refused("These are adverts of two trusts.")
    if not reason.strip():
        raise Refused("Say why it is not a re-advert: auditors will ask.")
    record(by=by, verb="separate", on=vacancy, threads=[earlier], reason=reason, earlier=earlier.reference)

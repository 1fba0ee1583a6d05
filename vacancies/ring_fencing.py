"""The verbs of the ring-fence: reserving, overriding, lapsing, voiding, and how far each reserved post got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from audit.acting import Acting
from audit.clock import today
from audit.events import record
from audit.mover import Refused
from organisations.policies import value_of
from organisations.services import system
from vacancies.chains import passed_on
from vacancies.ledger import (
    LEVELS,
    Line,
    counted_of,
    lock_year,
    standing_in,
    standing_of,
    standings,
    write,
    year_counted,
    year_of,
)
from vacancies.models import (
    PUBLIC_STATES,
    EntryKind,
    EntryLevel,
    Exemption,
    Vacancy,
)
from vacancies.overriding import LessThanDue, write_override
from vacancies.ring_fence import Due, Standing, due
from vacancies.rules import (
    DECIDABLE,
    check_decidable,
    is_counted,
    last_day_to_decide,
)


def standing_before(vacancy: Vacancy) -> Standing:
    """The standing of the trust's year in which this vacancy counts, as it is now."""
    return standing_of(vacancy.trust_id, year_of(vacancy))


def due_for(vacancy: Vacancy) -> Due:
    """What this vacancy would owe if it were decided now. ValueError where its posts are not known."""
    return due(standing_before(vacancy), vacancy.posts or 0)


@transaction.atomic
def reserve(*, vacancy: Vacancy, posts: int, by: Acting, less: LessThanDue | None = None) -> Due:
    """Decide a vacancy: count its posts and reserve some of them; what was due is returned.

    The year is locked first, so that of two people who decide at once the second sees the first one's entry. Refused
    where it may not be decided, where `posts` is more than it has, or where it is less than due and `less` is not given.
    """
    year = lock_year(vacancy.trust_id, year_of(vacancy))
    vacancy = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").get(pk=vacancy.pk)
    check_decidable(vacancy, by=by)
    if not 0 <= posts <= (vacancy.posts or 0):
        raise Refused(f"{vacancy.reference} has {vacancy.posts} posts: reserve from 0 to {vacancy.posts}.")
    owed = due_for(vacancy)
    if posts < owed.posts and less is None:
        raise Refused(
            f"{owed.posts} of {vacancy.posts} posts are due. Reserve {owed.posts}, or say why less and who agrees."
        )
    write(year, _decision(vacancy, posts), by=by)
    if posts < owed.posts and less is not None:
        write_override(vacancy, due=owed.posts, reserved=posts, less=less, by=by)
    verb = "reserve" if posts or owed.posts else "decide_free"
    record(by=by, verb=verb, on=vacancy, reserved=posts, posts=vacancy.posts, due=owed.posts)
    return owed


@dataclass(frozen=True, slots=True)
class Planned:
    """One vacancy of a bulk reservation: what will be due on it once those before it are decided."""

    vacancy: Vacancy
    due: Due
    refused: str = ""


def plan(vacancies: Sequence[Vacancy], *, by: Acting) -> list[Planned]:
    """What reserving each vacancy at what is due would do, in this order; those that cannot be decided say why."""
    found: list[Planned] = []
    running = standings(trust_ids={vacancy.trust_id for vacancy in vacancies})
    for vacancy in vacancies:
        try:
            check_decidable(vacancy, by=by)
        except Refused as refused:
            found.append(Planned(vacancy, Due(0, ""), str(refused)))
            continue
        key, posts = (vacancy.trust_id, year_of(vacancy)), vacancy.posts or 0
        before = standing_in(running, *key)
        owed = due(before, posts)
        running[key] = after(before, posts, owed.posts)
        found.append(Planned(vacancy, owed))
    return found


def after(standing: Standing, posts: int, reserved: int) -> Standing:
    """The standing once a vacancy of `posts` posts is counted with `reserved` of them reserved."""
    return replace(
        standing,
        posts=standing.posts + posts,
        reserved=standing.reserved + reserved,
        adverts=standing.adverts + 1,
        reserved_adverts=standing.reserved_adverts + (reserved > 0),
    )


@transaction.atomic
def reserve_as_planned(*, vacancies: Sequence[Vacancy], expected: Mapping[int, int], by: Acting) -> list[Planned]:
    """Decide every vacancy at what is due, in this order. Refused, with nothing written, if that is not as `expected`.

    `expected` holds by vacancy the posts that the check page showed.
    """
    for trust_id, starts_in in sorted({(vacancy.trust_id, year_of(vacancy)) for vacancy in vacancies}):
        lock_year(trust_id, starts_in)
    planned = plan(vacancies, by=by)
    if any(line.refused or line.due.posts != expected.get(line.vacancy.pk) for line in planned):
        raise Refused("Somebody decided in between, so what is due has changed. Check the list again.")
    for line in planned:
        reserve(vacancy=line.vacancy, posts=line.due.posts, by=by)
    return planned


def _decision(vacancy: Vacancy, posts: int) -> list[Line]:
    lines = [
        Line(EntryKind.OPEN, f"open:{vacancy.pk}", vacancy, posts=vacancy.posts or 0, adverts=1, day=vacancy.opened_on)
    ]
    if posts:
        lines.append(Line(EntryKind.RESERVE, f"reserve:{vacancy.pk}", vacancy, reserved=posts, reserved_adverts=1))
    return lines


@transaction.atomic
def void(*, vacancy: Vacancy, by: Acting) -> None:
    """Take both sides of a withdrawn vacancy back, if it was counted and nobody was interviewed."""
    year = lock_year(vacancy.trust_id, year_counted(vacancy))
    counted = counted_of(vacancy)
    if not counted.posts or counted.interviewed:
        return
    line = Line(
        EntryKind.VOID,
        f"void:{vacancy.pk}",
        vacancy,
        posts=-counted.posts,
        adverts=-counted.adverts,
        reserved=-counted.reserved,
        reserved_adverts=-counted.reserved_adverts,
    )
    write(year, [line], by=by)
    record(by=by, verb="void", on=vacancy)


@transaction.atomic
def lapse(*, vacancy: Vacancy, by: Acting) -> None:
    """People were sent and nobody was decided: the reservation is taken back, and the trust owes it."""
    year = lock_year(vacancy.trust_id, year_counted(vacancy))
    counted = counted_of(vacancy)
    if counted.reserved > 0:
        write(
            year,
            [
                Line(
                    EntryKind.LAPSE,
                    f"lapse:{vacancy.pk}",
                    vacancy,
                    reserved=-counted.reserved,
                    reserved_adverts=-counted.reserved_adverts,
                )
            ],
            by=by,
        )
        record(by=by, verb="lapse", on=vacancy)


def _held(vacancy: Vacancy) -> int:
    return sum(vacancy.entries.values_list("reserved", flat=True))


@transaction.atomic
def record_level(*, vacancy: Vacancy, kind: EntryKind, cause: str, by: Acting) -> None:
    """One more person was decided, interviewed or appointed on a counted vacancy. Levels are capped when they are read.

    The same cause again changes nothing, unless it was taken back meanwhile.
    """
    _count(vacancy, kind, cause, 1, by=by)


@transaction.atomic
def take_level_back(*, vacancy: Vacancy, kind: EntryKind, cause: str, by: Acting) -> None:
    """What `record_level` wrote for `cause` was a mistake: an entry that takes it back. Repeated, it does nothing."""
    _count(vacancy, kind, cause, 0, by=by)


def _count(vacancy: Vacancy, kind: EntryKind, cause: str, people: int, *, by: Acting) -> None:
    """Let this cause count for `people` (1 or 0) of the level `kind`: on the re-advert, where the count was handed on."""
    if kind not in LEVELS:
        raise ValueError(f"{kind} is not a level.")
    if not is_counted(vacancy):
        return
    year = lock_year(vacancy.trust_id, year_counted(vacancy))
    first = f"{kind}:{cause}"
    written = vacancy.entries.filter(Q(cause=first) | Q(cause__startswith=f"{first}/")).values_list("level", flat=True)
    if sum(written) != people:
        name = f"{first}/{len(written) + 1}" if written else first
        own = Line(kind, name, vacancy, level=people - sum(written))
        write(year, [own, *passed_on(own)], by=by)


def slots_promised(vacancy: Vacancy) -> int:
    """Guaranteed-interview slots that the reservation promises: reserved posts times the policy's slots for each."""
    held = _held(vacancy)
    return held * value_of("vacancies.slots_per_post") if held else 0


def undecided(queryset: QuerySet[Vacancy] | None = None, *, states: Sequence[str] = DECIDABLE) -> QuerySet[Vacancy]:
    """Entry-level vacancies that count, are draft or open (or in `states`), and that the ledger does not hold yet."""
    rows = Vacancy.unscoped.all() if queryset is None else queryset
    return (
        rows.filter(
            state__in=states,
            exemption=Exemption.NONE,
            posts__isnull=False,
            classifications__standing=True,
            classifications__result=EntryLevel.YES,
        )
        .exclude(entries__kind=EntryKind.OPEN)
        .order_by(F("closes_on").asc(nulls_last=True), "pk")
    )


def is_too_late(vacancy: Vacancy) -> bool:
    """Whether the last day on which a decision counts has passed, or the advert has closed."""
    last_day = last_day_to_decide(vacancy)
    return vacancy.state not in DECIDABLE or bool(last_day and today() > last_day)


def count_the_undecided() -> list[Vacancy]:
    """Write every vacancy whose last day to decide has passed as counted with nothing reserved: the debt stays."""
    late = [vacancy for vacancy in undecided(states=PUBLIC_STATES) if is_too_late(vacancy)]
    for vacancy in late:
        with transaction.atomic():
            year = lock_year(vacancy.trust_id, year_of(vacancy))
            if write(year, _decision(vacancy, 0), by=system()):
                record(by=system(), verb="count_undecided", on=vacancy)
    return late


def notice_until() -> date:
    """The last day of the window in which the service recommends which vacancy to reserve."""
    return today() + timedelta(days=value_of("vacancies.notice_days"))

"""What changes a decision afterwards, each by a new entry: posts added later, more reserved, posts given back, openings.

Nothing in the ledger is altered. Giving back leaves the debt standing: the next vacancy owes it.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

from django.db import transaction
from django.db.models import Sum

from audit.acting import Acting, Role
from audit.clock import today
from audit.events import record
from audit.mover import Refused
from organisations.models import Organisation
from vacancies.ledger import Counted, Line, counted_of, lock_year, standing_of, write, year_counted
from vacancies.models import Entry, EntryKind, Vacancy, Year
from vacancies.overriding import LessThanDue, write_override
from vacancies.ring_fence import Due, due_on_added, needed
from vacancies.rules import check_own_trust

OVER = ("finished", "withdrawn")
MAY_STILL_RESERVE = ("draft", "open")
MOST_POSTS = 500  # of one vacancy: more is a slip of the keyboard


def check_amendable(vacancy: Vacancy, counted: Counted, *, by: Acting) -> None:
    """Raise Refused unless the ledger counts this vacancy and it is not over."""
    check_own_trust(by=by, row=vacancy)
    if vacancy.state in OVER:
        raise Refused(f"{vacancy.reference} is {vacancy.get_state_display().lower()}: its decision stands.")
    if counted.posts < 1:
        raise Refused(f"{vacancy.reference} is not counted by itself, so there is no decision to change.")


def can_amend(vacancy: Vacancy, counted: Counted, *, by: Acting) -> bool:
    try:
        check_amendable(vacancy, counted, by=by)
    except Refused:
        return False
    return True


def _locked(vacancy: Vacancy, *, by: Acting) -> tuple[Year, Vacancy, Counted]:
    """The year that counts the vacancy, then the vacancy, both locked in that order, and what is counted."""
    year = lock_year(vacancy.trust_id, year_counted(vacancy))
    vacancy = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").get(pk=vacancy.pk)
    counted = counted_of(vacancy)
    check_amendable(vacancy, counted, by=by)
    return year, vacancy, counted


def due_on_adding(vacancy: Vacancy, posts: int) -> Due:
    """What is due on `posts` posts that are added to a counted vacancy now."""
    standing = standing_of(vacancy.trust_id, year_counted(vacancy))
    return due_on_added(standing, posts, already_reserved=counted_of(vacancy).reserved > 0)


@transaction.atomic
def add_posts(*, vacancy: Vacancy, posts: int, reserve: int, reason: str, by: Acting) -> Due:
    """Add posts to a vacancy that is decided, and reserve some; what was due on them is returned.

    Refused where less is reserved than is due on the added posts, or more than the vacancy then has free.
    """
    year, vacancy, counted = _locked(vacancy, by=by)
    if not 1 <= posts <= MOST_POSTS:
        raise Refused(f"Add from 1 to {MOST_POSTS} posts.")
    if not reason.strip():
        raise Refused("Say why posts are added: it stands in the ledger’s timeline.")
    owed = due_on_adding(vacancy, posts)
    free = counted.posts + posts - counted.reserved
    if reserve < owed.posts:
        raise Refused(f"{owed.posts} of the added posts are due. Reserve at least {owed.posts}.")
    if reserve > free:
        raise Refused(f"{vacancy.reference} then has {free} posts that are not reserved: reserve at most {free}.")
    vacancy.posts = counted.posts + posts
    vacancy.save(update_fields=["posts"])
    name = f"{vacancy.pk}:{counted.entries}"
    lines = [Line(EntryKind.OPEN, f"added:{name}", vacancy, posts=posts), *_reserved(vacancy, counted, reserve, name)]
    write(year, lines, by=by)
    record(by=by, verb="add_posts", on=vacancy, reason=reason, posts=posts, reserved=reserve, due=owed.posts)
    return owed


def _reserved(vacancy: Vacancy, counted: Counted, posts: int, name: str) -> list[Line]:
    if not posts:
        return []
    first = int(counted.reserved == 0 and counted.adverts > 0)  # else the advert is counted at another one of its chain
    return [Line(EntryKind.RESERVE, f"more:{name}", vacancy, reserved=posts, reserved_adverts=first)]


def _check_as_shown(counted: Counted, held: int) -> None:
    if counted.reserved != held:
        raise Refused(f"Somebody changed it in between: {counted.reserved} posts are reserved now. Look again.")


def check_more_to_reserve(vacancy: Vacancy, counted: Counted, *, by: Acting) -> None:
    """Raise Refused unless a further post of this decided vacancy can be reserved."""
    check_amendable(vacancy, counted, by=by)
    if vacancy.state not in MAY_STILL_RESERVE:
        raise Refused(f"{vacancy.reference} has closed: a reservation now would promise what nobody can apply for.")
    if counted.reserved >= counted.posts:
        held = f"{counted.reserved} of {counted.posts}"
        raise Refused(f"Every post of {vacancy.reference} is reserved already ({held}). Add posts first.")


def can_reserve_more(vacancy: Vacancy, counted: Counted, *, by: Acting) -> bool:
    try:
        check_more_to_reserve(vacancy, counted, by=by)
    except Refused:
        return False
    return True


@transaction.atomic
def reserve_more(*, vacancy: Vacancy, posts: int, held: int, by: Acting) -> None:
    """Reserve further posts of a decided vacancy that is not closed. `held` is what the page showed as reserved."""
    year, vacancy, counted = _locked(vacancy, by=by)
    _check_as_shown(counted, held)
    check_more_to_reserve(vacancy, counted, by=by)
    if not 1 <= posts <= counted.posts - counted.reserved:
        raise Refused(f"{counted.posts - counted.reserved} posts of {vacancy.reference} are not reserved yet.")
    write(year, _reserved(vacancy, counted, posts, f"{vacancy.pk}:{counted.entries}"), by=by)
    record(by=by, verb="reserve_more", on=vacancy, posts=posts)


def needed_of(vacancy: Vacancy, counted: Counted, posts: int) -> int:
    """Of `posts` reserved posts of this vacancy that are given back, how many its trust needs; 0 where all are a surplus."""
    standing = standing_of(vacancy.trust_id, year_counted(vacancy))
    return needed(standing, posts, last=_last(counted, posts) > 0)


def said_of_needed(short: int, posts: int) -> str:
    """How many of the posts that are given back the 20% needs, in a sentence."""
    if short == posts:
        return "This post is needed for the 20%." if posts == 1 else f"These {posts} posts are needed for the 20%."
    return f"{short} of these {posts} posts {'is' if short == 1 else 'are'} needed for the 20%."


def _last(counted: Counted, posts: int) -> int:
    """The advert that is given back with its last reserved post; 0 where one stays, or another of its chain counts it."""
    return counted.reserved_adverts if counted.reserved == posts else 0


@transaction.atomic
def release(
    *, vacancy: Vacancy, posts: int, held: int, reason: str, by: Acting, less: LessThanDue | None = None
) -> None:
    """Give reserved posts back. What the trust then lacks is owed. `held` is what the page showed as reserved.

    A surplus needs a reason only. Posts that are needed are less than due: refused unless `less` says why and who is asked
    to countersign. Whether slots of these posts are promised to people is asked in the pipeline, which calls this.
    """
    year, vacancy, counted = _locked(vacancy, by=by)
    _check_as_shown(counted, held)
    if not 1 <= posts <= counted.reserved:
        raise Refused(f"{counted.reserved} posts of {vacancy.reference} are reserved: give back at most these.")
    if not reason.strip():
        raise Refused("Say why reserved posts are given back: the reason is published with the ledger.")
    short = needed_of(vacancy, counted, posts)
    if short and less is None:
        raise Refused(f"{said_of_needed(short, posts)} Say why they are given back all the same, and who agrees.")
    line = Line(
        EntryKind.RELEASE,
        f"release:{vacancy.pk}:{counted.entries}",
        vacancy,
        reserved=-posts,
        reserved_adverts=-_last(counted, posts),
    )
    write(year, [line], by=by)
    if short and less is not None:
        left = counted.reserved - posts
        write_override(vacancy, due=left + short, reserved=left, given_back=posts, less=less, by=by)
    record(by=by, verb="release", on=vacancy, reason=reason, posts=posts)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a trust brings from its own records at the start: counted and reserved so far, and what it owed before."""

    posts: int = 0
    reserved: int = 0
    adverts: int = 0
    reserved_adverts: int = 0
    debt: int = 0
    advert_debt: int = 0


def check_opening(opening: Opening) -> None:
    """Raise Refused where the figures cannot be."""
    if min(astuple(opening)) < 0:
        raise Refused("No figure of an opening balance is below 0.")
    if opening.reserved > opening.posts or opening.reserved_adverts > opening.adverts:
        raise Refused("More is reserved than was counted. Check the two figures.")
    if opening.adverts > opening.posts:
        raise Refused("There are more adverts than posts, but each advert has a post. Check the two figures.")
    if opening.reserved_adverts > opening.reserved:
        raise Refused("More adverts with a reserved post than reserved posts cannot be. Check the two figures.")


def opening_of(trust_id: int, starts_in: int) -> Opening | None:
    """The opening balance that a year's ledger holds, all its corrections summed; None where it has none."""
    rows = Entry.unscoped.filter(year__trust_id=trust_id, year__starts_in=starts_in, kind=EntryKind.OPENING)
    names = Opening.__dataclass_fields__
    found = list(rows.values_list(*names))
    return Opening(*(sum(column) for column in zip(*found, strict=True))) if found else None


@transaction.atomic
def bring_opening(*, trust: Organisation, starts_in: int, opening: Opening, reason: str, by: Acting) -> None:
    """Begin a year's ledger with figures from before this service; said again, it writes the difference.

    `reason` names the record that the figures come from. With an opening balance a year carries nothing else over.
    Refused for a year to come, and to everybody but the trust's HR lead and the system.
    """
    if by.role is not Role.SYSTEM and (by.role is not Role.TRUST_HR or by.organisation_id != trust.pk):
        raise Refused("Only the trust's HR lead brings an opening balance.")
    check_opening(opening)
    if not reason.strip():
        raise Refused("Say which record these figures come from.")
    if starts_in > today().year:
        raise Refused("That financial year has not begun.")
    year = lock_year(trust.pk, starts_in)
    if opening.posts and Entry.unscoped.filter(year=year, kind=EntryKind.HISTORY).aggregate(n=Sum("posts"))["n"]:
        raise Refused("The history of that year is here already: give what was owed only, and 0 for the other figures.")
    before = opening_of(trust.pk, starts_in) or Opening()
    number = Entry.unscoped.filter(year=year, kind=EntryKind.OPENING).count()
    changes = {name: getattr(opening, name) - getattr(before, name) for name in Opening.__dataclass_fields__}
    if number and not any(changes.values()):
        return
    write(year, [Line(EntryKind.OPENING, f"opening:{year.pk}:{number}", **changes)], by=by)
    record(by=by, verb="bring_opening", on=trust, reason=reason, year=str(year), **changes)

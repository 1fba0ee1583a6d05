"""What a trust is short of, and which undecided vacancy would clear it: the sentence at the top of several pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from audit.acting import Acting
from audit.clock import financial_year, today
from vacancies.ledger import standing_of, year_of
from vacancies.models import Vacancy, with_ring_fence
from vacancies.ring_fence import Due, Shortfall, Standing, due, need, shortfall
from vacancies.ring_fencing import after, notice_until, undecided
from vacancies.rules import last_day_to_decide

NOTHING_OWED = "Nothing is owed: at least 20% of posts and of adverts are reserved."
NONE_COULD = "No undecided vacancy of the next 14 days could clear it."


@dataclass(frozen=True, slots=True)
class Advice:
    """How far short a trust is, and the vacancy (or None) of the notice window where most ready people could be placed."""

    short: Shortfall
    vacancy: Vacancy | None
    ready_people: int
    sentence: str


def in_notice(rows: QuerySet[Vacancy]) -> QuerySet[Vacancy]:
    """Of `rows`, what may still be decided and opens within the notice window or is open."""
    soon = Q(state="open") | Q(opened_on__lte=notice_until()) | Q(opened_on__isnull=True, authorised_on__isnull=False)
    found: QuerySet[Vacancy] = with_ring_fence(undecided(rows).filter(soon).select_related("site"))
    return found


def advise(trust_id: int, *, by: Acting, standing: Standing | None = None) -> Advice:
    """What is said to `by` about a trust's present year; `standing` where the caller has read it."""
    year = financial_year(today())
    standing = standing_of(trust_id, year) if standing is None else standing
    short = shortfall(standing)
    if not (short.posts or short.adverts):
        return Advice(short, None, 0, NOTHING_OWED)
    rows = in_notice(Vacancy.objects.visible_to(by).filter(trust=trust_id))
    best = best_of([vacancy for vacancy in rows if _in_time(vacancy) and year_of(vacancy) == year], standing)
    ready = getattr(best, "ready_people", None) or 0
    return Advice(short, best, ready, f"You are {short_words(short)} short{_clearing(best, standing, ready)}")


def _in_time(vacancy: Vacancy) -> bool:
    last_day = last_day_to_decide(vacancy)
    return last_day is None or last_day >= today()


def clears(vacancy: Vacancy, standing: Standing) -> bool:
    """Whether reserving what is due on this vacancy leaves nothing owed."""
    return would(vacancy, standing) == "would clear it"


def would(vacancy: Vacancy, standing: Standing) -> str:
    """What reserving what is due on this vacancy does to the shortfall, in words: its own posts raise the need too."""
    posts, short = vacancy.posts or 0, shortfall(standing)
    left = shortfall(after(standing, posts, due(standing, posts).posts))
    if left == Shortfall(0, 0):
        return "would clear it"
    lower = left.posts < short.posts if short.posts else left.adverts < short.adverts
    return "would reduce it" if lower else "would keep it from growing"


def best_of(vacancies: list[Vacancy], standing: Standing) -> Vacancy | None:
    """Where most ready people could be placed, of those that clear the shortfall first; then decided soonest."""

    def order(vacancy: Vacancy) -> tuple[bool, int, bool, date, int]:
        ready, clear = getattr(vacancy, "ready_people", None) or 0, clears(vacancy, standing)
        return not (clear and ready), -ready, not clear, last_day_to_decide(vacancy) or date.max, vacancy.pk

    return min(vacancies, key=order, default=None)


def short_words(short: Shortfall) -> str:
    """ "1 post", or "1 advert" where the posts are enough."""
    number, noun = (short.posts, "post") if short.posts else (short.adverts, "advert")
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _clearing(vacancy: Vacancy | None, standing: Standing, ready: int) -> str:
    if vacancy is None:
        return f". {NONE_COULD}"
    nobody = "" if ready else " Nobody is ready for it yet."
    return f"; {named(vacancy)} ({when(vacancy)}) {would(vacancy, standing)}.{nobody}"


def named(vacancy: Vacancy) -> str:
    """ "Healthcare support worker, Northwick Park" """
    return f"{vacancy.title}, {vacancy.site}" if vacancy.site_id else vacancy.title


def when(vacancy: Vacancy) -> str:
    """ "opens Thursday", "closes 12 December": the weekday alone within the next seven days."""
    opens = vacancy.opened_on or vacancy.authorised_on
    if vacancy.state == "draft" and opens and opens > today():
        return f"opens {spoken(opens)}"
    return f"closes {spoken(vacancy.closes_on)}" if vacancy.closes_on else "no closing date yet"


def spoken(day: date) -> str:
    """ "today", "tomorrow", "Thursday" within a week, else "12 December"."""
    days = (day - today()).days
    if days in (0, 1):
        return ("today", "tomorrow")[days]
    return f"{day:%A}" if 1 < days < 7 else f"{day.day} {day:%B}"


def explained(standing: Standing, posts: int, owed: Due) -> list[str]:
    """Why `owed` posts are due on the next vacancy of `posts` posts: the two readings in words, larger one taken."""
    needed = need(standing.posts + posts)
    owe = f", and {standing.debt} owed from last year" if standing.debt else ""
    by_posts = max(0, needed + standing.debt - standing.reserved)
    adverts_needed = need(standing.adverts + 1)
    advert_owe = f", and {standing.advert_debt} owed from last year" if standing.advert_debt else ""
    by_adverts = int(adverts_needed + standing.advert_debt > standing.reserved_adverts)
    lines = [
        f"Posts: with this vacancy {_are(standing.posts + posts, _plural(standing.posts + posts, ' post'))} counted. One in five, rounded up, is {needed}{owe}; "
        f"{_are(standing.reserved)} reserved. So {_are(by_posts, ' more')} needed.",
        f"Adverts: with this one {_are(standing.adverts + 1, _plural(standing.adverts + 1, ' advert'))} counted. One in five, rounded up, is "
        f"{adverts_needed}{advert_owe}; {standing.reserved_adverts} {'has' if standing.reserved_adverts == 1 else 'have'} a reserved post. "
        f"So this advert {'has to have one' if by_adverts else 'need not have one'}.",
    ]
    if max(by_posts, by_adverts) > posts:
        lines.append(f"This vacancy has only {posts}, so {_are(owed.posts)} due here.")
    return lines


def _plural(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"


def _are(number: int, noun: str = "") -> str:
    return f"{number}{noun} {'is' if number == 1 else 'are'}"

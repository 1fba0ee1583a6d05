"""The arithmetic of the Charter's first pledge: at least 20% of entry-level vacancies.

No Django here and no clock: whole numbers in, frozen values out. The ledger (`vacancies.Entry`) says what was counted
for a trust and a financial year; this module says how that trust stands and what its next vacancy owes. A reservation
promises guaranteed-interview slots. It withholds no post, and appointment is on merit.

Both readings of the pledge are kept at once: one in five of the *posts*, and one in five of the *adverts*.
Source: Anchor Institutions Charter, guaranteed interviews; the readings are in the design, section 4.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

ONE_IN = 5

Reason = Literal["", "posts", "adverts"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a trust stands in a year: what is counted so far, and what it owed when the year began."""

    posts: int = 0
    reserved: int = 0
    adverts: int = 0
    reserved_adverts: int = 0
    debt: int = 0
    advert_debt: int = 0


class Due(NamedTuple):
    """What the next vacancy owes: posts to reserve, and which of the two readings asks for them."""

    posts: int
    reason: Reason


class Shortfall(NamedTuple):
    """How far short of the pledge a standing is, in each unit; never below nought."""

    posts: int
    adverts: int


class Levels(NamedTuple):
    """How far each reserved post of one vacancy got: four counts of posts, none above the one before it."""

    reserved: int
    considered: int
    interviewed: int
    appointed: int

    @property
    def adverts(self) -> "Levels":
        """The same four levels counted in adverts: 1 where at least one post reached the level."""
        return Levels(*(min(1, posts) for posts in self))


def need(n: int) -> int:
    """The fewest of `n` posts (or adverts) that make 20%: one in five, rounded up.

    ValueError where `n` is negative or not a whole number.
    """
    _check(n=n)
    return (n + ONE_IN - 1) // ONE_IN


def stand(counted: Iterable[tuple[int, int]], *, debt: int = 0, advert_debt: int = 0) -> Standing:
    """Sum the `(posts, reserved)` of every counted vacancy, beside what is owed from the year before.

    An advert counts as reserved when at least one of its posts is. ValueError where a vacancy has no posts, or
    reserves fewer than none or more than it has, or a debt is negative.
    """
    _check(debt=debt, advert_debt=advert_debt)
    posts = reserved = adverts = reserved_adverts = 0
    for vacancy_posts, vacancy_reserved in counted:
        _check_vacancy(vacancy_posts, vacancy_reserved)
        posts += vacancy_posts
        reserved += vacancy_reserved
        adverts += 1
        reserved_adverts += vacancy_reserved > 0
    return Standing(posts, reserved, adverts, reserved_adverts, debt, advert_debt)


def due(standing: Standing, posts: int) -> Due:
    """The posts that the next vacancy, of `posts` posts, has to reserve; `standing` is what came before it.

    The larger of what the two readings ask for, never more than the vacancy has. The reason names the reading that
    asks for more, "posts" where both ask the same, and "" where nothing is due. ValueError where `posts` is below 1.
    """
    _check_vacancy(posts, 0)
    by_posts = need(standing.posts + posts) + standing.debt - standing.reserved
    by_adverts = need(standing.adverts + 1) + standing.advert_debt > standing.reserved_adverts
    most = min(posts, max(by_posts, int(by_adverts)))
    if most <= 0:
        return Due(0, "")
    return Due(most, "posts" if by_posts >= int(by_adverts) else "adverts")


def due_on_added(standing: Standing, posts: int, *, already_reserved: bool) -> Due:
    """What `posts` posts owe that are added later to a vacancy which `standing` counts already.

    The advert is counted, so by adverts something is due only where none of its posts is reserved yet
    (`already_reserved` false) and adverts are short. ValueError where `posts` is below 1.
    """
    _check_vacancy(posts, 0)
    by_posts = need(standing.posts + posts) + standing.debt - standing.reserved
    short = need(standing.adverts) + standing.advert_debt > standing.reserved_adverts
    by_adverts = int(short and not already_reserved)
    most = min(posts, max(by_posts, by_adverts))
    if most <= 0:
        return Due(0, "")
    return Due(most, "posts" if by_posts >= by_adverts else "adverts")


def needed(standing: Standing, posts: int, *, last: bool) -> int:
    """Of `posts` reserved posts of one advert that are given back, how many the pledge needs; 0 where all are a surplus.

    It is by how much the trust is shorter afterwards, by the reading that asks for more. `last` says that no other post
    of the advert is reserved, so that the advert is given back too. ValueError where more is given back than is reserved.
    """
    _check(posts=posts)
    if posts > standing.reserved or last > standing.reserved_adverts:
        raise ValueError(f"{posts} posts cannot be given back of {standing.reserved}.")
    left = replace(standing, reserved=standing.reserved - posts, reserved_adverts=standing.reserved_adverts - int(last))
    was, then = shortfall(standing), shortfall(left)
    return max(then.posts - was.posts, then.adverts - was.adverts)


def shortfall(standing: Standing) -> Shortfall:
    """How many more posts, and adverts, would have to be reserved already for nothing to be owed now."""
    return Shortfall(
        posts=max(0, need(standing.posts) + standing.debt - standing.reserved),
        adverts=max(0, need(standing.adverts) + standing.advert_debt - standing.reserved_adverts),
    )


def carried(standing: Standing) -> tuple[int, int]:
    """The `(debt, advert_debt)` that the next financial year begins with: what is short. Credit stays behind."""
    short = shortfall(standing)
    return short.posts, short.adverts


def levels(posts: int, reserved: int, decided: int, interviewed: int, appointed: int) -> Levels:
    """How far the reserved posts of one vacancy got, in posts.

    `decided`, `interviewed` and `appointed` count *people*, of whom a reserved post may have several: each level is
    capped by the one before it, so that a crowd for one post never speaks for another. ValueError where the vacancy
    has no posts, reserves more than it has, or a count is negative.
    """
    _check_vacancy(posts, reserved)
    _check(decided=decided, interviewed=interviewed, appointed=appointed)
    considered = min(reserved, decided)
    seen = min(considered, interviewed)
    return Levels(reserved, considered, seen, min(seen, appointed))


def _check_vacancy(posts: int, reserved: int) -> None:
    _check(posts=posts, reserved=reserved)
    if posts < 1:
        raise ValueError(f"A vacancy has at least 1 post, not {posts}.")
    if reserved > posts:
        raise ValueError(f"{reserved} posts cannot be reserved of {posts}.")


def _check(**counts: int) -> None:
    for name, count in counts.items():
        if type(count) is not int or count < 0:
            raise ValueError(f"{name} has to be a whole number, 0 or more, not {count!r}.")

"""A new reading of "entry level", tried on history before anybody signs it: which adverts would count, and which not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from audit.acting import Acting, Role
from organisations.policies import in_force
from vacancies.entry_level import EntryLevelPolicy, Result, classify
from vacancies.models import PUBLIC_STATES, EntryLevel, Vacancy
from vacancies.ring_fence import need
from vacancies.services import facts_of, out_of_scope

NOT_SIGNED = 0  # the version of a policy that nobody signed


@dataclass(frozen=True, slots=True)
class Changed:
    """One advert that the new reading classifies otherwise, with the reason that it would then show."""

    vacancy: Vacancy
    now: str
    then: str
    because: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What would change: `adverts` and `posts` are (now, then) of what counts; `due` the posts that 20% would be of."""

    read: int
    changed: tuple[Changed, ...]
    adverts: tuple[int, int]
    posts: tuple[int, int]

    @property
    def seen(self) -> str:
        """What a signature rests on: it is asked for again where the adverts have changed since."""
        return f"{len(self.changed)} of {self.read}"

    @property
    def due(self) -> tuple[int, int]:
        return need(self.posts[0]), need(self.posts[1])


def try_on_history(value: Mapping[str, object], *, since: date, until: date, by: Acting) -> Trial:
    """Classify every advert that opened between two days by today's policy and by `value`. Nothing is written.

    ValueError with a sentence where `value` is no policy. Three queries, however many adverts.
    """
    new = EntryLevelPolicy.of(value, version=NOT_SIGNED)
    stored = in_force("vacancies.entry_level")
    old = EntryLevelPolicy.of(stored.value, version=stored.policy.pk)
    rows = _read_by(by).filter(opened_on__gte=since, opened_on__lte=until, exemption="")
    read, adverts, posts = 0, Counter[str](), Counter[str]()
    changed: list[Changed] = []
    tried = list(rows.select_related("trust").order_by("opened_on", "pk"))
    outside = out_of_scope(tried)
    for vacancy in tried:
        read += 1
        facts = facts_of(vacancy, outside=outside)
        before, after = classify(facts, policy=old), classify(facts, policy=new)
        for side, answer in (("now", before), ("then", after)):
            if answer.entry_level == EntryLevel.YES:
                adverts[side] += 1
                posts[side] += vacancy.posts or 0
        if before.entry_level != after.entry_level:
            changed.append(_changed(vacancy, before, after))
    return Trial(read, tuple(changed), (adverts["now"], adverts["then"]), (posts["now"], posts["then"]))


def _read_by(by: Acting) -> QuerySet[Vacancy]:
    """The adverts to try on. A system administrator signs policies but opens no vacancy: theirs are counted, as public."""
    if by.role is Role.SYSTEM_ADMIN:
        return Vacancy.unscoped.filter(state__in=PUBLIC_STATES)
    found: QuerySet[Vacancy] = Vacancy.objects.visible_to(by)
    return found


def _changed(vacancy: Vacancy, before: Result, after: Result) -> Changed:
    labels = dict(EntryLevel.choices)
    return Changed(vacancy, labels[before.entry_level], labels[after.entry_level], after.reason)

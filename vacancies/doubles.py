"""The same advert through two doors: it came from NHS Jobs and from TRAC under two references, and is one vacancy.

Proposed by the system, said by a person. Two vacancies may be one advert where no door knows both, nothing that decides
contradicts, and the title agrees with a site, a pay band or a closing day. What becomes of the people put forward is
asked in the pipeline, whose verb calls `take_over`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from audit.acting import Acting
from audit.clock import today
from audit.events import kind_of, record
from audit.models import Event
from audit.mover import Refused
from vacancies.criteria import correct_criteria, criteria_of
from vacancies.ledger import counted_of
from vacancies.models import Exemption, Vacancy, VacancyState
from vacancies.rules import check_own_trust
from vacancies.services import classify, forget_ready_people, open_vacancy
from vacancies.taking import COMPLETED, changes_of

NEAR = timedelta(days=3)  # between the opening days, and between the closing days, that two doors give one advert
AUTHORISED_BEFORE = timedelta(days=60)  # a draft of TRAC is authorised this long at the most before NHS Jobs has it
WAITING = (VacancyState.DRAFT, VacancyState.OPEN)
MOST_COMPARED = 50  # adverts of one title: further ones are as alike
WEIGHED = (
    "reference", "trust", "site", "title", "band", "state", "source", "opened_on", "authorised_on", "closes_on",
    "nhs_jobs_reference", "trac_reference",
)  # fmt: skip
REFERENCES = ("nhs_jobs_reference", "trac_reference")
_NOT_OF_THE_JOB = re.compile(r"\b(?:afc\s+)?band\s+\d[a-d]?\b|[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Double:
    """`vacancy`, known later, looks like the advert that `other` is; `why` says by what."""

    vacancy: Vacancy
    other: Vacancy
    why: str


def proposals(*, by: Acting, only: Vacancy | None = None, among: Sequence[Vacancy] = ()) -> list[Double]:
    """The pairs for which nobody has answered, each vacancy in one at the most, the newest first. Three queries.

    `only` and `among` keep to pairs with one of these.
    """
    rows = Vacancy.objects.visible_to(by).filter(readvertises=None).exclude(exemption=Exemption.DUPLICATE)
    rows = rows.exclude(~Q(nhs_jobs_reference=""), ~Q(trac_reference="")).only(*WEIGHED)
    wanted = {vacancy.pk for vacancy in among} | ({only.pk} if only else set())
    waiting = list(rows.filter(state__in=WAITING, **({"pk__in": wanted} if wanted else {})))
    if not waiting:
        return []
    by_title: dict[tuple[int, str], list[Vacancy]] = defaultdict(list)
    titles = {_key(vacancy) for vacancy in waiting}
    for vacancy in rows.filter(_may_match(waiting)).order_by("-pk"):
        if _key(vacancy) in titles:
            by_title[_key(vacancy)].append(vacancy)
    return _chosen(_alike(waiting, by_title))


def _may_match(waiting: Sequence[Vacancy]) -> Q:
    """The adverts that may be one of `waiting`: a first sieve in the database, so that history is not read whole."""
    opened = {vacancy.opened_on for vacancy in waiting} - {None}
    near = {day + timedelta(days=shift) for day in opened if day for shift in range(-NEAR.days, NEAR.days + 1)}
    found = Q(opened_on__in=near, state__in=(*WAITING, VacancyState.CLOSED)) | Q(state=VacancyState.DRAFT)
    drafts = [day for vacancy in waiting if vacancy.opened_on is None and (day := _begin(vacancy))]
    if drafts:
        since = min(drafts) - AUTHORISED_BEFORE
        found |= Q(opened_on__range=(since, max(drafts) + AUTHORISED_BEFORE), state__in=WAITING)
    return found


def _alike(
    waiting: Sequence[Vacancy], by_title: dict[tuple[int, str], list[Vacancy]]
) -> dict[frozenset[int], tuple[int, int, Double]]:
    """By the ids of each pair that may be one advert: how likely it is, how late it came, and the pair."""
    found: dict[frozenset[int], tuple[int, int, Double]] = {}
    for vacancy in waiting:
        for other in by_title[_key(vacancy)][:MOST_COMPARED]:
            pair = frozenset((vacancy.pk, other.pk))
            if len(pair) == 2 and pair not in found and (agreed := agreement(vacancy, other)):
                later, first = sorted((vacancy, other), key=lambda each: each.pk, reverse=True)
                found[pair] = (-len(agreed), -later.pk, Double(later, first, _spoken(agreed)))
    return found


def _chosen(found: dict[frozenset[int], tuple[int, int, Double]]) -> list[Double]:
    """The likeliest pairs first, each vacancy in one, without those that a person told apart."""
    apart = _told_apart({pk for pair in found for pk in pair}) if found else set()
    taken: set[int] = set()
    chosen = []
    for _score, _pk, double in sorted(found.values(), key=lambda each: each[:2]):
        pair = frozenset((double.vacancy.pk, double.other.pk))
        if not pair & taken and frozenset((double.vacancy.reference, double.other.reference)) not in apart:
            taken |= pair
            chosen.append(double)
    return sorted(chosen, key=lambda each: each.vacancy.pk, reverse=True)


def _key(vacancy: Vacancy) -> tuple[int, str]:
    return vacancy.trust_id, same_title(vacancy.title)


def same_title(title: str) -> str:
    """A job's title without its band and its marks: two spellings of one title are equal."""
    return " ".join(_NOT_OF_THE_JOB.sub(" ", title.casefold()).split())


def _begin(vacancy: Vacancy) -> date | None:
    return vacancy.opened_on or vacancy.authorised_on or vacancy.closes_on


def _references(vacancy: Vacancy) -> list[str]:
    return [reference for name in REFERENCES if (reference := getattr(vacancy, name))]


def agreement(one: Vacancy, other: Vacancy) -> list[str]:
    """What two adverts of one title agree in, beyond it; empty where they cannot be one advert, or too little says so."""
    if not _two_doors(one, other) or not _open_together(one, other):
        return []
    agreed = []
    for name, word in (("site_id", "site"), ("band", "pay band")):
        here, there = getattr(one, name), getattr(other, name)
        if None not in (here, there):
            if here != there:
                return []
            agreed.append(word)
    if one.closes_on and other.closes_on:
        if abs(one.closes_on - other.closes_on) > NEAR:
            return []
        agreed += ["closing day"] if one.closes_on == other.closes_on else []
    if agreed and one.opened_on and one.opened_on == other.opened_on:
        agreed.append("opening day")
    return agreed


def _two_doors(one: Vacancy, other: Vacancy) -> bool:
    """Whether no door gave both of them a reference of its own, and at least one of them came through a door."""
    if any(getattr(one, name) and getattr(other, name) for name in REFERENCES):
        return False
    return bool(_references(one) or _references(other))


def _open_together(one: Vacancy, other: Vacancy) -> bool:
    if one.opened_on and other.opened_on:
        return abs(one.opened_on - other.opened_on) <= NEAR
    draft, out = (other, one) if one.opened_on else (one, other)
    begins, authorised = _begin(out), draft.authorised_on or draft.closes_on
    if begins is None or authorised is None:
        return False
    return begins - AUTHORISED_BEFORE <= authorised <= begins + NEAR if draft.authorised_on else authorised >= begins


def _spoken(agreed: Sequence[str]) -> str:
    words = ["title", *agreed]
    return f"the same {', '.join(words[:-1])} and {words[-1]}"


def _told_apart(pks: Iterable[int]) -> set[frozenset[str]]:
    """The pairs of references of which a person said that they are two adverts."""
    rows = Event.objects.filter(kind=kind_of(Vacancy()), subject_id__in=list(pks), verb="two_adverts")
    return {frozenset((reference, facts["other"])) for reference, facts in rows.values_list("reference", "facts")}


def remarks(made: Sequence[Vacancy], *, by: Acting) -> dict[int, str]:
    """By vacancy that an import has just added: the sentence that it may be here already."""
    found: dict[int, str] = {}
    for double in proposals(by=by, among=made):
        for one, other in ((double.vacancy, double.other), (double.other, double.vacancy)):
            found[one.pk] = f"It may be the same advert as {other.reference}: say so on its page."
    return found


def check_one_advert(keep: Vacancy, goes: Vacancy, *, by: Acting) -> None:
    """Raise Refused unless `goes` may be said to be the advert that `keep` is."""
    check_own_trust(by=by, row=keep)
    check_own_trust(by=by, row=goes)
    if keep.pk == goes.pk:
        raise Refused("These are one vacancy already.")
    if any(getattr(keep, name) and getattr(goes, name) for name in REFERENCES):
        raise Refused("Both have a reference of the same system, so they are two adverts there.")
    if any(each.readvertises_id or each.readverts.exists() for each in (keep, goes)):
        raise Refused("One of them is joined to a re-advert. Part these first.")
    if keep.state == VacancyState.WITHDRAWN:
        raise Refused(f"{keep.reference} is withdrawn. Keep the other one.")
    if goes.state not in (*WAITING, VacancyState.CLOSED, VacancyState.WITHDRAWN):
        raise Refused(f"{goes.reference} is {goes.get_state_display().lower()}. Keep that one.")
    mine, its = counted_of(keep), counted_of(goes)
    if its.considered or its.interviewed:
        raise Refused(f"Somebody was decided on {goes.reference}. Keep that one.")
    if its.posts and not mine.posts:
        raise Refused(f"{goes.reference} is decided and {keep.reference} is not. Keep {goes.reference}.")


def take_over(*, keep: Vacancy, goes: Vacancy, by: Acting) -> list[str]:
    """What `goes` knows and `keep` does not passes to `keep`, its reference first; what passed, in words.

    `goes` is a duplicate from then on. Both rows are locked by the caller, who withdraws `goes`.
    """
    facts = {name: getattr(goes, name) for name in COMPLETED}
    lines = criteria_of(goes)
    for name in REFERENCES:
        setattr(goes, name, "")
    changed = [*REFERENCES]
    if not goes.entries.exists():
        goes.exemption = Exemption.DUPLICATE
        changed.append("exemption")
    goes.save(update_fields=changed)
    changes = {name: value for name, value in changes_of(keep, facts).items() if name in COMPLETED}
    for name, value in changes.items():
        setattr(keep, name, value)
    keep.save(update_fields=list(changes))
    forget_ready_people([keep])
    if keep.state == VacancyState.DRAFT and keep.posts and keep.opened_on and keep.opened_on <= today():
        keep = open_vacancy(vacancy=keep, by=by)
    if lines and not criteria_of(keep) and keep.state in (*WAITING, VacancyState.CLOSED):
        correct_criteria(vacancy=keep, criteria=lines, by=by)
    classify([keep], by=by)
    record(by=by, verb="same_advert", on=keep, threads=[goes], other=goes.reference)
    return [COMPLETED[name] for name in changes]


def keep_two(*, vacancy: Vacancy, other: Vacancy, reason: str, by: Acting) -> None:
    """Say that two vacancies are two adverts, with a reason; they are not proposed again."""
    check_own_trust(by=by, row=vacancy)
    check_own_trust(by=by, row=other)
    if not reason.strip():
        raise Refused("Say why they are two adverts: auditors will ask.")
    record(by=by, verb="two_adverts", on=vacancy, threads=[other], reason=reason, other=other.reference)


def better_kept(one: Vacancy, other: Vacancy) -> Iterator[Vacancy]:
    """The two, the one first that is better kept: with more people decided, then reserved, then known earlier."""

    def order(vacancy: Vacancy) -> tuple[int, int, int, int]:
        counted = counted_of(vacancy)
        return -counted.considered, -counted.reserved, -counted.posts, vacancy.pk

    return iter(sorted((one, other), key=order))

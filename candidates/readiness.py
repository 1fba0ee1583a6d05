"""Who can be put forward: nothing is missing, and they are in no job. Asked in Python for a page, in SQL for a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.clock import today
from candidates.choices import PERMITS_PAID_WORK, Reach, RightToWork
from candidates.models import Candidate, Certificate, Supporter
from nhsuk.words import long_day


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing: `key` for links and filters, `text` what it is, `how_to_mend` what to do."""

    key: str
    text: str
    how_to_mend: str

    @property
    def short(self) -> str:
        """The gap in a word or two, for lists."""
        return SHORT[self.key]


KEYS = {
    "certificate": "Eligibility",
    "right_to_work": "Right to work",
    "reach": "A way to reach them",
    "work_wanted": "Work wanted",
    "hours": "Hours",
    "travel": "Travel limit",
    "start": "Start date",
}


SHORT = {
    "certificate": "eligibility",
    "right_to_work": "right to work",
    "reach": "a way to reach them",
    "work_wanted": "work wanted",
    "hours": "hours",
    "travel": "travel limit",
    "start": "start date",
    "merged": "the other record",
}


NOT_IN_WORK = Q(in_work_since__isnull=True)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is known of a person from other rows."""

    certified: bool
    certificate_ended: date | None
    supporter_reachable: bool


def gaps(candidate: Candidate, *, on: date | None = None) -> list[Gap]:
    """What is missing of *ready* on a day, in the order in which an officer mends it; empty if ready. Two queries."""
    return gaps_of([candidate], on=on)[candidate.pk]


def gaps_of(candidates: Iterable[Candidate], *, on: date | None = None) -> dict[int, list[Gap]]:
    """The gaps of each, by candidate id, in two queries however many they are."""
    people, day = list(candidates), on or today()
    beside = _beside(people, day)
    return {person.pk: _gaps(person, beside[person.pk], day) for person in people}


def is_ready(candidate: Candidate, missing: Sequence[Gap]) -> bool:
    """Whether somebody can be put forward, by what `gaps` found missing: nobody is who is in work."""
    return not missing and candidate.in_work_since is None


def ready(queryset: QuerySet[Candidate], *, on: date | None = None) -> QuerySet[Candidate]:
    """Those of `queryset` who are ready: the same question as `is_ready`, answered by the database."""
    day = on or today()
    condition = Q(merged_into__isnull=True) & NOT_IN_WORK
    for key in KEYS:
        condition &= without_gap(key, on=day)
    return queryset.filter(condition)


def without_gap(key: str, *, on: date) -> Q:
    """Condition on candidates: `key` of KEYS is not missing on a day."""
    conditions: dict[str, Any] = {
        "certificate": lambda: Exists(Certificate.unscoped.in_force(on).filter(candidate=OuterRef("pk"))),
        "right_to_work": lambda: (
            Q(right_to_work__in=PERMITS_PAID_WORK)
            & (Q(right_to_work_expires__isnull=True) | Q(right_to_work_expires__gte=on))
        ),
        "reach": _reachable,
        "work_wanted": lambda: ~Q(work_wanted=[]),
        "hours": lambda: Q(hours_most__isnull=False),
        "travel": lambda: Q(travel_km__isnull=False),
        "start": lambda: Q(start_from__isnull=False),
    }
    return Q(conditions[key]())


def _reachable() -> Q:
    supporter = Exists(_supporters().filter(candidate=OuterRef("pk")))
    means = {
        Reach.PHONE: ~Q(phone=""),
        Reach.EMAIL: ~Q(email=""),
        Reach.LETTER: ~Q(letter_address=""),
        Reach.SUPPORTER: Q(supporter),
    }
    chosen, any_of_them = Q(pk__in=[]), Q(pk__in=[])
    for way, there in means.items():
        chosen |= Q(reach_by=way) & there
        any_of_them |= there
    return chosen | (Q(reach_by="") & any_of_them)


def _supporters() -> Any:
    return Supporter.unscoped.filter(ended_on__isnull=True).exclude(phone="", email="")


def _beside(people: list[Candidate], day: date) -> dict[int, _Beside]:
    ids = [person.pk for person in people]
    certified: set[int] = set()
    ended: dict[int, date] = {}
    for pk, starts, ends in Certificate.unscoped.filter(candidate__in=ids).values_list("candidate", "starts", "ends"):
        if starts <= day and (ends is None or ends > day):
            certified.add(pk)
        elif ends is not None and ends <= day:
            ended[pk] = max(ends, ended.get(pk, ends))
    supported = set(_supporters().filter(candidate__in=ids).values_list("candidate", flat=True))
    return {pk: _Beside(pk in certified, ended.get(pk), pk in supported) for pk in ids}


def _gaps(person: Candidate, beside: _Beside, day: date) -> list[Gap]:
    if person.merged_into_id:
        return [Gap("merged", "Joined to another record", "Work with the record that this one was joined to.")]
    found = [_certificate(beside), _right_to_work(person, day), _reach(person, beside)]
    if not person.work_wanted:
        found.append(Gap("work_wanted", "Work wanted is not recorded", "Ask which kinds of work they want."))
    if person.hours_most is None:
        words = "Hours are not recorded" if person.hours_least is None else "Most hours a week is not recorded"
        found.append(Gap("hours", words, "Ask how many hours a week they can work at most."))
    if person.travel_km is None:
        found.append(Gap("travel", "Travel limit is not recorded", "Ask how far they can travel to work."))
    if person.start_from is None:
        found.append(Gap("start", "Start date is not recorded", "Ask from which day they can start work."))
    return [gap for gap in found if gap]


def _certificate(beside: _Beside) -> Gap | None:
    if beside.certified:
        return None
    if beside.certificate_ended:
        return Gap(
            "certificate",
            f"Eligibility ended on {long_day(beside.certificate_ended)}",
            "Decide eligibility again, with the evidence seen.",
        )
    return Gap("certificate", "Eligibility is not decided", "Decide eligibility, with the evidence seen.")


def _right_to_work(person: Candidate, day: date) -> Gap | None:
    if person.right_to_work == RightToWork.UNKNOWN:
        return Gap(
            "right_to_work", "Right to work is not evidenced", "See the document or the share code, and record it."
        )
    if person.right_to_work == RightToWork.VOLUNTEER:
        return Gap(
            "right_to_work",
            "May volunteer, not take paid work",
            "Nothing can be put forward until the permission changes. Record the new permission then.",
        )
    expires = person.right_to_work_expires
    if expires is not None and expires < day:
        return Gap(
            "right_to_work",
            f"Right to work ran out on {long_day(expires)}",
            "See the new document or share code, and record it.",
        )
    return None


def _reach(person: Candidate, beside: _Beside) -> Gap | None:
    there = {
        Reach.PHONE: bool(person.phone),
        Reach.EMAIL: bool(person.email),
        Reach.LETTER: bool(person.letter_address),
        Reach.SUPPORTER: beside.supporter_reachable,
    }
    if person.reach_by == "" and not any(there.values()):
        return Gap(
            "reach",
            "No way to reach them",
            "Record a telephone number, an e-mail address, an address for letters, or a supporter.",
        )
    if person.reach_by and not there[Reach(person.reach_by)]:
        missing = {
            Reach.PHONE: "a telephone number",
            Reach.EMAIL: "an e-mail address",
            Reach.LETTER: "an address for letters",
            Reach.SUPPORTER: "a supporter with a telephone number or e-mail address",
        }[Reach(person.reach_by)]
        way = Reach(person.reach_by).label.lower()
        return Gap(
            "reach", f"To be reached by {way}, which is not recorded", f"Record {missing}, or choose another way."
        )
    return None

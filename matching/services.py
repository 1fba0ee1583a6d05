"""Who could do what: people for a vacancy, vacancies for a person, and how many ready people each vacancy has.

Software proposes an order; a person of the academy decides. A recruiter sees neither scores nor order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Sum

from audit.acting import Acting
from audit.clock import today
from candidates.models import Candidate
from candidates.readiness import Gap, gaps_of, ready
from candidates.services import homes_of
from matching.fit import Fit, Person, Post, fit, wants
from nhsuk.words import long_day
from organisations.policies import value_of
from pipeline.models import Interview, Referral
from pipeline.rules import LIVE
from pipeline.slots import slots_of
from places.models import Postcode
from places.postcodes import Point
from programmes.models import Enrolment, EnrolmentState
from vacancies.models import Criterion, JobFamily, Vacancy
from vacancies.services import recommend

MOST_AT_ONCE = 500  # new vacancies that one page counts for before it answers
PUT_FORWARD = (*LIVE, "does_not_meet")


@dataclass(frozen=True, slots=True)
class Match:
    """One person and one vacancy: how they fit, or the first thing that stops it."""

    candidate: Candidate
    vacancy: Vacancy
    fit: Fit
    referral: Referral | None = None

    @property
    def score(self) -> int:
        return self.fit.score

    @property
    def stopped(self) -> str:
        return self.fit.stopped


@dataclass(frozen=True, slots=True)
class Board:
    """A vacancy's (or a person's) matches: `right` best first, `unwanted` likewise where the work is none that they asked
    for, then `stopped` with the reason of each.
    """

    right: list[Match]
    unwanted: list[Match]
    stopped: list[Match]


def people_for(*, vacancy: Vacancy, by: Acting) -> Board:
    """Everybody whom `by` sees and who holds a certificate: who is right for this vacancy, and what stops the others.

    Constant in queries. People who were put forward already stand under `stopped`, saying so.
    """
    on = today()
    people = list(_certified(by, on))
    persons = _persons(people, on)
    post = _posts([vacancy])[vacancy.pk]
    gaps = gaps_of(people, on=on)
    referrals = _live_referrals(Q(vacancy=vacancy))
    weights = value_of("matching.weights")
    matches = []
    for person in people:
        referral = referrals.get((person.pk, vacancy.pk))
        found = _judged(persons[person.pk], post, stopped_by(person, gaps[person.pk]), referral, weights)
        matches.append(Match(person, vacancy, found, referral))
    return _board(matches)


def vacancies_for(*, candidate: Candidate, by: Acting) -> Board:
    """The open, reserved vacancies that this person is right for, best first, and what stops the others. Constant in queries."""
    on = today()
    takes_people = Q(closes_on__isnull=True) | Q(closes_on__gte=on)
    rows = Vacancy.objects.visible_to(by).filter(takes_people, state="open").select_related("trust", "site")
    vacancies = list(
        rows.annotate(held=Sum("entries__reserved", default=0)).filter(held__gt=0).order_by("closes_on", "pk")
    )
    posts, slots = _posts(vacancies), slots_of(vacancies)
    person = _persons([candidate], on)[candidate.pk]
    stopped = stopped_by(candidate, gaps_of([candidate], on=on)[candidate.pk])
    referrals = _live_referrals(Q(candidate=candidate))
    weights = value_of("matching.weights")
    matches = []
    for vacancy in vacancies:
        referral = referrals.get((candidate.pk, vacancy.pk))
        found = _judged(person, posts[vacancy.pk], stopped, referral, weights)
        if found.fits and slots[vacancy.pk].left == 0:
            found = Fit(0, (), "Every guaranteed-interview slot is taken")
        matches.append(Match(candidate, vacancy, found, referral))
    return _board(matches)


def refresh_recommendations(*, by: Acting, trust_ids: Sequence[int] | None = None) -> dict[int, int]:
    """Count for each open vacancy the ready people who are right for it, and leave the number with the vacancy; by vacancy id.

    Right are those who fit it and asked for its kind of work: the very people whom the academy's match lists first.
    """
    vacancies = Vacancy.unscoped.filter(state="open")
    if trust_ids is not None:
        vacancies = vacancies.filter(trust__in=trust_ids)
    return _count(vacancies, by=by)


def count_for_new(*, by: Acting) -> dict[int, int]:
    """The same for open vacancies that nobody counted for since their facts came or changed, at most `MOST_AT_ONCE`.

    What closes next comes first, as in the lists. One query where there are none.
    """
    new = Vacancy.unscoped.filter(state="open", recommendation__isnull=True)
    return _count(new.order_by(F("closes_on").asc(nulls_last=True), "pk")[:MOST_AT_ONCE], by=by)


def _count(vacancies: QuerySet[Vacancy], *, by: Acting) -> dict[int, int]:
    rows = list(vacancies.select_related("site"))
    if not rows:
        return {}
    on = today()
    people = list(ready(Candidate.unscoped.all(), on=on))
    persons, posts = _persons(people, on), _posts(rows)
    there: dict[int, set[int]] = defaultdict(set)
    for person_id, vacancy_id in _live_referrals(Q(vacancy__in=rows)):
        there[vacancy_id].add(person_id)
    right: dict[Hashable, set[int]] = {}
    counts = {}
    for vacancy in rows:
        asked = posts[vacancy.pk].asked
        if asked not in right:  # many adverts ask for the same
            right[asked] = _right_for(posts[vacancy.pk], persons.values())
        counts[vacancy.pk] = len(right[asked] - there[vacancy.pk])
    recommend(counts=counts, by=by)
    return counts


def _right_for(post: Post, persons: Iterable[Person]) -> set[int]:
    return {person.id for person in persons if wants(person, post) and fit(person, post).fits}


def _certified(by: Acting, on: date) -> Any:
    rows = Candidate.objects.visible_to(by).filter(merged_into__isnull=True)
    certified = Q(certificates__starts__lte=on) & (Q(certificates__ends__isnull=True) | Q(certificates__ends__gt=on))
    return rows.filter(certified).distinct().order_by("pk")


def _judged(
    person: Person,
    post: Post,
    stopped: str,
    referral: Referral | None,
    weights: Mapping[str, int],
) -> Fit:
    if referral is not None:
        return Fit(0, (), f"Put forward already: {referral.get_state_display().lower()}")
    return Fit(0, (), stopped) if stopped else fit(person, post, weights=weights)


def stopped_by(candidate: Candidate, gaps: Sequence[Gap]) -> str:
    """What stops a person on every vacancy: a job, or the first thing that is missing; empty if nothing does."""
    if candidate.in_work_since:
        return f"In work since {long_day(candidate.in_work_since)}"
    return f"Not ready: {gaps[0].text[:1].lower()}{gaps[0].text[1:]}" if gaps else ""


def _board(matches: list[Match]) -> Board:
    """Best score first; equal scores by the closing date, then by a reference that says nothing about a person."""
    fitting = sorted(
        (match for match in matches if match.fit.fits),
        key=lambda match: (-match.score, match.vacancy.closes_on or date.max, match.candidate.neutral_code),
    )
    stopped = sorted(
        (match for match in matches if not match.fit.fits),
        key=lambda match: (match.stopped, match.vacancy.closes_on or date.max, match.candidate.neutral_code),
    )
    right = [match for match in fitting if match.fit.wanted]
    return Board(right, [match for match in fitting if not match.fit.wanted], stopped)


def _live_referrals(condition: Q) -> dict[tuple[int, int], Referral]:
    rows = Referral.unscoped.filter(condition, state__in=PUT_FORWARD).order_by("pk")
    return {(referral.candidate_id, referral.vacancy_id): referral for referral in rows}


def _persons(people: Sequence[Candidate], on: date) -> dict[int, Person]:
    """What matching may know of each person: five queries however many they are."""
    ids = [person.pk for person in people]
    homes = homes_of(ids, on=on)
    points = _points({home.postcode for home in homes.values() if home.postcode})
    completed = set(
        Enrolment.unscoped.filter(candidate__in=ids, state=EnrolmentState.COMPLETED).values_list("candidate", flat=True)
    )
    last = dict(
        Interview.unscoped.filter(referral__candidate__in=ids, state="held")
        .values("referral__candidate")
        .annotate(last=Max("at"))
        .values_list("referral__candidate", "last")
    )
    return {
        person.pk: Person(
            id=person.pk,
            work_wanted=frozenset(person.work_wanted),
            shifts=frozenset(person.shifts),
            hours_least=person.hours_least,
            hours_most=person.hours_most,
            travel_km=person.travel_km,
            start_from=person.start_from,
            skills=frozenset(person.skills),
            home=points.get(homes[person.pk].postcode) if person.pk in homes else None,
            completed_programme=person.pk in completed,
            days_since_interview=(on - last[person.pk].date()).days if person.pk in last else None,
        )
        for person in people
    }


def _points(postcodes: set[str]) -> dict[str, Point]:
    rows = Postcode.objects.filter(code__in=postcodes, lat__isnull=False).values_list("code", "lat", "lon")
    return {code: (lat, lon) for code, lat, lon in rows}


def _posts(vacancies: Sequence[Vacancy]) -> dict[int, Post]:
    """What each vacancy asks: one query for the criteria that name a skill."""
    skills: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Criterion.unscoped.filter(vacancy__in=vacancies, essential=True).exclude(skill="")
    for vacancy_id, skill, text in rows.values_list("vacancy_id", "skill", "text"):
        skills[vacancy_id][skill] = text
    return {
        vacancy.pk: Post(
            id=vacancy.pk,
            family=vacancy.job_family,
            family_label=JobFamily(vacancy.job_family).label,
            shifts=frozenset(vacancy.shifts),
            hours=vacancy.hours,
            starts_on=vacancy.starts_on,
            essential_skills=skills[vacancy.pk],
            place=_place(vacancy),
        )
        for vacancy in vacancies
    }


def _place(vacancy: Vacancy) -> Point | None:
    site = vacancy.site
    return (
        (site.latitude, site.longitude) if site and site.latitude is not None and site.longitude is not None else None
    )

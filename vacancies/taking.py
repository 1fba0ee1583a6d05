"""What another system says of a vacancy: added where it is new, completed where it is here, through whichever door it came.

A vacancy is known by its trust and any of its references. What was not known is filled in, and what a newer word may
change is changed; where two sources differ on a fact that decides the 20%, nothing is changed: a person settles it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit.acting import TRUST_ROLES, Acting
from audit.clock import today
from audit.events import kind_of, record_many
from audit.models import Event
from audit.mover import Refused
from nhsuk.words import long_day
from organisations.models import Department, Organisation, Site
from vacancies.criteria import Lines, change_between, correct_criteria, criteria_of, facts_in, once_each
from vacancies.fact_words import fact_words
from vacancies.models import Source, Vacancy, VacancyState
from vacancies.rules import problem_of_late_opening, problem_of_opening
from vacancies.services import (
    CORRECTABLE,
    add_imported,
    as_text,
    classify,
    forget_ready_people,
    new_vacancy,
    open_vacancy,
)

UPDATABLE_STATES = (VacancyState.DRAFT, VacancyState.OPEN, VacancyState.CLOSED)
# What is filled in where nothing is known here, and how a page calls it.
COMPLETED = {
    "band": "pay band",
    "posts": "posts",
    "hours": "hours",
    "apprenticeship_level": "apprenticeship level",
    "registration_required": "professional registration",
    "paid_care_required": "paid care experience",
    "position_number": "position number",
    "authorised_on": "authorised date",
    "closes_on": "closing date",
    "opened_on": "opening day",
    "starts_on": "first day",
    "trac_reference": "TRAC reference",
    "nhs_jobs_reference": "NHS Jobs reference",
    "site": "site",
    "department": "department",
    "salary_least": "lowest pay",
    "salary_most": "highest pay",
    "description": "description",
}
# What a newer word changes until the vacancy is in shortlisting.
CHANGED = {"closes_on": "closing date", "title": "job title", "salary_text": "pay", "url": "address of the advert"}
LABELS = {**COMPLETED, **CHANGED}
SETTLED_BY_A_PERSON = {
    "band": "Band {}",
    "posts": "{} posts",
    "apprenticeship_level": "apprenticeship level {}",
    "registration_required": "registration required: {}",
    "paid_care_required": "paid care experience required: {}",
}


def by_reference(references: Iterable[str], *, trust: Organisation) -> dict[str, Vacancy]:
    """By reference, the trust's vacancies that have it in TRAC or NHS Jobs. One query."""
    wanted = [reference for reference in references if reference]
    either = Q(trac_reference__in=wanted) | Q(nhs_jobs_reference__in=wanted)
    found: dict[str, Vacancy] = {}
    for vacancy in Vacancy.unscoped.filter(either, trust=trust).select_related("site").order_by("pk"):
        for reference in (vacancy.trac_reference, vacancy.nhs_jobs_reference):
            if reference:
                found[reference] = vacancy
    return found


def state_on(opened: date | None, closes: date | None) -> str:
    """The state of an advert that comes in: a draft until it is published, closed once its last day has passed."""
    if opened is None or opened > today():
        return VacancyState.DRAFT
    return VacancyState.CLOSED if closes and closes < today() else VacancyState.OPEN


def departments(names: set[str], *, trust: Organisation) -> dict[str, Department]:
    """By name in small letters, the trust's departments; those that it lacks are added."""
    held = {row.name.casefold(): row for row in Department.objects.filter(organisation=trust)}
    for name in sorted(names):
        if name[:120].casefold() not in held:
            held[name[:120].casefold()] = Department.objects.create(organisation=trust, name=name[:120])
    return held


def sites_of(trust: Organisation) -> dict[str, Site | None]:
    """By name, ODS code and postcode, each as `place_key` spells it, the trust's sites; None where several share it."""
    found: dict[str, Site | None] = {}
    for site in Site.objects.filter(organisation=trust):
        for key in {place_key(site.name), place_key(site.code), place_key(site.postcode)} - {""}:
            found[key] = None if key in found else site
    return found


def place_key(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum())


def site_named(words: str, sites: Mapping[str, Site | None]) -> Site | None:
    """The one site that a cell names: as a whole, or between its commas ("Hammersmith Hospital, London, W12 0HS")."""
    found = {sites.get(place_key(part)) for part in (words, *words.split(","))} - {None}
    return found.pop() if len(found) == 1 else None


def corrected_facts(vacancies: Iterable[Vacancy]) -> dict[int, frozenset[str]]:
    """By vacancy, the fields that a person corrected: no source changes these again. One query."""
    fields = {label: name for name, label in CORRECTABLE.items()}
    pks = [vacancy.pk for vacancy in vacancies]
    rows = Event.objects.filter(kind=kind_of(Vacancy()), subject_id__in=pks, verb="correct")
    found: dict[int, set[str]] = {pk: set() for pk in pks}
    for pk, facts in rows.values_list("subject_id", "facts"):
        if name := fields.get(str(facts.get("field"))):
            found[pk].add(name)
    return {pk: frozenset(names) for pk, names in found.items()}


def changes_of(
    vacancy: Vacancy, facts: Mapping[str, Any], *, corrected: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Field to new value, of what `facts` say beyond or otherwise than the vacancy; what they do not say changes nothing.

    What a person corrected (`corrected`) stays as they said it.
    """

    def said(name: str) -> bool:
        return name not in corrected and facts.get(name) not in (None, "")

    found = {name: facts[name] for name in COMPLETED if said(name) and getattr(vacancy, name) in (None, "")}
    if vacancy.state in UPDATABLE_STATES:
        found |= {name: facts[name] for name in CHANGED if said(name) and facts[name] != getattr(vacancy, name)}
    opened = found.get("opened_on", vacancy.opened_on)
    closes = found.get("closes_on", vacancy.closes_on)
    if opened and closes and closes < opened:
        found.pop("closes_on", None)
        found.pop("opened_on", None)
    if problem_of_late_opening(found.get("opened_on")):
        found.pop("opened_on")
    return found


def write_changes(vacancy: Vacancy, changes: Mapping[str, Any], *, by: Acting) -> str:
    """Write what `changes_of` found; what was changed, in words. A draft whose advert is out by now opens."""
    return write_all_changes([(vacancy, changes)], by=by)[0]


def write_all_changes(rows: Sequence[tuple[Vacancy, Mapping[str, Any]]], *, by: Acting) -> list[str]:
    """`write_changes` of many: what was changed of each, in words. Queries grow with the drafts that open, and no others.

    Only the fields that change are written, so that what somebody else changes meanwhile in another one stays. The
    timeline has the values before and after.
    """
    alike: dict[tuple[str, ...], list[Vacancy]] = defaultdict(list)
    told = [(vacancy, (), _told(vacancy, changes)) for vacancy, changes in rows]
    for vacancy, changes in rows:
        for name, value in changes.items():
            setattr(vacancy, name, value)
        alike[tuple(sorted(changes))].append(vacancy)
    for names, vacancies in alike.items():
        Vacancy.unscoped.bulk_update(vacancies, names)
    forget_ready_people(vacancy for vacancy, _changes in rows)
    record_many(by=by, verb="update", rows=told)
    for vacancy, _changes in rows:
        if vacancy.state == VacancyState.DRAFT and vacancy.posts and vacancy.opened_on and vacancy.opened_on <= today():
            open_vacancy(vacancy=vacancy, by=by)
            vacancy.state = VacancyState.OPEN
    return [_names(changes) for _vacancy, changes in rows]


def _names(changes: Mapping[str, Any]) -> str:
    return ", ".join(LABELS[name] for name in changes)


def _told(vacancy: Vacancy, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What the event of a change keeps: the fields, and of each the value before and after, in words."""
    said = {
        name: [fact_words(name, as_text(value)) for value in (getattr(vacancy, name), changes[name])]
        for name in changes
    }
    words = "; ".join(
        f"{LABELS[name] + ' ' if len(said) > 1 else ''}{was} → {now_is}" for name, (was, now_is) in said.items()
    )
    names = _names(changes)
    kept = {
        f"{name}_{when}": each
        for name, pair in said.items()
        for when, each in zip(("before", "after"), pair, strict=True)
    }
    return {"field": names[:1].upper() + names[1:], "change": f": {words}", **kept}


def unsettled(
    vacancy: Vacancy,
    facts: Mapping[str, Any],
    *,
    where: str = "in the file",
    corrected: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """What differs of the facts that a person has to settle: field to sentence, which calls the newer source `where`.

    Of what a person corrected it says that their word stays.
    """
    found = {
        name: f"{_spoken(words, facts[name])} {where}, {_spoken(words, getattr(vacancy, name))} here: "
        "correct it on its page."
        for name, words in SETTLED_BY_A_PERSON.items()
        if facts.get(name) is not None and getattr(vacancy, name) not in (None, facts[name])
    }
    found |= {
        name: f"{words.capitalize()} “{fact_words(name, facts[name])}” {where}, “{fact_words(name, held)}” here, as a "
        "person corrected it: it stays."
        for name, words in CHANGED.items()
        if name in corrected and facts.get(name) not in (None, "", held := getattr(vacancy, name))
    }
    closes = facts.get("closes_on")
    if closes and vacancy.opened_on and closes < vacancy.opened_on:
        found["closes_on"] = f"It closes {long_day(closes)} {where}, before it opened here: correct the dates."
    opened = facts.get("opened_on")
    if vacancy.opened_on is None and problem_of_late_opening(opened):
        found["opened_on"] = f"It opened {long_day(opened)} {where}, which is too late to say: open it on its page."
    return found


def _spoken(words: str, value: Any) -> str:
    return words.format({True: "yes", False: "no"}[value] if isinstance(value, bool) else value)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one advert: `outcome` "made", "changed" or "same"; `changed` in words; what is left to settle."""

    vacancy: Vacancy
    outcome: str
    changed: str = ""
    unsettled: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def take_one(
    *,
    trust: Organisation,
    facts: Mapping[str, Any],
    criteria: Iterable[tuple[str, bool]] = (),
    source: Source,
    by: Acting,
) -> Taken:
    """Add or complete the one vacancy that has these references, as an import of a single row would.

    `criteria` are (text, essential). Refused for another trust, without a reference, and where the two references
    belong to two vacancies here.
    """
    if by.role not in TRUST_ROLES or by.organisation_id != trust.pk:
        raise Refused("Only the trust's own recruiters and HR send its vacancies.")
    references = [facts.get(name) or "" for name in ("trac_reference", "nhs_jobs_reference")]
    if not any(references):
        raise Refused("Give the reference of the vacancy in TRAC or NHS Jobs: it is known by it.")
    here = {vacancy.pk: vacancy for vacancy in by_reference(references, trust=trust).values()}
    if len(here) > 1:
        one, two = sorted(vacancy.reference for vacancy in here.values())
        raise Refused(
            f"The two references belong to two vacancies here, {one} and {two}. If they are one advert, a recruiter says "
            f"so at /vacancies/{one}/same-as/{two}/; else send one of the references."
        )
    lines = once_each(criteria)
    facts = {**facts_in(lines), **{name: value for name, value in facts.items() if value is not None}}
    if here:
        return _completed(next(iter(here)), facts, lines, by=by)
    return _made(trust, facts, lines, source, by=by)


def _made(trust: Organisation, facts: Mapping[str, Any], criteria: Lines, source: Source, *, by: Acting) -> Taken:
    if said := problem_of_opening(facts.get("opened_on")):
        raise Refused(said)
    vacancy = new_vacancy(
        trust=trust,
        facts={
            **facts,
            "state": state_on(facts.get("opened_on"), facts.get("closes_on")),
            "source": source,
        },
    )
    vacancy.full_clean(exclude=["reference"])
    add_imported(vacancies=[vacancy], criteria={vacancy.reference: criteria}, source=source, by=by)
    return Taken(vacancy, "made")


def _completed(pk: int, facts: Mapping[str, Any], criteria: Lines, *, by: Acting) -> Taken:
    vacancy = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").get(pk=pk)
    corrected = corrected_facts([vacancy])[pk]
    changes = changes_of(vacancy, facts, corrected=corrected)
    words = write_changes(vacancy, changes, by=by) if changes else ""
    left = unsettled(vacancy, facts, where="sent", corrected=corrected)
    if criteria and vacancy.state in UPDATABLE_STATES:
        held = criteria_of(vacancy)
        if not held:
            correct_criteria(vacancy=vacancy, criteria=criteria, by=by)
            words = f"{words}, criteria" if words else "criteria"
        elif change_between(held, criteria):
            left["criteria"] = "The criteria sent differ from those here: correct them on its page."
    if words:
        classify([vacancy], by=by)
    return Taken(vacancy, "changed" if words else "same", words, left)

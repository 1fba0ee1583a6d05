"""The verbs of a person's record: enrol, change, move home, supporters, and joining two records of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from audit.acting import Acting, Role
from audit.clock import now, today
from audit.events import record, record_new
from audit.mover import Refused
from audit.references import draw
from candidates.choices import GrantScope
from candidates.facts import NewPerson, PersonFacts, SupporterFacts
from candidates.models import Candidate, Grant, Home, Supporter
from candidates.names import phone_kept
from candidates.rules import check_enrol, check_facts, check_merge, check_write
from candidates.services.homes import home_facts
from candidates.services.sharing import academy_for, agreement_with, cause_of
from places.services import locate_many

# Which part of the record a field belongs to, as an event names it. A recruiter may come to read the timeline of a
# person who met the criteria, so a part that is private changes without its name.
PARTS = {
    "names": ("given_name", "family_name", "known_as", "date_of_birth"),
    "contact": ("phone", "email", "letter_address", "reach_by", "safe_contact"),
    "work wanted": ("work_wanted", "hours_least", "hours_most", "shifts", "travel_km", "start_from", "skills"),
}
PRIVATE = (
    "languages",
    "english",
    "right_to_work",
    "right_to_work_expires",
    "adjustments_interview",
    "adjustments_work",
    "share_adjustments",
    "safeguarding_lead",
)
CHANGEABLE = frozenset(PRIVATE).union(*PARTS.values())
AT_ONCE = 500


def enrol_person(
    *,
    facts: PersonFacts | dict[str, Any],
    postcode: str = "",
    no_fixed_abode: bool = False,
    responsible_authority: str = "",
    supporter: SupporterFacts | None = None,
    by: Acting,
) -> Candidate:
    """Make one person's record, with where they live as found today and who may see it.

    The academy sees the whole record from now on, and so does the provider when a provider enrols. Refused with a
    sentence for impossible facts, and for a provider without an agreement in force.
    """
    person = NewPerson(
        facts=PersonFacts(**facts) if isinstance(facts, dict) else facts,
        postcode=postcode,
        no_fixed_abode=no_fixed_abode,
        responsible_authority=responsible_authority,
        supporter=supporter,
    )
    return enrol_people(people=[person], by=by)[0]


@transaction.atomic
def enrol_people(*, people: Sequence[NewPerson], by: Acting) -> list[Candidate]:
    """`enrol_person` for many, in the order given and in a number of queries that does not grow with each person."""
    check_enrol(by=by)
    academy = academy_for(by)
    agreement = agreement_with(academy, by) if by.role == Role.PROVIDER else None
    candidates = [_new_candidate(person.facts) for person in people]
    Candidate.unscoped.bulk_create(candidates, batch_size=AT_ONCE)
    Home.unscoped.bulk_create(_homes(people, candidates), batch_size=AT_ONCE)
    Supporter.unscoped.bulk_create(
        [_supporter(who, each.supporter) for who, each in zip(candidates, people, strict=True) if each.supporter],
        batch_size=AT_ONCE,
    )
    grants = [_first_grant(candidate, academy.pk) for candidate in candidates]
    if agreement:
        grants += [_first_grant(candidate, by.organisation_id, agreement) for candidate in candidates]
    Grant.objects.bulk_create(grants, batch_size=AT_ONCE)
    record_new(by=by, verb="enrol", rows=[(candidate, (), {}) for candidate in candidates])
    return candidates


def _new_candidate(facts: PersonFacts) -> Candidate:
    check_facts(facts)
    candidate = Candidate(reference=draw("CAN"), neutral_code=draw("GI"), made_at=now(), **_stored(asdict(facts)))
    candidate.folded_name = candidate.folded()
    _check_fields(candidate)
    return candidate


def _stored(facts: dict[str, Any]) -> dict[str, Any]:
    """`facts` as they are kept: lists for the lists, trimmed text, telephone numbers and addresses comparable."""
    kept = {}
    for name, value in facts.items():
        if isinstance(value, str):
            value = value.strip()
        elif isinstance(value, tuple | set | frozenset):
            value = sorted(value)
        kept[name] = value
    if "phone" in kept:
        kept["phone"] = phone_kept(kept["phone"])
    if "email" in kept:
        kept["email"] = kept["email"].lower()
    return kept


def _check_fields(row: Any) -> None:
    try:
        row.clean_fields(exclude=["candidate", "merged_into"])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        label = row._meta.get_field(name).verbose_name
        raise Refused(f"{label.capitalize()}: {messages[0]}") from error


def _homes(people: Sequence[NewPerson], candidates: Sequence[Candidate]) -> list[Home]:
    places = locate_many({"" if person.no_fixed_abode else person.postcode for person in people} | {""})
    return [
        Home(
            candidate=candidate,
            starts=today(),
            found_on=today(),
            **home_facts(
                places["" if person.no_fixed_abode else person.postcode],
                no_fixed_abode=person.no_fixed_abode,
                responsible_authority=person.responsible_authority,
            ),
        )
        for person, candidate in zip(people, candidates, strict=True)
    ]


def _supporter(candidate: Candidate, facts: SupporterFacts) -> Supporter:
    kept = _stored(asdict(facts))
    kept["authority_on"] = kept["authority_on"] or today()
    supporter = Supporter(candidate=candidate, **kept)
    _check_fields(supporter)
    return supporter


def _first_grant(candidate: Candidate, organisation_id: int | None, agreement: Any = None) -> Grant:
    return Grant(
        candidate=candidate,
        organisation_id=organisation_id,
        scope=GrantScope.FULL,
        cause=cause_of(candidate),
        agreement=agreement,
        starts=today(),
    )


@transaction.atomic
def change_person(*, candidate: Candidate, by: Acting, **facts: Any) -> Candidate:
    """Change what is recorded of a person (fields of PersonFacts); nothing is written if nothing differs."""
    check_write(by=by, candidate=candidate)
    if unknown := set(facts) - CHANGEABLE:
        raise TypeError(f"Not facts of a person: {', '.join(sorted(unknown))}")
    candidate = Candidate.unscoped.select_for_update(of=("self",)).get(pk=candidate.pk)
    changed = {name: value for name, value in _stored(facts).items() if getattr(candidate, name) != value}
    if not changed:
        return candidate
    for name, value in changed.items():
        setattr(candidate, name, value)
    check_facts(candidate)
    _check_fields(candidate)
    candidate.save()
    parts = [part for part, names in PARTS.items() if changed.keys() & set(names)]
    if parts:
        record(by=by, verb="change", on=candidate, parts=", ".join(parts))
    else:
        record(by=by, verb="change_private", on=candidate)
    return candidate


@transaction.atomic
def move_home(
    *,
    candidate: Candidate,
    postcode: str = "",
    no_fixed_abode: bool = False,
    responsible_authority: str = "",
    starts: date | None = None,
    by: Acting,
) -> Home:
    """Record where a person lives from a day on, with what is found about the place today; the history stays.

    A second home from the same day corrects the first.
    """
    check_write(by=by, candidate=candidate)
    day = starts or today()
    if day > today():
        raise Refused("Record a home on the day of the move or after it, not before.")
    Candidate.unscoped.select_for_update(of=("self",)).get(pk=candidate.pk)
    asked = "" if no_fixed_abode else postcode
    facts = home_facts(
        locate_many([asked])[asked], no_fixed_abode=no_fixed_abode, responsible_authority=responsible_authority
    )
    home, _made = Home.unscoped.update_or_create(
        candidate=candidate, starts=day, defaults={**facts, "found_on": today()}
    )
    record(by=by, verb="move_home", on=home, threads=[candidate], local=home.local, core20=home.core20)
    return home


@transaction.atomic
def add_supporter(*, candidate: Candidate, supporter: SupporterFacts, by: Acting) -> Supporter:
    """Record somebody whom the person lets answer for them."""
    check_write(by=by, candidate=candidate)
    row = _supporter(candidate, supporter)
    row.save()
    record(by=by, verb="add_supporter", on=row, threads=[candidate])
    return row


@transaction.atomic
def end_supporter(*, supporter: Supporter, by: Acting) -> Supporter:
    """From today the supporter no longer answers for the person; the record that they did stays."""
    supporter = Supporter.unscoped.select_for_update(of=("self",)).select_related("candidate").get(pk=supporter.pk)
    check_write(by=by, candidate=supporter.candidate)
    if supporter.ended_on is None:
        supporter.ended_on = today()
        supporter.save(update_fields=["ended_on"])
        record(by=by, verb="remove_supporter", on=supporter, threads=[supporter.candidate])
    return supporter


def note_work(*, candidate_id: int, since: date | None) -> None:
    """Since when the person is in a job; None if in none. The job's own event says who recorded it, so this has none."""
    Candidate.unscoped.filter(pk=candidate_id).update(in_work_since=since)


@transaction.atomic
def merge(*, candidate: Candidate, into: Candidate, by: Acting) -> Candidate:
    """Say that two records are one person: a pointer, nothing moves, `unmerge` clears it."""
    rows = {
        row.pk: row for row in Candidate.unscoped.select_for_update(of=("self",)).filter(pk__in=[candidate.pk, into.pk])
    }
    candidate, into = rows[candidate.pk], rows[into.pk]
    check_merge(by=by, candidate=candidate, into=into)
    candidate.merged_into = into
    candidate.save(update_fields=["merged_into"])
    record(by=by, verb="merge", on=candidate, threads=[into], into=into.reference)
    return candidate


@transaction.atomic
def unmerge(*, candidate: Candidate, by: Acting) -> Candidate:
    """Take `merge` back."""
    candidate = Candidate.unscoped.select_for_update(of=("self",)).select_related("merged_into").get(pk=candidate.pk)
    if by.role not in (Role.ACADEMY, Role.SYSTEM):
        raise Refused("Only the Skills Academy separates two records.")
    into = candidate.merged_into
    if into is None:
        raise Refused(f"{candidate.reference} is not joined to another record.")
    candidate.merged_into = None
    candidate.save(update_fields=["merged_into"])
    record(by=by, verb="unmerge", on=candidate, threads=[into], into=into.reference)
    return candidate

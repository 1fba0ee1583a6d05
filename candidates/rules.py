"""What must be true of a person's record, and who may write it: each check raises a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from audit.acting import Acting, Role
from audit.clock import today
from audit.mover import Refused
from candidates.choices import AFTER_OFFER, GrantScope, Shift
from candidates.facts import PersonFacts
from candidates.models import Candidate, Check, Grant
from nhsuk.words import long_day
from organisations.choices import JobFamily

YOUNGEST = 14  # the youngest at school who may go on work experience
OLDEST = 100
MOST_HOURS = 60
FORMULA = ("=", "+", "@")
FARTHEST_KM = 200

WRITERS = (Role.ACADEMY, Role.PROVIDER)
CHECKERS = (Role.ACADEMY, Role.PROVIDER, Role.RECRUITER, Role.TRUST_HR)


def check_enrol(*, by: Acting) -> None:
    """The academy and providers make records of people; a trust never does."""
    if by.role not in (*WRITERS, Role.SYSTEM):
        raise Refused("Only the Skills Academy and programme providers enrol people.")


def check_write(*, by: Acting, candidate: Candidate) -> None:
    """Who holds the whole record may change it: the academy, and the provider while its people are in its programme."""
    if by.role == Role.SYSTEM:
        return
    grants = Grant.objects.held_by(by).filter(candidate=candidate, scope=GrantScope.FULL)
    if by.role not in WRITERS or not grants.exists():
        raise Refused(f"You cannot change the record of {candidate.reference}.")


def check_merge(*, by: Acting, candidate: Candidate, into: Candidate) -> None:
    """Two records of one human being: the academy says so. No chains, so that everybody is counted under one record."""
    if by.role not in (Role.ACADEMY, Role.SYSTEM):
        raise Refused("Only the Skills Academy joins two records of one person.")
    if candidate.pk == into.pk:
        raise Refused("This is the same record. Choose the other one.")
    if into.merged_into_id:
        raise Refused(f"{into.reference} was joined to another record itself. Choose that one.")
    if candidate.merged_into_id:
        raise Refused(f"{candidate.reference} is joined to a record already.")
    if Candidate.unscoped.filter(merged_into=candidate).exists():
        raise Refused(f"Another record was joined to {candidate.reference}. Join {into.reference} to it instead.")


def check_facts(facts: PersonFacts | Candidate, *, on: date | None = None) -> None:
    """Refused with a sentence that says how to mend it, for facts that cannot be of a person."""
    if not facts.family_name.strip():
        raise Refused("Enter a family name. If the person has one name only, enter it as the family name.")
    for name in (facts.given_name, facts.family_name, facts.known_as):
        check_name(name)
    check_born(facts.date_of_birth, on=on or today())
    check_hours(facts.hours_least, facts.hours_most)
    if facts.travel_km is not None and not 0 < facts.travel_km <= FARTHEST_KM:
        raise Refused(f"The travel limit is between 1 and {FARTHEST_KM} kilometres.")
    _check_known(facts.work_wanted, JobFamily.values, "kind of work")
    _check_known(facts.shifts, Shift.values, "shift")


def check_name(name: str | None) -> None:
    """A name has a letter of some script, and does not begin as a spreadsheet's formula does."""
    typed = (name or "").strip()
    if typed.startswith(FORMULA):
        raise Refused(f"“{typed[:20]}” begins like a spreadsheet’s formula. Type the person’s name instead.")
    if typed and not any(character.isalpha() for character in typed):
        raise Refused(f"“{typed[:20]}” has no letter. Type the person’s name.")


def check_born(born: date | None, *, on: date) -> None:
    """A date of birth in the past, of somebody between 14 and 100."""
    if born is None:
        return
    if born > on:
        raise Refused(f"The date of birth, {long_day(born)}, is in the future. Check the year.")
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if not YOUNGEST <= age <= OLDEST:
        raise Refused(
            f"The date of birth, {long_day(born)}, would make the person {age}. "
            f"People enrolled are between {YOUNGEST} and {OLDEST}. Check the year."
        )


def check_hours(least: Decimal | int | None, most: Decimal | int | None) -> None:
    """Hours a week: at most 60, the least not above the most."""
    for hours in (least, most):
        if hours is not None and not 1 <= hours <= MOST_HOURS:
            raise Refused(f"Hours a week are between 1 and {MOST_HOURS}.")
    if least is not None and most is not None and least > most:
        raise Refused(f"The fewest hours ({float(least):g}) are above the most hours ({float(most):g}). Swap them.")


def _check_known(values: Any, known: list[str], noun: str) -> None:
    unknown = [value for value in values if value not in known]
    if unknown:
        raise Refused(f"“{str(unknown[0])[:40]}” is not a {noun} that is known here. Choose from the list.")


def check_check(*, by: Acting, candidate: Candidate, kind: str) -> None:
    """Health and DBS stay locked until a conditional offer (Equality Act 2010, section 60)."""
    may_see = Candidate.objects.visible_to(by).filter(pk=candidate.pk)
    if by.role != Role.SYSTEM and (by.role not in CHECKERS or not may_see.exists()):
        raise Refused(f"You cannot record checks of {candidate.reference}.")
    if kind in AFTER_OFFER and not Check.unscoped.filter(candidate=candidate, kind=kind).exists():
        raise Refused("Health and DBS checks begin after a conditional offer (Equality Act 2010, section 60).")

"""What is said of a person when a record is made: plain values, before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """Everything that an enrolment can say of a person; hours are a week, travel is straight-line kilometres."""

    family_name: str
    given_name: str = ""
    known_as: str = ""
    date_of_birth: date | None = None
    phone: str = ""
    email: str = ""
    letter_address: str = ""
    reach_by: str = ""
    safe_contact: str = ""
    languages: str = ""
    english: str = ""
    right_to_work: str = "unknown"
    right_to_work_expires: date | None = None
    work_wanted: Sequence[str] = ()
    hours_least: Decimal | int | None = None
    hours_most: Decimal | int | None = None
    shifts: Sequence[str] = ()
    travel_km: int | None = None
    start_from: date | None = None
    skills: Sequence[str] = ()
    adjustments_interview: str = ""
    adjustments_work: str = ""
    share_adjustments: bool = False
    safeguarding_lead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupporterFacts:
    """Somebody whom the person lets answer for them, and the day on which they said so (today unless said)."""

    name: str
    relation: str = ""
    phone: str = ""
    email: str = ""
    authority_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """One person to enrol. `responsible_authority` is the GSS code of a care leaver's council."""

    facts: PersonFacts
    postcode: str = ""
    no_fixed_abode: bool = False
    responsible_authority: str = ""
    supporter: SupporterFacts | None = None

"""The columns of the cohort file, and how each cell is read: no database."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from candidates.choices import English, Reach, RightToWork, Shift
from candidates.rules import FARTHEST_KM, MOST_HOURS
from jobs.columns import (
    CellProblem,
    Parser,
    choice,
    long_text,
    parse_date,
    parse_email,
    parse_hours,
    parse_integer,
    parse_phone,
    parse_yes_no,
    text,
)
from jobs.mapping import Column, ColumnMap
from jobs.reading import Cell
from organisations.choices import JobFamily
from places.postcodes import normalise
from programmes.models import EnrolmentState, LeavingReason

KIND = "programmes.cohort"
MOST_DATES = 100


def at_most(characters: int, parse: Parser = text) -> Parser:
    """`parse`, refusing what is longer than its field."""

    def limited(value: Cell) -> str | None:
        found: str | None = parse(value)
        if found and len(found) > characters:
            raise CellProblem(f'"{found[:20]}..." has {len(found)} characters; the most is {characters}. Shorten it.')
        return found

    return limited


def whole_number(least: int, most: int) -> Parser:
    return lambda value: parse_integer(value, least=least, most=most)


def hours(value: Cell) -> Decimal | None:
    return parse_hours(value, least=1, most=MOST_HOURS)


def several(parse: Parser) -> Callable[[Cell], list[Any]]:
    """Values with semicolons, commas or line breaks between them."""

    def split(value: Cell) -> list[Any]:
        if not isinstance(value, str):
            found = parse(value)
            return [] if found is None else [found]
        parts = (part.strip() for part in re.split(r"[;,\n]", value))
        return [parse(part) for part in parts if part]

    return split


def dates(value: Cell) -> list[date]:
    found = sorted(set(several(parse_date)(value)))
    if len(found) > MOST_DATES:
        raise CellProblem(f"The cell holds {len(found)} dates; the most is {MOST_DATES}. Check it.")
    return found


def phone(value: Cell) -> str | None:
    found = parse_phone(value)
    return found.pretty if found else None


def postcode(value: Cell) -> str | None:
    """A well-formed postcode; one that is not in the files here is accepted and stays unknown."""
    typed = text(value)
    if typed is None:
        return None
    try:
        return normalise(typed)
    except ValueError as error:
        raise CellProblem(str(error)) from error


def labels(choices: Any, **synonyms: Sequence[str]) -> Parser:
    return choice({value: (label, *synonyms.get(value, ())) for value, label in choices.choices if value})


STATE = labels(
    EnrolmentState,
    offered=("offered", "place offered"),
    enrolled=("active", "on programme", "accepted"),
    completed=("complete", "finished"),
    left=("left", "withdrawn", "withdrew", "dropped out"),
    ineligible=("not eligible",),
    did_not_start=("no show", "dns"),
)
RIGHT_TO_WORK = labels(
    RightToWork,
    any=("yes", "full", "unrestricted", "british", "settled"),
    restricted=("limited",),
    volunteer=("volunteer only", "no paid work"),
    unknown=("not seen", "unknown", "no evidence"),
)
REACH = labels(Reach, phone=("mobile", "phone"), email=("e-mail",), letter=("post",), supporter=("key worker",))
SHIFTS = labels(Shift, days=("days", "day", "weekdays"), nights=("night",), weekends=("weekend",))
WORK = labels(JobFamily, admin=("admin",), healthcare_support=("hca", "healthcare assistant"), portering=("porter",))
LEAVING = labels(LeavingReason, work=("job",), study=("education", "college"), no_contact=("no contact",))
ENGLISH = labels(English, level2=("fluent",))

COLUMNS = ColumnMap(
    (
        Column(
            "own_reference",
            "Your reference",
            at_most(40),
            synonyms=("Reference", "Ref", "ID", "Learner ID", "Participant ID", "Participant reference", "Client ID"),
            hint="Your own number for the person. The same number in the same cohort is the same person.",
        ),
        Column(
            "given_name",
            "Given names",
            at_most(80),
            synonyms=("Given name", "First name", "First names", "Forename", "Forenames"),
        ),
        Column(
            "family_name",
            "Family name",
            at_most(80),
            required=True,
            synonyms=("Surname", "Last name", "Family names"),
            hint="One name only? Put it here.",
        ),
        Column("known_as", "Known as", at_most(80), synonyms=("Preferred name",)),
        Column("date_of_birth", "Date of birth", parse_date, synonyms=("DOB", "D.O.B.", "Birth date", "Born")),
        Column("phone", "Telephone", phone, synonyms=("Phone", "Mobile", "Phone number", "Telephone number", "Tel")),
        Column("email", "Email address", parse_email, synonyms=("Email", "E-mail")),
        Column("letter_address", "Address for letters", at_most(400, long_text), synonyms=("Address", "Home address")),
        Column("reach_by", "Best way to reach them", REACH, synonyms=("Contact preference", "Preferred contact")),
        Column("safe_contact", "Contact safely", at_most(200), hint="For example: no voicemail."),
        Column("postcode", "Postcode", postcode, synonyms=("Home postcode", "Post code")),
        Column("no_fixed_abode", "No fixed abode", parse_yes_no, synonyms=("NFA", "Homeless")),
        Column(
            "responsible_authority",
            "Care leaver’s council",
            at_most(100),
            synonyms=("Responsible authority", "Care leaver council", "Leaving care authority"),
            hint="The council responsible for a care leaver, such as Brent.",
        ),
        Column("programme", "Programme", at_most(120), required=True, synonyms=("Programme name", "Course")),
        Column("cohort", "Cohort", at_most(120), required=True, synonyms=("Cohort name", "Group", "Intake")),
        Column("state", "In this cohort", STATE, synonyms=("Status", "Enrolment status", "State")),
        Column("referred_on", "Referred on", parse_date, synonyms=("Referral date", "Date referred")),
        Column("started_on", "First day", parse_date, synonyms=("Start date", "Started on", "Date started")),
        Column("ended_on", "Last day", parse_date, synonyms=("End date", "Ended on", "Date left", "Completed on")),
        Column("leaving_reason", "Why they left", LEAVING, synonyms=("Reason for leaving", "Leaving reason")),
        Column(
            "attended",
            "Sessions attended",
            dates,
            synonyms=("Attended", "Attendance", "Dates attended"),
            hint="The days, with semicolons between them.",
        ),
        Column("right_to_work", "Right to work", RIGHT_TO_WORK, synonyms=("RTW",)),
        Column("right_to_work_expires", "Permission ends on", parse_date, synonyms=("RTW expiry", "Visa expiry")),
        Column("work_wanted", "Work they want", several(WORK), synonyms=("Work wanted", "Job preference", "Roles")),
        Column("hours_least", "Fewest hours a week", hours, synonyms=("Minimum hours",)),
        Column("hours_most", "Most hours a week", hours, synonyms=("Hours", "Maximum hours"), hint="Like 37.5."),
        Column("shifts", "Shifts", several(SHIFTS), synonyms=("Shifts they can work", "Availability")),
        Column("travel_km", "Travel in kilometres", whole_number(1, FARTHEST_KM), synonyms=("Travel", "Travel km")),
        Column("start_from", "Can start from", parse_date, synonyms=("Available from",)),
        Column("languages", "Languages", at_most(200)),
        Column("english", "English", ENGLISH, synonyms=("English level", "ESOL level")),
        Column("adjustments_interview", "Adjustments at an interview", at_most(2000, long_text)),
        Column("adjustments_work", "Adjustments at work", at_most(2000, long_text), synonyms=("Adjustments",)),
        Column(
            "share_adjustments",
            "Panels may see adjustments",
            parse_yes_no,
            synonyms=("Share adjustments", "Consent to share adjustments"),
            hint="Yes only if the person wants that.",
        ),
        Column("safeguarding_lead", "Safeguarding lead", at_most(120)),
        Column("supporter_name", "Supporter", at_most(120), synonyms=("Supporter’s name", "Key worker")),
        Column("supporter_relation", "Who the supporter is", at_most(80)),
        Column("supporter_phone", "Supporter’s telephone", phone),
        Column("supporter_email", "Supporter’s email address", parse_email),
    )
)

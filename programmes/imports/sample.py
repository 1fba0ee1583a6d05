"""The template of the cohort file, and a sample: invented people at real postcodes of North West London."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from programmes.imports.columns import COLUMNS
from programmes.models import Cohort

HEADINGS = [column.label for column in COLUMNS.columns]

# Invented names; Ofcom's numbers for invented people; postcodes of eight boroughs and one that is in no file.
PEOPLE: tuple[dict[str, Any], ...] = (
    {
        "own_reference": "S-001",
        "given_name": "Amara",
        "family_name": "Okonkwo",
        "date_of_birth": date(2004, 3, 14),
        "phone": "07700 900101",
        "postcode": "NW10 4XA",
        "right_to_work": "Any work",
        "work_wanted": "Healthcare support; Catering",
        "hours_least": 16,
        "hours_most": 37.5,
        "shifts": "Weekday days; Weekends",
        "travel_km": 10,
    },
    {
        "own_reference": "S-002",
        "given_name": "Zoë",
        "family_name": "Smith-Jones",
        "date_of_birth": date(2003, 11, 2),
        "email": "zoe.smith-jones@example.org",
        "postcode": "ub1 2az",
        "responsible_authority": "Brent",
        "right_to_work": "Any work",
        "work_wanted": "Administration and clerical",
        "hours_most": 30,
        "shifts": "Weekday days",
        "travel_km": 8,
        "adjustments_interview": "Questions in writing beforehand",
        "share_adjustments": "Yes",
    },
    {
        "own_reference": "S-003",
        "given_name": "Tomasz",
        "family_name": "Wiśniewski",
        "date_of_birth": date(1990, 7, 21),
        "phone": "07700 900103",
        "postcode": "TW13 4BA",
        "right_to_work": "Any work",
        "work_wanted": "Portering; Estates and maintenance",
        "hours_most": 40,
        "shifts": "Nights; Weekends",
        "travel_km": 15,
    },
    {
        "own_reference": "S-004",
        "given_name": "Selam",
        "family_name": "Tesfaye",
        "date_of_birth": date(1998, 1, 9),
        "phone": "07700 900104",
        "no_fixed_abode": "Yes",
        "letter_address": "Care of the day centre, 1 High Road",
        "right_to_work": "Volunteering only",
        "work_wanted": "Domestic and cleaning",
        "languages": "Tigrinya, English",
        "english": "ESOL entry 3",
    },
    {
        "own_reference": "S-005",
        "given_name": "Dan",
        "family_name": "O’Leary",
        "date_of_birth": date(2007, 9, 30),
        "postcode": "HA2 8SS",
        "right_to_work": "Not evidenced",
        "supporter_name": "Grace Bell",
        "supporter_relation": "Leaving-care personal adviser",
        "supporter_phone": "020 7946 0123",
        "reach_by": "Through a supporter",
        "safeguarding_lead": "Grace Bell",
    },
    {
        "own_reference": "S-006",
        "given_name": "",
        "family_name": "Suharto",
        "date_of_birth": date(1985, 5, 17),
        "phone": "07700 900106",
        "postcode": "N1 9GU",
        "right_to_work": "Restricted work",
        "work_wanted": "Laboratory support",
        "hours_most": 20,
        "shifts": "Evenings",
        "travel_km": 12,
    },
)


def template_rows() -> list[list[Any]]:
    return []


def sample_rows(cohort: Cohort | None, *, on: date) -> list[list[Any]]:
    """The sample for a cohort that the reader has, so that it can be imported as it is; else with names to replace."""
    facts = {
        "programme": cohort.programme.name if cohort else "Name of the programme",
        "cohort": cohort.name if cohort else "Name of the cohort",
        "state": "Enrolled",
        "start_from": on + timedelta(days=28),
    }
    return [[(person | facts).get(column.field, "") for column in COLUMNS.columns] for person in PEOPLE]


def guide_rows() -> list[list[str]]:
    """The second sheet of the workbook: each column, whether it is needed, and what goes in."""
    return [
        [column.label, "Needed" if column.required else "", column.hint or EXAMPLES.get(column.field, "")]
        for column in COLUMNS.columns
    ]


DAY = "A day, like 03/11/2026"
EXAMPLES = {
    "date_of_birth": DAY,
    "phone": "Any UK form; format the column as Text, so that the first 0 stays",
    "postcode": "In full, like W12 0HS. One that is not known here is accepted and stays unknown.",
    "no_fixed_abode": "Yes or No",
    "programme": "As it is called in this service",
    "cohort": "As it is called in this service",
    "state": "Referred, Offered a place, Enrolled, Started, Paused, Completed, Left early, Declined, Did not start",
    "referred_on": DAY,
    "started_on": f"{DAY}: for somebody who has started",
    "ended_on": f"{DAY}: for somebody who completed or left",
    "leaving_reason": "For somebody who left early: Health, Found other work, Lost touch ...",
    "right_to_work": "Any work, Restricted work, Volunteering only, Not evidenced",
    "right_to_work_expires": DAY,
    "work_wanted": "Kinds of work, with semicolons between them: Healthcare support; Catering",
    "shifts": "Weekday days; Evenings; Nights; Weekends",
    "travel_km": "Kilometres in a straight line",
    "start_from": DAY,
}

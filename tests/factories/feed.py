"""Feeds of NHS Jobs and lists of the NHSBSA for tests, in the layout of the real ones."""

import csv
from io import StringIO
from xml.sax.saxutils import escape

IMPERIAL = "Imperial College Healthcare NHS Trust"
OPEN_DATA = (
    "VACANCY_ID", "JOB_REFERENCE", "EMPLOYER_NAME", "JOB_TITLE", "STAFF_GROUP", "AREA_OF_WORK", "PAY_BAND",
    "SALARY_RANGE_MIN", "SALARY_RANGE_MAX", "FIXED_SALARY", "SALARY_TIME_UNIT", "CONTRACT_TYPE",
    "FIXED_TERM_DURATION_MONTHS", "WORKING_PATTERN", "EMPLOYER_POSTCODE", "REGION",
)  # fmt: skip


def advert(number, **said):
    """One `vacancyDetails` of the feed: reference C9333-26-<number>, open from 20 November to 18 December unless said."""
    facts = {
        "id": 917_000_000 + number,
        "reference": f"C9333-26-{number:04d}",
        "title": "Healthcare Support Worker Band 2",
        "description": "Caring people for our wards. Full training is given.",
        "employer": IMPERIAL,
        "type": "Permanent",
        "salary": "£30866.00 to £31400.00",
        "closeDate": "2026-12-18",
        "postDate": "2026-11-20T12:18:24.800841778",
        "url": f"https://beta.jobs.nhs.uk/candidate/jobadvert/C9333-26-{number:04d}",
        "locations": "London, W2 1NY",
        **said,
    }
    places = f"<locations><location>{escape(facts.pop('locations'))}</location></locations>"
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in facts.items() if value != "") + places


def feed(adverts):
    """The bytes of a saved feed of one page."""
    rows = "".join(f"<vacancyDetails>{each}</vacancyDetails>" for each in adverts)
    total = f"<totalPages>1</totalPages><totalResults>{len(adverts)}</totalResults>"
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<nhsJobs>{rows}{total}</nhsJobs>".encode()


def listed(number, **said):
    """One row of the NHSBSA's open data about the advert of the same number."""
    return {
        "VACANCY_ID": 917_000_000 + number,
        "JOB_REFERENCE": f"C9333-26-{number:04d}",
        "EMPLOYER_NAME": IMPERIAL,
        "JOB_TITLE": "Healthcare Support Worker",
        "STAFF_GROUP": "Additional Clinical Services",
        "AREA_OF_WORK": "Wards",
        "PAY_BAND": "Band 2",
        "SALARY_RANGE_MIN": "30866",
        "SALARY_RANGE_MAX": "31400",
        "SALARY_TIME_UNIT": "Yearly",
        "CONTRACT_TYPE": "Permanent",
        "WORKING_PATTERN": "Full-time",
        "EMPLOYER_POSTCODE": "W2 1NY",
        "REGION": "London",
        **said,
    }


def open_data(rows):
    """The bytes of the open-data CSV."""
    text = StringIO()
    writer = csv.DictWriter(text, OPEN_DATA, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()

"""What the demo's adverts say: titles, bands, criteria, and pay as it stood."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

# Title, job family.
ENTRY = (
    ("Healthcare support worker", "healthcare_support"),
    ("Healthcare support worker, elderly care", "healthcare_support"),
    ("Maternity support worker", "healthcare_support"),
    ("Ward administrator", "admin"),
    ("Outpatient receptionist", "admin"),
    ("Medical records clerk", "admin"),
    ("Appointments clerk", "admin"),
    ("Domestic assistant", "domestic"),
    ("Housekeeper", "domestic"),
    ("Catering assistant", "catering"),
    ("Ward host", "catering"),
    ("Porter", "portering"),
    ("Theatre porter", "portering"),
    ("Estates assistant", "estates"),
    ("Pharmacy support worker", "pharmacy"),
    ("Therapy assistant", "therapy"),
    ("IT service desk assistant", "it"),
)
OTHERS = (
    ("Staff nurse", "healthcare_support", 5, True),
    ("Physiotherapist", "therapy", 6, True),
    ("Finance officer", "admin", 5, False),
    ("Service manager", "admin", 7, False),
    ("Pharmacy technician", "pharmacy", 4, True),
    ("Team secretary", "admin", 4, False),
)
CRITERIA = {
    "healthcare_support": ("Kind and patient with people who are unwell", "Can follow a care plan"),
    "admin": ("Can use e-mail and a spreadsheet", "Clear and polite on the telephone"),
    "domestic": ("Can follow cleaning instructions safely", "Can work on your feet for a shift"),
    "catering": ("Understands food hygiene, or is willing to learn", "Friendly with patients and visitors"),
    "portering": ("Can move people and equipment safely after training", "Calm when it is busy"),
    "estates": ("Can use hand tools safely", "Can read simple instructions and drawings"),
    "pharmacy": ("Careful with numbers and labels", "Can keep records accurately"),
    "therapy": ("Encouraging with people who are recovering", "Can follow a therapy plan"),
    "it": ("Can explain a computer problem in plain words", "Familiar with everyday office software"),
}
COMMON = (("Works well in a team", True), ("Experience of the NHS, paid or unpaid", False))
# Agenda for Change with the inner or outer London supplement, pounds a year, by (band, area), 2025/26.
PAY = {(2, "inner"): 29880, (2, "outer"): 29017, (3, "inner"): 30352, (3, "outer"): 29489}
INNER = frozenset({"RYJ", "RQM", "RYX", "RRU"})


def criteria_of(family: str) -> list[tuple[str, bool]]:
    """The person specification of a job family: text, and whether it is essential."""
    return [(text, True) for text in CRITERIA[family]] + list(COMMON)


def entry_level(random: Random, trust_code: str) -> dict[str, Any]:
    """The facts of an invented entry-level advert."""
    title, family = random.choice(ENTRY)
    band = random.choices((2, 3), (65, 35))[0]
    pay = Decimal(PAY[band, "inner" if trust_code in INNER else "outer"])
    apprentice = random.random() < 0.06
    return {
        "title": f"Apprentice {title if title[1].isupper() else title[0].lower() + title[1:]}" if apprentice else title,
        "job_family": family,
        "band": band,
        "apprenticeship_level": 2 if apprentice else None,
        "registration_required": False,
        "paid_care_required": False,
        "contract": "apprenticeship" if apprentice else random.choices(("permanent", "fixed", "bank"), (75, 15, 10))[0],
        "hours": Decimal(random.choice(("37.5", "37.5", "30.0", "22.5"))),
        "shifts": sorted({"days", *random.sample(("evenings", "weekends"), random.choice((0, 0, 1)))}),
        "posts": random.choices((1, 2, 3, 4, 6, 10), (50, 22, 12, 8, 6, 2))[0],
        "salary_least": pay,
        "salary_most": pay,
        "flexible_times": random.random() < 0.6,
        "preparation": "We send the questions three days before, and you may bring notes.",
    }


def beyond_entry_level(random: Random) -> dict[str, Any]:
    """The facts of an advert that the 20% does not count."""
    title, family, band, registered = random.choice(OTHERS)
    return {
        "title": title,
        "job_family": family,
        "band": band,
        "registration_required": registered,
        "hours": Decimal("37.5"),
        "posts": random.choice((1, 1, 2)),
    }

"""The Charter readings that this room follows, and their first values."""

from datetime import date
from decimal import Decimal

from organisations.policies import Initial, Key
from places.postcodes import LOCAL_BOROUGHS
from vacancies.entry_level import DEFAULT_POLICY, EntryLevelPolicy
from vacancies.signers import named_domains

CHARTER = "Anchor Institutions Charter, guaranteed interviews; the service's default reading"
DOMAINS = "NHS England: nhs.net is NHSmail, nhs.uk is for NHS organisations only; the service's default reading"
FIRST = date(2020, 4, 1)


def readable(value: dict) -> EntryLevelPolicy:
    """The policy in a stored value; ValueError says what is wrong with it."""
    return EntryLevelPolicy.of(value, version=0)


FOUNDATION = "Living Wage Foundation, as reported by the press"
AWARD = "NHS Employers pay award 2026/27 of 3.3%, applied to 2025/26"
PAGES = "NHS pay scales 2025/26 as published by secondary sites"
BOROUGHS = "NHS terms and conditions handbook, annex 8, read by borough"

# Basic pay and high-cost area supplement together, pounds a year, at the lowest point of each band.
PAY_2025 = {
    "inner": {"2": 29880, "3": 30352, "4": 32982},
    "outer": {"2": 29017, "3": 29489, "4": 32037},
    "fringe": {"2": 25723, "3": 26195, "4": 28859},
    "none": {"2": 24465, "3": 24937, "4": 27485},
}
PAY_2026 = {
    "inner": {"2": 30866, "3": 31354, "4": 34070},
    "outer": {"2": 29974, "3": 30462, "4": 33094},
    "fringe": {"2": 26572, "3": 27060, "4": 29812},
    "none": {"2": 25272, "3": 25760, "4": 28392},
}
ZONES = {"inner": "Inner London", "outer": "Outer London", "fringe": "Fringe", "none": "No high-cost area"}
ZONE_OF_BOROUGH = {
    "E09000005": "outer",
    "E09000009": "outer",
    "E09000013": "inner",
    "E09000015": "outer",
    "E09000017": "outer",
    "E09000018": "outer",
    "E09000020": "inner",
    "E09000033": "inner",
}

KEYS = (
    Key(
        "vacancies.london_living_wage",
        "London Living Wage",
        Decimal,
        unit="pounds an hour",
        help="In force from its announcement; owed from the next 1 May.",
        initial=(
            Initial(date(2022, 9, 22), Decimal("11.95"), FOUNDATION, verified=False),
            Initial(date(2023, 10, 24), Decimal("13.15"), FOUNDATION, verified=True),
            Initial(date(2024, 10, 23), Decimal("13.85"), FOUNDATION, verified=True),
            Initial(date(2025, 10, 22), Decimal("14.80"), FOUNDATION, verified=True),
        ),
    ),
    Key(
        "vacancies.agenda_for_change",
        "Agenda for Change pay with high-cost area supplement, by band",
        dict,
        unit="pounds a year",
        help="The lowest point of each band; one value for each high-cost area.",
        parts={band: f"Band {band}" for band in PAY_2025["none"]},
        scopes=ZONES,
        initial=tuple(
            Initial(starts, pay, source, verified=verified, scope=zone)
            for starts, table, source, verified in (
                (date(2025, 4, 1), PAY_2025, PAGES, True),
                (date(2026, 4, 1), PAY_2026, AWARD, False),
            )
            for zone, pay in table.items()
        ),
    ),
    Key(
        "vacancies.high_cost_zones",
        "High-cost area of each borough",
        dict,
        parts=LOCAL_BOROUGHS,
        part_choices=tuple(ZONES.items()),
        initial=(Initial(FIRST, ZONE_OF_BOROUGH, BOROUGHS, verified=False),),
    ),
    Key(
        "vacancies.entry_level",
        "What counts as entry level",
        dict,
        help="Bands, apprenticeship levels and exclusions that the classification applies to imported facts.",
        check=readable,
        page="vacancies:trial",
        initial=(Initial(FIRST, DEFAULT_POLICY.as_value(), CHARTER, verified=False),),
    ),
    Key(
        "vacancies.slots_per_post",
        "Interview slots that a reserved post promises",
        int,
        unit="slots",
        initial=(Initial(FIRST, 2, CHARTER, verified=False),),
    ),
    Key(
        "vacancies.countersign_days",
        "Days within which an override is countersigned",
        int,
        unit="working days",
        initial=(Initial(FIRST, 5, CHARTER, verified=False),),
    ),
    Key(
        "vacancies.signer_domains",
        "Mail domains of those who may countersign",
        str,
        help="Each stands for itself and what is below it. The domains of members of the trust, the ICB and the academy "
        "are added to them.",
        check=named_domains,
        initial=(Initial(FIRST, "nhs.net nhs.uk", DOMAINS, verified=False),),
    ),
    Key(
        "vacancies.notice_days",
        "How far ahead the service recommends what to reserve",
        int,
        unit="days",
        initial=(Initial(FIRST, 14, CHARTER, verified=False),),
    ),
)

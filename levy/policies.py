"""The dated rules of the apprenticeship levy, each with its source; which date picks a value is said in its help."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from levy.terms import Terms
from organisations.models import Policy
from organisations.policies import Initial, Key, NoPolicy, from_stored

GUIDANCE = "gov.uk, apprenticeship levy guidance (GfC10, November 2024)"
SERVICE = "github.com/SkillsFundingAgency/das-employer-finance"
QUESTION = "Parliamentary question 110425, answered 11 February 2026"
HELP = "Apprenticeship service help centre, “Expired funds”"
TRANSFERS = "gov.uk, transferring unused levy funds"
MATCHING = "github.com/SkillsFundingAgency/das-levy-transfer-matching-api"
FUNDING_RULES = "Apprenticeship funding rules 2025 to 2026"
GENERAL = "General knowledge; not verified in a published source"
OWN = "The service's own default"
BEGAN = date(2017, 4, 6)
AUGUST_2026 = date(2026, 8, 1)
WARN, STOP = "warn", "stop"

KEYS = (
    Key(
        "levy.rate",
        "Apprenticeship levy: share of the pay bill",
        Decimal,
        percent=True,
        unit="of the UK pay bill",
        initial=(Initial(BEGAN, Decimal("0.005"), GUIDANCE, verified=True),),
    ),
    Key(
        "levy.allowance",
        "Apprenticeship levy: allowance of an employer for a tax year",
        Decimal,
        unit="pounds",
        help="NHS trusts are not connected employers, so each has its own.",
        initial=(Initial(BEGAN, Decimal(15000), GUIDANCE, verified=True),),
    ),
    Key(
        "levy.top_up",
        "Top-up of levy funds",
        Decimal,
        percent=True,
        unit="of the levy in England",
        help="Picked by the cut-off of the payroll month: the 20th of the month after it.",
        initial=(
            Initial(BEGAN, Decimal("0.10"), SERVICE, verified=True),
            Initial(AUGUST_2026, Decimal(0), f"{SERVICE}; {QUESTION}", verified=True),
        ),
    ),
    Key(
        "levy.months_to_live",
        "Months until unused levy expires",
        int,
        unit="months",
        help="Picked by the month in which the funds entered the account.",
        initial=(
            Initial(date(2017, 5, 1), 24, HELP, verified=True),
            Initial(AUGUST_2026, 12, f"{SERVICE}, page of expired funds", verified=True),
        ),
    ),
    Key(
        "levy.transfer_share",
        "Share of a year's levy that may be given to other employers",
        Decimal,
        percent=True,
        unit="of the levy of the year before",
        help="Picked by the 20 April that opens the transfer year.",
        initial=(
            Initial(date(2018, 4, 20), Decimal("0.10"), TRANSFERS, verified=True),
            Initial(date(2019, 4, 1), Decimal("0.25"), TRANSFERS, verified=True),
            Initial(date(2024, 4, 20), Decimal("0.50"), f"{TRANSFERS}; in force from 22 April 2024", verified=True),
        ),
    ),
    Key(
        "levy.own_share",
        "Employer's share once a levy payer has run out of levy",
        Decimal,
        percent=True,
        unit="of what the levy cannot pay",
        help="Picked by the start of the apprenticeship. That earlier starts keep 5% after August 2026 is inferred.",
        initial=(
            Initial(date(2017, 5, 1), Decimal("0.10"), GENERAL, verified=False),
            Initial(date(2019, 4, 1), Decimal("0.05"), GENERAL, verified=False),
            Initial(AUGUST_2026, Decimal("0.25"), f"{QUESTION}; keyed by start date: inferred", verified=False),
        ),
    ),
    Key(
        "levy.non_levy_share",
        "Employer's share at an employer that pays no levy",
        Decimal,
        percent=True,
        unit="of the training cost",
        help="For learners above the age of full funding.",
        initial=(Initial(date(2019, 4, 1), Decimal("0.05"), "Transactions download, version 2 specification", True),),
    ),
    Key(
        "levy.fully_funded_to",
        "Oldest age that the government funds fully at an employer that pays no levy",
        int,
        unit="years",
        help="Picked by the start of the apprenticeship. A transfer for such a learner gains nothing.",
        initial=(
            Initial(date(2024, 4, 1), 21, QUESTION, verified=True),
            Initial(AUGUST_2026, 24, QUESTION, verified=True),
        ),
    ),
    Key(
        "levy.level_7_to",
        "Oldest age for which a level 7 apprenticeship is funded",
        int,
        unit="years",
        help="New starts; 22 to 24 with an education, health and care plan or care experience.",
        initial=(
            Initial(date(2017, 5, 1), 120, GENERAL, verified=False),
            Initial(date(2026, 1, 1), 21, "Government announcement, reported by FE Week", verified=True),
        ),
    ),
    Key(
        "levy.foundation_to",
        "Oldest age for a foundation apprenticeship",
        int,
        unit="years",
        help="22 to 24 with an education, health and care plan, a care leaver, or leaving prison.",
        initial=(Initial(date(2025, 8, 1), 21, "Apprenticeship service help centre; AELP briefing 79", verified=True),),
    ),
    Key(
        "levy.shortest",
        "Shortest apprenticeship",
        int,
        unit="months",
        initial=(
            Initial(date(2017, 5, 1), 12, GENERAL, verified=False),
            Initial(date(2025, 8, 1), 8, FUNDING_RULES, verified=True),
        ),
    ),
    Key(
        "levy.days_to_accept",
        "Days in which an approved gift must be accepted",
        int,
        unit="days",
        initial=(Initial(date(2021, 9, 1), 42, MATCHING, verified=True),),
    ),
    Key(
        "levy.months_to_use",
        "Months in which an accepted gift must be used",
        int,
        unit="months",
        initial=(Initial(date(2021, 9, 1), 3, MATCHING, verified=True),),
    ),
    Key(
        "levy.over_commitment",
        "When a gift would pass the transfer allowance of a year",
        str,
        help="Stop: the gift cannot be approved. Warn: it can, and the page says by how much.",
        choices=(STOP, WARN),
        initial=(Initial(date(2018, 4, 20), STOP, OWN, verified=False),),
    ),
)
BY_NAME = {key.name: key for key in KEYS}
OF_TERMS = ("levy.months_to_live", "levy.top_up", "levy.own_share", "levy.transfer_share")


def dated(*names: str) -> dict[str, list[tuple[date, Any]]]:
    """The values of each key by the first day they hold for, in one query; of one day the last that was signed."""
    found: dict[str, dict[date, Any]] = defaultdict(dict)
    for policy in Policy.objects.filter(key__in=names, scope="").order_by("starts", "pk"):
        found[policy.key][policy.starts] = from_stored(BY_NAME[policy.key], policy.value)
    for name in names:
        if not found[name]:
            raise NoPolicy(f"No value of {BY_NAME[name].label.lower()} has been signed.")
    return {name: sorted(found[name].items()) for name in names}


def terms_in_force() -> Terms:
    """The dated rules as the pure modules take them, past and to come, in one query. NoPolicy if one was never signed."""
    values = dated(*OF_TERMS)
    return Terms(*(values[name] for name in OF_TERMS))

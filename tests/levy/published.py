"""The dated rules as published (levy.md section 1), for tests."""

from datetime import date
from decimal import Decimal

from levy.terms import Terms

TERMS = Terms(
    lives=((date(2017, 5, 1), 24), (date(2026, 8, 1), 12)),
    top_up=((date(2017, 5, 1), Decimal("0.10")), (date(2026, 8, 1), Decimal(0))),
    own_share=(
        (date(2017, 5, 1), Decimal("0.10")),
        (date(2019, 4, 1), Decimal("0.05")),
        (date(2026, 8, 1), Decimal("0.25")),
    ),
    transfer_share=(
        (date(2018, 4, 6), Decimal("0.10")),
        (date(2019, 4, 6), Decimal("0.25")),
        (date(2024, 4, 6), Decimal("0.50")),
    ),
)


def month(text):
    """ "2026-08" as its first day."""
    return date.fromisoformat(f"{text}-01")

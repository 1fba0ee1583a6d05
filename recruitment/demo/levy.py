"""The levy room's part of the demo: accounts and transactions are written here when that room has models."""

from __future__ import annotations

from datetime import date
from random import Random

from recruitment.demo.cast import Cast


def add_levy(*, cast: Cast, random: Random, today: date) -> int:
    """Write levy accounts for the trusts of `cast`; the rows written."""
    return 0

"""How one fact of a vacancy is said in a timeline: "Band 2", "Not required", "12 December 2026", "not known"."""

from __future__ import annotations

from datetime import date
from typing import Any

from vacancies.models import Vacancy

LONGEST = 60  # of a text that a source wrote
NUMBERED = {"band": "Band {}", "apprenticeship_level": "Level {}"}


def fact_words(field: str, value: Any) -> str:
    """The value of `field` in words, as a page shows it."""
    if value is None or value == "":
        return "none" if field == "exemption" else "not known"
    if isinstance(value, bool):
        return "required" if value else "not required"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    choices = dict(getattr(Vacancy._meta.get_field(field), "flatchoices", ()))
    said = str(choices.get(value, NUMBERED.get(field, "{}").format(value)))
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"

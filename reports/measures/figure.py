"""What every measure answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .window import Window


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over one window, as known on one day.

    `numerator` and `denominator` are ids of what is counted (vacancies for M0, people for M2 and M3); `exclusions` says
    what was left out and why. `rows` are the counted things with what the tables group them by; `names` are the Charter's trusts on that day.
    """

    key: str
    title: str
    version: str
    window: Window
    as_at: date
    numerator: frozenset[int]
    denominator: frozenset[int]
    exclusions: Mapping[str, frozenset[int]]
    rows: tuple[Any, ...]
    names: Mapping[int, str] = field(default_factory=dict)

"""Dated, signed values. Each room declares its keys in `<room>/policies.py` as `KEYS`; this module finds and reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings

from audit.clock import today
from nhsuk.words import long_day
from organisations.models import Policy


class NoPolicy(LookupError):
    """No value is in force; the sentence says for what and on which day."""


@dataclass(frozen=True, slots=True)
class Initial:
    """A value that the reference data brings: from a day, with its source, and whether that source was verified."""

    starts: date
    value: Any
    source: str
    verified: bool
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A dated value that a room reads. `type` is int, Decimal, str, bool or dict; `unit` is shown beside the value.

    A dict is signed part by part: `parts` names each, `part_choices` what it may be (else a whole number). `scopes` names
    the values that stand beside one another, by scope. `page` is the address of the page that signs it, where that is
    more than a form. `percent` is a Decimal from 0 to 1, which people read and type as a percentage.
    """

    name: str
    label: str
    type: type
    unit: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    check: Callable[[Any], object] | None = None  # raises ValueError with a sentence
    initial: tuple[Initial, ...] = ()
    percent: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    part_choices: tuple[tuple[str, str], ...] = ()
    scopes: Mapping[str, str] = field(default_factory=dict)
    page: str = ""

    @staticmethod
    def in_words(choice: str) -> str:
        """One of `choices` as people read it: north_west_london is North West London."""
        return choice.replace("_", " ").title()


@dataclass(frozen=True, slots=True)
class InForce:
    """A value with the row that it came from, so that a page can show source and signature."""

    value: Any
    policy: Policy


@cache
def keys() -> dict[str, Key]:
    """Every key that a room declares, by name."""
    found: dict[str, Key] = {}
    for room in reversed(settings.ROOMS):
        if room != "organisations" and find_spec(f"{room}.policies"):
            found |= {key.name: key for key in import_module(f"{room}.policies").KEYS}
    return found


def to_stored(key: Key, value: Any) -> Any:
    """`value` as JSON keeps it: a Decimal as text."""
    if not isinstance(value, key.type) or (key.type is int and isinstance(value, bool)):
        raise ValueError(f"{key.label} is {key.type.__name__}, not {type(value).__name__}.")
    if key.choices and value not in key.choices:
        raise ValueError(f"{key.label} is one of {', '.join(key.choices)}.")
    if key.percent and isinstance(value, Decimal) and not 0 <= value <= 1:
        raise ValueError(f"{key.label} is between 0% and 100%.")
    if key.check:
        key.check(value)
    return str(value) if isinstance(value, Decimal) else value


def from_stored(key: Key, value: Any) -> Any:
    return Decimal(value) if key.type is Decimal else value


def in_force(name: str, *, on: date | None = None, scope: str = "") -> InForce:
    """The value of `name` on a day (today unless said): the latest one that had begun. NoPolicy if there is none."""
    day = on or today()
    policy = Policy.objects.filter(key=name, scope=scope, starts__lte=day).order_by("-starts", "-pk").first()
    if policy is None:
        raise NoPolicy(f"No value of {keys()[name].label.lower()} is in force on {long_day(day)}.")
    return InForce(from_stored(keys()[name], policy.value), policy)


def value_of(name: str, *, on: date | None = None, scope: str = "") -> Any:
    """The bare value of `in_force`."""
    return in_force(name, on=on, scope=scope).value


def load_initial(declared: Iterable[Key] | None = None) -> int:
    """Write the initial values that are not there yet; the number written."""
    held = set(Policy.objects.values_list("key", "scope", "starts"))
    rows = [
        Policy(
            key=key.name,
            scope=first.scope,
            value=to_stored(key, first.value),
            starts=first.starts,
            source=first.source,
            verified=first.verified,
        )
        for key in (keys().values() if declared is None else declared)
        for first in key.initial
        if (key.name, first.scope, first.starts) not in held
    ]
    Policy.objects.bulk_create(rows)
    return len(rows)

"""The permission table: who gets what from every address. A room lists its rows in `tests/permissions/<room>.py` as `ROWS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tests.world import PERSONAS, World

EVERYBODY = frozenset(PERSONAS) - {"ended"}
TRUST_A = frozenset({"recruiter", "colleague"})
ANY_TRUST = TRUST_A | {"other_recruiter", "lapsed"}
PEOPLE = frozenset({"academy", "provider"})


@dataclass(frozen=True)
class Row:
    """One address: `path(world)` is requested as each persona; those `allowed` get `status`, others `others`.

    `statuses` overrides single personas. An ended membership is sent to "no organisation", nobody signed in to sign-in,
    unless `ended` and `anonymous` say otherwise (the API answers 401, a public page 200). `queries` names the address
    when one URL name has several rows.
    """

    name: str
    path: Callable[[World], str]
    allowed: frozenset[str] | set[str]
    status: int = 200
    others: int = 404
    statuses: Mapping[str, int] = field(default_factory=dict)
    ended: int = 302
    anonymous: int = 302
    method: str = "get"
    data: Callable[[World], dict[str, Any]] = lambda world: {}
    headers: Mapping[str, str] = field(default_factory=dict)

    def expected(self, persona: str) -> int:
        if persona in self.statuses:
            return self.statuses[persona]
        if persona == "ended":
            return self.ended
        if persona == "anonymous":
            return self.anonymous
        return self.status if persona in self.allowed else self.others


def public(name: str, path: Callable[[World], str]) -> Row:
    """A page that anybody may read."""
    return Row(name, path, EVERYBODY, ended=200, anonymous=200)


def api(name: str, path: Callable[[World], str], allowed: frozenset[str] | set[str], **more: Any) -> Row:
    """An address of the API: 401 without a key or session, and without a membership in force."""
    return Row(name, path, allowed, ended=more.pop("ended", 401), anonymous=401, **more)


def all_rows() -> list[Row]:
    """The whole table, room by room."""
    return [row for room in iter_modules(__path__) for row in import_module(f"{__name__}.{room.name}").ROWS]

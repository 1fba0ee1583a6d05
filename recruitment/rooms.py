"""The explicit list of rooms that Today and search ask: each room's `todo` and `search`, lowest room last."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from audit.acting import Acting
from audit.tasks import Hit, Task

ASKED = ("reports", "matching", "levy", "pipeline", "vacancies", "programmes", "jobs", "organisations")

Todo = Callable[[Acting], list[Task]]
Search = Callable[[Acting, str], list[Hit]]


def _found(module: str, name: str) -> list[Callable]:
    return [
        getattr(import_module(f"{room}.{module}"), name) for room in ASKED if find_spec(f"{room}.{module}") is not None
    ]


TODO: list[Todo] = _found("todo", "todo")
SEARCH: list[Search] = _found("search", "search")

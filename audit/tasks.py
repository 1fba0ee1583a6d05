"""What a room says to Today and to search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SOON = timedelta(days=7)  # what Today calls due soon


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: `text` begins with a verb, `due` is its last day; `waiting` means it waits for someone else.

    `number` says how many things stand in this one line.
    """

    text: str
    url: str
    due: date | None = None
    detail: str = ""
    waiting: bool = False
    room: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a search found."""

    title: str
    detail: str
    url: str
    kind: str

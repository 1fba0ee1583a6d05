"""Today's list: what every room asks of one reader, in the order of urgency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from audit.acting import Acting
from audit.tasks import SOON, Task
from recruitment.rooms import TODO


@dataclass(frozen=True, slots=True)
class Row:
    """One task with the words at its right-hand end."""

    task: Task
    when: str
    tag: str


class Rows(list[Row]):
    """The lines of one list of the page."""

    @property
    def number(self) -> int:
        """How many things they tell of: one line may stand for many."""
        return sum(row.task.number for row in self)


@dataclass(slots=True)
class Today:
    """The lists of the page, by urgency."""

    overdue: Rows = field(default_factory=Rows)
    soon: Rows = field(default_factory=Rows)
    undated: Rows = field(default_factory=Rows)
    later: Rows = field(default_factory=Rows)
    waiting: Rows = field(default_factory=Rows)

    def is_empty(self) -> bool:
        return not (self.overdue or self.soon or self.undated or self.later or self.waiting)


def gather(acting: Acting) -> list[Task]:
    """Every room's tasks for this reader."""
    return [task for todo in TODO for task in todo(acting)]


def sort_out(tasks: Iterable[Task], *, on: date) -> Today:
    """Tasks by urgency on a day: deadline first, then words."""
    lists = Today()
    for task in sorted(tasks, key=lambda task: (task.due or date.max, task.text)):
        _list_for(task, lists, on).append(Row(task, _when(task, on), _late(task, on)))
    return lists


def _list_for(task: Task, lists: Today, on: date) -> Rows:
    if task.waiting:
        return lists.waiting
    if task.due is None:
        return lists.undated
    if task.due < on:
        return lists.overdue
    return lists.soon if task.due <= on + SOON else lists.later


def _when(task: Task, on: date) -> str:
    if task.due is None or (task.due < on and not task.waiting):
        return ""
    days = (task.due - on).days
    if days == 0:
        return "Today"
    if days == 1:
        return "Tomorrow"
    return f"By {task.due.day} {task.due:%B}"


def _late(task: Task, on: date) -> str:
    if task.due is None or task.due >= on:
        return ""
    days = (on - task.due).days
    return f"{days} day late" if days == 1 else f"{days} days late"

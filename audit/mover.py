"""State moves by one function over one table. The table says from where, to where, and the check; effects are plain lines
in the verb that calls it, so that a reader sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction

from audit.acting import Acting
from audit.events import record


class Refused(Exception):
    """A verb was refused; the message is a sentence for the person who tried."""


def allow(*, by: Acting, row: Any) -> None:
    """The check of a step that anybody who reaches the verb may take."""


@dataclass(frozen=True, slots=True)
class Step:
    """One verb: from any of `sources` to `target`; `needs` completes "This needs ..."; `check` raises Refused."""

    sources: tuple[str, ...]
    target: str
    needs: str
    check: Callable[..., None] = allow
    label: str = ""


Table = Mapping[str, Step]


def move(
    row: Any,
    verb: str,
    *,
    table: Table,
    by: Acting,
    day: date | None = None,
    reason: str = "",
    threads: Iterable[models.Model] = (),
    said: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Any:
    """Move `row` by `verb`, set its `facts` (field values), write the event with `said` (non-personal) and return the row.

    The row is read again under its lock, so that two people cannot take one step twice. Raises Refused with a sentence.
    """
    step = table[verb]
    with transaction.atomic():
        row = type(row).unscoped.select_for_update(of=("self",)).get(pk=row.pk)
        check_move(row, verb, table=table, by=by)
        was, row.state = row.state, step.target
        for name, value in facts.items():
            setattr(row, name, value)
        row.full_clean(exclude=_relations_kept(row, facts), validate_unique=False, validate_constraints=False)
        row.save(moved=True)
        record(
            by=by,
            verb=verb,
            on=row,
            threads=threads,
            day=day,
            was=was,
            now_state=row.state,
            reason=reason,
            **(said or {}),
        )
    return row


def _relations_kept(row: Any, facts: Mapping[str, Any]) -> set[str]:
    """The relations that a move leaves as they are: each would be looked up once more, and the database holds them anyway."""
    return {
        field.name
        for field in row._meta.concrete_fields
        if field.is_relation and not facts.keys() & {field.name, field.attname}
    }


def in_words(row: Any) -> str:
    """A row's state as what a sentence says of it: "is submitted", "meets the criteria".

    A model whose labels are not all of a kind names in `PREDICATES` the states whose label is a whole predicate.
    """
    label = row.get_state_display().lower()
    return label if row.state in getattr(row, "PREDICATES", ()) else f"is {label}"


def check_move(row: Any, verb: str, *, table: Table, by: Acting) -> None:
    """Raise Refused unless `by` may take `verb` from the row's present state."""
    step = table[verb]
    if row.state not in step.sources:
        raise Refused(f"{row.reference} {in_words(row)}; this needs {step.needs}.")
    step.check(by=by, row=row)


def can_move(row: Any, verb: str, *, table: Table, by: Acting) -> bool:
    """Whether the page shows the button: the same question that the service asks."""
    try:
        check_move(row, verb, table=table, by=by)
    except Refused:
        return False
    return True


def possible(row: Any, *, table: Table, by: Acting) -> list[str]:
    """The verbs that `by` may take now, in the table's order."""
    return [verb for verb in table if can_move(row, verb, table=table, by=by)]

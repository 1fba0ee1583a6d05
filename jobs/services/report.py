"""What a running job says: how far it is, and what became of each row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from audit.events import kind_of
from jobs.models import Job, Outcome, RowResult

SENTENCE_CHARACTERS = 1000


class Cancelled(Exception):
    """Somebody asked for the work to stop."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `done` of `total` (0: not known yet), and a sentence."""

    done: int = 0
    total: int = 0
    message: str = ""


# The progress of jobs that run in this very process, by primary key: seen even while their transaction holds
# SQLite's one write lock.
LIVE: dict[int, Progress] = {}


@dataclass
class Report:
    """`report(done, total, "Reading rows")` says how far; `report.row(...)` and `report.count(...)` say what came out."""

    job_id: int
    progress: Progress = field(default_factory=Progress)
    cancelled: bool = False
    rows: dict[tuple[int, str], RowResult] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)

    def __call__(self, done: int, total: int, sentence: str = "") -> None:
        """Say that `done` of `total` is done. Raises Cancelled if somebody asked to stop: let it pass."""
        self.progress = Progress(min(done, total) if total else done, total, sentence or self.progress.message)
        LIVE[self.job_id] = self.progress
        if self.cancelled:
            raise Cancelled

    def row(
        self,
        number: int,
        outcome: Outcome,
        sentence: str = "",
        *,
        column: str = "",
        on: models.Model | None = None,
    ) -> None:
        """Say what became of row `number`, in `sentence` if it needs one, and which record `on` holds it now.

        Said again for the same row and column, the sentences are joined. A row counts once, under its last outcome.
        """
        self.outcomes[number] = outcome
        key = (number, column[:200])
        if (before := self.rows.get(key)) is not None:
            sentence = f"{before.sentence} {sentence}".strip()
        self.rows[key] = RowResult(
            job_id=self.job_id,
            row=number,
            outcome=outcome,
            column=key[1],
            sentence=sentence[:SENTENCE_CHARACTERS],
            ref=f"{kind_of(on)}:{on.pk}" if on is not None else "",
        )

    def problem(self, number: int, sentence: str, *, column: str = "") -> None:
        """Say that row `number` was not accepted, and why."""
        self.row(number, Outcome.REFUSED, sentence, column=column)

    def count(self, outcome: Outcome, rows: int = 1) -> None:
        """Count rows that need no line of their own, as in a file of hundreds of thousands."""
        self.counted[outcome.value] += rows

    def counts(self) -> dict[str, int]:
        """Rows by outcome, every outcome named."""
        told = Counter(outcome.value for outcome in self.outcomes.values()) + self.counted
        return {outcome.value: told[outcome.value] for outcome in Outcome}

    def keep_rows(self, *, only_refused: bool = False) -> None:
        """Write what was said about rows."""
        rows = [row for row in self.rows.values() if row.outcome == Outcome.REFUSED or not only_refused]
        RowResult.unscoped.bulk_create(rows, batch_size=1000)

    def only_refused(self) -> dict[str, int]:
        """The counts of work that was rolled back: nothing made, the problems stay."""
        refused = sum(outcome == Outcome.REFUSED for outcome in self.outcomes.values())
        return {outcome.value: refused if outcome == Outcome.REFUSED else 0 for outcome in Outcome}


def progress_of(job: Job) -> Progress:
    """How far a job is, as this process knows best."""
    return LIVE.get(job.pk) or Progress(job.done, job.total, job.message)


Result = dict[str, Any]

"""The list of apprentices: each row updates its apprenticeship unless a newer list has been read already."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from audit.acting import Acting, Role
from jobs.kinds import job_kind
from jobs.models import Job, Outcome
from jobs.services import Report
from levy.imports.reading import (
    answer,
    learner_key,
    let_go,
    made_on,
    note,
    read_small,
    tell,
    to_mend,
    uln_hash,
)
from levy.models import Account, Apprenticeship, Source, Transaction
from levy.money import pounds
from levy.services.accounts import account_for
from levy.sources.apprenticeships import Apprenticeship as Line
from levy.sources.apprenticeships import read_apprenticeships
from levy.ulns import keyed
from nhsuk.words import long_day

FACTS = ("uln_hash", "own_reference", "cohort", "course", "provider", "start", "end", "paused", "price", "status")


@job_kind(label="List of apprentices", roles=[Role.TRUST_HR])
def take_apprentices(job: Job, *, by: Acting, report: Report) -> dict[str, Any]:
    """Add and update apprenticeships; a list older than what is known of a learner changes nothing of that learner."""
    account = account_for(by=by)
    table, lines = read_small(job.upload, read_apprenticeships)
    day = made_on(job.upload)
    held = {row.key: row for row in Apprenticeship.unscoped.filter(account=account)}
    levels = levels_of_courses(account)
    added: list[Apprenticeship] = []
    changed: list[Apprenticeship] = []
    older = 0
    for key, line in keyed_lines(lines):
        facts = _facts(line)
        row = held.get(key)
        if row is None:
            row = Apprenticeship(account=account, key=key, seen_on=day, level=levels.get(line.course), **facts)
            held[key] = row
            added.append(row)
            report.count(Outcome.MADE)
        elif day < row.seen_on:
            report.count(Outcome.SAME)
            older += not _says(row, facts)
        else:
            report.count(_bring_up_to(row, facts, day))
            changed.append(row)
    Apprenticeship.unscoped.bulk_create(added, batch_size=500)
    Apprenticeship.unscoped.bulk_update(
        [row for row in changed if row.pk is not None], [*FACTS, "seen_on"], batch_size=200
    )
    remarks = [*_passed_over(older, day), *tell(report, table.problems)]
    intake = note(
        account=account, source=Source.APPRENTICES, job=job, report=report, by=by, remarks=remarks, last=day,
        to_mend=to_mend(table),
    )  # fmt: skip
    let_go(job, by=by)
    return answer(intake)


def keyed_lines(lines: list[Line]) -> list[tuple[str, Line]]:
    """Each line with what tells its apprenticeship from every other: learner, course and start; and how often before."""
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        who = line.uln or line.own_reference or line.cohort
        content = keyed("\x1f".join((who, line.course, f"{line.start}")), key=learner_key())[:40]
        seen[content] += 1
        found.append((f"{content}-{seen[content]}", line))
    return found


def levels_of_courses(account: Account) -> dict[str, int]:
    """The level of each course, as the transactions state it: the list of apprentices does not."""
    rows = Transaction.unscoped.filter(account=account, level__isnull=False).order_by("course")
    return {course: level for course, level in rows.values_list("course", "level").distinct() if level is not None}


def _facts(line: Line) -> dict[str, Any]:
    return {
        "uln_hash": uln_hash(line.uln),
        "own_reference": line.own_reference[:60],
        "cohort": line.cohort[:40],
        "course": line.course[:160],
        "provider": line.provider[:160],
        "start": line.start,
        "end": line.end,
        "paused": line.paused,
        "price": pounds(line.price),
        "status": line.status.value,
    }


def _passed_over(older: int, day: date) -> list[str]:
    """What there is to say of rows that a newer list has overtaken."""
    if not older:
        return []
    rows = "1 row differs" if older == 1 else f"{older} rows differ"
    return [f"{rows} from a newer list that is here: this one is of {long_day(day)}, so nothing was changed by them."]


def _says(row: Apprenticeship, facts: dict[str, Any]) -> bool:
    """Whether an apprenticeship stands as a line has it."""
    return all(getattr(row, name) == value for name, value in facts.items())


def _bring_up_to(row: Apprenticeship, facts: dict[str, Any], day: date) -> Outcome:
    """Set what the list of `day` says; what is confirmed counts as seen on that day."""
    row.seen_on = day
    if _says(row, facts):
        return Outcome.SAME
    for name, value in facts.items():
        setattr(row, name, value)
    return Outcome.CHANGED

"""The transactions download into the account: parsed outside the database's transaction, written in bulk inside it.

Which rows are new is told by their keys, so the same file, an overlapping one or the other version changes nothing.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from audit.acting import Acting, Role
from audit.clock import today
from audit.mover import Refused
from jobs.hostile import Refusal
from jobs.kinds import job_kind
from jobs.models import Job, Outcome
from jobs.services import Report, bytes_of
from levy.imports.preview import preview
from levy.imports.reading import (
    LARGE,
    answer,
    is_workbook,
    learner_key,
    let_go,
    note,
    refusing,
    sheet_rows,
    tell,
    to_mend,
    uln_hash,
)
from levy.models import Account, Apprenticeship, PayeScheme, Source, Transaction
from levy.services.accounts import account_for, add_up
from levy.services.payments import join_doubles, link_transfers
from levy.sources.rows import Row
from levy.sources.table import Problem
from levy.sources.transactions import Transactions, row_keys
from places.bulk import insert

EVERY = 20_000
SAMPLED = 500
FIELDS = (
    "account", "intake", "line", "day", "month", "kind", "amount", "total", "paye", "payroll_month", "declared",
    "english", "top_up", "cohort", "provider", "uln_hash", "course", "level", "course_type", "own", "government",
    "counterparty", "row_key",
)  # fmt: skip
ULN_PLACE = FIELDS.index("uln_hash") - 2
TRUST_ONLY = "This file is of another trust's account: {why}. Check that you chose the right file."
BARE_EXPIRY = (
    "“Expired Levy” does not say how long the money had lived: it is taken as 24-month money. "
    "Before August 2027 no other can have expired."
)
NO_LEVY = (
    "This is the transactions download of an employer that pays no levy: it has no columns for PAYE scheme and levy "
    "declared. Choose your trust's own account in “Manage apprenticeships”, download it there and upload it as it is."
)
UNVOUCHED = (
    "No PAYE scheme stands in this file and none of its learners is known for your account, so nothing shows that it is "
    "yours. Check that it was downloaded from your trust's own account."
)


@dataclass
class Parsed:
    """A file read and checked: values ready for the database by row key, without account and intake."""

    values: dict[str, tuple[Any, ...]]
    problems: list[Problem]
    layout: str
    payes: set[str]
    first: date | None
    last: date | None
    to_mend: dict[str, Any]
    assumptions: list[str]


def parse(job: Job, *, by: Acting, report: Report) -> Parsed:
    """Read and check the whole file. Refusal with a sentence where it cannot be taken at all."""
    if job.upload is None:
        raise Refusal("There is no file. Upload it again.")
    data = bytes_of(job.upload)
    if is_workbook(job.upload, data):
        source = Transactions(sheet_rows(job.upload), latest=today())
    else:
        source = Transactions.from_csv(io.BytesIO(data), latest=today())
    hashes: dict[str | None, str] = {None: ""}
    values: dict[str, tuple[Any, ...]] = {}
    payes: set[str] = set()
    days: set[date] = set()
    for row, key in row_keys(_watched(refusing(source), report), key=learner_key()):
        if row.uln not in hashes:
            hashes[row.uln] = uln_hash(row.uln)
        values[key] = _values(row, hashes[row.uln], key)
        days.add(row.day)
        if row.paye:
            payes.add(row.paye)
    if source.layout is not None and not source.layout.levy:
        raise Refusal(NO_LEVY)
    return Parsed(
        values,
        source.problems,
        f"version {source.layout.version}" if source.layout else "",
        payes,
        min(days, default=None),
        max(days, default=None),
        to_mend(source),
        [BARE_EXPIRY] if source.assumes_a_life else [],
    )


def _watched(rows: Iterator[Row], report: Report) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        if number % EVERY == 0:
            report(0, 0, f"{number:,} rows read")
        yield row


def _values(row: Row, uln: str, key: str) -> tuple[Any, ...]:
    (line, day, month, kind, amount, total, paye, payroll_month, declared, english, top_up, cohort, provider, _uln,
     course, level, course_type, _levy, _transfer, own, government, counterparty, _about) = row  # fmt: skip
    return (
        line, day, month, kind.value, amount, total, paye, payroll_month, declared, english, top_up, cohort[:40],
        provider[:160], uln, course[:160], level, course_type[:40], own, government, counterparty[:160], key,
    )  # fmt: skip


@job_kind(label="Levy transactions", roles=[Role.TRUST_HR], limits=LARGE, prepare=parse)
def take_transactions(job: Job, *, by: Acting, report: Report, prepared: Parsed) -> dict[str, Any]:
    """Write the rows that are not here yet, add up the months, link transfers to gifts; with `look` only say what would be."""
    account = account_for(by=by)
    check_file_is_ours(account, prepared)
    if job.input.get("look"):
        return preview(
            job,
            prepared.values,
            keys_known(account, prepared),
            problems=[str(problem) for problem in prepared.problems if problem.rejected],
            remarks=[
                *doubts(account, prepared),
                *prepared.assumptions,
                *(str(problem) for problem in prepared.problems if not problem.rejected),
            ],
        )
    for reference in sorted(prepared.payes):
        PayeScheme.unscoped.get_or_create(reference=reference, defaults={"account": account})
    known = keys_known(account, prepared)
    fresh = {key: values for key, values in prepared.values.items() if key not in known}
    report.count(Outcome.MADE, len(fresh))
    report.count(Outcome.SAME, len(prepared.values) - len(fresh))
    intake = note(
        account=account,
        source=Source.TRANSACTIONS,
        job=job,
        report=report,
        by=by,
        remarks=[*doubts(account, prepared), *prepared.assumptions, *tell(report, prepared.problems)],
        layout=prepared.layout,
        first=prepared.first,
        last=prepared.last,
        to_mend=prepared.to_mend,
    )
    insert(Transaction, FIELDS, ((account.pk, intake.pk, *values) for values in fresh.values()))
    if fresh:
        add_up(account)
        link_transfers(account=account, by=by)
    join_doubles(account=account, by=by)
    let_go(job, by=by)
    return answer(intake)


def keys_known(account: Account, parsed: Parsed) -> set[str]:
    """The row keys that the account holds already within the days of the file."""
    if parsed.first is None:
        return set()
    held = Transaction.unscoped.filter(account=account, day__range=(parsed.first, parsed.last))
    return set(held.order_by().values_list("row_key", flat=True).iterator(chunk_size=EVERY))


def check_file_is_ours(account: Account, parsed: Parsed) -> None:
    """Refused if the file's PAYE schemes, or without any its learners' payments, are another account's."""
    owners = dict(PayeScheme.unscoped.filter(reference__in=parsed.payes).values_list("reference", "account_id"))
    foreign = sorted(reference for reference, owner in owners.items() if owner != account.pk)
    if foreign:
        raise Refused(TRUST_ONLY.format(why=f"PAYE scheme {foreign[0]} belongs to that one"))
    if parsed.payes:
        mine = PayeScheme.unscoped.filter(account=account)
        if not set(owners) and mine.exists():
            raise Refused(
                f"None of the PAYE schemes in this file ({', '.join(sorted(parsed.payes))}) is known for your account. "
                "If they are yours, add them on the imports page and upload the file again."
            )
        return
    sample = [key for key, values in parsed.values.items() if values[ULN_PLACE]][:SAMPLED]
    if Transaction.unscoped.exclude(account=account).filter(row_key__in=sample).exists():
        raise Refused(TRUST_ONLY.format(why="it holds payments for learners that stand in that one"))


def doubts(account: Account, parsed: Parsed) -> list[str]:
    """What stays doubtful of a file without PAYE schemes: payments alone do not say whose they are."""
    if parsed.payes or not parsed.values:
        return []
    learners = sorted({values[ULN_PLACE] for values in parsed.values.values()} - {""})[:SAMPLED]
    known = (
        each.unscoped.filter(account=account, uln_hash__in=learners).exists() for each in (Transaction, Apprenticeship)
    )
    return [] if any(known) else [UNVOUCHED]

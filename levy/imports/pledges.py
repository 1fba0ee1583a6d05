"""Applications to the trust's pledge in the government's service. The contact person's name and e-mail are not kept."""

from __future__ import annotations

from typing import Any

from audit.acting import Acting, Role
from jobs.kinds import job_kind
from jobs.models import Job, Outcome
from jobs.services import Report
from levy.imports.reading import answer, let_go, note, read_small, tell, to_mend
from levy.models import Application, Source
from levy.money import pounds
from levy.services.accounts import account_for
from levy.sources.pledges import Application as Line
from levy.sources.pledges import read_applications


@job_kind(label="Pledge applications", roles=[Role.TRUST_HR])
def take_pledges(job: Job, *, by: Acting, report: Report) -> dict[str, Any]:
    """Add and update applications by their id."""
    account = account_for(by=by)
    table, lines = read_small(job.upload, read_applications)
    held = {row.application: row for row in Application.unscoped.filter(account=account)}
    for line in lines:
        report.count(_take(held, line, account))
    intake = note(
        account=account, source=Source.PLEDGES, job=job, report=report, by=by, remarks=tell(report, table.problems),
        to_mend=to_mend(table),
    )  # fmt: skip
    let_go(job, by=by)
    return answer(intake)


def _take(held: dict[str, Application], line: Line, account: Any) -> Outcome:
    facts = _facts(line)
    row = held.get(line.application[:20])
    if row is None:
        made = Application.unscoped.create(account=account, application=line.application[:20], **facts)
        held[made.application] = made
        return Outcome.MADE
    if all(getattr(row, name) == value for name, value in facts.items()):
        return Outcome.SAME
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))
    return Outcome.CHANGED


def _facts(line: Line) -> dict[str, Any]:
    return {
        "pledge": line.pledge[:20],
        "applied": line.applied,
        "status": line.status[:60],
        "employer": line.employer[:160],
        "locations": [place[:60] for place in line.locations],
        "sectors": line.sectors[:200],
        "role": line.role[:160],
        "level": line.level,
        "apprentices": line.apprentices,
        "start_by": line.start_by,
        "has_provider": line.has_provider,
        "duration": line.duration,
        "cost": pounds(line.cost),
        "cost_this_year": pounds(line.cost_this_year),
    }

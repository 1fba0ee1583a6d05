"""The apprentice roster: a home postcode becomes small area, decile, local and CORE20 here, and is gone."""

from __future__ import annotations

from typing import Any

from audit.acting import Acting, Role
from jobs.kinds import job_kind
from jobs.models import Job, Outcome
from jobs.services import Report
from levy.imports.reading import answer, let_go, note, read_small, tell, to_mend, uln_hash
from levy.models import RosterEntry, Source
from levy.services.accounts import account_for
from levy.sources.roster import Entry, read_roster
from places.services import Location, locate_many

FACTS = (
    "uln_hash", "own_reference", "assignment", "start", "new_recruit", "lsoa", "decile", "local", "core20", "edition",
)  # fmt: skip


@job_kind(label="Apprentice roster", roles=[Role.TRUST_HR])
def take_roster(job: Job, *, by: Acting, report: Report) -> dict[str, Any]:
    """Add and correct entries, by learner number, else by own reference, else by assignment number."""
    account = account_for(by=by)
    table, lines = read_small(job.upload, read_roster)
    places = locate_many({line.postcode for line in lines})
    held = {row.key: row for row in RosterEntry.unscoped.filter(account=account)}
    added: list[RosterEntry] = []
    changed: dict[str, RosterEntry] = {}
    for line in lines:
        facts = _facts(line, places[line.postcode])
        row = held.get(key_of(line))
        if row is None:
            row = RosterEntry(account=account, key=key_of(line), **facts)
            held[row.key] = row
            added.append(row)
            report.count(Outcome.MADE)
        elif all(getattr(row, name) == value for name, value in facts.items()):
            report.count(Outcome.SAME)
        else:
            for name, value in facts.items():
                setattr(row, name, value)
            changed[row.key] = row
            report.count(Outcome.CHANGED)
    RosterEntry.unscoped.bulk_create(added, batch_size=500)
    RosterEntry.unscoped.bulk_update([row for row in changed.values() if row.pk], FACTS, batch_size=200)
    remarks = [*tell(report, table.problems), *_not_found(lines, places)]
    intake = note(
        account=account, source=Source.ROSTER, job=job, report=report, by=by, remarks=remarks, to_mend=to_mend(table)
    )
    let_go(job, by=by)
    return answer(intake)


def key_of(line: Entry) -> str:
    """What tells one apprentice from another in the roster."""
    if line.uln:
        return uln_hash(line.uln)
    return f"ref:{line.own_reference}"[:80] if line.own_reference else f"esr:{line.assignment}"[:80]


def _facts(line: Entry, place: Location) -> dict[str, Any]:
    return {
        "uln_hash": uln_hash(line.uln),
        "own_reference": line.own_reference[:60],
        "assignment": line.assignment[:60],
        "start": line.start,
        "new_recruit": line.new_recruit,
        "lsoa": place.lsoa,
        "decile": place.decile,
        "local": place.local.value,
        "core20": place.core20.value,
        "edition": int(place.edition),
    }


def _not_found(lines: list[Entry], places: dict[str | None, Location]) -> list[str]:
    missing = [line.line for line in lines if line.postcode and not places[line.postcode].found]
    if not missing:
        return []
    shown = ", ".join(map(str, missing[:20])) + (" and others" if len(missing) > 20 else "")
    return [f"The postcodes in lines {shown} are outside the files that this service holds: their place is unknown."]

"""M3: of the people whose participation ended in the window, who had a first day of paid work within 26 weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from candidates.choices import RightToWork
from pipeline.models import Employment, EmploymentContract, EmploymentState
from programmes.models import Enrolment, EnrolmentState

from .figure import Figure
from .trusts import Trusts, trusts_on
from .window import Window

VERSION = "M3, version 1"
TITLE = "Conversion into work"
SHORT, LONG = timedelta(weeks=26), timedelta(weeks=52)
PERMITTED = frozenset({RightToWork.ANY, RightToWork.RESTRICTED})

STILL, HOST, NWL, NHS, OUTSIDE, BANK, UNKNOWN = "still", "host", "nwl", "nhs", "outside", "bank", "unknown"
IN_WORK = (HOST, NWL, NHS, OUTSIDE)  # nearest to the host first: a person with several jobs counts under the first
STILL_IN_TIME = "still in time: the 26 weeks are not over"
COUNTED_UNDER_A_LATER_END = "an earlier end of somebody counted under a later one"


class Job(NamedTuple):
    """One job that began."""

    pk: int
    started_on: date
    employer_id: int | None
    nhs: bool
    bank: bool


class Ended(NamedTuple):
    """One person, by the latest end in the window, with what came of it within 26 weeks and within 52.

    An outcome is STILL while its weeks run, whatever is known already: else only the quick would be counted. BANK is
    bank work and nothing else; UNKNOWN is no job known.
    """

    person_id: int
    enrolment_id: int
    trust_id: int | None
    month: date
    outcome: str
    outcome_52: str
    seeking: bool
    permitted: bool
    job_id: int | None


class Participation(NamedTuple):
    """What is known of one person's latest participation before the jobs are looked at."""

    enrolment_id: int
    started_on: date
    ended_on: date
    trust_id: int | None
    seeking: bool
    permitted: bool


def m3(window: Window, *, as_at: date) -> Figure:
    """Numerator: in work, bank work alone left out; denominator: everybody whose 26 weeks are over. Five queries."""
    trusts = trusts_on(as_at)
    latest, earlier = _latest_ends(window, as_at, trusts)
    jobs = _jobs(latest, as_at, trusts)
    rows = tuple(_ended(person, part, jobs.get(person, ()), as_at, trusts) for person, part in latest.items())
    return Figure(
        key="m3",
        title=TITLE,
        version=VERSION,
        window=window,
        as_at=as_at,
        numerator=frozenset(row.person_id for row in rows if row.outcome in IN_WORK),
        denominator=frozenset(row.person_id for row in rows if row.outcome != STILL),
        exclusions={
            STILL_IN_TIME: frozenset(row.person_id for row in rows if row.outcome == STILL),
            COUNTED_UNDER_A_LATER_END: frozenset(earlier),
        },
        rows=rows,
        names=trusts.names,
    )


def _latest_ends(window: Window, as_at: date, trusts: Trusts) -> tuple[dict[int, Participation], set[int]]:
    rows = (
        Enrolment.unscoped.filter(
            ended_on__range=(window.starts, min(window.ends, as_at)),
            state__in=(EnrolmentState.COMPLETED, EnrolmentState.LEFT),
        )
        .order_by("ended_on", "pk")
        .values_list(
            "pk",
            "candidate_id",
            "candidate__merged_into_id",
            "started_on",
            "ended_on",
            "cohort__host_trust_id",
            "seeking_work",
            "candidate__right_to_work",
            "candidate__merged_into__right_to_work",
        )
    )
    latest: dict[int, Participation] = {}
    earlier = set()
    for pk, candidate_id, merged_into_id, started_on, ended_on, host, seeking, right, merged_right in rows:
        person = merged_into_id or candidate_id
        if started_on is None or ended_on is None:
            continue  # the database's own rules forbid it
        if person in latest:
            earlier.add(latest[person].enrolment_id)
        permitted = (merged_right or right) in PERMITTED
        latest[person] = Participation(pk, started_on, ended_on, trusts.now(host), bool(seeking), permitted)
    return latest, earlier


def _jobs(people: Mapping[int, Participation], as_at: date, trusts: Trusts) -> dict[int, list[Job]]:
    """By person: the jobs that began by a day and not before the first participation in question. One query."""
    found: dict[int, list[Job]] = defaultdict(list)
    if not people:
        return found
    rows = Employment.unscoped.filter(
        state__in=(EmploymentState.STARTED, EmploymentState.ENDED),
        started_on__range=(min(part.started_on for part in people.values()), as_at),
    ).order_by("started_on", "pk")
    for pk, candidate_id, merged_into_id, started_on, employer_id, nhs, contract in rows.values_list(
        "pk", "candidate_id", "candidate__merged_into_id", "started_on", "employer_id", "nhs", "contract"
    ):
        person = merged_into_id or candidate_id
        if person in people and started_on is not None:
            bank = contract == EmploymentContract.BANK
            found[person].append(Job(pk, started_on, trusts.now(employer_id), nhs, bank))
    return found


def _ended(person: int, part: Participation, jobs: Iterable[Job], as_at: date, trusts: Trusts) -> Ended:
    after = [job for job in jobs if job.started_on >= part.started_on]
    outcome, job = _outcome(part, after, SHORT, as_at, trusts)
    outcome_52, _later = _outcome(part, after, LONG, as_at, trusts)
    return Ended(
        person,
        part.enrolment_id,
        part.trust_id,
        part.ended_on.replace(day=1),
        outcome,
        outcome_52,
        part.seeking,
        part.permitted,
        job.pk if job else None,
    )


def _outcome(
    part: Participation, jobs: Iterable[Job], weeks: timedelta, as_at: date, trusts: Trusts
) -> tuple[str, Job | None]:
    last_day = part.ended_on + weeks
    if as_at <= last_day:
        return STILL, None
    within = [job for job in jobs if job.started_on <= last_day]
    paid = [job for job in within if not job.bank]
    if not paid:
        return (BANK, within[0]) if within else (UNKNOWN, None)
    nearest = min(paid, key=lambda job: IN_WORK.index(_where(job, part.trust_id, trusts)))
    return _where(nearest, part.trust_id, trusts), nearest


def _where(job: Job, host_id: int | None, trusts: Trusts) -> str:
    if job.employer_id is not None and job.employer_id == host_id:
        return HOST
    if trusts.is_local_trust(job.employer_id):
        return NWL
    return NHS if job.nhs else OUTSIDE

"""Running long work: taken by lease, done in one transaction, tried again after a failure, taken over after a crash.

A job's effects, its row results and its being done are committed together, and only while the worker still holds the
lease. So a worker that is killed leaves nothing, and one that was thought dead and wakes up commits nothing.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from audit.acting import Acting, Role
from audit.clock import now, today
from audit.events import record
from audit.mover import Refused
from jobs.hostile import Refusal
from jobs.kinds import UnknownKind, kind_named
from jobs.models import Job, JobState
from jobs.services.heartbeat import LEASE, Heartbeat
from jobs.services.report import LIVE, Cancelled, Progress, Report, Result
from organisations.services import NotInForce, acting_for_membership, system

logger = logging.getLogger("jobs")

MOST_ATTEMPTS = 3
WAITS = (timedelta(seconds=10), timedelta(minutes=1))

LEFT = "Stopped: the membership that asked for this is no longer in force. Nothing was changed."
CRASHED = "Stopped: it broke off {attempts} times without an answer. Nothing was changed. Tell support {reference}."
FAULT = "Stopped by a fault of the service. Nothing was changed. Try again, or tell support {reference}."
AGAIN = "A fault of the service stopped this. Nothing was changed; it will be tried again by itself."
STOPPED = "Cancelled while it ran. Nothing was changed."
UNKNOWN = "Stopped: this service does not do this kind of work any more. Nothing was changed."


class NothingDone(Exception):
    """Raised by a job that changes nothing after all ("all or nothing"): its problems are kept, the rest rolled back."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def check_all_or_nothing(job: Job, refused: int, *, done: str) -> None:
    """Raise NothingDone if rows were refused and whoever began the work chose all or nothing; `done` is "added", "imported"."""
    if refused and job.input.get("all_or_nothing"):
        rows_have = "1 row has" if refused == 1 else f"{refused} rows have"
        raise NothingDone(f"Nothing was {done}: {rows_have} a problem. Mend them and upload the file again.")


class LostLease(Exception):
    """Another worker took the job over while this one was thought dead."""


def claim() -> Job | None:
    """Take the next job that waits, or that a dead worker left; None if there is none. One worker gets it."""
    ready = Q(state=JobState.QUEUED) & (Q(not_before__isnull=True) | Q(not_before__lte=Now()))
    left = Q(state=JobState.RUNNING, leased_until__lt=Now())
    with transaction.atomic():
        job = Job.unscoped.select_for_update(of=("self",), skip_locked=True).filter(ready | left).order_by("pk").first()
        if job is None:
            return None
        if job.attempts >= MOST_ATTEMPTS:
            _finish(job, JobState.FAILED, CRASHED.format(attempts=job.attempts, reference=job.reference))
            return claim()
        Job.unscoped.filter(pk=job.pk).update(
            state=JobState.RUNNING,
            lease=secrets.token_hex(16),
            leased_until=Now() + LEASE,
            attempts=F("attempts") + 1,
            started_at=now(),
            not_before=None,
            message="",
        )
        job.refresh_from_db()
    return job


def work_one() -> bool:
    """Run the next job, if there is one; whether there was."""
    job = claim()
    if job is None:
        return False
    with Heartbeat(job) as heartbeat:
        run(job, heartbeat.report)
    return True


def run_inline(job: Job) -> None:
    """Run a job in this very request and transaction: tests only. A fault is raised after the job has noted it."""
    Job.unscoped.filter(pk=job.pk).update(
        state=JobState.RUNNING, lease="inline", leased_until=Now() + LEASE, attempts=MOST_ATTEMPTS, started_at=now()
    )
    job.refresh_from_db()
    fault = run(job, Report(job.pk))
    if fault is not None:
        raise fault


def run(job: Job, report: Report) -> Exception | None:
    """Do a leased job and settle how it ended; a fault that nobody foresaw is returned, after it was noted."""
    try:
        _do(job, acting_of_job(job), report)
    except LostLease:
        logger.warning("%s was taken over by another worker", job.reference)
    except NotInForce:
        _settle(job, JobState.FAILED, LEFT)
    except UnknownKind:
        _settle(job, JobState.FAILED, UNKNOWN)
    except Cancelled:
        _settle(job, JobState.CANCELLED, STOPPED)
    except (NothingDone, Refusal, Refused) as reason:
        _settle(job, JobState.FAILED, getattr(reason, "sentence", str(reason)), report)
    except Exception as fault:  # whatever it is, the person is told and the worker lives on
        _log(job, fault)
        _settle_fault(job)
        return fault
    finally:
        LIVE.pop(job.pk, None)
    return None


def acting_of_job(job: Job) -> Acting:
    """Who acts, made anew: NotInForce if the membership that asked has ended since."""
    if job.role == Role.SYSTEM:
        return system()
    if job.membership_id is None:
        raise NotInForce("Nobody's membership stands behind this.")
    return acting_for_membership(job.membership_id)


def _do(job: Job, by: Acting, report: Report) -> None:
    about = kind_named(job.kind)
    if job.cancel_asked:
        raise Cancelled
    more = {}
    if about.prepare is not None:
        more["prepared"] = about.prepare(job, by=by, report=report)
    with transaction.atomic():
        result: Result = about.run(job, by=by, report=report, **more) or {}
        report.keep_rows()
        _finish(job, JobState.DONE, result.pop("sentence", ""), report, counts=report.counts(), **_safe(result))


def _safe(result: Result) -> Result:
    """The result with its link only if that stays on this site."""
    url = str(result.get("url", ""))
    if url and (not url.startswith("/") or url.startswith(("//", "/\\"))):
        raise ValueError("The url of a result is a path of this site.")
    return result


def _settle(job: Job, state: JobState, sentence: str, report: Report | None = None) -> None:
    """Note how a job ended that changed nothing; what it said about refused rows stays."""
    try:
        with transaction.atomic():
            if report is not None:
                report.keep_rows(only_refused=True)
            result = {"counts": report.only_refused()} if report is not None and report.rows else {}
            _finish(job, state, sentence, report, **result)
    except LostLease:
        logger.warning("%s was taken over by another worker", job.reference)


def _settle_fault(job: Job) -> None:
    """Queue the job again after a while, or stop when it has been tried often enough."""
    if job.attempts >= MOST_ATTEMPTS:
        return _settle(job, JobState.FAILED, FAULT.format(reference=job.reference))
    _leased(job).update(
        state=JobState.QUEUED,
        lease="",
        leased_until=None,
        not_before=Now() + WAITS[job.attempts - 1],
        message=AGAIN,
    )
    return None


def _leased(job: Job) -> Any:
    """The job's row, if this worker still holds it."""
    return Job.unscoped.filter(pk=job.pk, state=job.state, lease=job.lease)


def _finish(job: Job, state: JobState, sentence: str, report: Report | None = None, **result: Any) -> None:
    """Write the end of a job; LostLease, which rolls everything back, if it is not ours any more."""
    progress = report.progress if report is not None else Progress(job.done, job.total)
    held = _leased(job).update(
        state=state,
        message=sentence,
        result=result,
        lease="",
        leased_until=None,
        finished_at=now(),
        done=progress.total if state == JobState.DONE and progress.total else progress.done,
        total=progress.total,
    )
    if not held:
        raise LostLease
    record(by=_who(job), verb=state.value, on=job, **result.get("counts", {}))


def _who(job: Job) -> Acting:
    """For the record: the membership that asked, also when it has ended since."""
    return Acting(
        role=Role(job.role),
        organisation_id=job.organisation_id,
        membership_id=job.membership_id,
        user_id=None,
        on=today(),
    )


def _log(job: Job, fault: Exception) -> None:
    """Where it broke, without the fault's own words: they can quote what was in a cell."""
    frames = traceback.extract_tb(fault.__traceback__)[-4:]
    places = " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    )
    logger.error("%s (%s) broke with %s at %s", job.reference, job.kind, type(fault).__name__, places)

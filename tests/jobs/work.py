"""Job functions for the tests: what a job may do, and every way in which it may go wrong."""

import os
import time
from pathlib import Path

from audit.acting import Role
from jobs.kinds import job_kind
from jobs.models import Outcome
from jobs.services import NothingDone, table_of, xml_of
from organisations.models import Department

KINDS = {
    f"tests.{name}": f"tests.jobs.work.{name}"
    for name in ("departments", "nothing", "fault", "slow", "feed", "prepared", "elsewhere", "waits", "plain")
}


@job_kind(label="Departments", roles={Role.RECRUITER, Role.TRUST_HR})
def departments(job, *, by, report):
    """Adds each row's department to the acting trust."""
    table = table_of(job.upload)
    for number, row in enumerate(table.rows, start=1):
        report(number, len(table.rows), "Adding departments")
        name = row.cells[0]
        if name is None or row.problem:
            report.problem(row.number, row.problem or "Name is empty. Type it.", column="" if row.problem else "Name")
            continue
        found, made = Department.objects.get_or_create(organisation_id=by.organisation_id, name=name)
        report.row(row.number, Outcome.MADE if made else Outcome.SAME, on=found)
    return {"url": "/jobs/", "label": "See the departments"}


@job_kind(label="All or nothing", reads="")
def nothing(job, *, by, report):
    Department.objects.create(organisation_id=by.organisation_id, name="Rolled back")
    report.row(2, Outcome.MADE)
    report.problem(3, "Postcode is empty. Type it.", column="Postcode")
    report.problem(3, "Name is empty. Type it.", column="Name")
    raise NothingDone("Nothing was added: 1 row has a problem.")


@job_kind(label="Fault", reads="")
def fault(job, *, by, report):
    Department.objects.create(organisation_id=by.organisation_id, name=f"Attempt {job.attempts}")
    if job.attempts < job.input.get("works_at", 99):
        raise KeyError("Ama Mensah, NW10 7NS")


@job_kind(label="Feed", reads="xml", roles={Role.RECRUITER})
def feed(job, *, by, report):
    report.count(Outcome.SAME, len(xml_of(job.upload)))


def read_first(job, *, by, report):
    report(1, 2, "Reading")
    return ["A", "B"]


@job_kind(label="Prepared", reads="", prepare=read_first)
def run_prepared(job, *, by, report, prepared):
    for name in prepared:
        Department.objects.create(organisation_id=by.organisation_id, name=name)
    report(2, 2, "Writing")
    return {"sentence": f"{len(prepared)} departments added."}


prepared = run_prepared


@job_kind(label="Elsewhere", reads="")
def elsewhere(job, *, by, report):
    Department.objects.create(organisation_id=by.organisation_id, name="Elsewhere")
    return {"url": job.input["url"]}


def plain(job, *, by, report):
    """A function that says nothing of itself."""


def slow(job, *, by, report):
    """Writes half, says so in a file, and waits there to be killed; a second attempt goes through."""
    mark = Path(job.input["mark"])
    for number in range(20):
        Department.objects.create(organisation_id=by.organisation_id, name=f"Department {number}")
        report.row(number + 2, Outcome.MADE)
        if number == 10 and job.attempts == 1:
            mark.write_text(str(os.getpid()))
            time.sleep(60)


def waits(job, *, by, report):
    """Reports until somebody cancels it."""
    for number in range(1000):
        time.sleep(0.01)
        report(number, 1000, "Going on")

"""Files that were read: what Imports shows in the demo. The files themselves have been deleted, as after 30 days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random

from django.conf import settings

from audit.clock import start_of
from jobs.models import Job, JobState, Outcome, RowResult, Upload
from recruitment.demo.cast import Cast

# Kind of work, who, name of the file, rows added, rows refused with a sentence.
READ: tuple[tuple[str, str, str, int, tuple[tuple[int, str, str], ...]], ...] = (
    (
        "programmes.cohort",
        "academy",
        "ready-for-the-ward.xlsx",
        14,
        ((9, "Postcode", "“HA1 3” is half a postcode. Give all of it, such as HA1 3UJ, or leave it empty."),),
    ),
    ("programmes.cohort", "academy", "summer-on-the-wards.csv", 11, ()),
    (
        "vacancies.feed",
        "recruiter",
        "nhs-jobs-saved-search.xml",
        6,
        ((4, "Employer", "This advert is another trust's. It was left out."),),
    ),
    ("vacancies.feed", "recruiter", "nhs-jobs-band-2.xml", 9, ()),
    (
        "vacancies.trac",
        "two",
        "trac-applicants.csv",
        8,
        ((3, "Application", "No referral has this application. Check the number."),),
    ),
)


def add_work_done(*, cast: Cast, random: Random, today: date) -> int:
    """Write the uploads of the last weeks with their jobs and rows, for the kinds of work that there are; the jobs."""
    number = 0
    for kind, who, name, added, refused in READ:
        if kind in settings.JOB_KINDS:
            number += 1
            moment = start_of(today - timedelta(days=4 * number)) + timedelta(hours=10, minutes=random.randint(0, 59))
            _file(cast, kind, who, name, added, refused, moment)
    return number


def _file(
    cast: Cast,
    kind: str,
    who: str,
    name: str,
    added: int,
    refused: tuple[tuple[int, str, str], ...],
    moment: datetime,
) -> None:
    by = cast.act(who)
    about = {
        "kind": kind,
        "organisation_id": by.organisation_id,
        "membership_id": by.membership_id,
        "role": by.role.value,
    }
    upload = Upload.unscoped.create(
        **about,
        name=name,
        sha256=sha256(name.encode()).hexdigest(),
        size=1200 * (added + 1),
        stored_as=f"demo-{kind}-{name}"[:64],
        at=moment,
        deleted_at=moment + timedelta(minutes=30),
    )
    rows = added + len(refused)
    job = Job.unscoped.create(
        **about,
        upload=upload,
        state=JobState.DONE,
        done=rows,
        total=rows,
        result={"counts": {"made": added, "refused": len(refused)} if refused else {"made": added}},
        attempts=1,
        created_at=moment,
        started_at=moment + timedelta(seconds=1),
        finished_at=moment + timedelta(seconds=3),
    )
    RowResult.unscoped.bulk_create(
        RowResult(job=job, row=row, outcome=Outcome.REFUSED, column=column, sentence=sentence)
        for row, column, sentence in refused
    )

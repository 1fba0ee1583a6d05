"""A worker is killed in the middle of a cohort file: nothing is left, and another worker does all of it, once."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.functions import Now

from audit.events import broken_chains
from candidates.models import Candidate
from jobs.models import Job, JobState
from jobs.services import receive, runner, start
from programmes.imports.columns import KIND
from programmes.models import Attendance, Enrolment
from tests.factories.programmes import CohortFactory, ProgrammeFactory, SessionFactory
from tests.jobs.test_runner import wait_for
from tests.programmes.killed import MARK
from tests.programmes.test_imports import csv_of, everything, row
from tests.world import build_world

PEOPLE = 12


def worker(folder):
    """`manage.py work --drain` as a process of its own."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.programmes.worker_settings",
        "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
        "TEST_UPLOAD_DIR": str(folder),
    }
    words = [sys.executable, str(Path(project.BASE_DIR) / "manage.py"), "work", "--drain"]
    return subprocess.Popen(words, env=environment, cwd=project.BASE_DIR, stdout=subprocess.DEVNULL)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_and_then_everything_is_there_once(settings, tmp_path):
    settings.JOBS_INLINE = settings.JOBS_EMBEDDED = False
    settings.UPLOAD_DIR = tmp_path
    world = build_world(rooms=())
    cohort = CohortFactory(
        name="Autumn 2026", programme=ProgrammeFactory(name="Care leavers into care", provider=world.provider)
    )
    SessionFactory(cohort=cohort)
    by = world.acting("academy")
    rows = [row(own_reference=f"R{n}", family_name=f"Family {n}", attended="20/11/2026") for n in range(PEOPLE)]
    upload = receive(SimpleUploadedFile("people.csv", csv_of(*rows)), kind=KIND, by=by)
    before = everything()
    job = start(KIND, by=by, upload=upload, all_or_nothing=True, leave_out_likely=False, folder=str(tmp_path))
    first = worker(tmp_path)
    try:
        wait_for((tmp_path / MARK).exists)
        os.kill(first.pid, signal.SIGKILL)
    finally:
        first.kill()
        first.wait()
    wait_for(lambda: everything() == before)
    Job.unscoped.filter(pk=job.pk).update(leased_until=Now() - timedelta(seconds=1))
    runner.work_one()
    done = Job.unscoped.get(pk=job.pk)
    assert (done.state, done.attempts, done.counts["made"]) == (JobState.DONE, 2, PEOPLE)
    counts = [model.unscoped.count() for model in (Candidate, Enrolment, Attendance)]
    assert counts == [PEOPLE] * 3
    assert list(broken_chains()) == []

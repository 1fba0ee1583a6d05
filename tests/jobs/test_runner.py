"""Workers: one takes a job, keeps its lease, tries again, and another takes over; killed, it leaves nothing."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from audit.models import Event
from jobs.kinds import Kind
from jobs.models import Job, JobState
from jobs.services import cancel, progress_of, runner, start, supervisor
from jobs.services.heartbeat import LEASE, Heartbeat
from jobs.services.report import LIVE, Progress
from organisations.models import Department
from organisations.services import end_membership, system
from tests.jobs import work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queued(settings):
    """Work waits for a worker, and no thread of this process takes it."""
    settings.JOBS_INLINE = False
    settings.JOBS_EMBEDDED = False


def names():
    return sorted(Department.objects.values_list("name", flat=True))


def the(job):
    return Job.unscoped.get(pk=job.pk)


def make_ready(job):
    """Let the wait before the next attempt be over."""
    Job.unscoped.filter(pk=job.pk).update(not_before=Now() - timedelta(seconds=1))


def let_lease_run_out(job):
    Job.unscoped.filter(pk=job.pk).update(leased_until=Now() - timedelta(seconds=1))


def test_a_job_waits_until_a_worker_takes_it(by):
    job = start("tests.prepared", by=by)
    assert (job.state, names()) == (JobState.QUEUED, [])
    assert runner.claim() == job
    taken = the(job)
    assert (taken.state, taken.attempts, len(taken.lease)) == (JobState.RUNNING, 1, 32)
    assert Job.unscoped.filter(
        pk=job.pk, leased_until__gt=Now() + LEASE - timedelta(seconds=30), leased_until__lte=Now() + LEASE
    ).exists()


def test_a_job_that_is_leased_is_not_taken_twice(by):
    start("tests.plain", by=by)
    assert runner.claim() is not None
    assert runner.claim() is None


def test_jobs_are_taken_in_the_order_in_which_they_came(by):
    jobs = [start("tests.plain", by=by) for _ in range(3)]
    assert [runner.claim() for _ in range(4)] == [*jobs, None]


def test_a_dead_workers_job_is_taken_over_and_the_dead_one_commits_nothing(by):
    job = start("tests.prepared", by=by)
    dead = runner.claim()
    let_lease_run_out(job)
    taker = runner.claim()
    assert (taker.pk, taker.attempts) == (job.pk, 2)
    assert runner.run(taker, runner.Report(job.pk)) is None
    assert (the(job).state, names()) == (JobState.DONE, ["A", "B"])
    Department.objects.all().delete()
    assert runner.run(dead, runner.Report(job.pk)) is None  # it was not dead after all
    assert names() == []
    assert list(Event.objects.filter(kind="jobs.Job", subject_id=job.pk).values_list("verb", flat=True)) == [
        *["start", "done"]
    ]


@pytest.mark.parametrize("kind", ["tests.nothing", "tests.fault"])
def test_a_worker_that_lost_its_lease_says_nothing_of_how_it_ended(by, kind):
    job = start(kind, by=by)
    dead = runner.claim()
    let_lease_run_out(job)
    runner.claim()
    runner.run(dead, runner.Report(job.pk))
    assert (the(job).state, the(job).rows.count(), the(job).message) == (JobState.RUNNING, 0, "")


def test_a_fault_is_tried_again_after_a_while(by):
    job = start("tests.fault", by=by, works_at=3)
    assert runner.work_one() is True
    waiting = the(job)
    assert (waiting.state, waiting.attempts, waiting.lease) == (JobState.QUEUED, 1, "")
    assert (
        waiting.message == "A fault of the service stopped this. Nothing was changed; it will be tried again by itself."
    )
    assert Job.unscoped.filter(pk=job.pk, not_before__gt=Now(), not_before__lte=Now() + timedelta(seconds=10)).exists()
    assert runner.work_one() is False  # its time has not come
    make_ready(job)
    assert runner.work_one() is True
    assert Job.unscoped.filter(pk=job.pk, not_before__gt=Now() + timedelta(seconds=50)).exists()
    make_ready(job)
    assert runner.work_one() is True
    assert (the(job).state, the(job).message, names()) == (JobState.DONE, "", ["Attempt 3"])


def test_a_fault_that_stays_stops_the_job_after_three_attempts(by):
    job = start("tests.fault", by=by)
    for _ in range(3):
        assert runner.work_one() is True
        make_ready(job)
    assert runner.work_one() is False
    assert (the(job).state, the(job).attempts) == (JobState.FAILED, 3)
    assert the(job).message.startswith("Stopped by a fault of the service. Nothing was changed.")
    assert names() == []


def test_a_job_that_kills_its_workers_is_stopped_and_the_next_is_taken(by):
    deadly, other = start("tests.plain", by=by), start("tests.plain", by=by)
    for _ in range(3):
        assert runner.claim() == deadly
        let_lease_run_out(deadly)
    assert runner.claim() == other
    assert (the(deadly).state, the(deadly).message) == (
        JobState.FAILED,
        f"Stopped: it broke off 3 times without an answer. Nothing was changed. Tell support {deadly.reference}.",
    )


def test_the_acting_membership_is_asked_anew(world, by):
    job = start("tests.prepared", by=by)
    end_membership(membership=world.memberships["recruiter"], on=by.on - timedelta(days=1), by=system())
    runner.work_one()
    assert (the(job).state, the(job).message, the(job).attempts) == (
        JobState.FAILED,
        "Stopped: the membership that asked for this is no longer in force. Nothing was changed.",
        1,
    )
    assert names() == []


def test_a_heartbeat_lengthens_the_lease_and_writes_how_far_it_is(by):
    job = start("tests.plain", by=by)
    heartbeat = Heartbeat(runner.claim())
    let_lease_run_out(job)
    heartbeat.report(3, 10, "Reading rows")
    assert progress_of(the(job)) == Progress(3, 10, "Reading rows")  # known in this process before it is written
    heartbeat.beat()
    LIVE.clear()
    assert progress_of(the(job)) == Progress(3, 10, "Reading rows")
    assert Job.unscoped.filter(pk=job.pk, leased_until__gt=Now()).exists()
    assert heartbeat.report.cancelled is False


def test_a_heartbeat_leaves_a_job_alone_that_is_not_its_own_any_more(by):
    job = start("tests.plain", by=by)
    heartbeat = Heartbeat(runner.claim())
    let_lease_run_out(job)
    lease = runner.claim().lease
    heartbeat.report(3, 10, "Reading rows")
    heartbeat.beat()
    assert (the(job).lease, the(job).done) == (lease, 0)
    LIVE.clear()


def test_a_heartbeat_that_is_missed_does_not_end_the_work(by, monkeypatch):
    beats = []

    def beat(self):
        beats.append(self.job.reference)
        raise DatabaseError("database is locked")

    monkeypatch.setattr(Heartbeat, "beat", beat)
    monkeypatch.setattr("jobs.services.heartbeat.EVERY", 0.005)
    start("tests.plain", by=by)
    job = runner.claim()
    with Heartbeat(job):
        time.sleep(0.1)
    assert len(beats) > 1


def test_a_running_job_stops_at_its_next_step_when_somebody_asks(by):
    job = start("tests.waits", by=by)
    taken = runner.claim()
    report = runner.Report(job.pk, cancelled=True)
    runner.run(taken, report)
    assert (the(job).state, the(job).message) == (JobState.CANCELLED, "Cancelled while it ran. Nothing was changed.")


def test_a_job_cancelled_under_a_dead_worker_is_not_begun_again(by):
    job = start("tests.prepared", by=by)
    runner.claim()
    cancel(job=the(job), by=by)
    assert the(job).state == JobState.RUNNING
    let_lease_run_out(job)
    runner.work_one()
    assert (the(job).state, names()) == (JobState.CANCELLED, [])


def test_work_is_handed_over_when_the_callers_transaction_is_committed(
    by, monkeypatch, settings, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr(supervisor, "wake", lambda **how: woken.append(how))
    with django_capture_on_commit_callbacks(execute=True):
        start("tests.plain", by=by)
        assert woken == []
    assert woken == [{"start": False}]


# Real threads and processes, on the test's database


def wait_for(what, seconds=120.0):  # patience for a busy machine, not a measurement
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_two_workers_never_take_the_same_job(self, by):
        jobs = [start("tests.prepared", by=by) for _ in range(6)]
        taken, lock = [], threading.Lock()

        def take():
            while job := runner.claim():
                with lock:
                    taken.append(job.pk)
            connection.close()

        threads = [threading.Thread(target=take) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == [job.pk for job in jobs]

    def test_the_work_command_drains_the_queue(self, by, capsys):
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            for _ in range(3):
                start("tests.plain", by=by)
            call_command("work", drain=True)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        assert capsys.readouterr().out == "3 jobs done.\n"

    def test_the_worker_of_the_process_runs_what_is_queued(self, by, settings, monkeypatch):
        monkeypatch.setattr(supervisor, "LOOK_AGAIN", 0.05)
        settings.JOBS_EMBEDDED = True
        first = start("tests.prepared", by=by)
        worker = supervisor.ensure()
        try:
            assert supervisor.ensure() is worker
            wait_for(lambda: the(first).finished)
            second = start("tests.plain", by=by)
            wait_for(lambda: the(second).finished)
        finally:
            worker.stop(seconds=20)
        assert not worker.alive()
        assert (the(first).state, the(second).state) == (JobState.DONE, JobState.DONE)
        assert LIVE == {}

    def test_somebody_cancels_a_job_that_runs_elsewhere(self, by, monkeypatch):
        monkeypatch.setattr("jobs.services.heartbeat.EVERY", 0.02)
        monkeypatch.setattr("jobs.services.runner.kind_named", lambda name: kind_of_waiting())
        job = start("tests.plain", by=by)

        def run():
            runner.work_one()
            connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        wait_for(lambda: the(job).done > 0)
        cancel(job=the(job), by=by)
        thread.join()
        assert the(job).state == JobState.CANCELLED

    def test_killed_in_the_middle_nothing_is_left_and_another_worker_does_it_once(self, by, tmp_path):
        job = start("tests.slow", by=by, mark=str(tmp_path / "half-way"))
        worker = work_in_a_process(tmp_path)
        try:
            wait_for((tmp_path / "half-way").exists)
            os.kill(worker.pid, signal.SIGKILL)
        finally:
            worker.kill()
            worker.wait()
        wait_for_lock()
        assert names() == []
        assert (the(job).state, the(job).rows.count()) == (JobState.RUNNING, 0)
        let_lease_run_out(job)
        finisher = work_in_a_process(tmp_path)
        assert finisher.wait(60) == 0
        assert (the(job).state, the(job).attempts, the(job).counts["made"]) == (JobState.DONE, 2, 20)
        assert len(names()) == 20
        assert the(job).rows.count() == 20


def kind_of_waiting():
    """A job that reads for long before it writes: on SQLite nobody else can write while a job does."""
    return Kind(run=work.plain, label="Waits", prepare=work.waits)


def work_in_a_process(tmp_path):
    """`manage.py work --drain` as a process of its own on the test's database."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
        "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
        "TEST_UPLOAD_DIR": str(tmp_path),
    }
    manage = Path(project.BASE_DIR) / "manage.py"
    return subprocess.Popen(
        [sys.executable, str(manage), "work", "--drain"],
        env=environment,
        cwd=project.BASE_DIR,
        stdout=subprocess.DEVNULL,
    )


def wait_for_lock():
    """PostgreSQL ends the dead worker's transaction when it notices that the connection is gone."""
    wait_for(lambda: not names())

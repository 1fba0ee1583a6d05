"""Today names the imports that left something to mend: the last of each kind, one's own, for a week."""

from datetime import timedelta

import pytest

from audit.clock import now
from audit.tasks import Task
from jobs.models import Job, JobState
from jobs.todo import todo
from tests.jobs.test_views import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_yet(world):
    Job.unscoped.all().delete()


def tasks(world, persona="recruiter"):
    return todo(world.acting(persona))


@pytest.mark.parametrize(("rows", "words"), [(1, "1 row"), (1200, "1,200 rows")])
def test_rows_to_mend_are_named_with_their_number(world, rows, words):
    job = make(world, result={"counts": {"refused": rows}})
    assert tasks(world) == [
        Task(text=f"Mend {words}: Departments", url=f"/jobs/{job.reference}/", detail=job.reference, room="jobs")
    ]


def test_an_import_that_stopped_is_named(world):
    make(world, state=JobState.FAILED, message="Stopped by a fault.")
    assert [task.text for task in tasks(world)] == ["See why this stopped: Departments"]


@pytest.mark.parametrize("state", [JobState.DONE, JobState.CANCELLED, JobState.RUNNING, JobState.QUEUED])
def test_what_went_well_or_goes_on_is_not_named(world, state):
    make(world, state=state)
    assert tasks(world) == []


def test_a_later_import_of_the_kind_clears_it(world):
    make(world, result={"counts": {"refused": 2}})
    make(world, result={"counts": {"made": 2, "refused": 0}})
    assert tasks(world) == []


def test_after_a_week_it_is_not_named_any_more(world):
    job = make(world, state=JobState.FAILED)
    Job.unscoped.filter(pk=job.pk).update(finished_at=now() - timedelta(days=8))
    assert tasks(world) == []


@pytest.mark.parametrize("persona", ["colleague", "other_recruiter", "academy", "system_admin"])
def test_nobody_else_is_told(world, persona):
    make(world, state=JobState.FAILED)
    assert tasks(world, persona) == []


@pytest.mark.parametrize("jobs", [1, 3])
def test_it_is_one_question(world, jobs, django_assert_num_queries):
    for _ in range(jobs):
        make(world, state=JobState.FAILED)
    acting = world.acting("recruiter")
    with django_assert_num_queries(1):
        todo(acting)

"""A job watched in a browser: it moves by itself, gives the focus to what came out, and works without JavaScript."""

import pytest

from audit.clock import now
from jobs.models import Job, JobState, Outcome, RowResult
from tests.browser import assert_accessible, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def job(transactional_db, world):
    recruiter = world.memberships["recruiter"]
    return Job.unscoped.create(
        kind="tests.departments",
        organisation=recruiter.organisation,
        membership_id=recruiter.pk,
        role=recruiter.role,
        created_at=now(),
    )


def finish(job):
    RowResult.unscoped.create(
        job=job, row=3, outcome=Outcome.REFUSED, column="Name of the department", sentence="It is empty. Type it."
    )
    Job.unscoped.filter(pk=job.pk).update(
        state=JobState.DONE, finished_at=now(), result={"counts": {"made": 1200, "refused": 1}, "url": "/jobs/"}
    )


def test_a_job_is_watched_until_it_is_done(page, world, job):
    sign_in(page, world.users["recruiter"])
    page.goto(f"/jobs/{job.reference}/")
    page.get_by_text("Waiting to begin").wait_for()
    assert_accessible(page)
    Job.unscoped.filter(pk=job.pk).update(done=30, total=1200, message="Reading rows")
    page.get_by_text("30 of 1,200.").wait_for()
    finish(job)
    page.get_by_role("heading", name="Rows to mend").wait_for()
    page.locator("#job:focus").wait_for()
    assert page.get_by_role("row", name="Row 3 Name of the department It is empty. Type it.").count() == 1
    assert_accessible(page)
    page.get_by_role("link", name="Back to your imports").click()
    page.get_by_role("heading", name="Your imports").wait_for()
    assert_accessible(page)


def test_a_job_is_watched_without_javascript_on_a_reload(no_js, world, job):
    sign_in(no_js, world.users["recruiter"])
    no_js.goto(f"/jobs/{job.reference}/")
    finish(job)
    no_js.get_by_role("link", name="See how far it is now").click()
    assert no_js.get_by_role("heading", name="Rows to mend").count() == 1


def test_a_job_is_cancelled_on_a_telephone(phone, world, job):
    sign_in(phone, world.users["recruiter"])
    phone.goto(f"/jobs/{job.reference}/")
    phone.get_by_role("button", name="Cancel").click()
    phone.get_by_text("Cancelled before it began. Nothing was changed.").wait_for()
    assert_accessible(phone)
    assert Job.unscoped.get(pk=job.pk).state == JobState.CANCELLED

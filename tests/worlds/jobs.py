"""One finished job of the recruiter of Trust A, with a row to mend."""

from audit.clock import now
from jobs.models import Job, JobState, Outcome, RowResult


def extend(world):
    recruiter = world.memberships["recruiter"]
    job = Job.unscoped.create(
        kind="vacancies.feed",
        state=JobState.DONE,
        organisation=recruiter.organisation,
        membership_id=recruiter.pk,
        role=recruiter.role,
        result={"counts": {"made": 2, "refused": 1}},
        created_at=now(),
        started_at=now(),
        finished_at=now(),
    )
    RowResult.unscoped.create(job=job, row=4, outcome=Outcome.REFUSED, column="Posts", sentence="Posts is empty.")
    world.records["job"] = job

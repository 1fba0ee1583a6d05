"""One finished job of the recruiter of Trust A, with a row to mend."""

from audit.clock import now
from jobs.models import Job, JobState, Outcome, RowResult


def finished_job(membership):
    """A feed that was taken in under this membership: two vacancies made, one row refused."""
    return Job.unscoped.create(
        kind="vacancies.feed",
        state=JobState.DONE,
        organisation=membership.organisation,
        membership_id=membership.pk,
        role=membership.role,
        result={"counts": {"made": 2, "refused": 1}},
        created_at=now(),
        started_at=now(),
        finished_at=now(),
    )


def extend(world):
    job = finished_job(world.memberships["recruiter"])
    RowResult.unscoped.create(job=job, row=4, outcome=Outcome.REFUSED, column="Posts", sentence="Posts is empty.")
    world.records["job"] = job

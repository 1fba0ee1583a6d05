"""What imports leave to do."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max

from audit.acting import Acting
from audit.clock import now
from audit.tasks import Task
from jobs.kinds import label_of
from jobs.models import FINISHED, Job, JobState, Outcome

ASKED_FOR = timedelta(days=7)


def todo(acting: Acting) -> list[Task]:
    """Rows to mend and imports that stopped: the last of each kind that this membership began within a week."""
    own = Job.objects.visible_to(acting).filter(membership_id=acting.membership_id, state__in=FINISHED)
    recent = own.filter(finished_at__gte=now() - ASKED_FOR)
    last = recent.order_by().values("kind").annotate(last=Max("pk")).values("last")
    jobs = own.filter(pk__in=last).order_by("-pk")
    return [task for job in jobs if (task := _task(job)) is not None]


def _task(job: Job) -> Task | None:
    rows = job.counts.get(Outcome.REFUSED, 0)
    label = label_of(job.kind)
    if rows:
        text = f"Mend {rows:,} {'row' if rows == 1 else 'rows'}: {label}"
    elif job.state == JobState.FAILED:
        text = f"See why this stopped: {label}"
    else:
        return None
    return Task(text=text, url=job.get_absolute_url(), detail=job.reference, room="jobs")

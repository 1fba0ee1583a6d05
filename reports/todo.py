"""What the measures ask of a reader today: a month that ended below the promised share."""

from __future__ import annotations

from django.urls import reverse

from audit.acting import Acting, Role
from audit.tasks import Task
from nhsuk.words import percent
from reports.measures import last_month_end, m0
from reports.measures.window import year_running
from reports.tables.table import share
from vacancies.ring_fence import shortfall

ASKED = frozenset({Role.TRUST_HR, Role.ICB_ANALYST})


def todo(acting: Acting) -> list[Task]:
    """For trust HR its own month-end share below 20%, for the ICB every trust's. The queries of M0, and no more."""
    if acting.role not in ASKED:
        return []
    as_at = last_month_end(acting.on)
    window = year_running(as_at)
    own = acting.organisation_id if acting.role == Role.TRUST_HR else None
    figure = m0(window, as_at=as_at, trust_id=own)
    names = figure.names
    tasks = []
    for year in figure.rows:
        standing = year.latest.standing
        if not standing.posts or standing.reserved * 5 >= standing.posts:
            continue
        said = percent(share(standing.reserved, standing.posts))
        short = shortfall(standing).posts
        whose = "your trust's" if own else f"{names[year.trust_id]}'s"
        query = "" if own else f"&trust={year.trust_id}"
        tasks.append(
            Task(
                text=f"Look into {whose} ring-fence: {said} of posts reserved by the end of {as_at:%B}",
                url=f"{reverse('reports:overview')}?year={window.key}{query}",
                detail=f"{standing.reserved} of {standing.posts} posts; {short} short",
                room="reports",
            )
        )
    return tasks

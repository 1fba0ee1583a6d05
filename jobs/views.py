"""Watching long work, and the list of what one's organisation has imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from audit.mover import Refused
from jobs.exports import csv_response
from jobs.kinds import again_of, label_of
from jobs.models import Job, JobState, Outcome
from jobs.services import cancel, progress_of, rows_to_mend
from organisations.services import actor_names

ROWS_SHOWN = 100
JOBS_ON_A_PAGE = 25
COLOURS = {
    JobState.QUEUED: "grey",
    JobState.RUNNING: "blue",
    JobState.DONE: "green",
    JobState.FAILED: "red",
    JobState.CANCELLED: "yellow",
}


@dataclass(frozen=True)
class Neighbours:
    """The links to the newer and the older jobs of a list."""

    previous_url: str
    next_url: str


def _visible(request: HttpRequest) -> Any:
    return Job.objects.visible_to(request.acting).select_related("upload")


def _job_or_404(request: HttpRequest, reference: str) -> Job:
    job: Job = get_object_or_404(_visible(request), reference=reference)
    return job


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def watch(request: HttpRequest, reference: str) -> HttpResponse:
    """How far one job is and what came out; for htmx the changing part alone."""
    job = _job_or_404(request, reference)
    fragment = request.headers.get("HX-Request") == "true"
    template = "jobs/_job.html" if fragment else "jobs/watch.html"
    return render(request, template, {**_facts(job), "fragment": fragment})


def _facts(job: Job) -> dict[str, Any]:
    progress = progress_of(job)
    problems = _rows_of(job, Outcome.REFUSED)
    left_out = [row for row in _rows_of(job, Outcome.SKIPPED) if row.sentence]
    to_know = _told_of(job)
    return {
        "job": job,
        "label": label_of(job.kind),
        "colour": COLOURS[JobState(job.state)],
        "progress": progress,
        "again": again_of(job.kind) if job.state in (JobState.FAILED, JobState.CANCELLED) else "",
        "counts": [
            (_rows(job.counts[value], label), job.counts[value])
            for value, label in Outcome.choices
            if job.counts.get(value)
        ],
        "problems": problems[:ROWS_SHOWN],
        "more_problems": len(problems) > ROWS_SHOWN,
        "left_out": left_out[:ROWS_SHOWN],
        "more_left_out": len(left_out) > ROWS_SHOWN,
        "to_know": to_know[:ROWS_SHOWN],
        "more_to_know": len(to_know) > ROWS_SHOWN,
    }


def _rows_of(job: Job, outcome: Outcome) -> list[Any]:
    """The rows of which that became, with why; one more than a page shows. Nothing is asked where there are none."""
    if not (job.finished and (job.counts.get(outcome) or outcome == Outcome.REFUSED)):
        return []
    return list(job.rows.filter(outcome=outcome).order_by("row", "pk")[: ROWS_SHOWN + 1])


def _told_of(job: Job) -> list[Any]:
    """The rows that came in, or were here, of which there is something to say; one more than a page shows."""
    taken = (Outcome.MADE, Outcome.CHANGED, Outcome.SAME)
    wanted = [outcome for outcome in taken if job.finished and job.counts.get(outcome)]
    if not wanted:
        return []
    rows = job.rows.filter(outcome__in=wanted).exclude(sentence="")
    return list(rows.order_by("row", "pk")[: ROWS_SHOWN + 1])


def _rows(count: int, label: str) -> str:
    return f"{'row' if count == 1 else 'rows'} {label.lower()}"


@require_GET
@never_cache
def problems(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The rows that were not accepted, as they came, each with what to mend."""
    job = _job_or_404(request, reference)
    if not job.finished:
        raise Http404
    headings, rows = rows_to_mend(job)
    return csv_response(f"Rows to mend {job.reference}.csv", headings, rows)


@require_POST
def stop(request: HttpRequest, reference: str) -> HttpResponse:
    """Cancel a job; what it had done so far is not kept."""
    job = _job_or_404(request, reference)
    try:
        cancel(job=job, by=request.acting)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Cancelled. Nothing of it is kept.")
    return redirect("jobs:watch", reference=reference)


@require_GET
@never_cache
def imports(request: HttpRequest) -> HttpResponse:
    """The jobs of one's organisation and role, newest first."""
    page, links = _page(_visible(request), before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    names = actor_names({job.membership_id for job in page if job.membership_id})
    lines = [
        {
            "job": job,
            "label": label_of(job.kind),
            "colour": COLOURS[JobState(job.state)],
            "who": names.get(job.membership_id or 0, ""),
            "refused": job.counts.get(Outcome.REFUSED, 0),
        }
        for job in page
    ]
    return render(request, "jobs/list.html", {"lines": lines, "links": links})


def _page(found: Any, *, before: str, after: str) -> tuple[list[Job], Neighbours]:
    """A page by the number of the job that it begins after: page one thousand costs what page one costs."""
    if after.isdecimal():
        page = list(found.filter(pk__gt=int(after)).order_by("pk")[: JOBS_ON_A_PAGE + 1])
        newer, older = len(page) > JOBS_ON_A_PAGE, True
        page = page[:JOBS_ON_A_PAGE][::-1]
    else:
        bounded = found.filter(pk__lt=int(before)) if before.isdecimal() else found
        page = list(bounded.order_by("-pk")[: JOBS_ON_A_PAGE + 1])
        newer, older = before.isdecimal(), len(page) > JOBS_ON_A_PAGE
        page = page[:JOBS_ON_A_PAGE]
    return page, Neighbours(
        previous_url=f"?after={page[0].pk}" if page and newer else "",
        next_url=f"?before={page[-1].pk}" if page and older else "",
    )

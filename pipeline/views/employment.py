"""One job: from the offer to the last day."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.acting import Acting
from audit.events import note_read
from audit.mover import Refused
from nhsuk.words import long_day
from organisations.timelines import timeline
from pipeline.models import Employment
from pipeline.steps import colour_of, job_steps
from pipeline.verbs import JOB_VERBS
from pipeline.views.shared import PUTS_FORWARD, acting_or_404

ENDINGS = ("end", "fall_through")


def _job_or_404(acting: Acting, reference: str) -> Employment:
    rows = Employment.objects.visible_to(acting).select_related("candidate", "employer", "vacancy", "referral")
    employment: Employment = get_object_or_404(rows, reference=reference)
    return employment


def _page_after(acting: Acting, row: Employment) -> Any:
    """The job's page; once an offer falls through the trust sees the person no longer, and so the referral's."""
    return row if Employment.objects.visible_to(acting).filter(pk=row.pk).exists() else row.referral


def head_of(employment: Employment, acting: Acting) -> dict[str, Any]:
    """Who works where, and the tag. A trust sees a job by its grant, so the name is theirs to see."""
    return {
        "employment": employment,
        "name": employment.candidate.name,
        "person_url": employment.candidate.get_absolute_url() if acting.role in PUTS_FORWARD else "",
        "person_reference": employment.candidate.reference if acting.role in PUTS_FORWARD else "",
        "colour": colour_of(employment.state),
    }


@require_GET
@never_cache
def employment(request: Any, reference: str) -> HttpResponse:
    """What comes next, the job's facts, and what happened."""
    acting = acting_or_404(request)
    row = _job_or_404(acting, reference)
    note_read(by=acting, on=row.candidate, page="pipeline:employment")
    possible = job_steps(row, by=acting)
    facts = [
        ("Employer", row.employer_name),
        ("Job", row.title),
        ("Contract", row.get_contract_display()),
        ("Band", row.band),
        ("Offered", row.offered_on),
        ("First day agreed", row.agreed_start),
        ("First day", row.started_on),
        ("Last day", row.ended_on),
        ("Known by", row.get_evidence_display() if row.started_on else ""),
    ]
    context = {
        **head_of(row, acting),
        "next": next(((name, JOB_VERBS[name].label) for name in possible if name not in ENDINGS), None),
        "steps": [(name, JOB_VERBS[name].label) for name in possible],
        "facts": [(label, _said(value)) for label, value in facts if value],
        "lines": timeline(row, acting),
    }
    return render(request, "pipeline/employment.html", context)


def _said(value: Any) -> Any:
    return long_day(value) if hasattr(value, "year") else value


@require_http_methods(["GET", "POST"])
@never_cache
def job_step(request: Any, reference: str, verb: str) -> HttpResponse:
    """The page of one verb of a job."""
    acting = acting_or_404(request)
    row = _job_or_404(acting, reference)
    if verb not in JOB_VERBS:
        raise Http404
    if verb not in job_steps(row, by=acting):
        messages.info(request, f"{row.reference} is {row.get_state_display().lower()}; this is not open to you now.")
        return redirect(row.get_absolute_url())
    form = JOB_VERBS[verb].form(request.POST if request.method == "POST" else None, employment=row, by=acting)
    if request.method == "POST" and form.is_valid():
        try:
            JOB_VERBS[verb].do(row, form, acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, JOB_VERBS[verb].done)
            return redirect(_page_after(acting, row))
    return render(request, "pipeline/job_step.html", {**head_of(row, acting), "form": form, "verb": JOB_VERBS[verb]})

"""Cohorts: who is in them, what is missing for each, and what happened to several at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.acting import Acting, Role
from audit.mover import Refused
from candidates.readiness import gaps_of, is_ready
from organisations.timelines import timeline
from programmes.forms.enrolments import BatchForm, CohortForm, SessionsForm
from programmes.models import Attendance, Cohort, Enrolment, Session
from programmes.services import (
    accept,
    add_sessions,
    change_cohort,
    complete,
    decide_eligibility,
    no_show,
    offer,
    start,
    start_those_who_came,
)
from programmes.states import UNDER_WAY, colour_of, verbs_from
from programmes.views.shared import acting_or_404, posted


def cohort_or_404(request: HttpRequest, reference: str, *roles: Role) -> tuple[Acting, Cohort]:
    acting = acting_or_404(request, *roles)
    rows = Cohort.objects.visible_to(acting).select_related("programme__provider", "host_trust")
    return acting, get_object_or_404(rows, reference=reference)


@require_http_methods(["GET", "POST"])
@never_cache
def cohort(request: HttpRequest, reference: str) -> HttpResponse:
    """The people of a cohort with each one's gaps to ready; and recording what happened to those who are ticked."""
    acting, row = cohort_or_404(request, reference)
    form = BatchForm(posted(request))
    if request.method == "POST" and form.is_valid() and _batch(request, form, row, acting):
        return redirect(row)
    return render(request, "programmes/cohort.html", _context(row, acting, form))


def _context(row: Cohort, acting: Acting, form: BatchForm) -> dict[str, Any]:
    came = Attendance.objects.visible_to(acting).filter(enrolment=OuterRef("pk"), present=True)
    rows = Enrolment.objects.visible_to(acting).filter(cohort=row).annotate(came=Exists(came))
    enrolments = list(rows.select_related("candidate").order_by("candidate__folded_name", "pk"))
    missing = gaps_of([each.candidate for each in enrolments])
    people: list[dict[str, Any]] = [
        {
            "enrolment": each,
            "candidate": each.candidate,
            "gaps": missing[each.candidate_id],
            "colour": colour_of(each.state),
            "may": bool(verbs_from(each.state)),
        }
        for each in enrolments
    ]
    under_way = [each for each in people if each["enrolment"].state in UNDER_WAY]
    return {
        "cohort": row,
        "people": people,
        "under_way": len(under_way),
        "places": f"of {row.places} places" if row.places else "",
        "ready": sum(is_ready(each["candidate"], each["gaps"]) for each in under_way),
        "came_not_started": sum(each.came and each.state == "enrolled" for each in enrolments),
        "sessions": Session.objects.visible_to(acting).filter(cohort=row).count(),
        "form": form,
        "lines": timeline(row, acting, most=8),
        "may_manage": acting.role == Role.ACADEMY,
    }


def _batch(request: HttpRequest, form: BatchForm, row: Cohort, acting: Acting) -> bool:
    """Do one thing for each person ticked; those for whom it is refused are named with the reason."""
    picked = [each for each in request.POST.getlist("enrolment") if "\x00" not in each]
    rows = Enrolment.objects.visible_to(acting).filter(cohort=row, reference__in=picked)
    enrolments = list(rows.select_related("candidate", "cohort").order_by("pk"))
    verb, facts = form.cleaned_data["verb"], form.cleaned_data
    if not enrolments:
        form.add_error(None, "Tick the people to whom it happened.")
        return False
    if verb == "eligible" and not facts["evidence"]:
        form.add_error("evidence", "Say which evidence you saw.")
        return False
    done, refusals = 0, []
    for enrolment in enrolments:
        try:
            _do(verb, enrolment, facts, acting)
        except Refused as refused:
            refusals.append(f"{enrolment.candidate.name}: {refused}")
        else:
            done += 1
    if done:
        messages.success(request, f"Recorded for {done} of {len(enrolments)}.")
    for sentence in refusals[:10]:
        messages.error(request, sentence)
    return True


def _do(verb: str, enrolment: Enrolment, facts: dict[str, Any], acting: Acting) -> None:
    if verb == "eligible":
        decide_eligibility(candidate=enrolment.candidate, route="programme", evidence=facts["evidence"], by=acting)
    elif verb == "start":
        start(enrolment=enrolment, first_day=facts["day"], by=acting)
    elif verb == "complete":
        complete(enrolment=enrolment, on=facts["day"], by=acting)
    else:
        {"offer": offer, "enrol": accept, "no_show": no_show}[verb](enrolment=enrolment, by=acting)


@require_POST
def start_those(request: HttpRequest, reference: str) -> HttpResponse:
    """Everybody enrolled who came to a session has started."""
    acting, row = cohort_or_404(request, reference)
    try:
        started = start_those_who_came(cohort=row, by=acting)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        people = "1 person" if started == 1 else f"{started} people"
        messages.success(request, f"The start of {people} is recorded.")
    return redirect(row)


@require_http_methods(["GET", "POST"])
@never_cache
def edit_cohort(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a cohort."""
    acting, row = cohort_or_404(request, reference, Role.ACADEMY)
    form = CohortForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            row = change_cohort(cohort=row, **form.cleaned_data, by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{row.name}: saved.")
            return redirect(row)
    context = {"form": form, "title": f"Change {row.name}", "back": row.get_absolute_url(), "button": "Save cohort"}
    return render(request, "programmes/form.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def sessions(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what should happen: one day, or the same weekday for some weeks."""
    acting, row = cohort_or_404(request, reference)
    form = SessionsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            made = add_sessions(cohort=row, days=weekly(facts["day"], facts["weeks"]), title=facts["title"], by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "1 session is added." if len(made) == 1 else f"{len(made)} sessions are added.")
            return redirect("programmes:attendance", reference)
    context = {"form": form, "title": "Add sessions", "back": row.get_absolute_url(), "button": "Add sessions"}
    return render(request, "programmes/form.html", context)


def weekly(first: date, weeks: int) -> list[date]:
    return [first + timedelta(weeks=number) for number in range(weeks)]

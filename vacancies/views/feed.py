"""Importing a saved feed file: upload, answer what the file cannot say, watch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from audit.acting import TRUST_ROLES, Acting
from audit.mover import Refused
from jobs.forms import UploadForm
from jobs.hostile import Refusal
from jobs.models import Upload
from jobs.services import bytes_of, receive, same_file_before, start
from vacancies.feed_forms import MOST_ASKED, FeedForm, filled
from vacancies.imports import KIND, FeedPlan, claim_employer, plan_feed, shown_changes
from vacancies.views.shared import acting_or_404

MOST_REMARKS = 20


@require_http_methods(["GET", "POST"])
def upload(request: Any) -> HttpResponse:
    """Choose the file; nothing is written until the next page is sent."""
    acting = acting_or_404(request, TRUST_ROLES)
    form = UploadForm(request.POST or None, request.FILES or None, kind=KIND)
    if request.method == "POST" and form.is_valid():
        try:
            kept = receive(form.cleaned_data["file"], kind=KIND, by=acting)
            plan_feed(bytes_of(kept), trust=request.membership.organisation)
        except Refusal as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("vacancies:import_check", reference=kept.reference)
    return render(request, "vacancies/import.html", {"form": form})


@require_http_methods(["GET", "POST"])
def check(request: Any, reference: str) -> HttpResponse:
    """What the file would do, and the questions that it leaves: band and posts of each new advert."""
    acting = acting_or_404(request, TRUST_ROLES)
    kept = get_object_or_404(Upload.objects.visible_to(acting), reference=reference, kind=KIND)
    try:
        plan = plan_feed(bytes_of(kept), trust=request.membership.organisation)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("vacancies:import")
    if request.method == "POST" and "ours" in request.POST:
        return _claim(request, acting, plan)
    form = FeedForm(filled(request), adverts=plan.new)
    if request.method == "POST" and "fill" not in request.POST and form.is_valid():
        job = start(
            KIND,
            by=acting,
            upload=kept,
            answers=form.answers(),
            bank_register=form.cleaned_data["bank_register"],
            all_or_nothing=form.cleaned_data["all_or_nothing"] == "yes",
        )
        return redirect(job)
    remarks = [sentence for sentences in plan.remarks.values() for sentence in sentences]
    context = {
        "upload": kept,
        "before": same_file_before(kept).first(),
        "plan": plan,
        "form": form,
        "rows": form.rows(),
        "more": max(0, len(plan.new) - MOST_ASKED),
        "remarks": remarks[:MOST_REMARKS],
        "more_remarks": max(0, len(remarks) - MOST_REMARKS),
        "changes": shown_changes(plan),
        "something": bool(plan.new or plan.changed),
    }
    return render(request, "vacancies/import_check.html", context)


def _claim(request: Any, acting: Acting, plan: FeedPlan) -> HttpResponse:
    """An employer's name in the file is the trust's own: remember it, and read the file anew."""
    employer = request.POST["ours"]
    if employer in plan.unknown:
        try:
            claim_employer(employer=employer, trust=request.membership.organisation, by=acting)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"Files call your trust “{employer}”: remembered.")
    return redirect(request.path)

"""Importing TRAC's application file: upload, say which column is which, watch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.acting import TRUST_ROLES
from jobs.forms import MappingForm, UploadForm
from jobs.hostile import Refusal
from jobs.models import Upload
from jobs.services import match, receive, remember, same_file_before, start, table_of
from pipeline.imports import COLUMNS, KIND, applications, own_referrals
from pipeline.views.shared import acting_or_404

TRUST = frozenset(TRUST_ROLES)


@require_http_methods(["GET", "POST"])
@never_cache
def upload(request: Any) -> HttpResponse:
    """Choose the file; nothing is written until the next page is sent."""
    acting = acting_or_404(request, TRUST)
    posted = request.method == "POST"
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None, kind=KIND)
    if posted and form.is_valid():
        try:
            kept = receive(form.cleaned_data["file"], kind=KIND, by=acting)
            table_of(kept)
        except Refusal as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("pipeline:trac_check", reference=kept.reference)
    return render(request, "pipeline/trac_file.html", {"form": form})


@require_http_methods(["GET", "POST"])
@never_cache
def check(request: Any, reference: str) -> HttpResponse:
    """Which column holds what, and how many of our applications the file has; then the work begins."""
    acting = acting_or_404(request, TRUST)
    kept = get_object_or_404(Upload.objects.visible_to(acting), reference=reference, kind=KIND)
    try:
        table = table_of(kept)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("pipeline:trac_file")
    guess = match(table, COLUMNS, kind=KIND, by=acting)
    form = MappingForm(request.POST if request.method == "POST" else None, guess=guess)
    if request.method == "POST" and form.is_valid():
        matched = form.matched()
        remember(matched, kind=KIND, by=acting)
        return redirect(start(KIND, by=acting, upload=kept, headings=dict(matched.chosen)))
    known = own_referrals(acting)
    read = [application for _row, application, _problems in applications(table, guess)] if not guess.missing else []
    context = {
        "upload": kept,
        "before": same_file_before(kept).first(),
        "form": form,
        "rows": len(table.rows),
        "ours": sum(row is not None and row.application_id.casefold() in known for row in read),
        "missing": guess.sentence,
    }
    return render(request, "pipeline/trac_check.html", context)

"""Importing TRAC's application file: upload, say which column is which, watch."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.acting import TRUST_ROLES
from jobs.columns_page import columns_of, keep_table
from jobs.forms import UploadForm
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
        kept = keep_table(form.cleaned_data["file"], form=form, kind=KIND, by=acting)
        if kept is not None:
            return redirect("pipeline:trac_check", reference=kept.reference)
    return render(request, "pipeline/trac_file.html", {"form": form})


@require_http_methods(["GET", "POST"])
@never_cache
def check(request: Any, reference: str) -> HttpResponse:
    """Which column holds what, and how many of our applications the file has; then the work begins."""
    acting = acting_or_404(request, TRUST)
    found = columns_of(request, reference, kind=KIND, columns=COLUMNS, by=acting, back="pipeline:trac_file")
    if isinstance(found, HttpResponse):
        return found
    known = own_referrals(acting)
    read = [] if found.guess.missing else [each for _row, each, _problems in applications(found.table, found.guess)]
    ours = sum(row is not None and row.application_id.casefold() in known for row in read)
    return render(request, "pipeline/trac_check.html", {**found.context(), "ours": ours})

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
from jobs.models import Outcome
from pipeline.imports import COLUMNS, KIND, own_referrals, preview, rows_of
from pipeline.views.shared import acting_or_404
from vacancies.forms import ProblemsForm

TRUST = frozenset(TRUST_ROLES)
MOST_SHOWN = 100


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
    """Which column holds what, and what would be recorded of each row; then the work begins."""
    acting = acting_or_404(request, TRUST)
    given = {"all_or_nothing": request.POST.get("all_or_nothing") == "yes"}
    found = columns_of(request, reference, kind=KIND, columns=COLUMNS, by=acting, back="pipeline:trac_file", **given)
    if isinstance(found, HttpResponse):
        return found
    read = [] if found.guess.missing else rows_of(found.table, found.guess)
    told, known = preview(read, by=acting), own_referrals(acting)
    rows = sorted(told.rows.values(), key=lambda row: row.row)
    good = [row for row in rows if row.outcome in (Outcome.CHANGED, Outcome.SAME)]
    problems = [row for row in rows if row.outcome == Outcome.REFUSED]
    context = {
        **found.context(),
        "counts": told.counts(),
        "ours": sum(row.said is not None and row.said.application_id.casefold() in known for row in read),
        "good": good[:MOST_SHOWN],
        "more_good": max(0, len(good) - MOST_SHOWN),
        "problems": problems[:MOST_SHOWN],
        "more_problems": max(0, len(problems) - MOST_SHOWN),
        "choice": ProblemsForm(request.POST or None, initial={"all_or_nothing": "yes"}),
    }
    return render(request, "pipeline/trac_check.html", context)

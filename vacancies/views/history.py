"""Importing what a trust counted before this service began: choose the file, see what it adds up to, watch."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.acting import Role
from audit.clock import year_words
from jobs.columns_page import columns_of, keep_table
from jobs.forms import UploadForm
from vacancies.history import totals
from vacancies.history_imports import COLUMNS, KIND, plan_history
from vacancies.views.shared import acting_or_404

HR = frozenset({Role.TRUST_HR})
MOST_SHOWN = 20


@require_http_methods(["GET", "POST"])
def upload(request: Any) -> HttpResponse:
    acting = acting_or_404(request, HR)
    form = UploadForm(request.POST or None, request.FILES or None, kind=KIND)
    if request.method == "POST" and form.is_valid():
        kept = keep_table(form.cleaned_data["file"], form=form, kind=KIND, by=acting)
        if kept is not None:
            return redirect("vacancies:history_check", reference=kept.reference)
    return render(request, "vacancies/history.html", {"form": form, "trust": request.membership.organisation})


@require_http_methods(["GET", "POST"])
def check(request: Any, reference: str) -> HttpResponse:
    """Which column holds what, what the file adds up to by year, and which rows have a problem."""
    acting = acting_or_404(request, HR)
    found = columns_of(request, reference, kind=KIND, columns=COLUMNS, by=acting, back="vacancies:history")
    if isinstance(found, HttpResponse):
        return found
    plan = plan_history(found.table, found.guess, trust=request.membership.organisation)
    outcomes = [outcome for _number, _past, outcome in plan.rows]
    by_year = totals(past for _number, past, _outcome in plan.rows)
    context = {
        **found.context(),
        "refused": plan.refused,
        "new": outcomes.count("made"),
        "changed": outcomes.count("changed"),
        "same": outcomes.count("same"),
        "years": [(year_words(year), figures) for year, figures in by_year.items()],
        "problems": plan.problems[:MOST_SHOWN],
        "more": max(0, len(plan.problems) - MOST_SHOWN),
    }
    return render(request, "vacancies/history_check.html", context)

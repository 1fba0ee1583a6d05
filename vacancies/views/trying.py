"""The page on which a new reading of "entry level" is tried on history before it is signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.acting import Role
from audit.clock import today
from vacancies.amend_forms import TrialForm
from vacancies.policy_trial import try_on_history
from vacancies.views.shared import acting_or_404


@require_GET
def trial(request: Any) -> HttpResponse:
    """Choose bands, levels and exclusions; what would change of the last twelve months is shown at once."""
    acting = acting_or_404(request, frozenset({Role.ICB_ANALYST, Role.AUDITOR}))
    since = today() - timedelta(days=365)
    form = TrialForm(request.GET if "bands" in request.GET or "levels" in request.GET else None)
    found = None
    if form.is_bound and form.is_valid():
        found = try_on_history(form.value(), since=since, until=today(), by=acting)
    page = Paginator(found.changed if found else (), 50).get_page(request.GET.get("page"))
    context = {"form": form, "trial": found, "page": page, "since": since}
    return render(request, "vacancies/trial.html", context)

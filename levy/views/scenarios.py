"""Scenarios side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from audit.acting import Role
from levy import charts
from levy.forms import ScenarioForm
from levy.models import Account, Scenario
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.services.scenarios import keep, remove, side_by_side, words_of
from levy.views.accounts import for_account, only, says


@for_account
def scenarios(request: Any, *, account: Account | None) -> HttpResponse:
    """What would be different, beside the account as it is; the form adds one."""
    form = ScenarioForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        before = Scenario.objects.visible_to(request.acting).filter(name=form.cleaned_data["name"]).first()
        kept = says(request, form, lambda: keep(facts=form.cleaned_data, by=request.acting))
        if kept:
            messages.success(request, _kept_words(kept, before))
            return redirect("levy:scenarios")
    position = position_of(account) if account else None
    found = []
    if position:
        found = side_by_side(outlook_of(position))
    context = {
        "form": form,
        "position": position,
        "found": found,
        "chart": charts.scenario_chart([line.forecast for line in found]) if len(found) > 1 else None,
    }
    return render(request, "levy/scenarios.html", context)


def _kept_words(kept: Scenario, before: Scenario | None) -> str:
    instead = f", in place of what stood under this name: {'; '.join(words_of(before))}" if before else ""
    return f"“{kept.name}” is worked out below{instead}."


@require_POST
def forget(request: Any, scenario: int) -> HttpResponse:
    """Remove one of one's own scenarios."""
    only(request, Role.TRUST_HR)
    row = get_object_or_404(Scenario.objects.visible_to(request.acting), pk=scenario)
    says(request, None, lambda: remove(scenario=row, by=request.acting))
    return redirect("levy:scenarios")

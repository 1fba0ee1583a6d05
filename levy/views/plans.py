"""The broker's list of plans: who could use levy, for what, how ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from audit.acting import Role
from audit.clock import today
from jobs.exports import csv_response
from levy.filters import PlanFilter, chips
from levy.fitting import Readiness, Rules, gainers, readiness, unfunded
from levy.forms import MilestoneForm, PlanForm
from levy.models import Application, Gift, Milestone, Plan
from levy.rules import BROKERS, READERS, can_keep_plans
from levy.services import applications
from levy.services.applications import initial_of
from levy.services.gifts import borough_names, need_of, rules_of_fit, taken_of
from levy.services.plans import add_milestone, add_plan, change_plan, close_plan, reach_milestone
from levy.views.accounts import only, says
from organisations.timelines import timeline

ON_A_PAGE = 25
COLOURS = {
    Readiness.UNFUNDED: "red",
    Readiness.GAINLESS: "grey",
    Readiness.TAKEN: "blue",
    Readiness.BEGUN: "grey",
    Readiness.OPEN: "yellow",
    Readiness.READY: "green",
}


def _plans(request: Any) -> Any:
    gifts = Prefetch("gifts", queryset=Gift.objects.visible_to(request.acting))
    return Plan.objects.visible_to(request.acting).select_related("organisation").prefetch_related(gifts)


def _filtered(request: Any) -> PlanFilter:
    """The open plans that the filters leave, soonest start first; 404 for who may not read plans."""
    only(request, *READERS)
    return PlanFilter(request.GET, queryset=_plans(request).filter(closed_on__isnull=True))


def plans(request: Any) -> HttpResponse:
    """Plans that are open, soonest start first, with what each lacks and who would gain."""
    found = _filtered(request)
    page = Paginator(found.qs, ON_A_PAGE).get_page(request.GET.get("page"))
    rules, names, taken = rules_of_fit(), borough_names(), taken_of(list(page))
    context = {
        "filter": found,
        "chips": chips(found, request.GET),
        "page": page,
        "count": page.paginator.count,
        "lines": [_line(plan, rules, names, taken[plan.pk]) for plan in page],
        "can_keep": can_keep_plans(request.acting),
        "own": request.acting.role == Role.TRUST_HR,
        "download": request.GET.urlencode(),
    }
    return render(request, "levy/plans.html", context)


def _line(plan: Plan, rules: Rules, names: dict[str, str], taken: int) -> dict[str, Any]:
    need = need_of(plan, taken)
    where = readiness(need, rules, today=today())
    return {
        "plan": plan,
        "gaps": need.gaps,
        "taken": taken,
        "where": where,
        "colour": COLOURS[where],
        "unfunded": unfunded(need, rules),
        "boroughs": ", ".join(names.get(code, code) for code in plan.boroughs),
        "gaining": gainers(need, rules),
        "states": sorted({gift.get_state_display() for gift in plan.gifts.all()}),
        "total": plan.cost * plan.learners,
    }


def plans_csv(request: Any) -> HttpResponseBase:
    """The plans that are shown, as CSV."""
    found = _filtered(request)
    rules, names, plans = rules_of_fit(), borough_names(), list(found.qs)
    taken = taken_of(plans)
    headings = (
        "Reference", "Organisation", "Standard", "Level", "Learners", "Aged 16 to 24", "From the most deprived fifth",
        "Gain by a transfer", "Boroughs", "Start", "Months", "Price of one", "Provider", "Still open",
    )  # fmt: skip
    rows = [
        (
            plan.reference, plan.organisation.name, plan.standard, plan.level, plan.learners, plan.learners_to_24,
            plan.core20_learners, line["gaining"], line["boroughs"], plan.start, plan.duration, plan.cost,
            plan.provider, "; ".join(line["gaps"]),
        )
        for plan in plans
        for line in [_line(plan, rules, names, taken[plan.pk])]
    ]  # fmt: skip
    return csv_response("Levy plans.csv", headings, rows)


def plan(request: Any, reference: str) -> HttpResponse:
    """One plan: whom it would train, what is missing, which offers it is with."""
    only(request, *READERS)
    row = get_object_or_404(_plans(request), reference=reference)
    context = {
        **_line(row, rules_of_fit(), borough_names(), taken_of([row])[row.pk]),
        "gifts": row.gifts.all(),
        "own": request.acting.role == Role.TRUST_HR,
        "milestones": Milestone.objects.visible_to(request.acting).filter(plan=row),
        "can_keep": can_keep_plans(request.acting),
        "milestone_form": MilestoneForm(),
        "lines": timeline(row, request.acting),
    }
    return render(request, "levy/plan.html", context)


def _form_page(request: Any, form: PlanForm, title: str, back: str) -> HttpResponse:
    intro = "What a trust needs to know before it gives. No names of people."
    context = {"form": form, "title": title, "intro": intro, "button": "Save plan", "back_url": back}
    return render(request, "levy/form.html", context)


def add(request: Any) -> HttpResponse:
    """Write down a new plan."""
    only(request, *BROKERS)
    form = PlanForm(request.POST or None)
    return _made(request, form, add_plan) or _form_page(request, form, "Add a plan", "/levy/plans/")


def _made(request: Any, form: PlanForm, write: Callable[..., Plan]) -> HttpResponse | None:
    """The way to the plan that the form has made; None where it is still to be filled in."""
    if request.method != "POST" or not form.is_valid():
        return None
    facts = dict(form.cleaned_data)
    new = {name: facts.pop(name) for name in ("new_name", "new_code")}
    made = says(request, form, lambda: write(facts=facts, by=request.acting, **new))
    if not made:
        return None
    messages.success(request, "The plan is on the list.")
    return redirect(made)


def adopt(request: Any, application: int) -> HttpResponse:
    """Make a plan of an application to the trust's pledge: what the file says is filled in."""
    only(request, Role.TRUST_HR)
    row = get_object_or_404(Application.objects.visible_to(request.acting), pk=application)
    if row.plan is not None:
        return redirect(row.plan)
    form = PlanForm(request.POST or None, initial=initial_of(row))
    made = _made(request, form, lambda **facts: applications.adopt(application=row, **facts))
    return made or _form_page(request, form, f"Make a plan of the application of {row.employer}", "/levy/gifts/")


def change(request: Any, reference: str) -> HttpResponse:
    """Change a plan."""
    only(request, *BROKERS)
    row = get_object_or_404(Plan.objects.visible_to(request.acting), reference=reference)
    form = PlanForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        if says(request, form, lambda: change_plan(plan=row, facts=facts, by=request.acting)):
            messages.success(request, "The plan is changed.")
            return redirect(row)
    return _form_page(request, form, f"Change {row.reference}", row.get_absolute_url())


@require_POST
def close(request: Any, reference: str) -> HttpResponse:
    """Take a plan off the list."""
    only(request, *BROKERS)
    row = get_object_or_404(Plan.objects.visible_to(request.acting), reference=reference)
    says(request, None, lambda: close_plan(plan=row, by=request.acting))
    return redirect(row)


@require_POST
def milestone(request: Any, reference: str) -> HttpResponse:
    """Add a milestone."""
    only(request, *BROKERS)
    row = get_object_or_404(Plan.objects.visible_to(request.acting), reference=reference)
    form = MilestoneForm(request.POST)
    if form.is_valid():
        says(request, None, lambda: add_milestone(plan=row, by=request.acting, **form.cleaned_data))
    else:
        messages.error(request, "A milestone needs what should happen and a day.")
    return redirect(row)


@require_POST
def reached(request: Any, milestone: int) -> HttpResponse:
    """Say that a milestone was reached."""
    only(request, *BROKERS)
    row = get_object_or_404(Milestone.objects.visible_to(request.acting).select_related("plan"), pk=milestone)
    says(request, None, lambda: reach_milestone(milestone=row, by=request.acting))
    return redirect(row.plan)

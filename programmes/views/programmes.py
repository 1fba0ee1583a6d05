"""Programmes and their cohorts as lists, and adding them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.acting import Acting, Role
from audit.clock import today
from audit.mover import Refused
from nhsuk.words import long_day
from organisations.timelines import timeline
from places.postcodes import LOCAL_BOROUGHS
from programmes.filters import CohortFilter
from programmes.forms.enrolments import CohortForm, ProgrammeForm
from programmes.lists import chips, page_of
from programmes.models import Cohort, Enrolment, Group, Programme
from programmes.services import add_cohort, add_programme, change_programme
from programmes.states import HAS_STARTED, UNDER_WAY
from programmes.views.shared import acting_or_404, posted


@require_GET
@never_cache
def programmes(request: HttpRequest) -> HttpResponse:
    """Cohorts by date with their programme and people; the programmes themselves above."""
    acting = acting_or_404(request)
    rows = Cohort.objects.visible_to(acting).select_related("programme__provider", "host_trust")
    filtered = CohortFilter(request.GET, queryset=rows.order_by("-starts", "pk"))
    page = page_of(request, filtered.qs)
    context = {
        "filter": filtered,
        "chips": chips(filtered),
        "page": page,
        "rows": with_people(list(page), acting),
        "programmes": list(Programme.objects.visible_to(acting).select_related("provider")),
        "may_manage": acting.role == Role.ACADEMY,
    }
    return render(request, "programmes/programmes.html", context)


def with_people(cohorts: list[Cohort], acting: Acting) -> list[dict[str, Any]]:
    """Each cohort with the number of people under way and started, in one query."""
    seen = Enrolment.objects.visible_to(acting).filter(cohort__in=cohorts).order_by()
    counts: dict[int, dict[str, int]] = {}
    for pk, state, people in seen.values_list("cohort", "state").annotate(people=Count("pk")):
        counts.setdefault(pk, {})[state] = people
    return [
        {
            "cohort": each,
            "under_way": sum(counts.get(each.pk, {}).get(state, 0) for state in UNDER_WAY),
            "started": sum(counts.get(each.pk, {}).get(state, 0) for state in HAS_STARTED),
            "over": each.ends < today(),
            "when": _when(each),
        }
        for each in cohorts
    ]


def _when(cohort: Cohort) -> tuple[str, str]:
    day = today()
    if cohort.ends < day:
        return "Ended", "grey"
    return ("Running", "green") if cohort.starts <= day else ("To come", "blue")


def programme_or_404(request: HttpRequest, reference: str, *roles: Role) -> tuple[Acting, Programme]:
    acting = acting_or_404(request, *roles)
    rows = Programme.objects.visible_to(acting).select_related("provider")
    return acting, get_object_or_404(rows, reference=reference)


@require_GET
@never_cache
def programme(request: HttpRequest, reference: str) -> HttpResponse:
    """One programme and its cohorts."""
    acting, row = programme_or_404(request, reference)
    cohorts = Cohort.objects.visible_to(acting).filter(programme=row).select_related("programme", "host_trust")
    groups = dict(Group.choices)
    context = {
        "programme": row,
        "facts": [
            ("Provider", row.provider.name),
            ("Kind", row.get_kind_display()),
            ("Boroughs", ", ".join(LOCAL_BOROUGHS.get(code, code) for code in row.boroughs) or "All"),
            ("Groups served", ", ".join(groups.get(each, each) for each in row.groups) or "Everybody"),
            ("Positive-action note", _note(row)),
        ],
        "rows": with_people(list(cohorts.order_by("-starts", "pk")), acting),
        "lines": timeline(row, acting, most=8),
        "may_manage": acting.role == Role.ACADEMY,
    }
    return render(request, "programmes/programme.html", context)


def _note(row: Programme) -> str:
    if not row.positive_action:
        return "None"
    review = f" To be reviewed on {long_day(row.positive_action_review)}." if row.positive_action_review else ""
    return f"{row.positive_action}{review}"


@require_http_methods(["GET", "POST"])
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Add a programme."""
    acting = acting_or_404(request, Role.ACADEMY)
    form = ProgrammeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = add_programme(**form.cleaned_data, by=acting)
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, f"{row.name} is added. Add its first cohort next.")
            return redirect(row)
    return _form(request, form, "Add a programme", back="programmes:programmes", button="Add programme")


@require_http_methods(["GET", "POST"])
@never_cache
def edit_programme(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a programme."""
    acting, row = programme_or_404(request, reference, Role.ACADEMY)
    form = ProgrammeForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            row = change_programme(programme=row, **form.cleaned_data, by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{row.name}: saved.")
            return redirect(row)
    return _form(request, form, f"Change {row.name}", back=row.get_absolute_url(), button="Save programme")


@require_http_methods(["GET", "POST"])
@never_cache
def new_cohort(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a cohort to a programme."""
    acting, row = programme_or_404(request, reference, Role.ACADEMY)
    form = CohortForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            cohort = add_cohort(programme=row, **form.cleaned_data, by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{cohort.name} is added. Enrol its people, or import them from a file.")
            return redirect(cohort)
    return _form(request, form, f"Add a cohort to {row.name}", back=row.get_absolute_url(), button="Add cohort")


def _form(request: HttpRequest, form: Any, title: str, *, back: str, button: str) -> HttpResponse:
    return render(request, "programmes/form.html", {"form": form, "title": title, "back": back, "button": button})

"""The list of people, and what of it may be taken away."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.acting import Acting, Role
from audit.clock import today
from candidates.models import Candidate
from candidates.readiness import gaps_of, is_ready
from candidates.services import with_home
from jobs.exports import csv_response
from places.models import Borough
from programmes.filters import PeopleFilter
from programmes.forms.people import ExportForm
from programmes.lists import chips, page_of, query_without_page
from programmes.models import Enrolment
from programmes.services import note_export
from programmes.views.shared import acting_or_404, posted

HEADINGS = (
    "Reference",
    "Given names",
    "Family name",
    "Telephone",
    "Email address",
    "Lives in",
    "Programme",
    "Cohort",
    "In this cohort",
    "Ready",
    "In work since",
    "Missing",
)


def _people(request: HttpRequest, acting: Acting) -> PeopleFilter:
    people = with_home(Candidate.objects.visible_to(acting).filter(merged_into__isnull=True), on=today())
    return PeopleFilter(request.GET, queryset=people, request=request)


def _in_order(filtered: PeopleFilter) -> QuerySet[Candidate]:
    """By name, unless the reader sorts; always with a last word, so that pages do not overlap."""
    rows: QuerySet[Candidate] = filtered.qs
    chosen = rows.query.order_by or (F("folded_name").asc(),)
    return rows.order_by(*chosen, "pk")


@require_GET
@never_cache
def people(request: HttpRequest) -> HttpResponseBase:
    """People whom the reader sees, each with what is missing to ready."""
    acting = acting_or_404(request)
    filtered = _people(request, acting)
    page = page_of(request, _in_order(filtered))
    context = {
        "filter": filtered,
        "chips": chips(filtered),
        "page": page,
        "rows": _rows(list(page), acting),
        "query": query_without_page(request),
    }
    return render(request, "programmes/people.html", context)


def _rows(people: list[Candidate], acting: Acting) -> list[dict[str, Any]]:
    """Each person with gaps, latest enrolment and borough: a number of queries that does not grow with them."""
    missing, latest = gaps_of(people), _latest(people, acting)
    boroughs = {each.code: str(each) for each in Borough.objects.filter(code__in={_code(each) for each in people})}
    return [
        {
            "candidate": each,
            "gaps": missing[each.pk],
            "enrolment": latest.get(each.pk),
            "borough": boroughs.get(_code(each), _code(each)),
        }
        for each in people
    ]


def _code(candidate: Any) -> str:
    return candidate.home_borough_code or ""


def _latest(people: list[Candidate], acting: Acting) -> dict[int, Enrolment]:
    rows = Enrolment.objects.visible_to(acting).filter(candidate__in=people).select_related("cohort__programme")
    return {each.candidate_id: each for each in rows.order_by("referred_on", "pk")}


@require_http_methods(["GET", "POST"])
@never_cache
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask why, and for the password again, before a file of people leaves the service."""
    acting = acting_or_404(request)
    if acting.role != Role.ACADEMY:
        return _export(request, acting)
    if request.method == "POST" and is_reauthentication_required(request, app=""):
        return redirect(request.get_full_path())  # allauth would repeat the request by itself, without who acts
    return _export_signed_in_again(request, acting)


@reauthentication_required
def _export_signed_in_again(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    return _export(request, acting)


def _export(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    filtered = _people(request, acting)
    rows = _in_order(filtered)
    form = ExportForm(posted(request))
    if request.method == "POST" and form.is_valid():
        found = _rows(list(rows), acting)
        note_export(people=[row["candidate"] for row in found], reason=form.cleaned_data["reason"], by=acting)
        return csv_response(f"People {today():%Y-%m-%d}.csv", HEADINGS, [_line(row) for row in found])
    context = {"form": form, "count": rows.count(), "chips": chips(filtered), "query": query_without_page(request)}
    return render(request, "programmes/export.html", context)


def _line(row: dict[str, Any]) -> list[Any]:
    candidate, enrolment = row["candidate"], row["enrolment"]
    return [
        candidate.reference,
        candidate.given_name,
        candidate.family_name,
        candidate.phone,
        candidate.email,
        row["borough"],
        enrolment.cohort.programme.name if enrolment else "",
        enrolment.cohort.name if enrolment else "",
        enrolment.get_state_display() if enrolment else "",
        is_ready(candidate, row["gaps"]),
        candidate.in_work_since,
        "; ".join(gap.text for gap in row["gaps"]),
    ]

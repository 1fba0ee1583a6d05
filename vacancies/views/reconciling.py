"""What an outside list of adverts shows that the ledger does not: the list, the upload, and the answer to one finding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from audit.acting import TRUST_ROLES, Role
from audit.mover import Refused
from jobs.forms import UploadForm
from jobs.hostile import Refusal
from jobs.services import receive, start
from organisations.timelines import timeline
from vacancies.amend_forms import FindingForm
from vacancies.models import Finding, FindingState
from vacancies.reconciliation import KIND, answer
from vacancies.views.shared import acting_or_404

READERS = frozenset({*TRUST_ROLES, Role.ICB_ANALYST, Role.AUDITOR})
COLOURS = {"open": "yellow", "explained": "blue", "accepted": "orange", "cleared": "green"}


@require_http_methods(["GET", "POST"])
def findings(request: Any) -> HttpResponse:
    """What differs, to answer first; and the file that is compared next."""
    acting = acting_or_404(request, READERS)
    may_upload = acting.role is not Role.AUDITOR
    form = UploadForm(request.POST or None, request.FILES or None, kind=KIND) if may_upload else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                kept = receive(form.cleaned_data["file"], kind=KIND, by=acting)
            except Refusal as refusal:
                form.add_error("file", refusal.sentence)
            else:
                return redirect(start(KIND, by=acting, upload=kept))
    rows = Finding.objects.visible_to(acting).select_related("trust", "vacancy")
    state = request.GET.get("state", FindingState.OPEN.value)
    shown = rows.filter(state=state) if state in FindingState.values else rows
    context = {
        "form": form,
        "state": state,
        "states": FindingState.choices,
        "page": Paginator(shown.order_by("trust__name", "kind", "-found_at", "pk"), 50).get_page(
            request.GET.get("page")
        ),
        "one_trust": acting.role in TRUST_ROLES,
        "colours": COLOURS,
    }
    return render(request, "vacancies/findings.html", context)


@require_http_methods(["GET", "POST"])
def finding(request: Any, pk: int) -> HttpResponse:
    """One difference; its trust explains it or accepts it, with a reason."""
    acting = acting_or_404(request, READERS)
    row = get_object_or_404(Finding.objects.visible_to(acting).select_related("trust", "vacancy"), pk=pk)
    may_answer = acting.role in TRUST_ROLES and row.state == FindingState.OPEN
    form = FindingForm(request.POST or None) if may_answer else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            given = form.cleaned_data
            try:
                answer(finding=row, accepted=given["answer"] == "accept", reason=given["reason"], by=acting)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, f"Your answer for {row.advert} is saved.")
                return redirect("vacancies:reconciliation")
    context = {"finding": row, "form": form, "colour": COLOURS[row.state], "lines": timeline(row, acting)}
    return render(request, "vacancies/finding.html", context)

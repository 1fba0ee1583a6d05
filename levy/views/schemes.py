"""Which trust each PAYE scheme belongs to, and putting a wrong one right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from levy.forms import MoveSchemeForm
from levy.models import PayeScheme
from levy.rules import SCHEME_KEEPERS
from levy.services.schemes import counts_of, lines_of, move_scheme
from levy.views.accounts import only, says
from organisations.timelines import timeline


def _schemes(request: Any) -> Any:
    only(request, *SCHEME_KEEPERS)
    return PayeScheme.objects.visible_to(request.acting).select_related("account__trust")


def schemes(request: Any) -> HttpResponse:
    """Every scheme with its trust."""
    found = list(_schemes(request).order_by("account__trust__name", "reference"))
    counts = counts_of(found)
    return render(request, "levy/schemes.html", {"lines": [(row, counts.get(row.reference, 0)) for row in found]})


def move(request: Any, scheme: int) -> HttpResponse:
    """One scheme: what goes with it, where it was before, and the form that moves it."""
    row = get_object_or_404(_schemes(request), pk=scheme)
    form = MoveSchemeForm(request.POST or None, holder=row.account.trust_id)
    if request.method == "POST" and form.is_valid():
        moved = says(request, form, lambda: move_scheme(scheme=row, by=request.acting, **form.cleaned_data))
        if moved:
            messages.success(request, _told(moved, form.cleaned_data["to"].name))
            return redirect("levy:schemes")
    context = {"scheme": row, "form": form, "count": lines_of(row).count(), "lines": timeline(row, request.acting)}
    return render(request, "levy/scheme.html", context)


def _told(moved: Any, name: str) -> str:
    said = [f"{moved.scheme.reference} belongs to {name} now; {moved.lines:,} lines went with it."]
    if moved.doubles:
        said.append(f"{moved.doubles:,} of its lines were there already.")
    if moved.loosened:
        said.append(
            f"{moved.loosened:,} payments of gifts have lost their line: the trust that gave should check them."
        )
    return " ".join(said)

"""Which sites are in scope: the list for all who read the standing, and the page on which HR changes one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from audit.acting import TRUST_ROLES, Role
from audit.mover import Refused
from nhsuk.words import plural
from organisations.models import Site
from vacancies.amend_forms import ScopeForm
from vacancies.sites import lines, set_scope, would_move
from vacancies.views.shared import OVERVIEW, acting_or_404, trust_asked, trusts_to_choose

VACANCIES = "undecided vacancy,undecided vacancies"


@require_GET
def sites(request: Any) -> HttpResponse:
    """The sites of one trust: in scope or not, since when, who said so and why, and how many vacancies hang on it."""
    acting = acting_or_404(request, TRUST_ROLES | OVERVIEW)
    trust = trust_asked(request, acting)
    context = {
        "trusts": trusts_to_choose(acting),
        "trust": trust,
        "back": reverse("vacancies:standing") + (f"?trust={trust.code}" if trust else ""),
        "lines": lines(trust, by=acting) if trust else [],
        "may_change": acting.role is Role.TRUST_HR,
    }
    return render(request, "vacancies/sites.html", context)


@require_http_methods(["GET", "POST"])
def site(request: Any, pk: int) -> HttpResponse:
    """Take one site of the own trust out of scope, or bring it into it; the page says first what that would move."""
    acting = acting_or_404(request, frozenset({Role.TRUST_HR}))
    row = get_object_or_404(Site, pk=pk, organisation_id=acting.organisation_id)
    form = ScopeForm(request.POST or None, initial={"into": "out" if row.in_scope else "in"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        into = given["into"] == "in"
        try:
            moved = set_scope(site=row, in_scope=into, reason=given["reason"], by=acting)
        except Refused as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, _said(row, into=into, moved=moved))
            return redirect("vacancies:sites")
    context = {"site": row, "form": form, "moves": would_move([row], by=acting)[row.pk]}
    return render(request, "vacancies/site.html", context)


def _said(row: Site, *, into: bool, moved: int | None) -> str:
    """What was done, and how many vacancies went with it."""
    scope = "in scope" if into else "out of scope"
    if moved is None:
        return f"{row.name} was {scope} already. Nothing is changed."
    return f"{row.name} is {scope}. {plural(moved, VACANCIES)} {'entered' if into else 'left'} the 20%."

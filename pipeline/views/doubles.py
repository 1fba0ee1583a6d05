"""The page on which a trust says whether two vacancies are one advert that came through two doors."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from audit.acting import TRUST_ROLES
from audit.mover import Refused
from pipeline.doubles import unite, ways_to_unite
from pipeline.forms.doubles import DoubleForm
from pipeline.views.shared import acting_or_404
from vacancies.doubles import keep_two
from vacancies.ledger import counted_of
from vacancies.models import Vacancy
from vacancies.pay_words import pay_words


@require_http_methods(["GET", "POST"])
def same_advert(request: Any, reference: str, other: str) -> HttpResponse:
    """The two side by side, and the answer: one vacancy, and which stays, or two adverts."""
    acting = acting_or_404(request, frozenset(TRUST_ROLES))
    rows = Vacancy.objects.visible_to(acting).select_related("trust", "site")
    one, two = (get_object_or_404(rows, reference=each) for each in (reference, other))
    ways, why_not = ways_to_unite(one, two, by=acting)
    form = DoubleForm(request.POST or None, ways=ways)
    if request.method == "POST" and form.is_valid():
        keep = form.kept
        try:
            if keep is None:
                keep_two(vacancy=max(one, two, key=by_age), other=min(one, two, key=by_age), by=acting, reason=form.why)
                messages.success(request, f"{one.reference} and {two.reference} are two adverts.")
            else:
                goes = two if keep.pk == one.pk else one
                passed = unite(keep=keep, goes=goes, by=acting)
                brought = f" It brought: {', '.join(passed)}." if passed else ""
                messages.success(request, f"{goes.reference} is now one vacancy with {keep.reference}.{brought}")
        except Refused as refused:
            form.add_error("answer", str(refused))
        else:
            return redirect(keep or one)
    sides = [(each, pay_words(each), counted_of(each)) for each in (one, two)]
    return render(
        request, "pipeline/same_advert.html", {"one": one, "two": two, "sides": sides, "form": form, "why_not": why_not}
    )


def by_age(vacancy: Vacancy) -> int:
    return vacancy.pk

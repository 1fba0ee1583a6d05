"""Posts and pay bands that no source gave, answered for many vacancies on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audit.acting import TRUST_ROLES
from nhsuk.words import plural
from vacancies.feed_forms import MOST_ASKED, MissingForm, filled
from vacancies.missing_facts import exempt_bank, give, lacking
from vacancies.models import Vacancy
from vacancies.views.listing import MOST_AT_ONCE
from vacancies.views.shared import acting_or_404

UNDECIDED = "/vacancies/?fence=undecided&sort=closes"


@require_http_methods(["GET", "POST"])
def facts(request: Any) -> HttpResponse:
    """Each vacancy of which posts or band are missing; what is left empty is asked for again."""
    acting = acting_or_404(request, TRUST_ROLES)
    rows = lacking(acting).select_related("site")
    page = Paginator(rows, MOST_ASKED).get_page(request.GET.get("page"))
    shown = list(page)
    if request.method == "POST":
        shown = list(rows.filter(reference__in=request.POST.getlist("vacancy")[:MOST_ASKED]))
    form = MissingForm(filled(request), vacancies=shown)
    if request.method == "POST" and "fill" not in request.POST and form.is_valid():
        done = give(answers=form.answers(), by=acting)
        if done:
            messages.success(request, f"Answered for {plural(done, 'vacancy,vacancies')}.")
        else:
            messages.error(request, "Nothing was filled in. Give the posts or the pay band of at least one vacancy.")
        return redirect(request.get_full_path() if lacking(acting).exists() else UNDECIDED)
    return render(request, "vacancies/missing.html", {"page": page, "form": form, "rows": form.rows()})


@require_POST
def exempt(request: Any) -> HttpResponse:
    """The bank adverts among the chosen vacancies fill a register: said by a person, who stands with each."""
    acting = acting_or_404(request, TRUST_ROLES)
    references = request.POST.getlist("vacancy")[:MOST_AT_ONCE]
    done = exempt_bank(vacancies=Vacancy.objects.visible_to(acting).filter(reference__in=references), by=acting)
    messages.success(request, f"{plural(done, 'bank advert')} exempted as a register.")
    return redirect(UNDECIDED)

"""The criteria of a vacancy: typed, corrected, or brought from the advert's page; and compared with the last adverts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.acting import TRUST_ROLES, Acting, Role
from audit.clock import today
from audit.mover import Refused
from vacancies.advert_pages import Brought, MayBeAnother, fetch_page, may_fetch, read_page, take_page
from vacancies.criteria import Lines, check_correctable, correct_criteria, criteria_of
from vacancies.forms import CriteriaForm, PageForm, SameAdvertForm
from vacancies.inflation import compared
from vacancies.models import Vacancy
from vacancies.views.detail import header
from vacancies.views.shared import acting_or_404, vacancy_or_404

ON_A_PAGE = 25
DAYS = 365


def _of(request: Any, reference: str) -> tuple[Acting, Vacancy]:
    """The vacancy, while its criteria may be corrected; later there is no such page."""
    acting, vacancy = vacancy_or_404(request, reference, TRUST_ROLES)
    try:
        check_correctable(vacancy, by=acting)
    except Refused as refused:
        raise Http404 from refused
    return acting, vacancy


@require_http_methods(["GET", "POST"])
def correct(request: Any, reference: str) -> HttpResponse:
    acting, vacancy = _of(request, reference)
    held = criteria_of(vacancy)
    form = CriteriaForm(request.POST or None, known=bool(held), initial=_typed(held))
    if request.method == "POST" and form.is_valid():
        try:
            change = correct_criteria(
                vacancy=vacancy, criteria=form.criteria(), reason=form.cleaned_data["reason"], by=acting
            )
        except Refused as refused:
            form.add_error("essential", str(refused))
        else:
            messages.success(request, f"Criteria saved: {len(change.added)} added, {len(change.removed)} removed.")
            return redirect(vacancy)
    return _page(request, vacancy, form, PageForm())


@require_POST
def bring(request: Any, reference: str) -> HttpResponse:
    """From the advert's page, chosen as a file or fetched; other criteria than those here are shown before they are saved."""
    acting, vacancy = _of(request, reference)
    fetching = "fetch" in request.POST
    page_form = PageForm(None if fetching else request.POST, None if fetching else request.FILES)
    same_form, held = SameAdvertForm(request.POST), criteria_of(vacancy)
    ask = same_form.is_valid() and same_form.cleaned_data["same_advert"]
    if fetching or page_form.is_valid():
        try:
            page = read_page(fetch_page(vacancy) if fetching else page_form.cleaned_data["page"].read())
            brought = take_page(vacancy=vacancy, page=page, by=acting, same_advert=ask)
        except Refused as refused:
            ask = ask or isinstance(refused, MayBeAnother)
            if fetching:
                messages.error(request, str(refused))
            else:
                page_form.add_error("page", str(refused))
        else:
            return _brought(request, vacancy, brought)
    form = CriteriaForm(known=bool(held), initial=_typed(held))
    return _page(request, vacancy, form, PageForm() if fetching else page_form, same_form=same_form if ask else None)


def _brought(request: Any, vacancy: Vacancy, brought: Brought) -> HttpResponse:
    """What the page filled in, what it says otherwise, and its criteria where others are here."""
    if brought.otherwise:
        said = f"The advert’s page says otherwise: {brought.otherwise}. That stays as it was: correct it if the page is right."
        messages.warning(request, said)
    if brought.waiting:
        form = CriteriaForm(known=True, initial=_typed(brought.waiting))
        return _page(request, vacancy, form, PageForm(), waiting=True)
    messages.success(request, f"Filled in: {brought.changed}." if brought.changed else "The page says nothing new.")
    return redirect(vacancy)


def _typed(lines: Lines) -> dict[str, str]:
    return {
        name: "\n".join(text for text, essential in lines if essential is wanted)
        for name, wanted in (("essential", True), ("desirable", False))
    }


def _page(request: Any, vacancy: Vacancy, form: CriteriaForm, page_form: PageForm, **more: Any) -> HttpResponse:
    context = {
        **header(vacancy),
        "form": form,
        "page_form": page_form,
        "may_fetch": may_fetch(vacancy),
        **more,
    }
    return render(request, "vacancies/criteria.html", context)


@require_GET
def changes(request: Any) -> HttpResponse:
    """Adverts of the last year whose essential criteria differ from those of the last advert of the job."""
    acting = acting_or_404(request, TRUST_ROLES | {Role.ICB_ANALYST, Role.AUDITOR})
    since = today() - timedelta(days=DAYS)
    rows = Vacancy.objects.visible_to(acting).filter(opened_on__gte=since - timedelta(days=DAYS))
    found = [
        each
        for each in compared(rows.select_related("trust", "site").defer("description"), by=acting)
        if each.vacancy.opened_on and each.vacancy.opened_on >= since
    ]
    context = {
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "more": sum(bool(each.change.added) for each in found),
        "since": since,
    }
    return render(request, "vacancies/criteria_changes.html", context)

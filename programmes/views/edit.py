"""Changing one part of a person's record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.acting import Acting
from audit.clock import today
from audit.mover import Refused
from candidates.models import Candidate
from candidates.services import add_supporter, change_person, home_of, move_home
from nhsuk.forms import NhsukForm
from programmes.forms.person import (
    AdjustmentsForm,
    ContactForm,
    HomeForm,
    NamesForm,
    RightToWorkForm,
    SupporterForm,
    WorkForm,
)
from programmes.views.shared import person_or_404, person_page, posted

PARTS: dict[str, tuple[str, type[NhsukForm]]] = {
    "names": ("Names and date of birth", NamesForm),
    "contact": ("How to reach them", ContactForm),
    "home": ("Where they live", HomeForm),
    "work": ("The work they want", WorkForm),
    "right-to-work": ("Right to work", RightToWorkForm),
    "adjustments": ("Adjustments and safety", AdjustmentsForm),
    "supporter": ("Add a supporter", SupporterForm),
}


@require_http_methods(["GET", "POST"])
@never_cache
def edit(request: HttpRequest, reference: str, part: str) -> HttpResponse:
    """One part of the record as a form; what was typed is never lost."""
    if part not in PARTS:
        raise Http404
    acting, candidate = person_or_404(request, reference)
    title, form_class = PARTS[part]
    form = form_class(posted(request), initial=_initial(candidate, part, form_class))
    if request.method == "POST" and form.is_valid():
        try:
            _save(candidate, part, form, acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{title}: saved.")
            return redirect(candidate)
    context = {**person_page(candidate, acting, current="edit"), "form": form, "title": title, "part": part}
    return render(request, "programmes/edit.html", context)


def _initial(candidate: Candidate, part: str, form_class: type[NhsukForm]) -> dict[str, Any]:
    if part == "supporter":
        return {}
    if part == "home":
        home = home_of(candidate, on=today())
        names = ("postcode", "no_fixed_abode", "responsible_authority")
        return {name: getattr(home, name) for name in names} if home else {}
    return {name: getattr(candidate, name) for name in form_class.base_fields}


def _save(candidate: Candidate, part: str, form: Any, acting: Acting) -> None:
    if part == "home":
        move_home(candidate=candidate, **form.cleaned_data, by=acting)
    elif part == "supporter":
        supporter = form.supporter()
        if supporter is None:
            raise Refused("Enter the supporter’s name.")
        add_supporter(candidate=candidate, supporter=supporter, by=acting)
    else:
        change_person(candidate=candidate, by=acting, **form.cleaned_data)

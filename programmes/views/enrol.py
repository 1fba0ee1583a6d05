"""Enrolling somebody on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.acting import Acting
from audit.mover import Refused
from candidates.readiness import gaps
from candidates.services import Duplicate, likely_duplicates
from nhsuk.fields import DateField, DateInput
from places.postcodes import normalise
from places.services import locate
from places.words import sentences
from programmes.forms.person import EnrolForm, typed
from programmes.services import enrol_new_person
from programmes.views.shared import acting_or_404

COMPARED = ("given_name", "family_name", "postcode", "phone", "email")


@require_http_methods(["GET", "POST"])
@never_cache
def enrol_page(request: HttpRequest) -> HttpResponse:
    """One page: the person, where they live, what they want, and their cohort; saved in one go."""
    acting = acting_or_404(request)
    if request.method == "GET":
        return _page(request, EnrolForm(acting=acting, initial={"cohort": request.GET.get("cohort", "")}))
    if "check_postcode" in request.POST:
        kept = EnrolForm(acting=acting, initial=typed(EnrolForm, request.POST, acting=acting))
        return _page(request, kept, _look_up(request), _duplicates(request, acting))
    return _save(request, acting, EnrolForm(request.POST, acting=acting))


def _save(request: HttpRequest, acting: Acting, form: EnrolForm) -> HttpResponse:
    duplicates = _duplicates(request, acting)
    if form.is_valid():
        if not _answered(request, duplicates):
            form.add_error(None, "This person may be here already. Look at the records below.")
        else:
            try:
                candidate = enrol_new_person(
                    person=form.person(),
                    cohort=form.cleaned_data["cohort"],
                    state=form.cleaned_data["state"],
                    by=acting,
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _welcome(candidate))
                return redirect(candidate)
    return _page(request, form, _look_up(request), duplicates)


def _welcome(candidate: Any) -> str:
    missing = len(gaps(candidate))
    rest = "Nothing is missing: they can be put forward." if not missing else f"Missing to ready: {missing}, see below."
    return f"{candidate.name} is enrolled as {candidate.reference}. {rest}"


def _page(
    request: HttpRequest,
    form: EnrolForm,
    place: dict[str, Any] | None = None,
    duplicates: list[Duplicate] | None = None,
) -> HttpResponse:
    found = duplicates or []
    context = {"form": form, "duplicates": found, "different": _answered(request, found), **(place or {})}
    return render(request, "programmes/enrol.html", context)


@require_POST
@never_cache
def duplicates(request: HttpRequest) -> HttpResponse:
    """Likely records of the person being typed: the fragment that the enrol page fetches. Names stay out of addresses."""
    acting = acting_or_404(request)
    found = _duplicates(request, acting)
    context = {"duplicates": found, "different": _answered(request, found)}
    return render(request, "programmes/_duplicates.html", context)


def _duplicates(request: HttpRequest, acting: Acting) -> list[Duplicate]:
    asked: dict[str, Any] = {name: request.POST.get(name, "").replace("\x00", "")[:254] for name in COMPARED}
    return likely_duplicates(**asked, date_of_birth=_born(request), by=acting)


def _born(request: HttpRequest) -> Any:
    try:
        return DateField(required=False).clean(DateInput().value_from_datadict(request.POST, {}, "date_of_birth"))
    except ValidationError:
        return None


def _answered(request: HttpRequest, found: list[Duplicate]) -> bool:
    """Whether somebody said of each of the likely records, having seen it, that it is another person's."""
    seen = set(request.POST.get("seen", "").split()) if "different_person" in request.POST else set()
    return {each.candidate.reference for each in found} <= seen


def _look_up(request: HttpRequest) -> dict[str, Any]:
    """The place of the postcode as typed, for the page."""
    wanted = request.POST.get("postcode", "").strip()
    if not wanted or "no_fixed_abode" in request.POST:
        return {}
    try:
        location = locate(normalise(wanted))
    except ValueError as error:
        return {"problem": str(error)}
    return {"location": location, "sentences": sentences(location)}

"""Deciding why somebody is eligible, and ending that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.acting import Acting
from audit.clock import today
from audit.mover import Refused
from candidates.choices import Answer
from candidates.models import Candidate
from nhsuk.words import long_day
from organisations.policies import in_force
from programmes.forms.people import EligibilityForm, EndEligibilityForm
from programmes.models import Eligibility, Enrolment, Route
from programmes.policies import BOTH, NATIONAL
from programmes.rules import COUNTS_AS_TAKING_PART, core20_answer
from programmes.services import decide_eligibility, default_end, end_eligibility
from programmes.views.shared import person_or_404, person_page, posted


@require_http_methods(["GET", "POST"])
@never_cache
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Route and evidence, beside what was found about the place and the reading of the Charter in force."""
    acting, candidate = person_or_404(request, reference)
    header = person_page(candidate, acting, current="programmes")
    takes_part = list(
        Enrolment.objects.visible_to(acting)
        .filter(candidate=candidate, state__in=COUNTS_AS_TAKING_PART)
        .select_related("cohort__programme")
    )
    reading = in_force("programmes.core20_reading")
    core20 = core20_answer(header["home"], reading=reading.value)
    form = EligibilityForm(posted(request), initial={"route": _likely(core20, takes_part)})
    if request.method == "POST" and form.is_valid():
        try:
            decided = decide_eligibility(candidate=candidate, **form.cleaned_data, by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{candidate.name} {_in_words(decided)}.")
            return redirect(candidate)
    context = {
        **header,
        "form": form,
        "takes_part": takes_part,
        "decided": list(_in_force(candidate, acting)),
        "reading": "England" if reading.value == NATIONAL else "North West London",
        "reading_source": reading.policy.source,
        "core20": core20,
        "both": in_force("programmes.eligible_by").value == BOTH,
        "lasts": [(route.label, default_end(route, today())) for route in Route],
    }
    return render(request, "programmes/eligibility.html", context)


def _in_force(candidate: Candidate, acting: Acting) -> QuerySet[Eligibility]:
    """Decisions that hold today or begin later."""
    rows: QuerySet[Eligibility] = Eligibility.objects.visible_to(acting).filter(candidate=candidate)
    return rows.filter(Q(ends__isnull=True) | Q(ends__gt=today())).order_by("starts", "pk")


def _in_words(decided: Eligibility) -> str:
    """ "is eligible until 23 November 2028"; with the first day too where that is not past or everything is."""
    until = f"until {long_day(decided.ends)}" if decided.ends else "without an end"
    if decided.starts > today():
        return f"will be eligible from {long_day(decided.starts)} {until}"
    return f"{'was' if decided.ends and decided.ends <= today() else 'is'} eligible {until}"


def _likely(core20: str, takes_part: list[Any]) -> str:
    """The route that the record already shows, to be confirmed by whoever sees evidence."""
    if takes_part:
        return Route.PROGRAMME
    return Route.CORE20 if core20 == Answer.YES else ""


@require_http_methods(["GET", "POST"])
@never_cache
def end(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """End a decision, with the reason."""
    acting, candidate = person_or_404(request, reference)
    decisions = Eligibility.objects.visible_to(acting).filter(candidate=candidate)
    decision = get_object_or_404(decisions, pk=pk)
    form = EndEligibilityForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            end_eligibility(eligibility=decision, **form.cleaned_data, by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Eligibility ends on that day.")
            return redirect("programmes:of_candidate", reference)
    header = person_page(candidate, acting, current="programmes")
    return render(request, "programmes/end_eligibility.html", {**header, "form": form, "decision": decision})

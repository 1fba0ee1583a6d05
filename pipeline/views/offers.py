"""Offering a guaranteed interview: a page to check, then the offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.acting import Acting
from audit.mover import Refused
from candidates.models import Candidate
from nhsuk.fields import Text
from nhsuk.forms import NhsukForm
from nhsuk.words import listed, long_day
from organisations.models import Organisation
from organisations.services import shared_agreement
from pipeline.models import Referral
from pipeline.rules import check_agreement, check_offer
from pipeline.services import offer
from pipeline.slots import slots_of
from pipeline.views.shared import PUTS_FORWARD, acting_or_404
from vacancies.models import JobFamily, Vacancy

MOST_AT_ONCE = 20


class OfferForm(NhsukForm):
    """Who and for what, by reference: as the matching pages send them, or typed."""

    label_size = "s"
    candidate = forms.CharField(label="Person’s reference", max_length=12, widget=Text(width=10))
    vacancy = forms.CharField(label="Vacancy’s reference", max_length=12, widget=Text(width=10))

    def __init__(self, *args: Any, by: Acting, **more: Any) -> None:
        super().__init__(*args, **more)
        self.by = by

    def clean_vacancy(self) -> Vacancy:
        rows = Vacancy.objects.visible_to(self.by).select_related("trust", "site")
        vacancy: Vacancy | None = rows.filter(reference__iexact=self.cleaned_data["vacancy"].strip()).first()
        if vacancy is None:
            raise forms.ValidationError("No vacancy that you see has this reference. Check it on the vacancy’s page.")
        return vacancy

    def clean_candidate(self) -> list[Candidate]:
        wanted = [text.strip().upper() for text in self.data.getlist("candidate") if text.strip()][:MOST_AT_ONCE]
        found = {row.reference: row for row in Candidate.objects.visible_to(self.by).filter(reference__in=wanted)}
        if missing := [reference for reference in wanted if reference not in found]:
            raise forms.ValidationError(f"Nobody whom you see has the reference {missing[0]}. Check it on their page.")
        return [found[reference] for reference in dict.fromkeys(wanted)]


@dataclass(frozen=True, slots=True)
class Checked:
    """One person of the check page; `stop` is the sentence that stops the offer, or ""."""

    candidate: Candidate
    suggestion: Referral | None
    stop: str
    other_work: str  # the kinds of work that they asked for, where the vacancy's is none of them


@require_http_methods(["GET", "POST"])
@never_cache
def offer_page(request: Any) -> HttpResponse:
    """Person, vacancy, slots left and agreement to check; confirmed, the offer is made."""
    acting = acting_or_404(request, PUTS_FORWARD)
    data = request.POST if request.method == "POST" else request.GET
    form = OfferForm(data if "candidate" in data or "vacancy" in data else None, by=acting)
    if not form.is_valid():
        return render(request, "pipeline/offer_who.html", {"form": form})
    vacancy, people = form.cleaned_data["vacancy"], form.cleaned_data["candidate"]
    checked = [check(person, vacancy, acting) for person in people]
    refusal = ""
    if "confirm" in request.POST:
        refusal, made = confirm(checked, vacancy, acting)
        if made:
            return _thank(request, made)
    context = {
        **facts_of(vacancy, acting),
        "checked": checked,
        "can_offer": any(not each.stop for each in checked),
        "refusal": refusal,
    }
    return render(request, "pipeline/offer.html", context)


def check(candidate: Candidate, vacancy: Vacancy, acting: Acting) -> Checked:
    """Ask what the service will ask."""
    mine = Referral.objects.visible_to(acting).filter(candidate=candidate, vacancy=vacancy, state="suggested")
    suggestion = mine.first()
    stop = ""
    try:
        check_agreement(vacancy=vacancy, by_organisation=Organisation.objects.get(pk=acting.organisation_id))
        check_offer(candidate=candidate, vacancy=vacancy, by=acting, suggestion=suggestion)
    except Refused as refused:
        stop = str(refused)
    return Checked(candidate, suggestion, stop, "" if stop else _other_work(candidate, vacancy))


def _other_work(candidate: Candidate, vacancy: Vacancy) -> str:
    if vacancy.job_family in candidate.work_wanted:
        return ""
    labels = dict(JobFamily.choices)
    return listed([labels.get(family, family).lower() for family in candidate.work_wanted])


def confirm(checked: list[Checked], vacancy: Vacancy, acting: Acting) -> tuple[str, list[Referral]]:
    """Offer to all who are not stopped, or to nobody: (why not, the referrals)."""
    fit = [each for each in checked if not each.stop]
    if not fit:
        return "Nothing was offered.", []
    try:
        with transaction.atomic():
            return "", [
                offer(candidate=each.candidate, vacancy=vacancy, by=acting, referral=each.suggestion) for each in fit
            ]
    except Refused as refused:
        return f"{refused} Nothing was offered.", []


def facts_of(vacancy: Vacancy, acting: Acting) -> dict[str, Any]:
    own = Organisation.objects.get(pk=acting.organisation_id)
    agreement = shared_agreement(own, vacancy.trust)
    return {
        "vacancy": vacancy,
        "vacancy_url": vacancy.get_absolute_url(),
        "slots": slots_of([vacancy])[vacancy.pk],
        "agreement": agreement,
    }


def _thank(request: Any, made: list[Referral]) -> HttpResponse:
    last_day = long_day(made[0].answer_by)
    if len(made) == 1:
        messages.success(request, f"Offered. Ask for the answer by {last_day}, and record it here.")
        return redirect(made[0].get_absolute_url())
    messages.success(request, f"{len(made)} interviews offered. Ask for the answers by {last_day}.")
    return redirect("pipeline:list")

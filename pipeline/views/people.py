"""The people of a vacancy, the interviews of a person, and the vacancy that is withdrawn."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.acting import TRUST_ROLES
from audit.events import note_read
from audit.mover import Refused, can_move
from candidates.models import Candidate
from candidates.pages import person_header
from nhsuk.forms import NhsukForm
from pipeline.appointments import record_job
from pipeline.closing import withdraw_vacancy as do_withdraw
from pipeline.far import far_of
from pipeline.forms.jobs import RecordJobForm
from pipeline.lists import by_urgency, referrals_for, shuffled
from pipeline.models import Employment, Evidence
from pipeline.slots import slots_of
from pipeline.steps import colour_of
from pipeline.views.lists import lines_of
from pipeline.views.shared import PUTS_FORWARD, acting_or_404
from vacancies.models import Vacancy
from vacancies.ring_fencing import slots_promised
from vacancies.states import TABLE
from vacancies.views.detail import header
from vacancies.views.shared import tabs, with_facts_or_404


@require_GET
@never_cache
def of_vacancy(request: Any, reference: str) -> HttpResponse:
    """Who was put forward for a vacancy; to its trust masked."""
    acting = acting_or_404(request)
    vacancy = with_facts_or_404(acting, reference)
    trust = acting.role in TRUST_ROLES
    referrals = referrals_for(acting).filter(vacancy=vacancy).prefetch_related("decisions")
    lines = lines_of(shuffled(referrals) if trust else by_urgency(referrals), acting)
    context = {
        **header(vacancy),
        **tabs(acting, "people"),
        "may_withdraw": can_move(vacancy, "withdraw", table=TABLE, by=acting),
        "lines": lines,
        "far": far_of(vacancy),
        "slots": slots_of([vacancy])[vacancy.pk],
        "masked": trust,
    }
    return render(request, "pipeline/of_vacancy.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def of_candidate(request: Any, reference: str) -> HttpResponse:
    """A person's referrals and jobs; and a job that they found elsewhere."""
    acting = acting_or_404(request, PUTS_FORWARD)
    candidate = get_object_or_404(Candidate.objects.visible_to(acting), reference=reference)
    form = RecordJobForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            given = {**form.cleaned_data, "evidence": Evidence(form.cleaned_data["evidence"])}
            employment = record_job(candidate=candidate, **given, by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The job is recorded, and counts.")
            return redirect(employment.get_absolute_url())
    note_read(by=acting, on=candidate, page="interviews")
    referrals = referrals_for(acting).filter(candidate=candidate).prefetch_related("decisions")
    jobs = Employment.objects.visible_to(acting).filter(candidate=candidate).select_related("employer")
    context = {
        **person_header(candidate, acting, current="interviews"),
        "lines": lines_of(referrals.order_by("-made_at", "-pk"), acting),
        "jobs": [(job, colour_of(job.state)) for job in jobs.order_by("-made_at", "-pk")],
        "form": form,
    }
    return render(request, "pipeline/of_candidate.html", context)


class WithdrawForm(NhsukForm):
    reason = forms.CharField(
        label="Why is it withdrawn?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=400,
        help_text="It is kept, and published where a promise is broken.",
    )


@require_http_methods(["GET", "POST"])
@never_cache
def withdraw_vacancy(request: Any, reference: str) -> HttpResponse:
    """What withdrawing ends, then doing it."""
    acting = acting_or_404(request, frozenset(TRUST_ROLES))
    vacancy = get_object_or_404(Vacancy.objects.visible_to(acting).select_related("trust"), reference=reference)
    if not can_move(vacancy, "withdraw", table=TABLE, by=acting):
        raise Http404
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            do_withdraw(vacancy=vacancy, reason=form.cleaned_data["reason"], by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{vacancy.reference} is withdrawn.")
            return redirect(vacancy)
    sent = referrals_for(acting).filter(vacancy=vacancy, state__in=("submitted", "meets"))
    states = list(sent.values_list("state", flat=True))
    context = {
        "vacancy": vacancy,
        "form": form,
        "submitted": states.count("submitted"),
        "promised": states.count("meets"),
        "slots": slots_promised(vacancy),
    }
    return render(request, "pipeline/withdraw_vacancy.html", context)

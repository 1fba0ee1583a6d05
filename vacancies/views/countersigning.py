"""The countersignature by link: no sign-in, one decision, one answer. Every link that does not work gets the same page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.acting import TRUST_ROLES
from audit.mover import Refused
from nhsuk.templatetags.nhsuk import day as long_day
from organisations.link_pages import ended
from outbox.doors import open_link
from outbox.services import acting_of_link, use_link
from vacancies.countersigning import PURPOSE, ask_again, countersign
from vacancies.forms import CountersignForm, SignerForm
from vacancies.models import Override
from vacancies.views.detail import header
from vacancies.views.shared import vacancy_or_404


@require_http_methods(["GET", "POST"])
def ask(request: Any, reference: str) -> HttpResponse:
    """Send the link once more, or to somebody else: an e-mail is lost, a colleague leaves."""
    acting, vacancy = vacancy_or_404(request, reference, TRUST_ROLES)
    waiting = Override.objects.visible_to(acting).filter(signed_at=None)
    if "decision" in request.GET:
        waiting = waiting.filter(reference=request.GET["decision"])
    override = get_object_or_404(waiting, pk=waiting.filter(vacancy=vacancy).order_by("pk").values("pk")[:1])
    asked = {} if override.refused_at else {name: getattr(override, name) for name in ("signer_name", "signer_email")}
    form = SignerForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            ask_again(override=override, by=acting, **form.cleaned_data)
        except Refused as refused:
            form.add_error("signer_email", str(refused))
        else:
            messages.success(request, f"Link sent to {form.cleaned_data['signer_email']}.")
            return redirect(vacancy)
    context = {
        **header(vacancy),
        "form": form,
        "title": "Ask another person" if override.refused_at else "Ask for the countersignature again",
        "button": "Send the link",
        "intro": f"{override.signer_name} did not agree: “{override.remark}” That stays published."
        if override.refused_at
        else f"{override.signer_name} was asked to answer by {long_day(override.sign_by)}. "
        "An earlier link stops, and the day stays.",
    }
    return render(request, "vacancies/form.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: Any, token: str) -> HttpResponse:
    """Show the decision to whoever was asked, and record their answer."""
    link = open_link(request, token, purpose=PURPOSE)
    if isinstance(link, HttpResponse):
        return link
    acting = acting_of_link(link)
    rows = Override.objects.visible_to(acting).filter(signed_at=None, refused_at=None)
    override = rows.select_related("vacancy__trust", "vacancy__site", "vacancy__department").first()
    if override is None:
        return ended(request, token, purpose=PURPOSE)
    form = CountersignForm(request.POST or None, override=override)
    if request.method == "POST" and form.is_valid():
        try:
            _answer(request, link, override, acting, form)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "vacancies/countersigned.html", {"agrees": form.cleaned_data["agrees"] == "yes"})
    return render(request, "vacancies/countersign.html", {"form": form, "override": override})


@transaction.atomic
def _answer(request: HttpRequest, link: Any, override: Override, acting: Any, form: CountersignForm) -> None:
    held = {membership.pk for membership in getattr(request, "memberships", [])}
    if override.membership_id in held:
        raise Refused("Somebody else has to countersign: you made this decision.")
    if not use_link(link):
        raise Refused("This decision has been answered already.")
    given = form.cleaned_data
    own_word = {name: given[name] for name in ("remark", "job", "department", "apart")}
    countersign(override=override, agrees=given["agrees"] == "yes", by=acting, **own_word)

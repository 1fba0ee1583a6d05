"""The page on which a new reading of "entry level" is tried on history, and then signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.acting import Acting, Role
from audit.clock import today
from audit.mover import Refused
from nhsuk.words import long_day
from organisations.policies import in_force
from organisations.services import sign_policy
from vacancies.amend_forms import SignPolicyForm, TrialForm
from vacancies.entry_level import EntryLevelPolicy
from vacancies.policy_trial import Trial, try_on_history
from vacancies.views.shared import acting_or_404

KEY = "vacancies.entry_level"
SIGNS = frozenset({Role.ICB_ANALYST, Role.SYSTEM_ADMIN})
CHANGED_SINCE = "Adverts have changed since you looked. Read again what would change, then sign."


@require_http_methods(["GET", "POST"])
def trial(request: Any) -> HttpResponse:
    """Choose bands, levels and exclusions; see what would change of the last twelve months; only then sign it."""
    acting = acting_or_404(request, SIGNS | {Role.AUDITOR})
    may_sign = acting.role in SIGNS
    if request.method == "POST" and not may_sign:
        raise Http404
    since = today() - timedelta(days=365)
    form = TrialForm(_given(request), initial=TrialForm.of(_in_force()))
    found = signature = None
    if form.is_bound and form.is_valid():
        found = try_on_history(form.value(), since=since, until=today(), by=acting)
        signature = _signature(request, found) if may_sign else None
        if request.method == "POST" and signature and signature.is_valid() and _sign(signature, form, found, acting):
            messages.success(request, f"Signed. In force from {long_day(signature.cleaned_data['starts'])}.")
            return redirect("organisations:policy", name=KEY)
    context = {
        "form": form,
        "trial": found,
        "page": Paginator(found.changed if found else (), 50).get_page(request.GET.get("page")),
        "since": since,
        "signature": signature,
        "may_sign": may_sign,
        "opens": acting.role is not Role.SYSTEM_ADMIN,
        "same": found is not None and form.value() == _in_force(),
    }
    return render(request, "vacancies/trial.html", context)


def _in_force() -> dict[str, Any]:
    """The reading of today, every part of it said."""
    return EntryLevelPolicy.of(in_force(KEY).value, version=0).as_value()


def _given(request: Any) -> Any:
    """The reading, by either method; nothing before anything was chosen."""
    if request.method == "POST":
        return request.POST
    return request.GET if "try" in request.GET or "bands" in request.GET or "levels" in request.GET else None


def _signature(request: Any, found: Trial) -> SignPolicyForm:
    """The form below the result; what was seen is carried anew each time that it is shown."""
    if request.method == "GET":
        return SignPolicyForm(initial={"seen": found.seen, "starts": today()})
    given = request.POST.copy()
    seen, given["seen"] = given.get("seen", ""), found.seen
    form = SignPolicyForm(given)
    if seen != found.seen:
        form.add_error(None, CHANGED_SINCE)
    return form


def _sign(signature: SignPolicyForm, form: TrialForm, found: Trial, acting: Acting) -> bool:
    try:
        sign_policy(key=KEY, value=form.value(), by=acting, **signature.said())
    except Refused as refused:
        signature.add_error(None, str(refused))
        return False
    return True

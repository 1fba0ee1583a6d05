"""Which organisation and role a person acts for, who has access, and the values that are signed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from audit.acting import Role
from audit.clock import today
from audit.mover import Refused
from nhsuk.words import long_day, pounds, pounds_pence, tidy
from organisations import link_pages, services
from organisations.forms import AcceptForm, InvitationForm, PolicyForm, SwitchForm, TokenForm
from organisations.middleware import SESSION_KEY
from organisations.models import Accession, Agreement, ApiToken, Invitation, Membership, Policy
from organisations.policies import Key, keys
from organisations.services import accession_in_force

HUNDRED = Decimal(100)
INVITATION = "invitation"
AGREEMENT_READERS = frozenset({Role.SYSTEM_ADMIN, Role.ICB_ANALYST, Role.AUDITOR, Role.ACADEMY, Role.TRUST_HR})


def only(request: Any, *roles: Role) -> None:
    """404 unless the acting role is one of `roles`: the page is not theirs to know of."""
    if request.acting.role not in roles:
        raise Http404


def closed(request: HttpRequest) -> HttpResponse:
    """An address of the sign-in library that this service keeps shut: people's e-mail addresses come by invitation."""
    raise Http404


def no_membership(request: Any) -> HttpResponse:
    """Said to somebody who signs in but has no membership in force."""
    return redirect("today") if request.memberships else render(request, "organisations/none.html")


def switch(request: Any) -> HttpResponse:
    """Choose which membership to act by; also asked of somebody whose chosen one ended meanwhile."""
    held = {str(membership.pk): membership for membership in request.memberships}
    initial = {"membership": str(request.membership.pk)} if request.membership else {}
    form = SwitchForm(request.POST or None, memberships=request.memberships, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = held[form.cleaned_data["membership"]]
        request.session[SESSION_KEY] = chosen.pk
        request.session.cycle_key()
        messages.success(request, f"You now act as {chosen.get_role_display()}, {chosen.organisation}.")
        return redirect("today")
    return render(request, "organisations/switch.html", {"form": form, "ended": request.membership is None})


@login_not_required
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Answer an invitation by its link: choose a password. A used, old or forged link gets one plain page."""
    invitation = services.open_invitation(token)
    if invitation is None:
        return link_pages.ended(request, token, purpose=INVITATION)
    form = AcceptForm(request.POST or None)
    known = services.is_known(invitation)
    if request.method == "POST" and (known or form.is_valid()):
        try:
            services.accept_invitation(token=token, password="" if known else form.cleaned_data["password"])
        except Refused:
            return link_pages.ended(request, token, purpose=INVITATION)
        messages.success(request, "Your access is ready. Sign in to begin.")
        return redirect("account_login")
    return render(request, "organisations/accept.html", {"form": form, "invitation": invitation, "known": known})


def people(request: Any) -> HttpResponse:
    """Who has access, with their last days; invitations that wait."""
    only(request, Role.SYSTEM_ADMIN, Role.TRUST_HR, Role.AUDITOR)
    text = request.GET.get("q", "").strip()
    rows = Membership.objects.visible_to(request.acting).select_related("user", "organisation")
    if text:
        rows = rows.filter(Q(user__name__icontains=text) | Q(organisation__name__icontains=text))
    page = Paginator(rows.order_by("-ends", "user__name", "pk"), 50).get_page(request.GET.get("page"))
    waiting = Invitation.objects.visible_to(request.acting).filter(accepted_at__isnull=True)
    context = {
        "page": page,
        "text": text,
        "waiting": waiting.select_related("organisation").order_by("-made_at")[:50],
        "may_change": request.acting.role is Role.SYSTEM_ADMIN,
    }
    return render(request, "organisations/people.html", context)


def invite(request: Any) -> HttpResponse:
    """Invite somebody; the link goes to their address."""
    only(request, Role.SYSTEM_ADMIN)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation, token = services.invite(**form.cleaned_data, by=request.acting)
        except Refused as refused:
            form.add_error("membership_ends", str(refused))
        else:
            link = settings.PUBLIC_ADDRESS + reverse("organisations:accept", args=[token])
            services.send_invitation(invitation, link=link)
            messages.success(request, f"Invitation sent to {invitation.email}. It is good for a week.")
            return redirect("organisations:people")
    return render(request, "organisations/invite.html", {"form": form})


def end_membership(request: Any, pk: int) -> HttpResponse:
    """End somebody's access today, after a page that says what stops."""
    only(request, Role.SYSTEM_ADMIN)
    rows = Membership.objects.visible_to(request.acting).select_related("user", "organisation")
    membership = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        services.end_membership(membership=membership, on=today(), by=request.acting)
        messages.success(request, f"{membership.user.name}'s access ends today.")
        return redirect("organisations:people")
    return render(request, "organisations/end.html", {"membership": membership})


def tokens(request: Any) -> HttpResponse:
    """The keys of the acting membership; a new one is shown once."""
    form = TokenForm(request.POST or None, role=request.acting.role)
    key = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, key = services.make_token(**form.cleaned_data, by=request.acting)
        except Refused as refused:
            form.add_error("expires", str(refused))
        else:
            form = TokenForm(role=request.acting.role)
    held = ApiToken.objects.visible_to(request.acting).filter(revoked_at__isnull=True).order_by("-made_at")
    return render(request, "organisations/tokens.html", {"form": form, "tokens": held, "key": key})


def revoke_token(request: Any, pk: int) -> HttpResponse:
    """Stop a key; the address answers a form only."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.acting), pk=pk)
    if request.method == "POST":
        services.revoke_token(token=token, by=request.acting)
        messages.success(request, f"The key “{token.label}” works no longer.")
    return redirect("organisations:tokens")


def policies(request: Any) -> HttpResponse:
    """Every dated value in force today, with source and signature."""
    held: dict[tuple[str, str], Policy] = {}
    rows = Policy.objects.filter(starts__lte=today()).select_related("signed_by__user")
    for policy in rows.order_by("starts", "pk"):
        held[policy.key, policy.scope] = policy
    declared = keys()
    lines = [
        {
            "key": declared[name],
            "policy": policy,
            "scope": scope,
            "scope_label": declared[name].scopes.get(scope, scope),
            "shown": shown(declared[name], policy.value),
        }
        for (name, scope), policy in sorted(held.items())
        if name in declared
    ]
    return render(request, "organisations/policies.html", {"lines": lines, "may_sign": may_sign(request)})


def policy(request: Any, name: str) -> HttpResponse:
    """One value through time, and the form that follows it with a new one; some have a page of their own for that."""
    key = keys().get(name)
    if key is None:
        raise Http404
    scope = request.GET.get("scope", next(iter(key.scopes), ""))
    if scope not in (key.scopes or {"": ""}):
        raise Http404
    rows = Policy.objects.filter(key=name, scope=scope).select_related("signed_by__user").order_by("-starts", "-pk")
    in_force_now = rows.filter(starts__lte=today()).first()
    form = None
    if not key.page:
        form = PolicyForm(request.POST or None, key=key, current=in_force_now.value if in_force_now else None)
    if request.method == "POST":
        only(request, Role.ICB_ANALYST, Role.SYSTEM_ADMIN)
        if form is None:
            raise Http404
        if form.is_valid() and _sign(request, form, scope):
            return redirect(request.get_full_path())
    context = {
        "key": key,
        "scope": scope,
        "scopes": [(each, label) for each, label in key.scopes.items() if each != scope],
        "scope_label": key.scopes.get(scope, ""),
        "history": [{"policy": row, "shown": shown(key, row.value)} for row in rows],
        "form": form,
        "may_sign": may_sign(request),
        "page": reverse(key.page) if key.page else "",
    }
    return render(request, "organisations/policy.html", context)


def _sign(request: Any, form: PolicyForm, scope: str) -> bool:
    """Whether the value was signed; if not, the form carries the sentence."""
    value = form.cleaned_data["value"]
    try:
        services.sign_policy(key=form.key.name, value=value, scope=scope, by=request.acting, **form.said())
    except Refused as refused:
        form.add_error(None if form.key.parts else "value", str(refused))
        return False
    starts = form.cleaned_data["starts"]
    messages.success(request, f"{form.key.label}: the new value follows from {long_day(starts)}.")
    return True


def may_sign(request: Any) -> bool:
    return request.acting.role in (Role.ICB_ANALYST, Role.SYSTEM_ADMIN)


def shown(key: Key, value: Any) -> str:
    """A stored value in words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        spoken = dict(key.part_choices)
        return "; ".join(
            f"{key.parts.get(name, name.replace('_', ' '))}: {(isinstance(part, str) and spoken.get(part)) or shown(key, part)}"
            for name, part in value.items()
        )
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if key.choices:
        return key.in_words(value)
    if key.percent:
        value = f"{tidy(HUNDRED * Decimal(value)):f}%"
    if key.unit.startswith("pounds"):
        amount = Decimal(value)
        return f"{pounds(amount) if amount == int(amount) else pounds_pence(amount)}{key.unit.removeprefix('pounds')}"
    return f"{value} {key.unit}".strip()


def agreements(request: Any) -> HttpResponse:
    """The data-sharing agreements, and who is a party to each today."""
    only(request, *AGREEMENT_READERS)
    in_force = set(Accession.objects.filter(accession_in_force(today())).values_list("pk", flat=True))
    lines = []
    for agreement in Agreement.objects.prefetch_related("accessions__organisation").order_by("-starts"):
        parties = sorted(agreement.accessions.all(), key=lambda accession: accession.organisation.name)
        lines.append({"agreement": agreement, "parties": [(party, party.pk in in_force) for party in parties]})
    return render(request, "organisations/agreements.html", {"lines": lines})

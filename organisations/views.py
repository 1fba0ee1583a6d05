"""Which organisation and role a person acts for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from organisations.middleware import SESSION_KEY


def no_membership(request: HttpRequest) -> HttpResponse:
    """Said to somebody who signs in but has no membership in force."""
    return render(request, "organisations/none.html")


def switch(request: Any) -> HttpResponse:
    """Choose which membership to act by."""
    if request.method == "POST":
        held = {str(membership.pk): membership for membership in request.memberships}
        chosen = held.get(request.POST.get("membership", ""))
        if chosen:
            request.session[SESSION_KEY] = chosen.pk
            messages.success(request, f"You now act as {chosen.get_role_display().lower()}, {chosen.organisation}.")
            return redirect("today")
    return render(request, "organisations/switch.html", {"memberships": request.memberships})

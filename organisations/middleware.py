"""Puts the acting membership on each request, and insists on a second factor where that is compulsory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audit.acting import Acting
from organisations.models import Membership
from organisations.services import acting_of, memberships_in_force

SESSION_KEY = "membership"
OPEN_PATHS = ("/accounts/", "/static/", "/about/", "/organisation/none/")


class ActingMiddleware:
    """`request.acting` (or None), `request.membership` and `request.memberships` of a signed-in user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.acting, request.membership, request.memberships = None, None, []
        if request.user.is_authenticated:
            request.memberships = memberships_in_force(request.user)
            request.membership = self.chosen(request)
            request.acting = acting_of(request.membership) if request.membership else None
            if wanted := self.must_go_first(request):
                return redirect(wanted)
        return self.no_store(request, self.get_response(request))

    @staticmethod
    def chosen(request: Any) -> Membership | None:
        wanted = request.session.get(SESSION_KEY)
        return next((held for held in request.memberships if held.pk == wanted), next(iter(request.memberships), None))

    @staticmethod
    def must_go_first(request: Any) -> str:
        """Where a signed-in user must go before anything else; empty if nowhere."""
        if request.path.startswith(OPEN_PATHS):
            return ""
        if request.acting is None and not request.path.startswith("/api/"):
            return reverse("organisations:none")
        if settings.MFA_COMPULSORY and not request.user.authenticator_set.exists():
            return reverse("mfa_activate_totp")
        return ""

    @staticmethod
    def no_store(request: Any, response: HttpResponse) -> HttpResponse:
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response


def acting_of_request(request: Any) -> Acting:
    """The acting value of a request that has passed the middleware."""
    return request.acting

"""Puts the acting membership on each request, and insists on a second factor where that is compulsory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from organisations.models import Membership
from organisations.services import acting_of, memberships_in_force

SESSION_KEY = "membership"
CHOOSING = "organisations:switch"
OPEN_PATHS = ("/accounts/", "/static/", "/about/", "/organisation/none/")


def lacks_second_factor(user: Any) -> bool:
    """Whether `user` must set up a second factor before anything else."""
    return settings.MFA_COMPULSORY and not user.authenticator_set.exists()


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
        return self.no_store(request, self.get_response(request))

    @staticmethod
    def chosen(request: Any) -> Membership | None:
        """The one chosen in this session, or at sign-in the first. None once it has ended: no other acts unchosen."""
        wanted = request.session.get(SESSION_KEY)
        if wanted is None:
            return next(iter(request.memberships), None)
        return next((held for held in request.memberships if held.pk == wanted), None)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Send a signed-in user elsewhere first: without a membership nowhere, without a second factor to set one up."""
        if request.path.startswith("/api/"):
            return self.close_api(request)
        open_to_all = not getattr(view, "login_required", True) or request.path.startswith(OPEN_PATHS)
        if open_to_all or not request.user.is_authenticated:
            return None
        if not request.memberships:
            return redirect("organisations:none")
        if lacks_second_factor(request.user):
            return redirect("mfa_activate_totp")
        chooses = getattr(request.resolver_match, "view_name", "") == CHOOSING
        return redirect(CHOOSING) if request.acting is None and not chooses else None

    @staticmethod
    def close_api(request: Any) -> None:
        """A session opens the API no earlier than the pages; a key is asked later, and brings its own membership."""
        if request.user.is_authenticated and lacks_second_factor(request.user):
            request.acting = None

    @staticmethod
    def no_store(request: Any, response: HttpResponse) -> HttpResponse:
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

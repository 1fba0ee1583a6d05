"""How allauth is closed: nobody signs up, people are invited."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.shortcuts import redirect

from organisations.middleware import SESSION_KEY
from organisations.models import User
from organisations.services import memberships_in_force


class InvitationOnlyAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or the password is not right. Try again, or choose a new password.",
        "enter_current_password": "That is not your present password. Type it again.",
        "incorrect_password": "That is not your password. Type it again.",
        "too_many_login_attempts": "Too many wrong tries. Wait a few minutes, then try again.",
    }

    def login(self, request: Any, user: Any) -> None:
        """A session begins by the first membership and keeps to it: when that ends, the person is asked to choose."""
        super().login(request, user)
        first = next(iter(memberships_in_force(user)), None)
        if first is not None:
            request.session.setdefault(SESSION_KEY, first.pk)

    def is_open_for_signup(self, request: Any) -> bool:
        return False


class InvitationOnlySocialAdapter(DefaultSocialAccountAdapter):
    """An identity provider proves an address; only an invited user with that address gets in."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        if sociallogin.is_existing:
            return
        addresses = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
        user = User.objects.filter(email__in=addresses, is_active=True).first()
        if user is None:
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, user)

"""Who calls the API: a key bound to a membership, or the signed-in page's own session."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from organisations.models import User
from organisations.services import acting_for_key


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer gi_...`"""

    def authenticate(self, request: Any) -> tuple[User, Any] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if len(words) != 2 or words[0].lower() != "bearer":
            return None
        acting = acting_for_key(words[1])
        if acting is None or acting.user_id is None:
            raise AuthenticationFailed("This key is unknown, has ended, or its membership has.")
        request.acting = request._request.acting = acting
        return User.objects.get(pk=acting.user_id), acting

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class MembershipSessionAuthentication(SessionAuthentication):
    """The browser's session, for the API's documentation page. Without a membership in force it is nobody's."""

    def authenticate(self, request: Any) -> tuple[User, Any] | None:
        return super().authenticate(request) if getattr(request._request, "acting", None) else None

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class HasActing(BasePermission):
    message = "Sign in, or send a key."

    def has_permission(self, request: Any, view: Any) -> bool:
        return getattr(request._request, "acting", None) is not None

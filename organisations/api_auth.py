"""Who calls the API: a key bound to a membership, or the signed-in page's own session."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.throttling import SimpleRateThrottle

from audit.acting import TRUST_ROLES
from organisations.models import ApiToken, User
from organisations.services import token_in_force


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer gi_...`"""

    def authenticate(self, request: Any) -> tuple[User, Any] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if len(words) != 2 or words[0].lower() != "bearer":
            return None
        found = token_in_force(words[1])
        if found is None or found[1].user_id is None:
            raise AuthenticationFailed("This key is unknown, has ended, or its membership has.")
        token, acting = found
        request.acting = request._request.acting = acting
        return User.objects.get(pk=acting.user_id), token

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


class MayWrite(HasActing):
    """Reading as everywhere; writing by a trust's key that was made for it. A signed-in person writes on the pages."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        if request.method in SAFE_METHODS:
            return True
        self.message = (
            "This needs a key that may write. A recruiter or HR lead of the trust makes one on the keys page."
        )
        token = request.auth
        return isinstance(token, ApiToken) and token.may_write and request._request.acting.role in TRUST_ROLES


class WritesThrottle(SimpleRateThrottle):
    """So many writes a minute for each membership; reading is not counted."""

    scope = "api_writes"

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        acting = getattr(request._request, "acting", None)
        if request.method in SAFE_METHODS or acting is None:
            return None
        return f"api-writes-{acting.membership_id}"

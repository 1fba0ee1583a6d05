"""How often one address may try links: failures are counted in the shared cache, by network address and by link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache

from audit.hashing import keyed

WINDOW = 10 * 60  # seconds
MOST_FROM_ONE_ADDRESS = 20  # a trust's staff share one address on the internet, and some open a link that has ended
MOST_FOR_ONE_LINK = 30
PREFIX = 6  # characters of a token: somebody who guesses on from a known beginning meets the same counter


def network_address(request: Any) -> str:
    """Where a request comes from: what our own proxy noted last, or the connection itself where there is no proxy."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _counters(request: Any, token: str, purpose: str) -> dict[str, int]:
    """Cache key to the most failures allowed; addresses and tokens are hashed, for a cache is read by others."""
    by_address = keyed(network_address(request), purpose=f"limit address {purpose}")
    by_link = keyed(token[:PREFIX], purpose=f"limit link {purpose}")
    return {f"limit:{by_address}": MOST_FROM_ONE_ADDRESS, f"limit:{by_link}": MOST_FOR_ONE_LINK}


def too_many(request: Any, *, token: str, purpose: str) -> bool:
    """Whether this address, or anybody with this link's beginning, has failed too often in the last ten minutes."""
    counters = _counters(request, token, purpose)
    found = cache.get_many(counters)
    return any(found.get(key, 0) >= most for key, most in counters.items())


def note_failure(request: Any, *, token: str, purpose: str) -> None:
    for key in _counters(request, token, purpose):
        if not cache.add(key, 1, WINDOW):
            try:
                cache.incr(key)
            except ValueError:  # it ran out a moment ago
                cache.add(key, 1, WINDOW)

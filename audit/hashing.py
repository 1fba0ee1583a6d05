"""Keyed hashes of values that are compared but never shown: tokens, learner numbers."""

import hashlib
import hmac

from django.conf import settings


def keyed(value: str, *, purpose: str) -> str:
    """HMAC-SHA-256 of `value` under the service's HASH_KEY, apart for each purpose; 64 hexadecimal digits."""
    return hmac.new(settings.HASH_KEY.encode(), f"{purpose}\n{value}".encode(), hashlib.sha256).hexdigest()

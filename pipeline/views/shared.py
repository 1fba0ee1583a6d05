"""What each page of the room asks first: who reads, and which row."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from audit.acting import TRUST_ROLES, Acting, Role
from pipeline.lists import referrals_for
from pipeline.models import Referral

PUTS_FORWARD = frozenset({Role.ACADEMY, Role.PROVIDER})
READERS = PUTS_FORWARD | TRUST_ROLES


def acting_or_404(request: Any, roles: frozenset[Role] = READERS) -> Acting:
    """Who acts; for another role there is no such page."""
    acting: Acting | None = request.acting
    if acting is None or acting.role not in roles:
        raise Http404
    return acting


def referral_or_404(acting: Acting, reference: str) -> Referral:
    rows = referrals_for(acting).prefetch_related("decisions__criterion")
    referral: Referral = get_object_or_404(rows, reference=reference)
    return referral


def address(name: str, *args: str) -> str:
    """The address of a page by name, or nothing where its room does not stand yet."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""

"""The door behind every link that opens a page without sign-in: what fails gets one plain page, and is counted.

Expired, used, revoked, forged, guessed, or for another purpose: the same look-up, the same page, the same work.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from outbox.limits import WINDOW, note_failure, too_many
from outbox.models import MagicLink
from outbox.services import find_link


def open_link(request: Any, token: str, *, purpose: str) -> MagicLink | HttpResponse:
    """The link if it is good, else the answer to give: 404, or 429 to who failed too often (a good link included)."""
    if too_many(request, token=token, purpose=purpose):
        response = render(request, PAGE, status=429)
        response["Retry-After"] = str(WINDOW)
        return response
    return find_link(token, purpose=purpose) or ended(request, token, purpose=purpose)


def ended(request: Any, token: str, *, purpose: str) -> HttpResponse:
    """The plain page for a link that does not work."""
    note_failure(request, token=token, purpose=purpose)
    return render(request, PAGE, status=404)


PAGE = "organisations/link_ended.html"

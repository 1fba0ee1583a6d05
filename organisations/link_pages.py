"""What every link gets that would open a page without sign-in and does not work: one plain page, and it is counted.

Expired, used, revoked, forged, guessed, or for another purpose: the same page, the same work.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from organisations.limits import WINDOW, note_failure, too_many

PAGE = "organisations/link_ended.html"


def stopped(request: Any, token: str, *, purpose: str) -> HttpResponse | None:
    """429 to who failed too often, a good link included; None where the link may be looked up."""
    if not too_many(request, token=token, purpose=purpose):
        return None
    response = render(request, PAGE, status=429)
    response["Retry-After"] = str(WINDOW)
    return response


def ended(request: Any, token: str, *, purpose: str) -> HttpResponse:
    """404 and the plain page for a link that does not work."""
    note_failure(request, token=token, purpose=purpose)
    return render(request, PAGE, status=404)

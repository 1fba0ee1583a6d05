"""What every link gets that would open a page without sign-in and does not work: one plain page, and it is counted.

Expired, used, revoked, forged, guessed, or for another purpose: the same page, the same work. Who opened too many of these
is asked to try again later. A link that works never comes here, whatever others tried from the same network.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from organisations.limits import WINDOW, note_failure, too_many


def ended(request: Any, token: str, *, purpose: str) -> HttpResponse:
    """404 and the plain page for a link that does not work; 429 and its own once there were too many."""
    if too_many(request, token=token, purpose=purpose):
        minutes = {"minutes": WINDOW // 60}
        response = render(request, "organisations/link_later.html", minutes, status=429)
        response["Retry-After"] = str(WINDOW)
        return response
    note_failure(request, token=token, purpose=purpose)
    return render(request, "organisations/link_ended.html", status=404)

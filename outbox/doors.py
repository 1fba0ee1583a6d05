"""The door behind every magic link: what fails gets one plain page, and is counted."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from organisations.link_pages import ended, stopped
from outbox.models import MagicLink
from outbox.services import find_link


def open_link(request: Any, token: str, *, purpose: str) -> MagicLink | HttpResponse:
    """The link if it is good, else the answer to give: 404, or 429 to who failed too often (a good link included)."""
    answer = stopped(request, token, purpose=purpose)
    if answer is not None:
        return answer
    return find_link(token, purpose=purpose) or ended(request, token, purpose=purpose)

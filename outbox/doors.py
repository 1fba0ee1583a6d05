"""The door behind every magic link: what fails gets one plain page, and is counted."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from organisations.link_pages import ended
from outbox.models import MagicLink
from outbox.services import find_link


def open_link(request: Any, token: str, *, purpose: str) -> MagicLink | HttpResponse:
    """The link if it is good, however often others failed from there; else the answer to give: 404, or 429."""
    return find_link(token, purpose=purpose) or ended(request, token, purpose=purpose)

"""What each page of this room asks first: who reads, and which person."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from audit.acting import Acting, Role
from audit.events import note_read
from candidates.models import Candidate
from candidates.pages import person_header

WORK_WITH_PEOPLE = frozenset({Role.ACADEMY, Role.PROVIDER})


def acting_or_404(request: HttpRequest, *roles: Role) -> Acting:
    """Who acts; for a role that has no such pages there is no page."""
    acting: Acting | None = getattr(request, "acting", None)
    if acting is None or acting.role not in (roles or WORK_WITH_PEOPLE):
        raise Http404
    return acting


def person_or_404(request: HttpRequest, reference: str) -> tuple[Acting, Candidate]:
    """The person, if the reader works with people and sees this one."""
    acting = acting_or_404(request)
    people = Candidate.objects.visible_to(acting).select_related("merged_into")
    candidate: Candidate = get_object_or_404(people, reference=reference)
    return acting, candidate


def person_page(candidate: Candidate, acting: Acting, *, current: str) -> dict[str, Any]:
    """Context of a page about a person; that it was opened is written down."""
    note_read(by=acting, on=candidate, page=current)
    return person_header(candidate, acting, current=current)


def posted(request: HttpRequest) -> Any:
    """What was sent with a form, empty too; None where nothing was sent."""
    return request.POST if request.method == "POST" else None

"""The match board of a vacancy and of a person: for the academy and for providers, never for a trust."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from audit.acting import Role
from audit.events import note_read
from candidates.models import Candidate
from candidates.pages import person_header
from matching.services import people_for, stopped_by, vacancies_for
from pipeline.rules import takes_nobody
from pipeline.slots import slots_of
from vacancies.models import Vacancy
from vacancies.views.shared import tabs

SEES = (Role.ACADEMY, Role.PROVIDER)
FIRST = 25  # a page shows this many; the rest follow on request


def check_sees(request: Any) -> None:
    if request.acting.role not in SEES:
        raise Http404


def for_vacancy(request: Any, reference: str) -> HttpResponse:
    """Who is right for a vacancy, best first, and what stops the others."""
    check_sees(request)
    rows = Vacancy.objects.visible_to(request.acting).select_related("trust", "site")
    vacancy = get_object_or_404(rows, reference=reference)
    board = people_for(vacancy=vacancy, by=request.acting)
    everything = "all" in request.GET
    context = {
        "vacancy": vacancy,
        "slots": slots_of([vacancy])[vacancy.pk],
        "over": takes_nobody(vacancy),
        "right": board.right if everything else board.right[:FIRST],
        "right_count": len(board.right),
        "unwanted": board.unwanted if everything else board.unwanted[:FIRST],
        "unwanted_count": len(board.unwanted),
        "stopped": board.stopped if everything else board.stopped[:FIRST],
        "stopped_count": len(board.stopped),
        "all_count": len(board.right) + len(board.unwanted) + len(board.stopped),
        "more": not everything and max(len(board.right), len(board.unwanted), len(board.stopped)) > FIRST,
        **tabs(request.acting, "match"),
    }
    return render(request, "matching/for_vacancy.html", context)


def for_candidate(request: Any, reference: str) -> HttpResponse:
    """Which reserved vacancies a person is right for, and what stops the others."""
    check_sees(request)
    candidate = get_object_or_404(Candidate.objects.visible_to(request.acting), reference=reference)
    note_read(by=request.acting, on=candidate, page="matching:for_candidate")
    board = vacancies_for(candidate=candidate, by=request.acting)
    slots = slots_of([match.vacancy for match in (*board.right, *board.unwanted)])
    header = person_header(candidate, request.acting, current="vacancies")
    held_up = stopped_by(candidate, header["gaps"])
    context = {
        **header,
        "right": [(match, slots[match.vacancy.pk]) for match in board.right],
        "unwanted": [(match, slots[match.vacancy.pk]) for match in board.unwanted],
        "stopped": [match for match in board.stopped if match.referral or not held_up],
        "held_up": held_up,
        "current_tab": "vacancies",
    }
    return render(request, "matching/for_candidate.html", context)

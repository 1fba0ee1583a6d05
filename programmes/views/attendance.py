"""Who came: a grid of people and sessions, for the keyboard and for a phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.acting import Acting
from audit.clock import today
from audit.mover import Refused
from programmes.models import Attendance, Cohort, Enrolment, Session
from programmes.services import mark_attendance
from programmes.states import ON_THE_REGISTER
from programmes.views.cohorts import cohort_or_404

SESSIONS_SHOWN = 5
ANSWERS = {"p": True, "a": False, "": None}


@require_http_methods(["GET", "POST"])
@never_cache
def attendance(request: HttpRequest, reference: str) -> HttpResponse:
    """The latest sessions, five at a time or (`?only=`) one alone, as on a phone; each answer of each person in a list."""
    acting, cohort = cohort_or_404(request, reference)
    page = _pages(request, cohort, acting)
    people = _people(cohort, acting)
    if request.method == "POST":
        try:
            _save(request, page["sessions"], people, acting)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "Attendance is saved.")
            return redirect(f"{reverse('programmes:attendance', args=[reference])}?{request.GET.urlencode()}")
    marks = _marks(page["sessions"], acting)
    rows = [
        (each, [(session, _name(each, session), marks.get((session.pk, each.pk), "")) for session in page["sessions"]])
        for each in people
    ]
    return render(request, "programmes/attendance.html", {"cohort": cohort, "rows": rows, **page})


def _pages(request: HttpRequest, cohort: Cohort, acting: Acting) -> dict[str, Any]:
    """The sessions of the page asked for, in order of day; page 1 holds the latest that have been."""
    been = Session.objects.visible_to(acting).filter(cohort=cohort, day__lte=today()).order_by("-day", "-pk")
    number = _number(request.GET.get("page", "")) or 1
    first = (number - 1) * SESSIONS_SHOWN
    found = list(been[first : first + SESSIONS_SHOWN + 1])
    shown = found[:SESSIONS_SHOWN][::-1]
    only = _number(request.GET.get("only", ""))
    return {
        "sessions": [each for each in shown if each.pk == only] or shown,
        "all_sessions": shown,
        "only": only,
        "number": number,
        "earlier": number + 1 if len(found) > SESSIONS_SHOWN else 0,
        "later": number - 1,
    }


def _number(asked: str) -> int:
    """A small number as asked in an address; 0 for anything else."""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 12 else 0


def _people(cohort: Cohort, acting: Acting) -> list[Enrolment]:
    rows = Enrolment.objects.visible_to(acting).filter(cohort=cohort, state__in=ON_THE_REGISTER)
    return list(rows.select_related("candidate").order_by("candidate__folded_name", "pk"))


def _marks(sessions: list[Session], acting: Acting) -> dict[tuple[int, int], str]:
    rows = Attendance.objects.visible_to(acting).filter(session__in=sessions)
    return {(each.session_id, each.enrolment_id): "p" if each.present else "a" for each in rows}


def _name(enrolment: Enrolment, session: Session) -> str:
    return f"s{session.pk}-{enrolment.reference}"


@transaction.atomic
def _save(request: HttpRequest, sessions: list[Session], people: list[Enrolment], acting: Acting) -> None:
    """Write each session of the page; "everyone else" fills what was left open for one of them."""
    everyone = request.POST.get("everyone", "")
    for session in sessions:
        present = {
            each.pk: ANSWERS.get(request.POST.get(_name(each, session), ""))
            for each in people
            if _name(each, session) in request.POST
        }
        if everyone == str(session.pk):
            present = {pk: True if came is None else came for pk, came in present.items()}
        if present:
            mark_attendance(session=session, present=present, by=acting)

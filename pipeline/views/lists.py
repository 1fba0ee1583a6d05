"""The pipeline as a list, as a board and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit.acting import TRUST_ROLES, Acting
from audit.clock import today
from jobs.exports import csv_response
from pipeline.filters import ReferralFilter, chips
from pipeline.lists import by_urgency, days_in_stage, referrals_for, shuffled
from pipeline.masking import seen_by
from pipeline.models import Referral
from pipeline.steps import colour_of, next_of
from pipeline.views.shared import acting_or_404, address

ON_A_PAGE = 25
MOST_ON_THE_BOARD = 200
COLUMNS = (
    ("Suggested", ("suggested",)),
    ("Offered", ("offered",)),
    ("Accepted", ("accepted",)),
    ("With the trust", ("submitted",)),
    ("Interview promised", ("meets",)),
    ("Interviewed", ("kept",)),
    ("Ended", ("does_not_meet", "released", "broken", "declined", "withdrawn", "closed")),
)
BEFORE_THE_TRUST = ("Suggested", "Offered", "Accepted")  # it sees nobody in them: "0" would be false


def _filtered(request: Any, acting: Acting) -> tuple[ReferralFilter, Any]:
    found = ReferralFilter(request.GET, queryset=referrals_for(acting).prefetch_related("decisions"), request=request)
    ordered = shuffled(found.qs) if acting.role in TRUST_ROLES else by_urgency(found.qs)
    return found, ordered


@require_GET
@never_cache
def pipeline(request: Any) -> HttpResponse:
    """Referrals by urgency with what comes next; to a trust masked, and in an order that says nothing."""
    acting = acting_or_404(request)
    found, rows = _filtered(request, acting)
    board = request.GET.get("view") == "board"
    page = Paginator(rows, MOST_ON_THE_BOARD if board else ON_A_PAGE).get_page(request.GET.get("page"))
    lines = lines_of(page.object_list, acting)
    query = request.GET.copy()
    for name in ("page", "view"):
        query.pop(name, None)
    context = {
        "filter": found,
        "chips": chips(found),
        "page": page,
        "lines": lines,
        "columns": board_of(lines, acting) if board else [],
        "board": board,
        "query": query.urlencode(),
        "masked": acting.role in TRUST_ROLES,
        "trac_url": address("pipeline:trac_file") if acting.role in TRUST_ROLES else "",
    }
    return render(request, "pipeline/list.html", context)


def lines_of(rows: Iterable[Referral], acting: Acting) -> list[dict[str, Any]]:
    """One dict for each referral. For a trust `who` comes from the masked referral alone."""
    referrals = list(rows)
    masked: list[Any] = seen_by(acting, referrals) if acting.role in TRUST_ROLES else [None] * len(referrals)
    return [_line(referral, mask, acting) for referral, mask in zip(referrals, masked, strict=True)]


def _line(referral: Any, mask: Any, acting: Acting) -> dict[str, Any]:
    vacancy = referral.vacancy
    who, code = (mask.name, mask.neutral_code) if mask else (referral.candidate.name, referral.candidate.reference)
    coming = next_of(referral, by=acting)
    return {
        "reference": referral.reference,
        "url": referral.get_absolute_url(),
        "who": who,
        "code": code,
        "vacancy": vacancy.title,
        "vacancy_reference": vacancy.reference,
        "trust": "" if mask else vacancy.trust.short_name,
        "state": referral.state,
        "state_label": referral.get_state_display(),
        "colour": colour_of(referral.state),
        "days": days_in_stage(referral, on=today()),
        "next": coming,
        "due": coming.due,
        "late": bool(coming.due and coming.due < today() and not coming.waiting),
        "overdue": bool(referral.due and referral.due < today()),
    }


def board_of(lines: list[dict[str, Any]], acting: Acting) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lines in the columns that the reader may see, by stage; a column without lines that is not one of the way is left out."""
    hidden = BEFORE_THE_TRUST if acting.role in TRUST_ROLES else ()
    open_to = [(label, states) for label, states in COLUMNS if label not in hidden]
    columns = [(label, [line for line in lines if line["state"] in states]) for label, states in open_to]
    return [(label, found) for label, found in columns if found or label != "Ended"]


HEADINGS = ("Referral", "Code", "Vacancy", "Title", "State", "Since (days)", "What comes next", "Due")


@require_GET
@never_cache
def export(request: Any) -> HttpResponseBase:
    """What the list shows, as CSV, by references: no name leaves by this file."""
    acting = acting_or_404(request)
    _, rows = _filtered(request, acting)
    return csv_response(f"Pipeline {today():%Y-%m-%d}.csv", HEADINGS, _exported(lines_of(rows, acting)))


def _exported(lines: list[dict[str, Any]]) -> Iterator[list[Any]]:
    for line in lines:
        yield [
            line["reference"],
            line["code"],
            line["vacancy_reference"],
            line["vacancy"],
            line["state_label"],
            line["days"],
            line["next"].text,
            line["due"],
        ]

"""Pages that show every room: Today, search, and what the service says of itself."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.clock import today as the_day
from audit.tasks import Hit
from recruitment.rooms import SEARCH
from recruitment.tasks import gather, sort_out
from vacancies.headline import headline

SHORTEST_SEARCH = 2


def today(request: Any) -> HttpResponse:
    """What needs the reader now, from every room."""
    lists = sort_out(gather(request.acting), on=the_day())
    return render(request, "recruitment/today.html", {"lists": lists, "headline": headline(request.acting)})


def search(request: Any) -> HttpResponse:
    """People, vacancies and referrals by name or reference, as far as the reader sees them."""
    text = request.GET.get("q", "").strip()
    found: dict[str, list[Hit]] = defaultdict(list)
    if len(text) >= SHORTEST_SEARCH:
        for ask in SEARCH:
            for hit in ask(request.acting, text):
                found[hit.kind].append(hit)
    context = {"text": text, "groups": dict(found), "too_short": bool(text) and len(text) < SHORTEST_SEARCH}
    return render(request, "recruitment/search.html", context)


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "recruitment/accessibility.html")


@login_not_required
def how_we_calculate(request: HttpRequest) -> HttpResponse:
    """How each published figure is calculated, in words."""
    return render(request, "recruitment/how_we_calculate.html")

"""Several trusts beside each other, for the ICB and the auditor."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from audit.acting import Role
from jobs.exports import csv_response
from levy import charts
from levy.models import Account, Plan
from levy.money import pence
from levy.rules import SCHEME_KEEPERS, gaps
from levy.services.gifts import paid_in_all
from levy.services.system import TrustLine, middle_share, trust_lines, unmatched
from levy.views.accounts import only

HEADINGS = (
    "Trust", "As at", "Balance", "Entered in 12 months", "Used in 12 months", "Of it given", "Lost in 12 months",
    "Will be lost in 12 months", "May still be given", "Used, percent of what entered",
)  # fmt: skip


def _lines(request: Any) -> list[TrustLine]:
    only(request, Role.ICB_ANALYST, Role.AUDITOR)
    return trust_lines(list(Account.objects.visible_to(request.acting).select_related("trust")))


def system(request: Any) -> HttpResponse:
    """What each trust has, uses and will lose; what was given; the plans that nobody has taken up."""
    lines = _lines(request)
    acting = request.acting
    plans = Plan.objects.visible_to(acting).filter(closed_on__isnull=True)
    waiting = unmatched(list(plans.select_related("organisation").prefetch_related("gifts")))
    context = {
        "lines": lines,
        "middle": middle_share(lines),
        "balance": sum(line.balance for line in lines),
        "will_be_lost": sum(line.will_be_lost for line in lines),
        "may_be_given": sum(line.may_be_given for line in lines),
        "paid": paid_in_all(acting),
        "chart": charts.trusts_chart({line.account.trust.short_name: line.will_be_lost for line in lines}),
        "waiting": [(plan, gaps(plan)) for plan in waiting],
        "can_open": acting.role == Role.AUDITOR,
        "moves_schemes": acting.role in SCHEME_KEEPERS,
    }
    return render(request, "levy/system.html", context)


def system_csv(request: Any) -> HttpResponseBase:
    """The same lines as CSV."""
    rows = [
        (
            line.account.trust.name,
            line.as_at,
            *map(pence, (line.balance, line.entered, line.used, line.given, line.lost, line.will_be_lost)),
            pence(line.may_be_given),
            line.share_used,
        )
        for line in _lines(request)
    ]
    return csv_response("Levy by trust.csv", HEADINGS, rows)

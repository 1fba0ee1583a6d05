"""Several trusts beside each other, for the ICB and the auditor: what /reports/levy/ stars is a star here too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from audit.acting import Acting, Role
from audit.clock import today
from jobs.exports import csv_response
from levy import charts
from levy.fitting import readiness_words
from levy.models import Account, Plan
from levy.money import pence
from levy.rules import SCHEME_KEEPERS
from levy.services.benefit import benefit_of, latest_year
from levy.services.gifts import need_of, rules_of_fit
from levy.services.system import TrustLine, middle_share, trust_lines, unmatched
from levy.views.accounts import only
from reports.disclosure import STAR
from reports.levy import GIVERS, TOTAL, Table, tables_of

READERS = (Role.ICB_ANALYST, Role.AUDITOR)
HEADINGS = (
    "Trust", "As at", "Balance", "Entered in 12 months", "Paid for own apprentices in 12 months",
    "Given to plans in 12 months", "Lost in 12 months", "Will be lost in 12 months", "May still be given",
    "Paid for own apprentices, percent of what entered",
)  # fmt: skip


@dataclass(frozen=True)
class Published:
    """The lines as a reader may see them, with the months that they are of; `given` by all of them, "*" if too few learn."""

    lines: list[TrustLine]
    given: Decimal | str
    middle: Decimal | None
    first: date
    last: date


def published(acting: Acting) -> Published:
    """Each account that the reader sees: exact for a trust's own HR lead, else without the pounds of fewer than 8 people.

    What entered goes with what was paid: of an account in its first year the one would give the other.
    """
    accounts = list(Account.objects.visible_to(acting).select_related("trust").order_by("trust__name"))
    first, last = latest_year()
    found = benefit_of(accounts, first=first, last=last)
    lines = trust_lines(accounts, found, first=first, last=last)
    shown = _amounts(tables_of(found, accounts))
    if acting.role != Role.TRUST_HR:
        lines = [_without_few(line, shown, alone=len(accounts) == 1) for line in lines]
    return Published(lines, shown["gifted", TOTAL], middle_share(lines), first, last)


def _amounts(tables: Iterable[Table]) -> dict[tuple[str, str], Decimal | str]:
    return {(table.key, line.label): line.pounds for table in tables for line in table.lines}


def _without_few(line: TrustLine, shown: dict[tuple[str, str], Decimal | str], *, alone: bool) -> TrustLine:
    used = shown["own" if alone else f"trust-{line.account.pk}", TOTAL]
    given = shown["gifted", TOTAL] if alone else shown[GIVERS, line.account.trust.name]
    starred = line._replace(given=STAR) if given == STAR else line
    return starred._replace(used=STAR, entered=STAR, share_used=STAR) if used == STAR else starred


def trusts(request: Any) -> HttpResponse:
    """What each trust has, pays and will lose; what was given; the plans that nobody has taken up."""
    only(request, *READERS)
    found, rules = published(request.acting), rules_of_fit()
    plans = Plan.objects.visible_to(request.acting).filter(closed_on__isnull=True)
    waiting = unmatched(list(plans.select_related("organisation").prefetch_related("gifts")))
    context = {
        "found": found,
        "lines": found.lines,
        "balance": sum(line.balance for line in found.lines),
        "will_be_lost": sum(line.will_be_lost for line in found.lines),
        "may_be_given": sum(line.may_be_given for line in found.lines),
        "chart": charts.trusts_chart({line.account.trust.short_name: line.will_be_lost for line in found.lines}),
        "waiting": [(plan, readiness_words(need_of(plan), rules, today=today())) for plan in waiting],
        "moves_schemes": request.acting.role in SCHEME_KEEPERS,
    }
    return render(request, "reports/levy_trusts.html", context)


def trusts_csv(request: Any) -> HttpResponseBase:
    """The same lines as CSV."""
    only(request, *READERS)
    rows = [
        (
            line.account.trust.name,
            line.as_at,
            *map(_pence, (line.balance, line.entered, line.used, line.given, line.lost, line.will_be_lost)),
            pence(line.may_be_given),
            line.share_used,
        )
        for line in published(request.acting).lines
    ]
    return csv_response("Levy by trust.csv", HEADINGS, rows)


def _pence(amount: Decimal | str) -> Decimal | str:
    return amount if isinstance(amount, str) else pence(amount)

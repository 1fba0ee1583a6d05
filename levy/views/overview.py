"""The account in one look, each pound from credit to use, and the same figures as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify

from audit.acting import Role
from audit.clock import today
from jobs.exports import csv_response, xlsx_response
from levy import charts, paper, tables
from levy.forecast import Advice
from levy.models import Account, Transaction
from levy.months import first_of
from levy.services.figures import averting, payments_using
from levy.services.outlook import Outlook, outlook_of
from levy.services.position import Position, position_of, tie_out
from levy.views.accounts import for_account
from nhsuk.words import plural

ACTIONS_SHOWN = 6
LOTS_ON_A_PAGE = 24
PAYMENTS_ON_A_PAGE = 50
AdditionOf = Callable[[Account], paper.Addition]


def overview(request: Any) -> HttpResponse:
    """What is in the account, what will be lost by when, and what to do about it."""
    if request.acting.role in (Role.ICB_ANALYST, Role.AUDITOR):
        return redirect("levy_benefit:trusts")
    return _overview(request)


@for_account
def _overview(request: Any, *, account: Account | None) -> HttpResponse:
    position = position_of(account) if account else None
    context: dict[str, Any] = {"account": account, "position": position}
    if position:
        context |= _figures(position, outlook_of(position))
    return render(request, "levy/overview.html", context)


def _figures(position: Position, outlook: Outlook) -> dict[str, Any]:
    soonest, window = outlook.next_action, outlook.window
    worst = averting(outlook)
    named = max([*([worst.by] if worst else []), *([window[1]] if window else [])], default=date.min)
    shown = max(ACTIONS_SHOWN, sum(action.by <= named for action in outlook.actions))
    return {
        "next_by": paper.end_of(soonest.by) if soonest else None,
        "window_words": f"{window[0]:%B %Y} to {window[1]:%B %Y}" if window else "",
        "outlook": outlook,
        "actions": outlook.actions[:ACTIONS_SHOWN],
        "later": outlook.actions[ACTIONS_SHOWN:shown],
        "later_words": _later_words(outlook.actions[ACTIONS_SHOWN:shown]),
        "action_headings": tables.ACTIONS,
        "how_to_save": tables.HOW_TO_SAVE,
        "more_actions": len(outlook.actions) - shown,
        "averting": worst,
        "still_to_come": sum(position.levy_to_come.values(), Decimal()),
        "lost_in_a_year": outlook.lost_within(12),
        "tie": tie_out(position),
        "expiry_chart": charts.expiry_chart(outlook.actions, first=first_of(today())),
        "balance_chart": charts.balance_chart(position.months, outlook.forecast.months),
        "flow_chart": charts.flow_chart(position.months),
    }


def _later_words(actions: Sequence[Advice]) -> str:
    """What the losses after the first are called, before they are opened."""
    return f"{plural(len(actions), 'later loss,later losses')}, to {actions[-1].by:%B %Y}" if actions else ""


@for_account
def expiry(request: Any, *, account: Account | None) -> HttpResponse:
    """Every month's levy from credit to use, loss or today, newest first."""
    position = position_of(account) if account else None
    lots = sorted(position.ledger.lots, key=lambda lot: lot.month, reverse=True) if position else []
    page = Paginator(lots, LOTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "position": position,
        "page": page,
        "ranges": position.ranges()[:LOTS_ON_A_PAGE] if position else [],
    }
    return render(request, "levy/expiry.html", context)


@for_account
def lot(request: Any, month: str, *, account: Account | None) -> HttpResponse:
    """One month's levy: which months' payments used it, and those payments one by one."""
    position = position_of(account) if account else None
    found = next((each for each in position.ledger.lots if f"{each.month:%Y-%m}" == month), None) if position else None
    if account is None or position is None or found is None:
        raise Http404
    paid = next((use for use in found.uses if f"{use.month:%Y-%m}" == request.GET.get("paid")), None)
    payments = []
    if paid is not None:
        rows = Transaction.objects.visible_to(request.acting).filter(account=account, month=paid.month, amount__lt=0)
        payments = payments_using(position, found.month, paid.month, rows)
    page = Paginator(payments, PAYMENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"lot": found, "paid": paid, "page": page, "position": position}
    return render(request, "levy/lot.html", context)


def _outlook_or_404(account: Account | None) -> Outlook:
    position = position_of(account) if account else None
    if position is None:
        raise Http404
    return outlook_of(position)


def _filename(account: Account, what: str, ending: str) -> str:
    return f"Levy {what} {slugify(account.trust.short_name)} {today():%Y-%m-%d}.{ending}"


@for_account
def as_csv(request: Any, what: str, *, account: Account | None) -> HttpResponseBase:
    """One of the tables: months, lots, uses, forecast."""
    outlook = _outlook_or_404(account)
    headings, rows = tables.TABLES[what](outlook)
    return csv_response(_filename(outlook.position.account, what, "csv"), headings, rows)


@for_account
def as_xlsx(request: Any, *, account: Account | None, addition_of: AdditionOf) -> HttpResponse:
    """Every table, each on its sheet, and the sheet that another room adds."""
    outlook = _outlook_or_404(account)
    sheets = {tables.SHEETS[what]: make(outlook) for what, make in tables.TABLES.items()}
    more = addition_of(outlook.position.account)
    sheets[more.title] = more.sheet
    return xlsx_response(_filename(outlook.position.account, "figures", "xlsx"), sheets)


@for_account
def as_pdf(request: Any, *, account: Account | None, addition_of: AdditionOf) -> HttpResponse:
    """The board paper: one A4, what another room adds, then the detail."""
    outlook = _outlook_or_404(account)
    made = paper.board_paper(outlook, on=today(), more=addition_of(outlook.position.account))
    response = HttpResponse(made, content_type="application/pdf")
    name = _filename(outlook.position.account, "board paper", "pdf").replace(" ", "-")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

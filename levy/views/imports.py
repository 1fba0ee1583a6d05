"""Taking files in, what was taken in, and the balances that stand beside them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from audit.acting import Role
from audit.mover import Refused
from jobs.exports import csv_response
from jobs.forms import UploadForm
from jobs.hostile import Refusal
from jobs.services import receive, start
from levy.forms import BalanceForm, OpeningForm, SchemeForm
from levy.models import Account, Apprenticeship, Intake, OpeningBalance, PayeScheme, RosterEntry
from levy.services.accounts import add_scheme, declare_balance, open_with
from levy.services.position import position_of, tie_out
from levy.sources.roster import template
from levy.views.accounts import for_account, may_write, only, says, suffix

KINDS = ("transactions", "apprentices", "roster", "pledges")
SHOWN = 20


@for_account
def imports(request: Any, *, account: Account | None) -> HttpResponse:
    """What was taken in so far, and the forms to take in more."""
    forms = {name: UploadForm(kind=f"levy.{name}", prefix=name) for name in KINDS}
    return _page(request, account, forms)


def _page(request: Any, account: Account | None, forms: dict[str, Any], *, wrong: Any = None) -> HttpResponse:
    if not may_write(request.acting):
        forms = {}
    acting = request.acting
    position = position_of(account) if account else None
    context = {
        "account": account,
        "forms": forms,
        "form": wrong,
        "can_write": may_write(acting),
        "intakes": Intake.objects.visible_to(acting).filter(account=account)[:SHOWN] if account else [],
        "schemes": PayeScheme.objects.visible_to(acting).filter(account=account) if account else [],
        "opening": OpeningBalance.objects.visible_to(acting).filter(account=account).first() if account else None,
        "apprentices": Apprenticeship.objects.visible_to(acting).filter(account=account).count() if account else 0,
        "roster": RosterEntry.objects.visible_to(acting).filter(account=account).count() if account else 0,
        "position": position,
        "tie": tie_out(position) if position else None,
        "query": suffix(request),
    }
    return render(request, "levy/imports.html", context)


def upload(request: Any, kind: str) -> HttpResponse:
    """Take one file in as a watched job; a file that cannot be taken is an error of its field."""
    only(request, Role.TRUST_HR)
    name = f"levy.{kind}"
    form = UploadForm(request.POST or None, request.FILES or None, kind=name, prefix=kind)
    if request.method == "POST" and form.is_valid():
        try:
            job = start(
                name, by=request.acting, upload=receive(form.cleaned_data["file"], kind=name, by=request.acting)
            )
        except (Refusal, Refused) as refused:
            form.add_error("file", getattr(refused, "sentence", str(refused)))
        else:
            return redirect(job.get_absolute_url())
    account = Account.objects.visible_to(request.acting).first()
    forms = {each: UploadForm(kind=f"levy.{each}", prefix=each) for each in KINDS}
    return _page(request, account, {**forms, kind: form}, wrong=form)


def intake(request: Any, reference: str) -> HttpResponse:
    """What became of one file."""
    rows = Intake.objects.visible_to(request.acting).select_related("account__trust")
    row = get_object_or_404(rows, reference=reference)
    query = f"?trust={row.account.trust.code}" if request.acting.role == Role.AUDITOR else ""
    lines = row.to_mend.get("rows", [])
    context = {
        "intake": row,
        "query": query,
        "to_mend": [f"Row {line[-2]}: {line[-1]}" for line in lines[:SHOWN]],
        "more_to_mend": len(lines) - SHOWN,
    }
    return render(request, "levy/intake.html", context)


def to_mend(request: Any, reference: str) -> HttpResponseBase:
    """The rows of one file that were left out, with what to mend, and without what says whose they are."""
    row = get_object_or_404(Intake.objects.visible_to(request.acting).exclude(to_mend={}), reference=reference)
    return csv_response(f"Rows to mend {row.reference}.csv", row.to_mend["headings"], row.to_mend["rows"])


def roster_template(request: Any) -> HttpResponseBase:
    """The empty roster with one example row."""
    only(request, Role.TRUST_HR)
    headings, *rows = template()
    return csv_response("Apprentice roster.csv", headings, rows)


def opening(request: Any) -> HttpResponse:
    """Say what was in the account where the files begin."""
    only(request, Role.TRUST_HR)
    form = OpeningForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and says(request, form, lambda: open_with(by=request.acting, **form.cleaned_data))
    ):
        messages.success(request, "The opening balance is noted. Expiry dates of that money are an estimate.")
        return redirect("levy:overview")
    return render(request, "levy/form.html", _form(form, "Opening balance", OPENING, "Save opening balance"))


def balance(request: Any) -> HttpResponse:
    """Note the balance that the government's service shows."""
    only(request, Role.TRUST_HR)
    form = BalanceForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and says(request, form, lambda: declare_balance(by=request.acting, **form.cleaned_data))
    ):
        messages.success(request, "The balance is noted. The overview shows whether the ledger ties to it.")
        return redirect("levy:overview")
    return render(
        request, "levy/form.html", _form(form, "Balance in the government's service", BALANCE, "Save balance")
    )


def scheme(request: Any) -> HttpResponse:
    """Add a PAYE scheme."""
    only(request, Role.TRUST_HR)
    form = SchemeForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and says(request, form, lambda: add_scheme(by=request.acting, **form.cleaned_data))
    ):
        messages.success(request, "The PAYE scheme is added.")
        return redirect("levy:imports")
    return render(request, "levy/form.html", _form(form, "Add a PAYE scheme", SCHEME, "Add PAYE scheme"))


OPENING = (
    "Use this only if you cannot download transactions back to the month in which your account began. "
    "The age of this money can only be estimated; the pages say so."
)
BALANCE = "Read it on the finance page of “Manage apprenticeships”. The ledger is compared with it to the penny."
SCHEME = "A file whose PAYE schemes are not known is refused, so that another trust's figures never mix with yours."


def _form(form: Any, title: str, intro: str, button: str) -> dict[str, Any]:
    return {"form": form, "title": title, "intro": intro, "button": button, "back": "levy:imports"}

"""Taking files in, what was taken in, and the balances that stand beside them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date

from audit.acting import Acting, Role
from audit.mover import Refused
from jobs.exports import csv_response
from jobs.forms import UploadForm
from jobs.hostile import Refusal
from jobs.models import Job
from jobs.services import discard, receive, start
from levy.fitting import listed
from levy.forms import BalanceForm, MeanForm, OpeningForm, RemoveOpeningForm, SchemeForm, TakeBackForm
from levy.income import MOST
from levy.models import Account, Apprenticeship, Intake, OpeningBalance, PayeScheme, RosterEntry
from levy.services.accounts import add_scheme, declare_balance, open_with, reckon_with, remove_opening
from levy.services.intakes import TakenBack, at_stake, lines_by_month, take_back, why_not
from levy.services.position import position_of, tie_out
from levy.sources.roster import template
from levy.views.accounts import for_account, only, says
from nhsuk.words import plural
from organisations.timelines import timeline

LOOKED_AT = "transactions"
KINDS = ("transactions", "apprentices", "roster", "pledges")
SHOWN = 20


@for_account
def imports(request: Any, *, account: Account | None) -> HttpResponse:
    """What was taken in so far, and the forms to take in more."""
    forms = {name: UploadForm(kind=f"levy.{name}", prefix=name) for name in KINDS}
    return _page(request, account, forms)


def _page(request: Any, account: Account | None, forms: dict[str, Any], *, wrong: Any = None) -> HttpResponse:
    acting = request.acting
    position = position_of(account) if account else None
    context = {
        "account": account,
        "forms": forms,
        "form": wrong,
        "intakes": Intake.objects.visible_to(acting).filter(account=account)[:SHOWN] if account else [],
        "schemes": PayeScheme.objects.visible_to(acting).filter(account=account) if account else [],
        "opening": OpeningBalance.objects.visible_to(acting).filter(account=account).first() if account else None,
        "apprentices": Apprenticeship.objects.visible_to(acting).filter(account=account).count() if account else 0,
        "roster": RosterEntry.objects.visible_to(acting).filter(account=account).count() if account else 0,
        "looked_at": _previews(acting).filter(upload__deleted_at__isnull=True)[:SHOWN],
        "position": position,
        "tie": tie_out(position) if position else None,
    }
    return render(request, "levy/imports.html", context)


def upload(request: Any, kind: str) -> HttpResponse:
    """Take one file in as a watched job; a file that cannot be taken is an error of its field."""
    only(request, Role.TRUST_HR)
    name = f"levy.{kind}"
    form = UploadForm(request.POST or None, request.FILES or None, kind=name, prefix=kind)
    if request.method == "POST" and form.is_valid():
        try:
            given = {"look": True} if kind == LOOKED_AT and "look" in request.POST else {}
            received = receive(form.cleaned_data["file"], kind=name, by=request.acting)
            job = start(name, by=request.acting, upload=received, **given)
        except (Refusal, Refused) as refused:
            form.add_error("file", getattr(refused, "sentence", str(refused)))
        else:
            return redirect(job.get_absolute_url())
    account = Account.objects.visible_to(request.acting).first()
    forms = {each: UploadForm(kind=f"levy.{each}", prefix=each) for each in KINDS}
    return _page(request, account, {**forms, kind: form}, wrong=form)


def _previews(acting: Acting) -> Any:
    """The jobs that looked at a file, newest first."""
    rows = Job.objects.visible_to(acting).filter(kind=f"levy.{LOOKED_AT}", result__has_key="preview")
    return rows.select_related("upload").order_by("-pk")


def look(request: Any, reference: str) -> HttpResponse:
    """What a file of transactions would do, and the choice: take it in, or delete it."""
    only(request, Role.TRUST_HR)
    job = get_object_or_404(_previews(request.acting), reference=reference)
    upload = job.upload
    waiting = upload is not None and upload.deleted_at is None
    if request.method == "POST" and upload is not None and waiting:
        if "take" in request.POST:
            taken = says(request, None, lambda: start(job.kind, by=request.acting, upload=upload))
            return redirect(taken or request.path)
        discard(upload, by=request.acting)
        messages.success(request, "The file is deleted. Nothing was added.")
        return redirect("levy:imports")
    found = job.result["preview"]
    context = {
        "job": job,
        "found": found,
        "first": parse_date(found["first"] or ""),
        "last": parse_date(found["last"] or ""),
        "months": [(parse_date(month), new, same, Decimal(amount)) for month, new, same, amount in found["months"]],
        "waiting": waiting,
    }
    return render(request, "levy/look.html", context)


def intake(request: Any, reference: str) -> HttpResponse:
    """What became of one file."""
    rows = Intake.objects.visible_to(request.acting).select_related("account__trust")
    row = get_object_or_404(rows, reference=reference)
    lines = row.to_mend.get("rows", [])
    context = {
        "intake": row,
        "months": lines_by_month(row, request.acting),
        "stop": why_not(intake=row, by=request.acting),
        "timeline": timeline(row, request.acting),
        "to_mend": [f"Row {line[-2]}: {line[-1]}" for line in lines[:SHOWN]],
        "more_to_mend": len(lines) - SHOWN,
    }
    return render(request, "levy/intake.html", context)


def taking_back(request: Any, reference: str) -> HttpResponse:
    """What would go with a file, and the form that takes it back."""
    only(request, Role.TRUST_HR)
    row = get_object_or_404(
        Intake.objects.visible_to(request.acting).select_related("account__trust"), reference=reference
    )
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        gone = says(request, form, lambda: take_back(intake=row, by=request.acting, **form.cleaned_data))
        if gone:
            messages.success(request, _gone_words(gone))
            return redirect(row)
    context = {
        "intake": row,
        "form": form,
        "stop": why_not(intake=row, by=request.acting),
        "months": lines_by_month(row, request.acting),
        "at_stake": at_stake(row, request.acting),
    }
    return render(request, "levy/take_back.html", context)


def _gone_words(gone: TakenBack) -> str:
    said = [f"{plural(gone.lines, 'line')} went with the file, and the figures are made anew."]
    if gone.schemes:
        said.append(f"No line of {listed(gone.schemes)} is left, so it is not known as yours any more.")
    if gone.payments:
        said.append(f"{plural(gone.payments, 'payment')} of gifts went too: look at the gifts.")
    if gone.returned:
        said.append(
            f"{plural(gone.returned, 'gift')} that only they showed in use: accepted again, and waiting for the start."
        )
    if gone.loosened:
        said.append(f"{plural(gone.loosened, 'payment')} that somebody typed stand without a line now.")
    return " ".join(said)


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
    said = "The opening balance is noted. Expiry dates of that money are an estimate."
    return _noted(request, OpeningForm, open_with, said, ("Opening balance", OPENING, "Save opening balance"))


def no_opening(request: Any) -> HttpResponse:
    """Go by the files alone again."""
    said = "The opening balance is removed. The figures are those of the files alone."
    words = ("Remove the opening balance", REMOVE, "Remove it")
    return _noted(request, RemoveOpeningForm, remove_opening, said, words)


def balance(request: Any) -> HttpResponse:
    """Note the balance that the government's service shows."""
    said = "The balance is noted. The overview shows whether the ledger ties to it."
    words = ("Balance in the government's service", BALANCE, "Save balance")
    return _noted(request, BalanceForm, declare_balance, said, words)


def scheme(request: Any) -> HttpResponse:
    """Add a PAYE scheme."""
    words = ("Add a PAYE scheme", SCHEME, "Add PAYE scheme")
    return _noted(request, SchemeForm, add_scheme, "The PAYE scheme is added.", words, to="levy:imports")


def mean(request: Any) -> HttpResponse:
    """Choose over how many months the levy to come is averaged."""
    said = "The levy to come is worked out anew."
    words = ("Levy to come", MEAN, "Save")
    account = Account.objects.visible_to(request.acting).first()
    return _noted(
        request, MeanForm, reckon_with, said, words, initial={"months": account.mean_months if account else MOST}
    )


def _noted(
    request: Any,
    make: Callable[..., Any],
    write: Callable[..., Any],
    said: str,
    words: tuple[str, str, str],
    *,
    to: str = "levy:overview",
    **more: Any,
) -> HttpResponse:
    """A page of one form: what is valid is written by the service and said on the page `to`."""
    only(request, Role.TRUST_HR)
    form = make(request.POST or None, **more)
    if (
        request.method == "POST"
        and form.is_valid()
        and says(request, form, lambda: write(by=request.acting, **form.cleaned_data))
    ):
        messages.success(request, said)
        return redirect(to)
    title, intro, button = words
    context = {"form": form, "title": title, "intro": intro, "button": button, "back": "levy:imports"}
    return render(request, "levy/form.html", context)


OPENING = (
    "Use this only if you cannot download transactions back to the month in which your account began. "
    "The age of this money can only be estimated; the pages say so."
)
REMOVE = "Without it the figures rest on the transactions of your files alone, as if none had ever been noted."
BALANCE = "Read it on the finance page of “Manage apprenticeships”. The ledger is compared with it to the penny."
SCHEME = "A file whose PAYE schemes are not known is refused, so that another trust's figures never mix with yours."
MEAN = (
    "The forecast takes the levy of each PAYE scheme to come as the mean of what it declared lately, at its newest English "
    "percentage."
)

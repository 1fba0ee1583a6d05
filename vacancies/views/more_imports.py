"""Further doors for vacancies: a TRAC export or pasted rows with a check of the columns, and the feed from its address."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audit.acting import TRUST_ROLES
from jobs.columns_page import columns_of, keep_table
from jobs.forms import UploadForm
from jobs.models import Upload
from jobs.services import start
from vacancies import fetching
from vacancies.amend_forms import PasteForm
from vacancies.feed_forms import BankForm
from vacancies.forms import ProblemsForm
from vacancies.trac_imports import COLUMNS, KIND, new_bank_adverts, rows_of
from vacancies.views.shared import acting_or_404

PASTED = "Pasted rows.tsv"
MOST_SHOWN = 20


@require_http_methods(["GET", "POST"])
def trac(request: Any) -> HttpResponse:
    """Choose a file, or paste rows with their headings."""
    acting = acting_or_404(request, TRUST_ROLES)
    pasting = request.method == "POST" and "rows" in request.POST
    sending = request.method == "POST" and not pasting
    form = UploadForm(request.POST if sending else None, request.FILES if sending else None, kind=KIND)
    paste = PasteForm(request.POST if pasting else None)
    kept = None
    if pasting and paste.is_valid():
        file = SimpleUploadedFile(PASTED, paste.cleaned_data["rows"].encode(), content_type="text/tab-separated-values")
        kept = keep_table(file, form=paste, field="rows", kind=KIND, by=acting)
    elif sending and form.is_valid():
        kept = keep_table(form.cleaned_data["file"], form=form, kind=KIND, by=acting)
    if kept is not None:
        return redirect("vacancies:trac_check", reference=kept.reference)
    return render(request, "vacancies/trac.html", {"form": form, "paste": paste})


@require_http_methods(["GET", "POST"])
def trac_check(request: Any, reference: str) -> HttpResponse:
    """Which column holds what, with the first problems by row; then the work begins."""
    acting = acting_or_404(request, TRUST_ROLES)
    pasted = Upload.objects.visible_to(acting).filter(reference=reference, name=PASTED).exists()
    given = {
        "pasted": pasted,
        "all_or_nothing": request.POST.get("all_or_nothing") == "yes",
        "bank_register": request.POST.get("bank_register") == "on",
    }
    found = columns_of(request, reference, kind=KIND, columns=COLUMNS, by=acting, back="vacancies:trac", **given)
    if isinstance(found, HttpResponse):
        return found
    rows = [] if found.guess.missing else rows_of(found.table, found.guess)
    problems = [str(each) for row in rows for each in row.problems]
    bank = new_bank_adverts(rows, trust=request.membership.organisation)
    context = {
        **found.context(),
        "bank": bank,
        "bank_form": BankForm(request.POST or None, number=bank),
        "good": [row for row in rows if row.said and not row.problems][:3],
        "choice": ProblemsForm(request.POST or None, initial={"all_or_nothing": "yes"}),
        "problems": problems[:MOST_SHOWN],
        "more": max(0, len(problems) - MOST_SHOWN),
    }
    return render(request, "vacancies/trac_check.html", context)


@require_POST
def fetch(request: Any) -> HttpResponse:
    """Ask NHS Jobs now; the work is watched."""
    acting = acting_or_404(request, TRUST_ROLES)
    return redirect(start(fetching.KIND, by=acting))

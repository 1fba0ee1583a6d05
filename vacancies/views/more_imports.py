"""Further doors for vacancies: a TRAC export or pasted rows with a check of the columns, and the feed from its address."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audit.acting import TRUST_ROLES, Acting
from jobs.forms import MappingForm, UploadForm
from jobs.hostile import Refusal
from jobs.models import Upload
from jobs.services import match, receive, remember, same_file_before, start, table_of
from vacancies import fetching
from vacancies.amend_forms import PasteForm
from vacancies.trac_imports import COLUMNS, KIND, rows_of
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
        kept = _kept(file, paste, "rows", acting)
    elif sending and form.is_valid():
        kept = _kept(form.cleaned_data["file"], form, "file", acting)
    if kept is not None:
        return redirect("vacancies:trac_check", reference=kept.reference)
    return render(request, "vacancies/trac.html", {"form": form, "paste": paste})


def _kept(file: Any, form: Any, field: str, acting: Acting) -> Upload | None:
    try:
        kept = receive(file, kind=KIND, by=acting)
        table_of(kept)
    except Refusal as refusal:
        form.add_error(field, refusal.sentence)
        return None
    return kept


@require_http_methods(["GET", "POST"])
def trac_check(request: Any, reference: str) -> HttpResponse:
    """Which column holds what, with the first problems by row; then the work begins."""
    acting = acting_or_404(request, TRUST_ROLES)
    kept = get_object_or_404(Upload.objects.visible_to(acting), reference=reference, kind=KIND)
    try:
        table = table_of(kept)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("vacancies:trac")
    guess = match(table, COLUMNS, kind=KIND, by=acting)
    form = MappingForm(request.POST if request.method == "POST" else None, guess=guess)
    if request.method == "POST" and form.is_valid():
        matched = form.matched()
        remember(matched, kind=KIND, by=acting)
        pasted = kept.name == PASTED
        return redirect(start(KIND, by=acting, upload=kept, headings=dict(matched.chosen), pasted=pasted))
    rows = rows_of(table, guess) if not guess.missing else []
    problems = [(row.number, str(each.what), each.mend) for row in rows for each in row.problems]
    context = {
        "upload": kept,
        "before": same_file_before(kept).first(),
        "form": form,
        "rows": len(table.rows),
        "missing": guess.sentence,
        "good": [row for row in rows if row.said][:3],
        "problems": problems[:MOST_SHOWN],
        "more": max(0, len(problems) - MOST_SHOWN),
    }
    return render(request, "vacancies/trac_check.html", context)


@require_POST
def fetch(request: Any) -> HttpResponse:
    """Ask NHS Jobs now; the work is watched."""
    acting = acting_or_404(request, TRUST_ROLES)
    return redirect(start(fetching.KIND, by=acting))

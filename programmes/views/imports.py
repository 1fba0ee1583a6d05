"""Importing a cohort file: upload, look at what it would do, choose, watch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.acting import Acting
from audit.clock import today
from audit.mover import Refused
from jobs.columns_page import keep_table
from jobs.exports import csv_response, xlsx_response
from jobs.forms import MappingForm, UploadForm
from jobs.hostile import Refusal
from jobs.mapping import Matched
from jobs.models import Outcome, Upload
from jobs.reading import Table
from jobs.services import match, remember, same_file_before, start, table_of
from programmes.forms.imports import ALL, ImportForm
from programmes.imports.columns import COLUMNS, KIND
from programmes.imports.plan import make_plan, over_full, read_rows
from programmes.imports.sample import HEADINGS, guide_rows, sample_rows, template_rows
from programmes.models import Cohort
from programmes.views.shared import acting_or_404, posted

PROBLEMS_SHOWN = 100
ROWS_SHOWN = 30
GUIDE = ["Column", "Needed", "What goes in"]


@require_http_methods(["GET", "POST"])
@never_cache
def upload_page(request: HttpRequest) -> HttpResponse:
    """Choose a file; what is wrong with the file as a whole is said here."""
    acting = acting_or_404(request)
    form = UploadForm(posted(request), request.FILES or None, kind=KIND)
    if request.method == "POST" and form.is_valid():
        upload = keep_table(form.cleaned_data["file"], form=form, kind=KIND, by=acting)
        if upload is not None:
            return redirect("programmes:preview", upload.reference)
    return render(request, "programmes/import.html", {"form": form})


@require_GET
@never_cache
def download(request: HttpRequest, name: str) -> HttpResponseBase:
    """The template and the sample, as CSV and as a workbook with a guide."""
    acting = acting_or_404(request)
    rows = {
        "cohort-template": template_rows,
        "cohort-sample": lambda: sample_rows(_a_cohort(acting), on=today()),
    }
    stem, _, ending = name.rpartition(".")
    if stem not in rows or ending not in ("csv", "xlsx"):
        raise Http404
    if ending == "csv":
        return csv_response(name, HEADINGS, rows[stem]())
    return xlsx_response(name, {"People": (HEADINGS, rows[stem]()), "How to fill in": (GUIDE, guide_rows())})


def _a_cohort(acting: Acting) -> Cohort | None:
    """The reader's cohort that runs, or begins next: the sample is for it."""
    rows = Cohort.objects.visible_to(acting).filter(ends__gte=today()).select_related("programme")
    found: Cohort | None = rows.order_by("starts", "pk").first()
    return found


def _read(request: HttpRequest, reference: str) -> tuple[Acting, Upload, Table, Matched]:
    """The upload, its table and its columns as last confirmed or guessed."""
    acting = acting_or_404(request)
    rows = Upload.objects.visible_to(acting).filter(kind=KIND)
    upload = get_object_or_404(rows, reference=reference)
    try:
        table = table_of(upload)
    except Refusal as refusal:
        raise Http404(refusal.sentence) from refusal
    return acting, upload, table, match(table, COLUMNS, kind=KIND, by=acting)


@require_http_methods(["GET", "POST"])
@never_cache
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """What the file would do, row by row, and the choice; nothing is written before somebody chooses."""
    acting, upload, table, matched = _read(request, reference)
    if matched.missing:
        messages.error(request, matched.sentence)
        return redirect("programmes:columns", reference)
    form = ImportForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            job = start(
                KIND,
                by=acting,
                upload=upload,
                all_or_nothing=form.cleaned_data["which"] == ALL,
                leave_out_likely=form.cleaned_data["leave_out_likely"],
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(job)
    return render(request, "programmes/preview.html", _context(acting, upload, table, matched, form))


def _rows(number: int) -> str:
    return "row" if number == 1 else "rows"


def _context(acting: Acting, upload: Upload, table: Table, matched: Matched, form: ImportForm) -> dict[str, Any]:
    plan = make_plan(read_rows(table, matched), matched, by=acting)
    counts, problems = plan.counts(), plan.problems()
    return {
        "upload": upload,
        "notes": table.notes,
        "unused": matched.unused,
        "again": same_file_before(upload).first(),
        "new": counts[Outcome.MADE],
        "labels": {
            "new": f"{_rows(counts[Outcome.MADE])} to add",
            "same": f"{_rows(counts[Outcome.SAME])} here already",
            "bad": f"{_rows(counts[Outcome.REFUSED])} with a problem",
        },
        "same": counts[Outcome.SAME],
        "bad": counts[Outcome.REFUSED],
        "likely": sum(row.likely for row in plan.rows if row.is_good),
        "problems": problems[:PROBLEMS_SHOWN],
        "more_problems": max(0, len(problems) - PROBLEMS_SHOWN),
        "remarks": [(row.number, note) for row in plan.rows if row.is_good for note in row.notes][:PROBLEMS_SHOWN],
        "over_full": over_full(plan, by=acting),
        "rows": plan.rows[:ROWS_SHOWN],
        "more_rows": max(0, len(plan.rows) - ROWS_SHOWN),
        "form": form,
    }


@require_http_methods(["GET", "POST"])
@never_cache
def columns(request: HttpRequest, reference: str) -> HttpResponse:
    """Say which column holds what; kept for the organisation's next file."""
    acting, upload, _table, matched = _read(request, reference)
    form = MappingForm(posted(request), guess=matched)
    if request.method == "POST" and form.is_valid():
        remember(form.matched(), kind=KIND, by=acting)
        return redirect("programmes:preview", reference)
    return render(request, "programmes/columns.html", {"form": form, "upload": upload})

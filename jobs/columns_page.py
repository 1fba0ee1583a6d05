"""What every page does that takes a table: keep the file, ask which column is which, remember it, begin the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from audit.acting import Acting
from audit.mover import Refused
from jobs.forms import MappingForm
from jobs.hostile import Refusal
from jobs.mapping import ColumnMap, Matched
from jobs.models import Upload
from jobs.reading import Table
from jobs.services import match, receive, remember, same_file_before, start, table_of


def keep_table(file: Any, *, form: Any, field: str = "file", kind: str, by: Acting) -> Upload | None:
    """The upload of a file that can be read as a table; else None, and `form` says why at `field`."""
    try:
        kept = receive(file, kind=kind, by=by)
        table_of(kept)
    except (Refusal, Refused) as refused:
        form.add_error(field, str(refused))
        return None
    return kept


@dataclass(frozen=True, slots=True)
class Columns:
    """A kept file with its columns as they are read at the moment, and the form that corrects them."""

    upload: Upload
    table: Table
    guess: Matched
    form: MappingForm

    def context(self) -> dict[str, Any]:
        """For a page that extends jobs/columns.html."""
        return {
            "upload": self.upload,
            "before": same_file_before(self.upload).first(),
            "form": self.form,
            "rows": len(self.table.rows),
            "missing": self.guess.sentence,
        }


def columns_of(
    request: Any, reference: str, *, kind: str, columns: ColumnMap, by: Acting, back: str, **given: Any
) -> Columns | HttpResponse:
    """The columns to show; or where to go next: back to choosing a file, the page again, or the work that began.

    The button "look" only remembers the columns and reads the file anew. `given` goes into the work's input.
    """
    kept = get_object_or_404(Upload.objects.visible_to(by), reference=reference, kind=kind)
    try:
        table = table_of(kept)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect(back)
    guess = match(table, columns, kind=kind, by=by)
    form = MappingForm(request.POST if request.method == "POST" else None, guess=guess)
    if request.method == "POST" and form.is_valid():
        matched = form.matched()
        remember(matched, kind=kind, by=by)
        if "look" in request.POST:
            return redirect(request.path)
        return redirect(start(kind, by=by, upload=kept, headings=dict(matched.chosen), **given))
    return Columns(kept, table, guess, form)

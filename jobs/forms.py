"""The forms of an import: choose a file, match its columns."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.hostile import MB, Refusal
from jobs.kinds import kind_named
from jobs.mapping import ColumnMap, Matched
from jobs.services import check_file
from nhsuk.forms import NhsukForm

ACCEPTED = {"table": ".csv,.txt,.tsv,.xlsx", "xml": ".xml"}
WORDS = {"table": "An Excel workbook (.xlsx) or a CSV file", "xml": "An XML file"}


class UploadForm(NhsukForm):
    """One file for one kind of work; what is wrong with it is an error of the field, with how to mend it."""

    file = forms.FileField(label="File", max_length=255, error_messages={"required": "Choose a file"})

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kind = kind_named(kind)
        field = self.fields["file"]
        field.label = self.kind.label
        field.widget.attrs["accept"] = ACCEPTED.get(self.kind.reads, "")
        what = WORDS.get(self.kind.reads, "A file")
        field.help_text = f"{what}, at most {self.kind.limits.file_bytes // MB} MB"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            check_file(file, self.kind)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        return file


class MappingForm(NhsukForm):
    """Which column of the file holds each field; `matched()` is the answer. Begins with the guess."""

    label_size = "s"

    def __init__(self, *args: Any, guess: Matched, **more: Any) -> None:
        super().__init__(*args, **more)
        self.guess = guess
        options = [("", "Not in this file"), *((heading, heading) for heading in guess.headings)]
        for column in guess.columns:
            self.fields[f"column_{column.field}"] = forms.ChoiceField(
                label=column.label,
                choices=options,
                required=column.required,
                initial=guess.chosen.get(column.field, ""),
                help_text=column.hint,
                error_messages={"required": f"Select the column that holds: {column.label.lower()}"},
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = {column.field: cleaned.get(f"column_{column.field}", "") for column in self.guess.columns}
        try:
            self.answer = ColumnMap(self.guess.columns).chosen_by_person(self.guess.headings, chosen)
        except ValueError as error:
            self.add_error(None, str(error))
        return cleaned

    def matched(self) -> Matched:
        """What the person chose, once the form is valid."""
        return self.answer

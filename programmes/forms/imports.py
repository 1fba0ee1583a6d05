"""The choice before a cohort file is imported."""

from __future__ import annotations

from django import forms

from nhsuk import fields
from nhsuk.forms import NhsukForm

ALL, GOOD = "all", "good"


class ImportForm(NhsukForm):
    label_size = "s"
    which = forms.ChoiceField(
        label="If a row has a problem",
        choices=[(ALL, "All or nothing"), (GOOD, "The good rows")],
        initial=ALL,
        widget=fields.Radios(
            hints={
                ALL: "Nothing is added until every row is good.",
                GOOD: "The others come back as a file that says what to mend.",
            }
        ),
    )
    leave_out_likely = forms.BooleanField(
        label="Leave out people who may be here already",
        required=False,
        initial=True,
        help_text="Look at them one by one afterwards. Without this tick they are added as different people.",
    )

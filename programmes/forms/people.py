"""Small forms about people."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.clock import today
from candidates.choices import AFTER_OFFER, CheckKind, CheckStatus
from nhsuk import fields
from nhsuk.forms import NhsukForm
from programmes.models import Group, Route


class ExportForm(NhsukForm):
    reason = forms.CharField(
        label="Why do you need this file?",
        max_length=200,
        help_text="Kept with your name and the time. For example: letters to those awaiting an interview.",
    )


class EligibilityForm(NhsukForm):
    label_size = "s"
    route = forms.ChoiceField(
        label="How are they eligible?",
        choices=Route.choices,
        widget=fields.Radios(
            hints={
                "programme": "They are in a pre-work programme, or completed one.",
                "core20": "Their home is in the most deprived 20%.",
                "plus": "They belong to a group that the Charter names.",
            }
        ),
    )
    group = forms.ChoiceField(
        label="PLUS group",
        required=False,
        choices=[("", "None"), *Group.choices],
        help_text="With the PLUS route only.",
    )
    evidence = forms.CharField(
        label="Evidence you saw",
        max_length=200,
        help_text="What it was, not what it said: letter from the council’s leaving-care team, 3 November 2026.",
    )
    starts = fields.DateField(label="From", required=False, help_text="Leave empty for today.")
    ends = fields.DateField(
        label="Until", required=False, help_text="Leave empty for as long as the policy says; it is shown on this page."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("route") == Route.PLUS and not cleaned.get("group"):
            self.add_error("group", "Select the PLUS group")
        if cleaned.get("route") and cleaned["route"] != Route.PLUS:
            cleaned["group"] = ""
        return cleaned


class EndEligibilityForm(NhsukForm):
    on = fields.DateField(label="Ends on")
    reason = forms.CharField(label="Why does it end?", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": today()} | kwargs.pop("initial", {}), **kwargs)


class CheckForm(NhsukForm):
    """The status of one check; `locked` are the kinds that wait for a conditional offer."""

    label_size = "s"
    kind = forms.ChoiceField(label="Check")
    status = forms.ChoiceField(label="Where it stands", choices=CheckStatus.choices, widget=fields.Radios(small=True))

    def __init__(self, *args: Any, unlocked: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_kinds = [(kind.value, kind.label) for kind in CheckKind if kind not in AFTER_OFFER or kind in unlocked]
        self.let_choose("kind", open_kinds)


class MergeForm(NhsukForm):
    into = forms.CharField(
        label="Reference of the record to keep",
        max_length=12,
        help_text="Both records stay; people are counted once, and this can be taken back.",
        widget=fields.Text(width=10),
    )

"""Whether two vacancies are one advert, and which of them stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from nhsuk.fields import Radios
from nhsuk.forms import NhsukForm
from vacancies.models import Vacancy

TWO = "two"


class DoubleForm(NhsukForm):
    """`ways` are the vacancies that may be kept, the better one first; where there is none, they stay two."""

    reason = forms.CharField(label="If no: why not?", required=False, max_length=300)

    def __init__(self, *args: Any, ways: Sequence[Vacancy], **more: Any) -> None:
        super().__init__(*args, **more)
        self.ways = {vacancy.reference: vacancy for vacancy in ways}
        hints = {ref: "The other one is withdrawn. Files from both systems then find this one." for ref in self.ways}
        choices = [(ref, f"Yes: keep {ref}") for ref in self.ways] + [(TWO, "No: they are two adverts")]
        self.fields["answer"] = forms.ChoiceField(
            label="Are they the same advert?",
            choices=choices,
            widget=Radios(hints=hints),
            error_messages={"required": "Select whether they are the same advert"},
        )
        self.order_fields(["answer", "reason"])

    @property
    def kept(self) -> Vacancy | None:
        """The vacancy that stays, or None where they are two adverts; once the form is valid."""
        return self.ways.get(self.cleaned_data["answer"])

    @property
    def why(self) -> str:
        return str(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("answer") == TWO and not given.get("reason"):
            self.add_error("reason", "Say why they are two adverts: auditors will ask")
        return given

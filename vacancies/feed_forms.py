"""The questions that a feed file leaves: posts and pay band of each new advert."""

from __future__ import annotations

from typing import Any

from django import forms

from nhsuk.fields import Radios
from nhsuk.forms import NhsukForm, name_the_field
from vacancies.forms import band_field, posts_field
from vacancies.imports import suggested_band, suggested_exemption
from vacancies.models import Exemption
from vacancies.sources.nhs_jobs import Advert
from vacancies.sources.salary import tidy_pay

MOST_ASKED = 200  # adverts on one page; the others come in and ask on Today


class FeedForm(NhsukForm):
    """Band and posts of each new advert of a file, which the file does not say; both may wait.

    `fields_of` gives a row's fields to the page. `answers` is what the job needs.
    """

    all_or_nothing = forms.ChoiceField(
        label="If an advert has a problem",
        choices=(("", "Import the good ones"), ("yes", "Import nothing")),
        required=False,
        widget=Radios(small=True),
    )

    def __init__(self, *args: Any, adverts: list[Advert], **more: Any) -> None:
        super().__init__(*args, **more)
        self.adverts = adverts[:MOST_ASKED]
        for advert in self.adverts:
            self.fields[f"band-{advert.number}"] = band_field(initial=suggested_band(advert))
            self.fields[f"posts-{advert.number}"] = posts_field(required=False)
            self.fields[f"exemption-{advert.number}"] = forms.ChoiceField(
                label="Exemption", choices=Exemption.choices, required=False, initial=suggested_exemption(advert)
            )
            for name in ("band", "posts", "exemption"):
                made = self.fields[f"{name}-{advert.number}"]
                made.widget.attrs["aria-label"] = f"{made.label} of {advert.title}, {advert.reference}"
                name_the_field(made, label=f"{made.label} of {advert.title}")

    def rows(self) -> list[dict[str, Any]]:
        """Each advert with its three fields, for the page."""
        return [
            {"advert": advert, "pay": tidy_pay(advert.salary_text)}
            | {name: self[f"{name}-{advert.number}"] for name in ("band", "posts", "exemption")}
            for advert in self.adverts
        ]

    def answers(self) -> dict[str, list[Any]]:
        """By reference [band, posts, exemption], once the form is valid."""
        given = self.cleaned_data
        return {
            advert.reference: [given[f"{name}-{advert.number}"] for name in ("band", "posts", "exemption")]
            for advert in self.adverts
        }

"""The questions that sources leave: posts, pay band and exemption of many adverts on one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from nhsuk.fields import Radios
from nhsuk.forms import NhsukForm, name_the_field
from vacancies.banding import suggest_from_text
from vacancies.forms import band_field, posts_field
from vacancies.imports import bank_adverts, suggested_band
from vacancies.missing_facts import Said, is_bank
from vacancies.models import Exemption, Vacancy
from vacancies.sources.nhs_jobs import Advert
from vacancies.sources.salary import tidy_pay

MOST_ASKED = 200  # adverts on one page
ASKED = ("band", "posts", "exemption")


def filled(request: HttpRequest) -> Any:
    """What was posted; a button such as "1 post each" fills the empty fields of its kind."""
    if request.method != "POST":
        return None
    given = request.POST.copy()
    field, _, value = given.get("fill", "").partition("-")
    if field in ("posts", "band"):
        for name in [name for name in given if name.startswith(f"{field}-") and not str(given[name]).strip()]:
            given[name] = value
    return given


class BankForm(NhsukForm):
    """Whether the bank adverts of a page are exempt: no box is ticked beforehand, so that a person says it."""

    bank_register = forms.BooleanField(required=False)

    def __init__(self, *args: Any, number: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.bank = number
        self.fields["bank_register"].label = exempt_all(number)

    def ask(self, key: Any, *, called: str, reference: str, band: int | None) -> None:
        """Three fields for one advert."""
        self.fields[f"band-{key}"] = band_field(initial=band)
        self.fields[f"posts-{key}"] = posts_field(required=False)
        self.fields[f"exemption-{key}"] = forms.ChoiceField(
            label="Exemption", choices=Exemption.choices, required=False
        )
        for name in ASKED:
            made = self.fields[f"{name}-{key}"]
            made.widget.attrs["aria-label"] = f"{made.label} of {called}, {reference}"
            name_the_field(made, label=f"{made.label} of {called}")

    def asked(self, key: Any) -> dict[str, Any]:
        """The three fields of one advert, for the page."""
        return {name: self[f"{name}-{key}"] for name in ASKED}

    def said(self, key: Any) -> list[Any]:
        """[band, posts, exemption] of one advert, once the form is valid."""
        return [self.cleaned_data[f"{name}-{key}"] for name in ASKED]


def exempt_all(number: int) -> str:
    """What the one tick says that takes bank adverts out of the 20%."""
    return "Exempt it as “Bank register”" if number == 1 else f"Exempt all {number:,} as “Bank register”"


def doubt(title: str, band: int | None) -> str:
    """What a title of several bands suggests where the band is not known; nothing where it is, or is not written."""
    suggestion = suggest_from_text(title) if band is None else None
    return suggestion.reason if suggestion else ""


class FeedForm(BankForm):
    """Band and posts of each new advert of a file, which the file does not say; both may wait."""

    all_or_nothing = forms.ChoiceField(
        label="If an advert has a problem",
        choices=(("", "Import the good ones"), ("yes", "Import nothing")),
        required=False,
        widget=Radios(small=True),
    )

    def __init__(self, *args: Any, adverts: list[Advert], **more: Any) -> None:
        super().__init__(*args, number=len(bank_adverts(adverts)), **more)
        self.adverts = adverts[:MOST_ASKED]
        for advert in self.adverts:
            self.ask(advert.number, called=advert.title, reference=advert.reference, band=suggested_band(advert))

    def rows(self) -> list[dict[str, Any]]:
        """Each advert with its three fields, for the page."""
        return [
            {
                "title": advert.title,
                "reference": advert.reference,
                "closes": advert.closes,
                "pay": tidy_pay(advert.salary_text),
                "contract": advert.contract.raw,
                "doubt": doubt(advert.title, suggested_band(advert)),
                **self.asked(advert.number),
            }
            for advert in self.adverts
        ]

    def answers(self) -> dict[str, list[Any]]:
        """By reference [band, posts, exemption], once the form is valid."""
        return {advert.reference: self.said(advert.number) for advert in self.adverts}


class MissingForm(BankForm):
    """The same of vacancies that are here."""

    def __init__(self, *args: Any, vacancies: list[Vacancy], **more: Any) -> None:
        super().__init__(*args, number=sum(map(is_bank, vacancies)), **more)
        self.vacancies = vacancies
        for vacancy in vacancies:
            self.ask(vacancy.reference, called=vacancy.title, reference=vacancy.reference, band=vacancy.band)
            self.fields[f"band-{vacancy.reference}"].disabled = vacancy.band is not None
            self.fields[f"posts-{vacancy.reference}"].initial = vacancy.posts
            self.fields[f"posts-{vacancy.reference}"].disabled = vacancy.posts is not None

    def rows(self) -> list[dict[str, Any]]:
        """Each vacancy with its three fields, for the page."""
        return [
            {
                "key": vacancy.reference,
                "title": vacancy.title,
                "url": vacancy.get_absolute_url(),
                "reference": vacancy.trac_reference or vacancy.nhs_jobs_reference or vacancy.reference,
                "closes": vacancy.closes_on,
                "pay": tidy_pay(vacancy.salary_text),
                "contract": vacancy.get_contract_display(),
                "doubt": doubt(vacancy.title, vacancy.band),
                **self.asked(vacancy.reference),
            }
            for vacancy in self.vacancies
        ]

    def answers(self) -> dict[int, Said]:
        """By the vacancy's id, once the form is valid."""
        register = Exemption.BANK_REGISTER if self.cleaned_data["bank_register"] else ""
        found = {}
        for vacancy in self.vacancies:
            band, posts, exemption = self.said(vacancy.reference)
            found[vacancy.pk] = Said(band, posts, exemption or (register if is_bank(vacancy) else ""))
        return found

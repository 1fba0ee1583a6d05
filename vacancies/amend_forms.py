"""Forms that change a decision, answer for re-adverts, and bring opening balances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from audit.clock import last_years, today, year_words
from nhsuk.fields import Checkboxes, Number, Radios
from nhsuk.forms import NhsukForm
from organisations.forms import SignForm
from vacancies.amending import MOST_POSTS, Opening


def _posts(label: str, *, least: int = 1, most: int = MOST_POSTS) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=Number(width=3 if most <= MOST_POSTS else 5),
        help_text=f"From {least} to {most:,}",
    )


class AddPostsForm(NhsukForm):
    """Further posts of a decided vacancy. How many of them are due depends on their number, so it is said on the page."""

    posts = _posts("Posts to add")
    reserve = forms.IntegerField(
        label="Of them, posts to reserve",
        min_value=0,
        required=False,
        widget=Number(width=3),
        help_text="Leave it empty to reserve what is due.",
    )
    reason = forms.CharField(label="Why are posts added?", max_length=300)


class HeldForm(NhsukForm):
    """What changes the reserved posts carries along how many the page showed, so that a repeat does nothing."""

    held = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, held: int, most: int, **more: Any) -> None:
        super().__init__(*args, initial={"held": held}, **more)
        self.fields["posts"].help_text = f"From 1 to {most}" if most > 1 else "1 at most"


class ReserveMoreForm(HeldForm):
    posts = _posts("Further posts to reserve")


class GiveBackForm(NhsukForm):
    """How many reserved posts to give back; `needs` says of 1, 2, 3 and so on how many of them the 20% needs."""

    label_size = "s"
    posts = forms.TypedChoiceField(label="Reserved posts to give back", coerce=int)
    held = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, held: int, needs: Sequence[int], **more: Any) -> None:
        super().__init__(*args, initial={"held": held}, **more)
        self.needs = needs
        self.let_choose("posts", [(str(posts), _given(posts, short)) for posts, short in enumerate(needs, start=1)])

    @property
    def chosen(self) -> int:
        """What is picked at the moment; one post before anything is."""
        value = str(self.data.get("posts", ""))
        return int(value) if value.isdecimal() and 1 <= int(value) <= len(self.needs) else 1

    @property
    def short(self) -> int:
        """How many of the posts that are picked the 20% needs."""
        return self.needs[self.chosen - 1]


def _given(posts: int, short: int) -> str:
    words = f"{posts} post{'' if posts == 1 else 's'}"
    if not short:
        return f"{words}: more than is needed"
    return f"{words}: needed for the 20%" if short == posts else f"{words}: {short} of them needed for the 20%"


class SurplusForm(NhsukForm):
    """Why posts are given back that the 20% does not need; for those that it needs there is `LessForm`."""

    text = forms.CharField(
        label="Why?",
        max_length=300,
        help_text="The reason is published with the ledger. Name no candidate.",
        error_messages={"required": "Say why reserved posts are given back"},
    )


class ChainForm(NhsukForm):
    answer = forms.ChoiceField(
        label="Is it a re-advert?",
        choices=[("join", "Yes: count the two once"), ("apart", "No: it is an advert of its own")],
        widget=Radios(hints={"join": "The re-advert takes over what was counted and reserved."}),
    )
    reason = forms.CharField(label="If no: why not?", required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("answer") == "apart" and not given.get("reason"):
            self.add_error("reason", "Say why it is not a re-advert: auditors will ask")
        return given


class PartForm(NhsukForm):
    reason = forms.CharField(
        label="Why are they parted?",
        max_length=300,
        error_messages={"required": "Say why they are parted: auditors will ask"},
    )


class ScopeForm(NhsukForm):
    """The signature under a site's scope; it carries which way, so that a repeat does nothing."""

    into = forms.ChoiceField(choices=[("in", "In scope"), ("out", "Out of scope")], widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why?",
        max_length=300,
        help_text="The trust’s recruiters, the academy, the ICB and the auditor read it.",
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why the scope of this site changes"},
    )


class OpeningForm(NhsukForm):
    """The figures of a trust's own records from before this service."""

    label_size = "s"
    year = forms.TypedChoiceField(label="Financial year", coerce=int)
    posts = _posts("Entry-level posts counted", least=0, most=20000)
    reserved = _posts("Of them, posts reserved", least=0, most=20000)
    adverts = _posts("Adverts counted", least=0, most=20000)
    reserved_adverts = _posts("Of them, adverts with a reserved post", least=0, most=20000)
    debt = _posts("Posts owed from the year before", least=0, most=20000)
    advert_debt = _posts("Adverts owed from the year before", least=0, most=20000)
    reason = forms.CharField(
        label="Which record do these figures come from?",
        max_length=300,
        help_text="For example: recruitment team’s spreadsheet of 30 June 2026, sheet 2",
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.let_choose("year", [(str(year), year_words(year)) for year in last_years(4)])

    def opening(self) -> Opening:
        return Opening(**{name: self.cleaned_data[name] for name in Opening.__dataclass_fields__})


class FindingForm(NhsukForm):
    answer = forms.ChoiceField(
        label="Your answer",
        choices=[("explain", "Explained: the ledger is right"), ("accept", "Accepted: the ledger is wrong")],
        widget=Radios(
            hints={
                "explain": "For example: it is a bank register, or the outside list is wrong.",
                "accept": "Then add the vacancy, or correct its band or title: the finding clears with the next comparison.",
            }
        ),
    )
    reason = forms.CharField(
        label="Reason", max_length=400, help_text="The ICB and the auditor read it.", widget=forms.Textarea({"rows": 3})
    )


class PasteForm(NhsukForm):
    rows = forms.CharField(
        label="Or paste rows",
        widget=forms.Textarea({"rows": 6}),
        max_length=1_000_000,
        strip=False,
        help_text="Copy them in the spreadsheet with the line of headings. Each row needs a reference and a job title.",
        error_messages={"required": "Paste the rows, with their headings"},
    )


class TrialForm(NhsukForm):
    """A reading of "entry level" in the terms of its policy."""

    label_size = "s"
    bands = forms.MultipleChoiceField(
        label="Pay bands",
        choices=[(str(band), f"Band {band}") for band in range(1, 10)],
        widget=Checkboxes(small=True),
        required=False,
    )
    levels = forms.MultipleChoiceField(
        label="Apprenticeship levels",
        choices=[(str(level), f"Level {level}") for level in range(2, 8)],
        widget=Checkboxes(small=True),
        required=False,
    )
    registration = forms.BooleanField(label="A professional registration excludes", required=False)
    paid_care = forms.BooleanField(label="Required paid care experience excludes", required=False)

    @staticmethod
    def of(value: dict[str, Any]) -> dict[str, Any]:
        """The fields as a stored policy fills them."""
        return {
            "bands": [str(band) for band in value["bands"]],
            "levels": [str(level) for level in value["apprenticeship_levels"]],
            "registration": value["registration_excludes"],
            "paid_care": value["paid_care_experience_excludes"],
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("bands") and not given.get("levels"):
            self.add_error("bands", "Select a pay band or an apprenticeship level: without one nothing is entry level")
        return given

    def value(self) -> dict[str, object]:
        """As the policy is stored."""
        given = self.cleaned_data
        return {
            "bands": [int(band) for band in given["bands"]],
            "apprenticeship_levels": [int(level) for level in given["levels"]],
            "registration_excludes": given["registration"],
            "paid_care_experience_excludes": given["paid_care"],
        }


class SignPolicyForm(SignForm):
    """The signature of a reading that was tried; `seen` is what the trial showed, so that nobody signs something else."""

    label_size = "s"
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_starts(self) -> date:
        """Years that are decided were weighed by the reading of their day; the trial says nothing of changing them."""
        starts: date = self.cleaned_data["starts"]
        if starts < today():
            raise forms.ValidationError(
                "The first day is today or later: what was decided until now stays as it was weighed."
            )
        return starts

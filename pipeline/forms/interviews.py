"""Booking an interview with two times, saying what became of it, and its outcome."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from audit.acting import TRUST_ROLES
from audit.clock import LONDON
from audit.mover import Refused
from nhsuk.fields import DateField, Number, Radios, Text, TimeField
from pipeline.forms.answers import CorrectForm, ReferralForm
from pipeline.forms.decisions import FEEDBACK_HINT
from pipeline.models import InterviewKind, Result
from pipeline.rules import check_interview_day


def moment(day: Any, time: Any) -> datetime | None:
    """A day and a time in London as one moment; None if either is missing."""
    return datetime.combine(day, time, tzinfo=LONDON) if day and time else None


def time_field(label: str, *, required: bool = True) -> TimeField:
    return TimeField(
        label=label,
        required=required,
        widget=Text(width=5),
        help_text="For example 10:30 or 14:00",
        error_messages={"invalid": f"{label} must be a time, like 10:30 or 14:00"},
    )


class BookForm(ReferralForm):
    """Two times offered, which of them the candidate chose, where, and what kind."""

    first_day = DateField(label="First time offered: date")
    first_time = time_field("First time offered: time")
    second_day = DateField(label="Second time offered: date", required=False)
    second_time = time_field("Second time offered: time", required=False)
    chosen = forms.ChoiceField(
        label="Which time did the candidate choose?",
        choices=(("first", "The first"), ("second", "The second")),
        initial="first",
        widget=Radios(inline=True, small=True),
    )
    place = forms.CharField(
        label="Where",
        max_length=200,
        error_messages={"required": "Say where it is: a building and room, or the link"},
        help_text="Building, room and who to ask for; or the link, if it is by video.",
    )
    kind = forms.ChoiceField(
        label="Kind", choices=InterviewKind.choices, initial=InterviewKind.INTERVIEW, widget=Radios(small=True)
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("first_day", "second_day"):
            self._check_day(name, cleaned.get(name))
        first = moment(cleaned.get("first_day"), cleaned.get("first_time"))
        second = moment(cleaned.get("second_day"), cleaned.get("second_time"))
        if bool(cleaned.get("second_day")) != bool(cleaned.get("second_time")) and not self.errors:
            self.add_error("second_time", "Give both the date and the time of the second one, or neither")
        if cleaned.get("chosen") == "second" and second is None and not self.errors:
            self.add_error("chosen", "Only the first time was given, so they cannot have chosen the second")
        taken, other = (second, first) if cleaned.get("chosen") == "second" else (first, second)
        return {**cleaned, "at": taken, "also_offered": other}

    def _check_day(self, name: str, day: date | None) -> None:
        try:
            if day:
                check_interview_day(self.referral, day)
        except Refused as refused:
            self.add_error(name, str(refused))


class CancelForm(ReferralForm):
    """Who cancelled: by the trust it is a breach, and the clock runs on."""

    who = forms.ChoiceField(
        label="Who cancelled?",
        choices=(("candidate", "The candidate"), ("trust", "The trust")),
        widget=Radios(hints={"trust": "This is published as a breach. The date by which to interview stays."}),
    )
    reason = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 3}), max_length=400)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.by.role not in TRUST_ROLES:
            self.let_choose("who", [("candidate", "The candidate")])
            self.initial.setdefault("who", "candidate")


class ReleaseForm(ReferralForm):
    """The candidate gives it up; it counts as kept only if two times were offered."""

    times = forms.IntegerField(
        label="How many interview times did the trust offer?",
        min_value=0,
        max_value=20,
        widget=Number(width=2),
        help_text="Given up after two offered times, it counts as the guarantee kept. After fewer it does not.",
    )
    reason = forms.CharField(label="Why they gave it up", widget=forms.Textarea(attrs={"rows": 3}), max_length=400)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial.setdefault("times", self.referral.times_offered)


class OutcomeForm(ReferralForm):
    """Appointed, reserve or not appointed; a remark by criterion; feedback."""

    result = forms.ChoiceField(label="Outcome", choices=Result.choices, widget=Radios(small=True))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for criterion in self.essential():
            self.fields[f"criterion_{criterion.pk}"] = forms.CharField(
                label=criterion.text, max_length=300, required=False, help_text="How they did on this one."
            )
        self.fields["feedback"] = forms.CharField(
            label="Feedback for the candidate",
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=FEEDBACK_HINT,
            required=self.referral.mode == "native",
        )

    def by_criterion(self) -> dict[str, str]:
        given = self.cleaned_data.items()
        return {name.partition("_")[2]: text for name, text in given if name.startswith("criterion_") and text}


class CorrectOutcomeForm(CorrectForm):
    """The outcome as it was, among those that are not recorded, and what was wrong."""

    result = forms.ChoiceField(label="The right outcome", widget=Radios(small=True))
    field_order = ("result", "reason")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        others = [(value, label) for value, label in Result.choices if value != self.referral.outcome.state]
        self.let_choose("result", others)

"""The questions of a reply link: one small form for each person. An untouched form says nothing and stops nothing."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.clock import LONDON, today
from nhsuk import fields
from nhsuk.forms import NhsukForm
from pipeline.models import Result
from pipeline.replies import Ask, Question

SAID = {
    "yes": "shortlisted",
    "no": "not shortlisted",
    "booked": "interview booked",
    "held": "interview held",
    "absent": "did not come",
    **{value: label.lower() for value, label in Result.choices},
}


class AskForm(NhsukForm):
    """Where to send the link."""

    to = forms.EmailField(
        label="Hiring manager’s work e-mail address",
        error_messages={"required": "Enter the hiring manager’s e-mail address"},
        help_text="They get a link to one page, without sign-in and without names.",
    )


class AnswerForm(NhsukForm):
    """What is common to the questions: a first choice; the rest is only asked for where that is made."""

    label_size = "s"
    mark_optional = False  # the page says once that any answer may be left out
    choice = ""

    def __init__(self, *args: Any, question: Question, **more: Any) -> None:
        super().__init__(*args, prefix=question.referral.reference, **more)
        self.question = question

    @property
    def answered(self) -> bool:
        """Whether something was chosen; a valid form that was not answered is left as it is."""
        return bool(self.cleaned_data.get(self.choice))

    @property
    def said(self) -> str:
        """What was answered of whom, once it is saved: "GI-1: not shortlisted"."""
        return f"{self.question.person.neutral_code}: {SAID[self.cleaned_data[self.choice]]}"

    def need(self, field: str, sentence: str) -> None:
        if not self.cleaned_data.get(field) and field not in self.errors:
            self.add_error(field, sentence)


class ShortlistForm(AnswerForm):
    choice = "met"
    met = forms.ChoiceField(
        label="Shortlisted for interview?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=fields.Radios(inline=True, small=True),
        required=False,
    )
    criterion = forms.ChoiceField(label="If no: which essential criterion is not met?", required=False)
    reason = forms.CharField(label="If no: why?", required=False, max_length=400)

    def __init__(self, *args: Any, question: Question, **more: Any) -> None:
        super().__init__(*args, question=question, **more)
        self.by_pk = {str(criterion.pk): criterion for criterion in question.criteria}
        if self.by_pk:
            listed = [(pk, criterion.text) for pk, criterion in self.by_pk.items()]
            self.let_choose("criterion", [("", "Select one"), *listed])
        else:
            del self.fields["criterion"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("met") == "no":
            if self.by_pk:
                self.need("criterion", "Select the essential criterion that is not met")
            self.need("reason", "Say in a sentence why not: the candidate will read it")
        elif given.get("criterion") or given.get("reason"):
            self.add_error("met", "You wrote why not: select No, or empty what belongs to “If no”")
        return given


class InterviewForm(AnswerForm):
    """The interview of somebody shortlisted: it has a date, or it is over already."""

    choice = "what"
    what = forms.ChoiceField(
        label="Interview",
        choices=[("booked", "It has a date"), ("held", "It was held"), ("absent", "The candidate did not come")],
        widget=fields.Radios(small=True),
        required=False,
    )
    on = fields.DateField(label="On which day?", required=False)
    at = fields.TimeField(
        label="At what time?",
        required=False,
        widget=fields.Text(width=5),
        help_text="For example 9.30 or 2pm. Leave it empty if it is not known yet.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("what"):
            self.need("on", "Enter the day of the interview")
        if given.get("on") and not given.get("what") and "what" not in self.errors:
            self.add_error("what", "Select what became of the interview")
        return given


class HeldForm(AnswerForm):
    """An interview that was booked and whose day has come."""

    choice = "what"
    what = forms.ChoiceField(
        choices=[("held", "Yes"), ("absent", "No, the candidate did not come")],
        widget=fields.Radios(small=True),
        required=False,
    )

    def __init__(self, *args: Any, question: Question, **more: Any) -> None:
        super().__init__(*args, question=question, **more)
        day = question.interview.at.astimezone(LONDON).date() if question.interview else today()
        self.fields["what"].label = f"Was the interview of {day.day} {day:%B} held?"


class OutcomeForm(AnswerForm):
    choice = "result"
    result = forms.ChoiceField(
        label="What came of the interview?", choices=Result.choices, widget=fields.Radios(small=True), required=False
    )
    feedback = forms.CharField(
        label="Feedback for the candidate",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One or two sentences: what went well, what to work on.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("result"):
            self.need("feedback", "Write a sentence of feedback: everybody who was interviewed gets some")
        elif given.get("feedback") and "result" not in self.errors:
            self.add_error("result", "Select what came of the interview")
        return given


FORMS: dict[Ask, type[AnswerForm]] = {
    Ask.SHORTLISTED: ShortlistForm,
    Ask.INTERVIEW: InterviewForm,
    Ask.HELD: HeldForm,
    Ask.OUTCOME: OutcomeForm,
}

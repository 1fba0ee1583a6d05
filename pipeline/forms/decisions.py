"""What the trust decides: by criterion here, or as TRAC has it; and the feedback that the candidate reads."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.clock import today
from nhsuk.fields import Checkboxes, DateField, Radios, Text
from nhsuk.words import long_day
from pipeline.forms.answers import ReferralForm
from pipeline.rules import lacking_evidence, no_criteria
from pipeline.services import NotMet

MET = (("yes", "Met"), ("no", "Not met"))
FEEDBACK_HINT = "Plain words, to them: what was good, what was missing, what would help next time."


class DecideForm(ReferralForm):
    """Each essential criterion met or not; a reason for each that is not. Or only an assessment, for a second pair of eyes."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.criteria = self.essential()
        self.stopped = "" if self.criteria else no_criteria(self.referral.vacancy)
        self.hint = self._still_to_come()
        for criterion in self.criteria:
            evidence = self.referral.evidence.get(str(criterion.pk), "")
            self.fields[f"met_{criterion.pk}"] = forms.ChoiceField(
                label=criterion.text,
                choices=MET,
                widget=Radios(inline=True, small=True),
                help_text=f"Evidence: {evidence}" if evidence else "No evidence was sent for this one.",
                error_messages={"required": f"Say whether “{criterion.text}” is met"},
            )
            self.fields[f"reason_{criterion.pk}"] = forms.CharField(
                label=f"If not met, why? ({criterion.text})",
                max_length=400,
                required=False,
                help_text="The candidate will read this.",
            )
        self.fields["feedback"] = forms.CharField(
            label="Feedback for the candidate",
            widget=forms.Textarea(attrs={"rows": 4}),
            required=False,
            help_text=FEEDBACK_HINT,
        )
        self.fields["second"] = forms.BooleanField(
            label="Let a second assessor look before this is decided",
            required=False,
            help_text="Where two assessors disagree on a criterion, it counts as met.",
        )

    def _still_to_come(self) -> str:
        """That evidence was asked for and may yet come, where the decision is not due before."""
        lacking = len(lacking_evidence(self.referral))
        if not lacking:
            return ""
        these = "1 criterion" if lacking == 1 else f"{lacking} criteria"
        last = self.referral.decide_by
        wait = f" Wait for it if you can: the decision is due by {long_day(last)}." if last and last > today() else ""
        return f"{these} came after this referral was sent, so there is no evidence yet. The academy is asked for it.{wait}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for criterion in self.criteria:
            missing = cleaned.get(f"met_{criterion.pk}") == "no" and not cleaned.get(f"reason_{criterion.pk}")
            if missing:
                self.add_error(f"reason_{criterion.pk}", f"Say why “{criterion.text}” is not met")
        return cleaned

    def not_met(self) -> list[NotMet]:
        return [
            NotMet(criterion, self.cleaned_data[f"reason_{criterion.pk}"])
            for criterion in self.criteria
            if self.cleaned_data[f"met_{criterion.pk}"] == "no"
        ]


class TracForm(ReferralForm):
    """What TRAC says of an application: its number, shortlisted or not (criterion or reason), and the day."""

    application_id = forms.CharField(label="TRAC application number", max_length=40, widget=Text(width=20))
    shortlisted = forms.ChoiceField(
        label="Shortlisted?", choices=(("yes", "Yes"), ("no", "No")), widget=Radios(inline=True, small=True)
    )
    criteria = forms.MultipleChoiceField(
        label="If not, which essential criteria were not met?", widget=Checkboxes(small=True), required=False
    )
    reason = forms.CharField(
        label="If not, the reason in TRAC",
        max_length=400,
        required=False,
        help_text="The candidate will read this.",
    )
    on = DateField(label="Date of the decision")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.known = {str(criterion.pk): criterion for criterion in self.essential()}
        self.let_choose("criteria", [(pk, criterion.text) for pk, criterion in self.known.items()])
        if not self.known:
            del self.fields["criteria"]
        self.initial.setdefault("application_id", self.referral.trac_application_id)
        self.initial.setdefault("on", today())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("shortlisted") == "no" and not cleaned.get("reason"):
            self.add_error("reason", "Enter the reason in TRAC: the candidate will ask")
        return cleaned

    def not_met(self) -> list[NotMet]:
        if self.cleaned_data["shortlisted"] == "yes":
            return []
        chosen = self.cleaned_data.get("criteria") or []
        return [NotMet(self.known[pk], self.cleaned_data["reason"]) for pk in chosen]

    def refusal(self) -> str:
        """The reason alone, where no criterion was named."""
        return "" if self.cleaned_data["shortlisted"] == "yes" else str(self.cleaned_data["reason"])


class FeedbackForm(ReferralForm):
    text = forms.CharField(
        label="Feedback for the candidate", widget=forms.Textarea(attrs={"rows": 5}), help_text=FEEDBACK_HINT
    )

"""What the academy and providers say for a candidate: the answer, the evidence, that somebody withdraws."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.acting import Acting
from nhsuk.fields import Radios, Text
from nhsuk.forms import NhsukForm
from organisations.models import PipelineMode
from pipeline.models import Referral
from pipeline.rules import lacking_evidence
from vacancies.models import Criterion

WAYS = (
    ("By telephone to the officer", "By telephone"),
    ("In person to the officer", "In person"),
    ("By letter", "By letter"),
    ("By e-mail or text message", "By e-mail or text message"),
    ("Through a supporter", "Through a supporter"),
)
NO_FIELD = "The trust sees the reference and a neutral code. It does not see who it is."
NO_CLUES = "Say what they did. Leave out names, where they live, the programme, and why they are eligible."


class ReferralForm(NhsukForm):
    """A form about one referral, for one reader."""

    label_size = "s"
    hint = ""  # instead of the step's, where what it means depends on the referral
    stopped = ""  # why there is nothing to fill in yet

    def __init__(self, *args: Any, referral: Referral, by: Acting, **more: Any) -> None:
        self.referral, self.by = referral, by
        super().__init__(*args, **more)

    def essential(self) -> list[Criterion]:
        return list(self.referral.vacancy.criteria.filter(essential=True))


class NoFacts(ReferralForm):
    """Nothing more to ask."""


class ThroughForm(ReferralForm):
    """How the candidate was heard, or told; and by whom, where it was a supporter."""

    way = forms.ChoiceField(label="How did they answer?", choices=WAYS, widget=Radios(small=True))
    who = forms.CharField(
        label="Who, if not the candidate themselves",
        max_length=60,
        required=False,
        help_text="A supporter whose authority is recorded, for example.",
    )

    def through(self) -> str:
        way, who = self.cleaned_data["way"], self.cleaned_data["who"]
        return f"{way}: {who}" if who else str(way)


class DeclineForm(ThroughForm):
    reason = forms.CharField(
        label="Why they said no", widget=forms.Textarea(attrs={"rows": 3}), max_length=400, required=False
    )


class PassOnForm(ThroughForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["way"].label = "How were they told?"


class ReasonForm(ReferralForm):
    """A reason that must be given."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}), max_length=400)


class CorrectForm(ReferralForm):
    reason = forms.CharField(label="What was wrong?", widget=forms.Textarea(attrs={"rows": 3}), max_length=400)


class ApplicationForm(ReferralForm):
    application_id = forms.CharField(
        label="TRAC application number",
        max_length=40,
        widget=Text(width=20),
        help_text="It stands at the top of the application in TRAC, for example AR-2611-000001.",
    )


class WithEvidence(ReferralForm):
    """Asks for the evidence of criteria that the candidate agreed to send."""

    agreed = forms.BooleanField(
        label="The candidate has agreed to send this",
        error_messages={"required": "Ask the candidate first, then tick that they agreed"},
    )

    def ask(self, criteria: list[Criterion], *, required: bool) -> None:
        for criterion in criteria:
            self.fields[f"evidence_{criterion.pk}"] = forms.CharField(
                label=criterion.text,
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=1500,
                required=required,
                help_text=NO_CLUES,
                error_messages={"required": f"Enter the evidence for “{criterion.text}”"},
            )

    def evidence(self) -> dict[int, str]:
        given = self.cleaned_data.items()
        return {int(name.partition("_")[2]): text for name, text in given if name.startswith("evidence_") and text}


class EvidenceForm(WithEvidence):
    """The evidence for the essential criteria that came after the submission."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        agreed = self.fields.pop("agreed")
        self.ask(lacking_evidence(self.referral), required=True)
        self.fields["agreed"] = agreed


class SubmitForm(WithEvidence):
    """The evidence for each essential criterion that the candidate agreed to send, and TRAC's number where TRAC leads."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        native = self.referral.mode == PipelineMode.NATIVE
        agreed = self.fields.pop("agreed")
        criteria = self.essential()
        if not criteria:
            self.hint = f"{NO_FIELD} {self._not_yet()}" if native else NO_FIELD
        self.ask(criteria, required=native)
        if not native:
            self.fields["application_id"] = forms.CharField(
                label="TRAC application number",
                max_length=40,
                required=False,
                widget=Text(width=20),
                help_text="The candidate applies in TRAC as everyone does. Without the number nothing can be matched; "
                "you can add it later.",
            )
        self.fields["agreed"] = agreed

    def _not_yet(self) -> str:
        vacancy = self.referral.vacancy
        return (
            f"{vacancy.reference} has no essential criteria yet: {vacancy.trust.short_name} has to add them to decide. "
            "You are asked for the evidence then."
        )

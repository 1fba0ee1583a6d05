"""Jobs: checks cleared, the first and the last day, and one that was found elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.acting import TRUST_ROLES, Acting
from audit.clock import today
from candidates.choices import CheckKind, CheckStatus
from candidates.models import Check
from nhsuk.fields import DateField, Radios
from nhsuk.forms import NhsukForm
from organisations.models import Kind, Organisation
from pipeline.models import Employment, EmploymentContract, Evidence


class JobForm(NhsukForm):
    label_size = "s"

    def __init__(self, *args: Any, employment: Employment, by: Acting, **more: Any) -> None:
        self.employment, self.by = employment, by
        super().__init__(*args, **more)


class ClearForm(JobForm):
    cleared = forms.BooleanField(
        label="The trust has cleared them to start",
        error_messages={"required": "Tick that the trust has cleared them to start"},
    )
    agreed_start = DateField(label="First day that was agreed", required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if still := self._not_complete():
            self.fields["cleared"].help_text = f"Not recorded as complete: {', '.join(still)}."

    def _not_complete(self) -> list[str]:
        """The checks that are neither complete nor unneeded; one of which nothing is recorded is among them."""
        rows = Check.objects.visible_to(self.by).filter(candidate=self.employment.candidate_id)
        done = set(
            rows.filter(status__in=(CheckStatus.COMPLETE, CheckStatus.NOT_NEEDED)).values_list("kind", flat=True)
        )
        return [kind.label for kind in CheckKind if kind not in done]


class StartForm(JobForm):
    on = DateField(label="First day of paid work")
    evidence = forms.ChoiceField(label="How do you know?", choices=Evidence.choices, widget=Radios(small=True))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        agreed = self.employment.agreed_start
        self.initial.setdefault("on", agreed if agreed and agreed <= today() else None)
        own = Evidence.EMPLOYER if self.by.role in TRUST_ROLES else Evidence.OWN_WORD
        self.initial.setdefault("evidence", own)


class EndForm(JobForm):
    on = DateField(label="Last day")
    reason = forms.CharField(label="Why it ended, if known", max_length=400, required=False)


class FallThroughForm(JobForm):
    reason = forms.CharField(label="Why the offer fell through", max_length=400)


class RecordJobForm(NhsukForm):
    """A job found without a referral. An employer of the list, or the name of one outside."""

    label_size = "s"

    employer = forms.ModelChoiceField(
        label="NHS employer here",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Somewhere else",
    )
    employer_name = forms.CharField(label="Employer, if somewhere else", max_length=160, required=False)
    nhs = forms.BooleanField(label="It is an NHS employer", required=False)
    title = forms.CharField(label="Job", max_length=160)
    contract = forms.ChoiceField(label="Contract", choices=EmploymentContract.choices, widget=Radios(small=True))
    started_on = DateField(label="First day of paid work")
    evidence = forms.ChoiceField(
        label="How do you know?", choices=Evidence.choices, initial=Evidence.OWN_WORD, widget=Radios(small=True)
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        trusts = Organisation.objects.filter(kind=Kind.TRUST, closed__isnull=True).order_by("name")
        self.let_choose("employer", trusts)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("employer") and not cleaned.get("employer_name"):
            self.add_error("employer_name", "Choose an NHS employer, or enter the name of another one")
        return {**cleaned, "nhs": bool(cleaned.get("employer") or cleaned.get("nhs"))}

"""Forms of enrolments, cohorts, sessions and programmes."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.acting import Acting
from nhsuk import fields
from nhsuk.forms import NhsukForm, NhsukModelForm
from organisations.models import Kind, Organisation
from places.postcodes import LOCAL_BOROUGHS
from programmes.forms.person import CohortChoice, open_cohorts
from programmes.models import Cohort, EnrolmentState, Group, LeavingReason, Programme

FIRST = [
    (state.value, state.label) for state in (EnrolmentState.ENROLLED, EnrolmentState.OFFERED, EnrolmentState.REFERRED)
]
SEEKING = [("yes", "Yes"), ("no", "No"), ("", "Not known")]


def to_answer(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


class JoinForm(NhsukForm):
    label_size = "s"
    cohort = CohortChoice(
        label="Programme and cohort", queryset=None, to_field_name="reference", empty_label="Select a cohort"
    )
    state = forms.ChoiceField(
        label="In this cohort they are",
        choices=FIRST,
        initial=EnrolmentState.ENROLLED,
        widget=fields.Radios(inline=True, small=True),
    )

    def __init__(self, *args: Any, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.let_choose("cohort", open_cohorts(acting))


class NoFacts(NhsukForm):
    """A verb that needs nothing said."""


class StartForm(NhsukForm):
    label_size = "s"
    first_day = fields.DateField(
        label="First day",
        required=False,
        help_text="Leave empty if attendance is recorded: the first session they came to counts.",
    )


class CompleteForm(NhsukForm):
    label_size = "s"
    on = fields.DateField(label="Last day")
    seeking_work = forms.TypedChoiceField(
        label="Do they look for work now?",
        required=False,
        choices=SEEKING,
        coerce=to_answer,
        empty_value=None,
        widget=fields.Radios(inline=True, small=True),
    )


class LeaveForm(NhsukForm):
    label_size = "s"
    on = fields.DateField(label="Last day")
    leaving_reason = forms.ChoiceField(
        label="Why did they leave?", choices=[("", "Select a reason"), *LeavingReason.choices]
    )


class ReasonForm(NhsukForm):
    label_size = "s"
    reason = forms.CharField(label="Why?", max_length=200, required=False)


class NeededReasonForm(NhsukForm):
    label_size = "s"
    reason = forms.CharField(label="Which of the programme’s conditions is not met?", max_length=200)


class BatchForm(NhsukForm):
    """One thing that happened to several people of a cohort."""

    label_size = "s"
    mark_optional = False
    verb = forms.ChoiceField(
        label="What happened",
        choices=[
            ("", "Select"),
            ("offer", "They were offered a place"),
            ("enrol", "They took the place"),
            ("start", "They started"),
            ("complete", "They completed"),
            ("no_show", "They did not start"),
            ("eligible", "Decide: eligible by this programme"),
        ],
    )
    day = fields.DateField(
        label="On", required=False, help_text="First or last day. Empty: today, or the first attended session."
    )
    evidence = forms.CharField(
        label="Evidence you saw",
        required=False,
        max_length=200,
        help_text="For eligibility: the register, for example.",
    )


class SessionsForm(NhsukForm):
    label_size = "s"
    title = forms.CharField(label="What happens", max_length=120, help_text="For example: interview skills")
    day = fields.DateField(label="First day")
    weeks = forms.IntegerField(
        label="Repeat weekly", min_value=1, max_value=52, initial=1, widget=fields.Number(suffix="times")
    )


class ProgrammeForm(NhsukModelForm):
    label_size = "s"
    boroughs = forms.MultipleChoiceField(
        label="Boroughs", required=False, choices=tuple(LOCAL_BOROUGHS.items()), widget=fields.Checkboxes(small=True)
    )
    groups = forms.MultipleChoiceField(
        label="Groups served", required=False, choices=Group.choices, widget=fields.Checkboxes(small=True)
    )
    positive_action_review = fields.DateField(label="Review the note on", required=False)

    class Meta:
        model = Programme
        fields = ("name", "kind", "provider", "boroughs", "groups", "positive_action", "positive_action_review")
        labels = {"kind": "Kind of programme", "positive_action": "Positive-action note"}
        help_texts = {
            "positive_action": "If it is open to one group only: the disadvantage it answers, and the evidence "
            "(Equality Act 2010, section 158)."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        providers = Organisation.objects.filter(closed__isnull=True)
        self.let_choose("provider", providers.exclude(kind__in=[Kind.ICB, Kind.BOROUGH]))

    def _post_clean(self) -> None:
        """The service asks the rules; a name that exists is answered by its sentence."""


class CohortForm(NhsukModelForm):
    label_size = "s"
    starts = fields.DateField(label="First day")
    ends = fields.DateField(label="Last day")

    class Meta:
        model = Cohort
        fields = ("name", "starts", "ends", "host_trust", "places")
        labels = {"host_trust": "Host trust", "places": "Places"}
        help_texts = {
            "name": "For example: Autumn 2026",
            "host_trust": "The trust where its people are. Conversion into jobs is counted for it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trusts = Organisation.objects.filter(kind=Kind.TRUST, closed__isnull=True)
        self.let_choose("host_trust", trusts)

    def _post_clean(self) -> None:
        """As for programmes."""

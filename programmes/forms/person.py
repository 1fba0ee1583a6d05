"""The parts of a person's record as forms: each alone on its edit page, all together on the enrol page."""

from __future__ import annotations

from dataclasses import fields as facts_of
from typing import Any

from django import forms
from django.db.models import QuerySet

from audit.acting import Acting
from audit.clock import today
from candidates.choices import English, Reach, RightToWork, Shift
from candidates.facts import NewPerson, PersonFacts, SupporterFacts
from candidates.rules import FARTHEST_KM, check_born, check_hours, check_name
from nhsuk import fields
from nhsuk.forms import NhsukForm
from nhsuk.words import long_day
from organisations.choices import JobFamily
from places.models import Borough
from programmes.forms.fields import AddressField, HoursField, PhoneField, PostcodeField, ask
from programmes.models import Cohort, EnrolmentState

SMALL_TEXT = {"rows": 3}


class PartForm(NhsukForm):
    label_size = "s"


class NamesForm(PartForm):
    given_name = forms.CharField(
        label="Given names", max_length=80, required=False, widget=fields.Text({"autocomplete": "off"}, width=20)
    )
    family_name = forms.CharField(
        label="Family name",
        max_length=80,
        help_text="One name only? Enter it here.",
        widget=fields.Text({"autocomplete": "off"}, width=20),
    )
    known_as = forms.CharField(
        label="Known as", max_length=80, required=False, widget=fields.Text({"autocomplete": "off"}, width=20)
    )
    date_of_birth = fields.DateField(label="Date of birth", required=False, help_text="For example, 31 3 2004")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("given_name", "family_name", "known_as"):
            ask(self, name, check_name, cleaned.get(name))
        ask(self, "date_of_birth", check_born, cleaned.get("date_of_birth"), on=today())
        return cleaned


class ContactForm(PartForm):
    phone = PhoneField(label="Telephone")
    email = AddressField(label="Email address")
    letter_address = forms.CharField(
        label="Address for letters",
        required=False,
        max_length=400,
        help_text="Also for somebody without a home: a library, a day centre, care of a friend.",
        widget=forms.Textarea(SMALL_TEXT),
    )
    reach_by = forms.ChoiceField(
        label="Best way to reach them",
        required=False,
        choices=[("", "Any of these"), *Reach.choices],
        widget=fields.Radios(inline=True, small=True),
    )
    safe_contact = forms.CharField(
        label="Contact safely",
        required=False,
        max_length=200,
        help_text="For example: no voicemail, not before 10am, never say who is calling.",
    )


class SupporterForm(PartForm):
    supporter_name = forms.CharField(
        label="Supporter’s name",
        required=False,
        max_length=120,
        help_text="Somebody who may answer for them, because they said so: a key worker, a personal adviser, a relative.",
        widget=fields.Text({"autocomplete": "off"}, width=20),
    )
    supporter_relation = forms.CharField(
        label="Who they are", required=False, max_length=80, help_text="For example: leaving-care personal adviser"
    )
    supporter_phone = PhoneField(label="Supporter’s telephone")
    supporter_email = AddressField(label="Supporter’s email address")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        others = [cleaned.get(f"supporter_{name}") for name in ("relation", "phone", "email")]
        if any(others) and not cleaned.get("supporter_name"):
            self.add_error("supporter_name", "Enter the supporter’s name, or clear the rest about them.")
        return cleaned

    def supporter(self) -> SupporterFacts | None:
        cleaned = self.cleaned_data
        if not cleaned["supporter_name"]:
            return None
        return SupporterFacts(**{name: cleaned[f"supporter_{name}"] for name in ("name", "relation", "phone", "email")})


def councils() -> list[tuple[str, str]]:
    """Councils that are held here, by name."""
    named = Borough.objects.exclude(name="").order_by("name").values_list("code", "name")
    return [("", "Not a care leaver, or not known"), *named]


class HomeForm(PartForm):
    postcode = PostcodeField(label="Home postcode", help_text="In full, like W12 0HS.")
    no_fixed_abode = forms.BooleanField(label="No fixed abode", required=False)
    responsible_authority = forms.ChoiceField(
        label="Care leaver: which council is responsible for them?",
        required=False,
        choices=councils,
        help_text="A care leaver placed elsewhere is local by the council that is responsible for them.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("postcode") and cleaned.get("no_fixed_abode"):
            self.add_error("postcode", "Enter a postcode, or tick “No fixed abode”: not both.")
        return cleaned


class RightToWorkForm(PartForm):
    right_to_work = forms.ChoiceField(
        label="Right to work",
        choices=RightToWork.choices,
        initial=RightToWork.UNKNOWN,
        widget=fields.Radios(
            small=True,
            hints={
                "any": "Seen: a passport, or the share code shows no limit.",
                "restricted": "Seen: limited hours or jobs.",
                "volunteer": "For example an asylum seeker without permission to work. Cannot be put forward yet.",
                "unknown": "Nothing was seen yet.",
            },
        ),
    )
    right_to_work_expires = fields.DateField(
        label="Permission ends on", required=False, help_text="Leave empty if it has no end."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("right_to_work") == RightToWork.UNKNOWN and cleaned.get("right_to_work_expires"):
            self.add_error("right_to_work", "Say which permission was seen, or clear its end.")
        return cleaned


class WorkForm(PartForm):
    work_wanted = forms.MultipleChoiceField(
        label="Work they want",
        required=False,
        choices=JobFamily.choices,
        widget=fields.Checkboxes(small=True),
        error_messages={"invalid_choice": "Choose from the list."},
    )
    hours_least = HoursField(label="Fewest hours a week")
    hours_most = HoursField(label="Most hours a week")
    shifts = forms.MultipleChoiceField(
        label="Shifts they can work",
        required=False,
        choices=Shift.choices,
        widget=fields.Checkboxes(small=True, inline=True),
    )
    travel_km = forms.IntegerField(
        label="How far they can travel to work",
        required=False,
        min_value=1,
        max_value=FARTHEST_KM,
        help_text="In a straight line. Across the eight boroughs is about 25 kilometres.",
        widget=fields.Number(suffix="kilometres"),
    )
    start_from = fields.DateField(label="Can start work from", required=False)
    languages = forms.CharField(label="Languages", required=False, max_length=200)
    english = forms.ChoiceField(label="English", required=False, choices=English.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        ask(self, "hours_least", check_hours, cleaned.get("hours_least"), cleaned.get("hours_most"))
        return cleaned


class AdjustmentsForm(PartForm):
    adjustments_interview = forms.CharField(
        label="Adjustments at an interview",
        required=False,
        max_length=2000,
        help_text="For example: questions in writing beforehand, a quiet room, somebody with them.",
        widget=forms.Textarea(SMALL_TEXT),
    )
    adjustments_work = forms.CharField(
        label="Adjustments at work", required=False, max_length=2000, widget=forms.Textarea(SMALL_TEXT)
    )
    share_adjustments = forms.BooleanField(
        label="They want interview panels to see these",
        required=False,
        help_text="Without this tick nobody outside the academy and their programme sees them.",
    )
    safeguarding_lead = forms.CharField(
        label="Safeguarding lead",
        required=False,
        max_length=120,
        help_text="Whom to tell about a concern. Needed for somebody under 18.",
    )


def open_cohorts(acting: Acting) -> QuerySet[Cohort]:
    """The cohorts that somebody may still join, as the reader sees them; by programme and first day."""
    rows: QuerySet[Cohort] = Cohort.objects.visible_to(acting).filter(ends__gte=today())
    return rows.select_related("programme").order_by("programme__name", "starts")


class CohortChoice(forms.ModelChoiceField):
    def label_from_instance(self, cohort: Any) -> str:
        return f"{cohort.programme.name}: {cohort.name} ({long_day(cohort.starts)} to {long_day(cohort.ends)})"


class EnrolForm(NamesForm, ContactForm, SupporterForm, HomeForm, RightToWorkForm, WorkForm, AdjustmentsForm):
    """Everything on one page, saved in one go."""

    mark_optional = False
    field_order = tuple(
        name
        for part in (NamesForm, ContactForm, SupporterForm, HomeForm, RightToWorkForm, WorkForm, AdjustmentsForm)
        for name in part.base_fields
    )
    cohort = CohortChoice(
        label="Programme and cohort",
        required=False,
        queryset=None,
        empty_label="No programme for now",
        to_field_name="reference",
    )
    state = forms.ChoiceField(
        label="In this cohort they are",
        choices=[
            (state.value, state.label)
            for state in (EnrolmentState.ENROLLED, EnrolmentState.OFFERED, EnrolmentState.REFERRED)
        ],
        initial=EnrolmentState.ENROLLED,
        error_messages={"required": "Say how far they are in this cohort"},
        widget=fields.Radios(inline=True, small=True),
    )

    def __init__(self, *args: Any, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.let_choose("cohort", open_cohorts(acting))

    def person(self) -> NewPerson:
        """What was entered, for the service."""
        cleaned = self.cleaned_data
        facts = {fact.name: cleaned[fact.name] for fact in facts_of(PersonFacts) if fact.name in cleaned}
        return NewPerson(
            facts=PersonFacts(**facts),
            postcode=cleaned["postcode"],
            no_fixed_abode=cleaned["no_fixed_abode"],
            responsible_authority=cleaned["responsible_authority"],
            supporter=self.supporter(),
        )


def typed(form_class: type[forms.Form], data: Any, **options: Any) -> dict[str, Any]:
    """What was typed so far, to show again without judging it."""
    blank = form_class(**options)
    return {name: field.widget.value_from_datadict(data, {}, name) for name, field in blank.fields.items()}

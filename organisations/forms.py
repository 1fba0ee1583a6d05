"""Forms of access: choosing a membership, inviting, accepting, keys and signed values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from audit.acting import MEMBER_ROLES, TRUST_ROLES, Role
from audit.clock import today
from nhsuk.fields import DateField, Number, Radios
from nhsuk.forms import NhsukForm
from organisations.models import Membership, Organisation
from organisations.policies import Key


class SwitchForm(NhsukForm):
    membership = forms.ChoiceField(label="Which organisation and role do you act for?", widget=Radios())

    def __init__(self, *args: Any, memberships: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.let_choose("membership", [(str(held.pk), str(held)) for held in memberships])


class InvitationForm(NhsukForm):
    label_size = "s"
    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="Work email address")
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="Organisation")
    role = forms.ChoiceField(label="Role", choices=[(role.value, role.label) for role in MEMBER_ROLES])
    membership_ends = DateField(label="Last day of access", help_text="At most twelve months from today.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.let_choose("organisation", Organisation.objects.filter(closed__isnull=True))
        self.fields["membership_ends"].initial = today() + timedelta(days=364)


class AcceptForm(NhsukForm):
    password = forms.CharField(
        label="Choose a password",
        help_text="At least 12 characters. Three random words are easy to remember and hard to guess.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class TokenForm(NhsukForm):
    label = forms.CharField(label="What is the key for?", max_length=60)
    expires = DateField(label="Last day of the key", help_text="At most twelve months from today.")
    may_write = forms.BooleanField(
        label="The key may also send vacancies",
        required=False,
        help_text="Leave it unticked for reports: such a key can only read.",
    )

    def __init__(self, *args: Any, role: Role, **more: Any) -> None:
        super().__init__(*args, **more)
        if role not in TRUST_ROLES:
            del self.fields["may_write"]


class SignForm(NhsukForm):
    """From when a value is in force, where it comes from and why: what every signature says."""

    starts = DateField(label="In force from")
    source = forms.CharField(
        label="Source", max_length=300, help_text="Where the value comes from: a document, a page, a decision."
    )
    verified = forms.BooleanField(label="I have checked the value at its source", required=False)
    reason = forms.CharField(label="Why it changes", widget=forms.Textarea(attrs={"rows": 3}))

    def said(self) -> dict[str, Any]:
        """What the service wants to know beside the value, once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("starts", "source", "verified", "reason")}


class PolicyForm(SignForm):
    """A new value that follows the old one. What can be typed depends on the key's type; a dict is given part by part."""

    value = forms.CharField(label="New value")

    def __init__(self, *args: Any, key: Key, current: Any = None, **kwargs: Any) -> None:
        self.key = key
        super().__init__(*args, **kwargs)
        if key.parts:
            del self.fields["value"]
            self.fields |= {part_name(name): _part(key, name, current or {}) for name in key.parts}
        elif key.choices:
            self.fields["value"] = forms.ChoiceField(
                label="New value", choices=[(each, key.in_words(each)) for each in key.choices], widget=Radios()
            )
        elif key.type is bool:
            self.fields["value"] = forms.ChoiceField(
                label="New value", choices=[("yes", "Yes"), ("no", "No")], widget=Radios(inline=True)
            )
        if key.percent:
            self.fields["value"].label = "New value, in percent"
        self.order_fields(["value", *map(part_name, key.parts), "starts", "source", "verified", "reason"])

    def clean_value(self) -> Any:
        """The value in the key's own type."""
        try:
            return as_typed(self.key, self.cleaned_data["value"])
        except (ValueError, InvalidOperation) as error:
            wanted = PERCENT if self.key.percent else WORDS[self.key.type]
            raise forms.ValidationError(f"{self.key.label} must be {wanted}.") from error

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.key.parts and not self.errors:
            given["value"] = {name: given[part_name(name)] for name in self.key.parts}
        return given


def part_name(name: str) -> str:
    return f"part_{name}"


def _part(key: Key, name: str, current: Mapping[str, Any]) -> forms.Field:
    """The field of one part of a dict, filled with what is in force."""
    label, now_is = key.parts[name], current.get(name)
    if key.part_choices:
        return forms.ChoiceField(label=label, choices=key.part_choices, initial=now_is)
    return forms.IntegerField(label=label, min_value=0, initial=now_is, widget=Number(width=5, suffix=key.unit))


HUNDRED = Decimal(100)
PERCENT = "a percentage, such as 50 or 0.5"
WORDS = {
    int: "a whole number, such as 5",
    Decimal: "a number, such as 14.80",
    str: "text",
    bool: "yes or no",
}


def as_typed(key: Key, text: str) -> Any:
    """What was typed, as the key's type. ValueError or InvalidOperation if it is not that."""
    if key.type is bool:
        return text == "yes"
    if key.type is Decimal:
        number = Decimal(text.strip().removesuffix("%") if key.percent else text)
        if not number.is_finite():
            raise ValueError(text)
        return number / HUNDRED if key.percent else number
    return key.type(text)

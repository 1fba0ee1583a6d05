"""Fields that understand what people type, with the same readers as the files."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audit.mover import Refused
from candidates.rules import MOST_HOURS
from jobs.columns import CellProblem, parse_email, parse_phone
from nhsuk import fields
from places.postcodes import normalise


class PhoneField(forms.CharField):
    """A telephone number in any UK form, or international."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", fields.Text({"autocomplete": "off", "type": "tel"}, width=20))
        super().__init__(required=False, max_length=40, **options)

    def clean(self, value: Any) -> str:
        phone = understood(parse_phone, super().clean(value))
        return phone.pretty if phone else ""


class AddressField(forms.CharField):
    """One e-mail address."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", fields.Text({"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}))
        super().__init__(required=False, max_length=254, **options)

    def clean(self, value: Any) -> str:
        return understood(parse_email, super().clean(value)) or ""


class HoursField(forms.DecimalField):
    """Hours a week, halves too: 37.5. Those kept are shown as they were typed, 37 rather than 37.0."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", fields.Number({"inputmode": "decimal"}, width=4, suffix="hours"))
        messages = {"max_decimal_places": f"{options['label']} must have at most one decimal, like 37.5"}
        super().__init__(
            required=False, min_value=1, max_value=MOST_HOURS, decimal_places=1, error_messages=messages, **options
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{float(value):g}" if isinstance(value, Decimal) else value


class PostcodeField(forms.CharField):
    """A full postcode in any spacing; one that is not in the files is accepted and stays unknown."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", fields.Text({"autocomplete": "off", "spellcheck": "false"}, width=10))
        super().__init__(required=False, max_length=12, **options)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return normalise(typed) if typed else ""
        except ValueError as error:
            raise ValidationError(str(error)) from error


def understood(parse: Callable[[Any], Any], typed: str) -> Any:
    """What a reader of files makes of `typed`; its sentence as the field's error."""
    try:
        return parse(typed)
    except CellProblem as problem:
        raise ValidationError(problem.sentence) from problem


def ask(form: forms.Form, field: str, check: Callable[..., None], *args: Any, **facts: Any) -> None:
    """Ask a rule, and show its sentence at `field`."""
    try:
        check(*args, **facts)
    except Refused as refused:
        form.add_error(field, str(refused))

"""Form fields and widgets that Django lacks: a date in three boxes, choices with hints, units beside a box."""

import datetime
import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

PARTS = ("day", "month", "year")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")
AMOUNT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)  # a Decimal would take 1e9 and 1_000 too


class TypedDate(str):
    """A date as somebody typed it in three boxes.

    As text it is year-month-day, which Django's own DateField reads; the boxes are kept, to show them again.
    """

    parts: dict[str, str]

    def __new__(cls, parts: dict[str, str]):
        typed = super().__new__(cls, f"{parts['year']}-{month_number(parts['month'])}-{parts['day']}")
        typed.parts = parts
        return typed


class DateInput(forms.Widget):
    """Three boxes: day, month and year. The month may be a name."""

    template_name = "nhsuk/widgets/date.html"
    use_fieldset = True

    def value_from_datadict(self, data, files, name):
        parts = {part: (data.get(f"{name}_{part}") or "").strip() for part in PARTS}
        if not any(parts.values()):
            return data.get(name) or None  # one value is accepted too, from a link or the API of a filter
        return TypedDate(parts)

    def value_omitted_from_data(self, data, files, name):
        return not any(f"{name}_{part}" in data for part in PARTS) and name not in data

    def id_for_label(self, id_):
        return f"{id_}_day" if id_ else id_

    def get_context(self, name, value, attrs):
        attrs = dict(attrs or {})
        wrong = attrs.pop("wrong", ())
        context = super().get_context(name, value, attrs)
        id_ = context["widget"]["attrs"].get("id", "")
        typed = typed_parts(value)
        context["widget"]["parts"] = [
            {
                "name": f"{name}_{part}",
                "id": f"{id_}_{part}",
                "label": part.capitalize(),
                "value": typed[part],
                "width": 4 if part == "year" else 2,
                "wrong": part in wrong,
            }
            for part in PARTS
        ]
        return context


class DateField(forms.DateField):
    """A date in three boxes; each fault has its own sentence and marks only the boxes that are wrong."""

    widget = DateInput

    def to_python(self, value):
        """The date, or None; ValidationError with the parts at fault. Two-digit years are refused as ambiguous."""
        if not isinstance(value, TypedDate):
            return super().to_python(value)
        name = self.label or "Date"
        missing = tuple(part for part in PARTS if not value.parts[part])
        if missing:
            words = " and ".join(f"a {part}" for part in missing)
            raise fault(f"{name} must include {words}", missing)
        year = value.parts["year"]
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise fault(f"{name} must have a year of 4 numbers, like {self._example()[-4:]}", ("year",))
        try:
            return datetime.date(int(year), int(month_number(value.parts["month"])), int(value.parts["day"]))
        except ValueError as error:
            raise fault(f"{name} must be a real date, like {self._example()}", PARTS) from error

    def _example(self) -> str:
        """The example of the hint: a date of birth is never like one of next year."""
        given = re.search(r"\d{1,2} \d{1,2} \d{4}", str(self.help_text))
        return given[0] if given else example_day()


def example_day() -> str:
    """A day to come, as it is typed: the end of the next financial year."""
    today = timezone.localdate()  # noqa: TID251 - for an example alone; the clock is in the room beside this one
    return f"31 3 {today.year + (today >= datetime.date(today.year, 3, 31))}"


CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?([ap]m)?")


class TimeField(forms.TimeField):
    """A time of day as people write it: 9.30, 14:30, 1430, 2pm, 2.30 pm."""

    def to_python(self, value):
        """The time, or None. Half past two without "pm" is refused: nobody knows which half of the day was meant."""
        if value in self.empty_values or isinstance(value, datetime.time):
            return super().to_python(value)
        typed = "".join(str(value).lower().split()).replace("a.m.", "am").replace("p.m.", "pm")
        found = CLOCK.fullmatch(typed)
        if found is None or not (found[2] or found[3]):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        if half and not 1 <= hour <= 12:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not half and found[1] in "123456":
            sentence = f"Say whether {value} is in the morning or the afternoon, like {hour}:{minute:02}pm"
            raise ValidationError(sentence, code="half")
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        try:
            return datetime.time(hour, minute)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class Hinted:
    """Choices with a line of explanation under some of them, or side by side."""

    def __init__(self, attrs=None, choices=(), *, hints=None, inline=False, small=False):
        super().__init__(attrs, choices)
        self.hints = hints or {}
        self.inline = inline
        self.small = small

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"inline": self.inline, "small": self.small}
        return context

    def create_option(self, name, value, label, selected, index, subindex=None, attrs=None):
        option = super().create_option(name, value, label, selected, index, subindex=subindex, attrs=attrs)
        return option | {"hint": self.hints.get(str(value), "")}


class Radios(Hinted, forms.RadioSelect):
    """One of a few: `hints` maps a value to its explanation, `inline` sets short answers side by side."""


class Checkboxes(Hinted, forms.CheckboxSelectMultiple):
    """Any of a few, with the same options as `Radios`."""


class Text(forms.TextInput):
    """One line: `width` in characters (2, 3, 4, 5, 10, 20 or 30), and a unit before or after the box."""

    template_name = "nhsuk/widgets/text.html"

    def __init__(self, attrs=None, *, width=None, prefix="", suffix=""):
        own = {"class": f"nhsuk-input--width-{width}"} if width else {}
        super().__init__(own | (attrs or {}))
        self.prefix = prefix
        self.suffix = suffix

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"prefix": self.prefix, "suffix": self.suffix}
        return context


class Number(Text):
    """A whole number, with the number keys on a phone; text, so that what was typed can be shown and explained."""

    def __init__(self, attrs=None, *, width=3, prefix="", suffix=""):
        super().__init__({"inputmode": "numeric"} | (attrs or {}), width=width, prefix=prefix, suffix=suffix)


class Pounds(Text):
    """Pounds and pence, with the sign before the box."""

    def __init__(self, attrs=None, *, width=10):
        super().__init__({"inputmode": "decimal"} | (attrs or {}), width=width, prefix="£")


class PoundsField(forms.DecimalField):
    """An amount in pounds as people write it: 24000, 24,000.50 or £24,000.50."""

    default_error_messages = {"invalid": "Enter an amount in pounds, like 24,000.50"}
    widget = Pounds

    def __init__(self, **options):
        super().__init__(**{"decimal_places": 2, **options})

    def to_python(self, value):
        if isinstance(value, str):
            value = re.sub(r"^(-?)£(?=\d)", r"\1", value.replace(" ", ""))
            if THOUSANDS.fullmatch(value):
                value = value.replace(",", "")
            if value.strip() and not AMOUNT.fullmatch(value.strip()):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def prepare_value(self, value):
        """What the box holds at first: 24000, or 24000.50, however many places the amount is kept with."""
        if not isinstance(value, Decimal):
            return value
        return f"{value:.0f}" if value == value.to_integral_value() else f"{value:.2f}"


def fault(sentence: str, parts: tuple[str, ...]) -> ValidationError:
    """An error about some boxes of a date."""
    return ValidationError(sentence, code="invalid", params={"parts": parts})


def month_number(typed: str) -> str:
    """The number of a month typed as a number or as (the first three letters or more of) its name."""
    word = typed.lower()
    if len(word) >= 3 and word.isalpha():
        for number, month in enumerate(MONTHS, 1):
            if month.startswith(word):
                return str(number)
    return typed


def typed_parts(value) -> dict[str, str]:
    """What to show in the three boxes for a date, for what somebody typed, for ISO text or for nothing."""
    if isinstance(value, TypedDate):
        return value.parts
    if isinstance(value, str) and value:
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError:
            return dict.fromkeys(PARTS, "")
    if not value:
        return dict.fromkeys(PARTS, "")
    return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}

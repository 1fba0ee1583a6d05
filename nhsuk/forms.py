"""Forms that speak plainly: which fields may be left empty, and what to enter where one may not.

Any Django form is drawn in the design system's markup; these two add words.
"""

from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.choices import CallableChoiceIterator
from django.utils.text import capfirst
from django.utils.translation import gettext

from nhsuk.fields import PoundsField, example_day
from nhsuk.renderer import kind_of

VERBS = {"checkboxes": "Select", "radios": "Select", "select": "Select", "file": "Choose a file for"}
LIMITS = {
    "min_value": "{} must be %(limit_value)s or more",
    "max_value": "{} must be %(limit_value)s or less",
    "min_length": "{} must be %(limit_value)d characters or more",
    "max_length": "{} must be %(limit_value)d characters or fewer",
    "max_digits": "{} must have no more than %(max)s digits",
    "max_decimal_places": "{} must have no more than %(max)s digits after the point",
    "max_whole_digits": "{} must have no more than %(max)s digits before the point",
    "null_characters_not_allowed": "{} has a character that cannot be read. Type it again",
}
NOT_UNDERSTOOD = (
    (forms.IntegerField, "{} must be a whole number, like 5"),
    (PoundsField, "{} must be an amount in pounds, like 24,000.50"),
    (forms.DecimalField, "{} must be a number, like 37.5"),
    (forms.DateField, "{} must be a real date, like {example}"),
    (forms.TimeField, "{} must be a time, like 10:30 or 14:00"),
)
FILES = {
    "empty": "The file is empty. Save it again where it comes from, then choose it here",
    "invalid": "The file did not arrive. Choose it again",
    "missing": "The file did not arrive. Choose it again",
    "contradiction": "Choose a file, or tick the box that clears it: not both",
    "max_length": "The file’s name must be %(max)d characters or fewer. Give it a shorter name, then choose it again",
}
DASHES = BLANK_CHOICE_DASH[0][1]
CHOICES = (forms.ChoiceField, forms.MultipleChoiceField, forms.ModelChoiceField)
OWN = ("your", "the", "a", "an", "their", "any", "how", "what", "which", "when", "who", "why", "where", "is", "are")


class Plain:
    """Mixin of `NhsukForm` and `NhsukModelForm`; `label_size` is "m" for few fields, "s" for many."""

    use_required_attribute = False
    mark_optional = True
    label_size = "m"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.put_in_words()

    def full_clean(self):
        self.put_in_words()  # again, for fields that a form adds once it is made
        super().full_clean()

    def let_choose(self, name, rows):
        """Let the field `name` choose from rows known only with the request: a query set, or (value, label) pairs."""
        field = self.fields[name]
        setattr(field, "queryset" if isinstance(field, forms.ModelChoiceField) else "choices", rows)

    def put_in_words(self):
        """Give each field the sentences of this service where it has Django's own."""
        for name, field in self.fields.items():
            if field.label is None:
                field.label = capfirst(name.replace("_", " "))
            if str(field.error_messages.get("required")) == gettext("This field is required."):
                field.error_messages["required"] = asked(field)
            name_the_blank(field)
            name_the_field(field)


class NhsukForm(Plain, forms.Form):
    """A form whose optional fields say so and whose errors say what to enter."""


class NhsukModelForm(Plain, forms.ModelForm):
    """The same for a model form."""


def name_the_blank(field) -> None:
    """Put a word where Django draws dashes for "nothing chosen"; choices that are worked out later keep theirs."""
    word = "Choose one" if field.required else "None"
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = word
    elif isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        if not isinstance(choices, CallableChoiceIterator) and ("", DASHES) in choices:
            field.choices = [(value, word if label == DASHES else label) for value, label in choices]


def asked(field) -> str:
    """The sentence for a field left empty: "Enter the job title", "Select the trust"."""
    label = str(field.label).strip()
    if label.endswith("?"):
        return f"Answer the question “{label}”"
    kind = kind_of(field.widget)
    if kind == "checkbox":
        return f"Tick the box “{label}” to continue"
    first = label.split(" ")[0]
    noun = label if first[1:2].isupper() else label[:1].lower() + label[1:]
    article = "" if first.lower() in OWN else "the "
    return f"{VERBS.get(kind, 'Enter')} {article}{noun}"


def name_the_field(field, *, label=None) -> None:
    """Put sentences that name the field, as they stand in the error summary, where it has only Django's own."""
    label = str(label or field.label).strip()
    name = f"The answer to “{label}”" if label.endswith("?") else capfirst(label)
    said = field.error_messages
    for code, sentence in LIMITS.items():
        said.setdefault(code, sentence.format(name.replace("%", "%%")))
    for kind, sentence in NOT_UNDERSTOOD:
        if said.get("invalid") == kind.default_error_messages["invalid"]:
            said["invalid"] = sentence.format(name, example=example_day())
    if isinstance(field, forms.EmailField):
        said.setdefault("invalid", f"{name} must be an e-mail address, like ama@example.org")
    if isinstance(field, forms.FileField):
        defaults = forms.FileField.default_error_messages
        said.update({code: sentence for code, sentence in FILES.items() if said.get(code) == defaults[code]})
    if said.get("invalid_list") == forms.MultipleChoiceField.default_error_messages["invalid_list"]:
        said["invalid_list"] = f"{asked(field).replace('%', '%%')} from the list"
    if said.get("invalid_choice") in [kind.default_error_messages["invalid_choice"] for kind in CHOICES]:
        said["invalid_choice"] = f"{asked(field).replace('%', '%%')} from the list"

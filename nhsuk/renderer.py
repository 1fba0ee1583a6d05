"""Django forms in the markup of the NHS design system.

`FORM_RENDERER` names `NhsukRenderer`; from then on `{{ form }}` and `{{ form.field.as_field_group }}` write
form groups with label or legend, hint, error and input as the design system has them. Nothing is asked of
the form, but `nhsuk.forms` adds better words.
"""

from django.forms import BoundField, widgets
from django.forms.renderers import TemplatesSetting

from nhsuk.fields import PARTS, DateInput

# First match wins: CheckboxSelectMultiple is a RadioSelect, and a password, a file and a number are Inputs.
KINDS = (
    (widgets.CheckboxSelectMultiple, "checkboxes"),
    (widgets.RadioSelect, "radios"),
    (DateInput, "date"),
    (widgets.CheckboxInput, "checkbox"),
    (widgets.FileInput, "file"),
    (widgets.PasswordInput, "password"),
    (widgets.NumberInput, "number"),
    (widgets.Select, "select"),
    (widgets.Textarea, "textarea"),
)
CLASSES = {
    "checkbox": "nhsuk-checkboxes__input",
    "file": "nhsuk-file-upload__input",
    "password": "nhsuk-input nhsuk-password-input__input nhsuk-js-password-input-input",
    "select": "nhsuk-select",
    "textarea": "nhsuk-textarea",
    "number": "nhsuk-input",
    "input": "nhsuk-input",
}
MARKED = {"nhsuk-input", "nhsuk-select", "nhsuk-textarea"}  # these have an --error form


class NhsukBoundField(BoundField):
    """A field with its data, and what the templates need to know to draw it."""

    @property
    def kind(self) -> str:
        """Which markup the widget takes: "input" unless `KINDS` knows better."""
        return kind_of(self.field.widget)

    @property
    def grouped(self) -> bool:
        """Whether the field is several inputs under a legend."""
        return self.kind in ("checkboxes", "radios", "date")

    @property
    def text(self) -> str:
        """The label, marked when the form says which of its fields may be left empty."""
        optional = getattr(self.form, "mark_optional", False) and not self.field.required and self.kind != "checkbox"
        return f"{self.label} (optional)" if optional and self.label else str(self.label)

    @property
    def size(self) -> str:
        """Size of the label: the form's `label_size`, "m" where it has none."""
        return getattr(self.form, "label_size", "m")

    @property
    def first_id(self) -> str:
        """The id of the input to which the error summary leads."""
        if self.kind in ("checkboxes", "radios"):
            return f"{self.auto_id}_0"
        if self.kind == "date":
            return f"{self.auto_id}_{self.wrong_parts[0]}"
        return self.field.widget.attrs.get("id") or self.auto_id

    @property
    def wrong_parts(self) -> tuple[str, ...]:
        """Of a date, the boxes that the error is about: all three unless the error names some."""
        for error in self.errors.as_data():
            if error.params and "parts" in error.params:
                return error.params["parts"]
        return PARTS

    def build_widget_attrs(self, attrs, widget=None):
        """Django's attributes plus classes; never `required`, so that the server's sentences are seen."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        attrs.pop("required", None)
        if widget.is_hidden:
            return attrs
        kind = kind_of(widget)
        if kind == "date":
            attrs.pop("aria-invalid", None)
            return attrs | {"wrong": self.wrong_parts if self.errors else ()}
        if kind in ("checkboxes", "radios"):
            attrs.pop("aria-invalid", None)  # not allowed on a radio; the group is described by the error
            return attrs
        own = widget.attrs.get("class") or ("nhsuk-input--width-5" if kind == "number" else "")
        attrs["class"] = f"{classes(kind, bool(self.errors))} {own}".strip()
        return attrs | self.particular(kind, widget)

    def particular(self, kind, widget) -> dict:
        """Attributes that one kind of input needs; False leaves an attribute of the widget out."""
        if kind == "number":
            whole = widget.attrs.get("step", "1") in ("1", 1)
            return {"inputmode": "numeric" if whole else "decimal", "min": False, "max": False, "step": False}
        if kind == "password":
            return {
                "spellcheck": "false",
                "autocomplete": widget.attrs.get("autocomplete", "current-password"),
                "autocapitalize": "none",
            }
        if kind == "textarea":
            rows = widget.attrs.get("rows")
            return {"cols": False, "rows": "5" if rows in (None, "10") else rows}
        return {}


class NhsukRenderer(TemplatesSetting):
    """Form templates from the project's own engine, so that `{% load %}` and includes work in them."""

    form_template_name = "nhsuk/form.html"
    field_template_name = "nhsuk/field.html"
    bound_field_class = NhsukBoundField


def kind_of(widget) -> str:
    """The name of the markup that `widget` takes."""
    return next((kind for known, kind in KINDS if isinstance(widget, known)), "input")


def classes(kind: str, wrong: bool) -> str:
    """The classes of an input, with the error form of its first class where the value is wrong."""
    first, *rest = CLASSES[kind].split()
    marked = [f"{first}--error"] if wrong and first in MARKED else []
    return " ".join([first, *marked, *rest])

"""Lists that are filtered, in the words of the house: what cannot be read as an answer is said as in any form."""

import django_filters
from django import forms

from nhsuk.forms import NhsukForm


class FilterForm(NhsukForm):
    """The filters of a page: every field may be left empty, so none says so. A choice that is none comes from an address."""

    mark_optional = False

    def put_in_words(self):
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = "“%(value)s” is none of these. Choose from the list"
        super().put_in_words()


class ParameterForm(NhsukForm):
    """The filters of an address of the API: each is called by its name, and says which values it takes."""

    mark_optional = False

    def put_in_words(self):
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                known = ", ".join(str(value) for value, _ in field.choices if value != "").replace("%", "%%")
                field.error_messages["invalid_choice"] = f"“%(value)s” is no {name} here. Choose from {known}."
            elif isinstance(field, forms.DateField):
                field.error_messages["invalid"] = f"{name} is a date, like 2026-03-31."
            elif isinstance(field, forms.DecimalField):
                field.error_messages["invalid"] = f"{name} is a number, like 3."
        super().put_in_words()

    def clean(self):
        """What is neither true nor false is refused: Django would take it for nothing asked."""
        for name, field in self.fields.items():
            if isinstance(field, forms.NullBooleanField) and self.data.get(name) and self.cleaned_data[name] is None:
                self.add_error(name, f"{name} is true or false.")
        return super().clean()


class InWords:
    """Mixin of filter sets, in front of django-filter's own class."""

    form_class: type[NhsukForm] = FilterForm

    def get_form_class(self):
        made = super().get_form_class()
        return type(made.__name__, (self.form_class,), dict(made.base_fields))


class FilterSet(InWords, django_filters.FilterSet):
    """The filters of a page's list."""


class ApiFilterSet(InWords, django_filters.FilterSet):
    """The filters of an address of the API."""

    form_class: type[NhsukForm] = ParameterForm

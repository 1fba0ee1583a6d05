"""Lists that are filtered, in the words of the house: what cannot be read as an answer is said as in any form."""

import django_filters
from django import forms

from nhsuk.forms import NhsukForm


class FilterForm(NhsukForm):
    """The filters of a page: every field may be left empty, so none says so."""

    mark_optional = False


class ParameterForm(FilterForm):
    """The filters of an address of the API: each is called by its name, and says which values it takes."""

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


class InWords:
    """Mixin of filter sets, in front of django-filter's own class."""

    form_class = FilterForm

    def get_form_class(self):
        made = super().get_form_class()
        return type(made.__name__, (self.form_class,), dict(made.base_fields))


class FilterSet(InWords, django_filters.FilterSet):
    """The filters of a page's list."""


class ApiFilterSet(InWords, django_filters.FilterSet):
    """The filters of an address of the API."""

    form_class = ParameterForm

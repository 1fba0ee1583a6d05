"""The look-up of one postcode."""

from django import forms

from nhsuk.fields import Text
from nhsuk.forms import NhsukForm
from places.postcodes import normalise


class LookUpForm(NhsukForm):
    """A postcode in any spacing and case; the cleaned value is the written form."""

    postcode = forms.CharField(
        max_length=40,
        help_text="In full, like W12 0HS. Spaces and capitals do not matter.",
        widget=Text(width=10, attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_postcode(self) -> str:
        try:
            return normalise(self.cleaned_data["postcode"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

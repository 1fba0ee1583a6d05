"""Each widget in the design system's markup, with and without errors."""

import datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from pytest_django.asserts import assertHTMLEqual

from nhsuk import fields
from nhsuk.forms import NhsukForm

BANDS = [("2", "Band 2"), ("3", "Band 3")]


def drawn(field, *, data=None, initial=None, **attributes):
    """The markup of one field named x; sent when `data` is given."""
    kind = type("OneField", (forms.Form,), {"x": field, **attributes})
    form = kind(data, initial=initial)
    if data is not None:
        form.is_valid()
    return form["x"].as_field_group()


class TestTextInput:
    def test_plain(self):
        assertHTMLEqual(
            drawn(forms.CharField(label="Job title")),
            """
            <div class="nhsuk-form-group">
              <label class="nhsuk-label nhsuk-label--m" for="id_x">Job title</label>
              <input class="nhsuk-input" type="text" name="x" id="id_x">
            </div>
            """,
        )

    def test_with_hint_and_error(self):
        field = forms.CharField(label="Job title", help_text="As on NHS Jobs", error_messages={"required": "Enter it"})
        assertHTMLEqual(
            drawn(field, data={}),
            """
            <div class="nhsuk-form-group nhsuk-form-group--error">
              <label class="nhsuk-label nhsuk-label--m" for="id_x">Job title</label>
              <div class="nhsuk-hint" id="id_x_helptext">As on NHS Jobs</div>
              <span class="nhsuk-error-message" id="id_x_error">
                <span class="nhsuk-u-visually-hidden">Error: </span>Enter it</span>
              <input class="nhsuk-input nhsuk-input--error" type="text" name="x" id="id_x" aria-invalid="true"
                     aria-describedby="id_x_helptext id_x_error">
            </div>
            """,
        )

    def test_an_email_box_keeps_its_type_and_autocomplete(self):
        field = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
        assertHTMLEqual(
            drawn(field, initial={"x": "a@b.example"}),
            """
            <div class="nhsuk-form-group">
              <label class="nhsuk-label nhsuk-label--m" for="id_x">E-mail</label>
              <input class="nhsuk-input" type="email" name="x" id="id_x" value="a@b.example" autocomplete="email"
                     maxlength="320">
            </div>
            """,
        )

    def test_width_and_units(self):
        assertHTMLEqual(
            drawn(forms.CharField(label="Hours", widget=fields.Text(width=3, suffix="hours"))),
            """
            <div class="nhsuk-form-group">
              <label class="nhsuk-label nhsuk-label--m" for="id_x">Hours</label>
              <div class="nhsuk-input-wrapper">
                <input class="nhsuk-input nhsuk-input--width-3" type="text" name="x" id="id_x">
                <div class="nhsuk-input-wrapper__suffix" aria-hidden="true">hours</div>
              </div>
            </div>
            """,
        )

    def test_pounds(self):
        assertHTMLEqual(
            drawn(forms.DecimalField(label="Pay", widget=fields.Pounds()), data={"x": "twelve"}),
            """
            <div class="nhsuk-form-group nhsuk-form-group--error">
              <label class="nhsuk-label nhsuk-label--m" for="id_x">Pay</label>
              <span class="nhsuk-error-message" id="id_x_error">
                <span class="nhsuk-u-visually-hidden">Error: </span>Enter a number.</span>
              <div class="nhsuk-input-wrapper">
                <div class="nhsuk-input-wrapper__prefix" aria-hidden="true">£</div>
                <input class="nhsuk-input nhsuk-input--error nhsuk-input--width-10" type="text" name="x" id="id_x"
                       value="twelve" inputmode="decimal" aria-invalid="true" aria-describedby="id_x_error">
              </div>
            </div>
            """,
        )

    def test_a_search_box(self):
        assert 'type="search"' in drawn(forms.CharField(widget=forms.SearchInput))

    def test_the_label_is_as_large_as_the_form_says(self):
        assert 'class="nhsuk-label nhsuk-label--s"' in drawn(forms.CharField(), label_size="s")

    def test_what_people_type_is_escaped(self):
        html = drawn(forms.IntegerField(label="<b>Posts</b>"), data={"x": '"><script>'})
        assert "<script>" not in html
        assert "<b>" not in html
        assert 'value="&quot;&gt;&lt;script&gt;"' in html


class TestNumber:
    def test_a_number_is_text_with_number_keys_so_that_what_was_typed_comes_back(self):
        assertHTMLEqual(
            drawn(forms.IntegerField(label="Posts", min_value=1, max_value=99), data={"x": "two"}),
            """
            <div class="nhsuk-form-group nhsuk-form-group--error">
              <label class="nhsuk-label nhsuk-label--m" for="id_x">Posts</label>
              <span class="nhsuk-error-message" id="id_x_error">
                <span class="nhsuk-u-visually-hidden">Error: </span>Enter a whole number.</span>
              <input class="nhsuk-input nhsuk-input--error nhsuk-input--width-5" type="text" name="x" id="id_x" value="two"
                     inputmode="numeric" aria-invalid="true" aria-describedby="id_x_error">
            </div>
            """,
        )

    def test_a_fraction_has_the_keys_for_it(self):
        assert 'inputmode="decimal"' in drawn(forms.DecimalField(decimal_places=2))


class TestSelect:
    def test_with_error(self):
        assertHTMLEqual(
            drawn(forms.ChoiceField(label="Band", choices=[("", "Select a band"), *BANDS]), data={"x": "9"}),
            """
            <div class="nhsuk-form-group nhsuk-form-group--error">
              <label class="nhsuk-label nhsuk-label--m" for="id_x">Band</label>
              <span class="nhsuk-error-message" id="id_x_error"><span class="nhsuk-u-visually-hidden">Error: </span>
                Select a valid choice. 9 is not one of the available choices.</span>
              <select class="nhsuk-select nhsuk-select--error" name="x" id="id_x" aria-invalid="true"
                      aria-describedby="id_x_error">
                <option value="">Select a band</option>
                <option value="2">Band 2</option>
                <option value="3">Band 3</option>
              </select>
            </div>
            """,
        )


class TestTextarea:
    def test_plain(self):
        assertHTMLEqual(
            drawn(forms.CharField(label="Notes", widget=forms.Textarea), initial={"x": "Two\nlines"}),
            """
            <div class="nhsuk-form-group">
              <label class="nhsuk-label nhsuk-label--m" for="id_x">Notes</label>
              <textarea class="nhsuk-textarea" name="x" id="id_x" rows="5">Two\nlines</textarea>
            </div>
            """,
        )

    def test_its_own_number_of_rows(self):
        html = drawn(forms.CharField(widget=forms.Textarea(attrs={"rows": 8})), data={})
        assert 'rows="8"' in html
        assert 'class="nhsuk-textarea nhsuk-textarea--error"' in html
        assert "cols" not in html


class TestRadios:
    def test_plain(self):
        assertHTMLEqual(
            drawn(forms.ChoiceField(label="Band", choices=BANDS, widget=forms.RadioSelect), initial={"x": "3"}),
            """
            <div class="nhsuk-form-group">
              <fieldset class="nhsuk-fieldset">
                <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--m">Band</legend>
                <div class="nhsuk-radios" data-module="nhsuk-radios">
                  <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id="id_x_0" name="x" type="radio" value="2">
                    <label class="nhsuk-label nhsuk-radios__label" for="id_x_0">Band 2</label>
                  </div>
                  <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id="id_x_1" name="x" type="radio" value="3" checked>
                    <label class="nhsuk-label nhsuk-radios__label" for="id_x_1">Band 3</label>
                  </div>
                </div>
              </fieldset>
            </div>
            """,
        )

    def test_inline_with_hint_error_and_explained_choices(self):
        widget = fields.Radios(hints={"3": "With an apprenticeship"}, inline=True, small=True)
        field = forms.ChoiceField(
            label="Band", help_text="As advertised", choices=BANDS, widget=widget, error_messages={"required": "Select"}
        )
        assertHTMLEqual(
            drawn(field, data={}),
            """
            <div class="nhsuk-form-group nhsuk-form-group--error">
              <fieldset class="nhsuk-fieldset" aria-describedby="id_x_helptext id_x_error">
                <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--m">Band</legend>
                <div class="nhsuk-hint" id="id_x_helptext">As advertised</div>
                <span class="nhsuk-error-message" id="id_x_error">
                  <span class="nhsuk-u-visually-hidden">Error: </span>Select</span>
                <div class="nhsuk-radios nhsuk-radios--small nhsuk-radios--inline" data-module="nhsuk-radios">
                  <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id="id_x_0" name="x" type="radio" value="2">
                    <label class="nhsuk-label nhsuk-radios__label" for="id_x_0">Band 2</label>
                  </div>
                  <div class="nhsuk-radios__item">
                    <input class="nhsuk-radios__input" id="id_x_1" name="x" type="radio" value="3"
                           aria-describedby="id_x_1_hint">
                    <label class="nhsuk-label nhsuk-radios__label" for="id_x_1">Band 3</label>
                    <div class="nhsuk-hint nhsuk-radios__hint" id="id_x_1_hint">With an apprenticeship</div>
                  </div>
                </div>
              </fieldset>
            </div>
            """,
        )


class TestCheckboxes:
    def test_several_are_checkboxes_although_django_derives_them_from_radios(self):
        field = forms.MultipleChoiceField(label="Shifts", choices=BANDS, widget=forms.CheckboxSelectMultiple)
        assertHTMLEqual(
            drawn(field, data={"x": ["3", "9"]}),
            """
            <div class="nhsuk-form-group nhsuk-form-group--error">
              <fieldset class="nhsuk-fieldset" aria-describedby="id_x_error">
                <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--m">Shifts</legend>
                <span class="nhsuk-error-message" id="id_x_error"><span class="nhsuk-u-visually-hidden">Error: </span>
                  Select a valid choice. 9 is not one of the available choices.</span>
                <div class="nhsuk-checkboxes" data-module="nhsuk-checkboxes">
                  <div class="nhsuk-checkboxes__item">
                    <input class="nhsuk-checkboxes__input" id="id_x_0" name="x" type="checkbox" value="2">
                    <label class="nhsuk-label nhsuk-checkboxes__label" for="id_x_0">Band 2</label>
                  </div>
                  <div class="nhsuk-checkboxes__item">
                    <input class="nhsuk-checkboxes__input" id="id_x_1" name="x" type="checkbox" value="3" checked>
                    <label class="nhsuk-label nhsuk-checkboxes__label" for="id_x_1">Band 3</label>
                  </div>
                </div>
              </fieldset>
            </div>
            """,
        )

    def test_without_a_choice_no_script_is_asked_for(self):
        """The design system's script ends with an error where it finds no box."""
        html = drawn(forms.MultipleChoiceField(choices=[], widget=fields.Checkboxes()))
        assert '<div class="nhsuk-checkboxes">' in html
        assert "data-module" not in html

    def test_small_ones_with_a_class_of_their_own(self):
        widget = fields.Checkboxes(attrs={"class": "anchor-mine"}, small=True)
        html = drawn(forms.MultipleChoiceField(choices=BANDS, widget=widget))
        assert 'class="nhsuk-checkboxes nhsuk-checkboxes--small anchor-mine"' in html
        assert html.count("anchor-mine") == 1

    def test_groups_of_choices_have_a_divider(self):
        html = drawn(forms.ChoiceField(choices=[("Paid", BANDS), ("Unpaid", [("v", "V")])], widget=forms.RadioSelect))
        assert html.count("nhsuk-radios__item") == 3
        assert '<div class="nhsuk-radios__divider">Unpaid</div>' in html

    def test_one_box(self):
        field = forms.BooleanField(label="I agree", help_text="Ask first", error_messages={"required": "Tick it"})
        assertHTMLEqual(
            drawn(field, data={}),
            """
            <div class="nhsuk-form-group nhsuk-form-group--error">
              <span class="nhsuk-error-message" id="id_x_error">
                <span class="nhsuk-u-visually-hidden">Error: </span>Tick it</span>
              <div class="nhsuk-checkboxes" data-module="nhsuk-checkboxes">
                <div class="nhsuk-checkboxes__item">
                  <input class="nhsuk-checkboxes__input" type="checkbox" name="x" id="id_x" aria-invalid="true"
                         aria-describedby="id_x_helptext id_x_error">
                  <label class="nhsuk-label nhsuk-checkboxes__label" for="id_x">I agree</label>
                  <div class="nhsuk-hint nhsuk-checkboxes__hint" id="id_x_helptext">Ask first</div>
                </div>
              </div>
            </div>
            """,
        )


BOX = """
<div class="nhsuk-date-input__item">
  <div class="nhsuk-form-group{group}">
    <label class="nhsuk-label nhsuk-date-input__label" for="id_x_{part}">{label}</label>
    <input class="nhsuk-input{error} nhsuk-input--width-{width} nhsuk-date-input__input" id="id_x_{part}"
           name="x_{part}" type="text" inputmode="numeric"{value}{invalid}>
  </div>
</div>
"""


def boxes(values, wrong=()):
    """The three boxes of a date as they should be."""
    return "".join(
        BOX.format(
            part=part,
            label=part.capitalize(),
            width=4 if part == "year" else 2,
            value=f' value="{value}"' if value else "",
            group=" nhsuk-form-group--error" if part in wrong else "",
            error=" nhsuk-input--error" if part in wrong else "",
            invalid=' aria-invalid="true"' if part in wrong else "",
        )
        for part, value in zip(("day", "month", "year"), values, strict=True)
    )


class TestDate:
    def test_plain(self):
        assertHTMLEqual(
            drawn(
                fields.DateField(label="Closes", help_text="Like 31 3 2027"), initial={"x": datetime.date(2027, 3, 1)}
            ),
            f"""
            <div class="nhsuk-form-group">
              <fieldset class="nhsuk-fieldset" role="group" aria-describedby="id_x_helptext">
                <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--m">Closes</legend>
                <div class="nhsuk-hint" id="id_x_helptext">Like 31 3 2027</div>
                <div class="nhsuk-date-input" id="id_x">{boxes(("1", "3", "2027"))}</div>
              </fieldset>
            </div>
            """,
        )

    def test_only_the_faulty_box_is_marked(self):
        assertHTMLEqual(
            drawn(fields.DateField(label="Closes"), data={"x_day": "1", "x_month": "", "x_year": "2027"}),
            f"""
            <div class="nhsuk-form-group nhsuk-form-group--error">
              <fieldset class="nhsuk-fieldset" role="group" aria-describedby="id_x_error">
                <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--m">Closes</legend>
                <span class="nhsuk-error-message" id="id_x_error"><span class="nhsuk-u-visually-hidden">Error: </span>
                  Closes must include a month</span>
                <div class="nhsuk-date-input" id="id_x">{boxes(("1", "", "2027"), wrong=("month",))}</div>
              </fieldset>
            </div>
            """,
        )

    def test_an_error_of_the_form_marks_all_three(self):
        class Dated(forms.Form):
            x = fields.DateField(label="Closes")

            def clean_x(self):
                raise ValidationError("Closes must be after it opens")

        form = Dated({"x_day": "1", "x_month": "3", "x_year": "2027"})
        assert form.errors == {"x": ["Closes must be after it opens"]}
        html = form["x"].as_field_group()
        assert html.count("nhsuk-input--error") == 3
        assert 'value="2027"' in html


class TestOtherInputs:
    def test_file(self):
        assertHTMLEqual(
            drawn(forms.FileField(label="File", widget=forms.ClearableFileInput), initial={"x": "old.csv"}),
            """
            <div class="nhsuk-form-group nhsuk-file-upload" data-module="nhsuk-file-upload">
              <label class="nhsuk-label nhsuk-label--m" for="id_x">File</label>
              <input class="nhsuk-file-upload__input" type="file" name="x" id="id_x">
            </div>
            """,
        )

    def test_password(self):
        assertHTMLEqual(
            drawn(forms.CharField(label="Password", widget=forms.PasswordInput), data={"x": ""}),
            """
            <div class="nhsuk-form-group nhsuk-form-group--error nhsuk-password-input"
                 data-module="nhsuk-password-input">
              <label class="nhsuk-label nhsuk-label--m" for="id_x">Password</label>
              <span class="nhsuk-error-message" id="id_x_error">
                <span class="nhsuk-u-visually-hidden">Error: </span>This field is required.</span>
              <div class="nhsuk-input-wrapper">
                <input type="password" name="x" id="id_x" spellcheck="false" autocomplete="current-password"
                  autocapitalize="none" aria-invalid="true" aria-describedby="id_x_error"
                  class="nhsuk-input nhsuk-input--error nhsuk-password-input__input nhsuk-js-password-input-input">
                <button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small nhsuk-password-input__toggle
                  nhsuk-js-password-input-toggle" data-module="nhsuk-button" type="button" aria-label="Show password"
                  aria-controls="id_x" hidden>Show</button>
              </div>
            </div>
            """,
        )

    def test_a_new_password_says_so(self):
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        assert 'autocomplete="new-password"' in drawn(forms.CharField(widget=widget))

    def test_a_hidden_field_is_nothing_but_its_input(self):
        html = drawn(forms.CharField(widget=forms.HiddenInput), data={})
        assertHTMLEqual(html, '<input type="hidden" name="x" id="id_x">')

    def test_a_disabled_field(self):
        assert " disabled" in drawn(forms.CharField(disabled=True))
        assert drawn(fields.DateField(disabled=True)).count(" disabled") == 3
        assert drawn(forms.ChoiceField(choices=BANDS, widget=forms.RadioSelect, disabled=True)).count(" disabled") == 2

    @pytest.mark.parametrize(
        "field",
        [
            forms.CharField(),
            fields.DateField(),
            forms.IntegerField(),
            forms.BooleanField(),
            forms.ChoiceField(choices=BANDS, widget=forms.RadioSelect),
            forms.FileField(),
        ],
        ids=lambda field: type(field).__name__,
    )
    def test_no_browser_stops_a_form_before_the_server_can_explain(self, field):
        assert "required" not in drawn(field)


class TestWholeForm:
    def test_fields_in_order_and_errors_of_the_whole_first(self):
        class Two(NhsukForm):
            a = forms.CharField()
            secret = forms.CharField(widget=forms.HiddenInput)
            b = forms.CharField(required=False)

            def clean(self):
                raise ValidationError("These two do not fit")

        form = Two({"secret": "s"})
        html = Template("{{ form }}").render(Context({"form": form}))
        assertHTMLEqual(
            html,
            f"""
            <div class="nhsuk-form-group nhsuk-form-group--error"><span class="nhsuk-error-message">
              <span class="nhsuk-u-visually-hidden">Error: </span>These two do not fit</span></div>
            {form["a"].as_field_group()}{form["b"].as_field_group()}
            <input type="hidden" name="secret" value="s" id="id_secret">
            """,
        )
        assert "B (optional)" in html

    def test_a_prefix_reaches_every_part_of_a_date(self):
        class Dated(forms.Form):
            x = fields.DateField()

        form = Dated({"one-x_day": "1", "one-x_month": "3", "one-x_year": "2027"}, prefix="one")
        assert form.is_valid()
        assert form.cleaned_data == {"x": datetime.date(2027, 3, 1)}
        assert 'name="one-x_day"' in form["x"].as_field_group()

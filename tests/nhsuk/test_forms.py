"""What a form says when something is left out."""

import pytest
from django import forms
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from nhsuk import fields
from nhsuk.forms import NhsukForm, asked


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        (forms.CharField(label="Job title"), "Enter the job title"),
        (forms.CharField(label="Your name"), "Enter your name"),
        (forms.CharField(label="The reason"), "Enter the reason"),
        (forms.CharField(label="NHS number"), "Enter the NHS number"),
        (forms.CharField(label="TRAC application"), "Enter the TRAC application"),
        (forms.CharField(label="How many posts?"), "Answer the question “How many posts?”"),
        (forms.ChoiceField(label="Trust"), "Select the trust"),
        (forms.ChoiceField(label="Trust", widget=forms.RadioSelect), "Select the trust"),
        (forms.MultipleChoiceField(label="Shifts", widget=fields.Checkboxes), "Select the shifts"),
        (fields.DateField(label="Closing date"), "Enter the closing date"),
        (forms.FileField(label="Feed file"), "Choose a file for the feed file"),
        (forms.BooleanField(label="I agree"), "Tick the box “I agree” to continue"),
    ],
)
def test_the_sentence_for_an_empty_field(field, sentence):
    assert asked(field) == sentence


def test_own_words_are_kept_and_other_fields_get_theirs():
    class Vacancy(NhsukForm):
        job_title = forms.CharField()
        posts = forms.IntegerField(error_messages={"required": "Say how many posts"})
        notes = forms.CharField(required=False)

    form = Vacancy({})
    assert form.errors == {"job_title": ["Enter the job title"], "posts": ["Say how many posts"]}
    assert [field.text for field in form] == ["Job title", "Posts", "Notes (optional)"]


def test_a_form_may_leave_optional_fields_unmarked():
    class Filter(NhsukForm):
        mark_optional = False
        q = forms.CharField(required=False)
        mine = forms.BooleanField(required=False)

    assert [field.text for field in Filter()] == ["Q", "Mine"]


def test_a_tick_box_is_never_called_optional():
    class Box(NhsukForm):
        mine = forms.BooleanField(required=False)

    assert Box()["mine"].text == "Mine"


def test_words_given_to_one_form_do_not_stay_in_the_class():
    class Vacancy(NhsukForm):
        title = forms.CharField()

    Vacancy({})
    assert Vacancy.base_fields["title"].label is None
    assert str(Vacancy.base_fields["title"].error_messages["required"]) == "This field is required."


@pytest.mark.parametrize(
    ("field", "typed", "sentences"),
    [
        (forms.IntegerField(label="Posts", max_value=500), "501", ["Posts must be 500 or less"]),
        (forms.IntegerField(label="Posts", min_value=1), "0", ["Posts must be 1 or more"]),
        (forms.IntegerField(label="Posts"), "2.5", ["Posts must be a whole number, like 5"]),
        (forms.DecimalField(label="Hours a week"), "many", ["Hours a week must be a number, like 37.5"]),
        (
            forms.DecimalField(label="Hours a week", max_digits=4, decimal_places=2),
            "1.234",
            ["Hours a week must have no more than 2 digits after the point"],
        ),
        (forms.DecimalField(label="Share (%)", max_value=100), "101", ["Share (%) must be 100 or less"]),
        (forms.CharField(label="Job title", max_length=3), "Porter", ["Job title must be 3 characters or fewer"]),
        (
            forms.IntegerField(label="How many posts?", max_value=5),
            "6",
            ["The answer to “How many posts?” must be 5 or less"],
        ),
        (fields.PoundsField(label="Pay from"), "much", ["Pay from must be an amount in pounds, like 24,000.50"]),
        (forms.TimeField(label="When"), "noon", ["When must be a time, like 10:30 or 14:00"]),
        (forms.EmailField(label="Work address"), "x", ["Work address must be an e-mail address, like ama@example.org"]),
        (forms.ChoiceField(label="Trust", choices=[("1", "One")]), "9", ["Select the trust from the list"]),
        (forms.IntegerField(label="Posts", error_messages={"invalid": "Like 5"}), "x", ["Like 5"]),
    ],
)
def test_a_fault_names_its_field(field, typed, sentences):
    form = type("Form", (NhsukForm,), {"answer": field})({"answer": typed})
    assert form.errors == {"answer": sentences}


def test_a_field_that_a_form_adds_once_it_is_made_speaks_plainly_too():
    class Outcome(NhsukForm):
        def __init__(self, *args, **more):
            super().__init__(*args, **more)
            self.fields["feedback"] = forms.CharField(label="Feedback for the candidate")

    assert Outcome({}).errors == {"feedback": ["Enter the feedback for the candidate"]}


def test_an_empty_file_says_what_to_do():
    form = type("Form", (NhsukForm,), {"file": forms.FileField(max_length=255)})(
        {}, {"file": SimpleUploadedFile("a.csv", b"")}
    )
    assert form.errors == {"file": ["The file is empty. Save it again where it comes from, then choose it here"]}


KINDS = [
    *(forms.CharField, forms.IntegerField, forms.DecimalField, forms.FloatField, forms.BooleanField, forms.FileField),
    *(forms.DateField, forms.TimeField, forms.EmailField, forms.ChoiceField, forms.MultipleChoiceField),
    *(fields.DateField, fields.PoundsField),
]


@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_of_the_framework_is_left(kind):
    own = type("Form", (NhsukForm,), {"answer": kind(label="Answer")})().fields["answer"]
    bare = {code: str(said) for code, said in kind().error_messages.items()}
    assert [code for code, said in own.error_messages.items() if str(said) == bare.get(code)] == []


def test_nothing_chosen_is_said_in_a_word_and_not_in_dashes():
    class Programme(NhsukForm):
        kind = forms.ChoiceField(choices=[("", "---------"), ("a", "Placement")])
        band = forms.ChoiceField(choices=[("", "Not known"), ("2", "Band 2")], required=False)
        host = forms.ModelChoiceField(queryset=Group.objects.none(), required=False)
        provider = forms.ModelChoiceField(queryset=Group.objects.none())

    form = Programme()
    assert form.fields["kind"].choices == [("", "Choose one"), ("a", "Placement")]
    assert form.fields["band"].choices == [("", "Not known"), ("2", "Band 2")]
    assert [form.fields[name].empty_label for name in ("host", "provider")] == ["None", "Choose one"]

"""The forms of an import say what is wrong with a file, and let a person say which column is which."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs.columns import parse_date
from jobs.forms import MappingForm, UploadForm
from jobs.mapping import Column, ColumnMap

COLUMNS = ColumnMap(
    (
        Column("name", "Full name", required=True, hint="As the person writes it"),
        Column("born", "Date of birth", parse_date),
    )
)
GUESS = COLUMNS.guess(["Who", "DoB", "Date of birth"])


def bound(name, data):
    return UploadForm({}, {"file": SimpleUploadedFile(name, data)}, kind="tests.departments")


def test_a_good_file_is_accepted_and_can_be_read_from_its_beginning():
    form = bound("a.csv", b"Name\nWard A\n")
    assert form.is_valid()
    assert form.cleaned_data["file"].read() == b"Name\nWard A\n"


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, '"a.xls" is an old Excel workbook (.xls)'),
        ("a.csv", b" ", '"a.csv" is empty'),
    ],
)
def test_a_faulty_file_is_an_error_of_its_field(name, data, error):
    form = bound(name, data)
    assert not form.is_valid()
    assert form.errors["file"][0].startswith(error)


def test_no_file_is_asked_for():
    form = UploadForm({}, {}, kind="tests.departments")
    assert form.errors == {"file": ["Choose a file"]}


@pytest.mark.parametrize(
    ("kind", "accept", "hint"),
    [
        ("tests.departments", ".csv,.txt,.tsv,.xlsx", "An Excel workbook (.xlsx) or a CSV file, at most 20 MB"),
        ("tests.feed", ".xml", "An XML file, at most 20 MB"),
    ],
)
def test_the_field_says_what_is_read(kind, accept, hint):
    field = UploadForm(kind=kind).fields["file"]
    assert (field.widget.attrs["accept"], field.help_text) == (accept, hint)


def test_the_matching_begins_with_the_guess():
    form = MappingForm(guess=GUESS)
    assert {name: field.initial for name, field in form.fields.items()} == {
        "column_name": "",
        "column_born": "Date of birth",
    }
    assert form.fields["column_born"].choices == [
        ("", "Not in this file"),
        ("Who", "Who"),
        ("DoB", "DoB"),
        ("Date of birth", "Date of birth"),
    ]
    assert form.fields["column_name"].help_text == "As the person writes it"


def test_a_person_says_which_column_is_which():
    form = MappingForm({"column_name": "Who", "column_born": ""}, guess=GUESS)
    assert form.is_valid()
    assert dict(form.matched().chosen) == {"name": "Who"}


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"column_born": "DoB"}, {"column_name": ["Select the column that holds: full name"]}),
        (
            {"column_name": "DoB", "column_born": "DoB"},
            {"__all__": ['The column "DoB" is chosen twice. Choose it for one field only.']},
        ),
        (
            {"column_name": "Elsewhere"},
            {"column_name": ["Select the full name from the list"]},
        ),
    ],
)
def test_a_match_that_cannot_be_is_answered(data, errors):
    assert MappingForm(data, guess=GUESS).errors == errors

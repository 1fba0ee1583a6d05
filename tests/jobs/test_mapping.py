"""Headings are matched to fields by a saved profile, by label, then by synonyms; a heading goes to one field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.columns import parse_date, parse_integer
from jobs.mapping import Column, ColumnMap, Problem
from jobs.reading import Row

COHORT = ColumnMap(
    (
        Column("name", "Full name", required=True, synonyms=("Name", "Participant")),
        Column("born", "Date of birth", parse_date, synonyms=("DOB", "Birth date")),
        Column("posts", "Posts", parse_integer, required=True, synonyms=("Number of posts",)),
        Column("contact_name", "Contact name", synonyms=("Name",)),
    )
)


def test_headings_are_found_whatever_their_capitals_and_punctuation():
    match = COHORT.guess(["D.O.B.", "full_name", "NUMBER OF POSTS", "Shoe size"])
    assert dict(match.chosen) == {"name": "full_name", "born": "D.O.B.", "posts": "NUMBER OF POSTS"}
    assert (match.missing, match.unused, match.sentence) == ((), ("Shoe size",), "")


def test_a_label_goes_before_a_synonym_and_a_heading_to_one_field():
    assert dict(COHORT.guess(["Name", "Full name", "Posts"]).chosen) == {
        "name": "Full name",
        "posts": "Posts",
        "contact_name": "Name",
    }


def test_a_saved_profile_goes_before_everything_and_what_it_no_longer_finds_is_guessed():
    saved = {"name": "Who", "born": "Gone", "left_out": "Posts"}
    match = COHORT.guess(["who", "Full name", "DOB", "Posts"], saved)
    assert dict(match.chosen) == {"name": "who", "born": "DOB", "posts": "Posts"}
    assert match.unused == ("Full name",)


def test_what_is_missing_is_said_with_what_there_is():
    assert COHORT.guess(["DOB", "Who"]).sentence == (
        'The file has no columns "Full name" and "Posts". It has "DOB", "Who". '
        "Say which columns hold them, or add them to the file."
    )
    assert COHORT.guess(["Name"]).missing == ("Posts",)


def test_a_row_is_read_into_values_and_problems():
    match = COHORT.guess(["Name", "DOB", "Posts", "Other"])
    values, problems = match.read(Row(7, ("Ama", "31/02/2001", None, "x")))
    assert values == {"name": "Ama", "born": None, "posts": None, "contact_name": None}
    assert problems == [
        Problem(7, "DOB", '"31/02/2001" is not a day in the calendar. Check the day and the month.'),
        Problem(7, "Posts", "Posts is empty. Type it, or remove the row."),
    ]


def test_a_rows_cells_by_field_as_they_came():
    match = COHORT.guess(["Other", "Posts", "Name"])
    assert match.cells(Row(7, ("x", " 3", None))) == {"posts": " 3", "name": None}


def test_a_row_that_does_not_fit_the_headings_is_a_problem_of_the_row():
    match = COHORT.guess(["Name", "Posts"])
    values, problems = match.read(Row(3, ("Mensah", "2", "Brent"), "Row 3 has 3 values."))
    assert (values["posts"], problems) == (2, [Problem(3, "", "Row 3 has 3 values.")])


def test_a_person_may_choose_otherwise():
    match = COHORT.chosen_by_person(["A", "B", "C"], {"name": "B", "posts": "C", "born": ""})
    assert (dict(match.chosen), match.unused) == ({"name": "B", "posts": "C"}, ("A",))


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"name": "Z"}, 'The file has no column "Z". Choose one of its columns.'),
        ({"password": "A"}, 'The file has no column "A". Choose one of its columns.'),
        ({"name": "A", "posts": "A"}, 'The column "A" is chosen twice. Choose it for one field only.'),
    ],
)
def test_a_choice_that_cannot_be_is_refused(chosen, sentence):
    with pytest.raises(ValueError, match=".") as caught:
        COHORT.chosen_by_person(["A", "B"], chosen)
    assert str(caught.value) == sentence


@given(
    st.lists(st.text(max_size=8), unique_by=str.casefold, max_size=8),
    st.dictionaries(st.text(max_size=4), st.text(max_size=8)),
)
def test_no_heading_is_given_twice(headings, saved):
    chosen = list(COHORT.guess(headings, saved).chosen.values())
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(headings)

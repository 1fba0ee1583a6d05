"""Headings that differ by trust, and cells that people type."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vacancies.sources.rows import RowReader, guess, mapped, plain

SYNONYMS = {"job title": "title", "post": "title", "grade": "grade"}


def reader(value, **more):
    return RowReader({"x": value, **more}, where="Row 3", headings={"x": "Closing Date"})


def test_plain():
    assert plain("  Offer: Conditional_date ") == "offer conditional date"


class TestGuess:
    def test_known_headings_once_each(self):
        assert guess(["Post", "Job Title", "Colour", "GRADE"], SYNONYMS) == {"Post": "title", "GRADE": "grade"}

    @given(st.lists(st.text(max_size=12)))
    def test_a_field_never_twice(self, headings):
        fields = list(guess([*headings, "Post", "job title"], SYNONYMS).values())
        assert sorted(fields) == sorted(set(fields))


class TestMapped:
    def test_by_field_and_without_the_rest(self):
        assert mapped({"Post": "Porter", "Colour": "red"}, {"Post": "title"}) == {"title": "Porter"}

    def test_the_first_filled_cell_wins(self):
        assert mapped({"A": " ", "B": "Porter", "C": "Cook"}, dict.fromkeys("ABC", "title")) == {"title": "Porter"}

    def test_a_column_that_is_not_there(self):
        assert mapped({}, {"Post": "title"}) == {"title": None}


class TestRowReader:
    def test_empty_cells_are_no_problem(self):
        row = reader("")
        assert [row.date("x"), row.number("x"), row.whole("x"), row.yes_no("x"), row.identifier("x")] == [
            None,
            None,
            None,
            None,
            "",
        ]
        assert row.problems == []

    @pytest.mark.parametrize(
        ("read", "value", "sentence"),
        [
            (
                "date",
                "31/11/2026",
                "Row 3, column “Closing Date”: “31/11/2026” is not a day that exists (day/month/year). Write it "
                "as day/month/year, for example 04/12/2026.",
            ),
            (
                "number",
                "many",
                "Row 3, column “Closing Date”: “many” is not a number. Write digits only, for example 37.5.",
            ),
            (
                "whole",
                "1.5",
                "Row 3, column “Closing Date”: “1.5” is not a whole number of at least 0. Give the number itself, "
                "not hours or full-time equivalents.",
            ),
            (
                "whole",
                "-1",
                "Row 3, column “Closing Date”: “-1” is not a whole number of at least 0. Give the number itself, "
                "not hours or full-time equivalents.",
            ),
            ("yes_no", "maybe", "Row 3, column “Closing Date”: “maybe” is not understood. Write Y or N."),
            (
                "identifier",
                "2.9E+07",
                "Row 3, column “Closing Date”: “2.9E+07” was shortened by Excel and its digits are lost. Format "
                "the column as text and export it again.",
            ),
        ],
    )
    def test_what_cannot_be_read_names_the_column_of_the_file(self, read, value, sentence):
        row = reader(value)
        assert getattr(row, read)("x") in (None, "")
        assert [str(problem) for problem in row.problems] == [sentence]

    def test_a_field_without_a_heading_is_named_in_words(self):
        row = RowReader({"cost_centre": "1E5"}, where="Row 3")
        row.identifier("cost_centre")
        assert row.problems[0].where == "Row 3, column “cost centre”"

    @pytest.mark.parametrize(
        ("read", "value", "answer"),
        [
            ("date", date(2026, 12, 4), date(2026, 12, 4)),
            ("number", "£1,234.50", Decimal("1234.50")),
            ("number", 37.5, Decimal("37.5")),
            ("whole", "4.0", 4),
            ("whole", 4.0, 4),
            ("yes_no", "Yes", True),
            ("yes_no", False, False),
            ("identifier", 29000001.0, "29000001"),
            ("identifier", "E1", "E1"),
        ],
    )
    def test_what_can(self, read, value, answer):
        row = reader(value)
        assert (getattr(row, read)("x"), row.problems) == (answer, [])

    @given(
        st.one_of(
            st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.datetimes()
        )
    )
    def test_never_an_exception(self, value):
        row = reader(value)
        for read in (row.text, row.identifier, row.date, row.number, row.whole, row.yes_no):
            read("x")
        assert all(problem.where == "Row 3, column “Closing Date”" for problem in row.problems)

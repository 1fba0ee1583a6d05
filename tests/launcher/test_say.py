"""The launcher's words on a terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from launcher.say import CannotRunError, aloud, box, step

WORDS = st.lists(
    st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=300), max_size=9
)


def test_a_step_has_the_seconds_before_it_and_goes_to_the_error_stream(capsys):
    step("Testing on SQLite")
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"\[ *\d+\.\d s\] Testing on SQLite\n", said.err)


def test_what_must_not_be_overlooked_has_two_marks(capsys):
    aloud("Port 8000 is busy.")
    assert capsys.readouterr().err == "!! Port 8000 is busy.\n"


def test_a_refusal_is_its_sentence():
    assert str(CannotRunError("Install uv.")) == "Install uv."


def test_a_box_to_the_letter():
    assert box("Checks", ["clean   ruff", "FAILED  mypy"], width=20) == "\n".join(
        [
            "+------------------+",
            "| CHECKS           |",
            "| clean   ruff     |",
            "| FAILED  mypy     |",
            "+------------------+",
        ]
    )


def test_the_rest_of_a_long_line_is_indented():
    assert box("T", ["one two three four"], width=14).splitlines()[2:-1] == [
        "| one two    |",
        "|     three  |",
        "|     four   |",
    ]


def test_an_empty_line_stays_a_line():
    assert box("T", ["", "a"], width=8).splitlines() == ["+------+", "| T    |", "|      |", "| a    |", "+------+"]


def test_a_box_of_nothing_is_its_title():
    assert box("T", [], width=8).splitlines() == ["+------+", "| T    |", "+------+"]


@given(lines=WORDS, width=st.integers(12, 200))
def test_no_line_leaves_the_frame(lines, width):
    assert {len(row) for row in box("T", lines, width=width).splitlines()} == {width}


@given(lines=WORDS)
def test_no_word_is_lost(lines):
    framed = "".join(row[2:-2].replace(" ", "") for row in box("T", lines).splitlines()[2:-1])
    assert framed == "".join("".join(line.split()) for line in lines)


@pytest.mark.parametrize("title", ["What was tested", "CHECKS", "checks"])
def test_a_title_is_in_capitals(title):
    assert box(title, [], width=30).splitlines()[1].strip("| ") == title.upper()

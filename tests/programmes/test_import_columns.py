"""How each cell of the cohort file is read."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from candidates.facts import PersonFacts
from jobs.columns import CellProblem
from programmes.imports.columns import COLUMNS

BY_FIELD = {column.field: column for column in COLUMNS.columns}


def read(name, cell):
    return BY_FIELD[name].parse(cell)


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("family_name", "  Smith   Jones ", "Smith Jones"),
        ("family_name", "=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("own_reference", 12, "12"),
        ("date_of_birth", "14/03/2004", date(2004, 3, 14)),
        ("date_of_birth", "14 Mar 2004", date(2004, 3, 14)),
        ("date_of_birth", datetime(2004, 3, 14), date(2004, 3, 14)),  # noqa: DTZ001 - as Excel has it
        ("date_of_birth", 38060, date(2004, 3, 14)),
        ("phone", 7700900123, "07700 900123"),
        ("phone", "+44 (0)7700 900123", "07700 900123"),
        ("postcode", "nw108aa", "NW10 8AA"),
        ("postcode", "N1 9GU", "N1 9GU"),
        ("no_fixed_abode", "Y", True),
        ("state", "On programme", "enrolled"),
        ("state", "withdrew", "left"),
        ("state", "No show", "did_not_start"),
        ("right_to_work", "Volunteer only", "volunteer"),
        ("work_wanted", "Catering; porter", ["catering", "portering"]),
        ("work_wanted", None, []),
        ("shifts", "Days, weekends", ["days", "weekends"]),
        ("attended", "03/11/2026; 10/11/2026", [date(2026, 11, 3), date(2026, 11, 10)]),
        ("attended", date(2026, 11, 3), [date(2026, 11, 3)]),
        ("english", "ESOL Entry 3", "entry3"),
        ("hours_most", "37", 37),
        ("hours_most", "37.5", Decimal("37.5")),
        ("hours_least", 22.5, Decimal("22.5")),
    ],
)
def test_understood(name, cell, value):
    assert read(name, cell) == value


@pytest.mark.parametrize(
    ("name", "cell", "sentence"),
    [
        ("date_of_birth", "31/02/2004", '"31/02/2004" is not a day in the calendar. Check the day and the month.'),
        ("date_of_birth", "03/14/2004", '"03/14/2004" has no month 14. Write the day first: 14/03/2004.'),
        (
            "phone",
            "7.7009E+09",
            '"7.7009E+09" has lost digits in Excel. Format the column as Text, enter the value again, and upload the file.',
        ),
        ("postcode", "NW10", "“NW10” is not a full postcode. Type both parts, like W12 0HS."),
        ("state", "Enroled", '"Enroled" is not known here. Did you mean "Enrolled"?'),
        ("hours_most", "37.25", '"37.25" has more than one decimal. Write hours like 37.5.'),
        ("hours_most", "60.5", '"60.5" is too large. The most here is 60.'),
        ("hours_most", "99", '"99" is too large. The most here is 60.'),
        ("given_name", "x" * 81, '"xxxxxxxxxxxxxxxxxxxx..." has 81 characters; the most is 80. Shorten it.'),
    ],
)
def test_refused_with_the_mend(name, cell, sentence):
    with pytest.raises(CellProblem) as problem:
        read(name, cell)
    assert problem.value.sentence == sentence


def test_too_many_dates():
    with pytest.raises(CellProblem, match="The cell holds 101 dates; the most is 100. Check it."):
        read(
            "attended",
            ";".join(f"{day:02}/{month:02}/2026" for month in range(1, 5) for day in range(1, 27))[: 101 * 11],
        )


def test_headings_of_other_peoples_lists():
    matched = COLUMNS.guess(["Ref", "First Name", "SURNAME", "D.O.B", "Mobile", "Course", "Intake", "Shoe size"])
    assert dict(matched.chosen) == {
        "own_reference": "Ref",
        "given_name": "First Name",
        "family_name": "SURNAME",
        "date_of_birth": "D.O.B",
        "phone": "Mobile",
        "programme": "Course",
        "cohort": "Intake",
    }
    assert (matched.missing, matched.unused) == ((), ("Shoe size",))


def test_a_missing_column_is_named():
    assert COLUMNS.guess(["First name", "DOB"]).missing == ("Family name", "Programme", "Cohort")


def test_no_heading_belongs_to_two_columns():
    words = [word.casefold() for column in COLUMNS.columns for word in (column.label, *column.synonyms)]
    assert len(words) == len(set(words))


def test_every_fact_of_a_person_has_its_column():
    assert set(PersonFacts.__dataclass_fields__) - set(BY_FIELD) == {"skills"}

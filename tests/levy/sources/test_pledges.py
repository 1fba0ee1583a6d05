import io
from datetime import date
from pathlib import Path

import pytest

from levy.sources.pledges import Application, read_applications
from levy.sources.text import FileRefused, csv_rows

SAMPLE = (Path(__file__).parent.parent / "samples" / "levy_pledge_applications.csv").read_bytes()


def read(data):
    table = read_applications(csv_rows(io.BytesIO(data if isinstance(data, bytes) else data.encode())))
    return list(table), [str(problem) for problem in table.problems]


def test_the_sample():
    assert read(SAMPLE) == (
        [
            Application(
                line=2,
                pledge="Y67WJB",
                application="9RG2XK",
                applied=date(2026, 9, 2),
                status="Awaiting approval",
                employer="EXAMPLE COMMUNITY KITCHEN CIC",
                locations=("Brent",),
                sectors="Charity",
                role="Care services",
                level=2,
                matches={"location": True, "sector": True, "role": True, "level": True},
                apprentices=2,
                start_by=date(2027, 1, 1),
                has_provider=True,
                about="We run a community kitchen and want to train two support workers.",
                duration=18,
                cost=800_000_000,
                cost_this_year=426_700_000,
                contact="Sam Example",
                emails="sam@example.org",
                website="https://example.org",
            )
        ],
        [],
    )


def test_as_many_locations_as_there_are_columns():
    data = (
        SAMPLE.decode()
        .replace("Location1,", "Location1,Location2,Location3,")
        .replace("CIC,Brent,", "CIC,Brent,,Ealing,")
    )
    assert read(data)[0][0].locations == ("Brent", "Ealing")


def test_guessed_cells_that_cannot_be_read_are_warnings():
    rows, problems = read(SAMPLE.decode().replace("2 Sep 2026", "last week").replace(",Yes,2,Yes,2,", ",Yes,Any,,2,"))
    assert (rows[0].applied, rows[0].level, rows[0].matches["level"]) == (None, None, None)
    assert problems == [
        "Line 2: Date Applied is “last week”, which is not a day. Write it as day/month/year, like 23/07/2026.",
        "Line 2: Level is “Any”, which is not a whole number.",
    ]


def test_a_row_that_cannot_be_known_again_is_left_out():
    assert read(SAMPLE.decode().replace("9RG2XK", "")) == (
        [],
        ["Line 2: Application Id is empty, so the application cannot be known again."],
    )


def test_another_file_is_refused():
    with pytest.raises(FileRefused, match="not the list of applications to a pledge"):
        read(b"Name,ULN\n1,2\n")


def test_a_cost_below_nought_is_left_out():
    rows, problems = read(SAMPLE.decode().replace("8000", "-8000"))
    assert (rows, len(problems)) == ([], 1)
    assert problems[0].startswith("Line 2: Total Estimated Cost is -8000")
    assert problems[0].endswith("and a cost is not below nought.")

import io
from datetime import date

import pytest

from levy.sources.roster import Entry, read_roster, template
from levy.sources.text import FileRefused, csv_rows

HEADING = "ULN,Your reference,ESR assignment number,Home postcode at start,Start date,New recruit or existing staff"


def read(*lines, heading=HEADING):
    table = read_roster(csv_rows(io.BytesIO("\n".join([heading, *lines]).encode())))
    return list(table), [str(problem) for problem in table.problems]


def test_a_full_row():
    assert read("9276308686,ESR-1,12345678,ub13hw,01/09/2026,New recruit") == (
        [Entry(2, "9276308686", "ESR-1", "12345678", "UB1 3HW", date(2026, 9, 1), True)],
        [],
    )


def test_our_own_template_reads_back():
    heading, example = template()
    assert ",".join(heading) == HEADING
    rows, problems = read(",".join(example))
    assert (rows[0].new_recruit, problems) == (True, [])


def test_what_is_not_stated_is_unknown_and_not_no():
    assert read(",ESR-1,,,,") == ([Entry(2, None, "ESR-1", "", None, None, None)], [])


def test_any_of_the_three_numbers_will_do():
    assert [row.assignment for row in read(",,77,,,existing")[0]] == ["77"]
    assert read("9999999999,,,UB1 3HW,,") == (
        [],
        [
            "Line 2: ULN is missing or not real, and there is no reference or assignment number either: fill in one of them."
        ],
    )


def test_faults_are_warnings_and_the_row_is_kept():
    rows, problems = read("9276308687,ESR-1,,UB1,soon,perhaps")
    assert rows == [Entry(2, None, "ESR-1", "", None, None, None)]
    assert problems == [
        "Line 2: ULN is not a real learner number (10 digits with a check digit).",
        "Line 2: Home postcode at start is not a full postcode, like UB1 3HW.",
        "Line 2: Start date is “soon”, which is not a month. Write it like Jul 2026.",
        "Line 2: New recruit or existing staff is “perhaps”. Write New recruit or Existing staff.",
    ]


@pytest.mark.parametrize(
    ("text", "answer"), [("NEW", True), ("Existing staff", False), ("existing", False), ("", None)]
)
def test_new_recruit_or_existing(text, answer):
    assert read(f",ESR-1,,,,{text}")[0][0].new_recruit is answer


def test_a_month_is_a_start_too():
    assert read(",ESR-1,,,Sep 2026,")[0][0].start == date(2026, 9, 1)


def test_other_names_of_columns():
    heading = "Unique learner number,Own reference,Assignment number,Home postcode,Start date,New recruit or existing"
    assert read("9276308686,,,,,", heading=heading)[0][0].uln == "9276308686"


def test_a_number_shortened_by_excel_refuses_the_file():
    with pytest.raises(FileRefused, match=r"^Line 2: Excel"):
        read("9.27E+09,ESR-1,,,,")


def test_a_doubled_column_refuses_the_file():
    with pytest.raises(FileRefused, match="“ULN” is there twice"):
        read(heading=HEADING + ",ULN")

"""What leaves in a file: no cell can run, no name is changed by going out and coming back, numbers stay numbers."""

import csv
import io
import re
import unicodedata
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.escape import escape_cell, unescape_cell
from jobs.exports import csv_lines, csv_response, sheet_name, xlsx_bytes, xlsx_response
from jobs.reading import read_table
from jobs.reading.table import clean

NASTY = [
    *["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1", "\u200b=1", "\ufeff=1"],
    *["＝1", "＋1", "－1", "＠1", " \t ＝cmd", "'=1", "''=1", "\tplain", "\rplain", "\nplain", "−1", "﹢1"],
]
PLAIN = ["Ama Mensah", "O'Brien", "'Ama'", "a=b", "1-2", "", "Smith-Jones", "a@b.org", "Zoë", "'", "“-”"]
UNSEEN = {"Cf", "Zs", "Zl", "Zp", "Cc"}


def dangerous(cell):
    """Whether a spreadsheet might run the text: judged by letters' classes, not by the pattern that is tested."""
    if cell[:1] in {"\t", "\r", "\n"}:
        return True
    seen = next((letter for letter in cell if unicodedata.category(letter) not in UNSEEN), "")
    return unicodedata.normalize("NFKC", seen) in {"=", "+", "-", "@"} and seen != ""


TEXTS = st.one_of(
    st.sampled_from(NASTY + PLAIN),
    st.text(),
    st.text(alphabet="'=+-@\t\r\n ＝＋－＠\u00a0\u200b\u3000ab", max_size=8),
)


@pytest.mark.parametrize("text", NASTY)
def test_a_text_that_would_run_gets_one_apostrophe(text):
    assert escape_cell(text) == "'" + text


@pytest.mark.parametrize("value", [*PLAIN, 5, -5, -5.5, Decimal("-5"), date(2026, 11, 3), True, None])
def test_other_values_are_left_alone(value):
    assert escape_cell(value) is value


@settings(max_examples=500)
@given(TEXTS)
def test_nothing_dangerous_is_left_and_everything_comes_back(text):
    escaped = escape_cell(text)
    assert not dangerous(escaped)
    assert unescape_cell(escaped) == text


@given(TEXTS)
def test_what_is_read_back_is_what_reading_would_have_made_of_it(text):
    assert clean(escape_cell(text)) == clean("'" + text if escape_cell(text) != text else text)


def read_csv(content):
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline="")))


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_no_cell_of_a_csv_is_dangerous(rows):
    rows = [[value.replace("\x00", "") for value in row] for row in rows]
    cells = read_csv("".join(csv_lines(["=h", "b"], rows)))
    assert cells[0] == ["'=h", "b"]
    assert [cell for row in cells for cell in row if dangerous(cell)] == []
    assert [[unescape_cell(cell) for cell in row] for row in cells[1:]] == rows


def test_names_round_trip_through_csv_and_xlsx():
    names = ["-Smith", "=Ama", "'=Ama", "@home", "O'Brien", "'Ama'", "＝Ama"]
    rows = [[name, "x"] for name in names]
    from_csv = read_table("".join(csv_lines(["Name", "B"], rows)).encode(), "a.csv")
    from_xlsx = read_table(xlsx_bytes({"S": (["Name", "B"], rows)}), "a.xlsx")
    assert [row.cells[0] for row in from_csv.rows] == names
    assert [row.cells[0] for row in from_xlsx.rows] == names


def test_values_are_written_as_people_read_them():
    row = [
        date(2026, 11, 3),
        datetime.combine(date(2026, 11, 3), time(9, 5)),
        Decimal("-1234.50"),
        -5,
        0.5,
        True,
        False,
        None,
        "a",
    ]
    lines = "".join(csv_lines(list("abcdefghi"), [row]))
    assert read_csv(lines)[1] == ["03/11/2026", "03/11/2026 09:05", "-1234.50", "-5", "0.5", "Yes", "No", "", "a"]


def test_csv_begins_with_the_mark_by_which_excel_knows_utf_8_and_streams():
    taken = []

    def rows():
        for number in range(1200):
            taken.append(number)
            yield [number]

    pieces = csv_lines(["n"], rows())
    first = next(pieces)
    assert first.startswith("\ufeffn\r\n0\r\n1\r\n")
    assert len(taken) == 500
    assert len(read_csv(first + "".join(pieces))) == 1201


def test_a_csv_download_has_a_plain_name_and_is_not_kept():
    response = csv_response("Rows with problems: Zoë.csv", ["a"], [["=1"]])
    assert b"".join(response.streaming_content) == b"\xef\xbb\xbfa\r\n'=1\r\n"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == (
        "attachment; filename=\"Rows-with-problems-Zo-.csv\"; filename*=UTF-8''Rows%20with%20problems%3A%20Zo%C3%AB.csv"
    )
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store")


def test_a_header_cannot_be_broken_by_a_name():
    response = csv_response('a"\r\nSet-Cookie: x=1.csv', ["a"], [])
    assert response["Content-Disposition"] == (
        "attachment; filename=\"a-Set-Cookie-x-1.csv\"; filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x%3D1.csv"
    )


def test_numbers_and_dates_stay_what_they_are_in_a_workbook():
    rows = [
        [Decimal("12.5"), 3, date(2026, 11, 3), "=1+1", None, True, 3914177763],
        [-1, 0, None, "a", "", False, 10**16],
    ]
    data = xlsx_bytes({"M0: by trust": (["pounds", "posts", "on", "note", "blank", "yes", "uln"], rows)})
    frame = pd.read_excel(io.BytesIO(data), sheet_name="M0  by trust", engine="calamine")
    assert frame["pounds"].tolist() == [12.5, -1.0]
    assert frame["posts"].tolist() == [3, 0]
    assert frame["on"][0] == pd.Timestamp(2026, 11, 3)
    assert frame["note"].tolist() == ["'=1+1", "a"]
    assert frame["yes"].tolist() == ["Yes", "No"]
    table = read_table(data, "a.xlsx")
    assert table.rows[1].cells[6] == "10000000000000000"  # as text: a number cell would lose its last digits
    assert table.rows[0].cells == (12.5, 3, date(2026, 11, 3), "=1+1", None, "Yes", 3914177763)


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_no_cell_of_a_workbook_is_dangerous_or_a_formula(texts):
    data = xlsx_bytes({"S": (["a", "b"], [["x", text] for text in texts])})
    frame = pd.read_excel(io.BytesIO(data), engine="calamine", keep_default_na=False, dtype=str)
    assert [cell for cell in frame["b"] if dangerous(str(cell))] == []


@pytest.mark.parametrize(
    ("name", "kept"), [("M0: by trust?", "M0  by trust"), ("x" * 40, "x" * 31), ("'[]'", "Sheet"), ("", "Sheet")]
)
def test_names_of_sheets_are_as_excel_allows(name, kept):
    assert sheet_name(name) == kept


def test_what_is_written_to_the_penny_shows_as_money():
    """1234.5 to the penny stands as 1,234.50; other numbers as they are."""
    content = xlsx_bytes({"Sheet": (["A"], [[Decimal("1234.50")], [Decimal("37.5")], [7]])})
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        styles, page = (book.read(name).decode() for name in ("xl/styles.xml", "xl/worksheets/sheet1.xml"))
    money = re.findall(r'<numFmt numFmtId="(\d+)" formatCode="#,##0.00"', styles) or ["4"]
    formats = re.search(r"<cellXfs.*?</cellXfs>", styles)[0]
    used = re.findall(r'<xf numFmtId="(\d+)"', formats)
    cells = re.findall(r'<c r="A(\d)"(?: s="(\d+)")?>', page)
    assert {int(row): used[int(style or 0)] for row, style in cells} == {2: money[0], 3: "0", 4: "0"}


def test_an_xlsx_download():
    response = xlsx_response("Standing.xlsx", {"S": (["a"], [[1]])})
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Content-Disposition"] == "attachment; filename=\"Standing.xlsx\"; filename*=UTF-8''Standing.xlsx"
    assert response.content[:2] == b"PK"

import io
from datetime import date, datetime

import pytest

from levy.sources.text import FileRefused, cell_rows, cell_text, csv_rows, lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_found(encoding):
    text = "Learner,Total\nZoë Söderström,1\n"
    assert list(lines(io.BytesIO(text.encode(encoding)))) == ["Learner,Total", "Zoë Söderström,1"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_any_line_end(end):
    rows = csv_rows(io.BytesIO(end.join(["a,b", "1,2", "3,4"]).encode()))
    assert [cells for _, cells in rows] == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_a_stray_carriage_return_at_the_end_is_no_row():
    assert [cells for _, cells in csv_rows(io.BytesIO(b"a,b\r\n1,2,\r"))] == [["a", "b"], ["1", "2", ""]]


@pytest.mark.parametrize("parting", [",", "\t", ";"])
def test_any_delimiter(parting):
    data = parting.join(["a", "b", "c"]).encode() + b"\n" + parting.join(["1", "2", "3"]).encode()
    assert list(csv_rows(io.BytesIO(data))) == [(1, ["a", "b", "c"]), (2, ["1", "2", "3"])]


def test_a_cell_may_hold_a_line_break():
    assert list(csv_rows(io.BytesIO(b'a,b\n"one\ntwo",3\n'))) == [(1, ["a", "b"]), (3, ["one\ntwo", "3"])]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b" \r\n", "The file is empty"),
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "an old Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"a,b\n" * 40 + b"\0,\0\n", "not text"),
        (b"\xff\xfe" + "a,b\n".encode("utf-16-le") + b"\x00\xd8\n\x00", "damaged"),
        (b"a,b\n\x81,\x8d\n", "damaged"),
    ],
)
def test_what_is_not_text_is_refused(data, sentence):
    with pytest.raises(FileRefused, match=sentence):
        list(lines(io.BytesIO(data)))


def test_the_stream_stays_open_for_the_caller():
    stream = io.BytesIO(b"a\n")
    list(lines(stream))
    assert not stream.closed


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (" a ", "a"),
        (3914177763.0, "3914177763"),
        (-222.22222, "-222.22222"),
        (0.1 + 0.2, "0.30000"),
        (5, "5"),
        (True, "Yes"),
        (date(2026, 7, 23), "23/07/2026"),
        (datetime(2026, 7, 23, 9, 30), "23/07/2026"),  # noqa: DTZ001 worksheets have no zone
    ],
)
def test_a_worksheet_cell_as_the_csv_would_have_it(cell, text):
    assert cell_text(cell) == text


def test_empty_worksheet_rows_are_left_out_and_numbers_kept():
    assert list(cell_rows([("a", None), (None, ""), (1.0, 2.5)])) == [(1, ["a", ""]), (3, ["1", "2.50000"])]

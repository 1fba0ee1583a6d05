"""Files that people take away: CSV that streams and XLSX, in which no cell can run as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse

from jobs.escape import escape_cell, unescape_cell

__all__ = ["csv_lines", "csv_response", "escape_cell", "sheet_name", "unescape_cell", "xlsx_bytes", "xlsx_response"]

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_ONCE = 500

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV in pieces of some hundred rows, with the mark by which Excel knows UTF-8; dates as dd/mm/yyyy."""
    buffer = StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow([escape_cell(heading) for heading in headings])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_written(value) for value in row])
        if number % ROWS_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float | Decimal):
        return value
    return "" if value is None else escape_cell(str(value))


def csv_response(filename: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download of `rows` under `headings` as CSV; `filename` ends in .csv. Rows are taken as they are sent."""
    response = StreamingHttpResponse(csv_lines(headings, rows), content_type="text/csv; charset=utf-8")
    return _as_download(response, filename)


Sheet = tuple[Sequence[str], Iterable[Sequence[Any]]]


def xlsx_bytes(sheets: Mapping[str, Sheet]) -> bytes:
    """A workbook: name of sheet -> (headings, rows). Numbers stay numbers, dates are dates, text is only text."""
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        formats = {
            "heading": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "datetime": book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            "pence": book.add_format({"num_format": "#,##0.00"}),
        }
        for name, (headings, rows) in sheets.items():
            _write_sheet(book.add_worksheet(sheet_name(name)), headings, rows, formats)
    return buffer.getvalue()


def _write_sheet(page: Any, headings: Sequence[str], rows: Iterable[Sequence[Any]], formats: Mapping[str, Any]) -> None:
    for place, heading in enumerate(headings):
        page.write_string(0, place, _bare(escape_cell(heading)), formats["heading"])
    page.freeze_panes(1, 0)
    page.set_column(0, max(0, len(headings) - 1), 18)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _write_cell(page, number, place, value, formats)


def _write_cell(page: Any, row: int, column: int, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_string(row, column, "Yes" if value else "No")
    elif isinstance(value, int | float | Decimal) and -(10**15) < value < 10**15:
        page.write_number(row, column, value, formats["pence"] if _is_pence(value) else None)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, value, formats["datetime"])
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), formats["date"])  # noqa: DTZ001 - a day has no zone
    else:
        page.write_string(row, column, _bare(escape_cell(str(value))))


def _is_pence(value: Any) -> bool:
    """Whether a number is written to the penny: then a sheet shows it as money, 1,234.50."""
    return isinstance(value, Decimal) and value.as_tuple().exponent == -2


def _bare(text: str) -> str:
    """Text that XML can carry and a cell can hold."""
    return _CONTROL.sub(" ", text)[:32_767]


def sheet_name(name: str) -> str:
    """`name` as Excel allows it for a sheet: 31 characters, none of []:*?/ and backslash, no apostrophe at its ends."""
    return (re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:31].strip("' ")) or "Sheet"


def xlsx_response(filename: str, sheets: Mapping[str, Sheet]) -> HttpResponse:
    """A download of a workbook; `filename` ends in .xlsx; `sheets` as for `xlsx_bytes`."""
    return _as_download(HttpResponse(xlsx_bytes(sheets), content_type=XLSX_TYPE), filename)


def _as_download(response: Any, filename: str) -> Any:
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", filename).strip("-.") or "download"
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response

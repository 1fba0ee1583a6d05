"""Reading what people upload: `read_table` for CSV and XLSX, `read_xml` for feeds. Pure: no Django."""

from os import PathLike
from pathlib import Path

from jobs.hostile import DEFAULT, Limits, check_size, kind_of
from jobs.reading.table import Cell, Row, Table, Unread, excel_mangled, where
from jobs.reading.text import read_text
from jobs.reading.workbook import read_workbook
from jobs.reading.xml import read_xml

__all__ = ["Cell", "Row", "Table", "Unread", "excel_mangled", "read_table", "read_xml", "where"]


def read_table(
    source: bytes | str | PathLike[str],
    filename: str,
    *,
    limits: Limits = DEFAULT,
    sheet: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """The table that a person uploaded as `filename`; `source` is its bytes or the path where it is kept.

    CSV in UTF-8, UTF-16 or Windows-1252 with commas, semicolons, tabs or bars; XLSX in a limited child process.
    Cells keep their type; a row keeps the number that Excel shows. Raises `Refusal` with a sentence for every other
    kind of file and for one above `limits`.
    """
    data = contents(source, filename, limits=limits)
    if kind_of(data, filename) == "workbook":
        return read_workbook(data, filename, limits=limits, sheet=sheet)
    return read_text(data, filename, limits=limits, delimiter=delimiter)


def contents(source: bytes | str | PathLike[str], filename: str, *, limits: Limits = DEFAULT) -> bytes:
    """The bytes of `source`, after its size has been checked."""
    if isinstance(source, bytes):
        check_size(len(source), filename, limits=limits)
        return source
    path = Path(source)
    check_size(path.stat().st_size, filename, limits=limits)
    return path.read_bytes()

"""Bytes of an uploaded text file as lines, whatever program saved it."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

CHUNK = 1 << 20
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
NOT_TEXT = (
    (b"PK\x03\x04", "an Excel workbook (.xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
)

Line = tuple[int, list[str]]


class FileRefused(ValueError):
    """Nothing of the file is taken; the sentence says why and how to mend it."""


def encoding_of(stream: BinaryIO) -> str:
    """The encoding of a text file, read from its start; leaves the stream there. FileRefused for what is not text."""
    head = stream.read(64)
    stream.seek(0)
    if not head.strip():
        raise FileRefused("The file is empty. Download it again and upload it as it is.")
    for start, what in NOT_TEXT:
        if head.startswith(start):
            raise FileRefused(
                f"The file is {what} although it was uploaded as a CSV. Upload it under its own ending, or as CSV."
            )
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        return "utf-16-be" if head[0] == 0 else "utf-16-le"
    return "utf-8" if _is_utf8(stream) else "cp1252"


def _is_utf8(stream: BinaryIO) -> bool:
    """Whether the whole file is UTF-8. Excel saves "CSV" in the Windows encoding, where a name may not be."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True


def lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a text file without their ends (CR, LF or both), streamed. FileRefused for what is not text."""
    text = io.TextIOWrapper(stream, encoding=encoding_of(stream))
    try:
        for line in text:
            if "\0" in line:
                raise FileRefused("The file is not text. Download it again and upload it as it is.")
            yield line.rstrip("\n")
    except UnicodeError as error:
        raise FileRefused(
            "The file is damaged: part of it is not text. Download it again and upload it as it is."
        ) from error
    finally:
        if not stream.closed:  # a reading that was broken off may end after its file
            text.detach()


def delimiter_of(heading: str) -> str:
    """What parts the cells of a heading line: comma, tab or semicolon."""
    return max(",\t;", key=heading.count)


def csv_rows(stream: BinaryIO) -> Iterator[Line]:
    """Rows of a CSV file in ordinary quoting, each with the number of its last line; empty rows left out."""
    source = lines(stream)
    heading = next(source)
    reader = csv.reader(_again(heading, source), delimiter=delimiter_of(heading))
    for cells in reader:
        trimmed = [cell.strip() for cell in cells]
        if any(trimmed):
            yield reader.line_num, trimmed


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield f"{first}\n"
    for line in rest:
        yield f"{line}\n"


def cell_rows(rows: Iterable[Sequence[object]]) -> Iterator[Line]:
    """Rows of a worksheet (text, numbers, dates, None) as text, each with its number; empty rows left out."""
    for number, row in enumerate(rows, start=1):
        cells = [cell_text(cell) for cell in row]
        if any(cells):
            yield number, cells


def cell_text(cell: object) -> str:
    """A worksheet's cell as the CSV would have it: whole numbers without a point, other numbers to five decimals."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):.5f}"
    if isinstance(cell, (datetime, date)):
        return f"{cell:%d/%m/%Y}"
    return str(cell).strip()

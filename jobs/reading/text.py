"""Text files of rows: encoding, delimiter, line ends and quotes found by looking, never asked of the person."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from jobs.hostile import Limits, Refusal, display_name
from jobs.reading.table import Cell, Record, Table, assemble, clean

DELIMITERS = (",", ";", "\t", "|")
LOOKED_AT = 20
_BINARY = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f]")
_STRAY = re.compile("\r")
_SEP_LINE = re.compile(r"\Asep=(.)\n", re.I)


def decode(data: bytes, filename: str) -> tuple[str, str]:
    """The text and the name of its encoding: by its mark, else UTF-16 by its zeros, else UTF-8, else Windows-1252."""
    name = display_name(filename)
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise Refusal(
                f'"{name}" holds zero bytes, as a damaged or disguised file does. Export it again as CSV UTF-8.'
            )
        if len(_BINARY.findall(text[:10_000])) > 10:
            raise Refusal(f'"{name}" is not a text file. Save the table as CSV UTF-8 or .xlsx, and upload that.')
        return text, encoding
    raise Refusal(f'The letters in "{name}" cannot be read. In Excel choose Save as, CSV UTF-8, and upload that file.')


def _candidates(data: bytes) -> tuple[str, ...]:
    if data.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    start = data[:4096]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > len(start) // 5 and not even:
        return ("utf-16-le",)
    if even > len(start) // 5 and not odd:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def straighten(text: str) -> tuple[str, tuple[str, ...]]:
    """Every line end as a line feed; a carriage return in the middle of a line becomes a space, and a note says so."""
    if "\r" not in text:
        return text, ()
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n")
    if "\n" not in text:
        return text.replace("\r", "\n"), ()
    if "\r" not in text:
        return text, ()
    lines = sorted({text.count("\n", 0, match.start()) + 1 for match in islice(_STRAY.finditer(text), 5)})
    named = ", ".join(str(line) for line in lines)
    note = f"A stray carriage return was read as a space (line {named}). Check the values there."
    return text.replace("\r", " "), (note,)


def find_delimiter(text: str) -> str:
    """The delimiter that gives the first rows the steadiest number of columns, most columns first; comma if none."""
    best, best_score = ",", (0.0, 0)
    start = text[:100_000]
    for delimiter in DELIMITERS:
        try:
            rows = list(islice(csv.reader(io.StringIO(start, newline="\n"), delimiter=delimiter), LOOKED_AT))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if row)
        width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
        score = (times / max(1, widths.total()), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def records(text: str, delimiter: str, *, limits: Limits) -> Iterator[Record]:
    """Numbered records of cleaned cells, blank ones too. Raises Refusal where quotes do not close, or past the limits."""
    _check_lines(text, limits)
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True)
    number, left = 0, limits.cells
    try:
        for number, row in enumerate(reader, start=1):
            left -= len(row)
            if left < 0:
                raise Refusal(
                    f"The file has more than {limits.cells:,} cells, blank ones too. Remove the empty columns."
                )
            cells: list[Cell] = [clean(value) if value else None for value in row]
            yield number, cells
    except csv.Error as error:
        raise Refusal(_quote_sentence(number + 1, str(error))) from error


def _check_lines(text: str, limits: Limits) -> None:
    for number, line in enumerate(io.StringIO(text, newline="\n"), start=1):
        if len(line) > limits.line_characters:
            raise Refusal(
                f"Line {number} has {len(line):,} characters; a row of a table has at most {limits.line_characters:,}. "
                "Check that the right file was saved."
            )


def _quote_sentence(number: int, error: str) -> str:
    if "field limit" in error:
        return (
            f"Row {number} holds a value longer than a cell can be. "
            "Shorten it, or check for a quotation mark that is not closed."
        )
    return (
        f"Row {number} has a quotation mark that is not closed, or words after the closing one. "
        'Write a quotation mark inside a value twice (""), or save the file again from Excel.'
    )


def read_text(data: bytes, filename: str, *, limits: Limits, delimiter: str | None = None) -> Table:
    """The table in a CSV, tab-separated or similar file; see `jobs.reading.read_table`."""
    text, encoding = decode(data, filename)
    text, notes = straighten(text)
    if match := _SEP_LINE.match(text):
        delimiter = delimiter or match[1]
        text = "\n" + text[match.end() :]  # Excel's own hint is not a row, yet it takes a line
    delimiter = delimiter or find_delimiter(text)
    return assemble(
        records(text, delimiter, limits=limits), limits=limits, encoding=encoding, delimiter=delimiter, notes=notes
    )

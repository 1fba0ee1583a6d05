"""The child process that opens a workbook: `python -m jobs.reading.child ORDERS < book.xlsx > answer`.

It limits itself before it touches the file, prints one line about the sheet and one line of JSON a row, and exits.
Whatever kills it is answered by the parent with one sentence.
"""

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, TextIO

import python_calamine as calamine
from defusedxml.ElementTree import fromstring

from jobs.reading.table import letters

Marks = dict[tuple[int, int], list[str]]

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?<!/)>(.*?)</(?:\w+:)?c>", re.S)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def limit(orders: dict[str, Any]) -> None:
    """Bind this process: memory, processor time, size of its answer, no core file."""
    seconds = orders["child_seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (orders["child_memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (orders["child_output_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(data: bytes, orders: dict[str, Any], out: TextIO) -> None:
    """Write the sheet's line and its rows, or one line with the refusal."""
    name = orders["name"]
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        found = choose(book, orders["sheet"])
    except calamine.PasswordError:
        return say(
            out, {"refused": f'"{name}" is protected with a password. Remove the password, and upload it again.'}
        )
    except (calamine.CalamineError, ValueError):
        return say(
            out, {"refused": f'"{name}" is damaged and cannot be opened. Save it again in Excel, and upload it.'}
        )
    if found is None:
        return say(out, {"refused": f'"{name}" has no visible sheet with values. Check that the right file was saved.'})
    sheet, sheets = found
    height, width = sheet.end[0] + 1, sheet.end[1] + 1
    if height * width > orders["cells"] // 2:
        last = f"{letters(width - 1)}{height}"
        sentence = f'"{name}" has a value as far out as cell {last}. Delete the rows and columns past the table.'
        return say(out, {"refused": sentence})
    say(out, {"sheet": sheet.name, "sheets": sheets})
    marks = unreadable(data, sheet.name)
    for number, cells in rows(sheet, marks):
        say(out, [number, cells])
    return None


def say(out: TextIO, line: Any) -> None:
    out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def choose(book: Any, wanted: str | None) -> tuple[Any, list[str]] | None:
    """The sheet named `wanted`, else the first visible one with values; and the names of all that are visible."""
    visible = [
        about.name
        for about in book.sheets_metadata
        if about.typ == calamine.SheetTypeEnum.WorkSheet and about.visible == calamine.SheetVisibleEnum.Visible
    ]
    for name in visible if wanted is None else [wanted]:
        sheet = book.get_sheet_by_name(name) if name in visible else None
        if sheet is not None and sheet.start is not None:
            return sheet, visible
    return None


def rows(sheet: Any, marks: Marks) -> Iterator[tuple[int, list[Any]]]:
    first_column = sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if not marks and not any(value != "" for value in values):
            continue
        cells = [plain(value) for value in values]
        for place in range(len(cells)) if marks else ():
            cells[place] = marks.get((number, first_column + place), cells[place])
        yield number, [None] * first_column + cells


def plain(value: Any) -> Any:
    """A value that JSON can carry; a date or a time as a pair [kind, text]; an empty cell as null."""
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return ["date", value.date().isoformat()] if midnight else ["datetime", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, time):
        return ["time", value.isoformat()]
    if isinstance(value, timedelta):
        return ["seconds", value.total_seconds()]
    return None if value == "" else value


def unreadable(data: bytes, sheet_name: str) -> Marks:
    """The cells (row, column) that the reader gives as empty or 0 though the person sees otherwise.

    Those are Excel's errors (#REF!) and formulas without a saved answer. Programs that write a workbook without
    calculating put 0 there and ask Excel to calculate on opening (fullCalcOnLoad): such a 0 is no answer either.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = fromstring(archive.read("xl/workbook.xml"))
        text = archive.read(part_of(archive, book, sheet_name))
    waits = any(node.tag.endswith("}calcPr") and node.get("fullCalcOnLoad") in {"1", "true"} for node in book.iter())
    return {place: mark for place, mark in marked(text, waits) if place}


def part_of(archive: zipfile.ZipFile, book: Any, sheet_name: str) -> str:
    """The path of the sheet's part inside the workbook."""
    relation = next(
        node.get(_RELATION) for node in book.iter() if node.tag.endswith("}sheet") and node.get("name") == sheet_name
    )
    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(node.get("Target", "") for node in relations if node.get("Id") == relation)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def marked(text: bytes, waits: bool) -> Iterator[tuple[tuple[int, int], list[str]]]:
    if b't="e"' not in text and not _FORMULA.search(text):
        return
    for match in _CELL.finditer(text):
        attributes, inside = match.groups()
        reference = _REFERENCE.search(attributes)
        value = _VALUE.search(inside)
        held = value[1].strip() if value else b""
        if reference is None:
            continue
        if b't="e"' in attributes and held:
            yield place_of(reference), ["error", held.decode("utf-8", "replace")[:20]]
        elif _FORMULA.search(inside) and unanswered(attributes, held, waits):
            yield place_of(reference), ["uncalculated", ""]


def unanswered(attributes: bytes, held: bytes, waits: bool) -> bool:
    """Excel marks an answer that is an empty text with t="str"; nothing at all, or a 0 put there, is no answer."""
    return (not held and b't="str"' not in attributes) or (waits and held in {b"0", b"0.0"})


def place_of(reference: re.Match[bytes]) -> tuple[int, int]:
    column = 0
    for letter in reference[1]:
        column = column * 26 + letter - 64
    return int(reference[2]), column - 1


def main() -> None:
    orders = json.loads(sys.argv[1])
    limit(orders)
    answer(sys.stdin.buffer.read(), orders, sys.stdout)
    sys.stdout.flush()


if __name__ == "__main__":
    main()

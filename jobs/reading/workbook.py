"""Workbooks are read by a child process that the system stops at 1 GB or 10 seconds; this side starts it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from jobs.hostile import Limits, Refusal, check_workbook, display_name
from jobs.reading.table import UNCALCULATED, Cell, Record, Table, Unread, assemble, clean

ROOT = Path(__file__).resolve().parents[2]
CHILD = [sys.executable, "-E", "-s", "-m", "jobs.reading.child"]


def read_workbook(data: bytes, filename: str, *, limits: Limits, sheet: str | None = None) -> Table:
    """The table in the first visible sheet that holds values, or in `sheet`; see `jobs.reading.read_table`."""
    check_workbook(data, filename, limits=limits)
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as answer:
        source.write(data)
        source.seek(0)
        run_child(source, answer, filename, limits=limits, sheet=sheet)
        answer.seek(0)
        head = json.loads(answer.readline())
        if "refused" in head:
            raise Refusal(head["refused"])
        return assemble(_records(answer), limits=limits, sheet=head["sheet"], sheets=tuple(head["sheets"]))


def run_child(source: IO[bytes], answer: IO[bytes], filename: str, *, limits: Limits, sheet: str | None = None) -> None:
    """Run the reader on `source`, its answer into `answer`; Refusal if it dies or outlives its limits.

    The child sees no environment variable of ours, so no secret; it writes to a file, so that the system itself
    bounds what it can say.
    """
    orders = json.dumps({**asdict(limits), "sheet": sheet, "name": display_name(filename)})
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            [*CHILD, orders],
            stdin=source,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            timeout=3 * limits.child_seconds + 1,  # a busy machine gives it a third of a processor
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_heavy(filename) from error
    if done.returncode != 0:
        raise _too_heavy(filename)


def _too_heavy(filename: str) -> Refusal:
    return Refusal(
        f'"{display_name(filename)}" takes more memory or time to open than an ordinary workbook. '
        "Copy the rows into a new workbook, or save the sheet as CSV, and upload that."
    )


def _records(answer: IO[bytes]) -> Iterator[Record]:
    for line in answer:
        number, cells = json.loads(line)
        yield number, [_cell(value) for value in cells]


def _cell(value: Any) -> Cell:
    """One value as the child wrote it: dates, times and what could not be read come as a pair [kind, text]."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, list):
        return value
    kind, text = value
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "datetime":
        return datetime.fromisoformat(text)
    if kind == "time":
        return time.fromisoformat(text)
    if kind == "seconds":
        return timedelta(seconds=text)
    if kind == "error":
        return Unread(f"holds Excel's error {text}. Correct the formula or type the value, and upload the file again.")
    return UNCALCULATED

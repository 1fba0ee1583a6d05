"""Workbooks: cells keep their type and place; the child process holds its limits."""

import dataclasses
import io
import os
import signal
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.hostile import DEFAULT, Refusal
from jobs.reading import Row, Unread, child, read_table, workbook
from jobs.reading.table import UNCALCULATED
from tests.jobs import files

THIRD = date(2026, 11, 3)
MIDNIGHT, MORNING = datetime.combine(THIRD, time(0)), datetime.combine(THIRD, time(9, 30))
HEADINGS = ["Name", "Value"]
TOO_HEAVY = (
    '"b.xlsx" takes more memory or time to open than an ordinary workbook. '
    "Copy the rows into a new workbook, or save the sheet as CSV, and upload that."
)


def refused(data, **how):
    with pytest.raises(Refusal) as caught:
        read_table(data, "b.xlsx", **how)
    return caught.value.sentence


def test_cells_keep_their_type():
    values = [
        *["Zoë ", 3, 3.0, 37.5, True, THIRD, MIDNIGHT, MORNING],
        *[time(9, 30), timedelta(hours=30), None, -5],
    ]
    table = read_table(files.workbook(("S", [HEADINGS, *[["x", value] for value in values]])), "b.xlsx")
    assert [row.cells[1] for row in table.rows] == [
        *["Zoë", 3, 3, 37.5, True, THIRD, THIRD, MORNING],
        *[time(9, 30), timedelta(hours=30), None, -5],
    ]
    assert [type(row.cells[1]) for row in table.rows][1:5] == [int, int, float, bool]


def test_rows_have_excels_numbers_and_blank_ones_are_left_out():
    table = read_table(files.workbook(("S", [[None], [None], [None, *HEADINGS], [], [None, "Ama", 1]])), "b.xlsx")
    assert (table.headings, table.heading_row) == (("Column A", "Name", "Value"), 3)
    assert table.rows == (Row(5, (None, "Ama", 1)),)


def test_the_first_visible_sheet_with_values_is_read_and_the_others_are_named():
    data = files.workbook(
        ("Lists", [["secret"], ["x"]]),
        ("Empty", []),
        ("Cohort", [HEADINGS, ["Ama", 1]]),
        ("Notes", [["n"]]),
        hidden=("Lists",),
    )
    table = read_table(data, "b.xlsx")
    assert (table.sheet, table.sheets) == ("Cohort", ("Empty", "Cohort", "Notes"))
    assert table.rows == (Row(2, ("Ama", 1)),)


def test_a_sheet_can_be_chosen_by_name():
    data = files.workbook(("One", [HEADINGS, ["a", 1]]), ("Two & more", [HEADINGS, ["b", 2]]))
    assert read_table(data, "b.xlsx", sheet="Two & more").rows == (Row(2, ("b", 2)),)


@pytest.mark.parametrize("sheet", [None, "Other"])
def test_no_sheet_to_read_is_refused(sheet):
    data = files.workbook(("Empty", [])) if sheet is None else files.workbook(("S", [HEADINGS, ["a", 1]]))
    expected = '"b.xlsx" has no visible sheet with values. Check that the right file was saved.'
    assert refused(data, sheet=sheet) == expected


def test_headings_alone_are_refused():
    assert refused(files.workbook(("S", [HEADINGS]))) == (
        "The file holds headings (row 1) and no rows under them. Add the rows, or check the export."
    )


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="B2"><f>1+1</f></c>', UNCALCULATED),
        ('<c r="B2"><f>1+1</f><v></v></c>', UNCALCULATED),
        ('<c r="B2"><f>1+1</f><v/></c>', UNCALCULATED),
        ('<c r="B2" t="str"><f>IF(1,"","")</f><v></v></c>', None),
        ('<c r="B2" t="str"><f>"a"</f><v>a</v></c>', "a"),
        ('<c r="B2"><f>1-1</f><v>0</v></c>', 0),
        ('<c r="B2"><v>0</v></c>', 0),
        ('<c r="B2" t="b"><v>1</v></c>', True),
        (
            '<c r="B2" t="e"><f>A9</f><v>#REF!</v></c>',
            Unread("holds Excel's error #REF!. Correct the formula or type the value, and upload the file again."),
        ),
        (
            '<c r="B2" t="e"><v>#N/A</v></c>',
            Unread("holds Excel's error #N/A. Correct the formula or type the value, and upload the file again."),
        ),
        ('<c r="B2" s="1"/>', None),
    ],
)
def test_formulas_give_their_saved_answer_or_say_that_there_is_none(cell, read):
    data = files.raw_workbook(
        files.text_row(1, *HEADINGS) + f'<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c>{cell}</row>'
    )
    assert read_table(data, "b.xlsx").rows == (Row(2, ("x", read)),)


def test_a_zero_put_there_by_a_program_that_does_not_calculate_is_no_answer():
    row = '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>1+1</f><v>0</v></c><c r="C2"><v>0</v></c></row>'
    data = files.raw_workbook(files.text_row(1, "a", "b", "c") + row, calculate='<calcPr fullCalcOnLoad="1"/>')
    assert read_table(data, "b.xlsx").rows == (Row(2, (1, UNCALCULATED, 0)),)


def test_a_formula_written_by_xlsxwriter_is_not_taken_for_0():
    table = read_table(files.workbook(("S", [HEADINGS, ["x", "=1+1"]])), "b.xlsx")
    assert table.rows == (Row(2, ("x", UNCALCULATED)),)


def test_a_grid_that_would_need_hundreds_of_gigabytes_is_stopped_by_the_memory_limit():
    assert refused(files.wide_grid()) == TOO_HEAVY


def test_a_value_far_below_the_table_is_named():
    data = files.raw_workbook(files.text_row(1, *HEADINGS) + '<row r="1048576"><c r="F1048576"><v>1</v></c></row>')
    assert refused(data) == (
        '"b.xlsx" has a value as far out as cell F1048576. Delete the rows and columns past the table.'
    )


def test_a_text_repeated_without_end_is_stopped_by_a_limit():
    assert refused(files.shared_text_bomb()) == TOO_HEAVY


def child_ends(monkeypatch, code, *, patience=0, **limits):
    """How a child that runs `code` after limiting itself ends; `patience` seconds more by the clock, for busy machines."""
    program = f"import json, sys; from jobs.reading.child import limit; limit(json.loads(sys.argv[1])); {code}"
    monkeypatch.setattr(workbook, "CHILD", [*workbook.CHILD[:-2], "-c", program])
    narrow = dataclasses.replace(DEFAULT, **limits)
    ended = {}
    real = workbook.subprocess.run

    def run(*args, **how):
        ended["done"] = real(*args, **{**how, "timeout": how["timeout"] + patience})
        return ended["done"]

    monkeypatch.setattr(workbook.subprocess, "run", run)
    with (
        pytest.raises(Refusal) as caught,
        open(os.devnull, "rb") as source,
        io.FileIO(os.open("/dev/null", os.O_WRONLY), "w") as out,
    ):
        workbook.run_child(source, out, "b.xlsx", limits=narrow)
    assert caught.value.sentence == TOO_HEAVY
    return ended.get("done")


def test_the_processor_limit_kills_the_child(monkeypatch):
    done = child_ends(monkeypatch, "exec('while True: pass')", child_seconds=1, patience=60)
    assert done.returncode == -signal.SIGKILL


def test_the_memory_limit_stops_the_child(monkeypatch):
    done = child_ends(monkeypatch, "print(len(bytearray(400 * 1024 * 1024)))", child_memory_bytes=300 * 1024 * 1024)
    assert done.returncode == 1


def test_a_child_that_waits_is_ended_by_the_clock(monkeypatch):
    assert child_ends(monkeypatch, "import time; time.sleep(60)", child_seconds=0) is None


def test_the_limit_on_what_it_says_kills_the_child(monkeypatch, tmp_path):
    code = f"import os; f = open({str(tmp_path / 'said')!r}, 'wb'); f.write(b'x' * 5000); f.flush()"
    done = child_ends(monkeypatch, code, child_output_bytes=1000)
    assert done.returncode != 0
    assert (tmp_path / "said").stat().st_size == 1000


def test_the_child_sees_no_secret_of_ours(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary")
    done = child_ends(monkeypatch, "import os; sys.exit(3 if 'SECRET_KEY' not in os.environ else 4)")
    assert done.returncode == 3


def test_a_damaged_part_is_answered_by_the_child_with_a_sentence():
    data = files.zipped({**files.parts(), "xl/worksheets/sheet1.xml": "<worksheet><sheetData><row><c>"})
    assert refused(data).startswith('"b.xlsx" ')


def answered(data, sheet=None):
    out = io.StringIO()
    child.answer(data, {"name": "b.xlsx", "sheet": sheet, "cells": 1000}, out)
    return out.getvalue().splitlines()


def test_the_child_writes_one_line_about_the_sheet_and_one_a_row():
    data = files.workbook(("S", [["Name", "When"], ["Zoë", date(2026, 11, 3)], [], [None, time(9, 30)]]))
    assert answered(data) == [
        '{"sheet":"S","sheets":["S"]}',
        '[1,["Name","When"]]',
        '[2,["Zoë",["date","2026-11-03"]]]',
        '[4,[null,["time","09:30:00"]]]',
    ]


def test_the_child_refuses_what_is_no_workbook_and_what_holds_nothing():
    damaged = '{"refused":"\\"b.xlsx\\" is damaged and cannot be opened. Save it again in Excel, and upload it."}'
    empty = '{"refused":"\\"b.xlsx\\" has no visible sheet with values. Check that the right file was saved."}'
    assert answered(b"PK\x03\x04 not a zip") == [damaged]
    assert answered(files.workbook(("S", []))) == [empty]
    assert answered(files.workbook(("S", [["a"], ["b"]])), sheet="Other") == [empty]


CELLS = st.one_of(
    st.text(
        st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Cc", "Cf"]), min_size=1, max_size=8
    ).filter(lambda word: not word.startswith(("=", "'", "{"))),
    st.integers(-(10**14), 10**14),
    st.dates(date(1900, 3, 1), date(2100, 12, 31)),
    st.booleans(),
    st.none(),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.just("x"), CELLS), min_size=1, max_size=20))
def test_what_is_written_is_read(rows):
    table = read_table(files.workbook(("S", [HEADINGS, *rows])), "b.xlsx")
    assert [row.cells for row in table.rows] == [
        (name, value.strip() if isinstance(value, str) else value) for name, value in rows
    ]

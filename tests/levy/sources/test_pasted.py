"""Two downloads in one file would count payments twice: no such file is taken, whatever was done to it."""

import io
from pathlib import Path

import pytest

from levy.sources.layouts import is_of_other_version, recognise
from levy.sources.text import FileRefused
from levy.sources.transactions import Transactions

SAMPLES = Path(__file__).parent.parent / "samples"
V1, *OLD = (SAMPLES / "levy_transactions_v1.csv").read_text().splitlines()
V2, *NEW = (SAMPLES / "levy_transactions_v2.csv").read_text().splitlines()
SECOND = "is a second heading row: two downloads stand in one file. Upload them apart."
OLDER = (
    "is of the older layout (version 1), but the columns are of the newer layout (version 2). "
    "Upload each download apart and as it is."
)
NEWER = (
    "is of the newer layout (version 2), but the columns are of the older layout (version 1). "
    "Upload each download apart and as it is."
)


def read(*lines):
    return list(Transactions.from_csv(io.BytesIO("\r\n".join(lines).encode())))


def sheet_of(*lines):
    """As a worksheet has it: numbers as numbers, whole ones without a point, nothing for an empty cell."""
    for line in lines:
        yield [_value(cell.strip('"')) for cell in line.split(",")[:-1]]


def _value(cell):
    bare = cell.replace(".", "").removeprefix("-")
    return float(cell) if bare.isdecimal() and "." in cell else cell or None


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([V1, *OLD, V2, *NEW], f"Line 10 {SECOND}"),
        ([V2, *NEW, V1, *OLD], f"Line 17 {SECOND}"),
        ([V2, *NEW, V2, *NEW], f"Line 17 {SECOND}"),
        ([V2, *NEW, "\ufeff" + V2, *NEW], f"Line 17 {SECOND}"),
        ([V1, *OLD[:-1], OLD[-1] + V2, *NEW], f"Line 9 {SECOND}"),
        ([V2, *NEW[:-1], NEW[-1].removesuffix(",") + "," + V1, *OLD], f"Line 16 {SECOND}"),
        ([V1, *NEW], f"Line 2 {NEWER}"),
        ([V2, *OLD], f"Line 2 {OLDER}"),
        ([V1, *OLD, *NEW], f"Line 10 {NEWER}"),
        ([V2, *NEW, *OLD], f"Line 17 {OLDER}"),
    ],
    ids=[
        "version 2 after 1", "version 1 after 2", "twice", "with its mark", "1 then 2 on one line", "2 then 1 on one line",
        "heading of 1 over 2", "heading of 2 over 1", "2 after 1 without heading", "1 after 2 without heading",
    ],
)  # fmt: skip
def test_two_downloads_in_one_file_are_refused(lines, sentence):
    with pytest.raises(FileRefused) as refused:
        read(*lines)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("row", NEW)
def test_every_row_of_version_2_is_known_under_version_1(row):
    with pytest.raises(FileRefused, match="newer layout"):
        read(V1, row)


@pytest.mark.parametrize("row", OLD)
def test_every_row_of_version_1_is_known_under_version_2(row):
    with pytest.raises(FileRefused, match="older layout"):
        read(V2, row)


@pytest.mark.parametrize(("heading", "rows"), [(V1, NEW), (V2, OLD)])
def test_worksheets_too(heading, rows):
    for row in rows:
        with pytest.raises(FileRefused, match="Upload each download apart"):
            list(Transactions.from_cells(sheet_of(heading, row)))


@pytest.mark.parametrize(("heading", "rows"), [(V1, OLD), (V2, NEW)])
@pytest.mark.parametrize("name", ["Sample, Amina", "Sample, Amina, Mary", "Sample, Amina, Mary, Jr", "A, B, C, D, E"])
def test_a_name_with_commas_makes_no_other_version(heading, rows, name):
    layout = recognise(heading.split(","))
    lines = [row.replace("Amina Sample", name) for row in rows]
    assert [line for line in lines if is_of_other_version(line.split(","), layout)] == []
    assert len(read(heading, *lines)) == len(rows)


@pytest.mark.parametrize("cells", range(1, 20))
@pytest.mark.parametrize("row", [NEW[0], NEW[3], NEW[7]], ids=["levy", "payment", "transfer"])
def test_a_row_that_is_cut_off_is_not_taken_for_the_older_version(row, cells):
    cut = row.split(",")[:cells]
    assert not is_of_other_version(cut, recognise(V2.split(",")))


@pytest.mark.parametrize(
    ("heading", "sentence"),
    [
        (V1.replace("Apprentice,", "Learner,"), "it has no column “Apprentice” of the older layout."),
        (V2.replace("Course type,", ""), "it has no column “Course type” of the newer layout."),
        (V1.replace("Total", "Course type"), "it has no column “Total” of the older layout."),
    ],
)
def test_the_layout_that_fits_most_says_what_is_missing(heading, sentence):
    with pytest.raises(FileRefused) as refused:
        read(heading, OLD[0])
    assert sentence in str(refused.value)

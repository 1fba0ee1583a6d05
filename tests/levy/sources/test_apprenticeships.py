import io
from datetime import date
from pathlib import Path

import pytest

from levy.sources.apprenticeships import Apprenticeship, read_apprenticeships
from levy.sources.text import FileRefused, cell_rows, csv_rows
from levy.training import Status

SAMPLE = (Path(__file__).parent.parent / "samples" / "levy_apprenticeships.csv").read_bytes()


def read(data):
    table = read_apprenticeships(csv_rows(io.BytesIO(data if isinstance(data, bytes) else data.encode())))
    return list(table), [str(problem) for problem in table.problems]


def changed(old, new):
    return read(SAMPLE.decode().replace(old, new))


def test_the_sample_without_names_or_dates_of_birth():
    rows, problems = read(SAMPLE)
    assert problems == []
    assert [row.status for row in rows] == [
        Status.LIVE,
        Status.PAUSED,
        Status.COMPLETED,
        Status.STOPPED,
        Status.WAITING,
    ]
    assert rows[1] == Apprenticeship(
        line=3,
        uln="1926685872",
        own_reference="ESR-100002",
        cohort="R8KGDR",
        course="Senior healthcare support worker",
        model="Regular",
        provider="Example College London",
        start=date(2025, 9, 1),
        end=date(2027, 3, 1),
        paused=date(2026, 7, 1),
        price=500_000_000,
        status=Status.PAUSED,
        confirmation="Confirmed",
        alerts=(),
    )
    assert rows[3].own_reference == ""
    assert rows[4].alerts == ("Changes pending", "Changes for review")
    assert not {"Sample", "2001", "1998", "datetime.date(2005"} & set(repr(rows).split())
    assert "Sample" not in repr(rows)


def test_a_name_with_a_comma_is_quoted_here():
    assert changed("Amina Sample", '"Sample, Amina"')[0] == read(SAMPLE)[0]


def test_an_unknown_status_or_month_leaves_out_the_row():
    rows, problems = changed("Waiting to start", "Dreaming")
    assert len(rows) == 4
    assert problems == [
        "Line 6: Status is “Dreaming”, which is none of waiting to start, live, paused, stopped, completed."
    ]
    rows, problems = changed("Jan 2025", "")
    assert problems == ["Line 4: Planned start date is empty. Fill it in like Sep 2025."]


def test_a_number_that_is_not_real_is_a_warning():
    rows, problems = changed("3914177763", "3914177764")
    assert (rows[0].uln, rows[0].price) == (None, 500_000_000)
    assert problems == ["Line 2: ULN is not a real learner number (10 digits with a check digit)."]


def test_a_number_shortened_by_excel_refuses_the_file():
    with pytest.raises(FileRefused, match=r"^Line 2: Excel has shortened"):
        changed("3914177763", "3.91E+09")


def test_another_file_is_refused_with_what_is_missing():
    with pytest.raises(FileRefused, match="not the list of apprentices.*“Training course”, “Training delivery model”"):
        read(b"Transaction date,Name\n")


def test_shuffled_columns_and_months_as_excel_writes_them():
    lines = [
        line.split(",") for line in SAMPLE.decode().replace('"5,000"', "5000").replace('"15,000"', "15000").splitlines()
    ]
    shuffled = "\n".join(",".join(reversed(line)) for line in lines).replace("Sep 2025", "Sep-25")
    assert read(shuffled) == read(SAMPLE)


def test_a_worksheet():
    rows = [
        line.split(",") for line in SAMPLE.decode().replace('"5,000"', "5000").replace('"15,000"', "15000").splitlines()
    ]
    rows[1][8], rows[1][10], rows[1][3] = 3914177763.0, 5000.0, date(2025, 9, 1)
    assert list(read_apprenticeships(cell_rows(rows))) == read(SAMPLE)[0]

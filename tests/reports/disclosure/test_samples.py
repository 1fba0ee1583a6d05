"""The sample vectors, each one."""

import json
from pathlib import Path

import pytest

from reports.disclosure import STAR, cell, one_category, protect, releasable

from .reader import line

SAMPLES = json.loads((Path(__file__).parent.parent / "samples" / "suppression_cases.json").read_text())


def check_cell(case):
    assert cell(case["count"]) == case["expect"]


def check_line(case):
    values, lines = line(*case["parts"])
    published, secondary = protect(values, lines)
    assert [published[part] for part in lines[0][1]] == case["expect"]["parts"]
    assert published["total"] == case["expect"]["total"]
    assert {"T" if key == "total" else key for key in secondary} == set(case["secondary"])


def check_grid(case):
    rows, cols, counts = case["rows"], case["cols"], case["cells"]
    values = {f"{row}|{col}": n for row, ns in zip(rows, counts, strict=True) for col, n in zip(cols, ns, strict=True)}
    lines = [(f"{row}|TOTAL", [f"{row}|{col}" for col in cols]) for row in rows]
    lines += [(f"TOTAL|{col}", [f"{row}|{col}" for row in rows]) for col in cols]
    lines += [("TOTAL|TOTAL", [f"{row}|TOTAL" for row in rows]), ("TOTAL|TOTAL", [f"TOTAL|{col}" for col in cols])]
    for total, parts in lines:
        values[total] = sum(values[part] for part in parts)
    published, secondary = protect(values, lines)
    assert secondary == set(case["secondary"])
    expect = case["expect"]
    assert [[published[f"{row}|{col}"] for col in cols] for row in rows] == expect["cells"]
    assert [published[f"{row}|TOTAL"] for row in rows] == expect["row_totals"]
    assert [published[f"TOTAL|{col}"] for col in cols] == expect["col_totals"]
    assert published["TOTAL|TOTAL"] == expect["grand"]


def check_attribute_disclosure(case):
    assert one_category(case["parts"]) is case["expect"]


def check_differencing(case):
    assert cell(case["all"]) == case["expect"]["all"]
    allowed = releasable({"n": case["subset"]}, {"n": case["all"]}, [])
    assert (cell(case["subset"]) if allowed else STAR) == case["expect"]["subset"]


def check_non_person(case):
    """Counts of vacancies never come to this door: what is published is the count."""
    assert case["expect"] == case["value"]


CHECKS = {
    "cell": check_cell,
    "line": check_line,
    "grid": check_grid,
    "attribute_disclosure": check_attribute_disclosure,
    "differencing": check_differencing,
    "non_person": check_non_person,
}


@pytest.mark.parametrize("case", SAMPLES["cases"], ids=lambda case: case["id"])
def test_sample(case):
    CHECKS[case["kind"]](case)


def test_all_are_there():
    assert SAMPLES["min_values"] == 3
    assert len(SAMPLES["cases"]) == 24

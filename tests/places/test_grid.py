"""Against Ordnance Survey's worked example, and real rows of ONS that carry both a grid reference and a position."""

import csv

import pytest

from places.grid import lat_lon
from tests.places.conftest import SAMPLES


def test_ordnance_surveys_worked_example():
    assert lat_lon(651_409.903, 313_177.270) == (52.65798, 1.71605)


def test_downing_street():
    assert lat_lon(530_047, 179_951) == (51.50354, -0.1277)


def test_real_rows_of_ons_agree_within_five_metres():
    with (SAMPLES / "onspd_2025_11_real_rows.csv").open(newline="") as text:
        rows = [row for row in csv.DictReader(text) if row["east1m"]]
    assert len(rows) == 3
    for row in rows:
        expected = (float(row["lat"]), float(row["long"]))
        assert lat_lon(int(row["east1m"]), int(row["north1m"])) == pytest.approx(expected, abs=0.00005)

"""The bundled files hold what their provenance says, and the statements that the licences ask for."""

import re

import pytest

from places.loading import DATA
from tests.places.conftest import SAMPLES

ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Source: MHCLG, English Indices of Deprivation 2019 and 2025 (OGL v3.0). "
    "Contains OS data © Crown copyright and database right 2025. "
    "Contains Royal Mail data © Royal Mail copyright and database right 2025. "
    "Contains National Statistics data © Crown copyright and database right 2025. "
    "NHS organisation codes: NHS England Organisation Data Service (OGL v3.0)."
)
LSOAS_2019 = dict(
    zip(
        ["E09000005", "E09000009", "E09000013", "E09000015", "E09000017", "E09000018", "E09000020", "E09000033"],
        [173, 196, 113, 137, 161, 142, 103, 128],
        strict=True,
    )
)
LSOAS_2025 = dict(zip(LSOAS_2019, [181, 199, 115, 144, 170, 150, 101, 123], strict=True))


def provenance():
    return (DATA / "PROVENANCE.md").read_text(encoding="utf-8")


def test_provenance_counts_every_file(bundled):
    said = {
        name: int(rows.replace(",", "")) for name, rows in re.findall(r"\| `([\w.]+)` \| ([\d,]+) \|", provenance())
    }
    held = {path.name for path in DATA.iterdir()} - {"PROVENANCE.md"}
    assert said == {name: len(bundled(name)) - 1 for name in held}


def test_the_attribution_stands_word_for_word():
    assert f"> {ATTRIBUTION}\n" in provenance()


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 2_000_000


def test_compressed_files_carry_no_time_so_that_a_rebuild_is_the_same():
    assert {path.name: path.read_bytes()[4:8] for path in DATA.glob("*.gz")} == {
        path.name: bytes(4) for path in DATA.glob("*.gz")
    }


def test_postcodes_in_use_and_ended(bundled):
    live = [row[1] for row in bundled("postcodes_nwl.csv.gz")[1:]]
    assert (live.count("1"), live.count("0"), len(live)) == (49_748, 48_830, 98_578)
    near = [row for row in bundled("postcodes_nwl.csv.gz")[1:] if row[1] == "1" and row[8] == "1"]
    assert len(near) == 596


@pytest.mark.parametrize(("edition", "expected"), [(2019, LSOAS_2019), (2025, LSOAS_2025)])
def test_small_areas_of_each_local_borough(bundled, edition, expected):
    boroughs = [row[1] for row in bundled(f"imd_{edition}.csv.gz")[1:]]
    assert {code: boroughs.count(code) for code in expected} == expected


def test_ranks_are_whole_in_2025_and_tied_in_2019(bundled):
    assert sorted(int(row[2]) for row in bundled("imd_2025.csv.gz")[1:]) == list(range(1, 33_756))
    ranks = [int(row[2]) for row in bundled("imd_2019.csv.gz")[1:]]
    assert (len(ranks), len(set(ranks)), min(ranks), max(ranks)) == (32_844, 32_818, 1, 32_844)


def test_every_postcode_is_in_a_small_area_of_its_own_borough(bundled):
    borough_of = {row[0]: row[1] for row in bundled("imd_2025.csv.gz")[1:]}
    in_2019 = {row[0] for row in bundled("imd_2019.csv.gz")[1:]}
    nwl, rest = bundled("postcodes_nwl.csv.gz")[1:], bundled("postcodes_rest_of_london.csv.gz")[1:]
    assert [row for row in nwl if borough_of[row[4]] != row[2] or row[5] not in in_2019] == []
    assert [row for row in rest if borough_of[row[2]] != row[1] or row[3] not in in_2019] == []


def test_old_and_new_small_areas_pair_as_ons_says_but_for_one_postcode(bundled):
    pairs = {(row[0], row[1]) for row in bundled("lsoa11_lsoa21_nwl.csv.gz")[1:]}
    apart = [row[0] for row in bundled("postcodes_nwl.csv.gz")[1:] if (row[5], row[4]) not in pairs]
    assert apart == ["SW7 3DR"]


def test_the_six_layouts(bundled):
    assert {row[0]: len(row[1].split()) for row in bundled("postcode_layouts.csv")[1:]} == {
        "ONSPD Nov 2025 (new layout)": 53,
        "ONSPD Aug 2024 (classic layout)": 52,
        "NSPL Aug 2026": 35,
        "NSPL 2025": 35,
        "NSPL Nov 2021 (classic layout)": 41,
        "Code-Point Open (no header row)": 10,
    }


def test_the_layout_of_the_real_rows_is_one_of_them(bundled):
    columns = (SAMPLES / "onspd_2025_11_real_rows.csv").read_text().splitlines()[0].replace(",", " ")
    assert ["ONSPD Nov 2025 (new layout)", columns] in bundled("postcode_layouts.csv")

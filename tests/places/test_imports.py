import io
import zipfile

import pytest
from django.core.management import CommandError, call_command

from places.imports import (
    Layout,
    NotRecognised,
    OfficialPostcode,
    as_text,
    find_layout,
    import_onspd,
    opened,
    read_onspd,
)
from places.loading import load_subset
from places.models import Answer, Borough, Dataset, Postcode, Source
from places.services import locate
from tests.places.conftest import SAMPLES

LAYOUTS = {
    "onspd_2025_11.csv": "ONSPD Nov 2025 (new layout)",
    "onspd_2024_08.csv": "ONSPD Aug 2024 (classic layout)",
    "nspl_2026_08.csv": "NSPL Aug 2026",
    "nspl_2025.csv": "NSPL 2025",
    "nspl_2021_11.csv": "NSPL Nov 2021 (classic layout)",
    "code_point_open.csv": "Code-Point Open (no header row)",
}
WITH_2021_AREAS = ["onspd_2025_11.csv", "onspd_2024_08.csv", "nspl_2026_08.csv", "nspl_2025.csv"]
ONS_FILES = [*WITH_2021_AREAS, "nspl_2021_11.csv"]
HEADING = "pcds,doterm,lad25cd,wd25cd,lsoa11cd,lsoa21cd,lat,long\n"


@pytest.fixture
def held(db):
    """The postcodes of the samples, as bundled, and one of the area that W9 3DT moves to."""
    return load_subset(["SW1A 2AA", "W9 3DT", "W12 0HS", "NW6 7ZG", "HA7 1AU", "NW10 8DF", "W9 2AN"])


def imported(name, **choice):
    with opened(SAMPLES / name) as text:
        return import_onspd(text, **choice)


def rows_of(text):
    layout, rows = read_onspd(io.StringIO(text))
    return list(rows)


def table():
    return list(Postcode.objects.order_by("code").values())


class TestReading:
    @pytest.mark.parametrize(("name", "layout"), LAYOUTS.items())
    def test_each_layout_is_recognised(self, name, layout):
        with opened(SAMPLES / name) as text:
            found, rows = read_onspd(text)
            postcodes = [row.postcode if row else None for _, row in rows]
        assert found.name == layout
        expected = ["SW1A 2AA", "W9 3DT", "W12 0YY", "NW6 7ZG", "SL1 1AA", "AB1 0AA", None]
        if name == "code_point_open.csv":
            expected = ["SW1A 2AA", "W9 3DT", "W12 0YY", "SL1 1AA"]
        assert postcodes == expected

    @pytest.mark.parametrize("name", LAYOUTS)
    def test_the_first_row_says_the_same_in_each(self, name):
        lsoa11 = "" if name in {"nspl_2026_08.csv", "nspl_2025.csv", "code_point_open.csv"} else "E01004736"
        lsoa21 = "" if name in {"nspl_2021_11.csv", "code_point_open.csv"} else "E01004736"
        with opened(SAMPLES / name) as text:
            _, rows = read_onspd(text)
            line, row = next(rows)
        assert line == (1 if name == "code_point_open.csv" else 2)
        assert row == OfficialPostcode(
            postcode="SW1A 2AA",
            borough="E09000033",
            ward="E05013806",
            lsoa11=lsoa11,
            lsoa21=lsoa21,
            live=True,
            point=row.point,
        )
        assert row.point == pytest.approx((51.50354, -0.1277), abs=0.00001)

    def test_real_rows_of_ons(self):
        """Three of Aberdeen, ended, and one of the Isle of Man, whose position is not known."""
        with opened(SAMPLES / "onspd_2025_11_real_rows.csv") as text:
            layout, rows = read_onspd(text)
            read = [row for _, row in rows]
        assert layout.name == "ONSPD Nov 2025 (new layout)"
        assert [(row.postcode, row.borough, row.live, row.point, row.lsoa21) for row in read] == [
            ("AB1 0AA", "S12000033", False, (57.10146, -2.24286), ""),
            ("AB1 0AB", "S12000033", False, (57.10254, -2.24632), ""),
            ("AB1 0AD", "S12000033", False, (57.10054, -2.24835), ""),
            ("IM1 1AA", "M99999999", False, None, ""),
        ]

    def test_a_later_edition_is_read_by_its_column_names(self):
        layout = find_layout(["PCDS", "DOTERM", "lad29cd", "wd29cd", "lsoa21cd", "lat", "long"])
        assert layout == Layout(
            "Columns found by name",
            {"postcode": 0, "terminated": 1, "borough": 2, "ward": 3, "lsoa21": 4, "lat": 5, "lon": 6},
        )

    @pytest.mark.parametrize(
        ("first_row", "missing"),
        [
            ([], "postcode or borough"),
            (["pcds", "lat"], "borough"),
            (["lad25cd"], "postcode"),
            (["name", "email"], "postcode or borough"),
            (["W12 0HS", *["x"] * 8], "postcode or borough"),
        ],
    )
    def test_another_file_is_refused_in_a_sentence(self, first_row, missing):
        with pytest.raises(NotRecognised) as refusal:
            find_layout(first_row)
        assert str(refusal.value) == (
            f"The first row has no column for {missing}. "
            "Use the CSV of ONSPD, NSPL or Code-Point Open as it was published."
        )

    @pytest.mark.parametrize("row", ["W12 0HS,,E09000013", "W12,,E09000013,,,,,", ""])
    def test_a_row_that_cannot_be_read_gives_its_line(self, row):
        good = "W12 0HS,,E09000013,,,,,"
        assert [(line, bool(read)) for line, read in rows_of(f"{HEADING}{good}\n{row}\n{good}\n")] == [
            (2, True),
            (3, False),
            (4, True),
        ]

    @pytest.mark.parametrize("lat_lon", ["99.999999,0.000000", ",", "north,west"])
    def test_an_unknown_position_is_none(self, lat_lon):
        assert rows_of(f"{HEADING}W12 0HS,,E09000013,,,,{lat_lon}\n")[0][1].point is None

    def test_a_zero_grid_reference_is_unknown(self):
        assert rows_of("W120HS,90,0,0,,,,,E09000013,E05013736\n")[0][1].point is None

    def test_a_byte_order_mark_is_no_part_of_the_first_column(self):
        raw = io.BytesIO(("\ufeff" + HEADING + "W12 0HS,,E09000013,,,,,\n").encode())
        assert read_onspd(as_text(raw))[0].position["postcode"] == 0


class TestOverwriting:
    @pytest.mark.parametrize("name", WITH_2021_AREAS)
    def test_an_official_code_replaces_the_derived_one(self, held, name):
        assert (locate("W9 3DT").lsoa, locate("W9 3DT").core20) == ("E01004674", Answer.YES)
        done = imported(name)
        assert (done.layout, done.written, done.elsewhere, done.unreadable) == (LAYOUTS[name], 4, 2, [8])
        found = locate("W9 3DT")
        assert (found.lsoa, found.core20, found.near_boundary) == ("E01004676", Answer.NO, False)
        assert Postcode.objects.get(code="W9 3DT").source == Source.ONS

    @pytest.mark.parametrize("name", ONS_FILES)
    def test_a_new_postcode_is_added(self, held, name):
        imported(name)
        found = locate("W12 0YY")
        assert (found.borough, found.ward, found.lsoa, found.live) == (
            "Hammersmith and Fulham",
            "College Park & Old Oak",
            "E01001876",
            True,
        )
        assert (found.local, found.core20, found.point) == (Answer.YES, Answer.NO, (51.51742, -0.23472))

    @pytest.mark.parametrize("name", ONS_FILES)
    def test_an_ended_postcode_keeps_its_place(self, held, name):
        before = locate("NW6 7ZG")
        imported(name)
        found = locate("NW6 7ZG")
        assert (found.live, found.lsoa, found.core20, found.point) == (
            False,
            before.lsoa,
            Answer.YES,
            (51.53648, -0.19321),
        )
        assert Postcode.objects.get(code="NW6 7ZG").source == Source.BUNDLED

    def test_a_postcode_that_ends_keeps_its_place(self, held):
        import_onspd(io.StringIO(f"{HEADING}W12 0HS,202610,E09000013,E05013736,,,,\n"))
        found = locate("W12 0HS")
        assert (found.live, found.lsoa, found.local) == (False, "E01001876", Answer.YES)

    @pytest.mark.parametrize("name", LAYOUTS)
    def test_the_same_file_twice_changes_nothing(self, held, name):
        first, after_first = imported(name), table()
        again = imported(name)
        assert table() == after_first
        assert again == first

    @pytest.mark.parametrize("name", LAYOUTS)
    def test_postcodes_that_the_file_does_not_name_stay(self, held, name):
        before = Postcode.objects.filter(code="NW10 8DF").values().get()
        imported(name)
        assert Postcode.objects.filter(code="NW10 8DF").values().get() == before

    @pytest.mark.parametrize("name", ONS_FILES)
    def test_outside_london_only_when_asked(self, held, name):
        imported(name)
        assert locate("SL1 1AA").found is False
        assert imported(name, all_england=True).written == 5

    def test_a_held_postcode_that_is_officially_outside_london_moves_there(self, held):
        import_onspd(io.StringIO(f"{HEADING}W12 0HS,,E06000039,,,,,\n"))
        found = locate("W12 0HS")
        assert (found.borough_code, found.ward, found.local) == ("E06000039", "", Answer.NO)

    def test_all_england_adds_districts_without_a_name(self, db):
        load_subset(["SW1A 2AA"])
        imported("onspd_2025_11.csv", all_england=True)
        found = locate("SL1 1AA")
        assert (found.borough_code, found.borough, found.local) == ("E06000039", "", Answer.NO)
        assert (found.lsoa, found.core20) == ("", Answer.UNKNOWN)
        assert str(Borough.objects.get(code="E06000039")) == "E06000039"

    def test_code_point_open_gives_the_borough_and_leaves_core20_unknown(self, held):
        done = imported("code_point_open.csv")
        assert (done.written, done.elsewhere, done.unreadable) == (3, 1, [])
        new = locate("W12 0YY")
        assert (new.local, new.core20, new.core20_2019, new.live) == (Answer.YES, Answer.UNKNOWN, Answer.UNKNOWN, True)
        assert new.point is not None
        assert Postcode.objects.get(code="W12 0YY").source == Source.OS
        old = locate("W9 3DT")
        assert (old.lsoa, old.near_boundary) == ("E01004674", True)

    def test_what_was_imported_is_noted(self, held):
        imported("nspl_2025.csv")
        noted = Dataset.objects.get(name="official postcodes")
        assert (noted.rows, noted.detail) == (4, "NSPL 2025")


class TestOnly2011Areas:
    """A file of 2021 or before: the 2021 area follows where only one can."""

    def import_row(self, postcode, borough, lsoa11):
        import_onspd(io.StringIO(f"pcds,doterm,laua,lsoa11\n{postcode},,{borough},{lsoa11}\n"))
        return Postcode.objects.get(code=postcode)

    def test_an_unchanged_area_is_itself(self, held):
        row = self.import_row("SW1A 2AA", "E09000033", "E01004736")
        assert (row.lsoa21_id, row.source) == ("E01004736", Source.ONS)

    def test_a_split_area_keeps_the_part_that_is_held(self, held):
        row = self.import_row("HA7 1AU", "E09000015", "E01002117")
        assert (row.lsoa21_id, row.lsoa11_id, row.source) == ("E01034590", "E01002117", Source.BUNDLED)

    def test_a_held_part_of_another_area_is_dropped(self, held):
        Postcode.objects.filter(code="HA7 1AU").update(lsoa21="E01001876")
        row = self.import_row("HA7 1AU", "E09000015", "E01002117")
        assert (row.lsoa21_id, row.lsoa11_id) == (None, "E01002117")

    def test_an_unknown_area_changes_nothing(self, held):
        row = self.import_row("W12 0HS", "E09000013", "E01999999")
        assert (row.lsoa21_id, row.lsoa11_id, row.source) == ("E01001876", "E01001876", Source.BUNDLED)


class TestFiles:
    def test_the_largest_table_of_a_zip_is_read(self, held, tmp_path):
        path = tmp_path / "ONSPD_NOV_2025.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("Documents/names.csv", "code,name\n")
            archive.write(SAMPLES / "onspd_2025_11.csv", "Data/ONSPD_NOV_2025_UK.csv")
            archive.writestr("User Guide/guide.pdf", "x" * 100_000)
        with opened(path) as text:
            assert import_onspd(text).written == 4

    def test_a_zip_without_a_table_is_refused(self, tmp_path):
        path = tmp_path / "guide.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("guide.pdf", "x")
        with pytest.raises(NotRecognised, match="The zip holds no CSV file"), opened(path):
            pass

    @pytest.mark.parametrize("content", [b"pcds,lad25cd\nW12 0HS,\xff\xfe\n", HEADING.encode("utf-16")])
    def test_another_encoding_is_refused(self, held, tmp_path, content):
        path = tmp_path / "onspd.csv"
        path.write_bytes(content)
        with pytest.raises(NotRecognised, match="could not be read as CSV text in UTF-8"), opened(path) as text:
            import_onspd(text)

    def test_a_file_that_breaks_in_the_middle_changes_nothing(self, held, tmp_path, monkeypatch):
        monkeypatch.setattr("places.imports.CHUNK", 1)
        before = table()
        path = tmp_path / "onspd.csv"
        path.write_bytes((SAMPLES / "onspd_2025_11.csv").read_bytes() + b"\xff" * 100_000)
        with pytest.raises(NotRecognised), opened(path) as text:
            import_onspd(text)
        assert table() == before
        assert not Dataset.objects.filter(name="official postcodes").exists()

    def test_a_chunk_at_a_time_is_the_same_as_all_at_once(self, held, monkeypatch):
        imported("onspd_2025_11.csv")
        at_once = table()
        Postcode.objects.all().delete()
        load_subset(held)
        monkeypatch.setattr("places.imports.CHUNK", 2)
        imported("onspd_2025_11.csv")
        assert table() == at_once

    def test_the_command_says_what_it_did(self, held, capsys):
        call_command("import_onspd", str(SAMPLES / "nspl_2025.csv"))
        assert capsys.readouterr().out.splitlines() == [
            "NSPL 2025: 4 postcodes written, 2 elsewhere left out.",
            "1 lines could not be read, the first: 8.",
        ]
        call_command("import_onspd", str(SAMPLES / "code_point_open.csv"), "--all-england")
        assert capsys.readouterr().out.splitlines() == [
            "Code-Point Open (no header row): 4 postcodes written, 0 elsewhere left out."
        ]

    def test_the_command_refuses_in_a_sentence(self, db, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            call_command("import_onspd", str(tmp_path / "missing.csv"))
        with pytest.raises(CommandError, match="The first row has no column for postcode or borough"):
            call_command("import_onspd", str(SAMPLES / "README.md"))


def test_queries_do_not_grow_with_the_rows(held, django_assert_num_queries, monkeypatch):
    """Two for the transaction, five facts, two a chunk and four to note it."""
    monkeypatch.setattr(Dataset.objects, "update_or_create", lambda **facts: None)
    for many in (1, 300):
        rows = "".join(
            f"W12 {n // 20 % 10}{'ABDEFGHJLNPQRSTUWXYZ'[n % 20]}{'ABDEFGHJLN'[n // 200]},,E09000013,,,,,\n"
            for n in range(many)
        )
        with django_assert_num_queries(8):
            assert import_onspd(io.StringIO(HEADING + rows)).written == many

import io

import pytest
from django.core.management import CommandError, call_command

from places import imd_imports
from places.imd_imports import import_imd, read_imd
from places.imports import NotRecognised
from places.loading import load_subset
from places.models import Answer, Area, Dataset
from places.services import locate

# The headings of File 7 as published, up to the first domain.
HEADING_2025 = (
    "LSOA code (2021),LSOA name (2021),Local Authority District code (2024),Local Authority District name (2024),"
    "Index of Multiple Deprivation (IMD) Score,Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived),"
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs),Income Score (rate),"
    "Income Rank (where 1 is most deprived),Income Decile (where 1 is most deprived 10% of LSOAs)"
)
HEADING_2019 = HEADING_2025.replace("(2021)", "(2011)").replace("(2024)", "(2019)")


def line(code, borough, rank, decile):
    return f"{code},A name,{borough},Its name,22.484,{rank},{decile},0.1,9,1"


def file_7(*lines, heading=HEADING_2025):
    return io.StringIO("\n".join([heading, *lines]) + "\n")


@pytest.fixture
def small_england(monkeypatch):
    """An England of ten small areas."""
    monkeypatch.setattr(imd_imports, "AREAS_IN_ENGLAND", {2025: 10, 2019: 10})


def ten(borough="E09000013", **codes):
    named = [codes.get(f"rank_{rank}", f"E019{rank:05}") for rank in range(1, 11)]
    return [line(code, borough, rank, rank) for rank, code in enumerate(named, 1)]


@pytest.mark.parametrize(
    ("heading", "edition", "row"),
    [
        (HEADING_2025, 2025, ("E01000471", "E09000005", 12_806, 4)),
        (HEADING_2019, 2019, ("E01000471", "E09000005", 13_163, 5)),
    ],
)
def test_both_editions_are_recognised_by_their_headings(heading, edition, row):
    assert read_imd(file_7(line(*row), heading=heading)) == (edition, [row])


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([line("E01000471", "E09000005", 12_806, 5)], "Line 2: rank 12806 falls in decile 4, the file says 5."),
        (
            [line("E01000471", "E09000005", "", 4)],
            "Line 2 has no rank and decile that can be read. Use the file as published.",
        ),
        (
            [line("E01000471", "E09000005", 40_000, 10)],
            "Line 2 has no rank and decile that can be read. Use the file as published.",
        ),
        (
            [line("W01000471", "W06000001", 12_806, 4)],
            "Line 2: 'W01000471' in 'W06000001' is not a small area in an English district.",
        ),
        (["E01000471"], "Line 2 has no rank and decile that can be read. Use the file as published."),
        (
            [line("E01000471", "E09000005", 12_806, 4)] * 2,
            "Line 3: E01000471 comes twice. Use the file as it was published.",
        ),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_by_its_line(lines, sentence):
    with pytest.raises(NotRecognised) as refusal:
        read_imd(file_7(*lines))
    assert str(refusal.value) == sentence


def test_another_file_is_refused():
    with pytest.raises(NotRecognised) as refusal:
        read_imd(io.StringIO("name,email\n"))
    assert str(refusal.value) == (
        "The first row has no column for code, borough, rank, decile. "
        "Use File 7 of the English Indices of Deprivation (scores, ranks, deciles) as CSV."
    )


def test_part_of_england_is_refused(db):
    with pytest.raises(NotRecognised, match="The file holds 1 small areas; IMD 2025 has 33,755. Use all of it."):
        import_imd(file_7(line("E01000471", "E09000005", 12_806, 4)))


def test_ranks_deciles_and_the_worst_fifth_are_overwritten(db, small_england):
    load_subset(["W12 0HS"])
    assert locate("W12 0HS").core20 == Answer.NO
    assert import_imd(file_7(*ten(rank_1="E01001876"))) == (2025, 10)
    found = locate("W12 0HS")
    assert (found.decile, found.core20, found.core20_nwl) == (1, Answer.YES, Answer.YES)
    assert (found.decile_2019, found.core20_2019) == (2, Answer.YES)
    assert set(Area.objects.filter(nwl_fifth_2025=True).values_list("rank_2025", flat=True)) == {1, 2}
    assert Dataset.objects.get(name="official IMD 2025").rows == 10


def test_the_older_edition_leaves_the_newer_and_its_borough(db, small_england):
    load_subset(["W12 0HS"])
    before = Area.objects.filter(code="E01001876").values().get()
    import_imd(file_7(*ten("E09000001", rank_9="E01001876"), heading=HEADING_2019))
    after = Area.objects.filter(code="E01001876").values().get()
    assert after == before | {"rank_2019": 9, "decile_2019": 9, "nwl_fifth_2019": False}
    assert Area.objects.get(code="E01900001").borough_code == "E09000001"


def test_the_same_file_twice_changes_nothing(db, small_england):
    import_imd(file_7(*ten()))
    before = list(Area.objects.values())
    import_imd(file_7(*ten()))
    assert list(Area.objects.values()) == before


def test_the_command(db, small_england, tmp_path, capsys):
    path = tmp_path / "File_7.csv"
    path.write_text("\ufeff" + file_7(*ten()).getvalue(), encoding="utf-8")
    call_command("import_imd", str(path))
    assert capsys.readouterr().out == "IMD 2025: 10 small areas written.\n"
    path.write_text("name\n")
    with pytest.raises(CommandError, match="The first row has no column"):
        call_command("import_imd", str(path))


@pytest.mark.parametrize("edition", [2025, 2019])
def test_the_real_ranks_give_back_what_is_bundled(db, bundled, edition):
    """The bundled table written as File 7: the import changes nothing of what `load_subset` says."""
    load_subset()
    before = {row["code"]: row for row in Area.objects.values()}
    heading = HEADING_2025 if edition == 2025 else HEADING_2019
    lines = [line(*row) for row in bundled(f"imd_{edition}.csv.gz")[1:]]
    assert import_imd(file_7(*lines, heading=heading)) == (edition, len(lines))
    assert {row["code"]: row for row in Area.objects.filter(code__in=before).values()} == before

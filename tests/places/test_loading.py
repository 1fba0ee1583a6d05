from collections import Counter
from hashlib import sha256
from itertools import islice

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.db.models import Q

from places import loading
from places.loading import BUNDLED, DATA, load_all, load_subset, lsoa21_of
from places.models import Answer, Area, Borough, Dataset, Postcode, Source, Ward
from places.postcodes import LOCAL_BOROUGHS, normalise
from places.services import locate_many

ALL_ROWS = {Borough: 33, Ward: 168, Area: 34_789, Postcode: 229_622}
CORE20_2025 = {
    "E09000005": 53,
    "E09000009": 46,
    "E09000013": 15,
    "E09000015": 1,
    "E09000017": 18,
    "E09000018": 22,
    "E09000020": 17,
    "E09000033": 29,
}
CORE20_2019 = dict(zip(CORE20_2025, [33, 33, 20, 2, 7, 12, 23, 18], strict=True))
LIVE = dict(zip(CORE20_2025, [5914, 6597, 3679, 4954, 6188, 4967, 4334, 13_115], strict=True))
LIVE_CORE20 = dict(zip(CORE20_2025, [1872, 1511, 396, 22, 789, 682, 522, 987], strict=True))


def counts():
    return {model: model.objects.count() for model in ALL_ROWS}


class TestEverything:
    """What PROVENANCE says, counted in the database."""

    pytestmark = pytest.mark.usefixtures("everything")

    def test_every_row_is_there(self):
        assert counts() == ALL_ROWS

    def test_small_areas_of_england_in_both_editions(self):
        held = [Area.objects.filter(**{f"rank_{year}__isnull": False}).count() for year in (2025, 2019)]
        assert held == [33_755, 32_844]
        assert Area.objects.filter(rank_2025__isnull=False, rank_2019__isnull=False).count() == 31_810

    def test_core20_areas_of_each_local_borough(self):
        def core20(year):
            local = Area.objects.filter(borough_code__in=LOCAL_BOROUGHS, **{f"decile_{year}__lte": 2})
            return Counter(local.values_list("borough_code", flat=True))

        assert (core20(2025), core20(2019)) == (CORE20_2025, CORE20_2019)

    def test_postcodes_in_use_in_each_local_borough(self):
        live = Postcode.objects.filter(borough__local=True, live=True)
        assert Counter(live.values_list("borough_id", flat=True)) == LIVE
        assert Counter(live.filter(lsoa21__decile_2025__lte=2).values_list("borough_id", flat=True)) == LIVE_CORE20

    def test_live_ended_and_near_boundary(self):
        nwl = Postcode.objects.filter(borough__local=True)
        assert [nwl.filter(live=live).count() for live in (True, False)] == [49_748, 48_830]
        assert nwl.filter(live=True, near_boundary=True).count() == 596

    def test_most_deprived_fifth_within_north_west_london(self):
        """236 of 1,183 areas and 230 of 1,153: the last national ranks in are 7,345 and 8,193."""
        for year, many, last in ((2025, 236, 7345), (2019, 230, 8193)):
            fifth = Area.objects.filter(**{f"nwl_fifth_{year}": True})
            assert fifth.count() == many
            assert set(fifth.values_list("borough_code", flat=True)) <= set(LOCAL_BOROUGHS)
            assert max(fifth.values_list(f"rank_{year}", flat=True)) == last
            local = Area.objects.filter(borough_code__in=LOCAL_BOROUGHS, **{f"rank_{year}__lte": last})
            assert local.count() == many

    def test_datasets_say_what_was_loaded(self):
        held = {row.name: (row.rows, row.detail) for row in Dataset.objects.all()}
        assert held == {
            "boroughs.csv": (33, ""),
            "wards_nwl.csv": (168, ""),
            "imd_2025.csv.gz": (33_755, ""),
            "imd_2019.csv.gz": (32_844, ""),
            "postcodes_nwl.csv.gz": (98_578, "49,748 in use, 48,830 ended"),
            "postcodes_rest_of_london.csv.gz": (131_044, ""),
        }

    def test_each_file_is_noted_by_its_digest(self):
        digests = dict(Dataset.objects.values_list("name", "digest"))
        assert digests == {name: sha256((DATA / name).read_bytes()).hexdigest() for name in BUNDLED}

    def test_every_local_postcode_is_answered_yes_or_no(self):
        codes = Postcode.objects.filter(borough="E09000015").values_list("code", flat=True)
        found = locate_many(codes).values()
        assert len(found) == 8_816
        answers = {x for place in found for x in (place.local, place.core20, place.core20_nwl, place.core20_2019)}
        assert answers == {Answer.YES, Answer.NO}

    def test_loading_again_writes_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert load_all() == 0
        assert counts() == ALL_ROWS


@pytest.fixture
def few_postcodes(db, monkeypatch):
    """The first 400 postcodes of each file, so that loading all of them is quick."""
    for name, rows in loading.POSTCODE_FILES.items():
        monkeypatch.setitem(loading.POSTCODE_FILES, name, lambda rows=rows: islice(rows(), 400))
    return ALL_ROWS | {Postcode: 800}


def test_a_changed_file_is_loaded_again_and_an_official_postcode_outlasts_it(few_postcodes):
    assert load_all() == sum(few_postcodes.values())
    Dataset.objects.filter(name="wards_nwl.csv").update(digest="of an older file")
    Postcode.objects.filter(code="EC4A 2AH").update(source=Source.ONS, lsoa21="E01004736")
    Postcode.objects.filter(code="HA0 1AA").update(lsoa21="E01004736")
    Ward.objects.filter(code="E05013806").update(name="An older name")
    assert load_all() == sum(few_postcodes.values())
    assert counts() == few_postcodes
    assert Postcode.objects.get(code="EC4A 2AH").lsoa21_id == "E01004736"
    assert Postcode.objects.get(code="HA0 1AA").lsoa21_id != "E01004736"
    assert Ward.objects.get(code="E05013806").name == "St James's"
    assert load_all() == 0


def test_a_load_that_breaks_leaves_nothing(few_postcodes, monkeypatch):
    broken = ("W12 0HS", *[None] * 8, "bundled")
    monkeypatch.setitem(loading.POSTCODE_FILES, "broken", lambda: iter([broken]))
    with pytest.raises(IntegrityError, match=r"(?i)null"):
        load_all()
    assert counts() == dict.fromkeys(ALL_ROWS, 0)
    assert Dataset.objects.count() == 0


def test_the_subset_has_every_kind_of_postcode(subset):
    assert 300 <= len(subset) <= 900
    assert Postcode.objects.count() == len(subset)
    core20 = Q(lsoa21__decile_2025__lte=2)
    for code in LOCAL_BOROUGHS:
        for live in (True, False):
            rows = Postcode.objects.filter(borough=code, live=live)
            assert rows.filter(core20).exists()
            assert rows.exclude(core20).exists()
    assert Postcode.objects.filter(near_boundary=True, live=True).exists()
    assert Postcode.objects.exclude(borough__local=True).filter(core20).exists()
    assert {"SW1A 2AA", "HA1 3UJ", "SE1 7EH"} <= set(subset)


def test_the_subset_holds_only_the_areas_that_it_needs(subset):
    needed = set(Postcode.objects.values_list("lsoa21", flat=True)) | set(
        Postcode.objects.values_list("lsoa11", flat=True)
    )
    assert set(Area.objects.values_list("code", flat=True)) == needed
    assert (Borough.objects.count(), Ward.objects.count()) == (33, 168)


def test_a_named_subset_is_those_postcodes_as_they_are_in_full(db):
    assert load_subset(["w12 0hs", "NW9 0BU", "ZZ99 3VZ"]) == ["NW9 0BU", "W12 0HS"]
    area = Area.objects.get(code="E01000515")
    assert (area.rank_2025, area.decile_2025, area.nwl_fifth_2025) == (7343, 3, True)


def test_a_subset_twice_is_a_subset_once(db):
    first, again = load_subset(), load_subset()
    assert first == again
    assert Postcode.objects.count() == len(first)


def test_a_named_postcode_that_is_none_is_refused(db):
    with pytest.raises(ValueError, match="is not a full postcode"):
        load_subset(["W12"])


def test_split_and_merged_small_areas():
    became = lsoa21_of()
    assert len(became) == 1_153
    assert became["E01002117"] == {"E01034589", "E01034590"}
    assert became["E01002820"] == became["E01002822"] == {"E01035713"}
    assert became["E01002821"] == {"E01002821"}


def test_the_command_loads_a_subset_then_everything_then_nothing(few_postcodes, capsys):
    call_command("load_places", "--subset")
    loaded = Postcode.objects.count()
    call_command("load_places")
    assert counts() == few_postcodes
    call_command("load_places")
    assert capsys.readouterr().out.splitlines() == [
        f"Loaded {loaded:,} postcodes.",
        "Loaded 35,790 rows of places.",
        "Places are up to date.",
    ]


def test_postcodes_always_in_the_subset_are_written_as_stored():
    assert [normalise(code) for code in loading.SUBSET_ALWAYS] == list(loading.SUBSET_ALWAYS)

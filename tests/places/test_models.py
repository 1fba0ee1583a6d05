import pytest
from django.db import IntegrityError, models, transaction

from places.models import Answer, Area, Borough, Dataset, Edition, Postcode, Source, Ward

pytestmark = pytest.mark.django_db


def refused(model, **facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**facts)


@pytest.mark.parametrize("year", [2025, 2019])
@pytest.mark.parametrize(
    "facts",
    [
        {"rank": 1},
        {"decile": 1},
        {"rank": 0, "decile": 1},
        {"rank": 5, "decile": 0},
        {"rank": 5, "decile": 11},
        {"nwl_fifth": True},
    ],
)
def test_an_edition_is_whole_or_absent(year, facts):
    other = 2019 if year == 2025 else 2025
    whole = {f"rank_{other}": 1, f"decile_{other}": 1}
    refused(Area, code="E01000001", borough_code="E09000001", **whole, **{f"{k}_{year}": v for k, v in facts.items()})


def test_an_area_is_in_an_edition():
    refused(Area, code="E01000001", borough_code="E09000001")


@pytest.mark.parametrize(
    "facts",
    [{"lat": 51.5}, {"lon": -0.1}, {"lat": -0.1, "lon": 51.5}, {"lat": 99.999999, "lon": 0.0}, {"source": "me"}],
)
def test_a_postcode_has_a_point_in_the_uk_or_none_and_a_known_source(facts):
    borough = Borough.objects.create(code="E09000005", name="Brent")
    refused(Postcode, code="NW10 7NS", borough=borough, **facts)


def test_area_answers_by_edition():
    area = Area(code="E01000001", rank_2025=7, decile_2025=1, nwl_fifth_2025=True, rank_2019=9000, decile_2019=3)
    assert [(area.rank(e), area.decile(e), area.in_nwl_fifth(e)) for e in Edition] == [(7, 1, True), (9000, 3, False)]


def test_answers_are_three():
    assert Answer.values == ["yes", "no", "unknown"]


def test_public_reference_facts_have_plain_managers_and_name_themselves():
    assert {type(model._meta.default_manager) for model in (Area, Borough, Postcode, Ward, Dataset)} == {models.Manager}
    named = [
        Area(code="E01000001"),
        Borough(code="E09000005", name="Brent"),
        Borough(code="E07000098"),
        Ward(name="Alperton"),
        Postcode(code="NW10 7NS"),
        Dataset(name="wards_nwl.csv"),
    ]
    expected = ["E01000001", "Brent", "E07000098", "Alperton", "NW10 7NS", "wards_nwl.csv"]
    assert [str(row) for row in named] == expected


def test_sources_fit_their_column():
    assert max(map(len, Source.values)) <= Postcode._meta.get_field("source").max_length

"""Every address of the API knows the names that may stand after its question mark, and refuses the others."""

from types import SimpleNamespace

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from recruitment.api import KnownNames, careful, router
from reports.api import MeasureViewSet
from tests.world import build_world

pytestmark = pytest.mark.django_db

PAGED = "cursor, limit"
NAMES = {
    "vacancies": "band, closes_from, closes_to, cursor, job_family, limit, ring_fence, state, trust",
    "candidates": "cohort, cursor, limit, missing, ready",
    "enrolments": "candidate, cohort, cursor, limit, programme, started_from, started_to, state",
    "referrals": "cursor, limit, state, vacancy__reference",
    "standings": "trust, year",
    "levy-plans": PAGED,
    "measures": "trust, year",
}
# Those that take none at all.
NONE = ("levy",)


@pytest.fixture
def world():
    return build_world(rooms=())


def ask(world, address, persona="colleague"):
    client = Client()
    client.force_login(world.users[persona])
    return client.get(f"/api/v1/{address}")


def test_every_address_is_in_the_table():
    assert {prefix for prefix, _view, _name in router().registry} == {*NAMES, *NONE}


@pytest.mark.parametrize(("address", "names"), NAMES.items())
def test_an_unknown_name_is_refused_with_those_that_are_known(world, address, names):
    answer = ask(world, f"{address}/?foo=1")
    assert (answer.status_code, answer.json()) == (
        400,
        {"foo": [f"“foo” is not a filter here. Choose from {names}."]},
    )


@pytest.mark.parametrize("address", NONE)
def test_where_there_are_none_it_says_so(world, address):
    answer = ask(world, f"{address}/?trust=RYJ")
    assert (answer.status_code, answer.json()) == (
        400,
        {"trust": ["“trust” is not a filter here. There are none here."]},
    )


def test_each_unknown_name_has_its_own_sentence(world):
    answer = ask(world, "vacancies/?trsut=RYJ&State=open&band=2")
    assert (answer.status_code, sorted(answer.json())) == (400, ["State", "trsut"])


@pytest.mark.parametrize(("address", "names"), NAMES.items())
def test_every_known_name_is_taken(world, address, names):
    """An empty value asks for nothing, so each is answered as if it were not there."""
    paged = {"cursor", "limit"}
    asked = "&".join(f"{name}=" for name in names.split(", ") if name not in paged)
    assert ask(world, f"{address}/?{asked}").status_code == ask(world, f"{address}/").status_code


@pytest.mark.parametrize("address", ["vacancies/?limit=2", "vacancies/?format=json", "measures/m0/?year=2026"])
def test_paging_format_and_what_one_measure_asks_stay(world, address):
    assert ask(world, address).status_code == 200


def test_one_record_refuses_them_too(world):
    assert ask(world, "measures/m0/?yaer=2025").status_code == 400


@pytest.mark.parametrize("address", [*NAMES, *NONE])
def test_a_stranger_is_told_no_names(world, address):
    """Whoever may not ask at all is asked to sign in first."""
    assert Client().get(f"/api/v1/{address}/?foo=1").status_code == 401


def described(path):
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return {each["name"] for each in schema["paths"][path]["get"].get("parameters", ()) if each["in"] == "query"}


@pytest.mark.parametrize("address", ["vacancies", "candidates", "enrolments", "referrals", "standings", "levy-plans"])
def test_the_description_tells_the_same_names(address):
    assert described(f"/api/v1/{address}/") == set(NAMES[address].split(", "))


def test_the_description_of_one_measure_tells_its_names():
    assert described("/api/v1/measures/{id}/") == {"trust", "year"}


def test_a_careful_view_set_keeps_its_name_and_its_words():
    made = careful(MeasureViewSet)
    assert (made.__name__, made.__doc__, made.__module__) == (
        "MeasureViewSet",
        MeasureViewSet.__doc__,
        "reports.api",
    )
    assert issubclass(made, KnownNames)


def test_a_view_that_asks_nothing_knows_nothing():
    assert KnownNames.known_names(SimpleNamespace()) == []

"""How many ready people a new vacancy has is known on the first page that shows it, in constant queries."""

import pytest
from django.test import Client

from matching import services
from matching.services import count_for_new, refresh_recommendations
from organisations.services import system
from tests.factories.pipeline import ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from tests.pipeline.conftest import somebody_ready
from tests.world import build_world
from vacancies.models import Recommendation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = build_world(rooms=())
    somebody_ready(world.academy, given_name="Ama")
    return world


def client_of(world, persona="recruiter"):
    client = Client()
    client.force_login(world.users[persona])
    return client


def known():
    return dict(Recommendation.unscoped.values_list("vacancy__title", "ready_people"))


@pytest.mark.parametrize(
    ("address", "persona"),
    [
        ("/vacancies/", "recruiter"),
        ("/vacancies/{}/", "recruiter"),
        ("/vacancies/{}/", "academy"),
        ("/api/v1/vacancies/", "recruiter"),
        ("/api/v1/vacancies/{}/", "icb_analyst"),
        ("/", "recruiter"),
    ],
)
def test_the_first_page_that_shows_it_counts(world, address, persona):
    vacancy = VacancyFactory(trust=world.trust, title="Porter")
    assert known() == {}
    assert client_of(world, persona).get(address.format(vacancy.reference)).status_code == 200
    assert known() == {"Porter": 1}


def test_the_number_is_on_that_very_page(world):
    vacancy = VacancyFactory(trust=world.trust)
    page = client_of(world).get(f"/api/v1/vacancies/{vacancy.reference}/").json()
    assert page["ready_people"] == 1


@pytest.mark.parametrize("address", ["/policies/", "/pipeline/", "/access/keys/"])
def test_other_pages_do_not(world, address):
    VacancyFactory(trust=world.trust)
    client_of(world).get(address)
    assert known() == {}


def test_nobody_who_is_not_signed_in_makes_it_count(world):
    VacancyFactory(trust=world.trust)
    for address in ("/vacancies/", "/api/v1/vacancies/"):
        Client().get(address)
    assert known() == {}


def test_nor_does_what_is_sent(world):
    vacancy = VacancyFactory(trust=world.trust)
    client_of(world).post(f"/vacancies/{vacancy.reference}/close/")
    assert known() == {}


@pytest.mark.parametrize("state", ["draft", "closed", "shortlisting", "finished", "withdrawn"])
def test_only_open_ones_are_counted_for(world, state):
    VacancyFactory(trust=world.trust, state=state)
    assert count_for_new(by=system()) == {}


def test_what_is_known_stays_until_the_night(world):
    vacancy = VacancyFactory(trust=world.trust, title="Porter")
    count_for_new(by=system())
    somebody_ready(world.academy, given_name="Bo")
    assert (count_for_new(by=system()), known()) == ({}, {"Porter": 1})
    assert refresh_recommendations(by=system()) == {vacancy.pk: 2}


def test_somebody_put_forward_counts_no_more(world):
    vacancy = VacancyFactory(trust=world.trust)
    person = somebody_ready(world.academy, given_name="Bo")
    ReferralFactory(candidate=person, vacancy=vacancy)
    assert count_for_new(by=system()) == {vacancy.pk: 1}


def test_each_page_counts_for_so_many_and_the_next_for_the_rest(world, monkeypatch):
    monkeypatch.setattr(services, "MOST_AT_ONCE", 2)
    first, second, third = (VacancyFactory(trust=world.trust) for _ in range(3))
    assert set(count_for_new(by=system())) == {first.pk, second.pk}
    assert set(count_for_new(by=system())) == {third.pk}


def test_nothing_new_is_one_query(world, django_assert_num_queries):
    reserve_posts(VacancyFactory(trust=world.trust))
    count_for_new(by=system())
    with django_assert_num_queries(1):
        count_for_new(by=system())


def test_three_cost_what_one_costs(world, django_assert_num_queries):
    VacancyFactory(trust=world.trust)
    with django_assert_num_queries(10):
        assert len(count_for_new(by=system())) == 1
    for _ in range(3):
        VacancyFactory(trust=world.trust)
    with django_assert_num_queries(10):
        assert len(count_for_new(by=system())) == 3

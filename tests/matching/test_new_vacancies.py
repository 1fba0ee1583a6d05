"""How many ready people a new vacancy has is known on the first page that shows it, in constant queries."""

from decimal import Decimal

import pytest
from django.test import Client

from audit.clock import days_ago
from candidates.models import Candidate
from matching import services
from matching.services import count_for_new, people_for, refresh_recommendations
from organisations.services import system
from pipeline.models import Referral
from pipeline.services import offer, withdraw
from tests.factories.pipeline import ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from tests.pipeline.conftest import somebody_ready
from tests.world import build_world
from vacancies.criteria import correct_criteria
from vacancies.models import OverrideReason, Recommendation, Vacancy
from vacancies.ring_fencing import LessThanDue, reserve
from vacancies.services import correct
from vacancies.taking import write_changes

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


def match_of(world, vacancy):
    return people_for(vacancy=vacancy, by=world.acting("academy"))


def test_the_number_is_that_of_the_match(world):
    somebody_ready(world.academy, given_name="Bo", work_wanted=["catering"])
    vacancy = VacancyFactory(trust=world.trust, job_family="portering")
    catering = VacancyFactory(trust=world.trust, job_family="catering")
    count_for_new(by=system())
    boards = [match_of(world, each) for each in (vacancy, catering)]
    assert [(len(board.right), len(board.unwanted)) for board in boards] == [(0, 2), (1, 1)]
    assert known_by_pk() == {vacancy.pk: 0, catering.pk: 1}


def known_by_pk():
    return dict(Recommendation.unscoped.values_list("vacancy", "ready_people"))


def test_nobody_ready_follows_that_number(world):
    """People who fit and asked for other work do not keep a trust from saying that nobody is ready."""
    vacancy = VacancyFactory(trust=world.trust, job_family="portering", posts=40)
    less = LessThanDue(OverrideReason.NO_CANDIDATES, "Nobody asked for it.", "Sam Reviewer", "sam@example.test")
    count_for_new(by=system())
    assert reserve(vacancy=vacancy, posts=0, by=world.acting("recruiter"), less=less).posts == 8


def corrected(world, vacancy):
    correct(vacancy=vacancy, field="hours", value=Decimal(48), reason="As advertised.", by=world.acting("recruiter"))


def changed_by_a_file(world, vacancy):
    write_changes(Vacancy.unscoped.get(pk=vacancy.pk), {"hours": Decimal(48)}, by=world.acting("recruiter"))


def new_criteria(world, vacancy):
    correct_criteria(vacancy=vacancy, criteria=[("Kind", True)], by=world.acting("recruiter"))


def put_forward(world, vacancy):
    offer(candidate=Candidate.unscoped.get(given_name="Ama"), vacancy=vacancy, by=world.acting("academy"))


@pytest.mark.parametrize(
    ("change", "then"), [(corrected, 0), (changed_by_a_file, 0), (new_criteria, 1), (put_forward, 0)]
)
def test_what_changes_the_number_has_it_counted_again(world, change, then):
    vacancy = VacancyFactory(trust=world.trust, title="Porter", posts=2)
    reserve_posts(vacancy)
    assert count_for_new(by=system()) == {vacancy.pk: 1}
    change(world, vacancy)
    assert known() == {}
    assert client_of(world).get("/vacancies/").context["rows"][0]["vacancy"].ready_people == then


def test_who_withdraws_is_ready_for_it_again(world):
    vacancy = VacancyFactory(trust=world.trust, posts=2)
    reserve_posts(vacancy)
    put_forward(world, vacancy)
    assert count_for_new(by=system()) == {vacancy.pk: 0}
    withdraw(referral=Referral.unscoped.get(), reason="Found another job.", by=world.acting("academy"))
    assert count_for_new(by=system()) == {vacancy.pk: 1}


def test_what_closes_next_is_counted_first(world, monkeypatch):
    monkeypatch.setattr(services, "MOST_AT_ONCE", 1)
    VacancyFactory(trust=world.trust, closes_on=days_ago(-20))
    soon = VacancyFactory(trust=world.trust, closes_on=days_ago(-10))
    assert set(count_for_new(by=system())) == {soon.pk}

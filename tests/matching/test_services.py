"""Boards of matches, over real rows."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.acting import Role
from audit.clock import days_ago, today
from audit.mover import Refused
from matching.services import people_for, refresh_recommendations, vacancies_for
from nhsuk.words import long_day
from organisations.models import Kind
from organisations.policies import load_initial
from organisations.services import system
from pipeline.services import offer, suggest
from pipeline.slots import slots_of
from tests.factories.candidates import CandidateFactory, CertificateFactory, GrantFactory, HomeFactory
from tests.factories.organisations import OrganisationFactory, acting_as
from tests.factories.pipeline import EmploymentFactory
from tests.factories.vacancies import VacancyFactory
from vacancies.models import Criterion, Recommendation
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policies():
    load_initial()


@pytest.fixture
def academy():
    return OrganisationFactory(kind=Kind.ACADEMY)


@pytest.fixture
def officer(academy):
    return acting_as(Role.ACADEMY, academy)


@pytest.fixture
def vacancy():
    found = VacancyFactory(posts=2, hours=30, shifts=["days"])
    reserve(vacancy=found, posts=1, by=acting_as(Role.RECRUITER, found.trust))
    return found


def person(academy, **facts):
    made = CandidateFactory(seen_by=[academy], **facts)
    CertificateFactory(candidate=made)
    return made


def test_a_board_puts_the_best_first_and_says_what_stops_the_others(academy, officer, vacancy):
    wanted = person(academy)
    other_work = person(academy, work_wanted=["portering"])
    few_hours = person(academy, hours_most=20)
    no_hours = person(academy, hours_least=None, hours_most=None)
    CandidateFactory(seen_by=[academy])  # holds no certificate: not on the board
    there_already = person(academy)
    suggest(candidate=there_already, vacancy=vacancy, by=officer)
    board = people_for(vacancy=vacancy, by=officer)
    assert [match.candidate for match in board.right] == [wanted]
    assert [match.candidate for match in board.unwanted] == [other_work]
    assert board.right[0].score - board.unwanted[0].score == 250
    assert {match.candidate: match.stopped for match in board.stopped} == {
        few_hours: "It is 30 hours a week; 20 at most are offered",
        no_hours: "Not ready: hours are not recorded",
        there_already: "Put forward already: suggested",
    }


def test_full_time_hours_are_compared_to_the_half_hour(academy, officer):
    vacancy = VacancyFactory(posts=1, hours=Decimal("37.5"), shifts=["days"])
    reserve(vacancy=vacancy, posts=1, by=acting_as(Role.RECRUITER, vacancy.trust))
    full_time, almost = person(academy, hours_most=Decimal("37.5")), person(academy, hours_most=37)
    board = people_for(vacancy=vacancy, by=officer)
    assert [match.candidate for match in board.right] == [full_time]
    assert {match.candidate: match.stopped for match in board.stopped} == {
        almost: "It is 37.5 hours a week; 37 at most are offered"
    }


def test_a_provider_sees_its_own_people_only(academy, vacancy):
    person(academy)
    provider = OrganisationFactory(kind=Kind.PROVIDER)
    own = person(academy)
    GrantFactory(candidate=own, organisation=provider, cause="programmes.Enrolment:1")
    board = people_for(vacancy=vacancy, by=acting_as(Role.PROVIDER, provider))
    assert [match.candidate for match in board.right + board.stopped] == [own]


def test_a_missing_skill_is_the_first_thing_that_stops(academy, officer, vacancy):
    Criterion.unscoped.create(
        vacancy=vacancy, text="Can type at 40 words a minute", essential=True, skill="typing", order=1
    )
    person(academy)
    assert [match.stopped for match in people_for(vacancy=vacancy, by=officer).stopped] == [
        "Essential and not evidenced: Can type at 40 words a minute"
    ]


def test_a_persons_vacancies_are_the_open_and_reserved_ones(academy, officer, vacancy):
    VacancyFactory()  # open, but nothing is reserved
    someone = person(academy)
    board = vacancies_for(candidate=someone, by=officer)
    assert [match.vacancy for match in board.right] == [vacancy]
    assert slots_of([vacancy])[vacancy.pk].left == 2


@pytest.mark.parametrize("people", [1, 3])
def test_a_board_takes_the_same_queries_for_one_and_for_three(
    academy, officer, vacancy, people, django_assert_num_queries
):
    for _each in range(people):
        HomeFactory(candidate=person(academy))
    with django_assert_num_queries(10):
        assert len(people_for(vacancy=vacancy, by=officer).right) == people


@pytest.mark.parametrize("count", [1, 3])
def test_a_persons_board_takes_the_same_queries_for_one_and_for_three(
    academy, officer, count, django_assert_num_queries
):
    for _each in range(count):
        found = VacancyFactory()
        reserve(vacancy=found, posts=1, by=acting_as(Role.RECRUITER, found.trust))
    someone = person(academy)
    with django_assert_num_queries(13):
        assert len(vacancies_for(candidate=someone, by=officer).right) == count


def test_ready_people_are_counted_and_left_with_the_vacancy(academy, vacancy):
    person(academy)
    person(academy, hours_most=None, hours_least=None)
    nobody_fits = VacancyFactory(hours=48, closes_on=today() + timedelta(days=9))
    assert refresh_recommendations(by=system()) == {vacancy.pk: 1, nobody_fits.pk: 0}
    assert dict(Recommendation.unscoped.values_list("vacancy", "ready_people")) == {vacancy.pk: 1, nobody_fits.pk: 0}


class TestInWork:
    """Who has started a job, and not left it, is not looked for another."""

    @pytest.mark.parametrize(
        ("state", "stopped"),
        [("offered", []), ("cleared", []), ("started", ["In work since {}"]), ("ended", [])],
    )
    def test_a_job_stops_from_its_first_day_to_its_last(self, academy, officer, vacancy, state, stopped):
        someone = person(academy)
        EmploymentFactory(candidate=someone, state=state)
        someone.refresh_from_db()
        sentences = [each.format(long_day(days_ago(7))) for each in stopped]
        assert [match.stopped for match in people_for(vacancy=vacancy, by=officer).stopped] == sentences
        assert [match.stopped for match in vacancies_for(candidate=someone, by=officer).stopped] == sentences
        assert refresh_recommendations(by=system())[vacancy.pk] == (0 if stopped else 1)

    def test_nobody_offers_them_an_interview(self, academy, vacancy):
        someone = person(academy)
        EmploymentFactory(candidate=someone, state="started")
        with pytest.raises(Refused) as refused:
            offer(candidate=someone, vacancy=vacancy, by=system())
        assert str(refused.value) == f"{someone.reference} has been in work since {long_day(days_ago(7))}."

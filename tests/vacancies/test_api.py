"""Vacancies and standings by API: the same doors, an allow-list of fields, filters, a constant number of queries."""

import pytest
from rest_framework.test import APIRequestFactory, force_authenticate

from audit.acting import Role
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.conftest import somebody
from vacancies.api import StandingViewSet, VacancyViewSet
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db


def ask(view, who, query=None, **where):
    """What `who` gets, by the view alone: where it stands among the addresses is another room's."""
    request = APIRequestFactory().get("/", query or {})
    request.acting = who.acting
    force_authenticate(request, user=who.user)
    method = "retrieve" if where else "list"
    return view.as_view({"get": method})(request, **where)


def references(response):
    return [row["reference"] for row in response.data["results"]]


def test_owner_colleague_and_stranger(trust, recruiter, colleague, stranger, icb, academy):
    vacancy = VacancyFactory(trust=trust)
    got = [references(ask(VacancyViewSet, who)) for who in (recruiter, colleague, stranger, icb, academy)]
    assert got == [[vacancy.reference]] * 2 + [[]] + [[vacancy.reference]] * 2
    assert ask(VacancyViewSet, recruiter, reference=vacancy.reference).status_code == 200
    assert ask(VacancyViewSet, stranger, reference=vacancy.reference).status_code == 404


def test_a_system_administrator_sees_none(trust, policies):
    VacancyFactory(trust=trust)
    admin = somebody(Role.SYSTEM_ADMIN, OrganisationFactory(kind="icb"))
    assert references(ask(VacancyViewSet, admin)) == []
    assert ask(StandingViewSet, admin).data == []


def test_the_fields_are_these_and_no_others(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, posts=5)
    reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    assert ask(VacancyViewSet, recruiter, reference=vacancy.reference).data == {
        "reference": vacancy.reference,
        "trust": "RYJ",
        "site": None,
        "title": "Healthcare support worker",
        "job_family": "healthcare_support",
        "band": 2,
        "contract": "permanent",
        "hours": None,
        "posts": 5,
        "reserved": 1,
        "ring_fence": "reserved",
        "exemption": "",
        "audience": "open",
        "state": "open",
        "opened_on": "2026-11-23",
        "closes_on": "2026-12-14",
        "starts_on": None,
        "nhs_jobs_reference": "",
        "trac_reference": "",
        "ready_people": None,
    }


@pytest.mark.parametrize(
    ("query", "number"),
    [({"state": "open"}, 1), ({"ring_fence": "undecided"}, 1), ({"band": "3"}, 1), ({"closes_from": "2026-12-15"}, 0),
     ({"trust": "RYJ"}, 2), ({"trust": "RAS"}, 0)],
)  # fmt: skip
def test_filters(trust, recruiter, query, number):
    VacancyFactory(trust=trust)
    VacancyFactory(trust=trust, state="withdrawn", band=3)
    assert len(references(ask(VacancyViewSet, recruiter, query))) == number


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(trust, recruiter, django_assert_num_queries, number):
    for _ in range(number):
        VacancyFactory(trust=trust)
    with django_assert_num_queries(1):
        ask(VacancyViewSet, recruiter).render()


def test_standings_of_ones_own_trust_and_of_all(trust, recruiter, stranger, icb):
    reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=1, by=recruiter.acting)
    reserve(vacancy=VacancyFactory(trust=stranger.membership.organisation, posts=2), posts=2, by=stranger.acting)
    own = {
        "trust": "RYJ",
        "year": 2026,
        "posts": 5,
        "reserved": 1,
        "share": "20.0",
        "adverts": 1,
        "reserved_adverts": 1,
        "debt": 0,
        "advert_debt": 0,
        "posts_short": 0,
        "adverts_short": 0,
    }
    assert ask(StandingViewSet, recruiter).data == [own]
    assert sorted(row["posts"] for row in ask(StandingViewSet, icb).data) == [2, 5]
    assert ask(StandingViewSet, icb, {"trust": "RYJ", "year": "2026"}).data == [own]
    assert ask(StandingViewSet, icb, {"year": "2025"}).data == []
    assert ask(StandingViewSet, icb, {"year": "soon"}).status_code == 400

"""Today as each role sees it: the ring-fence figure stands beside the lists of those who have a part in it."""

import pytest
from django.urls import reverse

from audit.acting import Role
from organisations.policies import load_initial
from organisations.services import acting_of
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust():
    load_initial()
    trust = OrganisationFactory(short_name="Imperial")
    by = acting_of(MembershipFactory(role=Role.RECRUITER, organisation=trust))
    reserve(vacancy=VacancyFactory(trust=trust, posts=3), posts=1, by=by)
    return trust


def today_of(client, role, organisation=None):
    more = {"organisation": organisation} if organisation else {}
    client.force_login(MembershipFactory(role=role, **more).user)
    return client.get(reverse("today"))


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.TRUST_HR])
def test_a_trust_sees_its_own_share(client, trust, role):
    page = today_of(client, role, trust)
    assert page.context["headline"]["detail"] == "1 of 3 entry-level posts from 1 April to 23 November 2026. Target 20%"
    assert b"33.3%" in page.content


def test_another_trust_sees_its_own(client, trust):
    assert today_of(client, Role.RECRUITER).context["headline"]["value"] == "No posts yet"


@pytest.mark.parametrize("role", [Role.ACADEMY, Role.ICB_ANALYST, Role.AUDITOR])
def test_those_who_look_across_see_all(client, trust, role):
    assert (
        today_of(client, role).context["headline"]["detail"]
        == "1 of 3 entry-level posts from 1 April to 23 November 2026. Target 20%"
    )


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.SYSTEM_ADMIN])
def test_others_see_no_figure(client, trust, role):
    page = today_of(client, role)
    assert page.context["headline"] is None
    assert b"Ring-fence" not in page.content

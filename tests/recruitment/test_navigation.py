"""The links at the top, role by role."""

import pytest
from django.urls import reverse

from audit.acting import MEMBER_ROLES, Role
from organisations.models import User
from organisations.policies import load_initial
from recruitment.context import NAVIGATION, navigation
from tests.factories.organisations import acting_as

LINKS = {
    Role.ACADEMY: ["Today", "People", "Programmes", "Vacancies", "Pipeline", "Levy plans", "Reports", "Imports"],
    Role.PROVIDER: ["Today", "People", "Programmes", "Vacancies", "Pipeline", "Reports", "Imports"],
    Role.RECRUITER: ["Today", "Vacancies", "Pipeline", "Reports", "Imports"],
    Role.TRUST_HR: ["Today", "Vacancies", "Pipeline", "Levy", "Reports", "Imports", "Access"],
    Role.ICB_ANALYST: ["Today", "Vacancies", "Levy", "Reports", "Policies"],
    Role.AUDITOR: ["Today", "Vacancies", "Levy", "Reports", "Access", "Policies"],
    Role.SYSTEM_ADMIN: ["Today", "PAYE schemes", "Access", "Policies"],
}


def bar(rf, acting, path="/"):
    request = rf.get(path)
    request.acting = acting
    return navigation(request)


def test_every_role_is_listed():
    assert set(LINKS) == set(MEMBER_ROLES)


@pytest.mark.django_db
@pytest.mark.parametrize("role", LINKS)
def test_links_of_a_role(rf, role):
    assert [link["label"] for link in bar(rf, acting_as(role))] == LINKS[role]


@pytest.mark.django_db
@pytest.mark.parametrize("role", LINKS)
def test_every_link_opens(client, role):
    load_initial()
    by = acting_as(role)
    client.force_login(User.objects.get(pk=by.user_id))
    for _label, name, roles in NAVIGATION:
        if role in roles:
            assert client.get(reverse(name)).status_code == 200, name


@pytest.mark.django_db
def test_one_is_current_and_today_only_at_home(rf):
    by = acting_as(Role.ACADEMY)
    assert [link["label"] for link in bar(rf, by, "/people/enrol/") if link["current"]] == ["People"]
    assert [link["label"] for link in bar(rf, by) if link["current"]] == ["Today"]


def test_without_a_membership_there_are_none(rf):
    assert bar(rf, None) == []

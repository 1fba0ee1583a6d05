"""A trust, its recruiter and colleague, a stranger, and a client for each."""

from types import SimpleNamespace

import pytest
from django.test import Client

from audit.acting import Role
from organisations.models import Kind
from organisations.policies import load_initial
from organisations.services import acting_of
from tests.factories.organisations import MembershipFactory, OrganisationFactory


@pytest.fixture
def policies():
    load_initial()


@pytest.fixture
def trust():
    return OrganisationFactory(code="RYJ", name="Imperial College Healthcare NHS Trust", short_name="Imperial")


def somebody(role, organisation):
    """A membership with its acting value and a signed-in client."""
    membership = MembershipFactory(role=role, organisation=organisation)
    client = Client()
    client.force_login(membership.user)
    return SimpleNamespace(membership=membership, acting=acting_of(membership), client=client, user=membership.user)


@pytest.fixture
def recruiter(trust, policies):
    return somebody(Role.RECRUITER, trust)


@pytest.fixture
def colleague(trust, policies):
    return somebody(Role.TRUST_HR, trust)


@pytest.fixture
def stranger(policies):
    return somebody(Role.RECRUITER, OrganisationFactory())


@pytest.fixture
def icb(policies):
    return somebody(Role.ICB_ANALYST, OrganisationFactory(kind=Kind.ICB))


@pytest.fixture
def academy(policies):
    return somebody(Role.ACADEMY, OrganisationFactory(kind=Kind.ACADEMY))

"""The page of data-sharing agreements: who is a party, and whether that is in force today."""

from datetime import date, timedelta

import pytest

from audit.acting import Role
from audit.clock import today
from organisations.models import Accession, User
from tests.factories.organisations import AgreementFactory, OrganisationFactory, accede, acting_as
from tests.vacancies.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    client.force_login(User.objects.get(pk=acting_as(Role.AUDITOR).user_id))
    return client


def test_a_party_that_left_and_an_agreement_that_ended_are_not_in_force(reader):
    here, left, then = (
        OrganisationFactory(name=name) for name in ("Here NHS Trust", "Left NHS Trust", "Then NHS Trust")
    )
    now, over = (
        AgreementFactory(title="Agreement now"),
        AgreementFactory(title="Agreement then", ends=date(2026, 11, 22)),
    )
    accede(now, here)
    Accession.objects.create(agreement=now, organisation=left, starts=now.starts, ends=today() - timedelta(days=1))
    accede(over, then)
    lines = reader.get("/access/agreements/").context["lines"]
    assert {
        (line["agreement"].title, party.organisation.name): in_force
        for line in lines
        for party, in_force in line["parties"]
    } == {
        ("Agreement now", "Here NHS Trust"): True,
        ("Agreement now", "Left NHS Trust"): False,
        ("Agreement then", "Then NHS Trust"): False,
    }


def test_parties_are_in_the_order_of_their_names(reader):
    agreement = AgreementFactory()
    accede(agreement, *(OrganisationFactory(name=name) for name in ("Ealing", "Brent", "Harrow")))
    [line] = reader.get("/access/agreements/").context["lines"]
    assert [party.organisation.name for party, _in_force in line["parties"]] == ["Brent", "Ealing", "Harrow"]


def test_before_the_first_it_says_so(reader):
    assert "There is no agreement yet." in words(reader.get("/access/agreements/"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_same_queries(reader, django_assert_num_queries, number):
    for _ in range(number):
        accede(AgreementFactory(), *(OrganisationFactory() for _ in range(number)))
    with django_assert_num_queries(7):
        reader.get("/access/agreements/")


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.PROVIDER])
def test_a_stranger_gets_404(client, role):
    client.force_login(User.objects.get(pk=acting_as(role).user_id))
    assert client.get("/access/agreements/").status_code == 404

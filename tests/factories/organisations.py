"""Organisations, users and memberships for tests."""

from datetime import date, timedelta

import factory

from audit.acting import Acting, Role
from audit.clock import today
from organisations.models import Accession, Agreement, Kind, Membership, Organisation, User
from organisations.services import acting_of
from tests.factories.base import UnscopedFactory


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    code = factory.Sequence(lambda n: f"T{n:03}")
    kind = Kind.TRUST
    name = factory.Sequence(lambda n: f"Trust {n} NHS Trust")
    short_name = factory.Sequence(lambda n: f"Trust {n}")
    opened = date(2010, 4, 1)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.test")
    name = factory.Sequence(lambda n: f"Person {n}")


class MembershipFactory(UnscopedFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.RECRUITER
    starts = factory.LazyFunction(lambda: today() - timedelta(days=100))
    ends = factory.LazyFunction(lambda: today() + timedelta(days=100))


class AgreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agreement

    title = "Data sharing agreement"
    purposes = "Guaranteed interviews and outcomes"
    starts = date(2025, 4, 1)
    ends = date(2028, 3, 31)


def accede(agreement: Agreement, *organisations: Organisation) -> None:
    """Make each organisation a party from the agreement's first day."""
    for organisation in organisations:
        Accession.objects.create(agreement=agreement, organisation=organisation, starts=agreement.starts)


def acting_as(role: Role, organisation: Organisation | None = None) -> Acting:
    """Somebody new who acts in `role` for `organisation` (a new trust unless said)."""
    more = {} if organisation is None else {"organisation": organisation}
    return acting_of(MembershipFactory(role=role, **more))

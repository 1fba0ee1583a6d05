"""The door is closed unless it is opened, for every scoped model of every room."""

from dataclasses import FrozenInstanceError, replace

import pytest
from django.apps import apps

from audit.acting import Acting, Role
from audit.clock import today
from audit.door import Door, NotScoped, Scoped
from organisations.models import Membership
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_as

DOORS = [model for model in apps.get_models() if isinstance(getattr(model, "objects", None), Door)]
WAYS_IN = ("all", "count", "first", "exists", "get", "values", "iterator")


@pytest.mark.parametrize("model", DOORS, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("way", WAYS_IN)
def test_nothing_is_read_without_saying_for_whom(model, way):
    with pytest.raises(NotScoped, match=r"say \.visible_to\(acting\)"):
        getattr(model.objects, way)()


@pytest.mark.django_db
@pytest.mark.parametrize("model", DOORS, ids=lambda model: model._meta.label)
def test_nobody_sees_nothing(model):
    assert list(model.objects.visible_to(None)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("model", DOORS, ids=lambda model: model._meta.label)
def test_a_role_that_is_missing_sees_nothing(model):
    queryset = model.objects.visible_to(None)
    missing = set(Role) - set(getattr(type(queryset), "SCOPES", {}))
    for role in sorted(missing):
        by = Acting(role=role, organisation_id=1, membership_id=1, user_id=1, on=today())
        assert model.objects.visible_to(by).query.is_empty(), role


@pytest.mark.django_db
def test_opening_once_does_not_leave_the_door_open():
    Membership.objects.visible_to(acting_as(Role.SYSTEM_ADMIN))
    with pytest.raises(NotScoped):
        Membership.objects.all()


@pytest.mark.django_db
def test_own_organisation_is_only_that():
    here, there = OrganisationFactory(), OrganisationFactory()
    by, other = acting_as(Role.TRUST_HR, here), MembershipFactory(organisation=there)
    assert list(Membership.objects.visible_to(by).values_list("organisation", flat=True)) == [here.pk]
    assert other in Membership.objects.visible_to(acting_as(Role.SYSTEM_ADMIN))


def test_acting_cannot_be_changed_only_made_anew():
    by = Acting(role=Role.RECRUITER, organisation_id=1, membership_id=2, user_id=3, on=today())
    with pytest.raises(FrozenInstanceError):
        by.role = Role.ACADEMY
    assert replace(by, role=Role.ACADEMY) != by


def test_an_empty_table_of_scopes_shows_nobody_anything():
    assert Scoped.SCOPES == {}

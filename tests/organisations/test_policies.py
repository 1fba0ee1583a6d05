"""Dated values: the latest that had begun, never edited, and a sentence where there is none."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.acting import Role
from audit.clock import today
from audit.mover import Refused
from organisations import policies
from organisations.models import Policy
from organisations.policies import Initial, Key, NoPolicy, in_force, load_initial, value_of
from organisations.services import sign_policy
from tests.factories.organisations import acting_as

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2025, 4, 1), date(2026, 4, 1)
WAGE = Key(
    "test.wage",
    "London Living Wage",
    Decimal,
    unit="pounds an hour",
    initial=(
        Initial(FIRST, Decimal("13.85"), "Living Wage Foundation", True),
        Initial(SECOND, Decimal("14.80"), "Living Wage Foundation", True),
        Initial(FIRST, Decimal("20.00"), "One trust's own", False, scope="RYJ"),
    ),
)
SLOTS = Key("test.slots", "Slots", int, choices=())


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    monkeypatch.setattr(policies, "keys", lambda: {WAGE.name: WAGE, SLOTS.name: SLOTS})
    monkeypatch.setattr("organisations.services.keys", lambda: {WAGE.name: WAGE, SLOTS.name: SLOTS})
    assert load_initial([WAGE]) == 3


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (FIRST, "13.85"),
        (SECOND - timedelta(days=1), "13.85"),
        (SECOND, "14.80"),
        (date(2030, 1, 1), "14.80"),
    ],
)
def test_the_latest_that_had_begun(day, value):
    found = value_of("test.wage", on=day)
    assert (found, type(found)) == (Decimal(value), Decimal)


def test_a_scope_has_its_own():
    assert value_of("test.wage", on=SECOND, scope="RYJ") == Decimal("20.00")


def test_before_the_first_there_is_none():
    with pytest.raises(NoPolicy, match=r"^No value of london living wage is in force on 31 March 2025\.$"):
        value_of("test.wage", on=date(2025, 3, 31))


def test_loading_again_writes_nothing():
    assert load_initial([WAGE]) == 0


def test_a_value_comes_with_its_source():
    found = in_force("test.wage", on=SECOND)
    assert (found.policy.source, found.policy.verified, found.policy.signed_by) == (
        "Living Wage Foundation",
        True,
        None,
    )


def sign(value, *, by=None, key="test.wage", starts=None):
    by = by or acting_as(Role.ICB_ANALYST)
    return sign_policy(
        key=key, value=value, starts=starts or today(), source="Board", verified=False, reason="Agreed", by=by
    )


def test_signing_follows_and_edits_nothing():
    by = acting_as(Role.ICB_ANALYST)
    policy = sign(Decimal("15.10"), by=by)
    assert value_of("test.wage") == Decimal("15.10")
    assert value_of("test.wage", on=today() - timedelta(days=1)) == Decimal("14.80")
    assert (policy.signed_by_id, Policy.objects.filter(key="test.wage", scope="").count()) == (by.membership_id, 3)


def test_two_on_one_day_the_later_signature_holds():
    sign(Decimal("15.10"))
    sign(Decimal("15.20"))
    assert value_of("test.wage") == Decimal("15.20")


@pytest.mark.parametrize("value", [15.1, "15.10", 15, True])
def test_another_type_is_refused(value):
    with pytest.raises(Refused, match="London Living Wage is Decimal"):
        sign(value)


def test_yes_is_not_a_number():
    with pytest.raises(Refused, match="Slots is int, not bool"):
        sign(True, key="test.slots")


@pytest.mark.parametrize("role", [Role.ACADEMY, Role.PROVIDER, Role.RECRUITER, Role.TRUST_HR, Role.AUDITOR])
def test_others_sign_nothing(role):
    with pytest.raises(Refused, match="signed by the ICB or a system administrator"):
        sign(Decimal("1"), by=acting_as(role))

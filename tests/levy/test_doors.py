"""Whose rows each role reads: every model of the room x every role x owner, colleague and stranger. A missing role reads nothing."""

import pytest
from django.apps import apps

from audit.acting import Role
from audit.clock import now
from levy.models import (
    Account,
    Application,
    Apprenticeship,
    Gift,
    GiftLearner,
    GiftPayment,
    Intake,
    Milestone,
    MonthSum,
    Offer,
    OpeningBalance,
    PayeScheme,
    Plan,
    RosterEntry,
    Scenario,
    Transaction,
    TypedBalance,
)
from organisations.models import Organisation
from organisations.services import system
from tests.factories.levy import (
    AccountFactory,
    ApprenticeshipFactory,
    GiftFactory,
    GiftPaymentFactory,
    OfferFactory,
    RosterEntryFactory,
    put_in,
)
from tests.factories.organisations import acting_as
from tests.levy.asking import TODAY, colleague_of, nobody

pytestmark = pytest.mark.django_db

# What each role reads of two trusts' rows: "own", "all" or nothing. About a person: the trust's own, and nobody else's.
ABOUT_PEOPLE = {Role.TRUST_HR: "own", Role.SYSTEM: "all"}
OF_A_GIFT = ABOUT_PEOPLE | {Role.ACADEMY: "kept"}  # of the second gift, whose plan it keeps
COMPARED = ABOUT_PEOPLE | {Role.ICB_ANALYST: "all", Role.AUDITOR: "all"}
BROKERED = COMPARED | {Role.ACADEMY: "all"}
SHARED = dict.fromkeys(BROKERED, "all")
WANTED = {
    Account: COMPARED,
    PayeScheme: ABOUT_PEOPLE
    | {Role.ICB_ANALYST: "all", Role.SYSTEM_ADMIN: "all"},  # the administrator moves one to the trust whose it is
    **dict.fromkeys((Intake, Transaction, MonthSum, OpeningBalance, TypedBalance, Scenario), ABOUT_PEOPLE),
    **dict.fromkeys((Apprenticeship, RosterEntry, Application), ABOUT_PEOPLE),
    **dict.fromkeys((Offer, Gift), BROKERED),
    **dict.fromkeys((GiftPayment, GiftLearner), OF_A_GIFT),
    **dict.fromkeys((Plan, Milestone), SHARED),
}


@pytest.fixture
def accounts(policies):
    """Two trusts' accounts, each with one row of every kind."""
    found = [AccountFactory(), AccountFactory()]
    for number, account in enumerate(found):
        fill(account, number)
    return found


def fill(account, number):
    put_in(account, ("2026-10-23", "levy", 100))
    PayeScheme.unscoped.create(account=account, reference=f"120/A{number}")
    OpeningBalance.unscoped.create(account=account, month=TODAY.replace(day=1), amount=1, at=now())
    TypedBalance.unscoped.create(account=account, day=TODAY, amount=1, at=now())
    Scenario.unscoped.create(account=account, name="S", facts={}, at=now())
    Application.unscoped.create(account=account, application="A", employer="E", cost=1, cost_this_year=1)
    ApprenticeshipFactory(account=account)
    RosterEntryFactory(account=account)
    gift = GiftFactory(offer=OfferFactory(account=account))
    GiftPaymentFactory(gift=gift)
    GiftLearner.unscoped.create(gift=gift, edition=2025)
    Milestone.unscoped.create(plan=gift.plan, text="x", due=TODAY)


def owner_of(row):
    """The account whose row it is; None for what is everybody's."""
    if isinstance(row, (Plan, Milestone)):
        return None
    if isinstance(row, Account):
        return row.pk
    return row.gift.account_id if isinstance(row, (GiftPayment, GiftLearner)) else row.account_id


def seen(model, acting):
    return {owner_of(row) for row in model.objects.visible_to(acting)}


def wanted(model, role, own, accounts):
    reads = WANTED[model].get(role)
    if reads is None:
        return set()
    if model in (Plan, Milestone):
        return {None}
    if reads == "kept":
        return {accounts[1].pk}
    return {account.pk for account in accounts} if reads == "all" else {own}


def people_of(account):
    """Everybody who could ask: of the first trust by role, and of no trust."""
    trust = Organisation.objects.get(pk=account.trust_id)
    found = {role: acting_as(role, trust) for role in (Role.TRUST_HR, Role.RECRUITER)}
    found |= {
        role: acting_as(role)
        for role in (Role.ICB_ANALYST, Role.ACADEMY, Role.AUDITOR, Role.PROVIDER, Role.SYSTEM_ADMIN)
    }
    return found | {Role.SYSTEM: system(), Role.CANDIDATE: nobody(Role.CANDIDATE), Role.LINK: nobody(Role.LINK)}


def test_every_model_by_every_role(accounts):
    mine = accounts[0]
    people = people_of(mine)
    assert set(people) == set(Role)
    Plan.unscoped.filter(gifts__account=accounts[1]).update(kept_by=people[Role.ACADEMY].organisation_id)
    for model in WANTED:
        found = {role: seen(model, acting) for role, acting in people.items()}
        assert found == {role: wanted(model, role, mine.pk, accounts) for role in people}, model.__name__


def test_every_model_of_the_room_is_in_the_table():
    assert set(apps.get_app_config("levy").get_models()) == set(WANTED)


@pytest.mark.parametrize("model", [model for model in WANTED if WANTED[model].get(Role.TRUST_HR) == "own"])
def test_a_colleague_reads_as_the_owner_and_a_stranger_nothing(accounts, model):
    owner = acting_as(Role.TRUST_HR, Organisation.objects.get(pk=accounts[0].trust_id))
    assert seen(model, owner) == seen(model, colleague_of(owner)) == {accounts[0].pk}
    assert seen(model, acting_as(Role.TRUST_HR)) == set()


@pytest.mark.parametrize("model", WANTED)
def test_nobody_who_acts_for_nobody_reads_anything(accounts, model):
    assert list(model.objects.visible_to(None)) == []
    assert seen(model, nobody(Role.TRUST_HR)) in (set(), {None})


def test_the_auditor_and_the_icb_read_alike_but_for_the_schemes_that_one_moves(accounts):
    auditor, icb = acting_as(Role.AUDITOR), acting_as(Role.ICB_ANALYST)
    assert {model for model in WANTED if seen(model, auditor) != seen(model, icb)} == {PayeScheme}

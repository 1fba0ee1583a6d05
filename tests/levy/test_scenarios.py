"""Scenarios side by side, worked by hand."""

from datetime import date
from decimal import Decimal

import pytest

from audit.mover import Refused
from levy.models import Scenario
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.services.scenarios import compare, keep, remove
from tests.factories.levy import put_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlook(account):
    put_in(account, ("2026-07-23", "levy", 1000), ("2026-11-23", "levy", 400))
    return lambda: outlook_of(position_of(account))


def test_a_gift_and_new_starts(hr, account, outlook):
    """1,400 would be lost. A gift of 300 leaves 1,100; one start of 1,000 leaves 400: the allowance of next year bounds
    no gift here, for a half of 1,400 is 700."""
    gift = keep(facts={"name": "Gift", "gift_month": date(2027, 5, 1), "gift_amount": Decimal(300)}, by=hr)
    start = keep(
        facts={
            "name": "Start",
            "starts_month": date(2027, 1, 1),
            "starts_number": 1,
            "starts_price": Decimal(1000),
            "starts_duration": 10,
        },
        by=hr,
    )
    found = compare(outlook(), [gift, start])
    assert [(line.name, line.lost, line.given, line.paid) for line in found] == [
        ("As it is", 1400, 0, 0),
        ("Gift", 1100, 300, 0),
        ("Start", 400, 0, 1000),
    ]
    assert found[1].words == ("£300 given in May 2027",)
    assert found[2].words == ("1 more starts in January 2027 at £1,000 over 10 months",)


def test_a_shortfall_costs_a_quarter_of_it(hr, account, outlook):
    """A start of 3,000 from January 2027: 1,400 from levy, 1,600 short; 25% of it is the trust's own (starts since Aug 2026)."""
    row = keep(
        facts={
            "name": "Dear",
            "starts_month": date(2027, 1, 1),
            "starts_number": 1,
            "starts_price": Decimal(3000),
            "starts_duration": 10,
        },
        by=hr,
    )
    dear = compare(outlook(), [row])[1]
    assert (dear.paid, dear.contribution, dear.runs_out) == (1400, 400, date(2027, 7, 1))


def test_the_same_name_again_replaces_it(hr, account):
    keep(facts={"name": "One", "leaving": Decimal(1)}, by=hr)
    keep(facts={"name": "One", "leaving": Decimal(2)}, by=hr)
    assert Scenario.unscoped.get().facts == {"leaving": "2"}


def test_six_at_most(hr, account):
    for number in range(6):
        keep(facts={"name": f"S{number}", "leaving": Decimal(1)}, by=hr)
    with pytest.raises(Refused, match="6 scenarios are kept. Remove one first."):
        keep(facts={"name": "S7", "leaving": Decimal(1)}, by=hr)


def test_only_ones_own_is_removed(hr, other_hr, account):
    row = keep(facts={"name": "One", "leaving": Decimal(1)}, by=hr)
    with pytest.raises(Refused, match="belongs to another trust"):
        remove(scenario=row, by=other_hr)
    remove(scenario=row, by=hr)
    assert Scenario.unscoped.count() == 0

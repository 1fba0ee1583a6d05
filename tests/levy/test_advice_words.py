"""What the overview advises: starts as a person would say them, and only so many as a trust could begin."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from levy.models import Status
from levy.services.figures import FEW, Averting, averting
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.training import paid_by, starts_needed
from organisations.models import User
from tests.factories.levy import ApprenticeshipFactory, put_in


def advice(starts, running=0, each="100"):
    month = date(2027, 8, 1)
    return Averting(month, Decimal(1), Decimal(1), starts, Decimal(7000), 18, month, Decimal(each), running)


@pytest.mark.parametrize(
    ("starts", "about"),
    [
        (1, 1),
        (9, 9),
        (10, 10),
        (37, 37),
        (99, 99),
        (100, 100),
        (101, 110),
        (138, 140),
        (1390, 1400),
        (1401, 1500),
        (None, 0),
    ],
)
def test_starts_are_rounded_up(starts, about):
    assert advice(starts).about == about


@given(st.integers(1, 100_000))
def test_about_is_never_fewer_and_at_most_a_tenth_more(starts):
    about = advice(starts).about
    assert starts <= about <= starts * 1.1 + 1


@pytest.mark.parametrize(
    ("starts", "running", "possible"),
    [(FEW, 0, True), (FEW + 1, 0, False), (60, 60, True), (61, 60, False), (1390, 200, False), (None, 500, False)],
)
def test_a_trust_begins_no_more_than_it_trains(starts, running, possible):
    assert advice(starts, running).possible is possible


@pytest.mark.parametrize(("may", "alone"), [("0", False), ("0.99", False), ("1", True), ("5", True)])
def test_gifts_alone_do_only_within_the_allowance(may, alone):
    assert replace(advice(1390), may_give=Decimal(may)).gifts_do is alone


@given(
    st.integers(0, 40),
    st.integers(1, 40),
    st.decimals("0.01", "30000", places=2),
    st.decimals("0.01", "900000", places=2),
)
def test_as_many_starts_as_needed_spend_enough_and_one_fewer_does_not(ahead, duration, price, amount):
    start = date(2026, 12, 1)
    by = date(2026 + (11 + ahead) // 12, (11 + ahead) % 12 + 1, 1)
    each = paid_by(by, start=start, price=price, duration=duration)
    needed = starts_needed(amount, by=by, start=start, price=price, duration=duration)
    if needed is None:
        assert each == 0
    else:
        assert needed * each >= amount > (needed - 1) * each


@pytest.mark.django_db
class TestOnThePage:
    def page(self, acting):
        client = Client()
        client.force_login(User.objects.get(pk=acting.user_id))
        return " ".join(client.get("/levy/").content.decode().split())

    def test_a_few_starts_are_advised(self, hr, account):
        put_in(account, ("2025-09-23", "levy", 3000), ("2026-11-23", "levy", 100))
        ApprenticeshipFactory(
            account=account, start=date(2028, 9, 1), end=date(2029, 9, 1), status=Status.WAITING, price=12_000
        )
        found = averting(outlook_of(position_of(account)))
        assert (found.possible, found.about) == (True, found.starts)
        assert f"About {found.starts} start" in self.page(hr)

    def test_thousands_of_starts_are_not(self, hr, account):
        put_in(account, ("2025-01-23", "levy", 3_000_000), ("2026-11-23", "levy", 100))
        found = averting(outlook_of(position_of(account)))
        text = self.page(hr)
        assert (found.starts > 1000, found.possible) == (True, False)
        assert "New starts alone cannot save all of it" in text
        assert f"{found.starts:,}" not in text

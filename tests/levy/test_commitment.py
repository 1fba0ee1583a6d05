"""The guard of the transfer allowance: every year of a gift's tail is looked at, and by policy it stops or warns.

The account may give 50,000 in 2026 and 30,000 in 2027; no levy is expected after that, so nothing from 2028 on. A gift that
begins in January 2027 and runs twelve months costs a fifth of itself in 2026 and four fifths in 2027.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import Role
from audit.clock import pretend, start_of
from audit.models import Event
from audit.mover import Refused
from levy.models import Gift
from levy.services import gifts
from levy.services.gifts import over_allowance
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.training import Status, Training, payments
from organisations.models import Policy, User
from tests.factories.levy import GiftFactory, OfferFactory, PlanFactory, put_in
from tests.factories.organisations import acting_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(account):
    put_in(account, ("2025-06-23", "levy", 100_000), ("2026-11-23", "levy", 60_000))
    return OfferFactory(account=account, amount=Decimal(500_000))


def gift_of(offer, pounds, *, duration=12, start=date(2027, 1, 1), **more):
    return GiftFactory(
        offer=offer, plan=PlanFactory(), learners=1, cost=Decimal(pounds), start=start, duration=duration, **more
    )


def sign(value, starts=date(2026, 11, 1)):
    Policy.objects.create(key="levy.over_commitment", value=value, starts=starts, source="Board", verified=True)


def approve(gift, by, reason=""):
    return gifts.step(gift=gift, verb="approve", by=by, reason=reason)


def years(account):
    return {row.year: row for row in outlook_of(position_of(account)).allowances}


def test_what_may_be_given(offer):
    assert [(year, row.allowance) for year, row in years(offer.account).items()] == [
        (2026, 50_000), (2027, 30_000), (2028, 0), (2029, 0), (2030, 0),
    ]  # fmt: skip


class TestTheTail:
    @pytest.mark.parametrize(
        ("pounds", "duration", "start", "over"),
        [
            (37_500, 12, date(2027, 1, 1), []),
            (37_530, 12, date(2027, 1, 1), [(2027, 24)]),
            (300_000, 12, date(2027, 1, 1), [(2026, 10_000), (2027, 210_000)]),
            (18_000, 18, date(2027, 1, 1), [(2028, 6_000)]),
            (36_000, 36, date(2027, 1, 1), [(2028, 9_600), (2029, 14_400)]),
            (100, 12, date(2028, 5, 1), [(2028, Decimal("73.33333")), (2029, Decimal("26.66667"))]),
        ],
    )
    def test_every_year_is_looked_at(self, offer, pounds, duration, start, over):
        gift = gift_of(offer, pounds, duration=duration, start=start)
        found = [(row.year, row.over) for row in over_allowance(gift)]
        assert [year for year, _ in found] == [year for year, _ in over]
        assert all(abs(has - due) < Decimal("0.001") for (_, has), (_, due) in zip(found, over, strict=True))

    def test_what_is_promised_before_counts(self, offer, hr):
        approve(gift_of(offer, 30_000), hr)
        assert years(offer.account)[2027].remaining == 6_000
        assert [row.over for row in over_allowance(gift_of(offer, 10_000))] == [2_000]

    def test_what_is_only_pending_does_not(self, offer):
        gift_of(offer, 30_000)
        assert over_allowance(gift_of(offer, 30_000)) == []

    @pytest.mark.parametrize("state", ["rejected", "withdrawn", "declined", "withdrawn_late", "expired"])
    def test_what_has_ended_does_not(self, offer, state):
        gift_of(offer, 37_500, state=state)
        assert over_allowance(gift_of(offer, 37_500)) == []

    def test_what_was_sent_this_year_counts(self, offer):
        put_in(offer.account, ("2026-10-08", "sent", -45_000))
        assert [(row.year, row.over) for row in over_allowance(gift_of(offer, 37_500))] == [(2026, 2_500)]

    def test_an_account_without_files_guards_nothing(self, account):
        assert over_allowance(gift_of(OfferFactory(account=account), 1_000_000)) == []

    @given(st.integers(1, 60), st.integers(1, 500_000))
    def test_all_of_a_gift_falls_into_some_year(self, duration, pounds):
        """What the guard adds up by year is the whole gift: the tail and its last fifth are not left out."""
        end = date(2027 + duration // 12, duration % 12 + 1, 1)
        training = Training("", Decimal(pounds), date(2027, 1, 1), end, Status.LIVE, gift=True)
        assert sum(amount for _, amount in payments(training, first=date(2027, 1, 1))) == pounds * 100_000


class TestStopOrWarn:
    def test_it_stops_unless_somebody_signs_otherwise(self, offer, hr):
        gift = gift_of(offer, 18_000, duration=18)
        with pytest.raises(Refused, match="This would pass the transfer allowance of 2028 to 2029 by £6,000"):
            approve(gift, hr)
        gift.refresh_from_db()
        assert (gift.state, gift.approved_on) == ("pending", None)

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_by_warning_it_asks_why(self, offer, hr, reason):
        sign("warn")
        gift = gift_of(offer, 18_000, duration=18)
        with pytest.raises(Refused) as told:
            approve(gift, hr, reason)
        assert str(told.value) == (
            "This would pass the transfer allowance of 2028 to 2029 by £6,000. Say why it is approved all the same."
        )
        gift.refresh_from_db()
        assert (gift.state, gift.approved_on) == ("pending", None)

    def test_by_stopping_no_reason_helps(self, offer, hr):
        with pytest.raises(Refused, match="Give for fewer learners, or in a later year"):
            approve(gift_of(offer, 18_000, duration=18), hr, "The board wants it")

    def test_by_warning_it_goes_through_and_the_year_is_over(self, offer, hr):
        sign("warn")
        assert approve(gift_of(offer, 18_000, duration=18), hr, "The board wants it").state == "approved"
        assert Event.objects.get(verb="approve").reason.text == "The board wants it"
        assert (years(offer.account)[2028].over, years(offer.account)[2027].over) == (6_000, 0)

    def test_a_signature_holds_from_its_day(self, offer, hr):
        sign("warn", starts=date(2026, 12, 1))
        gift = gift_of(offer, 18_000, duration=18)
        with pytest.raises(Refused, match="transfer allowance"):
            approve(gift, hr)
        with pretend(start_of(date(2026, 12, 1))):
            assert approve(gift, hr, "The board wants it").state == "approved"

    def test_stop_can_come_back(self, offer, hr):
        sign("warn")
        sign("stop", starts=date(2026, 11, 20))
        with pytest.raises(Refused, match="transfer allowance"):
            approve(gift_of(offer, 18_000, duration=18), hr)

    def test_taking_an_approval_back_makes_room(self, offer, hr):
        first, second = gift_of(offer, 37_500), gift_of(offer, 37_500)
        approve(first, hr)
        with pytest.raises(Refused, match="transfer allowance of 2027"):
            approve(second, hr)
        gifts.step(gift=Gift.unscoped.get(pk=first.pk), verb="undo_approval", by=hr)
        assert approve(second, hr).state == "approved"

    def test_more_than_the_offer_is_refused_even_where_the_allowance_would_do(self, account, hr, offer):
        small = OfferFactory(account=account, amount=Decimal(1_000))
        with pytest.raises(Refused, match="What is left of the offer does not pay for this"):
            approve(gift_of(small, 1_001), hr)


class TestOnThePages:
    def client(self, acting):
        client = Client()
        client.force_login(User.objects.get(pk=acting.user_id))
        return client

    def text(self, response):
        return " ".join(response.content.decode().split())

    def test_before_approving_each_year_is_named(self, offer, hr):
        gift = gift_of(offer, 36_000, duration=36)
        text = self.text(self.client(hr).get(gift.get_absolute_url()))
        assert "would pass the transfer allowance of the year from 20 April 2028 by £9,600" in text
        assert "would pass the transfer allowance of the year from 20 April 2029 by £14,400" in text

    def test_approving_says_what_stops_it(self, offer, hr):
        gift = gift_of(offer, 18_000, duration=18)
        text = self.text(self.client(hr).post(f"{gift.get_absolute_url()}step/approve/", follow=True))
        assert "This would pass the transfer allowance of 2028 to 2029 by £6,000. Give for fewer learners" in text
        assert Gift.unscoped.get(pk=gift.pk).state == "pending"
        assert 'name="reason"' not in text

    def test_an_overcommitted_year_is_marked_on_the_overview(self, offer, hr):
        sign("warn")
        client = self.client(hr)
        assert "Over-committed" not in self.text(client.get("/levy/"))
        gift = gift_of(offer, 18_000, duration=18)
        page = client.get(gift.get_absolute_url())
        assert 'name="reason"' in page.content.decode()
        client.post(f"{gift.get_absolute_url()}step/approve/", {"reason": "The board wants it"})
        assert "The board wants it" in self.text(client.get(gift.get_absolute_url()))
        assert "Over-committed" in self.text(client.get("/levy/"))

    def test_brokers_are_not_told_of_the_trusts_allowance(self, offer):
        gift = gift_of(offer, 36_000, duration=36)
        assert "transfer allowance" not in self.text(
            self.client(acting_as(Role.ICB_ANALYST)).get(gift.get_absolute_url())
        )

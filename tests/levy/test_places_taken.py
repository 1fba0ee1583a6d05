"""A learner is paid for once: places are counted across all trusts, and an offer keeps to what may be given."""

from datetime import date
from decimal import Decimal

import pytest

from audit.acting import Role
from audit.mover import Refused
from levy.services import gifts
from tests.factories.levy import GiftFactory, OfferFactory, PlanFactory, put_in
from tests.factories.organisations import acting_as
from tests.levy.asking import client_of, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    """Four learners, of whom three gain."""
    return PlanFactory(learners=4, learners_to_24=1, learners_found=4)


@pytest.fixture
def offer(account):
    put_in(account, ("2025-06-23", "levy", 200_000), ("2026-11-23", "levy", 100_000))
    return OfferFactory(account=account, amount=Decimal(50_000))


DAY = date(2026, 11, 2)
DATES = {
    "approved": ("approved_on",),
    "accepted": ("approved_on", "accepted_on"),
    "used": ("approved_on", "accepted_on", "used_on"),
}


def elsewhere(plan, learners, state):
    """A gift of another trust to the plan, with the days that its state needs."""
    days = DATES.get(state, () if state == "pending" else ("ended_on",))
    days = ("accepted_on", *days) if state in ("withdrawn_late", "expired") else days
    return GiftFactory(offer=OfferFactory(), plan=plan, learners=learners, state=state, **dict.fromkeys(days, DAY))


@pytest.mark.parametrize("state", ["approved", "accepted", "used"])
def test_no_second_trust_pays_for_the_same_places(hr, offer, plan, state):
    elsewhere(plan, 3, state)
    with pytest.raises(Refused, match="3 of 3 places of this plan are taken, so a gift can pay for 0 at most"):
        gifts.propose(offer=offer, plan=plan, learners=1, by=hr)
    ((_plan, found),) = gifts.plans_for(offer, [plan])
    assert found.stop == "All its places that gain by a transfer (3) are taken."


@pytest.mark.parametrize("state", ["pending", "rejected", "withdrawn", "declined", "withdrawn_late", "expired"])
def test_a_gift_that_is_not_promised_takes_no_place(hr, offer, plan, state):
    elsewhere(plan, 3, state)
    assert gifts.taken_of([plan]) == {plan.pk: 0}
    assert gifts.propose(offer=offer, plan=plan, learners=3, by=hr).learners == 3


def test_the_form_begins_with_what_is_left(hr, offer, plan):
    elsewhere(plan, 1, "accepted")
    ((_plan, found),) = gifts.plans_for(offer, [plan])
    assert (found.payable, found.affordable) == (2, 2)
    assert "1 of 3 places are taken by other gifts." in found.reasons
    assert "1 of 4 learners are fully funded already (16 to 24): a transfer gains nothing for them." in found.reasons
    assert (
        'name="learners" inputmode="numeric" value="2"' in client_of(hr).get(offer.get_absolute_url()).content.decode()
    )


def test_of_two_proposals_the_second_is_not_approved(hr, offer, plan):
    waiting = gifts.propose(offer=offer, plan=plan, learners=3, by=hr)
    elsewhere(plan, 2, "approved")
    with pytest.raises(Refused, match="2 of 3 places of this plan are taken, so a gift can pay for 1 at most"):
        gifts.step(gift=waiting, verb="approve", by=hr)
    waiting.refresh_from_db()
    assert waiting.state == "pending"


@pytest.mark.parametrize("role", [Role.TRUST_HR, Role.ICB_ANALYST, Role.ACADEMY, Role.AUDITOR])
def test_every_reader_sees_how_many_are_taken(policies, plan, role):
    elsewhere(plan, 3, "accepted")
    assert "3 of 3 places taken" in page_of(acting_as(role), plan.get_absolute_url())


class TestWhatMayBeGiven:
    def offered(self, hr, pounds):
        facts = {"amount": Decimal(pounds), "closes": date(2027, 3, 1)}
        return gifts.make_offer(facts=facts, by=hr)

    def test_an_offer_beyond_all_years_is_refused(self, hr, account, offer):
        may = gifts.may_give(account)
        with pytest.raises(Refused, match=f"This is more than the £{may:,.0f} that may be given"):
            self.offered(hr, may + 1)
        assert self.offered(hr, may).amount == may

    def test_this_year_alone(self, account, offer):
        """Half of the levy of June 2025."""
        assert gifts.may_give(account, years=1) == 100_000

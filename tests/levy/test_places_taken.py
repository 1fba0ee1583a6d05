"""A learner is paid for once: places are counted across all trusts, and an offer keeps to what may be given."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from audit.acting import Role
from audit.models import Event, Reason
from audit.mover import Refused
from levy.models import Offer
from levy.services import gifts
from levy.services.plans import change_plan
from organisations.policies import load_initial
from tests.factories.levy import AccountFactory, GiftFactory, OfferFactory, PlanFactory, put_in
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
PENNY = Decimal("0.01")
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


class TestWhatMayBeOffered:
    """The levy of June 2025 gives 100,000 this transfer year; of November 2026, 50,000 in the next, and no more after."""

    @pytest.fixture
    def lines(self, account):
        put_in(account, ("2025-06-23", "levy", 200_000), ("2026-11-23", "levy", 100_000))

    def offered(self, hr, pounds, reason=""):
        facts = {"amount": Decimal(pounds), "closes": date(2027, 3, 1)}
        return gifts.make_offer(facts=facts, by=hr, reason=reason)

    def said(self, hr, pounds, reason=""):
        with pytest.raises(Refused) as told:
            self.offered(hr, pounds, reason)
        assert Offer.unscoped.filter(amount=Decimal(pounds)).count() == 0
        return str(told.value)

    def test_each_year_and_what_stands_in_open_offers(self, account, lines):
        assert gifts.room_of(account) == (100_000, 150_000, 0)
        OfferFactory(account=account, amount=Decimal(30_000))
        OfferFactory(account=account, amount=Decimal(7_000), closes=date(2026, 11, 22))
        OfferFactory(account=account, amount=Decimal(9_000), closed_on=DAY)
        assert gifts.room_of(account) == (70_000, 120_000, 30_000)

    def test_what_is_promised_is_off_in_the_years_that_it_falls_due_in(self, account, lines):
        """8,000 of a gift of 18 months from January 2027: 711.11 this transfer year, 4,266.67 in 2027 and 3,022.22 in
        2028, which has no room for it; the offer that it came from has nothing left."""
        GiftFactory(offer=OfferFactory(account=account, amount=Decimal(8_000)), state="approved", duration=18)
        room = gifts.room_of(account)
        due = [Decimal(8_000) * Decimal("0.8") / 18 * months for months in (3, 12)]
        assert (room.this_year + due[0]).quantize(PENNY) == 100_000
        assert (room.all_years + sum(due)).quantize(PENNY) == 150_000
        assert room.offered == 0

    def test_within_this_year_nothing_is_asked(self, hr, lines):
        offer = self.offered(hr, 100_000, "Not needed")
        assert not Reason.objects.exists()
        assert offer.amount == 100_000

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_above_this_year_it_asks_why_before_it_is_made(self, hr, lines, reason):
        assert self.said(hr, "100000.01", reason) == (
            "£100,000.00 can still be offered this transfer year. The other £0.01 must fall due in later years: "
            "say why that is right, or offer less"
        )

    def test_with_a_reason_it_is_made_and_the_reason_is_kept(self, hr, lines):
        offer = self.offered(hr, 150_000, " Training of two years ")
        assert offer.amount == 150_000
        assert Event.objects.get(verb="make_offer").reason.text == "Training of two years"

    def test_beyond_all_years_no_reason_helps(self, hr, lines):
        assert self.said(hr, "150000.01", "Why not") == (
            "This is more than the £150,000.00 that may be given in this transfer year and the next four."
        )

    def test_two_offers_are_not_made_of_the_same_pounds(self, hr, lines):
        self.offered(hr, 100_000)
        assert self.said(hr, 60_000, "Why not") == (
            "This is more than the £50,000.00 that may be given in this transfer year and the next four, beside the "
            "£100,000.00 in open offers."
        )
        assert self.offered(hr, 50_000, "In 2027").amount == 50_000

    def test_the_page_says_it_before_and_asks_in_its_own_field(self, hr, lines):
        client = client_of(hr)
        assert "You can still offer £100,000.00 this transfer year, and £150,000.00 with the next four." in page_of(
            hr, "/levy/offers/add/"
        )
        typed = {"amount": "120000", "closes": "2027-03-01", "sector": "Kitchens"}
        asked = client.post("/levy/offers/add/", typed)
        assert list(asked.context["form"].errors) == ["reason"]
        assert asked.context["form"].errors["reason"] == [
            "£100,000.00 can still be offered this transfer year. The other £20,000.00 must fall due in later years: "
            "say why that is right, or offer less"
        ]
        assert "Kitchens" in asked.content.decode()
        assert client.post("/levy/offers/add/", typed | {"reason": ""}).status_code == 200
        assert Offer.unscoped.count() == 0
        made = client.post("/levy/offers/add/", typed | {"reason": "Two years of training"}, follow=True)
        offer = Offer.unscoped.get()
        assert offer.amount == 120_000
        assert "Two years of training" in made.content.decode()


class TestPlaces:
    def test_a_gift_of_more_than_the_plan_has_by_now_is_not_approved(self, hr, offer, plan):
        waiting = gifts.propose(offer=offer, plan=plan, learners=3, by=hr)
        change_plan(plan=plan, facts={"learners_to_24": 2}, by=acting_as(Role.ICB_ANALYST))
        with pytest.raises(Refused, match="0 of 2 places of this plan are taken, so a gift can pay for 2 at most"):
            gifts.step(gift=waiting, verb="approve", by=hr)

    @pytest.mark.parametrize(("facts", "gain"), [({"learners": 3}, 2), ({"learners_to_24": 3}, 1)])
    def test_a_plan_keeps_the_places_that_are_promised(self, policies, plan, facts, gain):
        elsewhere(plan, 3, "approved")
        with pytest.raises(Refused) as told:
            change_plan(plan=plan, facts={"learners_found": 0, **facts}, by=acting_as(Role.ICB_ANALYST))
        assert str(told.value) == (
            f"3 of its places are promised by gifts, and only {gain} would gain by a transfer then."
        )
        plan.refresh_from_db()
        assert (plan.learners, plan.learners_to_24) == (4, 1)
        assert change_plan(plan=plan, facts={"learners": 9}, by=acting_as(Role.ICB_ANALYST)).learners == 9


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_trusts_at_once_do_not_take_the_same_places():
    """Three places; two trusts approve gifts of two learners in the same moment: one is told what is left."""
    load_initial()
    plan = PlanFactory(learners=3, learners_to_24=0, learners_found=3)
    givers = [acting_as(Role.TRUST_HR) for _ in range(2)]
    waiting = [
        (GiftFactory(offer=OfferFactory(account=AccountFactory(trust_id=by.organisation_id)), plan=plan), by)
        for by in givers
    ]
    start, said = Barrier(2), []

    def approve(gift, by):
        start.wait()
        try:
            said.append(gifts.step(gift=gift, verb="approve", by=by).state)
        except Refused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    threads = [Thread(target=approve, args=each) for each in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [
        "2 of 3 places of this plan are taken, so a gift can pay for 1 at most.", "approved",
    ]  # fmt: skip
    assert gifts.taken_of([plan]) == {plan.pk: 2}

"""Offers and gifts: states, money left, the guard of the allowance, payments. Only what was paid counts."""

from datetime import date
from decimal import Decimal

import pytest

from audit.acting import Role
from audit.clock import pretend, start_of
from audit.mover import Refused, possible
from levy.models import GiftPayment, GiftState
from levy.services import gifts
from levy.services.payments import link_transfers
from levy.services.plans import add_milestone, add_plan, change_plan, close_plan, reach_milestone
from levy.states import GIFTS
from levy.todo import todo
from organisations.models import Organisation, Policy
from tests.factories.levy import GiftFactory, OfferFactory, PlanFactory, put_in
from tests.factories.organisations import acting_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def icb(policies):
    return acting_as(Role.ICB_ANALYST)


@pytest.fixture
def offer(account):
    """20,000 of an account whose allowance of 2026 is 50,000."""
    put_in(account, ("2025-06-23", "levy", 100_000), ("2026-11-23", "levy", 100_000))
    return OfferFactory(account=account, amount=Decimal(20_000))


@pytest.fixture
def plan():
    return PlanFactory()


def put_forward(offer, plan, by, learners=2):
    return gifts.propose(offer=offer, plan=plan, learners=learners, by=by)


def through(gift, by, *verbs):
    for verb in verbs:
        gift = gifts.step(gift=gift, verb=verb, by=by)
    return gift


def test_from_offer_to_paid(hr, icb, offer, plan):
    gift = put_forward(offer, plan, icb)
    assert gifts.left_of([offer])[offer.pk] == 20_000
    gift = through(gift, hr, "approve")
    assert gifts.left_of([offer])[offer.pk] == 12_000
    gift = through(gift, icb, "accept")
    assert gifts.paid_of([gift])[gift.pk] == 0
    with pretend(start_of(date(2027, 2, 8))):
        gifts.pay(gift=gift, day=date(2027, 2, 8), amount=Decimal("533.33"), by=hr)
    gift.refresh_from_db()
    assert (gift.state, gift.used_on, gifts.paid_of([gift])[gift.pk]) == ("used", date(2027, 2, 8), Decimal("533.33"))


class TestTheStart:
    """Training that is planned from 24 November has not started on the 23rd, and nothing is paid for it."""

    SAID = "This training is planned to start on 24 November 2026. It can be recorded from then on."

    @pytest.fixture
    def gift(self, account):
        return GiftFactory(
            offer=OfferFactory(account=account),
            state="accepted",
            accepted_on=date(2026, 11, 1),
            start=date(2026, 11, 24),
        )

    @pytest.mark.parametrize("role", [Role.TRUST_HR, Role.ICB_ANALYST, Role.ACADEMY])
    def test_it_has_not_started_before(self, hr, gift, role):
        by = hr if role == Role.TRUST_HR else acting_as(role)
        with pytest.raises(Refused) as told:
            gifts.step(gift=gift, verb="use", by=by)
        assert str(told.value) == self.SAID
        assert "use" not in possible(gift, table=GIFTS, by=by)
        with pretend(start_of(date(2026, 11, 24))):
            assert gifts.step(gift=gift, verb="use", by=by).used_on == date(2026, 11, 24)

    def test_nothing_is_paid_for_a_day_before(self, hr, gift):
        with pretend(start_of(date(2026, 12, 8))):
            with pytest.raises(Refused) as told:
                gifts.pay(gift=gift, day=date(2026, 11, 23), amount=Decimal(1), by=hr)
            assert str(told.value) == self.SAID
            assert gifts.pay(gift=gift, day=date(2026, 11, 24), amount=Decimal(1), by=hr).amount == 1

    @pytest.mark.parametrize(("day", "linked"), [("2026-11-23", 0), ("2026-11-24", 1)])
    def test_a_transfer_from_before_is_of_another_agreement(self, hr, account, gift, day, linked):
        put_in(account, (day, "sent", "-533.33"))
        account.transactions.update(counterparty="Example Community Kitchen CIC")
        with pretend(start_of(date(2026, 12, 8))):
            assert link_transfers(account=account, by=hr) == linked
        gift.refresh_from_db()
        assert gift.state == ("used" if linked else "accepted")


def test_money_comes_back_when_they_decline(hr, icb, offer, plan):
    through(put_forward(offer, plan, icb), hr, "approve", "decline")
    assert gifts.left_of([offer])[offer.pk] == 20_000


def test_an_approval_can_be_taken_back(hr, icb, offer, plan):
    gift = through(put_forward(offer, plan, icb), hr, "approve", "undo_approval")
    assert (gift.state, gift.approved_on) == ("pending", None)


MAY = {
    "pending": {"approve", "reject", "withdraw"},
    "approved": {"undo_approval", "accept", "decline"},
    "accepted": {"use", "withdraw_late", "expire"},
}
BROKERS_MAY = {"withdraw", "accept", "decline", "use", "withdraw_late"}


@pytest.mark.parametrize("state", GiftState.values)
@pytest.mark.parametrize("role", [Role.TRUST_HR, Role.ICB_ANALYST, Role.ACADEMY, Role.AUDITOR, Role.RECRUITER])
def test_who_may_do_what_in_each_state(account, hr, state, role):
    by = hr if role == Role.TRUST_HR else acting_as(role)
    begun = date(2026, 11, 1)
    gift = GiftFactory(offer=OfferFactory(account=account), state=state, accepted_on=begun, start=begun)
    allowed = MAY.get(state, set())
    if role in (Role.ICB_ANALYST, Role.ACADEMY):
        allowed = allowed & BROKERS_MAY
    elif role != Role.TRUST_HR:
        allowed = set()
    assert set(possible(gift, table=GIFTS, by=by)) == allowed


def test_another_trust_decides_nothing(other_hr, icb, offer, plan):
    gift = put_forward(offer, plan, icb)
    with pytest.raises(Refused, match="Only the HR lead of the giving trust decides this"):
        through(gift, other_hr, "approve")


class TestRefused:
    def test_a_plan_that_gains_nothing(self, icb, offer):
        young = PlanFactory(learners=2, learners_to_24=2)
        with pytest.raises(Refused, match="a transfer gains nothing"):
            put_forward(offer, young, icb)

    def test_more_learners_than_the_offer_pays_for(self, icb, offer):
        with pytest.raises(Refused, match="This offer can pay for 1 to 5 learners of this plan"):
            put_forward(offer, PlanFactory(learners=7), icb, learners=6)

    def test_the_same_plan_twice(self, icb, offer, plan):
        put_forward(offer, plan, icb)
        with pytest.raises(Refused, match="This plan is with this offer already"):
            put_forward(offer, plan, icb)

    def test_approving_beyond_the_offer(self, hr, icb, offer):
        first, second = (put_forward(offer, PlanFactory(cost=Decimal(6000)), icb) for _ in range(2))
        through(first, hr, "approve")
        with pytest.raises(Refused, match="What is left of the offer does not pay for this"):
            through(second, hr, "approve")

    def test_a_payment_before_acceptance_or_beyond_the_gift(self, hr, icb, offer, plan):
        gift = through(put_forward(offer, plan, icb), hr, "approve")
        with pytest.raises(Refused, match="Only an accepted gift is paid"):
            gifts.pay(gift=gift, day=date(2026, 11, 23), amount=Decimal(1), by=hr)
        gift = through(gift, icb, "accept")
        with pytest.raises(Refused, match="after the acceptance"):
            gifts.pay(gift=gift, day=date(2026, 11, 1), amount=Decimal(1), by=hr)
        with pretend(start_of(date(2027, 1, 1))), pytest.raises(Refused, match="more than the gift"):
            gifts.pay(gift=gift, day=date(2027, 1, 1), amount=Decimal("8000.01"), by=hr)
        assert GiftPayment.unscoped.count() == 0


class TestGuard:
    """50,000 may be given in the transfer year that opened on 20 April 2026; the next ones are of the levy to come."""

    @pytest.fixture
    def large(self, account, icb):
        put_in(account, ("2025-06-23", "levy", 10_000), ("2026-11-23", "levy", 10_000))
        offer = OfferFactory(account=account, amount=Decimal(100_000))
        return put_forward(offer, PlanFactory(cost=Decimal(20_000)), icb)

    def test_a_gift_beyond_the_allowance_is_stopped(self, hr, large):
        """32,000 over 12 months from January 2027: 2,666.67 a month, two months (February, March; April is paid before
        the 20th) and April in the first year: 8,000 against 5,000."""
        over = gifts.over_allowance(large)
        assert [(year.year, year.over) for year in over][0] == (2026, 3000)
        with pytest.raises(Refused, match="This would pass the transfer allowance of 2026 to 2027 by £3,000"):
            through(large, hr, "approve")

    def test_or_warned_about_by_policy(self, hr, large):
        Policy.objects.create(
            key="levy.over_commitment", value="warn", starts=date(2026, 11, 1), source="Board", verified=True
        )
        assert gifts.step(gift=large, verb="approve", by=hr, reason="Agreed by the board").state == "approved"


class TestTransfersOfTheDownload:
    def accepted(self, account, plan):
        return GiftFactory(
            offer=OfferFactory(account=account),
            plan=plan,
            state="accepted",
            accepted_on=date(2026, 11, 1),
            start=date(2026, 11, 2),
        )

    def test_linked_by_the_name_of_the_organisation(self, hr, account, plan):
        gift = self.accepted(account, plan)
        put_in(account, ("2026-11-08", "sent", "-533.33"))
        account.transactions.update(counterparty="EXAMPLE COMMUNITY KITCHEN C.I.C")
        assert link_transfers(account=account, by=hr) == 0
        account.transactions.update(counterparty="EXAMPLE COMMUNITY KITCHEN CIC")
        assert link_transfers(account=account, by=hr) == 1
        assert link_transfers(account=account, by=hr) == 0
        gift.refresh_from_db()
        assert (gifts.paid_of([gift])[gift.pk], gift.state) == (Decimal("533.33"), "used")

    def test_a_typed_payment_is_not_counted_twice(self, hr, account, plan):
        gift = self.accepted(account, plan)
        gifts.pay(gift=gift, day=date(2026, 11, 10), amount=Decimal("533.33"), by=hr)
        put_in(account, ("2026-11-08", "sent", "-533.33"))
        account.transactions.update(counterparty="Example Community Kitchen CIC")
        link_transfers(account=account, by=hr)
        (payment,) = GiftPayment.unscoped.all()
        assert (payment.day, payment.amount, payment.transaction_id is not None) == (
            date(2026, 11, 8), Decimal("533.33"), True,
        )  # fmt: skip

    def test_left_to_a_person_where_two_gifts_could_be_meant(self, hr, account, plan):
        self.accepted(account, plan)
        self.accepted(account, plan)
        put_in(account, ("2026-11-08", "sent", -5))
        account.transactions.update(counterparty="Example Community Kitchen CIC")
        assert link_transfers(account=account, by=hr) == 0


def test_deadlines_and_reminders(hr, icb, offer, plan):
    gift = put_forward(offer, plan, icb)
    assert [task.text for task in todo(hr)] == [
        "Spend or give £100,000 of levy by June 2027",
        "Approve or reject the gift to Example Community Kitchen CIC",
    ]
    gift = through(gift, hr, "approve")
    assert gifts.deadline_of(gift) == ("accept", date(2027, 1, 4))
    (_spend, mine), (theirs,) = todo(hr), todo(icb)
    assert (mine.text, mine.due, mine.waiting) == (
        "Remind Example Community Kitchen CIC to accept the gift", date(2027, 1, 4), True,
    )  # fmt: skip
    assert theirs.waiting is False
    gift = through(gift, icb, "accept")
    assert gifts.deadline_of(gift) == ("use", date(2027, 2, 23))


def test_a_place_is_kept_as_a_small_area_only(hr, icb, offer, plan, places):
    gift = through(put_forward(offer, plan, icb), hr, "approve", "accept")
    learner = gifts.place_learner(gift=gift, postcode=places["core20"].code, by=icb)
    assert (learner.local, learner.core20, learner.decile) == ("yes", "yes", 1)
    assert gifts.place_learner(gift=gift, postcode="", by=icb).local == "unknown"
    with pytest.raises(Refused, match="The places of all learners of this gift are noted"):
        gifts.place_learner(gift=gift, postcode="", by=icb)
    with pytest.raises(Refused, match="Plans are kept by the ICB and the academy"):
        gifts.place_learner(gift=gift, postcode="", by=hr)


class TestPlans:
    def facts(self, **more):
        plan = PlanFactory.build(organisation=None, kept_by=None)
        names = ("standard", "level", "learners", "learners_to_24", "boroughs", "start", "duration", "cost")
        return {name: getattr(plan, name) for name in names} | more

    def test_a_new_organisation_is_added_with_its_number(self, icb):
        plan = add_plan(facts=self.facts(), by=icb, new_name="Kitchen for All", new_code="ce012345")
        assert (plan.organisation.code, plan.organisation.kind, plan.kept_by_id) == (
            "CE012345",
            "vcse",
            icb.organisation_id,
        )
        again = add_plan(facts=self.facts(), by=icb, new_name="Kitchen for All", new_code="CE012345")
        assert again.organisation == plan.organisation
        with pytest.raises(Refused, match="The number CE012345 is that of Kitchen for All"):
            add_plan(facts=self.facts(), by=icb, new_name="Another", new_code="CE012345")
        assert Organisation.objects.filter(kind="vcse").count() == 1

    def test_changed_closed_and_with_milestones(self, icb, plan):
        assert change_plan(plan=plan, facts={"provider": "New College"}, by=icb).provider == "New College"
        with pretend(start_of(date(2026, 11, 20))):
            step = add_milestone(plan=plan, text="Sign", due=date(2026, 12, 1), by=icb)
        assert [task.text for task in todo(icb)] == ["Check: Sign"]
        assert reach_milestone(milestone=step, by=icb).done_on == date(2026, 11, 23)
        assert todo(icb) == []
        close_plan(plan=plan, by=icb)
        with pytest.raises(Refused, match="This plan is closed already"):
            close_plan(plan=plan, by=icb)

    def test_only_brokers_keep_plans(self, hr, plan):
        with pytest.raises(Refused, match="Plans are kept by the ICB and the academy"):
            change_plan(plan=plan, facts={"provider": "x"}, by=hr)

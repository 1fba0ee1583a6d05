"""Every verb of the room: what it leaves behind, what the timeline says to whom, and each refusal in its own words."""

from datetime import date
from decimal import Decimal

import pytest

from audit.acting import Role
from audit.clock import pretend, start_of
from audit.events import broken_chains
from audit.models import Event
from audit.mover import Refused
from levy.models import Account, GiftPayment, Milestone, Offer, OpeningBalance, PayeScheme, Plan, TypedBalance
from levy.services import gifts, plans
from levy.services.accounts import account_for, add_scheme, declare_balance, open_with
from organisations.models import Organisation
from tests.factories.levy import AccountFactory, GiftFactory, OfferFactory, PlanFactory, put_in
from tests.factories.organisations import acting_as
from tests.levy.asking import TODAY, colleague_of, events_of, told_of

pytestmark = pytest.mark.django_db

KEEPS = "Only the HR lead of a trust keeps its levy account."
DECIDES = "Only the HR lead of the giving trust decides this."
PARTY = "Only the giving trust, or a broker for the organisation, records this."
BROKER = "Plans are kept by the ICB and the academy."
NO_ACCOUNT = (Role.RECRUITER, Role.ICB_ANALYST, Role.ACADEMY, Role.AUDITOR, Role.PROVIDER, Role.SYSTEM_ADMIN)
NO_BROKER = (Role.TRUST_HR, Role.RECRUITER, Role.AUDITOR, Role.PROVIDER, Role.SYSTEM_ADMIN)


@pytest.fixture
def icb(policies):
    return acting_as(Role.ICB_ANALYST)


@pytest.fixture
def offer(account):
    put_in(account, ("2025-06-23", "levy", 100_000), ("2026-11-23", "levy", 100_000))
    return OfferFactory(account=account, amount=Decimal(20_000))


@pytest.fixture
def gift(offer):
    return GiftFactory(offer=offer, start=TODAY)


def refused(act, **given):
    with pytest.raises(Refused) as told:
        act(**given)
    return str(told.value)


class TestAccount:
    def test_the_first_verb_makes_it_once(self, hr):
        made = account_for(by=hr)
        assert account_for(by=colleague_of(hr)) == made
        assert (made.trust_id, made.name) == (hr.organisation_id, made.trust.name)
        assert events_of(made) == [("open", "", "")]

    @pytest.mark.parametrize("role", NO_ACCOUNT)
    @pytest.mark.parametrize(
        "verb",
        [
            lambda by: account_for(by=by),
            lambda by: open_with(month=date(2026, 9, 1), amount=Decimal(1), by=by),
            lambda by: declare_balance(day=TODAY, amount=Decimal(1), by=by),
            lambda by: add_scheme(reference="120/A1", by=by),
            lambda by: gifts.make_offer(facts={"closes": TODAY, "amount": Decimal(1)}, by=by),
        ],
        ids=["account", "opening", "balance", "scheme", "offer"],
    )
    def test_nobody_but_hr_keeps_one(self, policies, role, verb):
        by = acting_as(role)
        assert refused(verb, by=by) == KEEPS
        assert Account.unscoped.count() == 0
        assert Event.objects.count() == 0

    def test_an_opening_balance_says_its_month(self, hr, account):
        made = open_with(month=date(2026, 9, 17), amount=Decimal("350.12"), monthly=Decimal(20), by=hr)
        assert (made.month, made.amount, made.monthly, made.membership_id) == (
            date(2026, 9, 1), Decimal("350.12"), 20, hr.membership_id,
        )  # fmt: skip
        assert Event.objects.get().facts == {"month": "2026-09-01"}

    def test_the_newest_opening_counts(self, hr, account):
        for amount in (350, 200):
            open_with(month=date(2026, 9, 1), amount=Decimal(amount), by=hr)
        assert OpeningBalance.unscoped.first().amount == 200

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"amount": Decimal("-0.01")}, "An opening balance is nought or more."),
            ({"monthly": Decimal(-1)}, "An opening balance is nought or more."),
            ({"month": date(2017, 4, 30)}, "Choose a month between May 2017 and this month."),
            ({"month": date(2026, 12, 1)}, "Choose a month between May 2017 and this month."),
        ],
    )
    def test_an_opening_that_cannot_be(self, hr, account, given, sentence):
        given = {"month": date(2026, 9, 1), "amount": Decimal(1), "by": hr} | given
        assert refused(open_with, **given) == sentence
        assert OpeningBalance.unscoped.count() == 0

    @pytest.mark.parametrize("month", [date(2017, 5, 1), date(2026, 11, 30)])
    def test_the_first_and_the_last_month_may_be_chosen(self, hr, account, month):
        assert open_with(month=month, amount=Decimal(0), by=hr).month == month.replace(day=1)

    @pytest.mark.parametrize(
        ("day", "sentence"),
        [
            (date(2026, 11, 24), "The day of a balance is today or earlier."),
            (date(2017, 4, 30), "The levy began in May 2017. Check the year."),
            (date(206, 11, 1), "The levy began in May 2017. Check the year."),
        ],
    )
    def test_a_balance_of_a_day_that_cannot_be(self, hr, account, day, sentence):
        assert refused(declare_balance, day=day, amount=Decimal(1), by=hr) == sentence
        assert TypedBalance.unscoped.count() == 0

    @pytest.mark.parametrize("amount", ["-12.50", "0", "1234567.89"])
    def test_a_balance_may_be_below_nought(self, hr, account, amount):
        typed = declare_balance(day=TODAY, amount=Decimal(amount), by=hr)
        assert (typed.amount, events_of(account)) == (Decimal(amount), [("declare", "", "")])

    def test_a_scheme_is_one_accounts(self, hr, other_hr):
        mine = add_scheme(reference="120/A1", by=hr)
        assert add_scheme(reference="120/A1", by=hr) == mine
        assert refused(add_scheme, reference="120/A1", by=other_hr) == (
            "PAYE scheme 120/A1 belongs to another account."
        )
        assert [scheme.account_id for scheme in PayeScheme.unscoped.all()] == [mine.account_id]


class TestOffer:
    FACTS = {"amount": Decimal(5000), "closes": date(2027, 3, 31), "levels": [2, 3], "boroughs": [], "sector": "Care"}

    def test_made(self, hr, account):
        offer = gifts.make_offer(facts=self.FACTS, by=hr)
        assert (offer.account, offer.amount, offer.levels, offer.closed_on) == (account, 5000, [2, 3], None)
        assert events_of(offer) == [("make_offer", "", "")]
        assert told_of(offer, hr) == ["Offer made"]
        assert gifts.left_of([offer]) == {offer.pk: 5000}

    @pytest.mark.parametrize(("closes", "made"), [(date(2026, 11, 22), 0), (TODAY, 1)])
    def test_an_offer_is_open_until_today_at_least(self, hr, account, closes, made):
        facts = self.FACTS | {"closes": closes}
        if made:
            gifts.make_offer(facts=facts, by=hr)
        else:
            assert refused(gifts.make_offer, facts=facts, by=hr) == "An offer is open until today or later."
        assert Offer.unscoped.count() == made

    def test_closed_once_and_by_its_trust_alone(self, hr, other_hr, icb, offer):
        for by in (other_hr, icb, colleague_of(hr, Role.RECRUITER)):
            assert refused(gifts.close_offer, offer=offer, by=by) == DECIDES
        gifts.close_offer(offer=offer, by=colleague_of(hr))
        assert Offer.unscoped.get().closed_on == TODAY
        assert refused(gifts.close_offer, offer=offer, by=hr) == "This offer has been closed."
        assert told_of(offer, hr) == ["Offer closed"]

    def test_a_closed_offer_takes_nothing_and_keeps_what_it_has(self, hr, icb, offer, gift):
        gifts.close_offer(offer=offer, by=hr)
        sentence = refused(gifts.propose, offer=offer, plan=PlanFactory(), learners=1, by=icb)
        assert sentence == "This offer has been closed."
        assert gifts.step(gift=gift, verb="approve", by=hr).state == "approved"


class TestPropose:
    @pytest.mark.parametrize("role", [Role.ICB_ANALYST, Role.ACADEMY])
    def test_by_a_broker(self, offer, role):
        plan = PlanFactory(cost=Decimal(4321), start=date(2027, 2, 1), duration=15)
        made = gifts.propose(offer=offer, plan=plan, learners=2, by=acting_as(role))
        assert (made.state, made.learners, made.cost, made.start, made.duration, made.proposed_on) == (
            "pending", 2, 4321, date(2027, 2, 1), 15, TODAY,
        )  # fmt: skip
        assert Event.objects.get().facts == {"learners": 2}

    def test_it_shows_on_the_pages_of_gift_offer_and_plan(self, hr, icb, offer):
        plan = PlanFactory()
        made = gifts.propose(offer=offer, plan=plan, learners=1, by=hr)
        for page in (made, offer, plan):
            assert told_of(page, icb) == ["Put forward for the offer"]

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.RECRUITER, Role.PROVIDER, Role.TRUST_HR])
    def test_by_no_stranger(self, offer, role):
        sentence = refused(gifts.propose, offer=offer, plan=PlanFactory(), learners=1, by=acting_as(role))
        assert sentence == PARTY

    @pytest.mark.parametrize(
        ("facts", "learners", "sentence"),
        [
            ({"closed_on": TODAY}, 1, "This plan has been closed."),
            ({"start": TODAY}, 1, "It has begun: a transfer must be agreed before the start."),
            ({"duration": 7}, 1, "An apprenticeship lasts at least 8 months."),
            ({"level": 7}, 1, "Level 7 is funded only up to the age of 21."),
            ({"cost": Decimal(20_001)}, 1, "What is left of the offer does not pay for one learner."),
            ({}, 0, "This offer can pay for 1 to 2 learners of this plan."),
            ({}, 3, "This offer can pay for 1 to 2 learners of this plan."),
            ({"learners": 9, "learners_to_24": 5}, 5, "This offer can pay for 1 to 4 learners of this plan."),
        ],
    )
    def test_what_stops_it(self, icb, offer, facts, learners, sentence):
        assert refused(gifts.propose, offer=offer, plan=PlanFactory(**facts), learners=learners, by=icb) == sentence

    @pytest.mark.parametrize("state", ["pending", "approved", "accepted", "used"])
    def test_one_plan_is_with_one_offer_once(self, icb, offer, state):
        gift = GiftFactory(offer=offer, state=state, accepted_on=TODAY)
        sentence = refused(gifts.propose, offer=offer, plan=gift.plan, learners=1, by=icb)
        assert sentence == "This plan is with this offer already."

    @pytest.mark.parametrize("state", ["rejected", "withdrawn", "declined", "withdrawn_late", "expired"])
    def test_and_again_once_it_came_to_nothing(self, icb, offer, state):
        gift = GiftFactory(offer=offer, state=state)
        assert gifts.propose(offer=offer, plan=gift.plan, learners=1, by=icb).state == "pending"


class TestSteps:
    ROUTES = {
        ("approve",): ("approved", {"approved_on"}, ["Approved by the trust"]),
        ("approve", "undo_approval"): ("pending", set(), ["Approved by the trust", "Approval taken back"]),
        ("reject",): ("rejected", {"ended_on"}, ["Rejected by the trust"]),
        ("withdraw",): ("withdrawn", {"ended_on"}, ["Withdrawn before approval"]),
        ("approve", "decline"): (
            "declined",
            {"approved_on", "ended_on"},
            ["Approved by the trust", "Declined by the organisation"],
        ),
        ("approve", "accept", "use"): (
            "used",
            {"approved_on", "accepted_on", "used_on"},
            ["Approved by the trust", "Accepted by the organisation", "Training started"],
        ),
        ("approve", "accept", "expire"): (
            "expired",
            {"approved_on", "accepted_on", "ended_on"},
            ["Approved by the trust", "Accepted by the organisation", "Not used in time"],
        ),
        ("approve", "accept", "withdraw_late"): (
            "withdrawn_late",
            {"approved_on", "accepted_on", "ended_on"},
            ["Approved by the trust", "Accepted by the organisation", "Withdrawn after acceptance"],
        ),
    }
    DAYS = ("approved_on", "accepted_on", "used_on", "ended_on")

    @pytest.mark.parametrize("verbs", ROUTES, ids="-".join)
    def test_each_route(self, hr, offer, gift, verbs):
        state, dated, sentences = self.ROUTES[verbs]
        for verb in verbs:
            gift = gifts.step(gift=gift, verb=verb, by=hr)
        assert gift.state == state
        assert {name for name in self.DAYS if getattr(gift, name) == TODAY} == dated
        assert {name for name in self.DAYS if getattr(gift, name) is None} == set(self.DAYS) - dated
        for page in (gift, offer, gift.plan):
            assert told_of(page, hr) == sentences
        assert list(broken_chains()) == []

    @pytest.mark.parametrize(
        ("state", "left"),
        [
            ("pending", 20_000), ("approved", 12_000), ("accepted", 12_000), ("used", 12_000), ("rejected", 20_000),
            ("withdrawn", 20_000), ("declined", 20_000), ("withdrawn_late", 20_000), ("expired", 20_000),
        ],
    )  # fmt: skip
    def test_what_each_state_takes_of_the_offer(self, offer, state, left):
        GiftFactory(offer=offer, state=state, accepted_on=TODAY)
        assert gifts.left_of([offer]) == {offer.pk: left}

    def test_a_reason_is_kept_apart_and_read_by_its_own_organisation(self, hr, icb, gift):
        gifts.step(gift=gift, verb="reject", by=hr, reason="The board chose another plan")
        assert Event.objects.get().reason.text == "The board chose another plan"

    def test_the_step_is_looked_at_again_under_the_lock(self, hr, icb, gift):
        """The page was open at two desks: the second press is told what the first one did."""
        gifts.step(gift=gift, verb="reject", by=hr)
        assert refused(gifts.step, gift=gift, verb="withdraw", by=icb) == (
            f"{gift.reference} is rejected; this needs a gift that waits for approval."
        )
        assert events_of(gift) == [("reject", "pending", "rejected")]


class TestPay:
    @pytest.fixture
    def accepted(self, offer):
        return GiftFactory(offer=offer, state="accepted", accepted_on=date(2026, 11, 10), start=date(2026, 11, 10))

    def pay(self, gift, by, amount="100", day=TODAY):
        return gifts.pay(gift=gift, day=day, amount=Decimal(amount), by=by)

    def test_the_first_payment_starts_the_training(self, hr, accepted):
        self.pay(accepted, hr)
        self.pay(accepted, hr, "0.01")
        assert events_of(accepted) == [("pay", "", ""), ("use", "accepted", "used"), ("pay", "", "")]
        assert told_of(accepted.plan, hr) == ["A payment was noted", "Training started", "A payment was noted"]
        assert gifts.paid_of([accepted]) == {accepted.pk: Decimal("100.01")}

    @pytest.mark.parametrize("day", [date(2026, 11, 10), TODAY])
    def test_from_the_acceptance_to_today(self, hr, accepted, day):
        assert self.pay(accepted, hr, day=day).day == day

    @pytest.mark.parametrize("day", [date(2026, 11, 9), date(2026, 11, 24)])
    def test_not_before_and_not_to_come(self, hr, accepted, day):
        assert refused(self.pay, gift=accepted, by=hr, day=day) == (
            "A payment is after the acceptance and not in the future."
        )

    def test_up_to_the_whole_gift_and_no_penny_more(self, hr, accepted):
        self.pay(accepted, hr, "8000")
        assert refused(self.pay, gift=accepted, by=hr, amount="0.01") == (
            "That is more than the gift. Check the amount, or the payments noted already."
        )

    @pytest.mark.parametrize(
        "state", ["pending", "approved", "rejected", "withdrawn", "declined", "withdrawn_late", "expired"]
    )
    def test_in_no_other_state(self, hr, offer, state):
        assert refused(self.pay, gift=GiftFactory(offer=offer, state=state), by=hr) == "Only an accepted gift is paid."

    @pytest.mark.parametrize("role", [Role.TRUST_HR, Role.ICB_ANALYST, Role.ACADEMY, Role.AUDITOR])
    def test_by_nobody_else(self, accepted, role):
        assert refused(self.pay, gift=accepted, by=acting_as(role)) == DECIDES
        assert GiftPayment.unscoped.count() == 0


class TestPlan:
    FACTS = {
        "standard": "Adult care worker", "level": 2, "learners": 3, "learners_to_24": 1, "boroughs": ["E09000005"],
        "start": date(2027, 1, 1), "duration": 12, "cost": Decimal(3000),
    }  # fmt: skip

    def add(self, by, **more):
        return plans.add_plan(facts=self.FACTS, by=by, **more)

    @pytest.mark.parametrize("role", NO_BROKER)
    def test_kept_by_brokers_alone(self, policies, role):
        by, plan = acting_as(role), PlanFactory()
        step = Milestone.unscoped.create(plan=plan, text="x", due=TODAY)
        sentences = {
            refused(self.add, by=by),
            refused(plans.change_plan, plan=plan, facts={"level": 3}, by=by),
            refused(plans.close_plan, plan=plan, by=by),
            refused(plans.add_milestone, plan=plan, text="y", due=TODAY, by=by),
            refused(plans.reach_milestone, milestone=step, by=by),
        }
        assert sentences == {BROKER}
        assert (Plan.unscoped.count(), Event.objects.count()) == (1, 0)

    @pytest.mark.parametrize(("name", "code"), [("", ""), ("Kitchen", ""), ("", "CE012345"), ("Kitchen", "  ")])
    def test_an_organisation_needs_a_name_and_a_number(self, icb, name, code):
        sentence = refused(self.add, by=icb, new_name=name, new_code=code)
        assert sentence == "Choose the organisation, or enter its name and number."
        assert Organisation.objects.filter(kind="vcse").count() == 0

    def test_its_whole_life(self, icb):
        plan = self.add(icb, new_name="Kitchen for All", new_code=" ce012345 ")
        plans.change_plan(plan=plan, facts={"level": 3, "provider": "College"}, by=colleague_of(icb))
        step = plans.add_milestone(plan=plan, text="Sign", due=date(2026, 12, 1), by=icb)
        plans.reach_milestone(milestone=step, by=acting_as(Role.ACADEMY))
        plans.close_plan(plan=plan, by=icb)
        plan = Plan.unscoped.get()
        assert (plan.level, plan.provider, plan.closed_on, plan.organisation.code) == (3, "College", TODAY, "CE012345")
        assert told_of(plan, icb) == [
            "Plan added", "Plan changed", "Milestone added", "Milestone reached", "Plan closed",
        ]  # fmt: skip

    def test_a_milestone_is_reached_once_on_the_day(self, icb):
        step = plans.add_milestone(plan=PlanFactory(), text="Sign", due=date(2026, 12, 1), by=icb)
        with pretend(start_of(date(2026, 11, 30))):
            assert plans.reach_milestone(milestone=step, by=icb).done_on == date(2026, 11, 30)
        assert refused(plans.reach_milestone, milestone=step, by=icb) == "This milestone was reached already."

    def test_what_was_agreed_stays_when_the_plan_changes(self, icb, offer):
        plan = PlanFactory(cost=Decimal(4000))
        made = gifts.propose(offer=offer, plan=plan, learners=2, by=icb)
        plans.change_plan(plan=plan, facts={"cost": Decimal(9000), "start": date(2027, 6, 1)}, by=icb)
        made.refresh_from_db()
        assert (made.cost, made.start, made.plan.cost) == (4000, date(2027, 1, 1), 9000)


def test_what_is_left_of_one_trusts_offer_is_not_anothers(hr, icb, offer):
    other = OfferFactory(account=AccountFactory(), amount=Decimal(7000))
    GiftFactory(offer=offer, state="approved")
    assert gifts.left_of([offer, other]) == {offer.pk: 12_000, other.pk: 7000}

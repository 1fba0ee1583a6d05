"""The demo's plans of voluntary organisations, and gifts of levy in every state that a page shows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from audit.clock import pretend, start_of
from levy.models import Account, Gift, Offer, Plan
from levy.months import first_of, shift
from levy.services.accounts import declare_balance
from levy.services.gifts import make_offer, place_learner, propose, step
from levy.services.plans import add_milestone, add_plan
from levy.services.position import position_of
from levy.services.scenarios import keep
from recruitment.demo.cast import Cast

BRENT, EALING, HILLINGDON, HOUNSLOW, WESTMINSTER, HARROW = (
    "E09000005", "E09000009", "E09000017", "E09000018", "E09000033", "E09000015",
)  # fmt: skip
# Organisation, standard, sector, level, learners, of them to 24, from the most deprived fifth, boroughs, months to the start, length, price, provider, account, found, jobs
PLANS = (
    ("99000103", "Community health and wellbeing worker", "Charity", 3, 3, 0, 2, (EALING, BRENT), -3, 18, 7000, "Harrowfield College", True, 3, True),
    ("99000105", "Adult care worker", "Care services", 2, 4, 1, 2, (HILLINGDON,), 1, 12, 4000, "Made-Up Training Ltd", True, 4, True),
    ("99000101", "Early years educator", "Charity", 3, 5, 2, 3, (EALING, HOUNSLOW), 2, 18, 7000, "Harrowfield College", True, 5, True),
    ("99000102", "Team leader", "Charity", 3, 2, 0, None, (HARROW,), 4, 14, 5000, "", True, 1, True),
    ("99000104", "Youth support worker", "Charity", 3, 2, 2, 1, (WESTMINSTER,), 2, 18, 5000, "Made-Up Training Ltd", True, 2, True),
    ("99000106", "Lead adult care worker", "Care services", 3, 3, 0, 1, (HOUNSLOW, EALING), 2, 18, 4000, "Harrowfield College", False, 2, True),
    ("99000107", "Employability practitioner", "Charity", 4, 2, 0, 1, (BRENT, HARROW), 5, 18, 6000, "", False, 0, False),
    ("99000101", "Data technician", "Digital", 3, 2, 1, 2, (EALING,), 6, 15, 12000, "Made-Up Training Ltd", True, 2, True),
)  # fmt: skip


def add_gifts(*, cast: Cast, today: date) -> None:
    """Plans on the broker's list; offers of two trusts with gifts pending, approved, accepted, used, declined."""
    with _at(today - timedelta(days=150)):
        plans = [_plan(cast, facts, today) for facts in PLANS if facts[0] in cast.organisations]
    if len(plans) < len(PLANS) or not Account.unscoped.filter(trust__code__in=("RYJ", "RKL")).exists():
        return
    _first_trust(cast, plans, today)
    _second_trust(cast, plans, today)
    account = Account.unscoped.select_related("trust").get(trust__code="RYJ")
    position = position_of(account)
    if position:
        declare_balance(day=position.as_at, amount=position.balance, by=cast.act("hr"))
    _scenarios(cast, today)


def _first_trust(cast: Cast, plans: list[Plan], today: date) -> None:
    offer = _offer(cast, "hr", today, amount=60_000, levels=[2, 3], days=140)
    used = _forward(cast, offer, plans[0], 3, today, days=135)
    for verb, days in (("approve", 130), ("accept", 110), ("use", 85)):
        _step(cast, "hr", used, verb, today, days)
    with _at(today - timedelta(days=90)):
        for postcode in ("UB1 3HW", "NW10 8AA", ""):
            place_learner(gift=used, postcode=postcode, by=cast.act("academy"))
    declined = _forward(cast, offer, plans[2], 2, today, days=80)
    _step(cast, "hr", declined, "approve", today, 75)
    _step(cast, "hr", declined, "decline", today, 60)
    approved = _forward(cast, offer, plans[5], 2, today, days=40)
    _step(cast, "hr", approved, "approve", today, 37)
    _forward(cast, offer, plans[3], 1, today, days=6)


def _second_trust(cast: Cast, plans: list[Plan], today: date) -> None:
    offer = _offer(cast, "two-hr", today, amount=30_000, levels=[], days=140)
    accepted = _forward(cast, offer, plans[1], 3, today, days=130)
    for verb, days in (("approve", 128), ("accept", 100)):
        _step(cast, "two-hr", accepted, verb, today, days)
    rejected = _forward(cast, offer, plans[7], 1, today, days=50)
    _step(cast, "two-hr", rejected, "reject", today, 45)


def _at(day: date) -> Any:
    return pretend(start_of(day) + timedelta(hours=10))


def _plan(cast: Cast, facts: tuple[Any, ...], today: date) -> Plan:
    code, standard, sector, level, learners, to_24, core20, boroughs, ahead, duration, cost, provider, *ready = facts
    plan = add_plan(
        facts={
            "organisation": cast.organisations[code],
            "standard": standard,
            "sector": sector,
            "level": level,
            "learners": learners,
            "learners_to_24": to_24,
            "core20_learners": core20,
            "boroughs": list(boroughs),
            "start": shift(first_of(today), ahead),
            "duration": duration,
            "cost": Decimal(cost),
            "provider": provider,
            "has_account": ready[0],
            "learners_found": ready[1],
            "jobs_agreed": ready[2],
        },
        by=cast.act("icb"),
    )
    add_milestone(
        plan=plan, text="Agreement signed with the provider", due=plan.start - timedelta(days=30), by=cast.act("icb")
    )
    return plan


def _offer(cast: Cast, key: str, today: date, *, amount: int, levels: list[int], days: int) -> Offer:
    with _at(today - timedelta(days=days)):
        facts = {
            "amount": Decimal(amount),
            "levels": levels,
            "boroughs": [],
            "sector": "",
            "core20_only": False,
            "closes": today + timedelta(days=120),
        }
        return make_offer(facts=facts, by=cast.act(key), reason="The training runs for longer than a year")


def _forward(cast: Cast, offer: Offer, plan: Plan, learners: int, today: date, *, days: int) -> Gift:
    with _at(today - timedelta(days=days)):
        return propose(offer=offer, plan=plan, learners=learners, by=cast.act("icb"))


def _step(cast: Cast, key: str, gift: Gift, verb: str, today: date, days: int) -> None:
    with _at(today - timedelta(days=days)):
        step(gift=Gift.unscoped.select_related("offer", "plan", "account").get(pk=gift.pk), verb=verb, by=cast.act(key))


def _scenarios(cast: Cast, today: date) -> None:
    spring = shift(first_of(today), 4)
    keep(
        facts={
            "name": "Twenty nursing associates in spring",
            "starts_month": spring,
            "starts_number": 20,
            "starts_price": Decimal(15000),
            "starts_duration": 24,
        },
        by=cast.act("hr"),
    )
    keep(
        facts={
            "name": "A gift of 150,000 next summer",
            "gift_month": shift(spring, 3),
            "gift_amount": Decimal(150_000),
        },
        by=cast.act("hr"),
    )

"""Giving levy away: offers, gifts through their states, payments. Only what was paid counts as given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Sum

from audit.acting import Acting
from audit.clock import today
from audit.events import record
from audit.mover import Refused, move
from levy.allowance import Overcommitted, overcommitted, year_of_payment
from levy.fitting import Fit, Need, Rules, Wish, fit, gainers
from levy.models import (
    PROMISED_STATES,
    Account,
    Gift,
    GiftLearner,
    GiftPayment,
    GiftState,
    Offer,
    Plan,
)
from levy.months import shift
from levy.policies import STOP, dated
from levy.rules import check_broker, check_giver, check_offer_open, check_paid, check_party, check_start, gaps
from levy.services.accounts import account_for
from levy.services.outlook import allowances_of, commitments, gift_training, spread
from levy.services.payments import PAYABLE, stands_there
from levy.services.position import position_of
from levy.states import DATES, GIFTS
from levy.terms import value_on
from nhsuk.words import long_day, pounds, pounds_pence
from organisations.money import MoneyField
from organisations.policies import value_of
from places.models import Borough
from places.services import locate

OF_FIT = ("levy.fully_funded_to", "levy.level_7_to", "levy.shortest")


def rules_of_fit() -> Rules:
    """The dated rules that decide whether a transfer does good, in one query."""
    values = dated(*OF_FIT)
    return Rules(*(values[name] for name in OF_FIT))


class BeyondThisYear(Refused):
    """An offer passes what can be given this transfer year: somebody says why before it is made."""


class Room(NamedTuple):
    """Pounds that a trust may still offer: in this transfer year, and with the next four.

    What is promised is off, in each year that it falls due in, and so is what stands in open offers (`offered`).
    """

    this_year: Decimal
    all_years: Decimal
    offered: Decimal


@transaction.atomic
def make_offer(*, facts: Mapping[str, Any], by: Acting, reason: str = "") -> Offer:
    """Offer pounds of the acting trust's levy.

    Refused if the offer would close before it opens, or is more than all transfer years known have room for;
    BeyondThisYear without a `reason` if it is more than this one has.
    """
    if facts["closes"] < today():
        raise Refused("An offer is open until today or later.")
    account = account_for(by=by)
    beyond = _beyond_this_year(room_of(account), facts["amount"])
    if beyond and not reason.strip():
        raise BeyondThisYear(beyond)
    offer = Offer.unscoped.create(account=account, **facts)
    record(by=by, verb="make_offer", on=offer, threads=[account], reason=reason.strip() if beyond else "")
    return offer


def _beyond_this_year(room: Room | None, amount: Decimal) -> str:
    """What there is to say of an offer that this year has no room for; "" if it has. Refused if no year has."""
    if room is None or amount <= room.this_year:
        return ""
    if amount > room.all_years:
        stands = f", beside the {pounds_pence(room.offered)} in open offers" if room.offered else ""
        raise Refused(
            f"This is more than the {pounds_pence(room.all_years)} that may be given in this transfer year and the next four{stands}."
        )
    return (
        f"{pounds_pence(room.this_year)} can still be offered this transfer year. The other {pounds_pence(amount - room.this_year)} "
        "must fall due in later years: say why that is right, or offer less"
    )


def room_of(account: Account) -> Room | None:
    """How much a trust may still offer; None before its first file."""
    position = position_of(account)
    if position is None:
        return None
    found = allowances_of(position, commitments([account])[account.pk])
    opened = list(Offer.unscoped.filter(account=account, closed_on__isnull=True, closes__gte=today()))
    offered = sum((max(Decimal(), left) for left in left_of(opened).values()), Decimal())
    rest = sum((year.remaining for year in found), Decimal())
    return Room(max(Decimal(), found[0].remaining - offered), max(Decimal(), rest - offered), offered)


@transaction.atomic
def close_offer(*, offer: Offer, by: Acting) -> Offer:
    """Take no more gifts from an offer; those under way go on."""
    check_giver(by=by, row=offer)
    check_offer_open(offer)
    offer.closed_on = today()
    offer.save(update_fields=["closed_on"])
    record(by=by, verb="close_offer", on=offer)
    return offer


def left_of(offers: Sequence[Offer]) -> dict[int, Decimal]:
    """Pounds that each offer still has: its amount less what is approved, accepted or in use. One query."""
    taken = (
        Gift.unscoped.filter(offer__in=offers, state__in=PROMISED_STATES)
        .values("offer")
        .annotate(pounds=Sum(F("cost") * F("learners"), output_field=MoneyField()))
        .order_by()
    )
    by_offer = {row["offer"]: row["pounds"] for row in taken}
    return {offer.pk: offer.amount - by_offer.get(offer.pk, Decimal()) for offer in offers}


def taken_of(plans: Sequence[Plan]) -> dict[int, int]:
    """Places of each plan that gifts of any trust pay for: approved, accepted or in use. One query."""
    rows = (
        Gift.unscoped.filter(plan__in=plans, state__in=PROMISED_STATES)
        .values("plan")
        .annotate(places=Sum("learners"))
        .order_by()
    )
    taken = {row["plan"]: row["places"] for row in rows}
    return {plan.pk: taken.get(plan.pk, 0) for plan in plans}


def check_places(plan: Plan, learners: int) -> None:
    """Refused if other gifts leave fewer places than this one takes. The plan is locked: two trusts may decide at once."""
    plan = Plan.unscoped.select_for_update(of=("self",)).get(pk=plan.pk)
    taken, gaining = taken_of([plan])[plan.pk], gaining_of(plan)
    if learners > gaining - taken:
        left = max(0, gaining - taken)
        raise Refused(f"{taken} of {gaining} places of this plan are taken, so a gift can pay for {left} at most.")


def gaining_of(plan: Plan) -> int:
    """Places of a plan that a transfer does good for."""
    return gainers(need_of(plan), rules_of_fit())


def need_of(plan: Plan, taken: int = 0) -> Need:
    """A plan as the fit takes it."""
    return Need(
        level=plan.level,
        boroughs=frozenset(plan.boroughs),
        sector=plan.sector,
        learners=plan.learners,
        to_24=plan.learners_to_24,
        core20=plan.core20_learners,
        start=plan.start,
        duration=plan.duration,
        cost=plan.cost,
        pays_levy=plan.pays_levy,
        gaps=gaps(plan),
        taken=taken,
    )


def wish_of(offer: Offer, left: Decimal) -> Wish:
    """An offer as the fit takes it."""
    return Wish(
        left=left,
        levels=frozenset(offer.levels),
        boroughs=frozenset(offer.boroughs),
        sector=offer.sector,
        core20_only=offer.core20_only,
        closes=offer.closes if offer.closed_on is None else date.min,
        today=today(),
    )


def borough_names() -> dict[str, str]:
    """Local boroughs by code."""
    return dict(Borough.objects.values_list("code", "name"))


def plans_for(offer: Offer, plans: Sequence[Plan]) -> list[tuple[Plan, Fit]]:
    """Each plan with its fit: those that fit first, best first; then what stops the others. Four queries."""
    wish, rules, names = wish_of(offer, left_of([offer])[offer.pk]), rules_of_fit(), borough_names()
    taken = taken_of(plans)
    found = [(plan, fit(need_of(plan, taken[plan.pk]), wish, rules, names=names)) for plan in plans]
    return sorted(found, key=lambda pair: (bool(pair[1].stop), pair[1].order, pair[0].start, pair[0].pk))


@transaction.atomic
def propose(*, offer: Offer, plan: Plan, learners: int, by: Acting) -> Gift:
    """Put learners of a plan forward for an offer. Refused with the sentence that says what stops it."""
    offer = Offer.unscoped.select_for_update(of=("self",)).select_related("account").get(pk=offer.pk)
    check_party(by=by, row=offer)
    check_offer_open(offer)
    if plan.closed_on is not None:
        raise Refused("This plan has been closed.")
    if offer.gifts.filter(plan=plan, state__in=(GiftState.PENDING, *PROMISED_STATES)).exists():
        raise Refused("This plan is with this offer already.")
    if taken_of([plan])[plan.pk]:
        check_places(plan, learners)
    found = dict((row.pk, fitted) for row, fitted in plans_for(offer, [plan]))[plan.pk]
    if found.stop:
        raise Refused(found.stop)
    if not 1 <= learners <= found.affordable:
        most = "1 learner" if found.affordable == 1 else f"1 to {found.affordable} learners"
        raise Refused(f"This offer can pay for {most} of this plan.")
    gift = Gift.unscoped.create(
        account=offer.account,
        offer=offer,
        plan=plan,
        learners=learners,
        cost=plan.cost,
        start=plan.start,
        duration=plan.duration,
        proposed_on=today(),
    )
    record(by=by, verb="propose", on=gift, threads=[offer, plan], learners=learners)
    return gift


def over_allowance(gift: Gift) -> list[Overcommitted]:
    """The transfer years in which this gift, with all that is promised, would pass the allowance; empty if it fits."""
    position = position_of(gift.account)
    if position is None:
        return []
    years = allowances_of(position, commitments([gift.account])[gift.account_id])
    profile = spread([gift_training(gift)], first=position.first)
    known = {year.year for year in years}
    within = {month: amount for month, amount in profile.items() if year_of_payment(month) in known}
    return overcommitted(years, within)


@transaction.atomic
def step(*, gift: Gift, verb: str, by: Acting, reason: str = "") -> Gift:
    """Move a gift by one of its verbs.

    Approving is Refused beyond the offer, beyond the plan's places, and beyond the allowance of any year that the gift
    falls due in; where the policy only warns of the last, without a reason.
    """
    if verb == "approve":
        check_approval(gift, reason=reason)
    facts: dict[str, Any] = {DATES[verb]: today()} if verb in DATES else {"approved_on": None}
    moved: Gift = move(gift, verb, table=GIFTS, by=by, reason=reason, threads=[gift.offer, gift.plan], **facts)
    return moved


def asks_why(over: Sequence[Overcommitted]) -> bool:
    """Whether a gift that passes an allowance may be approved all the same, with a reason."""
    return bool(over) and value_of("levy.over_commitment") != STOP


def check_approval(gift: Gift, *, reason: str = "") -> None:
    """Refused if the offer has not enough left, or a year's allowance would be passed (`step`)."""
    Account.unscoped.select_for_update(of=("self",)).get(pk=gift.account_id)
    if gift.cost * gift.learners > left_of([gift.offer])[gift.offer_id]:
        raise Refused("What is left of the offer does not pay for this. Take an approval back, or make a new offer.")
    check_places(gift.plan, gift.learners)
    over = over_allowance(gift)
    may = asks_why(over)
    if over and not (may and reason.strip()):
        first = over[0]
        mend = "Say why it is approved all the same." if may else "Give for fewer learners, or in a later year."
        raise Refused(
            f"This would pass the transfer allowance of {first.year} to {first.year + 1} by {pounds(first.over)}. {mend}"
        )


class NotedAlready(Refused):
    """The same payment stands there: somebody says that it is another one before it is noted."""


@transaction.atomic
def pay(*, gift: Gift, day: date, amount: Decimal, by: Acting, another: bool = False) -> GiftPayment:
    """Note pounds that left the account for a gift. The first payment means that training has started.

    Refused before the acceptance, before the planned start, and in the future; NotedAlready where the same amount of
    the same day stands there, unless it is `another`.
    """
    gift = Gift.unscoped.select_for_update(of=("self",)).select_related("offer", "plan", "account").get(pk=gift.pk)
    check_giver(by=by, row=gift)
    if gift.state not in PAYABLE:
        raise Refused("Only an accepted gift is paid.")
    if not (gift.accepted_on or day) <= day <= today():
        raise Refused("A payment is after the acceptance and not in the future.")
    check_start(gift, day)
    check_paid(gift, paid=paid_of([gift])[gift.pk], more=amount)
    if not another and stands_there(gift=gift, day=day, amount=amount):
        raise NotedAlready(
            f"{pounds_pence(amount)} of {long_day(day)} is noted already. If this is another payment, say so"
        )
    payment = GiftPayment.unscoped.create(gift=gift, day=day, amount=amount, typed=True)
    record(by=by, verb="pay", on=gift, threads=[gift.plan])
    if gift.state == GiftState.ACCEPTED:
        move(gift, "use", table=GIFTS, by=by, threads=[gift.offer, gift.plan], used_on=today(), used_by_payment=True)
    return payment


def paid_of(gifts: Sequence[Gift]) -> dict[int, Decimal]:
    """Pounds paid for each gift, in one query."""
    rows = GiftPayment.unscoped.filter(gift__in=gifts).values("gift").annotate(pounds=Sum("amount")).order_by()
    paid = {row["gift"]: row["pounds"] for row in rows}
    return {gift.pk: paid.get(gift.pk, Decimal()) for gift in gifts}


def paid_in_all(acting: Acting) -> Decimal:
    """Pounds paid for every gift that the reader sees; added up by the database."""
    found: Decimal | None = GiftPayment.objects.visible_to(acting).aggregate(pounds=Sum("amount"))["pounds"]
    return found or Decimal()


def accepted_in_all(acting: Acting) -> Decimal:
    """Pounds of every accepted gift that the reader sees, over the whole apprenticeships; added up by the database."""
    live = Gift.objects.visible_to(acting).filter(state__in=PAYABLE)
    found: Decimal | None = live.aggregate(pounds=Sum(F("cost") * F("learners"), output_field=MoneyField()))["pounds"]
    return found or Decimal()


def placed_of(gift: Gift) -> int:
    """Of how many learners of a gift the place is noted."""
    return gift.people.count()


@transaction.atomic
def place_learner(*, gift: Gift, postcode: str, by: Acting) -> GiftLearner:
    """Note where one learner of a gift lived at the start: the postcode becomes a small area and is not kept."""
    check_broker(by)
    gift = Gift.unscoped.select_for_update(of=("self",)).get(pk=gift.pk)
    if placed_of(gift) >= gift.learners:
        raise Refused("The places of all learners of this gift are noted.")
    place = locate(postcode)
    learner = GiftLearner.unscoped.create(
        gift=gift,
        lsoa=place.lsoa,
        decile=place.decile,
        local=place.local.value,
        core20=place.core20.value,
        edition=int(place.edition),
    )
    record(by=by, verb="place", on=gift)
    return learner


Limits = dict[str, list[tuple[date, int]]]


def limits() -> Limits:
    """How long a gift may wait, by the day it began to; in one query."""
    return dated("levy.days_to_accept", "levy.months_to_use")


def deadline_of(gift: Gift, within: Limits | None = None) -> tuple[str, date] | None:
    """What a gift waits for and until when, as the government's service closes it by itself; None if nothing.

    For many gifts give `limits()`.
    """
    within = limits() if within is None else within
    if gift.state == GiftState.APPROVED and gift.approved_on:
        days = value_on(within["levy.days_to_accept"], gift.approved_on, "levy.days_to_accept")
        return "accept", gift.approved_on + timedelta(days=days)
    if gift.state == GiftState.ACCEPTED and gift.accepted_on:
        return "use", _use_by(gift.accepted_on, within)
    return None


def _use_by(accepted: date, within: Limits) -> date:
    """The day until which a gift that is accepted on a day must be used."""
    first = shift(accepted.replace(day=1), value_on(within["levy.months_to_use"], accepted, "levy.months_to_use"))
    last = shift(first, 1) - timedelta(days=1)
    return min(first + timedelta(days=accepted.day - 1), last)


def too_late_if_accepted(gift: Gift) -> date | None:
    """Until when a gift must be used if it is accepted today, where its training is planned to start later; else None."""
    if gift.state not in (GiftState.PENDING, GiftState.APPROVED):
        return None
    until = _use_by(today(), limits())
    return until if gift.start > until else None

"""Offers, the plans that fit them, and gifts through their states."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from audit.acting import Acting, Role
from audit.clock import today
from audit.mover import possible
from levy.forms import OfferForm, PaymentForm, PlaceForm, ProposeForm, TakeOutForm
from levy.models import (
    Account,
    Application,
    Entry,
    Gift,
    GiftPayment,
    GiftState,
    Offer,
    Plan,
    Transaction,
)
from levy.rules import BROKERS, PAYMENT_READERS, READERS, reads_payments
from levy.services.applications import standings
from levy.services.gifts import (
    BeyondThisYear,
    Limits,
    NotedAlready,
    accepted_in_all,
    asks_why,
    borough_names,
    close_offer,
    deadline_of,
    left_of,
    limits,
    make_offer,
    over_allowance,
    paid_in_all,
    paid_of,
    pay,
    place_learner,
    placed_of,
    plans_for,
    propose,
    room_of,
    step,
    too_late_if_accepted,
)
from levy.services.outlook import cost_by_year
from levy.services.payments import PAYABLE, take_out
from levy.states import GIFTS
from levy.views.accounts import only, says
from nhsuk.words import STARRED, long_day, pounds_pence
from organisations.timelines import timeline

COLOURS = {
    GiftState.PENDING: "yellow",
    GiftState.APPROVED: "blue",
    GiftState.ACCEPTED: "aqua-green",
    GiftState.USED: "green",
}
DONE = {
    "approve": "The gift is approved. It waits for the organisation to accept it.",
    "reject": "The gift is rejected.",
    "withdraw": "The gift is withdrawn.",
    "undo_approval": "The approval is taken back.",
    "accept": "The acceptance is recorded.",
    "decline": "It is recorded that they declined.",
    "use": "It is recorded that the training has started.",
    "withdraw_late": "The gift is withdrawn.",
    "expire": "It is recorded that the gift was not used in time.",
}
GIFTS_SHOWN = 200
UNLINKED_SHOWN = 20
REASON_LENGTH = 500
APPLICATIONS_SHOWN = 50


def _gifts(acting: Acting) -> Any:
    return Gift.objects.visible_to(acting).select_related("plan__organisation", "account__trust", "offer")


def gifts(request: Any) -> HttpResponse:
    """Offers and gifts of one's trust, or for a broker of all; only what was paid counts as given.

    The academy's sum is of the plans that it keeps; the ICB and the auditor have theirs beside the trusts.
    """
    only(request, *READERS)
    acting = request.acting
    own = acting.role == Role.TRUST_HR
    rows = list(_gifts(acting)[:GIFTS_SHOWN])
    offers = list(Offer.objects.visible_to(acting).select_related("account__trust")[:100])
    paid, left, within = paid_of(rows), left_of(offers), limits()
    asked = Application.objects.visible_to(acting).select_related("plan")
    context = {
        "gifts": [{"gift": row, "paid": _shown(paid, row, acting), **_words(row, within)} for row in rows],
        "offers": [{"offer": row, "left": left[row.pk]} for row in offers],
        "paid": paid_in_all(acting) if acting.role in PAYMENT_READERS else None,
        "given_words": "paid; only that counts" if own else "paid for the plans that you keep",
        "promised": accepted_in_all(acting),
        "older": max(0, _gifts(acting).count() - len(rows)) if len(rows) == GIFTS_SHOWN else 0,
        "own": own,
        "applications": standings(list(asked[:APPLICATIONS_SHOWN]), offers),
        "unlinked": Transaction.objects.visible_to(acting).filter(kind=Entry.SENT, paid__isnull=True)[:UNLINKED_SHOWN],
    }
    return render(request, "levy/gifts.html", context)


def _words(gift: Gift, within: Limits | None = None) -> dict[str, Any]:
    waits = deadline_of(gift, within)
    return {
        "colour": COLOURS.get(GiftState(gift.state), "grey"),
        "waits": waits,
        "late": bool(waits and waits[1] < today()),
        "total": gift.cost * gift.learners,
    }


def _shown(paid: dict[int, Any], gift: Gift, acting: Acting) -> Any:
    """What a gift has paid, as a reader may see it; that nothing was paid is no secret."""
    return paid[gift.pk] if reads_payments(acting, gift) or not paid[gift.pk] else STARRED


def add_offer(request: Any) -> HttpResponse:
    """Offer levy."""
    only(request, Role.TRUST_HR)
    form = OfferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = says(request, form, lambda: _offered(request, form))
        if made:
            messages.success(request, "The offer is made. Below are the plans that fit it, and what stops the others.")
            return redirect(made)
    context = {
        "form": form,
        "title": "Offer levy",
        "intro": _room_words(Account.objects.visible_to(request.acting).first()),
        "button": "Make the offer",
        "back": "levy:gifts",
    }
    return render(request, "levy/form.html", context)


def _offered(request: Any, form: OfferForm) -> Offer | None:
    """The offer of a form; None where the form must ask why first."""
    facts = dict(form.cleaned_data)
    reason = facts.pop("reason", "")
    try:
        return make_offer(facts=facts, by=request.acting, reason=reason)
    except BeyondThisYear as beyond:
        form.ask_why(str(beyond))
        return None


def _room_words(account: Account | None) -> str:
    """What the giver reads before making an offer."""
    said = (
        "Say how much you would give and to whom you would rather give. Nothing is promised until you approve a gift."
    )
    room = room_of(account) if account else None
    if room is None:
        return said
    besides = f" (besides {pounds_pence(room.offered)} in open offers)" if room.offered else ""
    return (
        f"{said} You can still offer {pounds_pence(room.this_year)} this transfer year, "
        f"and {pounds_pence(room.all_years)} with the next four{besides}."
    )


def offer(request: Any, reference: str) -> HttpResponse:
    """One offer: what is left, its gifts, which plans fit and why, and what stops the others."""
    only(request, *READERS)
    rows = Offer.objects.visible_to(request.acting).select_related("account__trust")
    row = get_object_or_404(rows, reference=reference)
    return _offer_page(request, row)


def _offer_page(request: Any, row: Offer) -> HttpResponse:
    acting = request.acting
    made = list(_gifts(acting).filter(offer=row))
    with_it = {gift.plan_id for gift in made if gift.state in (GiftState.PENDING, GiftState.APPROVED, *PAYABLE)}
    plans = Plan.objects.visible_to(acting).filter(closed_on__isnull=True).exclude(pk__in=with_it)
    found, within = plans_for(row, list(plans.select_related("organisation"))), limits()
    context = {
        "offer": row,
        "left": left_of([row])[row.pk],
        "boroughs": [name for code, name in borough_names().items() if code in row.boroughs],
        "gifts": [{"gift": gift, **_words(gift, within)} for gift in made],
        "fitting": [(plan, fit) for plan, fit in found if fit.possible],
        "stopped": [(plan, fit) for plan, fit in found if not fit.possible],
        "can_propose": acting.role in (Role.TRUST_HR, *BROKERS) and row.closed_on is None,
        "can_close": acting.role == Role.TRUST_HR and row.closed_on is None,
        "lines": timeline(row, acting),
    }
    return render(request, "levy/offer.html", context)


@require_POST
def end_offer(request: Any, reference: str) -> HttpResponse:
    """Close an offer."""
    only(request, Role.TRUST_HR)
    row = get_object_or_404(Offer.objects.visible_to(request.acting).select_related("account"), reference=reference)
    says(request, None, lambda: close_offer(offer=row, by=request.acting))
    return redirect(row)


@require_POST
def match(request: Any, reference: str, plan: str) -> HttpResponse:
    """Put learners of a plan forward for an offer."""
    only(request, Role.TRUST_HR, *BROKERS)
    row = get_object_or_404(Offer.objects.visible_to(request.acting).select_related("account"), reference=reference)
    found = get_object_or_404(Plan.objects.visible_to(request.acting), reference=plan)
    form = ProposeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Enter how many learners the gift would pay for.")
        return redirect(row)
    made = says(request, None, lambda: propose(offer=row, plan=found, by=request.acting, **form.cleaned_data))
    return redirect(made or row)


def gift(request: Any, reference: str) -> HttpResponse:
    """One gift: where it stands, what it costs by year, what was paid."""
    only(request, *READERS)
    return _gift_page(request, get_object_or_404(_gifts(request.acting), reference=reference))


def _gift_page(request: Any, row: Gift, *, payment: Any = None, place: Any = None) -> HttpResponse:
    acting = request.acting
    verbs = [(verb, GIFTS[verb].label) for verb in possible(row, table=GIFTS, by=acting)]
    payable = row.state in PAYABLE
    begun = row.start <= today()
    over = over_allowance(row) if row.state == GiftState.PENDING and acting.role == Role.TRUST_HR else []
    context = {
        "gift": row,
        **_words(row),
        "verbs": verbs,
        "paid": _shown(paid_of([row]), row, acting),
        "reads_payments": reads_payments(acting, row),
        "payments": GiftPayment.objects.visible_to(acting).filter(gift=row).select_related("transaction"),
        "profile": cost_by_year(row),
        "over": over,
        "too_late": too_late_if_accepted(row),
        "asks_why": asks_why(over),
        "takes_out": acting.role == Role.TRUST_HR,
        "begins": row.start if payable and not begun else None,
        "placed": placed_of(row),
        "payment_form": (payment or PaymentForm()) if payable and begun and acting.role == Role.TRUST_HR else None,
        "place_form": (place or PlaceForm()) if payable and acting.role in BROKERS else None,
        "form": payment or place,
        "lines": timeline(row, acting),
    }
    return render(request, "levy/gift.html", context)


@require_POST
def move(request: Any, reference: str, verb: str) -> HttpResponse:
    """Take one step of a gift."""
    only(request, Role.TRUST_HR, *BROKERS)
    row = get_object_or_404(_gifts(request.acting), reference=reference)
    if verb not in GIFTS:
        raise Http404
    reason = request.POST.get("reason", "")[:REASON_LENGTH]
    if says(request, None, lambda: step(gift=row, verb=verb, by=request.acting, reason=reason)):
        messages.success(request, DONE[verb])
    return redirect(row)


@require_POST
def payment(request: Any, reference: str) -> HttpResponse:
    """Note a payment."""
    only(request, Role.TRUST_HR)
    row = get_object_or_404(_gifts(request.acting), reference=reference)
    form = PaymentForm(request.POST)
    if form.is_valid() and says(request, form, lambda: _paid(request, row, form)):
        messages.success(request, "The payment is noted.")
        return redirect(row)
    return _gift_page(request, row, payment=form)


def _paid(request: Any, gift: Gift, form: PaymentForm) -> GiftPayment | None:
    """The payment of a form; None where the form must ask first whether it is another one."""
    try:
        return pay(gift=gift, by=request.acting, **form.cleaned_data)
    except NotedAlready as noted:
        form.ask_whether_another(str(noted))
        return None


def taking_out(request: Any, reference: str, payment: int) -> HttpResponse:
    """Take out a payment that somebody typed and no download shows."""
    only(request, Role.TRUST_HR)
    gift = get_object_or_404(_gifts(request.acting), reference=reference)
    unlined = GiftPayment.objects.visible_to(request.acting).filter(gift=gift, transaction__isnull=True)
    row = get_object_or_404(unlined.select_related("gift"), pk=payment)
    form = TakeOutForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and says(request, form, lambda: take_out(payment=row, by=request.acting, **form.cleaned_data))
    ):
        messages.success(request, "The payment is taken out.")
        return redirect(gift)
    said = (
        f"{pounds_pence(row.amount)} of {long_day(row.day)} to {gift.plan.organisation.name} no longer counts as given."
    )
    back = " A gift that nothing but its payments shows in use waits for the start again once none is left."
    context = {
        "form": form,
        "title": "Take out a payment",
        "intro": said + back,
        "button": "Take it out",
        "back_url": gift.get_absolute_url(),
    }
    return render(request, "levy/form.html", context)


@require_POST
def place(request: Any, reference: str) -> HttpResponse:
    """Note where a learner lived; the postcode is not kept."""
    only(request, *BROKERS)
    row = get_object_or_404(_gifts(request.acting), reference=reference)
    form = PlaceForm(request.POST)
    if form.is_valid() and says(request, form, lambda: place_learner(gift=row, by=request.acting, **form.cleaned_data)):
        messages.success(request, "The learner's small area is noted; the postcode is not kept.")
        return redirect(row)
    return _gift_page(request, row, place=form)

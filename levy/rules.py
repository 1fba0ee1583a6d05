"""Who may do what with plans, offers and gifts, and what a plan still lacks: checks that raise a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

from audit.acting import Acting, Role
from audit.clock import today
from audit.mover import Refused
from levy.models import Gift, Offer, Plan
from nhsuk.words import long_day

BROKERS = (Role.ICB_ANALYST, Role.ACADEMY)
READERS = (Role.TRUST_HR, *BROKERS, Role.AUDITOR)  # of plans, offers and gifts
PAYMENT_READERS = (Role.TRUST_HR, Role.ACADEMY)  # of payments of gifts, each of its own: `reads_payments`
SCHEME_KEEPERS = (Role.ICB_ANALYST, Role.SYSTEM_ADMIN)


def check_giver(*, by: Acting, row: Any) -> None:
    """Refused unless `by` is the HR lead of the trust that gives."""
    if by.role != Role.TRUST_HR or row.account.trust_id != by.organisation_id:
        raise Refused("Only the HR lead of the giving trust decides this.")


def check_party(*, by: Acting, row: Any) -> None:
    """Refused unless `by` gives, or is a broker who speaks for the organisation."""
    if by.role in BROKERS:
        return
    if by.role != Role.TRUST_HR or row.account.trust_id != by.organisation_id:
        raise Refused("Only the giving trust, or a broker for the organisation, records this.")


def check_begun(*, by: Acting, row: Any) -> None:
    """As `check_party`; Refused also before the day on which the training of a gift is planned to start."""
    check_party(by=by, row=row)
    check_start(row)


def check_start(gift: Gift, on: date | None = None) -> None:
    """Refused where a day (today unless said) is before the planned start: nothing is trained or paid before it."""
    if (on or today()) < gift.start:
        raise Refused(f"This training is planned to start on {long_day(gift.start)}. It can be recorded from then on.")


def check_broker(by: Acting) -> None:
    """Refused unless `by` keeps plans: the ICB or the academy."""
    if by.role not in BROKERS:
        raise Refused("Plans are kept by the ICB and the academy.")


def check_scheme_keeper(by: Acting) -> None:
    """Refused unless `by` puts right which trust a PAYE scheme belongs to: neither of the two trusts may."""
    if by.role not in SCHEME_KEEPERS:
        raise Refused("The ICB or a system administrator moves a PAYE scheme.")


def can_keep_plans(by: Acting) -> bool:
    """Whether the page shows the buttons of `check_broker`."""
    return by.role in BROKERS


def reads_payments(by: Acting, gift: Gift) -> bool:
    """Whether what a gift has paid is for this reader: the giver's, and the academy's for the plans that it keeps.

    A gift is of a few learners. The ICB and the auditor read sums, starred below eight people, and never a record.
    """
    if by.role == Role.ACADEMY:
        return gift.plan.kept_by_id == by.organisation_id
    return by.role == Role.TRUST_HR and gift.account.trust_id == by.organisation_id


def gaps(plan: Plan) -> tuple[str, ...]:
    """What a plan lacks before training could begin, in words that complete "Still open: ..."."""
    lacking = (
        (not plan.provider, "a training provider"),
        (not plan.has_account, "an apprenticeship service account"),
        (plan.learners_found < plan.learners, f"{plan.learners - plan.learners_found} of {plan.learners} learners"),
        (not plan.jobs_agreed, "the jobs"),
    )
    return tuple(words for lacks, words in lacking if lacks)


def check_offer_open(offer: Offer) -> None:
    """Refused if the offer was closed."""
    if offer.closed_on is not None:
        raise Refused("This offer has been closed.")


def check_paid(gift: Gift, *, paid: Any, more: Any) -> None:
    """Refused if payments would pass what the gift is."""
    if paid + more > gift.cost * gift.learners:
        raise Refused("That is more than the gift. Check the amount, or the payments noted already.")

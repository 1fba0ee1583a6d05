"""The states of a referral, an interview, its outcome and an employment, one table each; the diagrams in docs/ are made from them."""

from __future__ import annotations

from typing import Any

from audit.acting import TRUST_ROLES, Acting, Role
from audit.mover import Refused, Step

PUTS_FORWARD = (Role.ACADEMY, Role.PROVIDER)


def check_puts_forward(*, by: Acting, row: Any) -> None:
    """The academy, or the provider of the person, acts for the candidate; so may the candidate and the system."""
    if by.role not in (*PUTS_FORWARD, Role.CANDIDATE, Role.SYSTEM):
        raise Refused("Only the academy, the provider or the candidate does this.")


def check_trust(*, by: Acting, row: Any) -> None:
    """The trust of the vacancy acts, by membership, by its reply link, or by its imported file."""
    if by.role in (Role.SYSTEM, Role.LINK):
        return
    if by.role not in TRUST_ROLES or by.organisation_id != row.vacancy.trust_id:
        raise Refused("Only the trust of the vacancy does this.")


def check_either(*, by: Acting, row: Any) -> None:
    """Whoever puts forward or receives: used where both may know first."""
    if by.role in PUTS_FORWARD or by.role in (Role.CANDIDATE, Role.SYSTEM):
        return
    check_trust(by=by, row=row)


def check_interview_trust(*, by: Acting, row: Any) -> None:
    check_trust(by=by, row=row.referral)


def check_interview_either(*, by: Acting, row: Any) -> None:
    check_either(by=by, row=row.referral)


def check_employment(*, by: Acting, row: Any) -> None:
    """The employer, or the academy on the candidate's word."""
    if by.role in PUTS_FORWARD or by.role is Role.SYSTEM:
        return
    if by.role not in TRUST_ROLES or by.organisation_id != row.employer_id:
        raise Refused("Only the employer or the academy records this.")


REFERRAL = {
    "offer": Step(("suggested",), "offered", "a suggestion", check_puts_forward, "Offer"),
    "accept": Step(("offered",), "accepted", "an offer", check_puts_forward, "Record a yes"),
    "decline": Step(("offered",), "declined", "an offer", check_puts_forward, "Record a no"),
    "submit": Step(("accepted",), "submitted", "an accepted offer", check_puts_forward, "Submit to the trust"),
    "meets": Step(("submitted",), "meets", "a submitted referral", check_trust, "Meets the criteria"),
    "does_not_meet": Step(
        ("submitted",), "does_not_meet", "a submitted referral", check_trust, "Does not meet the criteria"
    ),
    "keep": Step(("meets",), "kept", "a referral that meets the criteria", check_trust, "Interview held"),
    "release": Step(
        ("meets",), "released", "a referral that meets the criteria", check_either, "Given up by the candidate"
    ),
    "break": Step(("meets",), "broken", "a referral that meets the criteria", check_trust, "Withdraw the interview"),
    "take_back_decision": Step(
        ("meets", "does_not_meet"), "submitted", "a decision", check_trust, "Correct the decision"
    ),
    "take_back_interview": Step(
        ("kept",), "meets", "an interview that was held", check_trust, "Correct what is said of the interview"
    ),
    "withdraw": Step(
        ("suggested", "offered", "accepted", "submitted"),
        "withdrawn",
        "a referral that is not decided",
        check_puts_forward,
        "Withdraw",
    ),
    "close": Step(
        ("suggested", "offered", "accepted", "submitted"),
        "closed",
        "a referral that is not decided",
        check_either,
        "Close",
    ),
}

INTERVIEW = {
    "hold": Step(("booked",), "held", "a booked interview", check_interview_trust, "It was held"),
    "absent": Step(("booked",), "absent", "a booked interview", check_interview_trust, "The candidate did not come"),
    "cancel_by_candidate": Step(
        ("booked",), "off_candidate", "a booked interview", check_interview_either, "Cancelled by the candidate"
    ),
    "cancel_by_trust": Step(
        ("booked",), "off_trust", "a booked interview", check_interview_trust, "Cancelled by the trust"
    ),
    "rearrange": Step(("booked",), "moved", "a booked interview", check_interview_trust, "Rearranged"),
    "take_back": Step(
        ("held", "absent"),
        "booked",
        "an interview that was held or missed",
        check_interview_trust,
        "Correct what is said of the interview",
    ),
}

# The first outcome is recorded in any state; after it somebody on the reserve list may be appointed, and errors mended.
OUTCOME = {
    "appoint": Step(
        ("reserve",),
        "appointed",
        "somebody on the reserve list",
        check_interview_trust,
        "Appoint from the reserve list",
    ),
    **{
        f"correct_to_{target}": Step(
            tuple(each for each in ("appointed", "reserve", "not_appointed") if each != target),
            target,
            "another outcome",
            check_interview_trust,
            "Correct the outcome",
        )
        for target in ("appointed", "reserve", "not_appointed")
    },
}

EMPLOYMENT = {
    "clear": Step(("offered",), "cleared", "a job offer", check_employment, "Checks are cleared"),
    "start": Step(("offered", "cleared"), "started", "a job offer", check_employment, "Started work"),
    "end": Step(("started",), "ended", "a job that has begun", check_employment, "Left the job"),
    "fall_through": Step(
        ("offered", "cleared"), "fell_through", "a job offer", check_employment, "The offer fell through"
    ),
    "offer_again": Step(
        ("fell_through",), "offered", "an offer that fell through", check_employment, "Offered after all"
    ),
}

"""What may be decided about a vacancy, and when. `check_x` raises Refused with a sentence; `can_x` asks the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, OrderBy, When

from audit.acting import TRUST_ROLES, Acting, Role
from audit.clock import financial_year, today
from audit.mover import Refused
from nhsuk.words import long_day
from vacancies.models import EntryKind, EntryLevel, OverrideReason, Vacancy
from vacancies.working_days import decision_deadline

DECIDABLE = ("draft", "open")
FIRST_OPENING = date(2018, 4, 1)
MOST_AHEAD = timedelta(days=366)


def problem_of_opening(day: date | None) -> str:
    """Why no advert opens on `day`, in a sentence with its mend, or "": one of years ago or hence is a slip of the keyboard."""
    if day is None or FIRST_OPENING <= day <= today() + MOST_AHEAD:
        return ""
    return f"{long_day(day)} cannot be the day on which the advert opens. Check the date."


def problem_of_late_opening(day: date | None) -> str:
    """The same of a day that is only given now to a vacancy known here before: no year that is over takes it in."""
    if day is not None and financial_year(day) < financial_year(today()):
        return f"{long_day(day)} is in a year that is over, whose standing stays as it was."
    return problem_of_opening(day)


def check_own_trust(*, by: Acting, row: Any) -> None:
    """Only the trust itself, or the system, moves its vacancies."""
    if by.role is Role.SYSTEM:
        return
    if by.role not in TRUST_ROLES or by.organisation_id != row.trust_id:
        raise Refused("Only the trust's own recruiters and HR change its vacancies.")


def by_closing() -> tuple[OrderBy, OrderBy]:
    """An order of vacancies: what closes next, then what closed last; what has no closing date stands between them."""
    closed = Case(When(closes_on__lt=today(), then=F("closes_on")))
    return closed.desc(nulls_first=True), F("closes_on").asc(nulls_last=True)


def last_day_to_decide(vacancy: Vacancy) -> date | None:
    """The last day on which a decision counts: three working days before closing; None where no closing date is known."""
    return decision_deadline(vacancy.closes_on) if vacancy.closes_on else None


def standing_result(vacancy: Vacancy) -> str:
    """What the standing classification says, or "unclassified"."""
    found = vacancy.classifications.filter(standing=True).values_list("result", flat=True).first()
    return found or EntryLevel.UNCLASSIFIED


def is_counted(vacancy: Vacancy) -> bool:
    """Whether the ledger holds a decision on this vacancy."""
    return vacancy.entries.filter(kind=EntryKind.OPEN).exists()


def check_decidable(vacancy: Vacancy, *, by: Acting) -> None:
    """Raise Refused unless the ring-fence of this vacancy may be decided by `by` now."""
    check_own_trust(by=by, row=vacancy)
    if vacancy.state not in DECIDABLE:
        raise Refused(f"{vacancy.reference} is {vacancy.get_state_display().lower()}; only an open vacancy is decided.")
    if vacancy.exemption:
        raise Refused(
            f"{vacancy.reference} is exempt ({vacancy.get_exemption_display().lower()}), so nothing is due on it."
        )
    if vacancy.posts is None:
        raise Refused(f"Say how many posts {vacancy.reference} has first.")
    result = standing_result(vacancy)
    if result == EntryLevel.UNCLASSIFIED:
        raise Refused(f"{vacancy.reference} is not classified yet: give its pay band first.")
    if result == EntryLevel.NO:
        raise Refused(f"{vacancy.reference} is not an entry-level vacancy, so it is outside the 20%.")
    if is_counted(vacancy):
        raise Refused(f"{vacancy.reference} has been decided already.")
    last_day = last_day_to_decide(vacancy)
    if by.role in TRUST_ROLES and last_day and today() > last_day:
        raise Refused(
            f"A decision on {vacancy.reference} counted until {long_day(last_day)}. It is counted with nothing reserved."
        )


def problem_of_nobody_ready(reason: str, ready: int | None) -> str:
    """Why it cannot be said that nobody is ready, or "": people are. None: no candidates are kept here, or not counted yet."""
    if reason != OverrideReason.NO_CANDIDATES or not ready:
        return ""
    people = (
        "1 ready person asked for this work and fits"
        if ready == 1
        else f"{ready:,} ready people asked for this work and fit"
    )
    return f"{people} the vacancy today. Choose another reason, or reserve."

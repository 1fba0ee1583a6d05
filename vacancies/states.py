"""The states of a vacancy, as one table; the diagram in docs/ is made from it."""

from __future__ import annotations

from typing import Any

from audit.acting import Acting
from audit.clock import today
from audit.mover import Refused, Step
from nhsuk.words import long_day
from vacancies.rules import check_own_trust


def check_opening(*, by: Acting, row: Any) -> None:
    check_own_trust(by=by, row=row)
    if row.posts is None:
        raise Refused(f"Say how many posts {row.reference} has before it opens.")


def check_closing_date(*, by: Acting, row: Any) -> None:
    check_own_trust(by=by, row=row)
    if row.closes_on and row.closes_on < today():
        raise Refused(f"{row.reference} closed on {long_day(row.closes_on)}. Give a later closing date first.")


def check_answers_given(*, by: Acting, row: Any) -> None:
    """In this service's own mode shortlisting ends only when nobody is owed an answer."""
    check_own_trust(by=by, row=row)
    owed = row.holds.filter(kind="answer", cleared_at__isnull=True).count()
    if owed and row.trust.mode == "native":
        raise Refused(
            f"{owed} {'person is' if owed == 1 else 'people are'} owed an answer. Decide each referral first."
        )


def check_promises_kept(*, by: Acting, row: Any) -> None:
    """Finishing waits until no promised interview is open."""
    check_own_trust(by=by, row=row)
    promised = row.holds.filter(cleared_at__isnull=True).count()
    if promised:
        promises = "1 promise on this vacancy is" if promised == 1 else f"{promised} promises on this vacancy are"
        raise Refused(f"{promises} open. Record an answer or an interview for each first.")


TABLE = {
    "open": Step(("draft",), "open", "a draft", check_opening, "Open"),
    "close": Step(("open",), "closed", "an open vacancy", check_own_trust, "Close"),
    "reopen": Step(("closed",), "open", "a closed vacancy", check_closing_date, "Open again"),
    "shortlist": Step(("closed",), "shortlisting", "a closed vacancy", check_own_trust, "Begin shortlisting"),
    "interview": Step(
        ("shortlisting",), "interviewing", "a vacancy in shortlisting", check_answers_given, "Begin interviews"
    ),
    "finish": Step(
        ("closed", "shortlisting", "interviewing"), "finished", "a vacancy past closing", check_promises_kept, "Finish"
    ),
    "withdraw": Step(
        ("draft", "open", "closed", "shortlisting"),
        "withdrawn",
        "a vacancy before its interviews",
        check_own_trust,
        "Withdraw",
    ),
}

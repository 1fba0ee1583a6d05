"""The one thing to do next for a person: what stands first in their way, then what is about to run out.

What is ahead of somebody who was put forward comes before all of it; `recruitment.people` asks the pipeline for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from audit.clock import today
from candidates.models import Candidate, Certificate
from candidates.pages import address, mend_of
from candidates.readiness import Gap
from nhsuk.words import long_day
from programmes.models import Enrolment, EnrolmentState

NOTICE = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Step:
    """`text` begins with a verb; `why` says what it is for; `url` is where it is done (empty: nothing to press)."""

    text: str
    why: str
    url: str
    button: str = ""


def next_step(
    candidate: Candidate,
    *,
    missing: Sequence[Gap],
    enrolments: Sequence[Enrolment],
    certificates: Sequence[Certificate],
    on: date | None = None,
) -> Step:
    """The one next step, never more."""
    day = on or today()
    if candidate.in_work_since:
        return Step(f"In work since {long_day(candidate.in_work_since)}", "They need no vacancy now.", "")
    if missing:
        words, url = mend_of(missing[0], candidate)
        return Step(words, f"{missing[0].text}. {missing[0].how_to_mend}", url, words)
    for found in (
        _runs_out(candidate, certificates, day),
        _has_started(enrolments),
        _under_18(candidate, day),
    ):
        if found:
            return found
    url = address("matching:for_candidate", candidate.reference)
    return Step("Find a vacancy", "Nothing is missing: they can be put forward.", url, "See vacancies that fit")


def _runs_out(candidate: Candidate, certificates: Sequence[Certificate], day: date) -> Step | None:
    ends = last_day(certificates, day)
    if ends is not None and ends <= day + NOTICE:
        words, url = "Decide eligibility again", address("programmes:eligibility", candidate.reference)
        return Step(words, f"It ends on {long_day(ends)}.", url, words)
    expires = candidate.right_to_work_expires
    if expires is not None and expires <= day + NOTICE:
        words, url = "Record right to work again", address("programmes:edit", candidate.reference, "right-to-work")
        return Step(words, f"The permission ends on {long_day(expires)}.", url, words)
    return None


def last_day(certificates: Sequence[Any], day: date) -> date | None:
    """When the last of the certificates in force ends; None if none is in force or one has no end."""
    open_now = [each for each in certificates if each.starts <= day and (each.ends is None or each.ends > day)]
    if not open_now or any(each.ends is None for each in open_now):
        return None
    return max(each.ends for each in open_now)


def _has_started(enrolments: Sequence[Enrolment]) -> Step | None:
    for enrolment in enrolments:
        if enrolment.state == EnrolmentState.ENROLLED and getattr(enrolment, "came", False):
            return Step(
                "Record the start",
                f"They came to a session of {enrolment.cohort.name} and are not marked as started.",
                enrolment.get_absolute_url(),
                "Record the start",
            )
    return None


def _under_18(candidate: Candidate, day: date) -> Step | None:
    if candidate.under_18(day) and not candidate.safeguarding_lead:
        words, url = "Name a safeguarding lead", address("programmes:edit", candidate.reference, "adjustments")
        return Step(words, "They are under 18.", url, words)
    return None

"""What is ahead of one person who was put forward: the first thing to do, else what is waited for. For their own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from audit.acting import Acting
from audit.clock import LONDON
from candidates.models import Candidate
from nhsuk.words import long_day, moment
from pipeline.lists import UNDER_WAY, by_urgency, referrals_for
from pipeline.models import Employment
from pipeline.steps import booked_of, job_of, next_of, outcome_of


@dataclass(frozen=True, slots=True)
class Ahead:
    """`text` begins with a verb or says that they are at work, `why` says for which job, `url` is its page."""

    text: str
    why: str
    url: str
    button: str = "Open the referral"
    heading: str = "Next"


def ahead_of(candidate: Candidate, by: Acting) -> Ahead | None:
    """What is due first for this person, what the reader can do before what others owe; else where they work; None where nothing is under way."""
    rows = by_urgency(referrals_for(by).filter(UNDER_WAY, candidate=candidate)).prefetch_related("decisions")
    found = [(next_of(row, by=by), row) for row in rows]
    for coming, row in sorted(found, key=lambda pair: pair[0].waiting):
        text, until = _waited_for(row) if coming.waiting else (coming.text, _by(coming.due))
        return Ahead(text, f"{row.vacancy.title}, {row.vacancy.trust.short_name}{until}.", row.get_absolute_url())
    return _at_work(candidate, by)


def _at_work(candidate: Candidate, by: Acting) -> Ahead | None:
    rows = Employment.objects.visible_to(by).filter(candidate=candidate, state="started", started_on__isnull=False)
    job = rows.order_by("started_on", "pk").first()
    if job is None:
        return None
    where = f" at {job.employer_name}" if job.employer_name else ""
    text = f"At work{where} since {long_day(job.started_on)}"
    return Ahead(text, f"{job.title or job.reference}.", job.get_absolute_url(), "Open the job", "Now")


def _by(day: date | None) -> str:
    return f", by {long_day(day)}" if day else ""


def _waited_for(row: Any) -> tuple[str, str]:
    booked, job = booked_of(row), job_of(row)
    if booked is not None and row.state == "meets":
        return "See that they get to the interview", f", on {moment(booked.at.astimezone(LONDON))}"
    if row.state == "meets":
        return "Ask the trust to book the interview", _by(row.interview_by)
    if row.state == "kept" and outcome_of(row) is None:
        return "Ask the trust for the outcome of the interview", ""
    if job is not None and job.state == "offered":
        return "Help them through the checks before the start", _by(job.agreed_start)
    if job is not None:
        return "See that they get to their first day", f", on {long_day(job.agreed_start)}" if job.agreed_start else ""
    return "Ask the trust to decide", _by(row.decide_by)

"""What the pipeline asks of each reader today."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from audit.acting import TRUST_ROLES, Acting
from audit.clock import LONDON, days_ago, today
from audit.tasks import Task
from nhsuk.words import clock_time, long_day
from pipeline.lists import UNDER_WAY, by_urgency, referrals_for
from pipeline.masking import seen_by
from pipeline.models import Employment, ReplyRequest
from pipeline.replies import MOST_CHASERS
from pipeline.states import PUTS_FORWARD
from pipeline.steps import Next, booked_of, next_of

MOST = 50
ROOM = "pipeline"
TOMORROW = -1
WORDS = {
    "offer": "Offer {vacancy} to {who}",
    "accept": "Record the answer of {who} on {vacancy}",
    "submit": "Submit {who} for {vacancy}",
    "application": "Add the TRAC number of {who}, {vacancy}",
    "evidence": "Send the evidence for new criteria: {who}, {vacancy}",
    "pass_on": "Pass on the feedback to {who} on {vacancy}",
    "decide": "Decide {who} for {vacancy}",
    "trac": "Record what TRAC says of {who}, {vacancy}",
    "book": "Book the interview of {who} for {vacancy}",
    "held": "Record whether the interview of {who} was held",
    "outcome": "Record the outcome of {who}, {vacancy}",
    "feedback": "Write the feedback for {who}, {vacancy}",
}


def todo(acting: Acting) -> list[Task]:
    """Answers, submissions, decisions, interviews, outcomes, feedback, checks and first days; at most 50 of each kind."""
    if acting.role not in (*PUTS_FORWARD, *TRUST_ROLES):
        return []
    return [*_referrals(acting), *_jobs(acting), *_unanswered(acting)]


def _referrals(acting: Acting) -> list[Task]:
    told = Q(state="does_not_meet", closed_on__gte=days_ago(60)) | Q(state="kept", kept_on__gte=days_ago(60))
    open_ended = UNDER_WAY | (told & Q(feedback_given_on__isnull=True))
    rows = list(by_urgency(referrals_for(acting).filter(open_ended).prefetch_related("decisions"))[:MOST])
    names = _names(rows, acting)
    found = [_task(row, next_of(row, by=acting), names[row.pk], acting) for row in rows]
    return [task for task in found if task is not None]


def _names(rows: list[Any], acting: Acting) -> dict[int, str]:
    """How the reader calls each: a trust by the reference until it may know the name."""
    if acting.role in TRUST_ROLES:
        masked = seen_by(acting, rows)
        return {row.pk: mask.name or mask.reference for row, mask in zip(rows, masked, strict=True)}
    return {row.pk: row.candidate.name for row in rows}


def _task(row: Any, coming: Next, who: str, acting: Acting) -> Task | None:
    detail = f"{row.reference}, {row.vacancy.reference}"
    if acting.role not in TRUST_ROLES:
        detail = f"{detail}, {row.vacancy.trust.short_name}"
    if not coming.waiting:
        words = WORDS[coming.step].format(who=who, vacancy=row.vacancy.title)
        return Task(words, row.get_absolute_url(), coming.due, detail, room=ROOM)
    booked = booked_of(row)
    if booked is not None and row.state == "meets":
        return _interview(row, booked, who, detail)
    if row.state == "submitted" and acting.role not in TRUST_ROLES:
        words = f"Ask the trust about {who}, {row.vacancy.title}"
        return Task(words, row.get_absolute_url(), row.decide_by, detail, waiting=True, room=ROOM)
    if row.state == "meets":
        words = f"Ask the trust for an interview of {who}, {row.vacancy.title}"
        return Task(words, row.get_absolute_url(), row.interview_by, detail, waiting=True, room=ROOM)
    return None


def _interview(row: Any, booked: Any, who: str, detail: str) -> Task | None:
    """Tomorrow's interview, or today's: everybody makes sure that it happens."""
    at = booked.at.astimezone(LONDON)
    if not today() <= at.date() <= days_ago(TOMORROW):
        return None
    place = f", {booked.place}" if booked.place else ""
    words = f"See that {who} gets to the interview at {clock_time(at)}{place}"
    return Task(words, row.get_absolute_url(), at.date(), detail, room=ROOM)


def _jobs(acting: Acting) -> list[Task]:
    """Checks to clear, and first days to record, for the employer; the academy waits for them."""
    rows = Employment.objects.visible_to(acting).filter(state__in=("offered", "cleared")).select_related("candidate")
    trust = acting.role in TRUST_ROLES
    found = []
    for job in rows.order_by("agreed_start", "offered_on", "pk")[:MOST]:
        verb, words = (
            ("start", "Record the first day of") if job.state == "cleared" else ("clear", "Clear the checks of")
        )
        url = reverse("pipeline:job_step", args=[job.reference, verb]) if trust else job.get_absolute_url()
        detail = f"{job.reference}, {job.title}"
        found.append(Task(f"{words} {job.candidate.name}", url, job.agreed_start, detail, waiting=not trust, room=ROOM))
    return found


def _unanswered(acting: Acting) -> list[Task]:
    """Hiring managers who were reminded as often as the service reminds: a person has to ask now. One query, of a trust."""
    if acting.role not in TRUST_ROLES:
        return []
    rows = ReplyRequest.objects.visible_to(acting).filter(done_at=None, times_chased__gte=MOST_CHASERS)
    return [
        Task(
            f"Ask the hiring manager of {request.vacancy.title} yourself: {MOST_CHASERS} reminders stayed without an answer",
            reverse("replies:ask", args=[request.vacancy.reference]),
            request.chased_on,
            f"{request.vacancy.reference}, asked {long_day(request.asked_at.astimezone(LONDON))}",
            room=ROOM,
        )
        for request in rows.select_related("vacancy").order_by("asked_at", "pk")[:MOST]
    ]

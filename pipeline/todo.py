"""What the pipeline asks of each reader today: every step of theirs, many of one kind and one urgency in a single line."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from audit.acting import TRUST_ROLES, Acting
from audit.clock import LONDON, today
from audit.tasks import SOON, Task
from nhsuk.words import clock_time, long_day
from pipeline.asking import WAITS, asking
from pipeline.lists import by_urgency, referrals_for
from pipeline.masking import seen_by
from pipeline.models import Employment, ReplyRequest
from pipeline.replies import MOST_CHASERS
from pipeline.states import PUTS_FORWARD
from pipeline.steps import booked_of

SINGLY = 5  # referrals of a kind and an urgency that have a line each
ROOM = "pipeline"
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
    "ask_decision": "Ask the trust about {who}, {vacancy}",
    "ask_interview": "Ask the trust for an interview of {who}, {vacancy}",
    "ask_held": "Ask the trust whether the interview of {who} was held, {vacancy}",
    "ask_outcome": "Ask the trust for the outcome of {who}, {vacancy}",
}
TOGETHER = {
    "offer": "Offer {number:,} guaranteed interviews",
    "accept": "Record the answers to {number:,} offers",
    "submit": "Submit {number:,} referrals to the trusts",
    "application": "Add the TRAC numbers of {number:,} referrals",
    "evidence": "Send the evidence for new criteria of {number:,} referrals",
    "pass_on": "Pass on the feedback of {number:,} referrals",
    "decide": "Decide {number:,} referrals",
    "trac": "Record what TRAC says of {number:,} referrals",
    "book": "Book {number:,} interviews",
    "held": "Record whether {number:,} interviews were held",
    "outcome": "Record the outcomes of {number:,} interviews",
    "feedback": "Write the feedback for {number:,} referrals",
    "ask_decision": "Ask the trusts to decide {number:,} referrals",
    "ask_interview": "Ask the trusts for {number:,} interviews",
    "ask_held": "Ask the trusts whether {number:,} interviews were held",
    "ask_outcome": "Ask the trusts for the outcomes of {number:,} interviews",
}


def todo(acting: Acting) -> list[Task]:
    """Answers, submissions, decisions, interviews, outcomes, feedback, checks and first days: nothing is left out."""
    if acting.role not in (*PUTS_FORWARD, *TRUST_ROLES):
        return []
    return [*_referrals(acting), *_jobs(acting), *_unanswered(acting)]


def _referrals(acting: Acting) -> list[Task]:
    """A line each, or one for many; only those with a line of their own are read whole."""
    kinds: dict[tuple[str, str], list[tuple[int, date | None]]] = defaultdict(list)
    for pk, asks, due in by_urgency(asking(referrals_for(acting), acting)).values_list("pk", "asks", "due"):
        kinds[asks, _urgency(due)].append((pk, due))
    # An interview of today or tomorrow has its own hour and place, so each has its line.
    many = {kind: found for kind, found in kinds.items() if len(found) > SINGLY and kind[0] != "see"}
    singly = {pk: asks for (asks, when), found in kinds.items() if (asks, when) not in many for pk, _due in found}
    rows = list(by_urgency(referrals_for(acting).filter(pk__in=singly)))
    names = _names(rows, acting)
    lines = [_together(asks, when, len(found), found[0][1]) for (asks, when), found in many.items()]
    return lines + [_task(row, singly[row.pk], names[row.pk], acting) for row in rows]


def _urgency(due: date | None) -> str:
    """As the list of referrals calls it, so that a line leads to exactly those it counts."""
    if due is None:
        return "none"
    if due < today():
        return "yes"
    return "soon" if due <= today() + SOON else "later"


def _together(asks: str, when: str, number: int, first: date | None) -> Task:
    words = TOGETHER[asks].format(number=number)
    url = f"{reverse('pipeline:list')}?{urlencode({'asks': asks, 'late': when})}"
    return Task(words, url, first, "In the pipeline", waiting=asks in WAITS, room=ROOM, number=number)


def _names(rows: list[Any], acting: Acting) -> dict[int, str]:
    """How the reader calls each: a trust by the reference until it may know the name."""
    if acting.role in TRUST_ROLES:
        masked = seen_by(acting, rows)
        return {row.pk: mask.name or mask.reference for row, mask in zip(rows, masked, strict=True)}
    return {row.pk: row.candidate.name for row in rows}


def _task(row: Any, asks: str, who: str, acting: Acting) -> Task:
    detail = f"{row.reference}, {row.vacancy.reference}"
    if acting.role not in TRUST_ROLES:
        detail = f"{detail}, {row.vacancy.trust.short_name}"
    if asks == "see":
        return _interview(row, who, detail)
    words = WORDS[asks].format(who=who, vacancy=row.vacancy.title)
    return Task(words, row.get_absolute_url(), row.due, detail, waiting=asks in WAITS, room=ROOM)


def _interview(row: Any, who: str, detail: str) -> Task:
    """Tomorrow's interview, or today's: everybody makes sure that it happens."""
    booked: Any = booked_of(row)  # `see` is said of a booked interview alone
    at = booked.at.astimezone(LONDON)
    place = f", {booked.place}" if booked.place else ""
    words = f"See that {who} gets to the interview at {clock_time(at)}{place}"
    return Task(words, row.get_absolute_url(), at.date(), detail, room=ROOM)


def _jobs(acting: Acting) -> list[Task]:
    """Checks to clear, and first days to record, for the employer; the academy waits for them."""
    rows = Employment.objects.visible_to(acting).filter(state__in=("offered", "cleared")).select_related("candidate")
    trust = acting.role in TRUST_ROLES
    found = []
    for job in rows.order_by("agreed_start", "offered_on", "pk"):
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
        for request in rows.select_related("vacancy").order_by("asked_at", "pk")
    ]

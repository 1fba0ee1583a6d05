"""What a hiring manager says by link, without an account: shortlisted, interviewed, appointed; and the system's reminders.

One link stands for one vacancy. It shows neutral codes only, takes part of the answers as well as all of them, and ends
when nothing is left to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from audit.acting import Acting
from audit.clock import LONDON, now, today
from audit.events import kind_of, record
from audit.hashing import keyed
from audit.mover import Refused
from nhsuk.words import long_day
from organisations.models import PipelineMode
from organisations.services import system
from outbox.models import MagicLink
from outbox.services import make_link, revoke_links, send
from pipeline.appointments import book, candidate_absent, hold_interview, record_outcome
from pipeline.masking import MaskedReferral, masked
from pipeline.models import Interview, Outcome, Referral, ReplyRequest, Result
from pipeline.rules import no_criteria
from pipeline.services import NotMet, decide
from vacancies.models import Criterion, Vacancy
from vacancies.rules import check_own_trust
from vacancies.working_days import is_working_day, working_days_between

PURPOSE = "reply"
LINK_DAYS = 30
FIRST_CHASER = 3  # working days without an answer
MOST_CHASERS = 10  # then a person has to ask


class Ask(StrEnum):
    """What is asked about one person next."""

    SHORTLISTED = "shortlisted"
    INTERVIEW = "interview"
    HELD = "held"
    OUTCOME = "outcome"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One person, as the manager sees them, and what is asked: `interview` is the one that is booked or was held."""

    referral: Referral
    person: MaskedReferral
    ask: Ask
    interview: Interview | None = None
    criteria: tuple[Criterion, ...] = ()

    @property
    def waits_until(self) -> date | None:
        """The day of an interview that is still to come: then there is something to say."""
        if self.ask == Ask.NOTHING and self.interview and self.interview.state == "booked":
            return self.interview.at.astimezone(LONDON).date()
        return None

    @property
    def needs_criteria(self) -> bool:
        """Nothing can be said of somebody who waits for a decision that rests on criteria which nobody has entered."""
        return self.ask == Ask.NOTHING and self.referral.state == "submitted"


def subject_of(vacancy: Vacancy) -> str:
    return f"{kind_of(vacancy)}:{vacancy.pk}"


def questions(*, by: Acting, vacancy: Vacancy | None = None) -> list[Question]:
    """What `by` (a link, or the trust) can say about the people submitted for a vacancy. Constant in queries."""
    rows = Referral.objects.visible_to(by).exclude(submitted_on=None)
    if vacancy is not None:
        rows = rows.filter(vacancy=vacancy)
    referrals = list(
        rows.filter(state__in=("submitted", "meets", "kept"))
        .select_related("candidate", "vacancy__trust", "outcome")
        .prefetch_related("interviews")
        .order_by("shuffle")
    )
    wanted = {referral.vacancy_id for referral in referrals}
    criteria: dict[int, list[Criterion]] = {}
    for criterion in Criterion.objects.visible_to(by).filter(vacancy__in=wanted, essential=True):
        criteria.setdefault(criterion.vacancy_id, []).append(criterion)
    return [_question(referral, tuple(criteria.get(referral.vacancy_id, ()))) for referral in referrals]


def _question(referral: Referral, criteria: tuple[Criterion, ...]) -> Question:
    interviews = {interview.state: interview for interview in referral.interviews.all()}
    person = masked(referral, identified=False)
    if referral.state == "submitted":
        can_say = criteria or referral.mode != PipelineMode.NATIVE
        return Question(referral, person, Ask.SHORTLISTED if can_say else Ask.NOTHING, criteria=criteria)
    if referral.state == "kept":
        ask = Ask.NOTHING if hasattr(referral, "outcome") else Ask.OUTCOME
        return Question(referral, person, ask, interviews.get("held"))
    booked = interviews.get("booked")
    if booked is None:
        return Question(referral, person, Ask.INTERVIEW)
    has_come = booked.at.astimezone(LONDON).date() <= today()
    return Question(referral, person, Ask.HELD if has_come else Ask.NOTHING, booked)


def outstanding(found: Iterable[Question]) -> list[Question]:
    """The questions that can be answered today."""
    return [question for question in found if question.ask != Ask.NOTHING]


def nothing_left(found: Sequence[Question]) -> bool:
    """Whether everything has been said for good: nothing is asked now, and nothing will be."""
    return not outstanding(found) and not any(each.waits_until or each.needs_criteria for each in found)


def stopped_by_criteria(found: Sequence[Question]) -> bool:
    """Whether nothing can be answered, now or on a day that is known, until the trust has entered essential criteria."""
    return not nothing_left(found) and not outstanding(found) and not any(each.waits_until for each in found)


@transaction.atomic
def ask_manager(*, vacancy: Vacancy, to: str, by: Acting) -> ReplyRequest:
    """Send the hiring manager the one link of this vacancy; an earlier link of it stops.

    Refused for another trust, where there is nothing to ask, and before there are criteria to answer by.
    """
    vacancy = Vacancy.unscoped.select_for_update(of=("self",)).get(pk=vacancy.pk)
    check_own_trust(by=by, row=vacancy)
    found = questions(by=by, vacancy=vacancy)
    if nothing_left(found):
        raise Refused(f"Nothing is to be asked about {vacancy.reference}: nobody waits for an answer or an interview.")
    if stopped_by_criteria(found):
        raise Refused(no_criteria(vacancy))
    ReplyRequest.unscoped.filter(vacancy=vacancy, done_at=None).update(done_at=now())
    request = ReplyRequest.unscoped.create(
        vacancy=vacancy, to=to.strip().lower(), asked_at=now(), membership_id=by.membership_id
    )
    address = _new_link(vacancy)
    send(
        to=request.to,
        subject="What became of the people put forward for your vacancy?",
        body=_body([(vacancy, len(outstanding(found)), address)]),
        cause=f"{PURPOSE}:{request.pk}",
    )
    record(by=by, verb="hiring_manager_asked", on=vacancy)
    return request


def _new_link(vacancy: Vacancy) -> str:
    revoke_links(purpose=PURPOSE, subject=subject_of(vacancy))
    _link, token = make_link(
        purpose=PURPOSE, subject=subject_of(vacancy), days=LINK_DAYS, organisation_id=vacancy.trust_id
    )
    return settings.PUBLIC_ADDRESS + reverse("replies:answer", args=[token])


def _body(asked: list[tuple[Vacancy, int, str]]) -> str:
    parts = ["Please say what became of the people who were put forward. It takes half a minute, without signing in."]
    for vacancy, number, address in asked:
        people = f"{number} {'person waits' if number == 1 else 'people wait'}"
        parts.append(f"{vacancy.title} ({vacancy.reference}): {people} for an answer.\n{address}")
    parts.append(
        "People are shown by a code. Beside it stands the TRAC application number, or our referral where there is none: "
        "by it your recruitment team can tell you who it is."
    )
    parts.append(
        f"Each link works for {LINK_DAYS} days, for one vacancy. Please do not pass it on. "
        "Earlier links to the same vacancy work no more."
    )
    return "\n\n".join(parts) + "\n"


def shortlist_answer(
    *, question: Question, met: bool, criterion: Criterion | None, reason: str, by: Acting
) -> Referral:
    """Shortlisted, or not: by which essential criterion, with a reason that the candidate will read."""
    if met:
        return decide(referral=question.referral, by=by)
    if not reason.strip():
        raise Refused("Say in a sentence why not: the candidate will read it.")
    if criterion is None:
        return decide(referral=question.referral, by=by, reason=reason, feedback=reason)
    not_met = [NotMet(criterion, reason)]
    return decide(referral=question.referral, not_met=not_met, by=by, feedback=reason, named_only=True)


def interview_booked(*, question: Question, on: date, at: time | None, by: Acting) -> Interview:
    """The interview has a date. Refused for a day that is past: then say that it was held, or that nobody came."""
    if on < today():
        raise Refused(f"{long_day(on)} is past. Say whether the interview was held.")
    place = "" if at else "Time to be confirmed by the trust"
    moment = datetime.combine(on, at or time(9), tzinfo=LONDON)
    return book(referral=question.referral, at=moment, place=place, by=by)


@transaction.atomic
def interview_came(*, question: Question, held: bool, on: date, by: Acting) -> Interview:
    """The interview took place on a day, or the candidate did not come; booked first where nobody had booked it here."""
    if on > today():
        raise Refused(f"{long_day(on)} is still to come. Give the day of the interview.")
    if on < (question.referral.decided_on or on):
        raise Refused(f"{question.referral.reference} was shortlisted on {long_day(question.referral.decided_on)}.")
    interview = question.interview or book(
        referral=question.referral, at=datetime.combine(on, time(9), tzinfo=LONDON), by=by
    )
    return hold_interview(interview=interview, on=on, by=by) if held else candidate_absent(interview=interview, by=by)


def outcome_answer(*, question: Question, result: Result, feedback: str, by: Acting) -> Outcome:
    """Appointed, reserve list or not, with feedback: everybody who was interviewed gets some."""
    if question.interview is None:
        raise Refused("Record first that the interview was held.")
    if not feedback.strip():
        raise Refused("Write a sentence of feedback: every candidate who was interviewed gets some.")
    return record_outcome(interview=question.interview, result=result, feedback=feedback, by=by)


@transaction.atomic
def finish_reply(*, vacancy: Vacancy, by: Acting) -> bool:
    """End the link once nothing is left to say; whether it ended."""
    if not nothing_left(questions(by=by, vacancy=vacancy)):
        return False
    MagicLink.unscoped.filter(purpose=PURPOSE, subject=subject_of(vacancy), used_at=None).update(used_at=now())
    if ReplyRequest.unscoped.filter(vacancy=vacancy, done_at=None).update(done_at=now()):
        record(by=by, verb="hiring_manager_answered", on=vacancy)
    return True


def vacancy_of_link(by: Acting) -> Vacancy | None:
    """The vacancy that a reply link opens, with its trust."""
    found: Vacancy | None = Vacancy.objects.visible_to(by).select_related("trust", "site").first()
    return found


def chase() -> int:
    """Remind every manager who has owed an answer for three working days: one e-mail a day to each; the number sent.

    Nothing is sent at weekends and on bank holidays, nor after ten reminders. Run again the same day, it does nothing.
    """
    if not is_working_day(today()):
        return 0
    waiting = ReplyRequest.unscoped.filter(done_at=None, times_chased__lt=MOST_CHASERS)
    by_manager: dict[str, list[ReplyRequest]] = {}
    for request in waiting.exclude(chased_on=today()).select_related("vacancy").order_by("to", "pk"):
        if working_days_between(request.asked_at.astimezone(LONDON).date(), today()) >= FIRST_CHASER:
            by_manager.setdefault(request.to, []).append(request)
    return sum(_chase_manager(to, requests) for to, requests in by_manager.items())


@transaction.atomic
def _chase_manager(to: str, requests: list[ReplyRequest]) -> bool:
    asked = []
    for request in ReplyRequest.unscoped.select_for_update(of=("self",)).filter(
        pk__in=[each.pk for each in requests], done_at=None
    ):
        if request.chased_on == today():
            return False  # another process was faster
        vacancy = request.vacancy
        found = questions(by=system(), vacancy=vacancy)
        if nothing_left(found):
            finish_reply(vacancy=vacancy, by=system())
        elif number := len(outstanding(found)):
            request.chased_on, request.times_chased = today(), request.times_chased + 1
            request.save(update_fields=["chased_on", "times_chased"])
            asked.append((vacancy, number, _new_link(vacancy)))
    if asked:
        cause = f"chase {PURPOSE}:{keyed(to, purpose='chaser')[:32]}:{today()}"
        send(to=to, subject="A reminder: what became of the people put forward?", body=_body(asked), cause=cause)
    return bool(asked)

"""What the 20% asks of a trust's recruiters today."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.urls import reverse

from audit.acting import TRUST_ROLES, Acting
from audit.clock import today
from audit.tasks import Task
from nhsuk.words import long_day
from vacancies import doubles
from vacancies.advice import named
from vacancies.chains import proposals
from vacancies.missing_facts import DECIDE_TOGETHER, lacking, to_decide
from vacancies.models import Fence, Finding, FindingState, Override, Vacancy, not_answered, only_fence, with_ring_fence
from vacancies.ring_fencing import is_too_late
from vacancies.rules import DECIDABLE, last_day_to_decide

MOST = 50
# What is still to be decided, of which no closing date is known
WITHOUT_A_DATE = "/vacancies/?fence=undecided&state=draft&state=open&closes=none"
SINGLY = 3  # vacancies of a kind that have a line each


def todo(acting: Acting) -> list[Task]:
    """Undecided vacancies, facts that are missing, adverts past closing, signatures that are awaited; and, each in one line,
    findings of the reconciliation, adverts that came in twice and likely re-adverts for which nobody has answered."""
    if acting.role not in TRUST_ROLES:
        return []
    return [*_vacancies(acting), *_without_a_date(acting), *_overrides(acting), *_unanswered(acting)]


def _unanswered(acting: Acting) -> list[Task]:
    """How many, and where they are answered. Seven queries at the most, however many."""
    findings = Finding.objects.visible_to(acting).filter(state=FindingState.OPEN).count()
    adverts, twice = len(proposals(by=acting)), len(doubles.proposals(by=acting))
    found = []
    if twice:
        words = f"Say of {_number(twice, 'advert')} whether {'it came' if twice == 1 else 'they came'} in twice"
        found.append(Task(words, reverse("vacancies:chains"), detail="One advert is one vacancy", room="vacancies"))
    if findings:
        words = f"Explain {_number(findings, 'difference')} between the ledger and outside lists of adverts"
        url = f"{reverse('vacancies:reconciliation')}?state=open"
        found.append(Task(words, url, detail="Reconciliation", room="vacancies"))
    if adverts:
        words = f"Say of {_number(adverts, 'advert')} whether {'it is a re-advert' if adverts == 1 else 'they are re-adverts'}"
        found.append(Task(words, reverse("vacancies:chains"), detail="A re-advert counts once", room="vacancies"))
    return found


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _vacancies(acting: Acting) -> list[Task]:
    """Each vacancy in a line; those of one kind in a single line, answered together, where they are many."""
    rows = list(_asking(acting))
    decide = [vacancy for vacancy in rows if vacancy.fence == Fence.UNDECIDED and not is_too_late(vacancy)]
    give = [vacancy for vacancy in rows if vacancy.fence == Fence.UNCLASSIFIED and not _has_closed(vacancy)]
    whole = len(rows) < MOST
    found: list[Task] = []
    if len(decide) > SINGLY:
        number = len(decide) if whole else to_decide(acting).count()
        found.append(_together(f"Decide {number:,} vacancies", DECIDE_TOGETHER, decide, number))
        rows = [vacancy for vacancy in rows if vacancy not in decide]
    if len(give) > SINGLY:
        number = len(give) if whole else lacking(acting).filter(state__in=DECIDABLE).count()
        words = f"Give the posts or the pay band of {number:,} vacancies"
        found.append(_together(words, reverse("vacancies:facts"), give, number))
        rows = [vacancy for vacancy in rows if vacancy not in give]
    return [*found, *map(_task, rows)]


def _without_a_date(acting: Acting) -> list[Task]:
    """Undecided vacancies of which nothing says by when to decide, beside the decision itself. One query, or two of many."""
    undated = Vacancy.objects.visible_to(acting).filter(state__in=DECIDABLE, closes_on__isnull=True)
    rows = only_fence(undated, Fence.UNDECIDED).select_related("site").order_by("pk")
    first = list(rows[: SINGLY + 1])
    detail = "Until then nothing says by when to decide"
    if len(first) > SINGLY:
        number = rows.count()
        words = f"Give the closing dates of {number:,} vacancies"
        return [Task(words, WITHOUT_A_DATE, detail=detail, room="vacancies", number=number)]
    return [
        Task(
            f"Give the closing date of {named(vacancy)}",
            reverse("vacancies:correct", args=[vacancy.reference, "closes_on"]),
            detail=f"{vacancy.reference}. {detail}",
            room="vacancies",
        )
        for vacancy in first
    ]


def _together(words: str, url: str, vacancies: list[Any], number: int) -> Task:
    """One line for many; it ends with the first day on which one of them is due."""
    first = min(vacancies, key=lambda vacancy: last_day_to_decide(vacancy) or date.max)
    detail = f"All on one page. First: {named(first)}"
    return Task(words, url, last_day_to_decide(first), detail, room="vacancies", number=number)


def _has_closed(vacancy: Any) -> bool:
    return bool(vacancy.closes_on and vacancy.closes_on < today())


def _asking(acting: Acting) -> QuerySet[Vacancy]:
    found: QuerySet[Vacancy] = (
        with_ring_fence(Vacancy.objects.visible_to(acting).filter(state__in=DECIDABLE))
        .select_related("site", "trust")
        .filter(not_answered() | Q(state="open", closes_on__lt=today()))
        .order_by(F("closes_on").asc(nulls_last=True), "pk")[:MOST]
    )
    return found


def _task(vacancy: Any) -> Task:
    detail = f"{vacancy.reference}, closes {long_day(vacancy.closes_on)}" if vacancy.closes_on else vacancy.reference
    url, last_day = vacancy.get_absolute_url(), last_day_to_decide(vacancy)
    if _has_closed(vacancy):
        return Task(f"Close {named(vacancy)}", url, vacancy.closes_on, detail, room="vacancies")
    if vacancy.fence == Fence.UNDECIDED:
        url = reverse("vacancies:reserve", args=[vacancy.reference])
        return Task(f"Decide how many posts to reserve: {named(vacancy)}", url, last_day, detail, room="vacancies")
    missing = "posts" if vacancy.posts is None else "band"
    words = "how many posts" if missing == "posts" else "the pay band of"
    url = reverse("vacancies:correct", args=[vacancy.reference, missing])
    suffix = f"{named(vacancy)} has" if missing == "posts" else named(vacancy)
    return Task(f"Give {words} {suffix}", url, last_day, detail, room="vacancies")


def _overrides(acting: Acting) -> list[Task]:
    rows = Override.objects.visible_to(acting).filter(signed_at__isnull=True, refused_at__isnull=True)
    waiting = [_signature(override) for override in rows.select_related("vacancy").order_by("sign_by", "pk")[:MOST]]
    return [*map(_refused, _refusals(acting)), *waiting]


def _refusals(acting: Acting) -> QuerySet[Override]:
    """Decisions that were not agreed to, while the advert is open and less than was due is reserved."""
    still = Q(vacancy__closes_on=None) | Q(vacancy__closes_on__gte=today())
    rows = Override.objects.visible_to(acting).filter(still, refused_at__isnull=False, vacancy__state="open")
    found: QuerySet[Override] = rows.annotate(held=Sum("vacancy__entries__reserved", default=0)).filter(
        held__lt=F("due")
    )
    return found.select_related("vacancy").order_by("refused_at", "pk")[:MOST]


def _refused(override: Override) -> Task:
    return Task(
        f"Reserve what is due on {override.vacancy.title}, or ask another person",
        override.vacancy.get_absolute_url(),
        override.vacancy.closes_on,
        f"{override.signer_name} did not agree: {override.remark}",
        room="vacancies",
    )


def _signature(override: Override) -> Task:
    """Somebody else's to sign; once it is late it is the recruiter's to ask again."""
    verb = "Ask again for the countersignature of {}: {}" if override.is_late else "Wait for {} to countersign {}"
    return Task(
        verb.format(override.signer_name, override.vacancy.title),
        override.ask_url if override.is_late else override.vacancy.get_absolute_url(),
        override.sign_by,
        f"{override.reference}, {override.reserved} of {override.due} {'needed' if override.given_back else 'due'}",
        waiting=not override.is_late,
        room="vacancies",
    )

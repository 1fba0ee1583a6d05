"""The one next action of a vacancy, for the recruiter who opens its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from audit.acting import Acting
from audit.clock import today
from audit.mover import possible
from vacancies.advice import spoken
from vacancies.models import Fence, Override
from vacancies.ring_fence import Due
from vacancies.ring_fencing import is_too_late
from vacancies.rules import DECIDABLE, last_day_to_decide
from vacancies.states import TABLE

# Withdrawing ends referrals, so its page is the pipeline's.
ELSEWHERE = ("withdraw",)


@dataclass(frozen=True, slots=True)
class Next:
    """`heading` says what to do; a button leads to `url`, or moves the vacancy by `verb`."""

    heading: str
    detail: str = ""
    button: str = ""
    url: str = ""
    verb: str = ""


def next_step(
    vacancy: Any, *, owed: Due | None, by: Acting, overrides: Sequence[Override] = (), people: Next | None = None
) -> Next | None:
    """What the trust does next; None where nothing is left to do. `vacancy` carries its ring-fence, `people` is what those who
    were put forward for it wait for."""
    if vacancy.state in DECIDABLE:
        found = _facts(vacancy) or _decision(vacancy, owed)
        if found:
            return found
    if vacancy.state == "finished" and vacancy.fence == Fence.UNDECIDED:
        return _found_late(vacancy)
    if people:
        return people
    return (_answer_to(vacancy, overrides) if is_before_closing(vacancy) else None) or _move(vacancy, by)


def _answer_to(vacancy: Any, overrides: Sequence[Override]) -> Next | None:
    """What a decision below what is due asks for while the advert is open: a refusal first."""
    refused = next((each for each in overrides if each.refused_at), None)
    if refused and vacancy.held < refused.due:
        return _refusal(vacancy, refused)
    waiting = next((each for each in overrides if not (each.signed_at or each.refused_at)), None)
    return _signature(vacancy, waiting) if waiting else None


def _refusal(vacancy: Any, override: Override) -> Next:
    return Next(
        "Reserve what is due, or ask another person",
        f"{override.signer_name} did not agree: “{override.remark}” "
        f"{vacancy.held} of {override.due} due posts are reserved.",
        "Reserve more",
        reverse("vacancies:reserve_more", args=[vacancy.reference]),
    )


def _found_late(vacancy: Any) -> Next:
    return Next(
        "It counts, and nobody decided it in time",
        "Tonight it is counted with nothing reserved, and the next vacancy owes what this one did not give. "
        "If a fact of it is wrong, correct it today.",
        "Correct the pay band",
        reverse("vacancies:correct", args=[vacancy.reference, "band"]),
    )


def is_before_closing(vacancy: Any) -> bool:
    """Whether it is open, and its last day has not passed."""
    return vacancy.state == "open" and (vacancy.closes_on is None or vacancy.closes_on >= today())


def _signature(vacancy: Any, override: Override) -> Next:
    late = " It is published as unsigned until then." if override.is_late else ""
    return Next(
        "The decision waits for a countersignature",
        f"{override.signer_name} was asked to answer by {spoken(override.sign_by)}.{late}",
        "Ask again, or somebody else",
        override.ask_url,
    )


def _facts(vacancy: Any) -> Next | None:
    counts = vacancy.fence == Fence.UNCLASSIFIED
    if vacancy.posts is None and (counts or vacancy.state == "draft"):
        waits = "Nothing can be reserved before." if counts else "It cannot open before."
        url = reverse("vacancies:correct", args=[vacancy.reference, "posts"])
        return Next("Say how many posts there are", f"The source did not say it. {waits}", "Give the posts", url)
    if not counts:
        return None
    url = reverse("vacancies:correct", args=[vacancy.reference, "band"])
    return Next(
        "Give the pay band",
        "The source did not say it, so this vacancy is not classified and does not count yet.",
        "Give the band",
        url,
    )


def _decision(vacancy: Any, owed: Due | None) -> Next | None:
    if vacancy.fence != Fence.UNDECIDED or owed is None:
        return None
    if is_too_late(vacancy):
        return Next(
            "The last day to decide has passed",
            "Tonight it is counted with nothing reserved, and the next vacancy owes what this one did not give. "
            "If the closing date is wrong, correct it.",
            "Correct the closing date",
            reverse("vacancies:correct", args=[vacancy.reference, "closes_on"]),
        )
    last_day = last_day_to_decide(vacancy)
    until = f" by {spoken(last_day)}" if last_day else ""
    url = reverse("vacancies:reserve", args=[vacancy.reference])
    if owed.posts:
        posts = f"{owed.posts} post{'' if owed.posts == 1 else 's'}"
        return Next(f"Reserve {posts} of {vacancy.posts}{until}", _ready(vacancy), f"Reserve {posts}", url)
    return Next(f"Decide{until}: nothing is due", f"{_ready(vacancy)} You may still reserve.", "Decide", url)


def _ready(vacancy: Any) -> str:
    if vacancy.ready_people is None:
        return "How many people are ready for it is not known yet."
    number = vacancy.ready_people
    return f"{number} ready {'person' if number == 1 else 'people'} asked for this work and could be placed on it."


def moves(vacancy: Any, *, by: Acting) -> list[tuple[str, str]]:
    """(verb, button) of each state move that is possible now and belongs to this room."""
    found = possible(vacancy, table=TABLE, by=by)
    return [(verb, TABLE[verb].label) for verb in found if verb not in ELSEWHERE]


def _move(vacancy: Any, by: Acting) -> Next | None:
    verbs = dict(moves(vacancy, by=by))
    if is_before_closing(vacancy):
        closes = f"It closes {spoken(vacancy.closes_on)}." if vacancy.closes_on else "Its closing date is not known."
        return Next("Nothing is needed until the advert closes", closes)
    for verb in ("open", "close", "shortlist", "interview"):
        if verb in verbs:
            return Next(verbs[verb], "", verbs[verb], verb=verb)
    if "finish" in verbs:
        url = reverse("vacancies:finish", args=[vacancy.reference])
        return Next("Say how many posts were filled", "", "Finish", url)
    return None

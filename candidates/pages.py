"""What stands at the top of every page about a person, whichever room draws the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from audit.acting import Acting, Role
from audit.clock import today
from candidates.choices import Answer
from candidates.models import Candidate, Home
from candidates.readiness import Gap, gaps
from places.models import Borough

# Key, label, URL name taking the person's reference, and who has the page. A room that does not stand yet has no tab.
ALL = frozenset({Role.ACADEMY, Role.PROVIDER})
TABS: tuple[tuple[str, str, str, frozenset[Role]], ...] = (
    ("overview", "Overview", "programmes:candidate", ALL),
    ("programmes", "Programmes", "programmes:of_candidate", ALL),
    ("interviews", "Interviews", "pipeline:of_candidate", ALL),
    ("vacancies", "Vacancies", "matching:for_candidate", ALL),
    ("checks", "Checks", "programmes:checks", ALL),
    ("sharing", "What is shared", "programmes:sharing", ALL),
    ("timeline", "Timeline", "programmes:timeline", ALL),
)
COLOURS = {Answer.YES: "green", Answer.NO: "grey", Answer.UNKNOWN: "yellow"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person lives, in words; nothing about the person is in it."""

    words: str
    local: str
    local_colour: str
    core20: str
    core20_colour: str
    hint: str = ""


def person_header(candidate: Candidate, acting: Acting, *, current: str) -> dict[str, Any]:
    """Context for `candidates/_identity.html` and `candidates/_tabs.html`: four queries.

    Without a right to the home (a trust, a lapsed grant) there is no `place`.
    """
    homes = Home.objects.visible_to(acting).filter(candidate=candidate, starts__lte=today())
    home = homes.order_by("-starts").first()
    return {
        "candidate": candidate,
        "home": home,
        "place": place_of(home) if home else None,
        "gaps": gaps(candidate),
        "age": candidate.age(today()),
        "under_18": candidate.under_18(today()),
        "tabs": tabs_of(candidate, acting, current=current),
    }


def tabs_of(candidate: Candidate, acting: Acting, *, current: str) -> list[tuple[str, str, bool]]:
    """(label, address, whether it is the present one) of the pages about this person that the reader has."""
    found = []
    for key, label, name, roles in TABS:
        if acting.role in roles and (url := address(name, candidate.reference)):
            found.append((label, url, key == current))
    return found


def address(name: str, *args: str) -> str:
    """The address of a page by name, or nothing where its room does not stand."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def place_of(home: Home) -> Place:
    """The answers about a home in words: unknown is said to be unknown."""
    return Place(
        words=_where(home),
        local=_local(home),
        local_colour=COLOURS[Answer(home.local)],
        core20=_core20(home),
        core20_colour=COLOURS[Answer(home.core20)],
        hint="Close to an area with the other CORE20 answer: check the address." if home.near_boundary else "",
    )


def _where(home: Home) -> str:
    if home.no_fixed_abode:
        return "No fixed abode"
    borough = borough_name(home.borough_code)
    return borough or ("Place not found" if home.postcode else "Home not recorded")


def borough_name(code: str) -> str:
    """The borough's name; another district of England by its code, nothing for nothing."""
    if not code:
        return ""
    return str(Borough.objects.filter(code=code).first() or code)


def _local(home: Home) -> str:
    if home.local == Answer.YES:
        return "Local by responsible authority" if home.local_by == "authority" else "Local"
    return "Not local" if home.local == Answer.NO else "Local: not known"


def _core20(home: Home) -> str:
    return {Answer.YES: "CORE20", Answer.NO: "Not CORE20"}.get(Answer(home.core20), "CORE20: not known")


MEND = {
    "certificate": ("Decide eligibility", "programmes:eligibility"),
    "right_to_work": ("Record right to work", "programmes:edit", "right-to-work"),
    "reach": ("Record how to reach them", "programmes:edit", "contact"),
    "work_wanted": ("Record the work they want", "programmes:edit", "work"),
    "hours": ("Record their hours", "programmes:edit", "work"),
    "travel": ("Record how far they travel", "programmes:edit", "work"),
    "start": ("Record when they can start", "programmes:edit", "work"),
    "merged": ("Open the record", "programmes:candidate"),
}


def mend_of(gap: Gap, candidate: Candidate) -> tuple[str, str]:
    """What to do about a gap, beginning with a verb, and the page on which it is done."""
    words, name, *more = MEND[gap.key]
    reference = candidate.reference
    if gap.key == "merged" and candidate.merged_into:
        reference = candidate.merged_into.reference
    return words, address(name, reference, *more)

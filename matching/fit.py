"""Whether a person fits a vacancy, how well, and why: pure values, no Django.

Nothing about deprivation, route, ethnicity, sex, age or disability can enter: the values below have no room for it.
Unknown hours or an unknown distance stop nobody. Source: matching.md, "Eligible and suitable".
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from nhsuk.words import listed, long_day
from places.postcodes import Point, distance_km

MOST = 1000

# Work that a person did not ask for leaves a quarter of the usual weights out, so it is never a very good match.
GRADES = ((800, "Very good match"), (600, "Good match"), (0, "Possible match"))
SHIFT_WORDS = {"days": "weekdays", "evenings": "evenings", "nights": "nights", "weekends": "weekends"}


@dataclass(frozen=True, slots=True)
class Person:
    """What a person offers. `home` is (latitude, longitude) or None; `travel_km` is straight-line."""

    id: int
    work_wanted: frozenset[str] = frozenset()
    shifts: frozenset[str] = frozenset()
    hours_least: Decimal | int | None = None
    hours_most: Decimal | int | None = None
    travel_km: int | None = None
    start_from: date | None = None
    skills: frozenset[str] = frozenset()
    home: Point | None = None
    completed_programme: bool = False
    days_since_interview: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What a vacancy asks. `essential_skills` maps a skill to the criterion that names it."""

    id: int
    family: str = ""
    family_label: str = ""
    shifts: frozenset[str] = frozenset()
    hours: Decimal | int | None = None
    starts_on: date | None = None
    essential_skills: Mapping[str, str] = field(default_factory=dict)
    place: Point | None = None

    @property
    def asked(self) -> Hashable:
        """Equal for vacancies that the same people fit."""
        return self.family, self.shifts, self.hours, self.starts_on, frozenset(self.essential_skills), self.place


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score in plain English: `points` of at most `most`."""

    label: str
    points: int
    most: int
    why: str


@dataclass(frozen=True, slots=True)
class Fit:
    """A score from 0 to 1000 with its parts, or the first thing that stopped it; `wanted`: it is work they asked for."""

    score: int
    parts: tuple[Part, ...]
    stopped: str = ""
    wanted: bool = True

    @property
    def fits(self) -> bool:
        return not self.stopped

    @property
    def words(self) -> str:
        """How good a match it is, and what takes points off it: "Good match, weaker on travel and time waited"."""
        how = next(words for least, words in GRADES if self.score >= least)
        # Half of the points stands for "not known", which is no weakness.
        weak = [part.label.lower() for part in self.parts if part.points < part.most // 2]
        return f"{how}, weaker on {listed(weak)}" if weak else how


DEFAULT_WEIGHTS: dict[str, int] = {
    "skills": 250,
    "family": 250,
    "programme": 100,
    "travel": 150,
    "hours": 100,
    "start": 50,
    "waiting": 100,
}


def check_weights(weights: Mapping[str, int]) -> None:
    """ValueError unless the weights name every part, are whole and not negative, and add up to 1000."""
    if set(weights) != set(DEFAULT_WEIGHTS):
        raise ValueError(f"Weights name exactly {', '.join(DEFAULT_WEIGHTS)}.")
    if any(type(weight) is not int or weight < 0 for weight in weights.values()) or sum(weights.values()) != MOST:
        raise ValueError(f"Weights are whole numbers, 0 or more, that add up to {MOST}.")


def fit(person: Person, post: Post, *, weights: Mapping[str, int] = DEFAULT_WEIGHTS) -> Fit:
    """How `person` fits `post`: the first thing that stops it, else a score with its explanation."""
    distance = distance_km(person.home, post.place)
    for stop in STOPS:
        if sentence := stop(person, post, distance):
            return Fit(0, (), sentence)
    parts = tuple(part(person, post, distance, weights[name]) for name, part in PARTS.items())
    return Fit(sum(part.points for part in parts), parts, wanted=wants(person, post))


def wants(person: Person, post: Post) -> bool:
    """Whether it is work that the person asked for."""
    return post.family in person.work_wanted


def _no_skill(person: Person, post: Post, distance: float | None) -> str:
    missing = next((text for skill, text in post.essential_skills.items() if skill not in person.skills), "")
    return f"Essential and not evidenced: {missing}" if missing else ""


def _too_many_hours(person: Person, post: Post, distance: float | None) -> str:
    if post.hours is None:
        return ""
    if person.hours_most is not None and post.hours > person.hours_most:
        return f"It is {_said(post.hours)} hours a week; {_said(person.hours_most)} at most are offered"
    if person.hours_least is not None and post.hours < person.hours_least:
        return f"It is {_said(post.hours)} hours a week; {_said(person.hours_least)} at least are needed"
    return ""


def _said(hours: Decimal | int) -> str:
    """37.5, and 37 rather than 37.0."""
    return f"{float(hours):g}"


def _other_shifts(person: Person, post: Post, distance: float | None) -> str:
    if not person.shifts or not post.shifts or post.shifts <= person.shifts:
        return ""
    needs = _listed(post.shifts - person.shifts)
    return f"Needs {needs}; {_listed(person.shifts)} are offered"


def _starts_too_soon(person: Person, post: Post, distance: float | None) -> str:
    if person.start_from is None or post.starts_on is None or person.start_from <= post.starts_on:
        return ""
    return f"Starts on {long_day(post.starts_on)}; available from {long_day(person.start_from)}"


def _too_far(person: Person, post: Post, distance: float | None) -> str:
    if distance is None or person.travel_km is None or distance <= person.travel_km:
        return ""
    return f"{distance:.1f} km away; {person.travel_km} km at most"


def _listed(shifts: frozenset[str]) -> str:
    return " and ".join(word for shift, word in SHIFT_WORDS.items() if shift in shifts)


Stop = Callable[[Person, Post, float | None], str]
STOPS: tuple[Stop, ...] = (_no_skill, _too_many_hours, _other_shifts, _starts_too_soon, _too_far)


def _skills_part(person: Person, post: Post, distance: float | None, most: int) -> Part:
    if not post.essential_skills:
        return Part("Skills", most // 2, most, "The advert names no skill; criteria are to be evidenced")
    return Part("Skills", most, most, "Every skill that the advert names is evidenced")


def _family_part(person: Person, post: Post, distance: float | None, most: int) -> Part:
    label = post.family_label or post.family
    if not person.work_wanted:
        return Part("Kind of work", 0, most, "No kind of work is recorded as wanted")
    if post.family in person.work_wanted:
        return Part("Kind of work", most, most, f"{label} is wanted")
    return Part("Kind of work", 0, most, f"{label} is not among the work wanted")


def _programme_part(person: Person, post: Post, distance: float | None, most: int) -> Part:
    if person.completed_programme:
        return Part("Programme", most, most, "Has completed a programme")
    return Part("Programme", 0, most, "Has not completed a programme yet")


def _travel_part(person: Person, post: Post, distance: float | None, most: int) -> Part:
    if distance is None or not person.travel_km:
        return Part("Travel", most // 2, most, "The distance is not known")
    points = round(most * (1 - distance / person.travel_km))
    return Part("Travel", max(0, points), most, f"{distance:.1f} km of {person.travel_km} km at most")


def _hours_part(person: Person, post: Post, distance: float | None, most: int) -> Part:
    if post.hours is None or person.hours_most is None:
        return Part("Hours", most // 2, most, "The hours are not known")
    return Part("Hours", most, most, f"{_said(post.hours)} hours a week are within what is offered")


def _start_part(person: Person, post: Post, distance: float | None, most: int) -> Part:
    if post.starts_on is None or person.start_from is None:
        return Part("Start", most // 2, most, "The start date is not known")
    return Part("Start", most, most, f"Available from {long_day(person.start_from)}, in time")


def _waiting_part(person: Person, post: Post, distance: float | None, most: int) -> Part:
    """The longer without an interview, the more: full after 90 days, or if there never was one."""
    days = person.days_since_interview
    if days is None:
        return Part("Time waited", most, most, "Has had no interview through this service yet")
    return Part("Time waited", most * min(days, 90) // 90, most, f"Last interview {days} days ago")


PartOf = Callable[[Person, Post, float | None, int], Part]
PARTS: dict[str, PartOf] = {
    "skills": _skills_part,
    "family": _family_part,
    "programme": _programme_part,
    "travel": _travel_part,
    "hours": _hours_part,
    "start": _start_part,
    "waiting": _waiting_part,
}

"""The records behind a figure, for those who may open them: the same ids that were counted, read through the doors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.acting import Acting, Role
from nhsuk.words import long_day
from organisations.models import Organisation
from pipeline.models import Employment
from programmes.models import Enrolment
from reports.measures import Figure, Window
from reports.measures.conversion import BANK, HOST, IN_WORK, NHS, NWL, OUTSIDE, STILL, UNKNOWN
from reports.tables.edition import as_at_for, figure_of, own_trust_of
from vacancies.ledger import levels_of
from vacancies.models import Vacancy

OPENS = {
    "m0": frozenset({Role.ACADEMY, Role.RECRUITER, Role.TRUST_HR}),
    "m2": frozenset({Role.ACADEMY}),
    "m3": frozenset({Role.ACADEMY}),
}
OUTCOMES = {
    STILL: "Still in time",
    HOST: "Host trust",
    NWL: "Other North West London trust",
    NHS: "Other NHS",
    OUTSIDE: "Outside the NHS",
    BANK: "Bank work only",
    UNKNOWN: "No job known",
}
PARTS = OUTCOMES | {"ended": "Ended", "due": "26 weeks over", "work": "In work"}
OF_PART = {"ended": set(OUTCOMES), "due": set(OUTCOMES) - {STILL}, "work": set(IN_WORK)} | {
    outcome: {outcome} for outcome in OUTCOMES
}
VACANCY_SETS = {"counted": "Counted", "reserved": "With a post reserved"}


class NoSuchRecords(LookupError):
    """The measure, the choice or the role has no records behind it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record: its reference and address, and what the figure counted of it. `url` is empty where it may not be opened."""

    reference: str
    url: str
    facts: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which ids a figure counted, in the order of the list, and what they are called."""

    title: str
    ids: tuple[int, ...]
    outcomes: Mapping[int, tuple[str, int | None]]


def may_open(acting: Acting, measure: str) -> bool:
    """Whether this role opens the records of a measure. A trust never opens who took part: that would tell the route."""
    return acting.role in OPENS.get(measure, frozenset())


def select(acting: Acting, measure: str, window: Window, choice: Mapping[str, str]) -> Selection:
    """The ids behind a figure. NoSuchRecords for a role or a choice that has none."""
    if not may_open(acting, measure):
        raise NoSuchRecords(measure)
    trust = _trust(acting, choice.get("trust", ""))
    narrowed = trust if isinstance(trust, int) else None
    figure = figure_of(measure, window, as_at=as_at_for(acting), trust_id=narrowed)
    return _vacancies(figure, choice) if measure == "m0" else _people(figure, trust, choice)


def _trust(acting: Acting, wanted: str) -> int | str:
    """The trust to show: a trust's own, whatever it asks for; "none" for no host trust; "" for all."""
    own = own_trust_of(acting)
    if own is not None:
        return own
    if wanted in ("", "none"):
        return wanted
    if not wanted.isdecimal():
        raise NoSuchRecords(wanted)
    return int(wanted)


def _vacancies(figure: Figure, choice: Mapping[str, str]) -> Selection:
    part = choice.get("part", "") or "counted"
    if part in VACANCY_SETS:
        ids = figure.numerator if part == "reserved" else figure.denominator
        title = VACANCY_SETS[part]
    elif part in figure.exclusions:
        ids, title = figure.exclusions[part], part.capitalize()
    else:
        raise NoSuchRecords(part)
    return Selection(title, tuple(sorted(ids, reverse=True)), {})


def _people(figure: Figure, trust: int | str, choice: Mapping[str, str]) -> Selection:
    part, month, kind = choice.get("part", "") or "ended", choice.get("month", ""), choice.get("kind", "")
    if figure.key == "m3" and part not in OF_PART:
        raise NoSuchRecords(part)
    rows = [
        row
        for row in figure.rows
        if (not trust or (row.trust_id == trust if trust != "none" else row.trust_id is None))
        and month in ("", row.month.isoformat())
        and (figure.key == "m3" or kind in ("", row.kind))
        and (figure.key == "m2" or row.outcome in OF_PART[part])
    ]
    outcomes = {row.enrolment_id: (row.outcome, row.job_id) for row in rows} if figure.key == "m3" else {}
    title = "Started" if figure.key == "m2" else PARTS[part]
    return Selection(title, tuple(sorted((row.enrolment_id for row in rows), reverse=True)), outcomes)


def lines(acting: Acting, measure: str, ids: Sequence[int], selection: Selection) -> list[Line]:
    """One page of records. What was counted and may not be opened says so, so that the count still agrees."""
    made = _vacancy_lines(acting, ids) if measure == "m0" else _person_lines(acting, ids, selection)
    return [made.get(pk) or Line("A record that you may not open", "", ()) for pk in ids]


def _vacancy_lines(acting: Acting, ids: Sequence[int]) -> dict[int, Line]:
    rows = Vacancy.objects.visible_to(acting).filter(pk__in=ids).select_related("trust")
    reached = levels_of(list(ids))
    found = {}
    for row in rows:
        got = reached.get(row.pk)
        facts: tuple[tuple[str, Any], ...] = (
            ("Vacancy", row.title),
            ("Trust", row.trust.short_name),
            ("Opened", row.opened_on),
            ("Posts", row.posts),
            ("Reserved", got.reserved if got else 0),
            ("Considered", got.considered if got else 0),
            ("Interviewed", got.interviewed if got else 0),
            ("Appointed", got.appointed if got else 0),
        )
        found[row.pk] = Line(row.reference, row.get_absolute_url(), facts)
    return found


def _person_lines(acting: Acting, ids: Sequence[int], selection: Selection) -> dict[int, Line]:
    rows = (
        Enrolment.objects.visible_to(acting)
        .filter(pk__in=ids)
        .select_related("candidate", "cohort__programme", "cohort__host_trust")
    )
    job_ids = [selection.outcomes[pk][1] for pk in ids if pk in selection.outcomes]
    jobs = {job.pk: job for job in Employment.objects.visible_to(acting).filter(pk__in=job_ids)}
    found = {}
    for row in rows:
        host: Organisation | None = row.cohort.host_trust
        facts: list[tuple[str, Any]] = [
            ("Programme", row.cohort.programme.name),
            ("Cohort", row.cohort.name),
            ("Host trust", host.short_name if host else "None"),
            ("Started", row.started_on),
        ]
        if row.pk in selection.outcomes:
            outcome, job_id = selection.outcomes[row.pk]
            job = jobs.get(job_id or 0)
            facts += [
                ("Ended", row.ended_on),
                ("Came to", OUTCOMES[outcome]),
                ("Job", f"{job.reference}, from {long_day(job.started_on)}" if job else ""),
            ]
        found[row.pk] = Line(row.candidate.reference, row.candidate.get_absolute_url(), tuple(facts))
    return found

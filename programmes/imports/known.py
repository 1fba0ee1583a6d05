"""What the service knows already, looked up once for a whole file."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from audit.acting import Acting
from candidates.choices import GrantScope
from candidates.models import Candidate, granted
from candidates.names import folded
from jobs.columns import CellProblem
from places.models import Borough
from programmes.models import Cohort, Enrolment, Programme, Session

AT_ONCE = 500
Person = tuple[str, date]


@dataclass
class Known:
    """Programmes, cohorts and councils by what a file calls them; people and enrolments by what identifies them."""

    by: Acting
    programmes: dict[str, list[Programme]] = field(default_factory=dict)
    cohorts: dict[int, dict[str, list[Cohort]]] = field(default_factory=dict)
    councils: dict[str, list[Borough]] = field(default_factory=dict)
    sessions: dict[tuple[int, date], list[Session]] = field(default_factory=dict)
    by_reference: dict[tuple[int, str], Enrolment] = field(default_factory=dict)
    by_person: dict[tuple[int, Person], Enrolment] = field(default_factory=dict)
    people: dict[Person, list[Candidate]] = field(default_factory=dict)

    def programme(self, said: str) -> Programme:
        """CellProblem with the nearest names for one that is not there, or not the reader's."""
        return _named(said, self.programmes, "programme")

    def cohort(self, programme: Programme, said: str) -> Cohort:
        return _named(said, self.cohorts.get(programme.pk, {}), f"cohort of {programme.name}")

    def council(self, said: str) -> str:
        """The GSS code of a council by its name."""
        return str(_named(said, self.councils, "council").code)


def _named(said: str, known: dict[str, list[Any]], noun: str) -> Any:
    asked = _name(said)
    found = known.get(asked, [])
    if len(found) == 1:
        return found[0]
    if found:
        references = " or ".join(f"{each.reference} ({_apart(each)})" for each in found)
        raise CellProblem(f'More than one {noun} is called "{said[:60]}". Write its reference: {references}.')
    near = difflib.get_close_matches(asked, list(known), n=2, cutoff=0.7)
    words = " or ".join(dict.fromkeys(f'"{known[name][0].name}"' for name in near))
    if words:
        raise CellProblem(f'"{said[:60]}" is not a {noun} here. Did you mean {words}?')
    raise CellProblem(f'"{said[:60]}" is not a {noun} here. Check the name, or ask the Skills Academy to add it.')


def _apart(found: Programme | Cohort) -> str:
    """What tells two of one name apart: a programme's provider; a cohort's name as it is written, such as Autumn-2026."""
    return found.provider.short_name if isinstance(found, Programme) else found.name


def _name(said: str) -> str:
    """A name as files vary it: a council without "London Borough of"."""
    words = folded(said)
    for noise in ("london borough of ", "royal borough of ", "city of ", "lb "):
        words = words.removeprefix(noise)
    return words.removesuffix(" council").replace(" and ", " & ").replace(" & ", " ")


def look_up(by: Acting) -> Known:
    """Programmes, cohorts and councils: three queries."""
    known = Known(by)
    for programme in Programme.objects.visible_to(by).select_related("provider"):
        for name in (programme.name, programme.reference):
            known.programmes.setdefault(_name(name), []).append(programme)
    for cohort in Cohort.objects.visible_to(by).select_related("programme__provider"):
        own = known.cohorts.setdefault(cohort.programme_id, {})
        for name in (cohort.name, cohort.reference):
            own.setdefault(_name(name), []).append(cohort)
    for council in Borough.objects.exclude(name=""):
        known.councils[_name(council.name)] = [council]
    return known


def look_up_cohorts(known: Known, cohorts: Sequence[Cohort]) -> None:
    """Who is in these cohorts already, whoever may see them, and their sessions: two queries."""
    enrolments = Enrolment.unscoped.filter(cohort__in=cohorts).select_related("candidate", "cohort")
    for enrolment in enrolments:
        if enrolment.own_reference:
            known.by_reference[enrolment.cohort_id, enrolment.own_reference.casefold()] = enrolment
        person = person_of(enrolment.candidate.folded_name, enrolment.candidate.date_of_birth)
        if person:
            known.by_person[enrolment.cohort_id, person] = enrolment
    found: dict[tuple[int, date], list[Session]] = defaultdict(list)
    for session in Session.unscoped.filter(cohort__in=cohorts):
        found[session.cohort_id, session.day].append(session)
    known.sessions = dict(found)


def look_up_people(known: Known, people: Iterable[Person]) -> None:
    """Records with the same name and date of birth that the reader sees whole: a query for each five hundred."""
    asked = sorted(set(people))
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        rows = granted("pk", GrantScope.FULL)(Candidate.unscoped, known.by).filter(
            folded_name__in={name for name, _ in some},
            date_of_birth__in={born for _, born in some},
            merged_into__isnull=True,
        )
        for row in rows.order_by("pk"):
            if person := person_of(row.folded_name, row.date_of_birth):
                known.people.setdefault(person, []).append(row)


def person_of(folded_name: str, born: date | None) -> Person | None:
    """What identifies somebody in a file; nothing without a date of birth."""
    return (folded_name, born) if folded_name and born else None

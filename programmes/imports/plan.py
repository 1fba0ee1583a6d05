"""What a cohort file would do, row by row, before anything is written: the preview and the import ask the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as facts_of
from datetime import date
from typing import Any

from audit.acting import Acting
from audit.clock import today
from audit.mover import Refused
from candidates.facts import NewPerson, PersonFacts, SupporterFacts
from candidates.models import Candidate
from candidates.names import folded
from candidates.rules import check_born, check_hours, check_name
from candidates.services import Particulars, likely_duplicates_of
from jobs.columns import CellProblem
from jobs.mapping import Matched, Problem
from jobs.models import Outcome
from jobs.reading import Table
from nhsuk.words import long_day
from places.services import locate_many
from programmes.imports.known import Known, Person, look_up, look_up_cohorts, look_up_people, person_of
from programmes.models import Cohort, Enrolment, EnrolmentState, Session
from programmes.rules import check_first_day, check_last_day
from programmes.states import ENDED, HAS_STARTED, UNDER_WAY

EVIDENCE = "first day in an imported file"
BY_ATTENDANCE = "attended a session"
LISTS = ("work_wanted", "shifts")


@dataclass
class Planned:
    """One row: what it says, what is wrong with it, and what it would do."""

    number: int
    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    outcome: Outcome = Outcome.MADE
    cohort: Cohort | None = None
    authority: str = ""
    state: str = EnrolmentState.ENROLLED
    sessions: list[Session] = field(default_factory=list)
    candidate: Candidate | None = None
    enrolment: Enrolment | None = None
    likely: bool = False

    @property
    def name(self) -> str:
        return f"{self.values.get('given_name') or ''} {self.values.get('family_name') or ''}".strip()

    @property
    def person(self) -> Person | None:
        return person_of(folded(self.name)[:162], self.values.get("date_of_birth"))

    @property
    def is_good(self) -> bool:
        return not self.problems


@dataclass
class Plan:
    rows: list[Planned]
    matched: Matched

    def counts(self) -> dict[str, int]:
        told = {outcome: 0 for outcome in Outcome}
        for row in self.rows:
            told[row.outcome] += 1
        return {outcome.value: number for outcome, number in told.items()}

    def problems(self) -> list[Problem]:
        return [problem for row in self.rows for problem in row.problems]


def read_rows(table: Table, matched: Matched) -> list[Planned]:
    """Each row's values and the problems of its cells: no database."""
    rows = []
    for row in table.rows:
        values, problems = matched.read(row)
        rows.append(Planned(row.number, values, problems))
    return rows


def make_plan(rows: list[Planned], matched: Matched, *, by: Acting) -> Plan:
    """What the rows would do now, in a number of queries that grows by the five hundred rows, not by the row."""
    plan, known = Plan(rows, matched), look_up(by)
    for row in rows:
        _place(row, known, matched)
    look_up_cohorts(known, list({row.cohort.pk: row.cohort for row in rows if row.cohort}.values()))
    look_up_people(known, (row.person for row in rows if row.person))
    for row in rows:
        _check(row, known, matched)
    _same_in_the_file(rows, matched)
    for row in rows:
        _recognise(row, known, matched)
    _note_unknown_places(rows)
    _note_likely(rows, by)
    for row in rows:
        if row.problems:
            row.outcome = Outcome.REFUSED
    return plan


def over_full(plan: Plan, *, by: Acting) -> list[str]:
    """A sentence for each cohort in which more people than it has places would take part after this file."""
    made = [row for row in plan.rows if row.outcome == Outcome.MADE and row.state in UNDER_WAY]
    coming = Counter(row.cohort for row in made if row.cohort)
    there = Counter(
        Enrolment.objects.visible_to(by)
        .filter(cohort__in=list(coming), state__in=UNDER_WAY)
        .values_list("cohort_id", flat=True)
    )
    return [
        f"{cohort.reference}, {cohort.name}, has {cohort.places} {'place' if cohort.places == 1 else 'places'}; "
        f"with this file {there[cohort.pk] + more} people would take part."
        for cohort, more in coming.items()
        if cohort.places is not None and there[cohort.pk] + more > cohort.places
    ]


def _problem(row: Planned, matched: Matched, name: str, sentence: str) -> None:
    heading = matched.chosen.get(name) or next((each.label for each in matched.columns if each.field == name), "")
    row.problems.append(Problem(row.number, heading, sentence))


def _ask(row: Planned, matched: Matched, name: str, check: Any, *args: Any, **facts: Any) -> Any:
    """Ask a rule or a look-up about the column `name`; its sentence becomes a problem of the row."""
    try:
        return check(*args, **facts)
    except (Refused, CellProblem) as problem:
        _problem(row, matched, name, str(problem))
        return None


def _place(row: Planned, known: Known, matched: Matched) -> None:
    """Programme, cohort and council by name."""
    values = row.values
    if values["programme"]:
        programme = _ask(row, matched, "programme", known.programme, values["programme"])
        if programme and values["cohort"]:
            row.cohort = _ask(row, matched, "cohort", known.cohort, programme, values["cohort"])
    if values["responsible_authority"]:
        row.authority = (
            _ask(row, matched, "responsible_authority", known.council, values["responsible_authority"]) or ""
        )


def _check(row: Planned, known: Known, matched: Matched) -> None:
    """What the cells say together."""
    values = row.values
    for name in ("given_name", "family_name", "known_as"):
        _ask(row, matched, name, check_name, values[name])
    _ask(row, matched, "date_of_birth", check_born, values["date_of_birth"], on=today())
    _ask(row, matched, "hours_least", check_hours, values["hours_least"], values["hours_most"])
    if values["postcode"] and values["no_fixed_abode"]:
        _problem(row, matched, "no_fixed_abode", "The row has a postcode and no fixed abode. Remove one of them.")
    if any(values[f"supporter_{each}"] for each in ("relation", "phone", "email")) and not values["supporter_name"]:
        _problem(row, matched, "supporter_name", "The supporter has no name. Type it, or remove the rest about them.")
    if row.cohort:
        _attended(row, known, matched)
        row.state = values["state"] or _state_by_dates(row)
        _check_state(row, row.cohort, matched)


def _attended(row: Planned, known: Known, matched: Matched) -> None:
    assert row.cohort  # noqa: S101 - the caller asked
    for day in row.values["attended"] or []:
        found = known.sessions.get((row.cohort.pk, day))
        if found:
            row.sessions += found
        else:
            sentence = (
                f"No session of {row.cohort.name} is on {long_day(day)}. Add it on the cohort’s page, or remove it."
            )
            _problem(row, matched, "attended", sentence)


def _state_by_dates(row: Planned) -> str:
    """Where no state is given, the dates say it."""
    values = row.values
    if values["leaving_reason"]:
        return EnrolmentState.LEFT
    if values["ended_on"]:
        return EnrolmentState.COMPLETED
    return EnrolmentState.STARTED if first_day(row) else EnrolmentState.ENROLLED


def first_day(row: Planned) -> date | None:
    """As given, else the first session attended."""
    given: date | None = row.values["started_on"]
    return given or min((each.day for each in row.sessions), default=None)


def _check_state(row: Planned, cohort: Cohort, matched: Matched) -> None:
    values, begun = row.values, first_day(row)
    if row.state in HAS_STARTED:
        if begun is None:
            sentence = (
                "Somebody who has started needs a first day. Type it, or change the column that says they started."
            )
            _problem(row, matched, "started_on", sentence)
        else:
            _ask(row, matched, "started_on", check_first_day, cohort, begun, on=today())
    elif values["started_on"]:
        sentence = (
            "A first day belongs to somebody who has started. Remove it, or change the column that says otherwise."
        )
        _problem(row, matched, "started_on", sentence)
    if row.state in ENDED:
        if values["ended_on"] is None:
            _problem(row, matched, "ended_on", "Somebody who completed or left needs a last day. Type it.")
        else:
            _ask(row, matched, "ended_on", check_last_day, Enrolment(started_on=begun), values["ended_on"], on=today())
    elif values["ended_on"]:
        _problem(row, matched, "ended_on", "A last day belongs to somebody who completed or left. Remove it.")
    if (row.state == EnrolmentState.LEFT) != bool(values["leaving_reason"]):
        sentence = "A reason goes with somebody who left early, and only with them. Type it, or remove it."
        _problem(row, matched, "leaving_reason", sentence)


def _same_in_the_file(rows: Sequence[Planned], matched: Matched) -> None:
    """The same person twice for one cohort is a problem; in two cohorts it is one person."""
    references: dict[tuple[int, str], int] = {}
    pairs: dict[tuple[int, Person], int] = {}
    for row in rows:
        if row.cohort is None or not row.is_good:
            continue
        own, person = (row.values["own_reference"] or "").casefold(), row.person
        first = references.get((row.cohort.pk, own)) if own else None
        if first:
            _problem(row, matched, "own_reference", f"Row {first} has the same reference. Remove one, or correct it.")
            continue
        first = pairs.get((row.cohort.pk, person)) if person else None
        if first:
            _problem(row, matched, "", f"Row {first} is the same person in the same cohort. Remove one of the rows.")
            continue
        if own:
            references[row.cohort.pk, own] = row.number
        if person:
            pairs[row.cohort.pk, person] = row.number


def _recognise(row: Planned, known: Known, matched: Matched) -> None:
    """In this cohort already (by the provider's reference, or by name and date of birth), or at least known here."""
    if row.cohort is None or not row.is_good:
        return
    own = (row.values["own_reference"] or "").casefold()
    by_reference = known.by_reference.get((row.cohort.pk, own)) if own else None
    if by_reference and not _may_be(row, by_reference.candidate):
        sentence = (
            f'"{row.values["own_reference"]}" is the reference of another person in {row.cohort.name}. '
            "Check the reference and the name."
        )
        _problem(row, matched, "own_reference", sentence)
        return
    there = by_reference or (known.by_person.get((row.cohort.pk, row.person)) if row.person else None)
    if there:
        row.enrolment, row.candidate, row.outcome = there, there.candidate, Outcome.SAME
        return
    here = known.people.get(row.person, []) if row.person else []
    if len(here) == 1:
        row.candidate = here[0]
        row.notes.append(f"Here already as {here[0].reference}: put in the cohort, the record stays as it is.")


def _may_be(row: Planned, candidate: Candidate) -> bool:
    """A reference is believed unless both the name and the date of birth disagree."""
    born = row.values["date_of_birth"]
    other_day = born is not None and candidate.date_of_birth is not None and born != candidate.date_of_birth
    return not (other_day and folded(row.name)[:162] != candidate.folded_name)


def _new(rows: Iterable[Planned]) -> list[Planned]:
    return [row for row in rows if row.is_good and row.candidate is None and row.outcome == Outcome.MADE]


def _note_unknown_places(rows: Sequence[Planned]) -> None:
    asked = {row.values["postcode"] for row in _new(rows) if row.values["postcode"]}
    found = locate_many(asked)
    for row in _new(rows):
        postcode = row.values["postcode"]
        if postcode and not found[postcode].found:
            row.notes.append(f"{postcode} is not in the files held here: local and CORE20 stay unknown.")


def _note_likely(rows: Sequence[Planned], by: Acting) -> None:
    new = _new(rows)
    names = ("given_name", "family_name", "date_of_birth", "postcode", "phone", "email")
    asked = [Particulars(**{name: row.values[name] for name in names if row.values[name]}) for row in new]
    for row, found in zip(new, likely_duplicates_of(asked, by=by), strict=True):
        if found:
            row.likely = True
            row.notes.append(f"May be here already: {found[0].candidate.reference}, {found[0].why}.")


def new_person(row: Planned) -> NewPerson:
    """What a row says of a person, for the service."""
    values = row.values
    facts = {each.name: values[each.name] for each in facts_of(PersonFacts) if values.get(each.name) is not None}
    facts |= {name: tuple(dict.fromkeys(values[name] or ())) for name in LISTS}
    supporter = None
    if values["supporter_name"]:
        supporter = SupporterFacts(
            name=values["supporter_name"],
            relation=values["supporter_relation"] or "",
            phone=values["supporter_phone"] or "",
            email=values["supporter_email"] or "",
        )
    return NewPerson(
        facts=PersonFacts(**facts),
        postcode=values["postcode"] or "",
        no_fixed_abode=bool(values["no_fixed_abode"]),
        responsible_authority=row.authority,
        supporter=supporter,
    )

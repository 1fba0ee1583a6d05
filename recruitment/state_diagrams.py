"""The diagrams of docs/states.md, made from the transition tables: what the page shows is what the code does."""

from __future__ import annotations

from django.db.models import Choices

from audit.mover import Table
from pipeline.models import EmploymentState, InterviewState, ReferralState, Result
from pipeline.states import EMPLOYMENT, INTERVIEW, OUTCOME, REFERRAL
from programmes.models import EnrolmentState
from programmes.states import ENROLMENT
from vacancies.models import VacancyState
from vacancies.states import TABLE as VACANCY

# Heading, states, table, the states in which a row begins by hand.
MACHINES = (
    ("Vacancy", VacancyState, VACANCY, ("draft",)),
    ("Enrolment", EnrolmentState, ENROLMENT, ("referred", "offered", "enrolled")),
    ("Referral", ReferralState, REFERRAL, ("suggested",)),
    ("Interview", InterviewState, INTERVIEW, ("booked",)),
    ("Outcome of an interview", Result, OUTCOME, ("appointed", "reserve", "not_appointed")),
    ("Employment", EmploymentState, EMPLOYMENT, ("offered",)),
)
INTRODUCTION = """# States

Made by `manage.py statemachines` from the transition tables (`*/states.py`); a test fails when this page is out of date. A
verb is the only way along an arrow, and an undo is a verb of its own. History that is imported may enter at any state.
"""


def page() -> str:
    """The whole of docs/states.md."""
    return "\n".join([INTRODUCTION, *(section(*machine) for machine in MACHINES)])


def section(heading: str, states: type[Choices], table: Table, begins: tuple[str, ...]) -> str:
    """One machine: a Mermaid diagram, and the verbs as a table."""
    return f"## {heading}\n\n```mermaid\n{diagram(states, table, begins)}\n```\n\n{verbs(states, table)}\n"


def diagram(states: type[Choices], table: Table, begins: tuple[str, ...]) -> str:
    choices = dict(states.choices)
    arrows: dict[tuple[str, str], list[str]]
    arrows = {(source, step.target): [] for step in table.values() for source in step.sources}
    for verb, step in table.items():
        for source in step.sources:
            arrows[source, step.target].append(verb)
    leaves = {source for source, _target in arrows}
    return "\n".join(
        [
            "stateDiagram-v2",
            *(f'    state "{label}" as {value}' for value, label in choices.items()),
            *(f"    [*] --> {value}" for value in begins),
            *(f"    {source} --> {target}: {', '.join(found)}" for (source, target), found in arrows.items()),
            *(f"    {value} --> [*]" for value in choices if value not in leaves),
        ]
    )


def verbs(states: type[Choices], table: Table) -> str:
    choices = dict(states.choices)
    rows = [
        f"| `{verb}` | {step.label} | {', '.join(str(choices[each]) for each in step.sources)} | {choices[step.target]} |"
        for verb, step in table.items()
    ]
    return "\n".join(["| verb | button | from | to |", "|---|---|---|---|", *rows])

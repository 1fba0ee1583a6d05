"""docs/states.md is what the tables say."""

from django.conf import settings

from audit.mover import Step
from pipeline.models import InterviewState
from pipeline.states import INTERVIEW
from recruitment.state_diagrams import MACHINES, diagram, page


def test_the_committed_page_is_up_to_date():
    assert (settings.BASE_DIR / "docs" / "states.md").read_text() == page(), "run manage.py statemachines"


def test_every_machine_is_there():
    assert [heading for heading, *_ in MACHINES] == [
        "Vacancy",
        "Enrolment",
        "Referral",
        "Interview",
        "Outcome of an interview",
        "Employment",
    ]


def test_a_diagram_has_each_state_arrow_beginning_and_end():
    assert diagram(InterviewState, INTERVIEW, ("booked",)) == "\n".join(
        [
            "stateDiagram-v2",
            '    state "Booked" as booked',
            '    state "Held" as held',
            '    state "Candidate absent" as absent',
            '    state "Cancelled by the candidate" as off_candidate',
            '    state "Cancelled by the trust" as off_trust',
            '    state "Rearranged" as moved',
            "    [*] --> booked",
            "    booked --> held: hold",
            "    booked --> absent: absent",
            "    booked --> off_candidate: cancel_by_candidate",
            "    booked --> off_trust: cancel_by_trust",
            "    booked --> moved: rearrange",
            "    held --> booked: take_back",
            "    absent --> booked: take_back",
            "    off_candidate --> [*]",
            "    off_trust --> [*]",
            "    moved --> [*]",
        ]
    )


def test_a_changed_table_changes_the_page():
    changed = {**INTERVIEW, "again": Step(("absent",), "booked", "an absence")}
    assert "    absent --> booked: take_back, again" in diagram(InterviewState, changed, ("booked",))

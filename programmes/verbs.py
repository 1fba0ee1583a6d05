"""The verbs of an enrolment as a page offers them: which form each asks, and which service does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nhsuk.forms import NhsukForm
from programmes import services
from programmes.forms.enrolments import (
    CompleteForm,
    LeaveForm,
    NeededReasonForm,
    NoFacts,
    ReasonForm,
    StartForm,
)
from programmes.states import ENROLMENT


@dataclass(frozen=True, slots=True)
class Verb:
    """`do(enrolment=..., by=..., **cleaned_data of form)`; `done` is said afterwards."""

    do: Callable[..., Any]
    form: type[NhsukForm]
    done: str


VERBS: dict[str, Verb] = {
    "offer": Verb(services.offer, NoFacts, "was offered a place"),
    "enrol": Verb(services.accept, NoFacts, "is enrolled"),
    "start": Verb(services.start, StartForm, "has started"),
    "pause": Verb(services.pause, ReasonForm, "is paused"),
    "resume": Verb(services.resume, NoFacts, "has resumed"),
    "complete": Verb(services.complete, CompleteForm, "completed the programme"),
    "leave": Verb(services.leave, LeaveForm, "left early"),
    "decline": Verb(services.decline, ReasonForm, "declined the place"),
    "reject": Verb(services.reject, NeededReasonForm, "is not eligible for the programme"),
    "no_show": Verb(services.no_show, ReasonForm, "did not start"),
}


def label_of(verb: str) -> str:
    return ENROLMENT[verb].label

"""The enrolment table: referred > offered > enrolled > started <> paused, and the ways out."""

from audit.mover import Step, Table
from programmes.models import EnrolmentState as S
from programmes.rules import check_enrolment


def step(sources: tuple[str, ...], target: str, label: str, needs: str) -> Step:
    return Step(sources=sources, target=target, needs=needs, check=check_enrolment, label=label)


ENROLMENT: Table = {
    "offer": step((S.REFERRED,), S.OFFERED, "Offer a place", "somebody who was referred"),
    "enrol": step((S.OFFERED,), S.ENROLLED, "Enrol", "an offered place"),
    "start": step((S.ENROLLED,), S.STARTED, "Record the start", "somebody who is enrolled and has not started"),
    "pause": step((S.STARTED,), S.PAUSED, "Pause", "somebody who has started"),
    "resume": step((S.PAUSED,), S.STARTED, "Resume", "somebody who is paused"),
    "complete": step((S.STARTED,), S.COMPLETED, "Completed", "somebody who has started and is not paused"),
    "leave": step((S.STARTED, S.PAUSED), S.LEFT, "Left early", "somebody who has started"),
    "decline": step((S.REFERRED, S.OFFERED), S.DECLINED, "Declined the place", "a referral or an offer"),
    "reject": step((S.REFERRED, S.OFFERED), S.INELIGIBLE, "Not eligible for the programme", "a referral or an offer"),
    "no_show": step((S.ENROLLED,), S.DID_NOT_START, "Did not start", "somebody who is enrolled and has not started"),
}

FIRST_STATES = (S.REFERRED, S.OFFERED, S.ENROLLED)  # by hand; history enters at any state, by import, with evidence
UNDER_WAY = (S.REFERRED, S.OFFERED, S.ENROLLED, S.STARTED, S.PAUSED)
HAS_STARTED = (S.STARTED, S.PAUSED, S.COMPLETED, S.LEFT)
ENDED = (S.COMPLETED, S.LEFT)
ON_THE_REGISTER = (S.ENROLLED, *HAS_STARTED)
NEVER_STARTED = (S.DECLINED, S.INELIGIBLE, S.DID_NOT_START)

COLOURS = {
    "referred": "grey",
    "offered": "yellow",
    "enrolled": "blue",
    "started": "green",
    "paused": "orange",
    "completed": "aqua-green",
}


def colour_of(state: str) -> str:
    """The tag's colour of an enrolment; always beside its word."""
    return COLOURS.get(state, "white")


def verbs_from(state: str) -> list[str]:
    """The verbs that the table knows from `state`, in its order; for lists whose rows the reader sees anyway."""
    return [verb for verb, each in ENROLMENT.items() if state in each.sources]

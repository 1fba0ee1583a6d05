"""The verbs of the programmes room: the only writers of programmes, enrolments, attendance and eligibility."""

from programmes.services.cohorts import (
    add_cohort,
    add_programme,
    add_sessions,
    attended_not_started,
    change_cohort,
    change_programme,
    mark_attendance,
    start_those_who_came,
)
from programmes.services.eligibility import decide_eligibility, default_end, end_eligibility, months_after
from programmes.services.enrolments import (
    NewEnrolment,
    accept,
    complete,
    decline,
    enrol,
    enrol_many,
    leave,
    no_show,
    offer,
    pause,
    reject,
    resume,
    start,
)
from programmes.services.people import enrol_new_person, note_export

__all__ = [
    "NewEnrolment",
    "accept",
    "add_cohort",
    "add_programme",
    "add_sessions",
    "attended_not_started",
    "change_cohort",
    "change_programme",
    "complete",
    "decide_eligibility",
    "decline",
    "default_end",
    "end_eligibility",
    "enrol",
    "enrol_many",
    "enrol_new_person",
    "leave",
    "mark_attendance",
    "months_after",
    "no_show",
    "note_export",
    "offer",
    "pause",
    "reject",
    "resume",
    "start",
    "start_those_who_came",
]

"""Enrolling a person and putting them in a cohort, in one go; and taking people's facts away in a file."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from audit.acting import Acting
from audit.events import note_reads, record
from audit.mover import Refused
from candidates.facts import NewPerson
from candidates.models import Candidate
from candidates.services import enrol_people
from organisations.models import Membership
from programmes.models import Cohort, EnrolmentState
from programmes.services.enrolments import enrol


@transaction.atomic
def enrol_new_person(
    *, person: NewPerson, by: Acting, cohort: Cohort | None = None, state: str = EnrolmentState.ENROLLED
) -> Candidate:
    """Make a person's record and, where a cohort is given, their enrolment; both or neither."""
    candidate = enrol_people(people=[person], by=by)[0]
    if cohort is not None:
        enrol(candidate=candidate, cohort=cohort, state=state, by=by)
    return candidate


@transaction.atomic
def note_export(*, people: Sequence[Candidate], reason: str, by: Acting) -> None:
    """Write who took a file of people away, and why: on the membership, and as a reading of each person's record."""
    if not reason.strip():
        raise Refused("Say why you need the file.")
    membership = Membership.unscoped.select_for_update(of=("self",)).get(pk=by.membership_id)
    note_reads(by=by, on=people, page="export")
    record(by=by, verb="export_people", on=membership, reason=reason, people=len(people))

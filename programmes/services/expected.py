"""What enrolments and decisions imply in the room of candidates, compared with what stands there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from audit.clock import today
from candidates.models import Certificate, Grant
from programmes.models import Eligibility, Enrolment
from programmes.states import NEVER_STARTED

ENROLMENT, ELIGIBILITY = "programmes.Enrolment:", "programmes.Eligibility:"


def expected() -> Iterator[str]:
    """A sentence for each grant or certificate that an enrolment or a decision has no longer, or not yet; four queries."""
    yield from _grants()
    yield from _certificates()


def _grants() -> Iterator[str]:
    day = today()
    open_for: dict[str, set[int]] = {}
    held = Grant.objects.filter(cause__startswith=ENROLMENT).values_list("cause", "organisation", "ends")
    written = set()
    for cause, organisation, ends in held:
        written.add((cause, organisation))
        if ends is None or ends > day:
            open_for.setdefault(cause, set()).add(organisation)
    rows = Enrolment.unscoped.values_list("pk", "reference", "state", "cohort__programme__provider")
    for pk, reference, state, provider in rows.iterator():
        cause = f"{ENROLMENT}{pk}"
        if state in NEVER_STARTED:
            if open_for.get(cause):
                yield f"Enrolment {reference} never started, and its provider still sees the person."
        elif (cause, provider) not in written:
            yield f"Enrolment {reference} has no grant for its provider."


def _certificates() -> Iterator[str]:
    rows = Certificate.unscoped.filter(cause__startswith=ELIGIBILITY).values_list(
        "cause", "candidate", "starts", "ends"
    )
    certificates = {cause: (candidate, starts, ends) for cause, candidate, starts, ends in rows}
    for pk, candidate, starts, ends in Eligibility.unscoped.values_list("pk", "candidate", "starts", "ends"):
        held = certificates.pop(f"{ELIGIBILITY}{pk}", None)
        if held and (held[0] != candidate or not _within(held[1], held[2], starts, ends)):
            yield f"The certificate of decision {pk} is another person's, or lasts longer than the decision."
    for cause in certificates:
        yield f"A certificate stands for {cause}, which does not exist."


def _within(starts: date, ends: date | None, least: date, most: date | None) -> bool:
    """Whether the certificate's days lie within the decision's: under "both" it may be shorter."""
    return starts >= least and (most is None or (ends is not None and ends <= max(most, starts)))

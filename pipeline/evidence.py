"""Evidence for criteria that a trust added after it had the referral: whoever put the person forward sends it afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from audit.acting import Acting
from audit.events import record
from audit.mover import Refused, in_words
from organisations.models import PipelineMode
from pipeline.models import Referral
from pipeline.rules import check_known, lacking_evidence
from pipeline.services import locked_referral
from pipeline.states import check_puts_forward
from pipeline.telltale import check_evidence


@transaction.atomic
def send_evidence(*, referral: Referral, evidence: Mapping[int, str], by: Acting) -> Referral:
    """Add the evidence (criterion id to text) for essential criteria of which the trust has none, while nothing is decided.

    What was sent before stays as it is. Refused for a text that would unmask the person, and where nothing is lacking.
    """
    referral = locked_referral(referral)
    check_puts_forward(by=by, row=referral)
    check_known(referral.candidate, by=by)
    if referral.state != "submitted" or referral.mode != PipelineMode.NATIVE:
        raise Refused(f"{referral.reference} {in_words(referral)}; evidence is sent before the trust decides here.")
    lacking = {criterion.pk for criterion in lacking_evidence(referral)}
    given = {pk: text.strip() for pk, text in evidence.items() if pk in lacking and text.strip()}
    if not given:
        raise Refused("Write the evidence for at least one criterion that has none.")
    check_evidence(referral.candidate, *given.values())
    referral.evidence = {**referral.evidence, **{str(pk): text for pk, text in given.items()}}
    referral.save(update_fields=["evidence"])
    record(by=by, verb="send_evidence", on=referral, threads=[referral.candidate, referral.vacancy], number=len(given))
    return referral

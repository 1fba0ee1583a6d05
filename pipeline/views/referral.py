"""One referral: to the academy with the person, to the trust masked; and the pages of its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.acting import TRUST_ROLES, Acting
from audit.events import note_read
from audit.mover import Refused, in_words
from nhsuk.words import long_day
from organisations.timelines import timeline
from pipeline.masking import seen_by
from pipeline.models import Referral
from pipeline.rules import two_times_offered
from pipeline.services import feedback_of
from pipeline.steps import ENDINGS, booked_of, colour_of, job_of, next_of, outcome_of, steps
from pipeline.verbs import STEPS
from pipeline.views.shared import acting_or_404, address, referral_or_404
from vacancies.criteria import can_correct


@require_GET
@never_cache
def referral(request: Any, reference: str) -> HttpResponse:
    """What comes next, the evidence by criterion, interviews, outcome, and what happened."""
    acting = acting_or_404(request)
    row = referral_or_404(acting, reference)
    note_read(by=acting, on=row.candidate, page="pipeline:referral")
    possible = [step for step in steps(row, by=acting) if step in STEPS]
    head = head_of(row, acting)
    context = {
        **head,
        "next": next_of(row, by=acting),
        "steps": [(step, STEPS[step].label) for step in possible if step not in ENDINGS],
        "endings": [(step, STEPS[step].label) for step in possible if step in ENDINGS],
        "evidence": evidence_of(row, acting),
        "interviews": list(row.interviews.all()),
        "outcome": outcome_of(row),
        "by_criterion": _remarks(row),
        "job": job_of(row) if "mask" not in head or head["mask"].name else None,
        "facts": facts_of(row, acting),
        "feedback": feedback_of(row),
        "lines": timeline(row, acting),
    }
    return render(request, "pipeline/referral.html", context)


def head_of(row: Referral, acting: Acting) -> dict[str, Any]:
    """Who and what the page is about. A trust's template gets the masked referral, and neither referral nor person."""
    vacancy = row.vacancy
    head = {
        "reference": row.reference,
        "state_label": row.get_state_display(),
        "colour": colour_of(row.state),
        "vacancy_title": vacancy.title,
        "vacancy_reference": vacancy.reference,
        "vacancy_url": address("vacancies:detail", vacancy.reference),
        "trust": vacancy.trust.short_name,
        "url": row.get_absolute_url(),
    }
    if acting.role in TRUST_ROLES:
        return {**head, "mask": seen_by(acting, [row])[0]}
    return {**head, "person": row.candidate}


def evidence_of(row: Referral, acting: Acting) -> list[dict[str, Any]]:
    """Each criterion with what was sent and what was decided; the academy sees decisions once they are made."""
    trust = acting.role in TRUST_ROLES
    decided = row.decided_on is not None
    found = []
    for criterion in row.vacancy.criteria.all():
        decisions = [each for each in row.decisions.all() if each.criterion_id == criterion.pk]
        found.append(
            {
                "text": criterion.text,
                "essential": criterion.essential,
                "evidence": row.evidence.get(str(criterion.pk), ""),
                "met": any(each.met for each in decisions) if decisions and decided else None,
                "reasons": [each.reason for each in decisions if each.reason] if decided else [],
                "not_said": decided and criterion.essential and not decisions,
                "assessors": len(decisions) if trust and not decided else 0,
            }
        )
    return found


def _remarks(row: Referral) -> list[tuple[str, str]]:
    outcome = outcome_of(row)
    texts = {str(criterion.pk): criterion.text for criterion in row.vacancy.criteria.all()} if outcome else {}
    return [(texts.get(pk, ""), remark) for pk, remark in (outcome.by_criterion if outcome else {}).items()]


def facts_of(row: Referral, acting: Acting) -> list[tuple[str, Any]]:
    """Days and numbers of the referral; who answered for the candidate is the academy's to know."""
    facts: list[tuple[str, Any]] = [("Works", "Through TRAC" if row.mode == "trac" else "In this service")]
    if acting.role not in TRUST_ROLES:
        facts += [("Offered", row.offered_on), ("Answer by", row.answer_by), ("Answered", row.answered_on)]
        facts.append(("How they answered", row.answered_through))
    facts += [("Submitted", row.submitted_on), ("Decide by", row.decide_by), ("Decided", row.decided_on)]
    facts += [("Interview by", row.interview_by), ("TRAC application", row.trac_application_id)]
    if row.state == "released":
        kept = two_times_offered(row)
        facts.append(
            ("Times offered", f"{row.times_offered}: {'counts as kept' if kept else 'does not count as kept'}")
        )
    if row.close_reason:
        facts.append(("Closed because", row.close_reason))
    return [(label, long_day(value) if hasattr(value, "year") else value) for label, value in facts if value]


@require_http_methods(["GET", "POST"])
@never_cache
def step(request: Any, reference: str, step: str) -> HttpResponse:
    """The page of one step: its form, what it means, and doing it."""
    acting = acting_or_404(request)
    row = referral_or_404(acting, reference)
    if step not in STEPS:
        raise Http404
    if step not in steps(row, by=acting):
        messages.info(request, f"{row.reference} {in_words(row)}; this step is not open to you now.")
        return redirect(row.get_absolute_url())
    verb = STEPS[step]
    form = verb.form(request.POST if request.method == "POST" else None, referral=row, by=acting)
    if request.method == "POST" and not form.stopped and form.is_valid() and _done(request, verb, row, form, acting):
        return redirect(row.get_absolute_url())
    note_read(by=acting, on=row.candidate, page=f"pipeline:{step}")
    context = {**head_of(row, acting), "form": form, "verb": verb, "step": step, "booked": booked_of(row)}
    if form.stopped and can_correct(row.vacancy, by=acting):
        context["criteria_url"] = address("vacancies:criteria", row.vacancy.reference)
    return render(request, "pipeline/step.html", context)


def _done(request: Any, verb: Any, row: Any, form: Any, acting: Acting) -> bool:
    """Do it; on a refusal the sentence stands on the form and nothing typed is lost."""
    try:
        verb.do(row, form, acting)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, verb.done)
    return True

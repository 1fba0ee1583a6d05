"""The page behind a reply link, and the page on which a recruiter sends one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.acting import TRUST_ROLES, Acting
from audit.clock import LONDON, today
from audit.mover import Refused
from nhsuk.templatetags.nhsuk import faults
from nhsuk.words import plural
from outbox.doors import open_link
from outbox.services import acting_of_link
from pipeline import replies
from pipeline.models import ReplyRequest, Result
from pipeline.replies import PURPOSE, Question
from pipeline.reply_forms import FORMS, AnswerForm, AskForm, HeldForm, InterviewForm, OutcomeForm, ShortlistForm
from pipeline.rules import no_criteria
from pipeline.views.shared import address
from vacancies.criteria import can_correct
from vacancies.models import Vacancy


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: Any, token: str) -> HttpResponse:
    """The questions of one vacancy. Every link that does not work costs the same and gets the same page."""
    link = open_link(request, token, purpose=PURPOSE)
    if isinstance(link, HttpResponse):
        return link
    acting = acting_of_link(link)
    vacancy = replies.vacancy_of_link(acting)
    if vacancy is None:
        raise Http404
    found = replies.questions(by=acting)
    given = request.POST if request.method == "POST" else None
    forms = [FORMS[each.ask](given, question=each) for each in replies.outstanding(found)]
    if request.method == "POST":
        saved, wrong = _save(forms, acting)
        if saved:
            messages.success(request, f"Saved: {plural(len(saved), 'answer')}. {'; '.join(saved)}.")
        if not wrong:
            return _after(request, token, vacancy, acting, saved)
        found = replies.questions(by=acting)
        fresh = {each.referral.pk: each for each in replies.outstanding(found)}
        kept = {form.question.referral.pk: form for form in wrong}
        forms = [kept.get(pk) or FORMS[each.ask](question=each) for pk, each in fresh.items()]
    return render(request, "pipeline/reply.html", _context(vacancy, found, forms))


def _context(vacancy: Vacancy, found: list[Question], forms: list[AnswerForm]) -> dict[str, Any]:
    faulty = [form for form in forms if form.is_bound and form.errors]
    return {
        "vacancy": vacancy,
        "forms": forms,
        "waiting": [question for question in found if question.waits_until],
        "stopped": [question for question in found if question.needs_criteria],
        "errors": [
            (f"{form.question.person.neutral_code}: {sentence}", field)
            for form in faulty
            for sentence, field in faults(form)
        ],
        "form": next(iter(faulty), None),
    }


def _after(request: Any, token: str, vacancy: Vacancy, acting: Acting, saved: list[str]) -> HttpResponse:
    """What follows when no answer was wrong: the end, or the same page with what comes next."""
    if replies.finish_reply(vacancy=vacancy, by=acting):
        return render(request, "pipeline/reply_done.html", {"vacancy": vacancy})
    if not saved:
        messages.info(request, "Nothing was chosen, so nothing was saved.")
    return redirect("replies:answer", token=token)


def _save(forms: list[AnswerForm], by: Acting) -> tuple[list[str], list[AnswerForm]]:
    """Write each answer for itself, so that one that is wrong stops no other: what was said, and the forms with an error."""
    saved: list[str] = []
    wrong: list[AnswerForm] = []
    for form in forms:
        if not form.is_valid():
            wrong.append(form)
        elif form.answered:
            try:
                with transaction.atomic():
                    _write(form, by)
            except Refused as refused:
                form.add_error(form.choice, str(refused))
                wrong.append(form)
            else:
                saved.append(form.said)
    return saved, wrong


def _write(form: AnswerForm, by: Acting) -> None:
    question, given = form.question, form.cleaned_data
    if isinstance(form, ShortlistForm):
        criterion = form.by_pk.get(given.get("criterion", ""))
        replies.shortlist_answer(
            question=question, met=given["met"] == "yes", criterion=criterion, reason=given["reason"], by=by
        )
    elif isinstance(form, InterviewForm) and given["what"] == "booked":
        replies.interview_booked(question=question, on=given["on"], at=given["at"], by=by)
    elif isinstance(form, InterviewForm):
        replies.interview_came(question=question, held=given["what"] == "held", on=given["on"], by=by)
    elif isinstance(form, HeldForm):
        day = question.interview.at.astimezone(LONDON).date() if question.interview else today()
        replies.interview_came(question=question, held=given["what"] == "held", on=day, by=by)
    elif isinstance(form, OutcomeForm):
        replies.outcome_answer(question=question, result=Result(given["result"]), feedback=given["feedback"], by=by)


@require_http_methods(["GET", "POST"])
def ask(request: Any, reference: str) -> HttpResponse:
    """Send the hiring manager of one vacancy the link, or a new one."""
    acting = request.acting
    if acting.role not in TRUST_ROLES:
        raise Http404
    vacancy = get_object_or_404(Vacancy.objects.visible_to(acting), reference=reference)
    found = replies.questions(by=acting, vacancy=vacancy)
    before = ReplyRequest.objects.visible_to(acting).filter(vacancy=vacancy).order_by("-asked_at").first()
    form = AskForm(request.POST or None, initial={"to": before.to if before else ""})
    if request.method == "POST" and form.is_valid():
        try:
            replies.ask_manager(vacancy=vacancy, to=form.cleaned_data["to"], by=acting)
        except Refused as refused:
            form.add_error("to", str(refused))
        else:
            messages.success(request, f"Link sent to {form.cleaned_data['to']}. Reminders follow by themselves.")
            return redirect("replies:ask", reference=vacancy.reference)
    context = {
        "vacancy": vacancy,
        "form": form,
        "before": before,
        "outstanding": len(replies.outstanding(found)),
        "nothing_left": replies.nothing_left(found),
        "no_criteria": no_criteria(vacancy) if replies.stopped_by_criteria(found) else "",
        "criteria_url": address("vacancies:criteria", vacancy.reference) if can_correct(vacancy, by=acting) else "",
        "link_days": replies.LINK_DAYS,
        "first_chaser": replies.FIRST_CHASER,
    }
    return render(request, "pipeline/reply_ask.html", context)

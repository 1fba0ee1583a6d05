"""The page on which a trust gives reserved posts back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from audit.acting import TRUST_ROLES, Acting
from audit.mover import Refused
from nhsuk.words import long_day, plural
from pipeline.releasing import check_something_to_give_back, give_back, most_to_give_back
from vacancies.amend_forms import GiveBackForm, SurplusForm
from vacancies.amending import needed_of, said_of_needed
from vacancies.forms import LessForm
from vacancies.ledger import counted_of
from vacancies.models import Override, Vacancy, with_ring_fence
from vacancies.signers import SignerRefused


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def release(request: Any, reference: str) -> HttpResponse:
    """Give reserved posts back: a surplus for a reason; what the 20% needs by name, and somebody countersigns."""
    acting = request.acting
    if acting.role not in TRUST_ROLES:
        raise Http404
    rows = with_ring_fence(Vacancy.objects.visible_to(acting)).select_related("trust")
    vacancy = get_object_or_404(rows, reference=reference)
    page = {"vacancy": vacancy, "title": "Give reserved posts back"}
    try:
        check_something_to_give_back(vacancy, by=acting)
    except Refused as refused:
        return render(request, "vacancies/form.html", {**page, "nothing": str(refused)})
    counted, most = counted_of(vacancy), most_to_give_back(vacancy)
    needs = [needed_of(vacancy, counted, posts) for posts in range(1, most + 1)]
    form = GiveBackForm(request.POST or request.GET.dict() or None, held=counted.reserved, needs=needs)
    why = _why(request, form, vacancy)
    said = said_of_needed(form.short, form.chosen) if form.short else ""
    if request.headers.get("HX-Request") == "true" and request.method == "GET":
        return render(request, "vacancies/_give_back.html", {"why": why, "said": said})
    if request.method == "POST" and form.is_valid() and why.is_valid() and _given(request, form, why, vacancy, acting):
        return redirect(vacancy)
    free = f"{most} of them {'is' if most == 1 else 'are'} promised to nobody yet"
    intro = f"{counted.reserved} of {counted.posts} posts are reserved; {free}."
    return render(request, "vacancies/give_back.html", {**page, "form": form, "why": why, "said": said, "intro": intro})


def _why(request: Any, form: GiveBackForm, vacancy: Any) -> LessForm | SurplusForm:
    """What is asked about it; blank where the question came up only now."""
    if not form.short:
        return SurplusForm(request.POST or None)
    return LessForm(request.POST if "signer_name" in request.POST else None, ready=vacancy.ready_people)


def _given(request: Any, form: GiveBackForm, why: LessForm | SurplusForm, vacancy: Vacancy, acting: Acting) -> bool:
    """Whether they were given back; if not, the form carries the sentence."""
    posts, held = form.cleaned_data["posts"], form.cleaned_data["held"]
    less = why.less() if isinstance(why, LessForm) else None
    try:
        give_back(vacancy=vacancy, posts=posts, held=held, reason=why.cleaned_data["text"], by=acting, less=less)
    except SignerRefused as refused:
        why.add_error("signer_email", str(refused))
        return False
    except Refused as refused:
        form.add_error("posts", str(refused))
        return False
    messages.success(request, f"{plural(posts, 'reserved post')} given back. {_asked(vacancy, acting) if less else ''}")
    return True


def _asked(vacancy: Vacancy, acting: Acting) -> str:
    """What follows where the 20% needs them."""
    made = Override.objects.visible_to(acting).filter(vacancy=vacancy).latest("pk")
    return (
        f"What was needed stays owed. {made.signer_name} is asked to countersign by {long_day(made.sign_by)}; "
        "until then it is published as waiting."
    )

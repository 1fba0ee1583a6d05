"""The page on which a trust gives reserved posts back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from audit.acting import TRUST_ROLES
from audit.mover import Refused
from nhsuk.words import plural
from pipeline.releasing import check_something_to_give_back, give_back, most_to_give_back
from vacancies.amend_forms import GiveBackForm
from vacancies.ledger import counted_of
from vacancies.models import Vacancy


@require_http_methods(["GET", "POST"])
def release(request: Any, reference: str) -> HttpResponse:
    acting = request.acting
    if acting.role not in TRUST_ROLES:
        raise Http404
    vacancy = get_object_or_404(Vacancy.objects.visible_to(acting).select_related("trust"), reference=reference)
    page = {"vacancy": vacancy, "title": "Give reserved posts back"}
    try:
        check_something_to_give_back(vacancy, by=acting)
    except Refused as refused:
        return render(request, "vacancies/form.html", {**page, "nothing": str(refused)})
    counted, most = counted_of(vacancy), most_to_give_back(vacancy)
    form = GiveBackForm(request.POST or None, held=counted.reserved, most=most)
    if request.method == "POST" and form.is_valid():
        try:
            give_back(vacancy=vacancy, by=acting, **form.cleaned_data)
        except Refused as refused:
            form.add_error("posts", str(refused))
        else:
            messages.success(
                request,
                f"{plural(form.cleaned_data['posts'], 'reserved post')} given back. What is given back stays owed.",
            )
            return redirect(vacancy)
    intro = f"{counted.reserved} of {counted.posts} posts are reserved; {most} of them are promised to nobody yet."
    return render(request, "vacancies/form.html", {**page, "form": form, "button": "Give back", "intro": intro})

"""Typing a vacancy in, and correcting a fact of one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from audit.acting import TRUST_ROLES
from audit.mover import Refused
from vacancies import services
from vacancies.forms import AnotherForm, CorrectForm, VacancyForm
from vacancies.models import EntryLevel, Vacancy
from vacancies.rules import DECIDABLE, is_counted, standing_result
from vacancies.services import CORRECTABLE, WHILE_OPEN
from vacancies.views.detail import header
from vacancies.views.shared import acting_or_404, vacancy_or_404

ANSWERS = {
    "yes": "It is entry level, so it counts towards the 20%.",
    "no": "It is not entry level, so it is outside the 20%.",
    "unclassified": "It is not classified yet: give its pay band.",
}

TOO_LATE = " Nobody decided it in time: tonight it is counted with nothing reserved, and the next vacancy owes it."
INTRO = "Whether it is entry level follows from the facts; it is worked out again when you save."


def add(request: HttpRequest) -> HttpResponse:
    """A vacancy on one page; what it is classified as is answered at once."""
    acting = acting_or_404(request, TRUST_ROLES)
    trust = request.membership.organisation
    form, another = VacancyForm(request.POST or None, trust=trust), AnotherForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sure = another.is_valid() and another.cleaned_data["another"]
        twin = None if sure else services.twin_of(trust=trust, facts=form.facts())
        if twin is not None:
            return render(request, "vacancies/add.html", {"form": form, "another": another, "twin": twin})
        try:
            vacancy = services.add_typed(trust=trust, facts=form.facts(), criteria=form.criteria(), by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            messages.success(request, f"{vacancy.title} added. {ANSWERS[standing_result(vacancy)]}")
            return redirect(vacancy)
    return render(request, "vacancies/add.html", {"form": form})


def _corrected(field: str, vacancy: Vacancy) -> str:
    said = f"{CORRECTABLE[field]} corrected."
    if field in WHILE_OPEN:
        return said
    result = standing_result(vacancy)
    late = (
        result == EntryLevel.YES
        and vacancy.state not in DECIDABLE
        and not vacancy.exemption
        and not is_counted(vacancy)
    )
    return f"{said} {ANSWERS[result]}{TOO_LATE if late else ''}"


def correct(request: HttpRequest, reference: str, field: str) -> HttpResponse:
    """Correct one fact, with a reason; the vacancy is classified again."""
    acting, vacancy = vacancy_or_404(request, reference, TRUST_ROLES)
    if field not in CORRECTABLE:
        raise Http404
    form = CorrectForm(request.POST or None, field=field, was=getattr(vacancy, field), trust=vacancy.trust)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            corrected = services.correct(
                vacancy=vacancy, field=field, value=given["value"], reason=given["reason"], by=acting
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        except ValidationError as error:
            form.add_error("value", " ".join(error.messages))
        else:
            messages.success(request, _corrected(field, corrected))
            return redirect(vacancy)
    context = {
        **header(vacancy),
        "form": form,
        "title": f"Correct: {CORRECTABLE[field].lower()}",
        "button": "Save",
        "intro": "" if field in WHILE_OPEN else INTRO,
    }
    return render(request, "vacancies/form.html", context)

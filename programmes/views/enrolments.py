"""One enrolment, and everything that can happen to it next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.clock import today
from audit.mover import Refused, possible
from organisations.timelines import timeline
from programmes.models import Attendance, Enrolment
from programmes.states import ENROLMENT, colour_of
from programmes.verbs import VERBS, label_of
from programmes.views.shared import acting_or_404, person_page


@require_http_methods(["GET", "POST"])
@never_cache
def enrolment(request: HttpRequest, reference: str, verb: str = "") -> HttpResponse:
    """The enrolment with a form for each thing that may happen next; posting to a verb's address does it."""
    acting = acting_or_404(request)
    rows = Enrolment.objects.visible_to(acting).select_related("cohort__programme__provider", "candidate__merged_into")
    row = get_object_or_404(rows, reference=reference)
    verbs = possible(row, table=ENROLMENT, by=acting)
    forms = {name: VERBS[name].form(prefix=name, initial={"on": today()}) for name in verbs}
    if request.method == "POST":
        if verb not in VERBS:
            raise Http404
        form = VERBS[verb].form(request.POST, prefix=verb)
        if done := _done(request, row, verb, form, acting):
            return redirect(done)
        forms[verb] = form
    attended = Attendance.objects.visible_to(acting).filter(enrolment=row).select_related("session")
    context = {
        **person_page(row.candidate, acting, current="programmes"),
        "enrolment": row,
        "colour": colour_of(row.state),
        "verbs": [(name, label_of(name), forms[name]) for name in forms],
        "form": forms.get(verb),
        "attended": attended.order_by("session__day"),
        "lines": timeline(row, acting),
    }
    return render(request, "programmes/enrolment.html", context)


def _done(request: HttpRequest, row: Enrolment, verb: str, form: Any, acting: Any) -> Any:
    """Where to go after the verb was done; None if the form has to be shown again."""
    if not form.is_valid():
        return None
    try:
        VERBS[verb].do(enrolment=row, **form.cleaned_data, by=acting)
    except Refused as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, f"{row.candidate.name} {VERBS[verb].done}.")
    still_seen = Enrolment.objects.visible_to(acting).filter(pk=row.pk).exists()
    return row.get_absolute_url() if still_seen else row.cohort.get_absolute_url()

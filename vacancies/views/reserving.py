"""Reserving posts on one vacancy, or on many after a check page."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from audit.acting import TRUST_ROLES, Acting
from audit.mover import Refused
from vacancies import doubles
from vacancies.advice import explained
from vacancies.feed_forms import exempt_all
from vacancies.forms import LessForm, ReserveForm
from vacancies.ledger import standing_of, year_of
from vacancies.missing_facts import DECIDE_TOGETHER, is_bank, to_decide
from vacancies.models import Entry, EntryKind, Override, Vacancy, with_ring_fence
from vacancies.ring_fence import due
from vacancies.ring_fencing import plan, reserve, reserve_as_planned, slots_promised
from vacancies.rules import check_decidable, last_day_to_decide
from vacancies.signers import SignerRefused
from vacancies.trac_text import text_for_trac
from vacancies.views.detail import header
from vacancies.views.extras import changes_possible, double_of
from vacancies.views.listing import MOST_AT_ONCE, filter_of, in_order
from vacancies.views.shared import acting_or_404, vacancy_or_404

SHORT_NUMBER = re.compile("[0-9]{1,18}")
TO_CHECK = "to check again"  # in the session: what was to be decided together when somebody else was faster


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def reserve_posts(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose how many posts to reserve; less than due asks why and who agrees. Shows the note for TRAC afterwards."""
    acting, vacancy = vacancy_or_404(request, reference, TRUST_ROLES)
    try:
        check_decidable(vacancy, by=acting)
    except Refused as refused:
        return _decided(request, acting, vacancy, str(refused))
    standing = standing_of(vacancy.trust_id, year_of(vacancy))
    posts = vacancy.posts or 0
    owed = due(standing, posts)
    form = ReserveForm(request.POST or request.GET.dict() or None, posts=posts, owed=owed)
    less = _less(request, vacancy) if form.is_less else None
    if request.headers.get("HX-Request") == "true" and request.method == "GET":
        return render(request, "vacancies/_less.html", {"less": less, "owed": owed})
    if request.method == "POST" and form.is_valid() and (less is None or less.is_valid()):
        if _reserve(form, less, vacancy, acting):
            return redirect(request.path)
        owed = form.owed = due(standing_of(vacancy.trust_id, year_of(vacancy)), posts)
        less = less or (LessForm(ready=vacancy.ready_people) if form.is_less else None)
    context = {
        **header(vacancy),
        "form": form,
        "less": less,
        "owed": owed,
        "why": explained(standing, posts, owed),
        "last_day": last_day_to_decide(vacancy),
        "double": double_of(vacancy, acting),
    }
    return render(request, "vacancies/reserve.html", context)


def _less(request: HttpRequest, vacancy: Any) -> LessForm:
    return LessForm(request.POST if "text" in request.POST else None, ready=vacancy.ready_people)


def _reserve(form: ReserveForm, less: LessForm | None, vacancy: Vacancy, acting: Acting) -> bool:
    """Whether it was reserved; if not, the form carries the sentence."""
    try:
        given = less.less() if less else None
        reserve(vacancy=vacancy, posts=form.cleaned_data["posts"], by=acting, less=given)
    except Refused as refused:
        if less and isinstance(refused, SignerRefused):
            less.add_error("signer_email", str(refused))
        else:
            form.add_error(None, str(refused))
        return False
    return True


def _decided(request: HttpRequest, acting: Acting, vacancy: Any, refused: str) -> HttpResponse:
    """After the decision: the note for TRAC, and how it is changed. Where nothing may be decided: why."""
    if not vacancy.counted:
        messages.error(request, refused)
        return redirect(vacancy)
    unanswered = Override.objects.visible_to(acting).filter(vacancy=vacancy, signed_at=None, refused_at=None)
    context = {
        **header(vacancy),
        "text": note_of(vacancy),
        "changes": changes_possible(vacancy, acting),
        "waiting": unanswered.select_related("vacancy").order_by("pk"),
    }
    return render(request, "vacancies/reserved.html", context)


def note_of(vacancy: Any) -> str:
    """The note for TRAC about a decided vacancy."""
    return text_for_trac(vacancy, reserved=vacancy.held, slots=slots_promised(vacancy))


@require_http_methods(["GET", "POST"])
def bulk_reserve(request: HttpRequest) -> HttpResponse:
    """Check what is due on each chosen vacancy, one after the other, then decide them all at once."""
    acting = acting_or_404(request, TRUST_ROLES)
    references = _references(request, acting)
    vacancies = _chosen(references, acting)
    if not vacancies:
        messages.error(request, "Select the vacancies to reserve posts on.")
        return redirect("vacancies:list")
    if request.method == "GET" and "decided" in request.GET:
        return _bulk_result(request, [vacancy for vacancy in vacancies if cast(Any, vacancy).counted], acting)
    if request.method == "POST":  # whatever comes of it is shown by GET, so that a reload decides nothing again
        try:
            reserve_as_planned(vacancies=vacancies, expected=_expected(request, vacancies), by=acting)
        except Refused as refused:
            messages.error(request, str(refused))
            request.session[TO_CHECK] = [vacancy.reference for vacancy in vacancies]
            return redirect(f"{request.path}?again=1")
        return redirect(f"{request.path}?decided={_name_of(vacancies, acting)}")
    planned = plan(vacancies, by=acting)
    able = [line for line in planned if not line.refused]
    bank = [line.vacancy for line in able if is_bank(line.vacancy)]
    context = {
        "able": able,
        "bank": bank,
        "exempt_all": exempt_all(len(bank)),
        "unable": [line for line in planned if line.refused],
        "total": sum(line.due.posts for line in planned),
        "twice": doubles.proposals(by=acting, among=[line.vacancy for line in able]),
    }
    return render(request, "vacancies/bulk_check.html", context)


def _references(request: HttpRequest, acting: Acting) -> list[str]:
    """What was picked row by row, or with `all` what the list's filters show: as many as one page can check."""
    if request.method == "GET" and "all" in request.GET:
        return list(in_order(filter_of(request, acting)).values_list("reference", flat=True)[:MOST_AT_ONCE])
    if request.method == "GET" and "decided" in request.GET:
        return _decided_together(request.GET["decided"], acting)
    if request.method == "GET" and "again" in request.GET:
        return list(request.session.get(TO_CHECK, []))
    return (request.POST or request.GET).getlist("vacancy")[:MOST_AT_ONCE]


def _name_of(vacancies: list[Vacancy], acting: Acting) -> str:
    """A short name of what was decided together: 200 references would make an address longer than servers take.

    The year is locked meanwhile, so the entries that count them stand together among those of the trust.
    """
    counting = Entry.objects.visible_to(acting).filter(vacancy__in=vacancies, kind=EntryKind.OPEN)
    found = counting.aggregate(first=Min("pk"), last=Max("pk"))
    return f"{found['first']}-{found['last']}"


def _decided_together(name: str, acting: Acting) -> list[str]:
    """The references of the vacancies that such a name is of; none where it is no name."""
    first, _, last = name.partition("-")
    if not (SHORT_NUMBER.fullmatch(first) and SHORT_NUMBER.fullmatch(last)):
        return []
    counting = Entry.objects.visible_to(acting).filter(kind=EntryKind.OPEN, pk__gte=int(first), pk__lte=int(last))
    return list(counting.values_list("vacancy__reference", flat=True)[:MOST_AT_ONCE])


def _chosen(references: list[str], acting: Acting) -> list[Vacancy]:
    """In the order in which they will be decided: soonest due, then where most ready people could be placed."""
    rows = Vacancy.objects.visible_to(acting).filter(reference__in=references)
    found = with_ring_fence(rows).select_related("trust", "site")
    return sorted(found, key=_urgency)


def _urgency(vacancy: Any) -> tuple[date, int, date, int]:
    never = date.max
    return last_day_to_decide(vacancy) or never, -(vacancy.ready_people or 0), vacancy.closes_on or never, vacancy.pk


def _expected(request: HttpRequest, vacancies: list[Vacancy]) -> dict[int, int]:
    """By vacancy, the posts due that the check page showed; what is no number counts as not seen."""
    shown = {vacancy.pk: request.POST.get(f"due-{vacancy.reference}", "") for vacancy in vacancies}
    return {pk: int(value) for pk, value in shown.items() if value.isascii() and value.isdecimal()}


def _bulk_result(request: HttpRequest, decided: list[Any], acting: Acting) -> HttpResponse:
    reserved = [(vacancy, note_of(vacancy)) for vacancy in decided if vacancy.held]
    context = {
        "number": len(decided),
        "reserved": reserved,
        "free": [vacancy for vacancy in decided if not vacancy.held],
        "total": sum(vacancy.held for vacancy in decided),
        "next": min(to_decide(acting).count(), MOST_AT_ONCE),
        "decide": DECIDE_TOGETHER,
    }
    return render(request, "vacancies/bulk_result.html", context)

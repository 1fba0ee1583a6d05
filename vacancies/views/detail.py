"""One vacancy: what it is, how it stands towards the 20%, what happened, and what is next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from audit.acting import TRUST_ROLES, Acting, Role
from audit.mover import Refused
from nhsuk.words import long_day, number
from organisations.timelines import timeline
from vacancies import services
from vacancies.advice import explained, short_words, would
from vacancies.forms import FinishForm
from vacancies.ledger import levels_of, standing_of, year_of
from vacancies.models import PUBLIC_STATES, Classification, Criterion, Fence, Override, Vacancy
from vacancies.next_step import Next, moves, next_step
from vacancies.pay_words import pay_words
from vacancies.ring_fence import Due, due, shortfall
from vacancies.ring_fencing import is_too_late, slots_promised
from vacancies.rules import DECIDABLE, last_day_to_decide
from vacancies.services import AS_COUNTED, MENDABLE_STATES, WHILE_OPEN
from vacancies.sources.salary import money
from vacancies.trac_text import text_for_trac
from vacancies.views.extras import extras
from vacancies.views.listing import COLOURS, STATE_COLOURS
from vacancies.views.shared import OVERVIEW, tabs, vacancy_or_404

VERBS = {
    "open": services.open_vacancy,
    "close": services.close,
    "reopen": services.reopen,
    "shortlist": services.shortlist,
    "interview": services.interview,
}


OwedOn = Callable[[Vacancy, Acting], Next | None]


@require_GET
def detail(request: HttpRequest, reference: str, *, owed_on: OwedOn = lambda vacancy, by: None) -> HttpResponse:
    """The vacancy and its next step. `owed_on` says what the people put forward for it wait for."""
    acting, vacancy = vacancy_or_404(request, reference)
    own = acting.role in TRUST_ROLES
    fence = _fence(vacancy)
    overrides = [] if acting.role is Role.PROVIDER else _overrides(vacancy, acting)
    context = {
        **header(vacancy),
        "facts": _facts(vacancy, may_correct=own and vacancy.state != "withdrawn"),
        "classification": Classification.objects.visible_to(acting)
        .filter(vacancy=vacancy, standing=True)
        .select_related("policy")
        .first(),
        "sites_url": _sites_url(vacancy, acting),
        "criteria": list(Criterion.objects.visible_to(acting).filter(vacancy=vacancy)),
        "fence": fence,
        "overrides": overrides,
        "next": _next(vacancy, fence["owed"], overrides, acting, owed_on) if own else None,
        "moves": moves(vacancy, by=acting) if own else [],
        "may_withdraw": own and vacancy.state in ("draft", "open", "closed", "shortlisting"),
        "lines": [] if acting.role is Role.PROVIDER else timeline(vacancy, acting),
        "own": own,
        "extras": extras(vacancy, acting, own=own),
        **tabs(acting, "overview"),
    }
    return render(request, "vacancies/detail.html", context)


def _next(vacancy: Any, owed: Due | None, overrides: list[Override], acting: Acting, owed_on: OwedOn) -> Next | None:
    return next_step(vacancy, owed=owed, by=acting, overrides=overrides, people=owed_on(vacancy, acting))


def _sites_url(vacancy: Vacancy, acting: Acting) -> str:
    """Where it says who put the site out of scope and why, for those who may read it."""
    readers = acting.role in TRUST_ROLES | OVERVIEW
    return f"{reverse('vacancies:sites')}?trust={vacancy.trust.code}" if readers else ""


def header(vacancy: Any) -> dict[str, Any]:
    """What the identity bar of every page about a vacancy shows."""
    return {
        "vacancy": vacancy,
        "fence_word": "Not decided in time" if _is_past_deciding(vacancy) else Fence(vacancy.fence).label,
        "fence_colour": COLOURS[Fence(vacancy.fence)],
        "state_colour": STATE_COLOURS.get(vacancy.state, "blue"),
    }


def _is_past_deciding(vacancy: Any) -> bool:
    return vacancy.fence == Fence.UNDECIDED and vacancy.state in PUBLIC_STATES and vacancy.state not in DECIDABLE


def _overrides(vacancy: Vacancy, acting: Acting) -> list[Override]:
    """Its decisions below what was due, in the order in which they were made."""
    return list(Override.objects.visible_to(acting).filter(vacancy=vacancy).select_related("vacancy").order_by("pk"))


def _fence(vacancy: Any) -> dict[str, Any]:
    """The ring-fence panel: due with its arithmetic while undecided, levels and promised slots once decided."""
    found: dict[str, Any] = {"due": None, "owed": None, "last_day": last_day_to_decide(vacancy), "levels": None}
    if vacancy.counted:
        slots = slots_promised(vacancy)
        text = text_for_trac(vacancy, reserved=vacancy.held, slots=slots)
        found |= {"levels": levels_of([vacancy.pk]).get(vacancy.pk), "slots": slots, "text": text}
    elif vacancy.fence == Fence.UNDECIDED and vacancy.state in DECIDABLE:
        standing = standing_of(vacancy.trust_id, year_of(vacancy))
        owed, short = due(standing, vacancy.posts), shortfall(standing)
        found |= {"owed": owed, "too_late": is_too_late(vacancy), "short": ""}
        if found["too_late"]:
            return found
        found |= {"due": owed, "why": explained(standing, vacancy.posts, owed)}
        if short.posts or short.adverts:
            found["short"] = f"The trust is {short_words(short)} short; this vacancy {would(vacancy, standing)}."
    return found


def _facts(vacancy: Any, *, may_correct: bool) -> list[dict[str, Any]]:
    """Facts in the order of the page; `url` leads to their correction."""
    open_to_mend = may_correct and vacancy.state in MENDABLE_STATES

    def fact(key: str, value: Any, field: str = "") -> dict[str, Any]:
        stays = field in AS_COUNTED and vacancy.counted
        may = may_correct and field and not stays and (open_to_mend or field not in WHILE_OPEN)
        url = reverse("vacancies:correct", args=[vacancy.reference, field]) if may else ""
        shown = "Not stated" if value in (None, "") else value
        return {"key": key, "value": shown, "url": url, "action": "Correct" if url else ""}

    return [
        *((fact("Job title", vacancy.title, "title"),) if open_to_mend else ()),
        fact("Site", vacancy.site.name if vacancy.site else "", "site"),
        fact("Posts", vacancy.posts, "posts"),
        fact("Pay band", f"Band {vacancy.band}" if vacancy.band else "", "band"),
        fact("Apprenticeship level", vacancy.apprenticeship_level, "apprenticeship_level"),
        fact("Professional registration", required(vacancy.registration_required), "registration_required"),
        fact("Paid care experience", required(vacancy.paid_care_required), "paid_care_required"),
        fact("Job family", vacancy.get_job_family_display(), "job_family"),
        fact("Contract", vacancy.get_contract_display(), "contract"),
        fact("Hours a week", "" if vacancy.hours is None else number(vacancy.hours), "hours"),
        fact("Pay", pay_words(vacancy)),
        *(money_facts(vacancy, fact) if open_to_mend else ()),
        fact("Who may apply", vacancy.get_audience_display(), "audience"),
        fact("Exemption", vacancy.get_exemption_display(), "exemption"),
        fact("Opened", long_day(vacancy.opened_on) if vacancy.opened_on else "", "opened_on"),
        fact("Closes", long_day(vacancy.closes_on) if vacancy.closes_on else "", "closes_on"),
        fact("NHS Jobs reference", vacancy.nhs_jobs_reference, "nhs_jobs_reference"),
        fact("TRAC reference", vacancy.trac_reference, "trac_reference"),
        fact("Where it came from", vacancy.get_source_display()),
    ]


def money_facts(vacancy: Any, fact: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """The two ends of the yearly pay, each to be corrected by itself."""
    ends = (("Pay from, a year", "salary_least"), ("Pay to, a year", "salary_most"))
    return [fact(words, money(getattr(vacancy, name)) if getattr(vacancy, name) else "", name) for words, name in ends]


def required(value: bool | None) -> str:
    """How a yes, no or not stated requirement is said."""
    return {None: "", True: "Required", False: "Not required"}[value]


@require_POST
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Take one state move from the vacancy's page."""
    acting, vacancy = vacancy_or_404(request, reference, TRUST_ROLES)
    verb = VERBS.get(request.POST.get("verb", ""))
    if verb is None:
        raise Http404
    try:
        moved = verb(vacancy=vacancy, by=acting)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{vacancy.title} is now {moved.get_state_display().lower()}.")
    return redirect(vacancy)


def finish(request: HttpRequest, reference: str) -> HttpResponse:
    """Say how many posts were filled."""
    acting, vacancy = vacancy_or_404(request, reference, TRUST_ROLES)
    form = FinishForm(request.POST or None, most=vacancy.posts)
    if request.method == "POST" and form.is_valid():
        try:
            services.finish(vacancy=vacancy, posts_filled=form.cleaned_data["posts_filled"], by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{vacancy.title} is finished.")
            return redirect(vacancy)
    context = {**header(vacancy), "form": form, "title": "Finish this vacancy", "button": "Finish"}
    return render(request, "vacancies/form.html", context)

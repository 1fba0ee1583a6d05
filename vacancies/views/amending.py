"""Changing a decision: posts added later, more reserved; re-adverts; opening balances. Giving back is the pipeline's page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from audit.acting import TRUST_ROLES, Role
from audit.mover import Refused
from vacancies import amending, chains, doubles, parting
from vacancies.amend_forms import AddPostsForm, ChainForm, OpeningForm, PartForm, ReserveMoreForm
from vacancies.ledger import counted_of, standing_of
from vacancies.models import Vacancy
from vacancies.ring_fencing import slots_promised
from vacancies.views.detail import header
from vacancies.views.shared import acting_or_404, vacancy_or_404


def words(number: int) -> str:
    return f"{number} post{'' if number == 1 else 's'}"


@require_http_methods(["GET", "POST"])
def add_posts(request: Any, reference: str) -> HttpResponse:
    """Add posts to a decided vacancy; what is due on them is reserved unless more is asked for."""
    acting, vacancy = vacancy_or_404(request, reference, TRUST_ROLES)
    form = AddPostsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            owed = amending.due_on_adding(vacancy, given["posts"]).posts
            wanted = owed if given["reserve"] is None else given["reserve"]
            amending.add_posts(vacancy=vacancy, posts=given["posts"], reserve=wanted, reason=given["reason"], by=acting)
        except Refused as refused:
            form.add_error("reserve", str(refused))
        else:
            messages.success(request, f"{words(given['posts'])} added, {words(wanted)} of them reserved.")
            return redirect(vacancy)
    for_one = amending.due_on_adding(vacancy, 1).posts
    context = {
        **header(vacancy),
        "form": form,
        "title": "Add posts",
        "button": "Add posts",
        "intro": f"{words(vacancy.posts or 0)} are counted, {vacancy.held} of them reserved. "
        f"Of one more post, {for_one} would be due.",
    }
    return render(request, "vacancies/form.html", context)


@require_http_methods(["GET", "POST"])
def reserve_more(request: Any, reference: str) -> HttpResponse:
    acting, vacancy = vacancy_or_404(request, reference, TRUST_ROLES)
    counted = counted_of(vacancy)
    page = {**header(vacancy), "title": "Reserve more posts"}
    try:
        amending.check_more_to_reserve(vacancy, counted, by=acting)
    except Refused as refused:
        return render(request, "vacancies/form.html", {**page, "nothing": str(refused)})
    form = ReserveMoreForm(request.POST or None, held=counted.reserved, most=counted.posts - counted.reserved)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            amending.reserve_more(vacancy=vacancy, posts=given["posts"], held=given["held"], by=acting)
        except Refused as refused:
            form.add_error("posts", str(refused))
        else:
            slots = slots_promised(vacancy)
            messages.success(
                request, f"{words(given['posts'])} more reserved: {slots} interview slots promised in all."
            )
            return redirect(vacancy)
    intro = f"{words(counted.posts)} are counted, {counted.reserved} of them reserved."
    return render(request, "vacancies/form.html", {**page, "form": form, "button": "Reserve", "intro": intro})


@require_GET
def chain_list(request: Any) -> HttpResponse:
    """The adverts that look like one through two doors, or like re-adverts, and for which nobody has answered."""
    acting = acting_or_404(request, TRUST_ROLES)
    context = {"doubles": doubles.proposals(by=acting), "proposals": chains.proposals(by=acting)}
    return render(request, "vacancies/chains.html", context)


@require_http_methods(["GET", "POST"])
def join(request: Any, reference: str, earlier: str) -> HttpResponse:
    """Say whether one advert re-advertises another; the page says what the ledger would then hold."""
    acting, vacancy = vacancy_or_404(request, reference, TRUST_ROLES)
    first = get_object_or_404(Vacancy.objects.visible_to(acting).select_related("site", "trust"), reference=earlier)
    form = ChainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["answer"] == "join":
                chains.join(vacancy=vacancy, earlier=first, by=acting)
                messages.success(request, f"{vacancy.reference} and {first.reference} now count once.")
            else:
                chains.keep_apart(vacancy=vacancy, earlier=first, reason=given["reason"], by=acting)
                messages.success(request, f"{vacancy.reference} is kept apart from {first.reference}.")
        except Refused as refused:
            form.add_error("answer", str(refused))
        else:
            return redirect(vacancy)
    counted = counted_of(first)
    what = chains.moved(counted, filled=first.posts_filled or 0, posts=vacancy.posts or 0) if counted.posts else None
    context = {**header(vacancy), "earlier": first, "counted": counted, "what": what, "form": form}
    return render(request, "vacancies/join.html", context)


@require_http_methods(["GET", "POST"])
def part(request: Any, reference: str) -> HttpResponse:
    """Undo a wrong join; the page says what each advert then counts."""
    acting, vacancy = vacancy_or_404(request, reference, TRUST_ROLES)
    earlier = get_object_or_404(Vacancy.objects.visible_to(acting), pk=vacancy.readvertises_id)
    form = PartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            parting.part(vacancy=vacancy, reason=form.cleaned_data["reason"], by=acting)
        except Refused as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, f"{vacancy.reference} and {earlier.reference} count each by itself.")
            return redirect(vacancy)
    context = {
        **header(vacancy),
        "form": form,
        "title": f"Part it from {earlier.reference}",
        "button": "Part them",
        "intro": f"{earlier.reference} counts again as it did before they were joined. {vacancy.reference} gets back its "
        "own decision; if it had none, it is counted with what is due on it reserved.",
    }
    return render(request, "vacancies/form.html", context)


@require_http_methods(["GET", "POST"])
def opening(request: Any) -> HttpResponse:
    """The trust's HR lead brings the figures from before this service."""
    acting = acting_or_404(request, frozenset({Role.TRUST_HR}))
    trust = request.membership.organisation
    form = OpeningForm(request.POST or None, initial=dict.fromkeys(amending.Opening.__dataclass_fields__, 0))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            amending.bring_opening(
                trust=trust, starts_in=given["year"], opening=form.opening(), reason=given["reason"], by=acting
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            now = standing_of(trust.pk, given["year"])
            messages.success(request, f"Opening balance written: {words(now.reserved)} of {now.posts} reserved in all.")
            return redirect(f"{reverse('vacancies:standing')}?year={given['year']}")
    return render(request, "vacancies/opening.html", {"form": form, "trust": trust})

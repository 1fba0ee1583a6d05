"""The pages of one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.acting import Acting, Role
from audit.clock import today
from audit.mover import Refused
from candidates.choices import AFTER_OFFER, CheckKind, Shift
from candidates.models import Candidate, Certificate, Check, Grant, Supporter
from candidates.names import phone_shown
from candidates.pages import borough_name, mend_of
from candidates.services import end_supporter, merge, record_check, unmerge
from nhsuk.words import long_day
from organisations.choices import JobFamily
from organisations.timelines import timeline as timeline_of
from programmes.forms.enrolments import JoinForm
from programmes.forms.people import CheckForm, MergeForm
from programmes.models import Attendance, Eligibility, Enrolment
from programmes.next_step import next_step
from programmes.services import enrol
from programmes.states import colour_of
from programmes.views.shared import acting_or_404, person_or_404, person_page, posted

SHORT_TIMELINE = 8
AheadOf = Callable[[Candidate, Acting], Any]
CHECK_COLOURS = {"needed": "grey", "candidate": "yellow", "third": "blue", "complete": "green", "not_needed": "white"}


def enrolments_of(candidate: Candidate, acting: Acting) -> list[Enrolment]:
    """The person's enrolments that the reader sees, newest first, each knowing whether a session was attended."""
    came = Attendance.objects.visible_to(acting).filter(enrolment=OuterRef("pk"), present=True)
    rows = Enrolment.objects.visible_to(acting).filter(candidate=candidate).annotate(came=Exists(came))
    return list(rows.select_related("cohort__programme__provider").order_by("-referred_on", "-pk"))


@require_GET
@never_cache
def overview(request: HttpRequest, reference: str, *, ahead_of: AheadOf = lambda candidate, by: None) -> HttpResponse:
    """What to do next, what is missing, and what is recorded. `ahead_of` says what another room waits for."""
    acting, candidate = person_or_404(request, reference)
    header = person_page(candidate, acting, current="overview")
    enrolments = enrolments_of(candidate, acting)
    certificates = list(Certificate.objects.visible_to(acting).filter(candidate=candidate))
    supporters = Supporter.objects.visible_to(acting).filter(candidate=candidate, ended_on__isnull=True)
    context = {
        **header,
        "next": ahead_of(candidate, acting)
        or next_step(candidate, missing=header["gaps"], enrolments=enrolments, certificates=certificates),
        "mends": [(gap, *mend_of(gap, candidate)) for gap in header["gaps"]],
        "certificates": certificates,
        "enrolments": enrolments,
        "supporters": list(supporters),
        "parts": _parts(candidate, header),
        "lines": timeline_of(candidate, acting, most=SHORT_TIMELINE),
    }
    return render(request, "programmes/candidate.html", context)


def _parts(candidate: Candidate, header: dict[str, Any]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(heading, address of its edit page, facts) of each part of the record."""
    parts = [
        ("Names", "names", _names(candidate)),
        ("Contact", "contact", _contact(candidate)),
        ("Home", "home", _home(header)),
        ("Work they want", "work", _work(candidate)),
        ("Right to work", "right-to-work", _right_to_work(candidate)),
        ("Adjustments and safety", "adjustments", _adjustments(candidate)),
    ]
    return [
        (heading, reverse("programmes:edit", args=[candidate.reference, part]), facts) for heading, part, facts in parts
    ]


def _day(value: Any) -> str:
    return long_day(value) if value else "Not recorded"


def _said(value: Any) -> str:
    return str(value) if value not in (None, "") else "Not recorded"


def _names(candidate: Candidate) -> list[tuple[str, str]]:
    facts = [("Given names", _said(candidate.given_name)), ("Family name", candidate.family_name)]
    if candidate.known_as:
        facts.append(("Known as", candidate.known_as))
    return [*facts, ("Date of birth", _day(candidate.date_of_birth)), ("Code that trusts see", candidate.neutral_code)]


def _contact(candidate: Candidate) -> list[tuple[str, str]]:
    facts = [("Telephone", _said(phone_shown(candidate.phone))), ("Email address", _said(candidate.email))]
    if candidate.letter_address:
        facts.append(("Letters to", candidate.letter_address))
    facts.append(("Best way", candidate.get_reach_by_display() if candidate.reach_by else "Any of these"))
    if candidate.safe_contact:
        facts.append(("Contact safely", candidate.safe_contact))
    return facts


def _home(header: dict[str, Any]) -> list[tuple[str, str]]:
    home, place = header["home"], header["place"]
    if home is None:
        return [("Home", "Not recorded")]
    facts = [("Lives in", f"{place.words}, {home.postcode}" if home.postcode else place.words)]
    facts.append(("Local", place.local))
    if home.responsible_authority:
        facts.append(("Care leaver’s council", borough_name(home.responsible_authority)))
    decile = f"{place.core20}, decile {home.decile}, {home.edition}" if home.decile else place.core20
    facts.append(("Most deprived 20%", decile))
    facts.append(
        ("Most deprived 20% of North West London", {"yes": "Yes", "no": "No"}.get(home.core20_nwl, "Not known"))
    )
    facts.append(("Found on", _day(home.found_on)))
    return [*facts, ("Take care", place.hint)] if place.hint else facts


def _hours(candidate: Candidate) -> str:
    least, most = (each and f"{float(each):g}" for each in (candidate.hours_least, candidate.hours_most))
    if least and most:
        return f"{least} to {most} a week"
    return f"Up to {most} a week" if most else f"At least {least} a week" if least else _said("")


def _work(candidate: Candidate) -> list[tuple[str, str]]:
    labels, shifts = dict(JobFamily.choices), dict(Shift.choices)
    return [
        ("Work", _said(", ".join(labels.get(each, each) for each in candidate.work_wanted))),
        ("Hours", _hours(candidate)),
        ("Shifts", _said(", ".join(shifts.get(each, each) for each in candidate.shifts))),
        ("Travel", f"Up to {candidate.travel_km} kilometres" if candidate.travel_km else "Not recorded"),
        ("Can start from", _day(candidate.start_from)),
        ("Languages", _said(candidate.languages)),
        ("English", _said(candidate.get_english_display() if candidate.english else "")),
    ]


def _right_to_work(candidate: Candidate) -> list[tuple[str, str]]:
    facts = [("Right to work", candidate.get_right_to_work_display())]
    if candidate.right_to_work_expires:
        facts.append(("Permission ends on", _day(candidate.right_to_work_expires)))
    return facts


def _adjustments(candidate: Candidate) -> list[tuple[str, str]]:
    facts = [
        ("At an interview", candidate.adjustments_interview or "None asked for"),
        ("At work", candidate.adjustments_work or "None asked for"),
        ("Shown to panels", "Yes, they want that" if candidate.share_adjustments else "No"),
    ]
    if candidate.safeguarding_lead or candidate.under_18(today()):
        facts.append(("Safeguarding lead", _said(candidate.safeguarding_lead)))
    return facts


@require_http_methods(["GET", "POST"])
@never_cache
def programmes_of(request: HttpRequest, reference: str) -> HttpResponse:
    """The person's enrolments and why they are eligible; and joining a further cohort."""
    acting, candidate = person_or_404(request, reference)
    form = JoinForm(posted(request), acting=acting)
    if request.method == "POST" and form.is_valid():
        try:
            enrolment = enrol(candidate=candidate, **form.cleaned_data, by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{candidate.name} is in {enrolment.cohort.name}.")
            return redirect("programmes:of_candidate", reference)
    decisions = Eligibility.objects.visible_to(acting).filter(candidate=candidate).order_by("-starts", "-pk")
    context = {
        **person_page(candidate, acting, current="programmes"),
        "enrolments": [(each, colour_of(each.state)) for each in enrolments_of(candidate, acting)],
        "decisions": decisions,
        "form": form,
    }
    return render(request, "programmes/of_candidate.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def checks(request: HttpRequest, reference: str) -> HttpResponse:
    """Pre-employment checks: their status, and nothing of their content."""
    acting, candidate = person_or_404(request, reference)
    held = {check.kind: check for check in Check.objects.visible_to(acting).filter(candidate=candidate)}
    form = CheckForm(posted(request), unlocked=set(held))
    if request.method == "POST" and form.is_valid():
        try:
            check = record_check(candidate=candidate, **form.cleaned_data, by=acting)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{check.get_kind_display()}: {check.get_status_display().lower()}.")
            return redirect("programmes:checks", reference)
    rows = [
        {
            "label": kind.label,
            "check": held.get(kind),
            "colour": CHECK_COLOURS.get(held[kind].status, "grey") if kind in held else "",
            "locked": kind in AFTER_OFFER and kind not in held,
        }
        for kind in CheckKind
    ]
    context = {**person_page(candidate, acting, current="checks"), "rows": rows, "form": form}
    return render(request, "programmes/checks.html", context)


CAUSES = {
    "candidates.Candidate": "Made the record",
    "programmes.Enrolment": "Runs their programme",
    "pipeline.Referral": "They met the criteria of a vacancy",
}


@require_GET
@never_cache
def sharing(request: HttpRequest, reference: str) -> HttpResponse:
    """What is shared with whom, for what, under which agreement, and until when."""
    acting, candidate = person_or_404(request, reference)
    grants = Grant.objects.visible_to(acting).filter(candidate=candidate)
    rows = grants.select_related("organisation", "agreement").order_by("-starts", "-pk")
    open_now = set(grants.in_force(today()).values_list("pk", flat=True))
    context = {
        **person_page(candidate, acting, current="sharing"),
        "rows": [
            {"grant": each, "why": CAUSES.get(each.cause.partition(":")[0], "Recorded"), "open": each.pk in open_now}
            for each in rows
        ],
    }
    return render(request, "programmes/sharing.html", context)


@require_GET
@never_cache
def timeline(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that happened, newest first."""
    acting, candidate = person_or_404(request, reference)
    header = person_page(candidate, acting, current="timeline")
    return render(request, "programmes/timeline.html", {**header, "lines": timeline_of(candidate, acting)})


@require_POST
def stop_supporter(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The supporter no longer answers for the person."""
    acting, candidate = person_or_404(request, reference)
    row = get_object_or_404(Supporter.objects.visible_to(acting).filter(candidate=candidate), pk=pk)
    try:
        end_supporter(supporter=row, by=acting)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{row.name} no longer answers for {candidate.name}.")
    return redirect(candidate)


@require_http_methods(["GET", "POST"])
@never_cache
def join_records(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that two records are one person, or take that back."""
    acting_or_404(request, Role.ACADEMY)
    acting, candidate = person_or_404(request, reference)
    form = MergeForm(posted(request))
    try:
        if request.method == "POST" and "take_back" in request.POST:
            unmerge(candidate=candidate, by=acting)
            messages.success(request, f"{candidate.reference} stands for itself again.")
            return redirect(candidate)
        if request.method == "POST" and form.is_valid():
            wanted = form.cleaned_data["into"].strip().upper()
            into = Candidate.objects.visible_to(acting).filter(reference=wanted).first()
            if into is None:
                form.add_error("into", f"No record {wanted} that you can see. Check the reference.")
            else:
                merge(candidate=candidate, into=into, by=acting)
                messages.success(request, f"{candidate.reference} is joined to {into.reference}.")
                return redirect(into)
    except Refused as refused:
        form.add_error(None, str(refused))
    context = {**person_page(candidate, acting, current="join"), "form": form}
    return render(request, "programmes/join_records.html", context)

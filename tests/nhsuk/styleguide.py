"""Pages that show every piece of the nhsuk room at work, for tests and for the eye; no part of the product."""

import datetime
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render

from nhsuk import charts, fields
from nhsuk.forms import NhsukForm

TRUSTS = [
    ("", "Select a trust"),
    ("RYJ", "Imperial College Healthcare NHS Trust"),
    ("R1K", "London North West University Healthcare NHS Trust"),
]
TITLES = ["Catering assistant", "Porter", "Healthcare assistant", "Outpatient receptionist", "Ward clerk"]


def page(request):
    """The shell's context, as the product's context processor gives it."""
    here = request.path
    menu = [("Today", "/"), ("Vacancies", "/vacancies/"), ("Pipeline", "/record/"), ("Reports", "/reports/")]
    return {
        "service_name": "Guaranteed interviews",
        "wordmark": "NWL",
        "demo": True,
        "nav": [{"label": label, "url": url, "current": url == here} for label, url in menu],
        "acting_label": "" if here == "/sign-in/" else "Recruiter, Imperial College Healthcare NHS Trust",
        "can_switch": True,
        "search_url": "/vacancies/",
        "today": datetime.date(2026, 11, 22),
    }


class VacancyForm(NhsukForm):
    title = forms.CharField(label="Job title", help_text="Use the title on NHS Jobs")
    trust = forms.ChoiceField(label="Trust", choices=TRUSTS)
    band = forms.ChoiceField(
        label="Pay band",
        choices=[("2", "Band 2"), ("3", "Band 3"), ("4", "Band 4")],
        widget=fields.Radios(hints={"4": "Entry level only with an apprenticeship"}),
    )
    posts = forms.IntegerField(
        label="Number of posts",
        widget=fields.Number(),
        error_messages={"invalid": "Number of posts must be a whole number, like 5"},
    )
    hours = forms.IntegerField(label="Hours a week", required=False, min_value=1, max_value=48)
    pay = forms.DecimalField(label="Hourly pay", widget=fields.Pounds())
    internal = forms.ChoiceField(
        label="Internal only?", choices=[("yes", "Yes"), ("no", "No")], widget=fields.Radios(inline=True)
    )
    shifts = forms.MultipleChoiceField(
        label="Shifts",
        choices=[("early", "Early"), ("late", "Late"), ("night", "Night")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Select all that apply",
    )
    closes = fields.DateField(label="Closing date", help_text="For example, 31 3 2027")
    notes = forms.CharField(label="Notes", widget=forms.Textarea, required=False)
    advert = forms.FileField(label="Advert", help_text="A PDF or a Word file")
    password = forms.CharField(label="Your password", widget=forms.PasswordInput)
    agreed = forms.BooleanField(label="The hiring manager agrees", help_text="Ask before you tick")


class FilterForm(forms.Form):
    label_size = "s"
    q = forms.CharField(label="Job title or reference", required=False)
    trust = forms.MultipleChoiceField(
        label="Trust", choices=TRUSTS[1:], required=False, widget=fields.Checkboxes(small=True)
    )
    status = forms.MultipleChoiceField(
        label="Status",
        choices=[("open", "Open"), ("interviewing", "Interviewing"), ("finished", "Finished")],
        required=False,
        widget=fields.Checkboxes(small=True),
    )


@login_not_required
def today(request):
    return render(request, "styleguide/today.html")


@login_not_required
def form(request):
    filled = VacancyForm(request.POST, request.FILES) if request.method == "POST" else VacancyForm()
    if filled.is_bound and filled.is_valid():
        messages.success(request, "Vacancy NWL-0042 saved.")
        messages.warning(request, "It closes in 2 days.")
        return redirect("/")
    return render(request, "styleguide/form.html", {"form": filled})


@login_not_required
def vacancies(request):
    rows = [
        {
            "title": TITLES[n % 5],
            "reference": f"NWL-{n:04}",
            "band": 2 + n % 2,
            "closes": datetime.date(2026, 11, 2) + datetime.timedelta(days=n),
            "posts": 1 + n % 9,
            "reserved": n % 3,
            "status": ("Open", "blue") if n % 3 else ("Interviewing", "yellow"),
        }
        for n in range(83)
    ]
    context = {
        "filters": FilterForm(request.GET),
        "page": Paginator(rows, 15).get_page(request.GET.get("page")),
        "chips": [("Open", "?status=interviewing"), ("Interviewing", "?status=open")],
    }
    return render(request, "styleguide/vacancies.html", context)


@login_not_required
def record(request):
    at = datetime.datetime(2026, 11, 20, 9, 5, tzinfo=datetime.UTC)
    lines = [
        SimpleNamespace(when=at, sentence="Interview booked for 2 December", who="Amina Shah, Imperial", url="/"),
        SimpleNamespace(when=at, sentence="Meets the essential criteria", who="", url=""),
    ]
    facts = [
        ("Right to work", "Any work, to 3 March 2028", "/form/"),
        ("Travel limit", "45 minutes", "/form/"),
        {"key": "Reference", "value": "C-00042"},
    ]
    tabs = [("Overview", "/record/", True), ("Interviews", "/record/?part=interviews", False), ("Timeline", "/", False)]
    links = SimpleNamespace(previous_url="?before=3", next_url="?after=9")
    return render(request, "styleguide/record.html", {"lines": lines, "facts": facts, "tabs": tabs, "links": links})


@login_not_required
def swap(request):
    """Pieces that htmx asks for; without it, whole pages."""
    piece = request.GET.get("piece", "1")
    if not request.htmx:
        return render(request, "styleguide/swap.html", {"piece": piece})
    if request.method == "POST":
        refused = "refuse" in request.POST
        if not refused:
            messages.success(request, "Reserved, said a message.")
        context = {"form": SignInForm({} if refused else None), "refused": refused}
        return render(request, "styleguide/swap_answer.html", context, status=422 if refused else 200)
    return render(request, "styleguide/swap_piece.html", {"piece": piece})


@login_not_required
def sign_in(request):
    return render(request, "styleguide/sign_in.html", {"form": SignInForm()})


class SignInForm(NhsukForm):
    email = forms.EmailField(label="Email address", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(label="Your password", widget=forms.PasswordInput)


MONTHS = (
    "Dec 26",
    "Jan 27",
    "Feb 27",
    "Mar 27",
    "Apr 27",
    "May 27",
    "Jun 27",
    "Jul 27",
    "Aug 27",
    "Sep 27",
    "Oct 27",
    "Nov 27",
)
COMMITTED = (18000, 16000, 17500, 12000, 14000, 15000, 11000, 9000, 8000, 8000, 6000, 5000)
EXPIRING = (0, 3000, 6000, 21000, 9000, 4000, 12000, 14000, 15000, 15000, 17000, 18000)
LEVY = charts.Chart(
    key="levy",
    title="Levy funds by month of expiry",
    finding="£134,000 will expire unless it is committed. March 2027 is the largest month, at £21,000.",
    categories=MONTHS,
    series=(charts.Series("Committed", COMMITTED), charts.Series("Will expire", EXPIRING, "outline")),
    unit="pounds",
)
SHARES = charts.Chart(
    key="shares",
    title="Posts reserved by month",
    finding="The share has been above 20% since March 2027.",
    categories=MONTHS,
    series=(
        charts.Series("Imperial", (8, 12, 18.8, 21, 22.5, None, 24, 25, 26, 24, 23, 22.2)),
        charts.Series("All trusts", (15, 15, 16, 17, 17, 18, 19, 19.5, 20, 20, 21, 21), "green"),
    ),
    unit="percent",
    target=20,
)


@login_not_required
def reports(request):
    trusts = [
        ("RYJ Imperial", 7.6, 8, 105),
        ("R1K London North West", 22.2, 22, 99),
        ("RQM Chelsea", 27.8, 25, 90),
        ("RV3 CNWL", "*", 2, 9),
    ]
    stages = [
        ("Enrolled", 48),
        ("Ready for interview", 42),
        ("Interview booked", 30),
        ("Offered", "*"),
        ("Started work", 14),
    ]
    context = {
        "levy": LEVY,
        "shares": SHARES,
        "trusts": trusts,
        "stages": stages,
        "scale": charts.bar_scale([22.2, 27.8], 20),
    }
    return render(request, "styleguide/reports.html", context)

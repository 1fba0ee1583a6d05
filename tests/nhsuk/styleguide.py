"""Pages that show every piece of the nhsuk room at work, for tests and for the eye; no part of the product."""

import datetime
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render

from nhsuk import fields
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
        "nav": [(label, url, url == here) for label, url in menu],
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


def today(request):
    return render(request, "styleguide/today.html")


def form(request):
    filled = VacancyForm(request.POST, request.FILES) if request.method == "POST" else VacancyForm()
    if filled.is_bound and filled.is_valid():
        messages.success(request, "Vacancy NWL-0042 saved.")
        messages.warning(request, "It closes in 2 days.")
        return redirect("/")
    return render(request, "styleguide/form.html", {"form": filled})


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


def sign_in(request):
    return render(request, "styleguide/sign_in.html", {"form": SignInForm()})


class SignInForm(NhsukForm):
    email = forms.EmailField(label="Email address", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(label="Password", widget=forms.PasswordInput)

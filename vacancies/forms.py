"""Forms of vacancies and of the ring-fence."""

from __future__ import annotations

from typing import Any

from django import forms

from nhsuk.fields import DateField, Number, PoundsField, Radios, Text
from nhsuk.forms import NhsukForm
from organisations.models import Department, Organisation, Site
from vacancies.countersigning import declaration_of, problem_of_department
from vacancies.criteria import LONGEST
from vacancies.models import Audience, Contract, Exemption, JobFamily, Override, OverrideReason
from vacancies.overriding import LessThanDue
from vacancies.ring_fence import Due
from vacancies.rules import problem_of_nobody_ready
from vacancies.services import CORRECTABLE, with_reference

BANDS = (("", "Not known yet"), *((str(band), f"Band {band}") for band in range(1, 10)))
LEVELS = (("", "Not an apprenticeship"), *((str(level), f"Level {level}") for level in range(2, 8)))
REQUIRED = (("", "Not stated"), ("True", "Required"), ("False", "Not required"))
MOST_POSTS = 500
MOST_WORDS_OF_A_NAME = 5


def band_field(**more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label="Pay band", choices=BANDS, coerce=int, empty_value=None, required=False, **more)


def posts_field(**more: Any) -> forms.IntegerField:
    return forms.IntegerField(label="Posts", min_value=1, max_value=MOST_POSTS, widget=Number(width=3), **more)


def requirement(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=REQUIRED,
        coerce=lambda value: value == "True",
        empty_value=None,
        required=False,
        widget=Radios(inline=True, small=True),
    )


def level_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="Apprenticeship level", choices=LEVELS, coerce=int, empty_value=None, required=False
    )


def hours_field() -> forms.DecimalField:
    return forms.DecimalField(
        label="Hours a week",
        required=False,
        min_value=0,
        max_value=60,
        max_digits=4,
        decimal_places=1,
        widget=Text(width=4),
    )


def pay_field(label: str) -> PoundsField:
    return PoundsField(label=label, required=False, min_value=0, max_digits=13)


class FinishForm(NhsukForm):
    posts_filled = forms.IntegerField(label="Posts filled", min_value=0, widget=Number())

    def __init__(self, *args: Any, most: int | None, **more: Any) -> None:
        super().__init__(*args, **more)
        if most is not None:
            self.fields["posts_filled"].help_text = f"From 0 to {most}"


class ReserveForm(NhsukForm):
    """How many posts to reserve; where that is less than due also why, and who agrees."""

    label_size = "s"
    posts = forms.TypedChoiceField(label="Posts to reserve", coerce=int)

    def __init__(self, *args: Any, posts: int, owed: Due, **more: Any) -> None:
        super().__init__(*args, **more)
        self.owed = owed
        self.let_choose("posts", [(str(number), _choice(number, owed)) for number in range(posts + 1)])
        self.fields["posts"].initial = str(owed.posts)

    @property
    def chosen(self) -> int:
        """What is picked at the moment, or what is due."""
        value = str(self.data.get("posts", self.owed.posts))
        return int(value) if value.isdecimal() else self.owed.posts

    @property
    def is_less(self) -> bool:
        return self.chosen < self.owed.posts


def _choice(number: int, owed: Due) -> str:
    words = f"{number} post{'' if number == 1 else 's'}"
    if number == owed.posts:
        return f"{words}: what is due" if number else f"{words}: nothing is due"
    return f"{words}: less than due" if number < owed.posts else words


class SignerForm(NhsukForm):
    """Who outside the hiring department is asked to countersign."""

    label_size = "s"
    signer_name = forms.CharField(
        label="Who agrees?",
        max_length=120,
        help_text="Somebody outside the hiring department. They get a link and answer within 5 working days.",
        error_messages={"required": "Enter the name of whoever agrees"},
    )
    signer_email = forms.EmailField(
        label="Their e-mail address",
        help_text="At work: nhs.net, nhs.uk, or where the trust, the ICB or the academy have theirs",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the e-mail address of whoever agrees"},
    )

    def clean_signer_name(self) -> str:
        """A name and no sentence: one person is asked, and one person answers for it."""
        name = " ".join(self.cleaned_data["signer_name"].split())
        if (
            len(name.split()) > MOST_WORDS_OF_A_NAME
            or name.endswith(".")
            or any(mark.isdigit() or mark == "@" for mark in name)
        ):
            raise forms.ValidationError("Enter the name of one person, for example Amina Khan")
        return name


class LessForm(SignerForm):
    """Why less than due is reserved, and who outside the hiring department agrees."""

    field_order = ("reason", "text", "signer_name", "signer_email")
    reason = forms.ChoiceField(
        label="Why less than due?",
        choices=OverrideReason.choices,
        widget=Radios(small=True),
        error_messages={"required": "Select why less than due is reserved"},
    )
    text = forms.CharField(
        label="Explain it in a sentence or two",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is shown to whoever countersigns, to the ICB and to auditors. Name no candidate.",
        error_messages={"required": "Explain why less than due is reserved"},
    )

    def __init__(self, *args: Any, ready: int | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.ready = ready

    def clean_reason(self) -> str:
        """That nobody is ready cannot be said of a vacancy that ready people fit."""
        reason: str = self.cleaned_data["reason"]
        if said := problem_of_nobody_ready(reason, self.ready):
            raise forms.ValidationError(said)
        return reason

    def less(self) -> LessThanDue:
        """What the service wants to know, once the form is valid."""
        given = self.cleaned_data
        return LessThanDue(OverrideReason(given["reason"]), given["text"], given["signer_name"], given["signer_email"])


class CountersignForm(NhsukForm):
    agrees = forms.ChoiceField(
        label="Do you agree with this decision?",
        choices=(("yes", "Yes, I agree"), ("no", "No, I do not agree")),
        widget=Radios(),
        error_messages={"required": "Select whether you agree"},
    )
    job = forms.CharField(label="Your job title", max_length=120)
    department = forms.CharField(label="Your department", max_length=120)
    apart = forms.BooleanField(error_messages={"required": "Tick that you took no part, or leave it to somebody else"})
    remark = forms.CharField(
        label="Remark",
        required=False,
        max_length=1000,
        help_text="If you do not agree, say why: the recruiter reads it and decides again.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, override: Override, **more: Any) -> None:
        super().__init__(*args, **more)
        self.override = override
        hiring = override.vacancy.department
        not_there = f"You do not work in {hiring.name}." if hiring else "You do not work in the hiring department."
        self.fields[
            "department"
        ].help_text = f"{not_there} Your name, job and department are published with your answer."
        self.fields["apart"].label = declaration_of(override)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("agrees") == "no" and not given.get("remark", "").strip():
            self.add_error("remark", "Say why you do not agree: the recruiter reads it and decides again")
        return given

    def clean_department(self) -> str:
        department: str = self.cleaned_data["department"]
        if said := problem_of_department(self.override, department):
            raise forms.ValidationError(said)
        return department


class SpecificationForm(NhsukForm):
    """The person specification, a criterion on each line."""

    essential = forms.CharField(
        label="Essential criteria",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One on each line, as in the person specification",
    )
    desirable = forms.CharField(
        label="Desirable criteria",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One on each line",
    )

    def criteria(self) -> list[tuple[str, bool]]:
        """(text, essential) of each line, once the form is valid; the same line twice counts once."""
        found = [(text, name == "essential") for name in ("essential", "desirable") for text in self._lines(name)]
        return list(dict.fromkeys(found))

    def clean_essential(self) -> str:
        return self._not_too_long("essential")

    def clean_desirable(self) -> str:
        return self._not_too_long("desirable")

    def _not_too_long(self, name: str) -> str:
        """The typed lines as they are; none is cut in silence."""
        typed: str = self.cleaned_data[name]
        for number, line in enumerate(typed.splitlines(), start=1):
            if len(line.strip()) > LONGEST:
                raise forms.ValidationError(
                    f"Line {number} has {len(line.strip())} characters. Shorten it to {LONGEST}, or split it."
                )
        return typed

    def _lines(self, name: str) -> list[str]:
        return [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]


class CriteriaForm(SpecificationForm):
    """The whole person specification as it should be, and why it changes."""

    reason = forms.CharField(
        label="Why does it change?",
        max_length=300,
        required=False,
        help_text="The ICB sees what was added and removed.",
    )

    def __init__(self, *args: Any, known: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reason"].required = known
        self.fields["reason"].error_messages["required"] = "Say why it changes"


class PageForm(NhsukForm):
    page = forms.FileField(
        label="The advert’s page, saved from NHS Jobs",
        max_length=255,
        required=True,
        help_text="A web page (.html) of at most 5 MB",
        widget=forms.ClearableFileInput(attrs={"accept": ".html,.htm"}),
        error_messages={"required": "Choose a file"},
    )


class SameAdvertForm(NhsukForm):
    """Asked only where the page calls the job otherwise than the vacancy."""

    same_advert = forms.BooleanField(label="It is the same advert, although it is called otherwise", required=False)


class AnotherForm(NhsukForm):
    """Asked only where a vacancy looks just like one that is here."""

    another = forms.BooleanField(label="It is another vacancy, although it looks the same", required=False)


class VacancyForm(SpecificationForm):
    """A vacancy typed on one page. Nobody ticks "entry level": it follows from the facts."""

    label_size = "s"
    title = forms.CharField(label="Job title", max_length=160)
    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), required=False, empty_label="Not known")
    department = forms.ModelChoiceField(
        label="Department", queryset=Department.objects.none(), required=False, empty_label="Not known"
    )
    job_family = forms.ChoiceField(label="Job family", choices=JobFamily.choices)
    posts = posts_field()
    band = band_field()
    apprenticeship_level = level_field()
    registration_required = requirement("Professional registration")
    paid_care_required = requirement("Paid care experience")
    contract = forms.ChoiceField(label="Contract", choices=Contract.choices, initial=Contract.PERMANENT)
    hours = hours_field()
    audience = forms.ChoiceField(label="Who may apply", choices=Audience.choices, initial=Audience.OPEN)
    exemption = forms.ChoiceField(label="Exemption", choices=Exemption.choices, required=False)
    opened_on = DateField(label="Day on which the advert opens", required=False, help_text="Empty: it stays a draft")
    closes_on = DateField(label="Closing date", required=False)
    salary_least = pay_field("Pay from, a year")
    salary_most = pay_field("Pay to, a year")
    nhs_jobs_reference = forms.CharField(label="NHS Jobs reference", required=False, max_length=40)
    trac_reference = forms.CharField(label="TRAC reference", required=False, max_length=40)

    def __init__(self, *args: Any, trust: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        self.order_fields([name for name in self.fields if name not in ("essential", "desirable")])
        self.trust = trust
        self.let_choose("site", Site.objects.filter(organisation=trust))
        self.let_choose("department", Department.objects.filter(organisation=trust))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("opened_on") and given.get("closes_on") and given["closes_on"] < given["opened_on"]:
            self.add_error("closes_on", "Closing date must be on or after the day on which the advert opens")
        least, most = given.get("salary_least"), given.get("salary_most")
        if least is not None and most is not None and most < least:
            self.add_error("salary_most", f"Pay to must be {least:,.2f} or more, as pay begins there. Or swap the two")
        for name in ("nhs_jobs_reference", "trac_reference"):
            if given.get(name) and (there := with_reference(trust=self.trust, reference=given[name])):
                self.add_error(name, f"{there.reference} {there.title} has this reference already")
        return given

    def facts(self) -> dict[str, Any]:
        """Field values of the vacancy, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("essential", "desirable")}


class ProblemsForm(NhsukForm):
    """What becomes of a file of which some rows cannot be read."""

    all_or_nothing = forms.ChoiceField(
        label="If a row has a problem",
        choices=(("yes", "All or nothing"), ("", "The good rows")),
        required=False,
        widget=Radios(
            hints={
                "yes": "Nothing is imported until every row is good.",
                "": "The others come back as a file that says what to mend.",
            }
        ),
    )


def _fields(trust: Organisation) -> dict[str, forms.Field]:
    sites = Site.objects.filter(organisation=trust)
    return {
        "band": band_field(),
        "apprenticeship_level": level_field(),
        "registration_required": requirement("Professional registration"),
        "paid_care_required": requirement("Paid care experience"),
        "posts": posts_field(),
        "audience": forms.ChoiceField(label="Who may apply", choices=Audience.choices),
        "exemption": forms.ChoiceField(label="Exemption", choices=Exemption.choices, required=False),
        "closes_on": DateField(label="Closing date"),
        "job_family": forms.ChoiceField(label="Job family", choices=JobFamily.choices),
        "title": forms.CharField(max_length=160, error_messages={"required": "Enter the job title"}),
        "site": forms.ModelChoiceField(queryset=sites, required=False, empty_label="Not known"),
        "contract": forms.ChoiceField(choices=Contract.choices),
        "hours": hours_field(),
        "salary_least": pay_field("Pay from, a year"),
        "salary_most": pay_field("Pay to, a year"),
        "opened_on": DateField(label="Opening date"),
        "nhs_jobs_reference": forms.CharField(required=False, max_length=40),
        "trac_reference": forms.CharField(required=False, max_length=40),
    }


class CorrectForm(NhsukForm):
    """One fact and why it changes; a fact that was not known needs no reason."""

    reason = forms.CharField(label="Why does it change?", max_length=300, required=False)

    def __init__(self, *args: Any, field: str, was: Any, trust: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        given = _fields(trust)[field]
        self.fields["value"] = given
        given.initial, given.label = was, CORRECTABLE[field]
        self.order_fields(["value", "reason"])
        self.fields["reason"].required = was is not None and was != ""
        self.fields["reason"].error_messages["required"] = "Say why it changes"

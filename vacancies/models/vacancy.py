"""Vacancies, their criteria, and how each was classified. Nothing here knows why a candidate is eligible."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse

from audit.acting import Acting, Role
from audit.door import Door, Scoped, everything, own_organisation
from audit.models import Stateful, StatefulQuerySet
from organisations.choices import JobFamily
from organisations.models import Department, Organisation, Policy, Site
from organisations.money import MoneyField


class Contract(models.TextChoices):
    PERMANENT = "permanent", "Permanent"
    FIXED = "fixed", "Fixed term"
    BANK = "bank", "Bank"
    APPRENTICESHIP = "apprenticeship", "Apprenticeship"
    OTHER = "other", "Other"


class Audience(models.TextChoices):
    OPEN = "open", "Open to everyone"
    INTERNAL = "internal", "Internal only"
    RESTRICTED = "restricted", "Restricted"


class Exemption(models.TextChoices):
    NONE = "", "Counts"
    REDEPLOYMENT = "redeployment", "Statutory redeployment"
    RESTRUCTURING = "restructuring", "Restructuring"
    BANK_REGISTER = "bank_register", "Bank register"
    ROTATION = "rotation", "Trainee rotation"
    DUPLICATE = "duplicate", "Duplicate"


class Source(models.TextChoices):
    TYPED = "typed", "Typed in"
    NHS_JOBS = "nhs_jobs", "NHS Jobs feed"
    TRAC = "trac", "TRAC export"
    PASTED = "pasted", "Pasted from a spreadsheet"
    API = "api", "Sent by the API"


class VacancyState(models.TextChoices):
    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    SHORTLISTING = "shortlisting", "Shortlisting"
    INTERVIEWING = "interviewing", "Interviewing"
    FINISHED = "finished", "Finished"
    WITHDRAWN = "withdrawn", "Withdrawn"


class EntryLevel(models.TextChoices):
    YES = "yes", "Entry level"
    NO = "no", "Not entry level"
    UNCLASSIFIED = "unclassified", "Not yet classified"


class Fence(models.TextChoices):
    """How a vacancy stands towards the 20%; worked out, never stored."""

    UNDECIDED = "undecided", "To decide"
    RESERVED = "reserved", "Reserved"
    FREE = "free", "Nothing reserved"
    EXEMPT = "exempt", "Exempt"
    UNCLASSIFIED = "unclassified", "Facts missing"
    OUTSIDE = "outside", "Outside the 20%"


PUBLIC_STATES = ("open", "closed", "shortlisting", "interviewing", "finished")


def advertised(queryset: Any, acting: Acting) -> Any:
    return queryset.filter(state__in=PUBLIC_STATES)


class VacancyScoped(StatefulQuerySet, Scoped):
    SCOPES = {
        Role.ACADEMY: advertised,
        Role.PROVIDER: lambda queryset, acting: queryset.filter(state="open"),
        Role.RECRUITER: own_organisation("trust"),
        Role.TRUST_HR: own_organisation("trust"),
        Role.ICB_ANALYST: advertised,
        Role.AUDITOR: everything,
        Role.SYSTEM: everything,
        Role.LINK: lambda queryset, acting: (
            queryset.filter(pk=acting.subject.partition(":")[2])
            if acting.subject.startswith("vacancies.Vacancy:")
            else queryset.none()
        ),
    }


class Vacancy(Stateful):
    """One advert of one or more posts in a trust. Imported facts are None where the source did not say."""

    reference = models.CharField(max_length=12, unique=True)
    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    job_family = models.CharField(max_length=24, choices=JobFamily.choices, default=JobFamily.OTHER)
    band = models.PositiveSmallIntegerField(null=True, blank=True)
    apprenticeship_level = models.PositiveSmallIntegerField(null=True, blank=True)
    registration_required = models.BooleanField(null=True, blank=True)
    paid_care_required = models.BooleanField(null=True, blank=True)
    contract = models.CharField(max_length=16, choices=Contract.choices, default=Contract.PERMANENT)
    hours = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    shifts = models.JSONField(default=list, blank=True)
    posts = models.PositiveSmallIntegerField(null=True, blank=True)
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.OPEN)
    exemption = models.CharField(max_length=16, choices=Exemption.choices, blank=True)
    nhs_jobs_reference = models.CharField(max_length=40, blank=True)
    trac_reference = models.CharField(max_length=40, blank=True)
    position_number = models.CharField(max_length=20, blank=True)
    readvertises = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="readverts")
    state = models.CharField(max_length=16, choices=VacancyState.choices, default=VacancyState.DRAFT)
    authorised_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    salary_least = MoneyField(null=True, blank=True)
    salary_most = MoneyField(null=True, blank=True)
    salary_text = models.CharField(max_length=120, blank=True)
    url = models.URLField(blank=True)
    description = models.TextField(blank=True)
    preparation = models.TextField(blank=True)
    flexible_times = models.BooleanField(default=False)
    posts_filled = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.TYPED)
    upload_id = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()

    unscoped = VacancyScoped.as_manager()
    objects = Door.from_queryset(VacancyScoped)()

    VERBS: ClassVar[dict[str, str]] = {
        "add": "Vacancy added",
        "import": "Imported: {source}",
        "exempt": "Exempted from the 20%: {exemption}",
        "open": "Opened",
        "close": "Closed",
        "reopen": "Opened again",
        "shortlist": "Shortlisting began",
        "interview": "Interviewing began",
        "finish": "Finished",
        "withdraw": "Withdrawn",
        "classify": "Classified: {result}",
        "correct": "{field} corrected{change}",
        "scope": "{site} {scope}, so it was classified anew",
        "criteria": "Criteria changed: {added} added, {removed} removed",
        "reserve": "{reserved} of {posts} posts reserved; {due} due",
        "decide_free": "Decided: nothing reserved; nothing was due",
        "override": "Less than due reserved: {reserved} of {due}",
        "give_back": "Needed posts given back: {reserved} of {due} stay reserved",
        "lapse": "Reservation lapsed",
        "add_posts": "{posts} posts added; {reserved} of them reserved, {due} due",
        "reserve_more": "More posts reserved: {posts}",
        "release": "Reserved posts given back: {posts}",
        "readvertise": "Re-advertises {earlier}: counted once with it",
        "separate": "Not a re-advert of {earlier}",
        "same_advert": "{other} is the same advert: one vacancy, kept here",
        "two_adverts": "Not the same advert as {other}",
        "part": "No longer joined to {earlier}: each counts by itself",
        "hiring_manager_asked": "Hiring manager asked by link what became of the people put forward",
        "hiring_manager_answered": "Hiring manager answered by link",
        "void": "Taken out of the 20%: withdrawn before anybody was interviewed",
        "count_undecided": "Counted with nothing reserved: not decided in time",
        "same_page": "The advert’s page is called “{title}”: said to be the same advert",
        "update": "{field} changed by a newer import{change}",
    }

    class Meta:
        indexes = [
            # All that the list's order and its tabs ask, so that neither reads the adverts themselves
            models.Index(
                fields=["trust", "state", "closes_on", "id", "exemption", "posts"], name="vacancy_in_the_list"
            ),
            models.Index(fields=["trust", "opened_on"]),
            models.Index("trust", Upper("title"), name="vacancy_of_the_same_title"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(posts__isnull=True) | Q(posts__gte=1), name="vacancy_has_a_post"),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(opened_on__isnull=True) | Q(closes_on__gte=F("opened_on")),
                name="vacancy_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLIC_STATES) | Q(opened_on__isnull=False), name="open_needs_a_first_day"
            ),
            models.UniqueConstraint(
                fields=["trust", "nhs_jobs_reference"],
                condition=~Q(nhs_jobs_reference=""),
                name="nhs_jobs_reference_once_in_a_trust",
            ),
            models.UniqueConstraint(
                fields=["trust", "trac_reference"],
                condition=~Q(trac_reference=""),
                name="trac_reference_once_in_a_trust",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("vacancies:detail", args=[self.reference])

    @cached_property
    def fence(self) -> Fence:
        """How it stands towards the 20%, by what `with_ring_fence` brought. `with_fence` asks the database the same."""
        facts: Any = self
        if self.exemption:
            return Fence.EXEMPT
        if facts.held > 0:
            return Fence.RESERVED
        if self.state == VacancyState.WITHDRAWN or (facts.counted and facts.counted_posts <= 0):
            return Fence.OUTSIDE  # withdrawn, void, or counted with its re-advert
        if facts.counted:
            return Fence.FREE
        if facts.result == EntryLevel.NO:
            return Fence.OUTSIDE
        return Fence.UNCLASSIFIED if self.posts is None or facts.result != EntryLevel.YES else Fence.UNDECIDED


def by_vacancy(queryset: Any, acting: Acting) -> Any:
    """Scope: the rows of vacancies that the reader sees."""
    return queryset.filter(vacancy__in=Vacancy.objects.visible_to(acting))


class OfVacancyScoped(Scoped):
    SCOPES = {
        role: by_vacancy
        for role in (
            Role.ACADEMY,
            Role.PROVIDER,
            Role.RECRUITER,
            Role.TRUST_HR,
            Role.ICB_ANALYST,
            Role.AUDITOR,
            Role.SYSTEM,
            Role.LINK,
        )
    }


class Criterion(models.Model):
    """One line of the person specification. One without a skill is "to be evidenced" and stops nobody."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="criteria")
    text = models.CharField(max_length=300)
    essential = models.BooleanField()
    skill = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField()

    unscoped = OfVacancyScoped.as_manager()
    objects = Door.from_queryset(OfVacancyScoped)()

    class Meta:
        ordering = ["-essential", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["vacancy", "text", "essential"], name="criterion_once")]

    def __str__(self) -> str:
        return self.text


class Classification(models.Model):
    """What the policy said of a vacancy's facts, with the facts; the newest row stands."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="classifications")
    policy = models.ForeignKey(Policy, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=12, choices=EntryLevel.choices)
    because = models.CharField(max_length=300)
    inputs = models.JSONField()
    at = models.DateTimeField()
    standing = models.BooleanField(default=True)

    unscoped = OfVacancyScoped.as_manager()
    objects = Door.from_queryset(OfVacancyScoped)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vacancy"], condition=Q(standing=True), name="one_classification_stands")
        ]
        indexes = [
            models.Index(fields=["result", "vacancy"], condition=Q(standing=True), name="classification_standing")
        ]

    def __str__(self) -> str:
        return f"{self.vacancy_id}: {self.result}"

"""Pre-work programmes, who takes part, and why a person is eligible. A recruiter's code cannot reach this room."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audit.acting import Acting, Role
from audit.door import Door, Scoped, everything
from audit.models import Stateful, StatefulQuerySet
from candidates.models import Candidate, GrantScope, granted
from organisations.models import Organisation


class ProgrammeKind(models.TextChoices):
    VOLUNTEERING = "volunteering", "Volunteering"
    INTERNSHIP = "internship", "Internship"
    PLACEMENT = "placement", "Work placement"
    JOB_SKILLS = "job_skills", "Job-skills training"
    SUPPORTED_INTERNSHIP = "supported_internship", "Supported internship"
    SWAP = "swap", "Sector-based work academy"
    VOLUNTEER_TO_CAREER = "volunteer_to_career", "Volunteer to Career"
    REFUGEE = "refugee", "Refugee employment"
    PRE_APPRENTICESHIP = "pre_apprenticeship", "Pre-apprenticeship"
    OUTREACH = "outreach", "Outreach and summer placement"


class Group(models.TextChoices):
    """PLUS groups of CORE20PLUS that the Charter names."""

    CARE_LEAVERS = "care_leavers", "Care leavers"
    SEND = "send", "Young people with special educational needs or disabilities"
    REFUGEES = "refugees", "Refugees and people seeking asylum"
    DISABLED = "disabled", "Disabled people long out of work"


def own_programmes(queryset: Any, acting: Acting) -> Any:
    return queryset.filter(provider_id=acting.organisation_id)


class ProgrammeScoped(Scoped):
    SCOPES = {
        Role.ACADEMY: everything,
        Role.PROVIDER: own_programmes,
        Role.ICB_ANALYST: everything,
        Role.SYSTEM: everything,
    }


class Programme(models.Model):
    reference = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=ProgrammeKind.choices)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    boroughs = models.JSONField(default=list, blank=True)
    groups = models.JSONField(default=list, blank=True)
    positive_action = models.TextField(blank=True)
    positive_action_review = models.DateField(null=True, blank=True)

    unscoped = ProgrammeScoped.as_manager()
    objects = Door.from_queryset(ProgrammeScoped)()

    VERBS = {"add": "Programme added", "change": "Programme changed"}

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="programme_once_for_a_provider")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programmes:programme", args=[self.reference])


def own_cohorts(queryset: Any, acting: Acting) -> Any:
    return queryset.filter(programme__provider_id=acting.organisation_id)


class CohortScoped(Scoped):
    SCOPES = {
        Role.ACADEMY: everything,
        Role.PROVIDER: own_cohorts,
        Role.SYSTEM: everything,
    }


class Cohort(models.Model):
    """One run of a programme. The host trust is where its people were; M2 and M3 by trust use it."""

    reference = models.CharField(max_length=12, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=120)
    host_trust = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField()
    places = models.PositiveSmallIntegerField(null=True, blank=True)

    unscoped = CohortScoped.as_manager()
    objects = Door.from_queryset(CohortScoped)()

    VERBS = {
        "add": "Cohort added",
        "change": "Cohort changed",
        "add_sessions": "Sessions added: {sessions}",
        "import_attendance": "Attendance taken from a file: {entries} entries",
        "attend": "Attendance recorded for {session}: {present} present, {absent} absent",
    }

    class Meta:
        ordering = ["-starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="cohort_ends_after_it_starts"),
            models.UniqueConstraint(fields=["programme", "name"], name="cohort_once_in_a_programme"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programmes:cohort", args=[self.reference])


class SessionScoped(Scoped):
    SCOPES = {
        Role.ACADEMY: everything,
        Role.PROVIDER: lambda queryset, acting: queryset.filter(cohort__programme__provider_id=acting.organisation_id),
        Role.SYSTEM: everything,
    }


class Session(models.Model):
    """What should happen on a day of a cohort."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="sessions")
    day = models.DateField()
    title = models.CharField(max_length=120)

    unscoped = SessionScoped.as_manager()
    objects = Door.from_queryset(SessionScoped)()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [models.UniqueConstraint(fields=["cohort", "day", "title"], name="session_once_a_day")]

    def __str__(self) -> str:
        return f"{self.title} on {self.day}"


class EnrolmentState(models.TextChoices):
    REFERRED = "referred", "Referred"
    OFFERED = "offered", "Offered a place"
    ENROLLED = "enrolled", "Enrolled"
    STARTED = "started", "Started"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Completed"
    LEFT = "left", "Left early"
    DECLINED = "declined", "Declined"
    INELIGIBLE = "ineligible", "Ineligible"
    DID_NOT_START = "did_not_start", "Did not start"


class LeavingReason(models.TextChoices):
    WORK = "work", "Found other work"
    STUDY = "study", "Went into study or training"
    HEALTH = "health", "Health"
    CARING = "caring", "Caring for somebody"
    MOVED = "moved", "Moved away"
    UNSUITABLE = "unsuitable", "The programme did not suit them"
    NO_CONTACT = "no_contact", "Lost touch"
    OTHER = "other", "Another reason"


class EnrolmentScoped(StatefulQuerySet, Scoped):
    SCOPES = {
        Role.ACADEMY: granted("candidate", GrantScope.FULL),
        Role.PROVIDER: lambda queryset, acting: granted("candidate", GrantScope.FULL)(queryset, acting).filter(
            cohort__programme__provider_id=acting.organisation_id
        ),
        Role.SYSTEM: everything,
    }


class Enrolment(Stateful):
    """One person in one cohort."""

    reference = models.CharField(max_length=12, unique=True)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=EnrolmentState.choices)
    referred_on = models.DateField()
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    leaving_reason = models.CharField(max_length=24, choices=LeavingReason.choices, blank=True)
    seeking_work = models.BooleanField(null=True, blank=True)
    start_evidence = models.CharField(max_length=40, blank=True)
    own_reference = models.CharField(max_length=40, blank=True)  # the provider's own number for the person

    unscoped = EnrolmentScoped.as_manager()
    objects = Door.from_queryset(EnrolmentScoped)()

    PERSON = "candidate_id"
    VERBS = {
        "refer": "Referred to the programme",
        "import": "Entered from a file as {state}",
        "enrol": "Enrolled",
        "offer": "Offered a place",
        "start": "Started",
        "pause": "Paused",
        "resume": "Resumed",
        "complete": "Completed the programme",
        "leave": "Left early",
        "decline": "Declined the place",
        "reject": "Found ineligible for the programme",
        "no_show": "Did not start",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "candidate"], name="enrolled_once_in_a_cohort"),
            models.UniqueConstraint(
                fields=["cohort", "own_reference"],
                condition=~Q(own_reference=""),
                name="own_reference_once_in_a_cohort",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["started", "paused", "completed", "left"]) | Q(started_on__isnull=False),
                name="started_needs_a_first_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["completed", "left"]) | Q(ended_on__isnull=False),
                name="ended_needs_a_last_day",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="enrolment_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["started_on"]), models.Index(fields=["ended_on"])]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("programmes:enrolment", args=[self.reference])


class AttendanceScoped(Scoped):
    SCOPES = {
        Role.ACADEMY: granted("enrolment__candidate", GrantScope.FULL),
        Role.PROVIDER: granted("enrolment__candidate", GrantScope.FULL),
        Role.SYSTEM: everything,
    }


class Attendance(models.Model):
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendances")
    present = models.BooleanField()

    unscoped = AttendanceScoped.as_manager()
    objects = Door.from_queryset(AttendanceScoped)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_once_a_session")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} at {self.session_id}"


class Route(models.TextChoices):
    PROGRAMME = "programme", "Pre-work programme"
    CORE20 = "core20", "Most deprived 20% (CORE20)"
    PLUS = "plus", "PLUS group"


class EligibilityScoped(Scoped):
    SCOPES = {
        Role.ACADEMY: granted("candidate", GrantScope.FULL),
        Role.PROVIDER: granted("candidate", GrantScope.FULL),
        Role.SYSTEM: everything,
    }


class Eligibility(models.Model):
    """Why a person is eligible: the academy's and the provider's to know. Writes the certificate, which does not say why."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=12, choices=Route.choices)
    group = models.CharField(max_length=16, choices=Group.choices, blank=True)
    evidence = models.CharField(max_length=200)
    decided_on = models.DateField()
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    found = models.JSONField(default=dict, blank=True)  # what was known of the place on that day, and the reading

    unscoped = EligibilityScoped.as_manager()
    objects = Door.from_queryset(EligibilityScoped)()

    PERSON = "candidate_id"
    VERBS = {"decide": "Found eligible", "end": "Eligibility ended"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(route="plus") | Q(group=""), name="group_goes_with_the_plus_route"),
        ]

    def __str__(self) -> str:
        return f"{self.get_route_display()} of {self.candidate_id}"


class CountedReturn(models.Model):
    """People whom a volunteering system counted and did not name: shown beside, labelled, never added to named people."""

    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24, choices=ProgrammeKind.choices)
    month = models.DateField()
    people_started = models.PositiveIntegerField()
    source = models.CharField(max_length=200)

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trust", "kind", "month"], name="counted_once_a_month")]

    def __str__(self) -> str:
        return f"{self.people_started} in {self.month}"

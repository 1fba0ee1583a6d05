"""People, how to reach them, where they live, and who may see them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audit.acting import Acting, Role
from audit.door import Door, Scoped
from candidates.choices import (
    Answer,
    CheckKind,
    CheckStatus,
    English,
    GrantScope,
    Reach,
    RightToWork,
)
from candidates.names import folded
from organisations.models import Agreement, Organisation
from organisations.services import accession_in_force


class GrantQuerySet(models.QuerySet):
    def in_force(self, on: date) -> GrantQuerySet:
        """The grants open on a day: begun, not ended, agreement in force for the reader, consent not withdrawn."""
        dated = Q(starts__lte=on) & (Q(ends__isnull=True) | Q(ends__gt=on))
        agreed = Q(agreement__isnull=True) | (
            Q(agreement__accessions__organisation_id=F("organisation_id"))
            & accession_in_force(on, prefix="agreement__accessions__")
        )
        consented = Q(consent__isnull=True) | Q(consent__withdrawn_on__isnull=True) | Q(consent__withdrawn_on__gt=on)
        return self.filter(dated & agreed & consented)

    def in_force_or_later(self, on: date) -> GrantQuerySet:
        """Those not ended by a day, whether or not they have begun."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gt=on))

    def held_by(self, acting: Acting) -> GrantQuerySet:
        return self.in_force(acting.on).filter(organisation_id=acting.organisation_id)

    def visible_to(self, acting: Acting | None) -> GrantQuerySet:
        """A person's grants, for those who see the whole record and for the person: a trust never sees the others'."""
        if acting is None:
            return self.none()
        if acting.role == Role.SYSTEM:
            return self.all()
        if acting.role == Role.CANDIDATE:
            return own_record("candidate_id")(self, acting)
        if acting.role in (Role.ACADEMY, Role.PROVIDER):
            return granted("candidate", GrantScope.FULL)(self, acting)
        return self.none()


def granted(path: str, *scopes: str) -> Any:
    """Scope: rows whose candidate (reached by `path`) the acting organisation holds a grant for."""

    def scope(queryset: Any, acting: Acting) -> Any:
        grants = Grant.objects.held_by(acting)
        if scopes:
            grants = grants.filter(scope__in=scopes)
        return queryset.filter(**{f"{path}__in": grants.values("candidate_id")})

    return scope


def own_record(path: str) -> Any:
    """Scope: the one candidate whom a magic link names as "candidates.Candidate:12"."""

    def scope(queryset: Any, acting: Acting) -> Any:
        kind, _, pk = acting.subject.partition(":")
        return queryset.filter(**{path: pk}) if kind == "candidates.Candidate" and pk.isdigit() else queryset.none()

    return scope


class CandidateScoped(Scoped):
    SCOPES = {
        Role.ACADEMY: granted("pk"),
        Role.PROVIDER: granted("pk"),
        Role.RECRUITER: granted("pk"),
        Role.TRUST_HR: granted("pk"),
        Role.CANDIDATE: own_record("pk"),
        Role.SYSTEM: lambda queryset, acting: queryset.all(),
    }


class Candidate(models.Model):
    """One human being. The reference is shown first, the name after it, and only to those with a grant."""

    reference = models.CharField(max_length=12, unique=True)
    neutral_code = models.CharField(max_length=12, unique=True)
    given_name = models.CharField(max_length=80, blank=True)  # blank for a person with one name
    family_name = models.CharField(max_length=80)
    known_as = models.CharField(max_length=80, blank=True)
    folded_name = models.CharField(max_length=162, editable=False, db_index=True)
    date_of_birth = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    letter_address = models.TextField(blank=True)
    reach_by = models.CharField(max_length=10, choices=Reach.choices, blank=True)
    safe_contact = models.CharField(max_length=200, blank=True)
    languages = models.CharField(max_length=200, blank=True)
    english = models.CharField(max_length=8, choices=English.choices, blank=True)
    right_to_work = models.CharField(max_length=12, choices=RightToWork.choices, default=RightToWork.UNKNOWN)
    right_to_work_expires = models.DateField(null=True, blank=True)
    work_wanted = models.JSONField(default=list, blank=True)
    hours_least = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    hours_most = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    shifts = models.JSONField(default=list, blank=True)
    travel_km = models.PositiveSmallIntegerField(null=True, blank=True)
    start_from = models.DateField(null=True, blank=True)
    skills = models.JSONField(default=list, blank=True)
    adjustments_interview = models.TextField(blank=True)
    adjustments_work = models.TextField(blank=True)
    share_adjustments = models.BooleanField(default=False)
    safeguarding_lead = models.CharField(max_length=120, blank=True)
    in_work_since = models.DateField(null=True, blank=True)  # written by the pipeline: the first day of a present job
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from")
    made_at = models.DateTimeField()

    unscoped = CandidateScoped.as_manager()
    objects = Door.from_queryset(CandidateScoped)()

    PERSON = "pk"
    PERSONAL = (
        "given_name",
        "family_name",
        "known_as",
        "folded_name",
        "date_of_birth",
        "phone",
        "email",
        "letter_address",
        "safe_contact",
        "adjustments_interview",
        "adjustments_work",
    )
    VERBS = {
        "enrol": "Record made",
        "change": "Record changed: {parts}",
        "change_private": "Record changed",
        "merge": "Found to be the same person as {into}",
        "unmerge": "Found not to be the same person as {into} after all",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hours_least__isnull=True)
                | Q(hours_most__isnull=True)
                | Q(hours_most__gte=F("hours_least")),
                name="candidate_hours_in_order",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="candidate_not_merged_into_self"),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_name = self.folded()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("programmes:candidate", args=[self.reference])

    def folded(self) -> str:
        return folded(f"{self.given_name} {self.family_name}")[:162]

    @property
    def name(self) -> str:
        return f"{self.known_as or self.given_name} {self.family_name}".strip()

    def age(self, on: date) -> int | None:
        """Whole years on a day; None if the date of birth is not recorded."""
        born = self.date_of_birth
        return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))

    def under_18(self, on: date) -> bool:
        age = self.age(on)
        return age is not None and age < 18

    @property
    def person_id(self) -> int:
        """Whom to count: the record that this one was merged into, or itself."""
        return self.merged_into_id or self.pk


class HomeScoped(Scoped):
    SCOPES = {
        Role.ACADEMY: granted("candidate", GrantScope.FULL),
        Role.PROVIDER: granted("candidate", GrantScope.FULL),
        Role.CANDIDATE: own_record("candidate_id"),
        Role.SYSTEM: lambda queryset, acting: queryset.all(),
    }


class Home(models.Model):
    """Where a person lives from a day on, and what was found about the place that day. Never a recruiter's to see."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="homes")
    postcode = models.CharField(max_length=8, blank=True)
    no_fixed_abode = models.BooleanField(default=False)
    responsible_authority = models.CharField(max_length=9, blank=True)  # GSS code: a care leaver placed elsewhere
    starts = models.DateField()
    lsoa = models.CharField(max_length=9, blank=True)
    borough_code = models.CharField(max_length=9, blank=True)
    decile = models.PositiveSmallIntegerField(null=True, blank=True)
    local = models.CharField(max_length=8, choices=Answer.choices)
    local_by = models.CharField(max_length=12, blank=True)  # "home" or "authority"
    core20 = models.CharField(max_length=8, choices=Answer.choices)
    core20_nwl = models.CharField(max_length=8, choices=Answer.choices)
    edition = models.CharField(max_length=12)
    near_boundary = models.BooleanField(default=False)
    found_on = models.DateField()

    unscoped = HomeScoped.as_manager()
    objects = Door.from_queryset(HomeScoped)()

    PERSON = "candidate_id"
    PERSONAL = ("postcode",)
    VERBS = {"move_home": "Home recorded; local: {local}, CORE20: {core20}"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate", "starts"], name="one_home_from_a_day")]

    def __str__(self) -> str:
        return f"Home of {self.candidate_id} from {self.starts}"


class Supporter(models.Model):
    """Somebody whom the candidate lets answer for them, with the authority recorded."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="supporters")
    name = models.CharField(max_length=120)
    relation = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    authority_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    unscoped = HomeScoped.as_manager()
    objects = Door.from_queryset(HomeScoped)()

    PERSON = "candidate_id"
    PERSONAL = ("name", "phone", "email")
    VERBS = {"add_supporter": "Supporter recorded", "remove_supporter": "Supporter removed"}

    def __str__(self) -> str:
        return f"Supporter of {self.candidate_id}"


class Consent(models.Model):
    """The candidate's yes to one optional sharing, until withdrawn."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=80)
    given_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)

    unscoped = HomeScoped.as_manager()
    objects = Door.from_queryset(HomeScoped)()

    def __str__(self) -> str:
        return self.purpose


class Grant(models.Model):
    """Who may see a person: the one table behind "what is shared with whom"."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="grants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=8, choices=GrantScope.choices)
    cause = models.CharField(max_length=60)
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    VERBS = {"share": "Shared with {organisation}", "stop_sharing": "Not shared with {organisation} from {ends}"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "organisation"], name="grant_once_for_a_cause"),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="grant_ends_in_order"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "starts"])]

    def __str__(self) -> str:
        return f"{self.candidate_id} to {self.organisation_id}"


class CertificateScoped(Scoped):
    SCOPES = {
        Role.ACADEMY: granted("candidate"),
        Role.PROVIDER: granted("candidate"),
        Role.CANDIDATE: own_record("candidate_id"),
        Role.SYSTEM: lambda queryset, acting: queryset.all(),
    }

    def in_force(self, on: date) -> CertificateScoped:
        return self.filter(Q(starts__lte=on) & (Q(ends__isnull=True) | Q(ends__gt=on)))


class Certificate(models.Model):
    """Eligible for a guaranteed interview between days: yes, and never why."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="certificates")
    cause = models.CharField(max_length=60, unique=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    unscoped = CertificateScoped.as_manager()
    objects = Door.from_queryset(CertificateScoped)()

    VERBS = {"certify": "Certified eligible from {starts}", "end_certificate": "Certificate ends on {ends}"}

    def __str__(self) -> str:
        return f"Certificate of {self.candidate_id}"


class CheckScoped(Scoped):
    SCOPES = {
        Role.ACADEMY: granted("candidate"),
        Role.PROVIDER: granted("candidate"),
        Role.RECRUITER: granted("candidate"),
        Role.TRUST_HR: granted("candidate"),
        Role.SYSTEM: lambda queryset, acting: queryset.all(),
    }


class Check(models.Model):
    """The status of one pre-employment check; health and DBS exist only after a conditional offer."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=16, choices=CheckKind.choices)
    status = models.CharField(max_length=12, choices=CheckStatus.choices)
    on = models.DateField()
    offer_cause = models.CharField(max_length=60, blank=True)

    unscoped = CheckScoped.as_manager()
    objects = Door.from_queryset(CheckScoped)()

    VERBS = {
        "record_check": "{check}: {status}",
        "unlock_checks": "{check} may begin: a conditional offer was made",
        "lock_checks": "{check} stopped: the offer was withdrawn",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "kind"], name="check_once_each"),
            models.CheckConstraint(
                condition=~Q(kind__in=["health", "dbs"]) | ~Q(offer_cause=""), name="health_and_dbs_only_after_an_offer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_status_display()}"

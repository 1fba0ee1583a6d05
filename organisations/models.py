"""Organisations, their agreements, the people who sign in, and the dated values that they sign."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from audit.acting import MEMBER_ROLES, Acting, Role
from audit.door import Door, Scoped, everything, own_organisation


class Kind(models.TextChoices):
    TRUST = "trust", "NHS trust"
    ICB = "icb", "Integrated care board"
    BOROUGH = "borough", "London borough"
    ACADEMY = "academy", "Skills academy"
    PROVIDER = "provider", "Programme provider"
    VCSE = "vcse", "Voluntary, community or social enterprise"
    EDUCATION = "education", "Education provider"


class Standing(models.TextChoices):
    SIGNATORY = "signatory", "Signatory"
    PARTNER = "partner", "Partner"
    NONE = "none", "Not a party"


class PipelineMode(models.TextChoices):
    TRAC = "trac", "TRAC-led"
    NATIVE = "native", "In this service"


class Organisation(models.Model):
    """A public record: who takes part. `code` is the ODS, GSS or charity code where there is one."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=60)
    standing = models.CharField(max_length=12, choices=Standing.choices, default=Standing.NONE)
    postcode = models.CharField(max_length=8, blank=True)
    opened = models.DateField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True)
    mode = models.CharField(max_length=8, choices=PipelineMode.choices, default=PipelineMode.TRAC)
    anchor_lead = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200, blank=True)

    objects = models.Manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed__isnull=True) | Q(opened__isnull=True) | Q(closed__gte=F("opened")),
                name="organisation_closes_after_it_opens",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return self.code


class OrganisationName(models.Model):
    """What an organisation was called from a day on."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=160)
    starts = models.DateField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "starts"], name="one_name_from_a_day")]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """`predecessor` became part of `successor` on a day."""

    predecessor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="predecessions")
    on = models.DateField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="succeeds_once")]

    def __str__(self) -> str:
        return f"{self.predecessor.code} became part of {self.successor.code}"


class EmployerName(models.Model):
    """A name that files use for an organisation, mapped once: upper case, single spaces."""

    name = models.CharField(max_length=200, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="employer_names")

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place of work of a trust; `in_scope` says whether its posts count towards the Charter."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    code = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=160)
    postcode = models.CharField(max_length=8, blank=True)
    borough_code = models.CharField(max_length=9, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    in_scope = models.BooleanField(default=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="site_name_once_in_a_trust")]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="departments")
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="department_once_in_a_trust")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **facts: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from their memberships only."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class MembershipScoped(Scoped):
    SCOPES = {
        Role.SYSTEM_ADMIN: everything,
        Role.SYSTEM: everything,
        Role.TRUST_HR: own_organisation(),
        Role.AUDITOR: everything,
    }

    def in_force(self, on: date) -> MembershipScoped:
        return self.filter(starts__lte=on, ends__gte=on, user__is_active=True)


class Membership(models.Model):
    """One person's role in one organisation from a day to a day (both inclusive), at most twelve months."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in MEMBER_ROLES])
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField()
    covers = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="covered_by")

    unscoped = MembershipScoped.as_manager()
    objects = Door.from_queryset(MembershipScoped)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="membership_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "starts"], name="membership_once_from_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"

    @property
    def reference(self) -> str:
        return f"M{self.pk}"


class InvitationScoped(Scoped):
    SCOPES = {Role.SYSTEM_ADMIN: everything, Role.SYSTEM: everything}


class Invitation(models.Model):
    """The only way in: an address, a role in an organisation, and a link that is good once and for a week."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in MEMBER_ROLES])
    membership_ends = models.DateField()
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    membership = models.OneToOneField(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    unscoped = InvitationScoped.as_manager()
    objects = Door.from_queryset(InvitationScoped)()

    def __str__(self) -> str:
        return f"{self.email}, {self.get_role_display()}"

    @property
    def reference(self) -> str:
        return f"I{self.pk}"


def own_tokens(queryset: Any, acting: Acting) -> Any:
    return queryset.filter(membership_id=acting.membership_id)


class ApiTokenScoped(Scoped):
    SCOPES = {role: own_tokens for role in MEMBER_ROLES}


class ApiToken(models.Model):
    """A key to the API that stands for one membership: when that ends, so does the key. Most keys may only read."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=60)
    may_write = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires = models.DateField()
    last_used = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    unscoped = ApiTokenScoped.as_manager()
    objects = Door.from_queryset(ApiTokenScoped)()

    def __str__(self) -> str:
        return self.label

    @property
    def reference(self) -> str:
        return f"T{self.pk}"


class Agreement(models.Model):
    """A data-sharing agreement that organisations accede to, for named purposes and between days."""

    title = models.CharField(max_length=160)
    purposes = models.TextField()
    starts = models.DateField()
    ends = models.DateField()

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        return f"A{self.pk}"


class Accession(models.Model):
    """One organisation is a party to an agreement from a day, until it leaves or the agreement ends."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="accessions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accessions")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "organisation", "starts"], name="accedes_once")]

    def __str__(self) -> str:
        return f"{self.organisation} to {self.agreement}"


class Policy(models.Model):
    """A dated value: a Charter reading, a wage, a levy rule. Never edited, only followed by the next."""

    key = models.CharField(max_length=60)
    scope = models.CharField(max_length=60, blank=True)
    value = models.JSONField()
    starts = models.DateField()
    source = models.CharField(max_length=300)
    verified = models.BooleanField()
    signed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    objects = models.Manager()

    class Meta:
        ordering = ["key", "scope", "starts", "pk"]
        indexes = [models.Index(fields=["key", "scope", "starts"])]

    def __str__(self) -> str:
        return f"{self.key} from {self.starts}"

    @property
    def reference(self) -> str:
        return f"P{self.pk}"

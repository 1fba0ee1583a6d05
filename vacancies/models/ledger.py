"""The ring-fence ledger, decisions below what is due, and the rows that other rooms write about a vacancy."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from audit import chain
from audit.acting import Acting, Role
from audit.append_only import AppendOnlyModel, AppendOnlyQuerySet
from audit.clock import LONDON, today, year_words
from audit.door import Door, Scoped, everything, own_organisation
from organisations.models import Organisation
from vacancies.models.vacancy import OfVacancyScoped, Vacancy


class Year(models.Model):
    """A trust's financial year (1 April - 31 March): the row that is locked. It holds no balance."""

    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_in = models.PositiveSmallIntegerField()

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trust", "starts_in"], name="one_year_of_a_trust")]

    def __str__(self) -> str:
        return year_words(self.starts_in)


class EntryKind(models.TextChoices):
    OPENING = "opening", "Opening balance"
    HISTORY = "history", "Imported history"
    OPEN = "open", "Counted"
    RESERVE = "reserve", "Reserved"
    RELEASE = "release", "Released"
    VOID = "void", "Void"
    LAPSE = "lapse", "Lapsed"
    CONSIDERED = "considered", "Considered"
    INTERVIEWED = "interviewed", "Interviewed"
    APPOINTED = "appointed", "Appointed"


LEVELS = (EntryKind.CONSIDERED, EntryKind.INTERVIEWED, EntryKind.APPOINTED)


def without_levels(queryset: Any, acting: Acting) -> Any:
    """Scope: the posts, not what became of people, which reports suppress and entries would give away one by one."""
    return queryset.exclude(kind__in=LEVELS)


# From when an entry counts: when it was written, by server time; imported history on the day that it is of.
COUNTS_AT = Case(
    When(kind=EntryKind.HISTORY, then=Cast("day", models.DateTimeField())),
    default=F("at"),
    output_field=models.DateTimeField(),
)


class EntryScoped(AppendOnlyQuerySet, Scoped):
    SCOPES = {
        Role.RECRUITER: own_organisation("year__trust"),
        Role.TRUST_HR: own_organisation("year__trust"),
        Role.ICB_ANALYST: without_levels,
        Role.ACADEMY: everything,
        Role.AUDITOR: everything,
        Role.SYSTEM: everything,
    }

    def counting_at(self, moment: datetime | None) -> Any:
        """What counted at a moment; all of it where none is given."""
        if moment is None:
            return self
        day = timezone.localtime(moment, LONDON).date()
        written = Q(at__lte=moment) & ~Q(kind=EntryKind.HISTORY)
        return self.filter(written | Q(kind=EntryKind.HISTORY, day__lte=day))


class Entry(AppendOnlyModel):
    """One line of the ledger, in signed whole posts and adverts. Balances are summed, never stored.

    OPEN counts a vacancy (posts, adverts). RESERVE, RELEASE and LAPSE change `reserved` and `reserved_adverts`. VOID
    takes both sides back. CONSIDERED, INTERVIEWED and APPOINTED add `level` posts of their kind. OPENING brings a debt.
    HISTORY brings posts and adverts that were counted and reserved before this service began, dated as they were.
    """

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    vacancy = models.ForeignKey(Vacancy, null=True, on_delete=models.PROTECT, related_name="entries")
    posts = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    adverts = models.IntegerField(default=0)
    reserved_adverts = models.IntegerField(default=0)
    level = models.IntegerField(default=0)
    debt = models.IntegerField(default=0)
    advert_debt = models.IntegerField(default=0)
    day = models.DateField()
    at = models.DateTimeField()
    cause = models.CharField(max_length=80, unique=True)
    membership_id = models.BigIntegerField(null=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    unscoped = EntryScoped.as_manager()
    objects = Door.from_queryset(EntryScoped)()

    CHAINED = (
        "year_id",
        "number",
        "kind",
        "vacancy_id",
        "posts",
        "reserved",
        "adverts",
        "reserved_adverts",
        "level",
        "debt",
        "advert_debt",
        "day",
        "at",
        "cause",
        "membership_id",
    )

    class Meta:
        ordering = ["year", "number"]
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="entry_one_chain_per_year")]
        indexes = [  # the last three: the sets of which a fence is made
            models.Index(fields=["vacancy", "kind"]),
            models.Index(fields=["vacancy", "reserved"], condition=~Q(reserved=0), name="entry_reserving"),
            models.Index(fields=["vacancy"], condition=Q(kind="open"), name="entry_counting"),
            models.Index(  # all that a standing sums, so that the entries themselves are not read
                fields=["year", "kind", "posts", "reserved", "adverts", "reserved_adverts", "debt", "advert_debt"],
                name="entry_summed",
            ),
            models.Index(
                fields=["vacancy"], condition=Q(kind="void") | Q(kind="open", posts=0), name="entry_taking_back"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year_id}/{self.number} {self.kind}"

    def expected_digest(self) -> str:
        return chain.digest(self.previous, {name: getattr(self, name) for name in self.CHAINED})


class OverrideReason(models.TextChoices):
    NO_CANDIDATES = "no_candidates", "Nobody ready to be put forward"
    SPECIALIST = "specialist", "Unusual requirements of the post"
    REDEPLOYMENT = "redeployment", "Likely to go to a redeployed colleague"
    URGENT = "urgent", "Urgent patient-safety need"
    OTHER = "other", "Another reason"


def of_override_link(queryset: Any, acting: Acting) -> Any:
    """Scope: the one decision that a countersigning link opens."""
    kind, _, pk = acting.subject.partition(":")
    return queryset.filter(pk=pk) if kind == "vacancies.Override" and pk.isdecimal() else queryset.none()


class OverrideScoped(OfVacancyScoped):
    SCOPES = {**OfVacancyScoped.SCOPES, Role.LINK: of_override_link}


class Override(models.Model):
    """A decision below what is due: by whom, why, and who countersigned it. The debt stays.

    Less was reserved than was due; or, where `given_back` is not 0, that many reserved posts were given back, of which the
    trust needed some: `due` of this vacancy's posts should have stayed reserved, and `reserved` did.
    """

    reference = models.CharField(max_length=12, unique=True)
    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT, related_name="overrides")
    due = models.PositiveSmallIntegerField()
    reserved = models.PositiveSmallIntegerField()
    given_back = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=16, choices=OverrideReason.choices)
    text = models.TextField()
    made_at = models.DateTimeField()
    membership_id = models.BigIntegerField()
    sign_by = models.DateField()
    signer_email = models.EmailField()
    signer_name = models.CharField(max_length=120)
    signer_job = models.CharField(max_length=120, blank=True)
    signer_department = models.CharField(max_length=120, blank=True)
    signer_apart = models.BooleanField(default=False)  # declared: of another department, no part in the decision
    signed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(blank=True)
    refused_before = models.TextField(blank=True)  # who refused before somebody else was asked, and why
    reminded_on = models.DateField(null=True, blank=True)
    unsigned_at = models.DateTimeField(null=True, blank=True)  # published as not countersigned in time

    unscoped = OverrideScoped.as_manager()
    objects = Door.from_queryset(OverrideScoped)()

    VERBS: ClassVar[dict[str, str]] = {
        "override": "Less than due reserved: {reserved} of {due}",
        "give_back": "Needed posts given back: {reserved} of {due} stay reserved",
        "ask_again": "Asked again to countersign",
        "countersign": "Countersigned",
        "not_countersign": "Countersignature refused",
        "remind": "Reminded to countersign",
        "unsigned": "Not countersigned in time: published as unsigned",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reserved__lt=F("due")), name="override_is_less_than_due"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(refused_at__isnull=True), name="signed_or_refused_not_both"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def ask_url(self) -> str:
        """Where its trust asks again for the countersignature of this one."""
        return f"{reverse('vacancies:ask_to_countersign', args=[self.vacancy.reference])}?decision={self.reference}"

    @property
    def what(self) -> str:
        """What was decided, in words."""
        return "Needed posts given back" if self.given_back else "Less than due reserved"

    @property
    def signer(self) -> str:
        """Who was asked and, once they answered, their job and department as they said."""
        return ", ".join(filter(None, (self.signer_name, self.signer_job, self.signer_department)))

    @property
    def declared(self) -> str:
        """What the signer declared, as it is published; "" where they did not."""
        return "Declares to work elsewhere and to have taken no part in this decision" if self.signer_apart else ""

    @property
    def signer_domain(self) -> str:
        """Where the signer's address is; the address itself is in the proof pack."""
        return self.signer_email.rpartition("@")[2]

    @property
    def is_late(self) -> bool:
        """Nobody answered by the day: from then on it is published as unsigned."""
        return not (self.signed_at or self.refused_at) and today() > self.sign_by

    @property
    def answer(self) -> str:
        """How the countersignature stands, in words."""
        if self.signed_at:
            return "Countersigned"
        if self.refused_at:
            return "Countersignature refused"
        return "Not countersigned in time" if self.is_late else "Waiting for a countersignature"


class HoldKind(models.TextChoices):
    ANSWER = "answer", "An answer is owed"
    INTERVIEW = "interview", "An interview is promised"


class Hold(models.Model):
    """Written by pipeline: something is owed on this vacancy. `cause` makes a repeat do nothing."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=12, choices=HoldKind.choices)
    cause = models.CharField(max_length=60)
    due_on = models.DateField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)

    unscoped = OfVacancyScoped.as_manager()
    objects = Door.from_queryset(OfVacancyScoped)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cause", "kind"], name="hold_once_for_a_cause")]
        indexes = [models.Index(fields=["vacancy", "cleared_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause}"


class Recommendation(models.Model):
    """Written by matching: how many ready people asked for this work and could be placed on it. A number, and never who."""

    vacancy = models.OneToOneField(Vacancy, on_delete=models.CASCADE, related_name="recommendation")
    ready_people = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    unscoped = OfVacancyScoped.as_manager()
    objects = Door.from_queryset(OfVacancyScoped)()

    def __str__(self) -> str:
        return f"{self.vacancy_id}: {self.ready_people}"

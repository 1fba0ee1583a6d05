"""From referral to promise, interview, outcome and employment."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, Q
from django.urls import reverse

from audit.acting import Acting, Role
from audit.door import Door, Scoped, everything, own_organisation
from audit.models import Stateful, StatefulQuerySet
from candidates.models import Candidate, granted
from organisations.models import Accession, Organisation, PipelineMode
from organisations.services import accession_in_force
from vacancies.models import Criterion, Vacancy


class ReferralState(models.TextChoices):
    SUGGESTED = "suggested", "Suggested"
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    SUBMITTED = "submitted", "Submitted"
    MEETS = "meets", "Meets the criteria"
    DOES_NOT_MEET = "does_not_meet", "Does not meet the criteria"
    KEPT = "kept", "Interview held"
    RELEASED = "released", "Given up by the candidate"
    BROKEN = "broken", "Withdrawn by the trust"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn by the candidate"
    CLOSED = "closed", "Closed"


# What a trust ever sees of a referral begins when it is submitted.
AT_THE_TRUST = ("submitted", "meets", "does_not_meet", "kept", "released", "broken")


def at_own_trust(queryset: Any, acting: Acting) -> Any:
    """What was submitted to the acting trust, while it is party to a data-sharing agreement in force."""
    party = Accession.objects.filter(accession_in_force(acting.on), organisation_id=acting.organisation_id)
    return queryset.filter(Exists(party), vacancy__trust_id=acting.organisation_id, submitted_on__isnull=False)


def of_linked_vacancy(queryset: Any, acting: Acting) -> Any:
    """What the trust that sent the link sees of the one vacancy: a link outlives no agreement."""
    kind, _, pk = acting.subject.partition(":")
    return at_own_trust(queryset, acting).filter(vacancy_id=pk) if kind == "vacancies.Vacancy" else queryset.none()


class ReferralScoped(StatefulQuerySet, Scoped):
    SCOPES = {
        Role.ACADEMY: granted("candidate"),
        Role.PROVIDER: granted("candidate"),
        Role.RECRUITER: at_own_trust,
        Role.TRUST_HR: at_own_trust,
        Role.LINK: of_linked_vacancy,
        Role.SYSTEM: everything,
    }


class Referral(Stateful):
    """One candidate put forward for one vacancy. Promised referrals hold a guaranteed-interview slot."""

    PREDICATES = ("meets", "does_not_meet")  # of their labels one says "it meets the criteria", not "it is ..."

    reference = models.CharField(max_length=12, unique=True)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="+")
    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=ReferralState.choices, default=ReferralState.SUGGESTED)
    mode = models.CharField(max_length=8, choices=PipelineMode.choices)
    evidence = models.JSONField(default=dict, blank=True)  # criterion id -> text that the candidate agreed to send
    made_at = models.DateTimeField()
    offered_on = models.DateField(null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_through = models.CharField(max_length=120, blank=True)
    submitted_on = models.DateField(null=True, blank=True)
    decide_by = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    interview_by = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    close_reason = models.CharField(max_length=40, blank=True)
    kept_on = models.DateField(null=True, blank=True)
    times_offered = models.PositiveSmallIntegerField(default=0)  # interview times that the trust offered, all in all
    feedback = models.TextField(blank=True)  # of the decision; the candidate reads it
    feedback_given_on = models.DateField(null=True, blank=True)
    trac_application_id = models.CharField(max_length=40, blank=True)
    shuffle = models.CharField(max_length=16)  # random: the order in which a recruiter sees referrals

    unscoped = ReferralScoped.as_manager()
    objects = Door.from_queryset(ReferralScoped)()

    PERSON = "candidate_id"
    VERBS: ClassVar[dict[str, str]] = {
        "suggest": "Suggested for {vacancy}",
        "offer": "Guaranteed interview offered for {vacancy}",
        "accept": "Offer accepted",
        "decline": "Offer declined",
        "submit": "Submitted to the trust",
        "meets": "Meets the essential criteria",
        "does_not_meet": "Does not meet the essential criteria",
        "keep": "Interview held: the guarantee was kept",
        "release": "Given up by the candidate",
        "break": "Withdrawn by the trust: a breach",
        "withdraw": "Withdrawn by the candidate",
        "close": "Closed: {close_reason}",
        "assess": "Assessed: {met} of {criteria} essential criteria met",
        "give_feedback": "Feedback for the candidate written",
        "pass_on": "Feedback passed on to the candidate",
        "give_application_id": "TRAC application number recorded",
        "send_evidence": "Evidence for new criteria sent",
        "take_back_decision": "Decision taken back: recorded by mistake",
        "take_back_interview": "Interview not held after all: recorded by mistake",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "vacancy"],
                condition=~Q(state__in=["declined", "withdrawn", "closed"]),
                name="one_live_referral_for_a_pair",
            ),
            models.UniqueConstraint(
                fields=["vacancy", "trac_application_id"],
                condition=~Q(trac_application_id=""),
                name="trac_application_once_in_a_vacancy",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=AT_THE_TRUST) | Q(submitted_on__isnull=False), name="at_the_trust_was_submitted"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["meets", "does_not_meet", "kept", "broken"]) | Q(decided_on__isnull=False),
                name="decided_needs_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="kept") | Q(kept_on__isnull=True), name="a_day_kept_is_of_a_kept_referral"
            ),
        ]
        indexes = [models.Index(fields=["vacancy", "state"]), models.Index(fields=["state", "decide_by"])]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("pipeline:referral", args=[self.reference])


def by_referral(queryset: Any, acting: Acting) -> Any:
    return queryset.filter(referral__in=Referral.objects.visible_to(acting))


class OfReferralScoped(StatefulQuerySet, Scoped):
    SCOPES = {
        role: by_referral
        for role in (Role.ACADEMY, Role.PROVIDER, Role.RECRUITER, Role.TRUST_HR, Role.LINK, Role.SYSTEM)
    }


class CriterionDecision(models.Model):
    """One assessor on one criterion. Two who disagree: it is met."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="decisions")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    met = models.BooleanField()
    reason = models.CharField(max_length=400, blank=True)
    membership_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    unscoped = OfReferralScoped.as_manager()
    objects = Door.from_queryset(OfReferralScoped)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "criterion", "membership_id"], name="assessor_decides_once"),
            models.CheckConstraint(condition=Q(met=True) | ~Q(reason=""), name="not_met_needs_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id}/{self.criterion_id}"


class InterviewState(models.TextChoices):
    BOOKED = "booked", "Booked"
    HELD = "held", "Held"
    ABSENT = "absent", "Candidate absent"
    CANCELLED_BY_CANDIDATE = "off_candidate", "Cancelled by the candidate"
    CANCELLED_BY_TRUST = "off_trust", "Cancelled by the trust"
    REARRANGED = "moved", "Rearranged"


class InterviewKind(models.TextChoices):
    INTERVIEW = "interview", "Interview"
    WORKING = "working", "Working interview"
    TRIAL = "trial", "Work trial"


class Interview(Stateful):
    """One appointment. Rearranging is a second row."""

    reference = models.CharField(max_length=12, unique=True)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="interviews")
    state = models.CharField(max_length=16, choices=InterviewState.choices, default=InterviewState.BOOKED)
    kind = models.CharField(max_length=12, choices=InterviewKind.choices, default=InterviewKind.INTERVIEW)
    at = models.DateTimeField()
    also_offered = models.DateTimeField(null=True, blank=True)  # the other time from which the candidate chose
    place = models.CharField(max_length=200, blank=True)
    times_offered = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField()

    unscoped = OfReferralScoped.as_manager()
    objects = Door.from_queryset(OfReferralScoped)()

    VERBS: ClassVar[dict[str, str]] = {
        "book": "Interview booked for {when}",
        "hold": "Interview held",
        "absent": "The candidate did not come",
        "cancel_by_candidate": "Interview cancelled by the candidate",
        "cancel_by_trust": "Interview cancelled by the trust: a breach",
        "rearrange": "Interview rearranged",
        "take_back": "What was said of the interview taken back: recorded by mistake",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(state="booked"), name="one_booked_interview_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("pipeline:referral", args=[self.referral.reference])


class Result(models.TextChoices):
    APPOINTED = "appointed", "Appointed"
    RESERVE = "reserve", "Reserve list"
    NOT_APPOINTED = "not_appointed", "Not appointed"


class Outcome(Stateful):
    """What came of a held interview, with feedback for the candidate."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="outcome")
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=Result.choices)
    feedback = models.TextField()
    by_criterion = models.JSONField(default=dict, blank=True)
    on = models.DateField()

    unscoped = OfReferralScoped.as_manager()
    objects = Door.from_queryset(OfReferralScoped)()

    VERBS: ClassVar[dict[str, str]] = {
        "outcome": "Outcome: {result}",
        "appoint": "Appointed from the reserve list",
        "correct_to_appointed": "Outcome corrected: appointed",
        "correct_to_reserve": "Outcome corrected: reserve list",
        "correct_to_not_appointed": "Outcome corrected: not appointed",
    }

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.state}"

    @property
    def result(self) -> str:
        """The state by the name of the field: an outcome's state is its result."""
        return self.state

    @property
    def reference(self) -> str:
        return self.referral.reference


class EmploymentState(models.TextChoices):
    OFFERED = "offered", "Job offered"
    CLEARED = "cleared", "Checks cleared"
    STARTED = "started", "In work"
    ENDED = "ended", "Ended"
    FELL_THROUGH = "fell_through", "Fell through"


class EmploymentContract(models.TextChoices):
    BANK = "bank", "Bank"
    FIXED = "fixed", "Fixed term"
    PERMANENT = "permanent", "Permanent"
    APPRENTICESHIP = "apprenticeship", "Apprenticeship"


class Evidence(models.TextChoices):
    PAYROLL = "payroll", "Payroll"
    EMPLOYER = "employer", "Employer's word"
    OWN_WORD = "own", "Own word"


class EmploymentScoped(StatefulQuerySet, Scoped):
    SCOPES = {
        Role.ACADEMY: granted("candidate"),
        Role.PROVIDER: granted("candidate"),
        Role.RECRUITER: lambda queryset, acting: granted("candidate")(queryset, acting).filter(
            employer_id=acting.organisation_id
        ),
        Role.TRUST_HR: lambda queryset, acting: granted("candidate")(queryset, acting).filter(
            employer_id=acting.organisation_id
        ),
        Role.SYSTEM: everything,
    }


class Employment(Stateful):
    """A job that a candidate got: from a referral, from an ESR list, or on their own word. `employer` None is outside."""

    reference = models.CharField(max_length=12, unique=True)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    employer_name = models.CharField(max_length=160, blank=True)
    nhs = models.BooleanField(default=True)
    vacancy = models.ForeignKey(Vacancy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    referral = models.OneToOneField(
        Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="employment"
    )
    contract = models.CharField(max_length=16, choices=EmploymentContract.choices)
    evidence = models.CharField(max_length=12, choices=Evidence.choices)
    state = models.CharField(max_length=16, choices=EmploymentState.choices, default=EmploymentState.OFFERED)
    title = models.CharField(max_length=160, blank=True)
    band = models.PositiveSmallIntegerField(null=True, blank=True)
    offered_on = models.DateField(null=True, blank=True)
    agreed_start = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()

    unscoped = EmploymentScoped.as_manager()
    objects = Door.from_queryset(EmploymentScoped)()

    PERSON = "candidate_id"
    VERBS: ClassVar[dict[str, str]] = {
        "offer_job": "Job offered, subject to checks",
        "clear": "Checks cleared",
        "start": "Started work on {when}",
        "end": "Left the job",
        "fall_through": "The job offer fell through",
        "offer_again": "Job offered after all",
        "date_offer": "Job offered on {when}, as TRAC has it",
        "agree_start": "First day agreed: {when}",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["started", "ended"]) | Q(started_on__isnull=False),
                name="in_work_needs_a_first_day",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="job_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["candidate", "started_on"])]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("pipeline:employment", args=[self.reference])


class ReplyRequestScoped(Scoped):
    SCOPES = {
        Role.RECRUITER: own_organisation("vacancy__trust"),
        Role.TRUST_HR: own_organisation("vacancy__trust"),
        Role.SYSTEM: everything,
    }


class ReplyRequest(models.Model):
    """A hiring manager was asked, by a link without sign-in, what became of the people put forward for one vacancy."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT, related_name="+")
    to = models.EmailField()
    asked_at = models.DateTimeField()
    membership_id = models.BigIntegerField(null=True)
    chased_on = models.DateField(null=True, blank=True)
    times_chased = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    unscoped = ReplyRequestScoped.as_manager()
    objects = Door.from_queryset(ReplyRequestScoped)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy"], condition=Q(done_at__isnull=True), name="one_open_question_for_a_vacancy"
            )
        ]

    def __str__(self) -> str:
        return f"{self.vacancy_id} to {self.to}"

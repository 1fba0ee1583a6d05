"""Which step each referral asks of one reader, said to the database: Today counts by it, and the list filters by it."""

from __future__ import annotations

from django.db.models import Case, CharField, Exists, FilteredRelation, OuterRef, Q, QuerySet, Value, When

from audit.acting import TRUST_ROLES, Acting
from audit.clock import days_ago, start_of, today
from audit.tasks import SOON
from organisations.models import PipelineMode
from pipeline.lists import UNDER_WAY
from pipeline.models import CriterionDecision, Referral
from pipeline.steps import WORDS

LOOK_BACK = 60  # days: feedback that nobody passed on for so long is history, not today's work
# What the academy does while the trust is asked; each stands under "Waiting for someone else" but the first.
MEANWHILE = {
    "see": "See that they get to the interview",
    "ask_decision": "Ask the trust to decide",
    "ask_interview": "Ask the trust for an interview",
    "ask_held": "Ask the trust whether the interview was held",
    "ask_outcome": "Ask the trust for the outcome",
}
WAITS = tuple(name for name in MEANWHILE if name != "see")
OF_CANDIDATES = ("offer", "accept", "submit", "application", "evidence", "pass_on", *MEANWHILE)
OF_TRUSTS = ("decide", "trac", "held", "book", "outcome", "feedback", "see")
WHEN = {"yes": "Past its day", "soon": "In the next 7 days", "later": "After that", "none": "No day"}


def choices_for(acting: Acting) -> list[tuple[str, str]]:
    """(step, words) of what a referral may ask of this reader."""
    names = OF_TRUSTS if acting.role in TRUST_ROLES else OF_CANDIDATES
    return [(name, {**WORDS, **MEANWHILE}[name]) for name in names]


def in_hand() -> Q:
    """Under way, or ended within the last 60 days while the candidate has not been told."""
    ended = Q(state="does_not_meet", closed_on__gte=days_ago(LOOK_BACK)) | Q(
        state="kept", kept_on__gte=days_ago(LOOK_BACK)
    )
    return UNDER_WAY | (ended & Q(feedback_given_on__isnull=True))


def asking(rows: QuerySet[Referral], acting: Acting) -> QuerySet[Referral]:
    """Of `rows`, those that ask something of the reader, with its name as `asks`. One query before it for the academy."""
    booked = rows.annotate(booked=FilteredRelation("interviews", condition=Q(interviews__state="booked")))
    cases = _of_trust(acting) if acting.role in TRUST_ROLES else _of_candidate(rows, acting)
    named = Case(*cases, default=Value(""), output_field=CharField())
    return booked.filter(in_hand()).annotate(asks=named).exclude(asks="")


def of_day(when: str) -> Q:
    """Of rows with `due`: past their day, within seven days, after that, or without a day (`WHEN`)."""
    last = today() + SOON
    return {
        "yes": Q(due__lt=today()),
        "soon": Q(due__range=(today(), last)),
        "later": Q(due__gt=last),
        "none": Q(due__isnull=True),
    }[when]


def _of_candidate(rows: QuerySet[Referral], acting: Acting) -> list[When]:
    """In the order of `steps.STEPS`, for who puts forward; a test holds the two together."""
    return [
        When(state="suggested", then=Value("offer")),
        When(state="offered", then=Value("accept")),
        When(state="accepted", then=Value("submit")),
        When(state="submitted", mode=PipelineMode.TRAC, trac_application_id="", then=Value("application")),
        When(pk__in=_lacking_evidence(rows), then=Value("evidence")),
        When(state="submitted", then=Value("ask_decision")),
        When(Q(state="meets") & _booked(first=0, days=2), then=Value("see")),
        When(state="meets", booked__at__lt=start_of(today()), then=Value("ask_held")),
        When(state="meets", booked__isnull=True, then=Value("ask_interview")),
        When(state="kept", outcome__isnull=True, then=Value("ask_outcome")),
        When(_over() & Q(feedback_given_on__isnull=True) & _has_feedback(acting), then=Value("pass_on")),
    ]


def _of_trust(acting: Acting) -> list[When]:
    return [
        When(state="submitted", mode=PipelineMode.NATIVE, then=Value("decide")),
        When(state="submitted", mode=PipelineMode.TRAC, then=Value("trac")),
        When(booked__at__lt=start_of(days_ago(-1)), then=Value("held")),
        When(state="meets", booked__isnull=True, then=Value("book")),
        When(Q(state="meets") & _booked(first=1, days=1), then=Value("see")),
        When(state="kept", outcome__isnull=True, then=Value("outcome")),
        When(_over() & ~_has_feedback(acting), then=Value("feedback")),
    ]


def _booked(*, first: int, days: int) -> Q:
    """Booked for one of so many days, of which the first is `first` days from today."""
    return Q(booked__at__gte=start_of(days_ago(-first)), booked__at__lt=start_of(days_ago(-first - days)))


def _over() -> Q:
    return Q(state="does_not_meet") | Q(outcome__isnull=False)


def _has_feedback(acting: Acting) -> Q:
    """The trust wrote something: of the outcome, else of the decision."""
    refused = CriterionDecision.objects.visible_to(acting).filter(referral=OuterRef("pk"), met=False)
    of_outcome = Q(outcome__isnull=False) & ~Q(outcome__feedback="")
    return of_outcome | (Q(outcome__isnull=True) & (~Q(feedback="") | Q(Exists(refused))))


def _lacking_evidence(rows: QuerySet[Referral]) -> list[int]:
    """The ids of those to whose vacancy an essential criterion was added since they were sent: `lacking_evidence` of many."""
    sent = rows.filter(state="submitted", mode=PipelineMode.NATIVE, vacancy__criteria__essential=True).order_by()
    pairs = sent.values_list("pk", "evidence", "vacancy__criteria__pk")
    return sorted({pk for pk, evidence, criterion in pairs if not evidence.get(str(criterion))})

"""What becomes of the people put forward when a vacancy is withdrawn, or closes with nobody decided."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from audit.acting import Acting
from audit.clock import today
from audit.events import kind_of, record
from audit.models import Event
from audit.mover import Refused, check_move, move
from organisations.services import system
from pipeline.models import Referral
from pipeline.services import break_promise, close
from vacancies.chains import counted_together
from vacancies.ledger import lock_year, year_of
from vacancies.models import Entry, EntryKind, Vacancy
from vacancies.ring_fencing import lapse, slots_promised, void
from vacancies.states import TABLE

UNDECIDED = ("suggested", "offered", "accepted", "submitted")
CLOSED = ("closed", "shortlisting", "interviewing", "finished")
SHORTFALL = "supply_shortfall"


@transaction.atomic
def withdraw_vacancy(*, vacancy: Vacancy, reason: str, by: Acting) -> Vacancy:
    """The trust takes the advert back: its referrals end, promises are broken with the reason, and both sides of the
    ring-fence are voided unless somebody was interviewed. Refused once interviewing has begun, and without a reason.
    """
    lock_year(vacancy.trust_id, year_of(vacancy))
    check_move(vacancy, "withdraw", table=TABLE, by=by)
    if not reason.strip():
        raise Refused("Say why the vacancy is withdrawn: people who were put forward will ask.")
    vacancy = move(vacancy, "withdraw", table=TABLE, by=by, reason=reason)
    for referral in affected(vacancy):
        if referral.state == "meets":
            break_promise(referral=referral, reason=reason, by=by)
        else:
            close(referral=referral, close_reason="vacancy withdrawn", by=by)
    void(vacancy=vacancy, by=by)
    return vacancy


def affected(vacancy: Vacancy) -> QuerySet[Referral]:
    """The referrals that withdrawing this vacancy ends: those not decided, and those that wait for their interview."""
    rows = Referral.unscoped.filter(vacancy=vacancy, state__in=(*UNDECIDED, "meets"))
    return rows.select_related("candidate", "vacancy").order_by("pk")


def settle_closed_vacancies() -> dict[str, list[Vacancy]]:
    """For each counted vacancy that closed with nobody decided: lapse it, or note that the system sent nobody.

    It lapses once every answer that was owed is late: the trust had the people and did not look. Repeated, it changes
    nothing. Returns the vacancies under "lapsed" and "shortfall".
    """
    done: dict[str, list[Vacancy]] = {"lapsed": [], "shortfall": []}
    for vacancy in _closed_and_counted():
        with transaction.atomic():
            outcome = _settle(vacancy)
        if outcome:
            done[outcome].append(vacancy)
    return done


def _closed_and_counted() -> QuerySet[Vacancy]:
    over = Q(state__in=CLOSED) | Q(state="open", closes_on__lt=today())
    counted = Vacancy.unscoped.filter(over, entries__kind=EntryKind.RESERVE)
    settled = counted.filter(entries__kind__in=(EntryKind.LAPSE, EntryKind.VOID))
    levels = Entry.unscoped.filter(kind=EntryKind.CONSIDERED).order_by().values("vacancy").annotate(people=Sum("level"))
    considered = levels.filter(people__gt=0)  # 0 where the only decision was taken back
    return (
        counted.exclude(Q(pk__in=settled.values("pk")) | Q(pk__in=considered.values("vacancy")))
        .select_related("trust")
        .order_by("pk")
        .distinct()
    )


def _settle(vacancy: Vacancy) -> str:
    """ "lapsed", "shortfall", or "" where nothing is to be done yet."""
    lock_year(vacancy.trust_id, year_of(vacancy))
    if not slots_promised(vacancy):
        return ""
    together = counted_together([vacancy.pk])[vacancy.pk]  # who was sent to the advert before holds this one's promise
    sent = Referral.unscoped.filter(vacancy__in=together, submitted_on__isnull=False)
    waiting = sent.filter(state="submitted")
    if sent.exclude(state__in=("submitted", "withdrawn", "closed")).exists():
        return ""  # somebody was decided
    if waiting.exists():
        if waiting.filter(decide_by__gte=today()).exists():
            return ""  # an answer may still come in time
        lapse(vacancy=vacancy, by=system())
        return "lapsed"
    return _note_shortfall(vacancy)


def _note_shortfall(vacancy: Vacancy) -> str:
    """The reservation stands: it is the system that sent nobody."""
    if Event.objects.filter(kind=kind_of(vacancy), subject_id=vacancy.pk, verb=SHORTFALL).exists():
        return ""
    record(by=system(), verb=SHORTFALL, on=vacancy, slots=slots_promised(vacancy))
    return "shortfall"

"""Programmes, cohorts, their sessions, and who came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from audit.acting import Acting
from audit.events import record
from audit.mover import Refused
from audit.references import draw
from nhsuk.words import long_day
from organisations.models import Organisation
from programmes.models import Attendance, Cohort, Enrolment, EnrolmentState, Programme, Session
from programmes.rules import (
    check_attendance_day,
    check_cohort,
    check_covers,
    check_dates,
    check_manage,
    check_programme_facts,
    check_provider,
    check_session_day,
)
from programmes.services.enrolments import start

MOST_SESSIONS = 200


@transaction.atomic
def add_programme(*, by: Acting, **facts: Any) -> Programme:
    """Add a programme (fields of Programme). Refused for a name that its provider has already."""
    check_manage(by=by)
    check_programme_facts(facts)
    programme = Programme.unscoped.create(reference=draw("PRG"), **facts)
    record(by=by, verb="add", on=programme)
    return programme


@transaction.atomic
def change_programme(*, programme: Programme, by: Acting, **facts: Any) -> Programme:
    """Change a programme's facts."""
    check_manage(by=by)
    check_provider(programme, facts.get("provider", programme.provider))
    check_programme_facts({"provider": programme.provider, "name": programme.name} | facts, programme=programme)
    programme = Programme.unscoped.select_for_update(of=("self",)).get(pk=programme.pk)
    for name, value in facts.items():
        setattr(programme, name, value)
    programme.save()
    record(by=by, verb="change", on=programme)
    return programme


@transaction.atomic
def add_cohort(
    *,
    programme: Programme,
    name: str,
    starts: date,
    ends: date,
    by: Acting,
    host_trust: Organisation | None = None,
    places: int | None = None,
) -> Cohort:
    """Add one run of a programme. Refused for a name that the programme has already."""
    check_manage(by=by)
    check_dates(starts, ends)
    if Cohort.unscoped.filter(programme=programme, name__iexact=name).exists():
        raise Refused(f"{programme.name} has a cohort called {name} already.")
    cohort = Cohort.unscoped.create(
        reference=draw("COH"),
        programme=programme,
        name=name,
        starts=starts,
        ends=ends,
        host_trust=host_trust,
        places=places,
    )
    record(by=by, verb="add", on=cohort, threads=[programme])
    return cohort


@transaction.atomic
def change_cohort(*, cohort: Cohort, by: Acting, **facts: Any) -> Cohort:
    """Change a cohort's name, dates, places or host trust. Refused for dates that leave a session or a start outside."""
    check_manage(by=by)
    cohort = Cohort.unscoped.select_for_update(of=("self",)).select_related("programme").get(pk=cohort.pk)
    was = cohort.starts, cohort.ends
    for name, value in facts.items():
        setattr(cohort, name, value)
    check_dates(cohort.starts, cohort.ends)
    if (cohort.starts, cohort.ends) != was:
        check_covers(cohort)
    same_name = Cohort.unscoped.filter(programme=cohort.programme_id, name__iexact=cohort.name).exclude(pk=cohort.pk)
    if same_name.exists():
        raise Refused(f"{cohort.programme.name} has a cohort called {cohort.name} already.")
    cohort.save()
    record(by=by, verb="change", on=cohort)
    return cohort


@transaction.atomic
def add_sessions(*, cohort: Cohort, days: Sequence[date], title: str, by: Acting) -> list[Session]:
    """Say what should happen, and when; a session that is there already is left alone."""
    check_cohort(by=by, cohort=cohort)
    if len(days) > MOST_SESSIONS:
        raise Refused(f"At most {MOST_SESSIONS} sessions are added at once.")
    cohort = Cohort.unscoped.select_for_update(of=("self",)).get(pk=cohort.pk)
    for day in days:
        check_session_day(cohort, day)
    held = set(Session.unscoped.filter(cohort=cohort, title=title).values_list("day", flat=True))
    sessions = [Session(cohort=cohort, day=day, title=title) for day in sorted(set(days) - held)]
    Session.unscoped.bulk_create(sessions)
    if sessions:
        record(by=by, verb="add_sessions", on=cohort, sessions=len(sessions))
    return sessions


@transaction.atomic
def mark_attendance(*, session: Session, present: Mapping[int, bool | None], by: Acting) -> tuple[int, int]:
    """Write who came to a session, by enrolment id: True, False, or None to take an entry back.

    The numbers present and absent that were given. Refused for a day to come and for people of another cohort.
    """
    check_cohort(by=by, cohort=session.cohort)
    check_attendance_day(session.day)
    cohort = Cohort.unscoped.select_for_update(of=("self",)).get(pk=session.cohort_id)
    own = set(Enrolment.objects.visible_to(by).filter(cohort=cohort, pk__in=present).values_list("pk", flat=True))
    if set(present) - own:
        raise Refused("Somebody on the list is not in this cohort any more. Open the page again.")
    held = dict(Attendance.unscoped.filter(session=session, enrolment__in=own).values_list("enrolment", "present"))
    wanted = {pk: came for pk, came in present.items() if held.get(pk) != came}
    if wanted:
        _write_attendance(session, wanted)
        came, stayed = _counts(present)
        record(by=by, verb="attend", on=cohort, session=long_day(session.day), present=came, absent=stayed)
    return _counts(present)


def _write_attendance(session: Session, wanted: Mapping[int, bool | None]) -> None:
    Attendance.unscoped.filter(
        session=session, enrolment__in=[pk for pk, came in wanted.items() if came is None]
    ).delete()
    rows = [
        Attendance(session=session, enrolment_id=pk, present=came) for pk, came in wanted.items() if came is not None
    ]
    Attendance.unscoped.bulk_create(
        rows, update_conflicts=True, unique_fields=["session", "enrolment"], update_fields=["present"]
    )


@transaction.atomic
def note_attendance(*, rows: Sequence[tuple[Enrolment, Session]], by: Acting) -> None:
    """Write that people came to sessions, for many at once, as a file says; what is recorded already is left alone."""
    cohorts: dict[int, int] = {}
    for _enrolment, session in rows:
        cohorts[session.cohort_id] = cohorts.get(session.cohort_id, 0) + 1
    Attendance.unscoped.bulk_create(
        [Attendance(session=session, enrolment=enrolment, present=True) for enrolment, session in rows],
        batch_size=500,
        ignore_conflicts=True,
    )
    for cohort in Cohort.unscoped.select_for_update(of=("self",)).filter(pk__in=cohorts).order_by("pk"):
        record(by=by, verb="import_attendance", on=cohort, entries=cohorts[cohort.pk])


def lock_cohorts(*, by: Acting) -> None:
    """Let one cohort file at a time be compared with the cohorts that `by` works with, and done."""
    list(Cohort.objects.visible_to(by).select_for_update(of=("self",)).only("pk").order_by("pk"))


def _counts(present: Mapping[int, bool | None]) -> tuple[int, int]:
    answers = list(present.values())
    return answers.count(True), answers.count(False)


@transaction.atomic
def start_those_who_came(*, cohort: Cohort, by: Acting) -> int:
    """Record the start of everybody enrolled who attended a session; the number of people."""
    check_cohort(by=by, cohort=cohort)
    waiting = attended_not_started(cohort, by)
    for enrolment in waiting:
        start(enrolment=enrolment, by=by)
    return len(waiting)


def attended_not_started(cohort: Cohort, by: Acting) -> list[Enrolment]:
    """Those enrolled whose attendance says that they started."""
    rows = Enrolment.objects.visible_to(by).filter(cohort=cohort, state=EnrolmentState.ENROLLED)
    return list(rows.filter(attendances__present=True).select_related("cohort", "candidate").distinct().order_by("pk"))

"""What people and programmes ask of the academy, and of a provider, today. Nobody in work is got ready."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from audit.acting import Acting, Role
from audit.clock import today
from audit.tasks import Task
from candidates.choices import PERMITS_PAID_WORK
from candidates.models import Candidate, Certificate
from candidates.readiness import NOT_IN_WORK, gaps_of
from nhsuk.words import long_day
from programmes.models import Attendance, Cohort, Enrolment, EnrolmentState, Session
from programmes.states import UNDER_WAY

ROOM = "programmes"
NOTICE = timedelta(days=28)
LOOK_BACK = timedelta(days=60)  # what nobody did for two months is history, not today's work
MOST = 200  # of one kind; what is asked of more people is no list for a day
WORK_WITH_PEOPLE = (Role.ACADEMY, Role.PROVIDER)


def todo(acting: Acting) -> list[Task]:
    """Tasks in a number of queries that does not grow with the people."""
    if acting.role not in WORK_WITH_PEOPLE:
        return []
    day = today()
    tasks = [
        *_certificates(acting, day),
        *_rights_to_work(acting, day),
        *_safeguarding(acting, day),
        *_ended(acting, day),
        *_get_ready(acting, day),
    ]
    if acting.role == Role.ACADEMY:
        tasks += _empty_cohorts(acting, day)
    else:
        tasks += [*_registers(acting, day), *_came(acting)]
    return tasks


def _people(acting: Acting) -> QuerySet[Candidate]:
    """Those whom the reader works with: in a programme now, or who completed one."""
    at_work = Enrolment.objects.visible_to(acting).filter(
        candidate=OuterRef("pk"), state__in=[*UNDER_WAY, EnrolmentState.COMPLETED]
    )
    rows: QuerySet[Candidate] = Candidate.objects.visible_to(acting).filter(Exists(at_work), merged_into__isnull=True)
    return rows


def _task(words: str, person: Candidate, page: str, *more: str, due: date | None = None, detail: str = "") -> Task:
    url = reverse(page, args=[person.reference, *more])
    return Task(f"{words} {person.name}", url, due, ", ".join(filter(None, (person.reference, detail))), room=ROOM)


def _certificates(acting: Acting, day: date) -> list[Task]:
    """The last certificate in force ends within four weeks."""
    visible = Certificate.objects.visible_to(acting).in_force(day).filter(candidate=OuterRef("pk"))
    soon = visible.filter(ends__lte=day + NOTICE)
    later = visible.filter(Q(ends__isnull=True) | Q(ends__gt=day + NOTICE))
    people = Candidate.objects.visible_to(acting).filter(NOT_IN_WORK, merged_into__isnull=True)
    rows = people.filter(Exists(soon), ~Exists(later))
    latest = soon.order_by("-ends").values("ends")[:1]
    return [
        _task("Decide eligibility again:", person, "programmes:eligibility", due=person.last_day, detail="it ends then")
        for person in rows.annotate(last_day=latest).order_by("last_day", "pk")[:MOST]
    ]


def _rights_to_work(acting: Acting, day: date) -> list[Task]:
    """The permission ends within four weeks, or ended in the last two months."""
    rows = _people(acting).filter(
        NOT_IN_WORK, right_to_work__in=PERMITS_PAID_WORK, right_to_work_expires__range=(day - LOOK_BACK, day + NOTICE)
    )
    return [
        _task(
            "See a new proof of right to work:",
            person,
            "programmes:edit",
            "right-to-work",
            due=person.right_to_work_expires,
        )
        for person in rows.order_by("right_to_work_expires", "pk")[:MOST]
    ]


def _safeguarding(acting: Acting, day: date) -> list[Task]:
    adult_since = day.replace(year=day.year - 18) if (day.month, day.day) != (2, 29) else date(day.year - 18, 2, 28)
    rows = _people(acting).filter(date_of_birth__gt=adult_since, safeguarding_lead="")
    return [
        _task("Name a safeguarding lead for", person, "programmes:edit", "adjustments", detail="under 18")
        for person in rows.order_by("pk")[:MOST]
    ]


def _cohorts(acting: Acting, **facts: Any) -> list[Any]:
    """Cohorts with `people` under way that the reader sees, by last day."""
    seen = Enrolment.objects.visible_to(acting).filter(state__in=UNDER_WAY)
    rows = Cohort.objects.visible_to(acting).filter(**facts).select_related("programme")
    counted = rows.annotate(people=Count("enrolments", filter=Q(enrolments__in=seen)))
    return list(counted.order_by("ends", "pk")[:MOST])


def _name(cohort: Cohort) -> str:
    return f"{cohort.programme.name}, {cohort.name}"


def _count(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def _ended(acting: Acting, day: date) -> list[Task]:
    """A cohort is over and somebody is still under way in it."""
    return [
        Task(
            f"Say how it ended for {_count(cohort.people)}: {_name(cohort)}",
            cohort.get_absolute_url(),
            cohort.ends + timedelta(days=7),
            f"{cohort.reference}, ended {long_day(cohort.ends)}",
            room=ROOM,
        )
        for cohort in _cohorts(acting, ends__range=(day - LOOK_BACK, day - timedelta(days=1)))
        if cohort.people
    ]


def _get_ready(acting: Acting, day: date) -> list[Task]:
    """A cohort ends within four weeks and somebody in it could not be put forward yet."""
    ending = Enrolment.objects.visible_to(acting).filter(
        state__in=UNDER_WAY,
        candidate__in_work_since__isnull=True,
        cohort__ends__range=(day, day + NOTICE),
        cohort__starts__lte=day,
    )
    rows = list(ending.select_related("candidate", "cohort__programme").order_by("cohort__ends", "pk")[:500])
    missing = gaps_of({row.candidate_id: row.candidate for row in rows}.values(), on=day)
    waiting: dict[int, list[Enrolment]] = {}
    for row in rows:
        if missing[row.candidate_id]:
            waiting.setdefault(row.cohort_id, []).append(row)
    return [
        Task(
            f"Get {_count(len(people))} ready: {_name(people[0].cohort)}",
            f"{reverse('programmes:people')}?cohort={people[0].cohort.reference}&ready=no",
            people[0].cohort.ends,
            "The cohort ends then",
            room=ROOM,
        )
        for people in waiting.values()
    ]


def _empty_cohorts(acting: Acting, day: date) -> list[Task]:
    """A cohort begins within four weeks with fewer than half of its places taken, or with nobody."""
    return [
        Task(
            f"Find people for {_name(cohort)}",
            cohort.get_absolute_url(),
            cohort.starts,
            f"{cohort.people} of {cohort.places} places taken" if cohort.places else "nobody is in it yet",
            room=ROOM,
        )
        for cohort in _cohorts(acting, starts__range=(day, day + NOTICE))
        if cohort.people * 2 < (cohort.places or 1)
    ]


def _registers(acting: Acting, day: date) -> list[Task]:
    """A session has been, and nobody's attendance is recorded."""
    marked = Attendance.objects.visible_to(acting).filter(session=OuterRef("pk"))
    people = Enrolment.objects.visible_to(acting).filter(
        cohort=OuterRef("cohort"), state__in=[EnrolmentState.ENROLLED, EnrolmentState.STARTED]
    )
    rows = Session.objects.visible_to(acting).filter(Exists(people), ~Exists(marked), day__range=(day - LOOK_BACK, day))
    return [
        Task(
            f"Record who came on {session.day.day} {session.day:%B}: {session.title}",
            f"{reverse('programmes:attendance', args=[session.cohort.reference])}?only={session.pk}",
            session.day,
            _name(session.cohort),
            room=ROOM,
        )
        for session in rows.select_related("cohort__programme").order_by("day", "pk")[:MOST]
    ]


def _came(acting: Acting) -> list[Task]:
    """Somebody came to a session and is not marked as started."""
    came = Attendance.objects.visible_to(acting).filter(enrolment=OuterRef("pk"), present=True)
    rows = Enrolment.objects.visible_to(acting).filter(Exists(came), state=EnrolmentState.ENROLLED)
    counts: dict[Cohort, int] = {}
    for row in rows.select_related("cohort__programme").order_by("cohort", "pk")[:500]:
        counts[row.cohort] = counts.get(row.cohort, 0) + 1
    return [
        Task(
            f"Record the start of {_count(number)}: {_name(cohort)}",
            cohort.get_absolute_url(),
            None,
            "they came to a session",
            room=ROOM,
        )
        for cohort, number in counts.items()
    ]

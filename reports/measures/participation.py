"""M2: distinct people who started a programme in the window, each once, under the latest start."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from programmes.models import CountedReturn, Enrolment, EnrolmentState

from .figure import Figure
from .trusts import trusts_on
from .window import Window

VERSION = "M2, version 1"
TITLE = "Participation"
HAVING_STARTED = (EnrolmentState.STARTED, EnrolmentState.PAUSED, EnrolmentState.COMPLETED, EnrolmentState.LEFT)
COUNTED_UNDER_A_LATER_START = "an earlier start of somebody counted under a later one"


class Started(NamedTuple):
    """One person, by the latest start in the window; `trust_id` is the host of that cohort, None without one."""

    person_id: int
    enrolment_id: int
    trust_id: int | None
    month: date
    kind: str


class Counted(NamedTuple):
    """People whom another system counted without names: shown beside, never added."""

    trust_id: int | None
    month: date
    kind: str
    people: int


def m2(window: Window, *, as_at: date) -> Figure:
    """Who took part. The numerator is the denominator: distinct people, merged records counted once. Four queries.

    `exclusions` hold enrolments, for it is they that are left out; nobody is.
    """
    trusts = trusts_on(as_at)
    rows = (
        Enrolment.unscoped.filter(started_on__range=(window.starts, min(window.ends, as_at)), state__in=HAVING_STARTED)
        .order_by("started_on", "pk")
        .values_list(
            "pk",
            "candidate_id",
            "candidate__merged_into_id",
            "started_on",
            "cohort__host_trust_id",
            "cohort__programme__kind",
        )
    )
    latest: dict[int, Started] = {}
    earlier = set()
    for pk, candidate_id, merged_into_id, started_on, host, kind in rows:
        person = merged_into_id or candidate_id
        if started_on is None:
            continue  # the database's own rule forbids it
        if person in latest:
            earlier.add(latest[person].enrolment_id)
        latest[person] = Started(person, pk, trusts.now(host), started_on.replace(day=1), kind)
    people = frozenset(latest)
    return Figure(
        key="m2",
        title=TITLE,
        version=VERSION,
        window=window,
        as_at=as_at,
        numerator=people,
        denominator=people,
        exclusions={COUNTED_UNDER_A_LATER_START: frozenset(earlier)},
        rows=tuple(latest.values()),
        names=trusts.names,
    )


def counted_not_named(window: Window, *, as_at: date) -> tuple[Counted, ...]:
    """The returns of volunteering systems for months of the window that are over or running."""
    trusts = trusts_on(as_at)
    rows = CountedReturn.objects.filter(month__range=(window.starts, min(window.ends, as_at)))
    return tuple(
        Counted(trusts.now(trust), month.replace(day=1), kind, people)
        for trust, month, kind, people in rows.values_list("trust_id", "month", "kind", "people_started")
    )

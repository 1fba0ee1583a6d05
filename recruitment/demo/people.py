"""The people of the demo: programmes, cohorts, who took part, why they are eligible, and the work they found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from math import asin, cos, radians, sin, sqrt
from random import Random

from audit.acting import Acting
from audit.clock import financial_year, today
from candidates.facts import NewPerson, PersonFacts
from candidates.models import Candidate, Home
from candidates.services import enrol_people
from organisations.models import Organisation
from pipeline.appointments import record_job
from pipeline.models import Evidence
from places.models import Postcode
from programmes.models import Cohort, Enrolment, Programme, Session
from programmes.services import (
    NewEnrolment,
    add_cohort,
    add_programme,
    add_sessions,
    complete,
    decide_eligibility,
    enrol_many,
    leave,
    mark_attendance,
    no_show,
    pause,
    resume,
    start,
)
from recruitment.demo import names
from recruitment.demo.cast import Cast
from recruitment.demo.diary import Diary

FAMILIES = ("healthcare_support", "admin", "domestic", "catering", "portering", "estates", "pharmacy", "therapy", "it")
LEAVING = ("work", "study", "health", "caring", "moved", "unsuitable", "no_contact")
# Name, kind, provider (place in the list), weeks, groups served.
PROGRAMMES: tuple[tuple[str, str, int, int, tuple[str, ...]], ...] = (
    ("Ready for the ward", "job_skills", 0, 8, ()),
    ("Care leavers into health", "placement", 0, 10, ("care_leavers",)),
    ("Harrow hospital volunteers", "volunteering", 1, 12, ()),
    ("Volunteer to career", "volunteer_to_career", 1, 14, ()),
    ("Digital admin academy", "swap", 2, 6, ()),
    ("Canal-side estates taster", "placement", 2, 4, ()),
    ("Refugee health workers", "refugee", 3, 12, ("refugees",)),
    ("Westminster reception skills", "job_skills", 3, 6, ()),
    ("New starts in catering", "swap", 4, 6, ()),
    ("Back to work with health", "job_skills", 4, 10, ("disabled",)),
    ("Airport to hospital", "swap", 5, 6, ()),
    ("Steps to an apprenticeship", "pre_apprenticeship", 5, 10, ()),
    ("Supported internship", "supported_internship", 6, 36, ("send",)),
    ("Summer on the wards", "outreach", 6, 2, ()),
)
SHOWN_HOST, SHOWN_HOST_EVERY = "RYJ", 5  # the trust of the HR lead who signs in has cohorts to look at in every year
# Of those whose participation ended, the share who find work themselves, and how many days later: most within 26 weeks,
# so that the conversion of every trust and year has something to show.
FIND_WORK, DAYS_TO_WORK = 0.42, (5, 190)
ANSWERS_OF_SKIPPED = 0.1  # of those enrolled, the share that never starts


@dataclass(slots=True)
class Person:
    """What the demo remembers of one person, so that it need not ask the database."""

    candidate: Candidate
    families: Sequence[str]
    ready: bool
    point: tuple[float, float] | None
    travel_km: int
    certified: list[tuple[date, date]] = field(default_factory=list)
    busy: bool = False
    in_work: bool = False

    def may_go_forward(self, on: date) -> bool:
        certified = any(first <= on < last for first, last in self.certified)
        return self.ready and certified and not self.busy and not self.in_work

    def within_reach(self, point: tuple[float, float] | None) -> bool:
        return self.point is None or point is None or kilometres(self.point, point) <= self.travel_km


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Straight-line kilometres between two points of latitude and longitude."""
    (north, east), (north2, east2) = (map(radians, point) for point in (one, other))
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 12742 * asin(sqrt(half))


def over_this_year(ends: date, *, on: date) -> bool:
    """Whether a cohort ended in the running financial year and its 26 weeks are over: what the year's conversion shows."""
    return date(financial_year(on), 4, 1) <= ends < on - timedelta(weeks=26)


class Neighbourhood:
    """Real postcodes of the eight boroughs, by whether they are in the most deprived fifth; a few from elsewhere."""

    def __init__(self) -> None:
        rows = Postcode.objects.filter(live=True, lsoa21__isnull=False).order_by("code")
        self.core20: list[str] = []
        self.other: list[str] = []
        self.elsewhere: list[str] = []
        self.points: dict[str, tuple[float, float]] = {}
        for code, local, decile, lat, lon in rows.values_list(
            "code", "borough__local", "lsoa21__decile_2025", "lat", "lon"
        ):
            if not local:
                self.elsewhere.append(code)
                continue
            (self.core20 if decile and decile <= 2 else self.other).append(code)
            if lat is not None and lon is not None:
                self.points[code] = (lat, lon)

    def postcode(self, random: Random) -> str:
        """44% in the most deprived fifth, 45% in the rest of the boroughs, 8% elsewhere, 3% not in the files."""
        draw = random.random()
        if draw < 0.03:
            return "ZZ99 3VZ"  # a code for "no fixed abode" that no file locates
        pool = self.core20 if draw < 0.47 else self.other if draw < 0.92 else self.elsewhere
        return random.choice(pool or self.other)


class People:
    """Enrols people, cohort by cohort, and leads them through; `pool` is everybody, in the order of enrolment."""

    def __init__(self, *, cast: Cast, diary: Diary, random: Random, today: date) -> None:
        self.cast, self.diary, self.random, self.today = cast, diary, random, today
        self.pool: list[Person] = []
        self.by_id: dict[int, Person] = {}
        self.programmes: list[tuple[Programme, int, tuple[str, ...]]] = []
        self.cohorts = 0
        self.places = Neighbourhood()
        self.live_from = today - timedelta(days=240)

    def plan(self, *, cohorts: int, people: int) -> None:
        """Write `cohorts` cohorts of about `people` people in all into the diary, over two years."""
        self.diary.on(self.today - timedelta(days=760), self._add_programmes)
        for number in range(cohorts):
            back = 730 - 736 * number // max(1, cohorts - 1)  # the newest begins in six days
            starts = self.today - timedelta(days=back)
            size = max(
                3, people * (number + 1) // cohorts - people * number // cohorts + self.random.choice((-3, 0, 3))
            )
            self.diary.on(starts - timedelta(days=14), partial(self._open_cohort, number, starts, size))

    def _add_programmes(self) -> None:
        by = self.cast.act("academy")
        boroughs = sorted(code for code in Organisation.objects.filter(kind="borough").values_list("code", flat=True))
        for name, kind, provider, weeks, groups in PROGRAMMES:
            programme = add_programme(
                by=by,
                name=name,
                kind=kind,
                provider=self.cast.providers[provider],
                boroughs=self.random.sample(boroughs, 3),
                groups=list(groups),
            )
            self.programmes.append((programme, weeks, groups))

    def _open_cohort(self, number: int, starts: date, size: int) -> None:
        programme, weeks, groups = self.programmes[number % len(self.programmes)]
        by = self.cast.act("academy")
        ends = starts + timedelta(weeks=weeks)
        host = self.random.choice([*self.cast.trusts, None])
        if number % SHOWN_HOST_EVERY == 0 or (number % 2 == 0 and over_this_year(ends, on=self.today)):
            host = next(trust for trust in self.cast.trusts if trust.code == SHOWN_HOST)
        cohort = add_cohort(
            programme=programme,
            name=f"{starts:%B %Y}",
            starts=starts,
            ends=ends,
            host_trust=host,
            places=size + 3,
            by=by,
        )
        self.cohorts += 1
        if self.random.random() < 0.4:
            by = self.cast.act(f"provider-{programme.provider.code}")
        people = self._enrol(size, ends, by=by)
        if ends < self.live_from:  # reported by its provider in a file, when it was over
            self.diary.on(ends + timedelta(days=4), partial(self._report, cohort, people, groups))
        else:
            self._lead(cohort, people, groups)

    def _enrol(self, size: int, ready_on: date, *, by: Acting) -> list[Person]:
        drawn = [self._invent(ready_on) for _ in range(size)]
        candidates = enrol_people(people=[new for new, _ready in drawn], by=by)
        found = [
            Person(
                candidate=candidate,
                families=new.facts.work_wanted,
                ready=ready,
                point=self.places.points.get(new.postcode),
                travel_km=new.facts.travel_km or 10,
            )
            for candidate, (new, ready) in zip(candidates, drawn, strict=True)
        ]
        self.pool += found
        self.by_id |= {person.candidate.pk: person for person in found}
        return found

    def _invent(self, ready_on: date) -> tuple[NewPerson, bool]:
        draw = self.random
        number = len(self.pool) + draw.randint(0, 10**6)
        given, family = draw.choice(names.GIVEN), draw.choice(names.FAMILY)
        permission = draw.choices(("any", "restricted", "volunteer", "unknown"), (80, 7, 4, 9))[0]
        complete_facts = draw.random() < 0.88
        nowhere = draw.random() < 0.02
        facts = PersonFacts(
            given_name=given,
            family_name=family,
            date_of_birth=date(draw.randint(1965, self.today.year - 18), draw.randint(1, 12), draw.randint(1, 28)),
            # Below 110 are the numbers of the sample cohort file, which people import into the demo.
            phone=f"07700 900{110 + number % 890:03}" if draw.random() < 0.9 else f"020 7946 0{number % 1000:03}",
            email=f"{given}.{family}".lower().replace("'", "") + f"{number % 100}@example.test",
            languages=draw.choice(names.LANGUAGES),
            english=draw.choice(("", "entry3", "level1", "level2", "level2")),
            right_to_work=permission,
            right_to_work_expires=self.today + timedelta(days=draw.randint(40, 900))
            if permission == "restricted"
            else None,
            work_wanted=sorted(draw.sample(FAMILIES, draw.randint(1, 3))),
            hours_least=draw.choice((10, 16, 20)),
            hours_most=draw.choice((30, Decimal("37.5"), 40)) if complete_facts else None,
            shifts=sorted({"days", *draw.sample(("evenings", "nights", "weekends"), draw.randint(0, 3))}),
            travel_km=draw.choice((6, 8, 10, 15, 20)) if draw.random() < 0.95 else None,
            start_from=ready_on if complete_facts else None,
            adjustments_interview="Questions in writing beforehand, please." if draw.random() < 0.08 else "",
            share_adjustments=draw.random() < 0.5,
        )
        ready = complete_facts and permission in ("any", "restricted") and facts.travel_km is not None
        return NewPerson(
            facts=facts, postcode="" if nowhere else self.places.postcode(draw), no_fixed_abode=nowhere
        ), ready

    def _report(self, cohort: Cohort, people: list[Person], groups: Sequence[str]) -> None:
        by = self.cast.act("academy")
        rows = []
        for person in people:
            left = self.random.random() < 0.2
            last = cohort.ends - timedelta(days=self.random.randint(7, 14)) if left else cohort.ends
            rows.append(
                NewEnrolment(
                    candidate=person.candidate,
                    cohort=cohort,
                    state="left" if left else "completed",
                    started_on=cohort.starts,
                    ended_on=max(last, cohort.starts),
                    leaving_reason=self.random.choice(LEAVING) if left else "",
                    evidence="Provider's register",
                    seeking_work=None if left else self.random.random() < 0.85,
                )
            )
        for enrolment in enrol_many(rows=rows, by=by, history=True):
            self._after(self.by_id[enrolment.candidate_id], cohort, groups, ended=enrolment.ended_on or cohort.ends)

    def _lead(self, cohort: Cohort, people: list[Person], groups: Sequence[str]) -> None:
        by = self.cast.act("academy")
        rows = [
            NewEnrolment(candidate=person.candidate, cohort=cohort, state=self._first_state(cohort))
            for person in people
        ]
        enrolments = [each for each in enrol_many(rows=rows, by=by) if each.state == "enrolled"]
        days = [cohort.starts + timedelta(weeks=week) for week in range((cohort.ends - cohort.starts).days // 7)]
        sessions = add_sessions(cohort=cohort, days=days or [cohort.starts], title="Weekly session", by=by)
        came = [each for each in enrolments if self.random.random() >= ANSWERS_OF_SKIPPED]
        self.diary.on(cohort.starts + timedelta(days=1), partial(self._first_day, cohort, enrolments, came))
        for session in sessions[1:]:
            self.diary.on(session.day + timedelta(days=1), partial(self._attend, session, came))
        for enrolment in came:
            person = self.by_id[enrolment.candidate_id]
            if self.random.random() < 0.15 and cohort.ends > cohort.starts + timedelta(days=20):
                last = cohort.starts + timedelta(days=self.random.randint(10, (cohort.ends - cohort.starts).days - 5))
                self.diary.on(last, partial(self._leave, enrolment))
                self._after(person, cohort, groups, ended=last)
            else:
                self.diary.on(cohort.ends + timedelta(days=2), partial(self._complete, enrolment, cohort))
                self._after(person, cohort, groups, ended=cohort.ends)

    def _first_state(self, cohort: Cohort) -> str:
        """Of cohorts that begin now, some people are still referred or offered a place."""
        if cohort.starts < self.today - timedelta(days=10):
            return "enrolled"
        return self.random.choices(("referred", "offered", "enrolled"), (25, 25, 50))[0]

    def _first_day(self, cohort: Cohort, enrolments: list[Enrolment], came: list[Enrolment]) -> None:
        by = self.cast.act(f"provider-{cohort.programme.provider.code}")
        present = {each.pk for each in came}
        first = cohort.sessions.earliest("day")
        mark_attendance(session=first, present={each.pk: each.pk in present for each in enrolments}, by=by)
        for enrolment in came:
            start(enrolment=enrolment, first_day=cohort.starts, by=by)
        for enrolment in enrolments:
            if enrolment.pk not in present and self.random.random() < 0.7:
                no_show(enrolment=enrolment, by=by)
        if came and self.random.random() < 0.5:
            self.diary.on(cohort.starts + timedelta(days=20), partial(self._pause, came[0]))

    def _attend(self, session: Session, came: list[Enrolment]) -> None:
        by = self.cast.act("academy")
        present = {each.pk: self.random.random() < 0.86 for each in came}
        mark_attendance(session=session, present=present, by=by)

    def _pause(self, enrolment: Enrolment) -> None:
        by = self.cast.act("academy")
        paused = pause(enrolment=enrolment, reason="Caring for a relative.", by=by)
        self.diary.on(today() + timedelta(days=14), partial(resume, enrolment=paused, by=by))

    def _complete(self, enrolment: Enrolment, cohort: Cohort) -> None:
        seeking = self.random.choices((True, False, None), (80, 12, 8))[0]
        complete(enrolment=enrolment, on=cohort.ends, seeking_work=seeking, by=self.cast.act("academy"))

    def _leave(self, enrolment: Enrolment) -> None:
        leave(enrolment=enrolment, leaving_reason=self.random.choice(LEAVING), by=self.cast.act("academy"))

    def _after(self, person: Person, cohort: Cohort, groups: Sequence[str], *, ended: date) -> None:
        """Eligibility soon after (for most), and for some a job that they found themselves."""
        if self.random.random() < (0.9 if ended > self.today - timedelta(days=420) else 0.25):
            self.diary.on(max(today(), cohort.starts) + timedelta(days=6), partial(self._decide, person, groups))
        if self.random.random() < FIND_WORK:
            day = ended + timedelta(days=self.random.randint(*DAYS_TO_WORK))
            self.diary.on(day, partial(self._found_work, person, cohort))

    def _decide(self, person: Person, groups: Sequence[str]) -> None:
        by = self.cast.act(self.random.choice(("academy", "academy2")))
        home = Home.unscoped.filter(candidate=person.candidate).order_by("-starts").first()
        route, group, evidence = "programme", "", "Cohort register seen"
        if groups:
            route, group, evidence = "plus", groups[0], "Letter from the council seen"
        elif home and home.core20 == "yes" and self.random.random() < 0.5:
            route, evidence = "core20", "Council tax letter seen"
        decided = decide_eligibility(candidate=person.candidate, route=route, group=group, evidence=evidence, by=by)
        person.certified.append((decided.starts, decided.ends or decided.starts + timedelta(days=9999)))

    def _found_work(self, person: Person, cohort: Cohort) -> None:
        if person.busy or person.in_work:
            return
        draw = self.random.random()
        employer = cohort.host_trust if draw < 0.4 else self.random.choice(self.cast.trusts) if draw < 0.6 else None
        nhs = employer is not None or draw < 0.7
        outside = "An NHS trust elsewhere" if nhs else self.random.choice(("A care home", "A supermarket", "A school"))
        record_job(
            candidate=person.candidate,
            employer=employer,
            employer_name=outside,
            nhs=nhs,
            contract=self.random.choices(("permanent", "fixed", "bank", "apprenticeship"), (50, 20, 20, 10))[0],
            evidence=self.random.choice(list(Evidence)) if employer else Evidence.OWN_WORD,
            started_on=today(),
            title="Healthcare support worker" if nhs else "Team member",
            by=self.cast.act("academy"),
        )
        person.in_work = True

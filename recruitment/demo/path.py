"""What happens to people who are put forward in the demo: from the offer of an interview to the first day at work."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from audit.acting import Acting
from audit.clock import LONDON, today
from pipeline import appointments
from pipeline.models import Employment, Evidence, Interview, Referral, Result
from pipeline.services import NotMet, accept, break_promise, close, decide, decline, offer, release, submit, suggest
from recruitment.demo.cast import Cast
from recruitment.demo.diary import Diary, working_days
from recruitment.demo.people import People, Person
from vacancies.models import Criterion, Vacancy
from vacancies.ring_fencing import slots_promised

NOT_MET = "The example given does not show this yet."
FEEDBACK = {
    Result.APPOINTED: "Clear examples and a warm manner with patients.",
    Result.RESERVE: "A good interview; somebody else had done the same work before.",
    Result.NOT_APPOINTED: "Bring one example for each criterion next time; your answers on teamwork were strong.",
}


class Path:
    """Offers, answers, decisions, interviews, outcomes and starts, each in the diary at its time."""

    def __init__(self, *, cast: Cast, diary: Diary, random: Random, people: People) -> None:
        self.cast, self.diary, self.random, self.people = cast, diary, random, people
        self._applications = count(700001)

    def fill(self, vacancy: Vacancy, *, slow: bool) -> None:
        """Offer the vacancy's promised slots, tomorrow, to people who could take them."""
        if slots_promised(vacancy):
            self.diary.on(working_days(today(), 1), partial(self._offer_slots, vacancy, slow=slow))

    def undecided(self, vacancy: Vacancy) -> bool:
        """Whether people were sent and nobody was decided."""
        states = set(Referral.unscoped.filter(vacancy=vacancy).values_list("state", flat=True))
        return "submitted" in states and not states & {"meets", "does_not_meet", "kept", "broken", "released"}

    def close_all(self, vacancy: Vacancy, reason: str) -> None:
        """Close the vacancy's referrals that nobody decided."""
        waiting = Referral.unscoped.filter(vacancy=vacancy, state__in=("suggested", "offered", "accepted", "submitted"))
        for referral in waiting.order_by("pk"):
            close(referral=referral, close_reason=reason, by=self.cast.system())
            self._free(referral)

    def _person(self, referral: Referral) -> Person:
        return self.people.by_id[referral.candidate_id]

    def _free(self, referral: Referral) -> None:
        self._person(referral).busy = False

    def _recruiter_of(self, job: Employment) -> Acting:
        if job.employer is None:
            raise ValueError(f"Job {job.pk} has no trust: every job that an interview led to has one.")
        return self.cast.recruiter(job.employer)

    def _offer_slots(self, vacancy: Vacancy, *, slow: bool) -> None:
        vacancy.refresh_from_db()
        if vacancy.state != "open":
            return
        site = vacancy.site
        point = (site.latitude, site.longitude) if site and site.latitude and site.longitude else None
        fitting = [
            person
            for person in self.people.pool
            if vacancy.job_family in person.families
            and person.may_go_forward(today())
            and person.within_reach(point)
            and _in_time(person, vacancy)
        ]
        slots = slots_promised(vacancy)
        drawn = self.random.sample(fitting, min(slots + 1, len(fitting)))
        for person in drawn[:slots]:
            self._offer(person, vacancy, slow=slow)
        if len(drawn) > slots and self.random.random() < 0.2:
            suggest(candidate=drawn[-1].candidate, vacancy=vacancy, by=self.cast.act("academy"))

    def _offer(self, person: Person, vacancy: Vacancy, *, slow: bool) -> None:
        referral = offer(candidate=person.candidate, vacancy=vacancy, by=self.cast.act("academy"))
        person.busy = True
        answer = self.random.random()
        if answer < 0.85:
            self.diary.on(working_days(today(), self.random.randint(1, 3)), partial(self._accept, referral, slow=slow))
        elif answer < 0.95:
            self.diary.on(working_days(today(), 2), partial(self._decline, referral))
        else:
            self.diary.on(working_days(referral.answer_by or today(), 2), partial(self._no_answer, referral))

    def _accept(self, referral: Referral, *, slow: bool) -> None:
        by = self.cast.act("academy")
        referral = accept(referral=referral, through="By telephone to the academy", by=by)
        days = 0 if self.random.random() < 0.6 else 1
        self.diary.on(working_days(today(), days), partial(self._submit, referral, slow=slow))

    def _decline(self, referral: Referral) -> None:
        by = self.cast.act("academy")
        decline(referral=referral, through="By telephone to the academy", reason="Found other hours.", by=by)
        self._free(referral)

    def _no_answer(self, referral: Referral) -> None:
        close(referral=referral, close_reason="No answer", by=self.cast.act("academy"))
        self._free(referral)

    def _submit(self, referral: Referral, *, slow: bool) -> None:
        criteria = Criterion.unscoped.filter(vacancy=referral.vacancy_id, essential=True)
        evidence = {each.pk: "Did this every week for three months, and can say how." for each in criteria}
        number = f"T{next(self._applications)}" if referral.mode == "trac" else ""
        by = self.cast.act("academy")
        referral = submit(referral=referral, evidence=evidence, application_id=number, by=by)
        if not slow:
            wait = self.random.choices((1, 2, 3, 5, 8), (20, 30, 25, 18, 7))[0]
            self.diary.on(working_days(today(), wait), partial(self._decide, referral))

    def _decide(self, referral: Referral) -> None:
        by = self.cast.recruiter(referral.vacancy.trust)
        if self.random.random() < 0.83:
            referral = decide(referral=referral, by=by)
            self.diary.on(working_days(today(), self.random.randint(1, 3)), partial(self._next, referral))
            return
        wanting = Criterion.unscoped.filter(vacancy=referral.vacancy_id, essential=True)[:1]
        decide(referral=referral, not_met=[NotMet(each, NOT_MET) for each in wanting], by=by)
        self._free(referral)

    def _next(self, referral: Referral) -> None:
        """Book; or the candidate gives it up; or the trust breaks its promise."""
        by = self.cast.recruiter(referral.vacancy.trust)
        draw = self.random.random()
        if draw < 0.04:
            break_promise(referral=referral, reason="The interview panel was stood down.", by=by)
            self._free(referral)
        elif draw < 0.08:
            release(referral=referral, reason="Took another job.", by=self.cast.act("academy"))
            self._free(referral)
        else:
            self._book(referral, times=2, tries=2)

    def _book(self, referral: Referral, *, times: int, tries: int) -> None:
        day = working_days(today(), self.random.randint(4, 12))
        at = datetime(
            day.year,
            day.month,
            day.day,
            self.random.randint(9, 15),
            self.random.choice((0, 30)),
            tzinfo=LONDON,
        )
        site = referral.vacancy.site
        interview = appointments.book(
            referral=referral,
            at=at,
            place=site.name if site else "By video",
            times_offered=times,
            by=self.cast.recruiter(referral.vacancy.trust),
        )
        self.diary.at(at + timedelta(hours=1), partial(self._appointment, interview, tries=tries))

    def _appointment(self, interview: Interview, *, tries: int) -> None:
        by = self.cast.recruiter(interview.referral.vacancy.trust)
        draw = self.random.random()
        if draw < 0.86 or not tries:
            held = appointments.hold_interview(interview=interview, by=by)
            self.diary.on(working_days(today(), self.random.randint(1, 3)), partial(self._outcome, held))
            return
        if draw < 0.91:
            appointments.candidate_absent(interview=interview, by=by)
        else:
            reason = "A panel member was ill." if draw < 0.95 else "A child was ill."
            appointments.cancel(interview=interview, by_candidate=draw >= 0.95, reason=reason, by=by)
        referral = Referral.unscoped.select_related("vacancy__trust", "vacancy__site").get(pk=interview.referral_id)
        self.diary.on(working_days(today(), 2), partial(self._book, referral, times=1, tries=tries - 1))

    def _outcome(self, interview: Interview) -> None:
        referral = interview.referral
        by = self.cast.recruiter(referral.vacancy.trust)
        result = self.random.choices((Result.APPOINTED, Result.RESERVE, Result.NOT_APPOINTED), (52, 13, 35))[0]
        appointments.record_outcome(interview=interview, result=result, feedback=FEEDBACK[result], by=by)
        if result == Result.APPOINTED:
            job = Employment.unscoped.get(referral=referral)
            self.diary.on(today() + timedelta(days=self.random.randint(18, 35)), partial(self._clear, job))
        else:
            self._free(referral)

    def _clear(self, job: Employment) -> None:
        by = self._recruiter_of(job)
        if self.random.random() < 0.07:
            appointments.fall_through(employment=job, reason="References did not come.", by=by)
            self.people.by_id[job.candidate_id].busy = False
            return
        appointments.clear(employment=job, by=by)
        self.diary.on(today() + timedelta(days=self.random.randint(7, 21)), partial(self._start, job))

    def _start(self, job: Employment) -> None:
        person = self.people.by_id[job.candidate_id]
        person.busy, person.in_work = False, True
        appointments.start(employment=job, on=today(), evidence=Evidence.EMPLOYER, by=self._recruiter_of(job))
        if self.random.random() < 0.1:
            day = today() + timedelta(days=self.random.randint(40, 200))
            self.diary.on(day, partial(self._end, job))

    def _end(self, job: Employment) -> None:
        appointments.end(employment=job, on=today(), reason="Moved on.", by=self._recruiter_of(job))
        self.people.by_id[job.candidate_id].in_work = False


def _in_time(person: Person, vacancy: Vacancy) -> bool:
    able, wanted = person.candidate.start_from, vacancy.starts_on
    return able is not None and wanted is not None and able <= wanted

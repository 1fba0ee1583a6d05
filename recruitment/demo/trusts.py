"""What trusts do in the demo: adverts, the 20%, overrides, what lapses and what is withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from audit.acting import Acting
from audit.clock import start_of, today
from audit.mover import Refused, move
from organisations.models import Department, Organisation, Site
from recruitment.demo.adverts import beyond_entry_level, criteria_of, entry_level
from recruitment.demo.cast import LAPSED, Cast
from recruitment.demo.diary import Diary, working_days
from recruitment.demo.path import Path
from vacancies.countersigning import countersign, publish_unsigned
from vacancies.models import Override, OverrideReason, Source, Vacancy
from vacancies.overriding import LessThanDue
from vacancies.ring_fencing import (
    count_the_undecided,
    due_for,
    lapse,
    reserve,
    slots_promised,
    void,
)
from vacancies.services import add_imported, add_vacancy, close, finish, interview, new_vacancy, open_vacancy, shortlist
from vacancies.states import TABLE
from vacancies.working_days import decision_deadline, is_working_day

# How large each trust is, and how often it reserves less than due: most are good, two are short.
SIZES = {"RYJ": 6, "R1K": 5, "RQM": 4, "RKL": 4, "RV3": 4, "RAS": 3, "RYX": 3, "RRU": 2, "RAX": 2}
LESS_THAN_DUE = {"RAS": 0.45, "RV3": 0.3}
FORGETS = {"RAS": 0.15, "RRU": 0.2}
WHY = (
    (OverrideReason.NO_CANDIDATES, "Nobody who is ready lives within reach of this site."),
    (OverrideReason.SPECIALIST, "The post needs experience of one specialist system."),
    (OverrideReason.REDEPLOYMENT, "A colleague at risk is likely to take the post."),
    (OverrideReason.URGENT, "The ward cannot be staffed safely without somebody at once."),
)
IN_HAND = 3  # of each trust's newest adverts, so many are still to be decided
LARGE = 4
UNDER_WAY = (
    1,
    2,
    4,
    7,
    10,
)  # working days ago, large trusts reserved several posts: offers and answers are on their way


class Trusts:
    """Writes every trust's vacancies into the diary and does with them what the trust would do."""

    def __init__(self, *, cast: Cast, diary: Diary, random: Random, path: Path, today: date) -> None:
        self.cast, self.diary, self.random, self.path, self.today = cast, diary, random, path, today
        self.sites = {trust.pk: list(Site.objects.filter(organisation=trust, in_scope=True)) for trust in cast.trusts}
        self.departments = {
            trust.pk: list(Department.objects.filter(organisation=trust).order_by("pk")) for trust in cast.trusts
        }
        self.vacancies = 0
        self.slow: set[int] = set()

    def plan(self, *, vacancies: int, days: int) -> None:
        """Write `vacancies` adverts into the diary, the last `days` days of nine trusts; the newest are still open."""
        share = sum(SIZES.values())
        for trust in self.cast.trusts:
            own = max(IN_HAND + 2, round(vacancies * SIZES[trust.code] / share))
            for number in range(own - IN_HAND):
                self.diary.on(
                    self._opening_day(number / (own - IN_HAND), days), partial(self._advertise, trust, in_hand=False)
                )
            for number in range(IN_HAND):
                self.diary.on(
                    self.today - timedelta(days=5 + 2 * number), partial(self._advertise, trust, in_hand=True)
                )
            if SIZES[trust.code] >= LARGE:
                for ago in UNDER_WAY:
                    self.diary.on(working_days(self.today, -ago - 2), partial(self._many_posts, trust))
                self.diary.on(self.today - timedelta(days=2), partial(self._authorise, trust))
                self.diary.on(self.today - timedelta(days=1), partial(self._come_in_twice, trust))
        for back in range(days, -1, -1):
            morning = start_of(self.today - timedelta(days=back)) + timedelta(hours=6)
            if is_working_day(morning.date()):
                self.diary.at(morning, self._count_the_undecided)

    def _opening_day(self, part: float, days: int) -> date:
        """From `days` ago to a week ago; the last quarter within six weeks, so that much is under way."""
        back = days - (days - 42) * part / 0.75 if part < 0.75 else 42 - 35 * (part - 0.75) / 0.25
        return self.today - timedelta(days=int(back) + self.random.randint(0, 3))

    def _count_the_undecided(self) -> None:
        count_the_undecided()
        publish_unsigned()

    def _advertise(self, trust: Organisation, *, in_hand: bool) -> None:
        draw = self.random
        entry = in_hand or draw.random() < 0.82
        facts = entry_level(draw, trust.code) if entry else beyond_entry_level(draw)
        facts |= {
            "site": draw.choice(self.sites[trust.pk]) if self.sites[trust.pk] else None,
            "department": draw.choice(self.departments[trust.pk]),
            "closes_on": today() + timedelta(days=14 + draw.randint(0, 3) if in_hand else draw.randint(14, 26)),
        }
        facts["starts_on"] = facts["closes_on"] + timedelta(days=70)
        if in_hand and draw.random() < 0.3:
            facts["band"] = None  # the feed did not say: asked on Today
        if entry and not in_hand and draw.random() < 0.04:
            facts["exemption"] = draw.choice(("redeployment", "restructuring", "rotation"))
        vacancy = self._write(trust, facts)
        closes: date = facts["closes_on"]
        self.vacancies += 1
        self.diary.on(closes + timedelta(days=1), partial(self._close, vacancy))
        if not entry or in_hand or facts.get("exemption") or facts["band"] is None:
            return
        if draw.random() < FORGETS.get(trust.code, 0.02):
            return
        last = decision_deadline(closes)
        self.diary.on(min(working_days(today(), draw.randint(1, 4)), last), partial(self._decide, vacancy))

    def _many_posts(self, trust: Organisation) -> None:
        """An advert of six posts that is reserved two working days after it opened."""
        facts = entry_level(self.random, trust.code) | {
            "posts": 6,
            "site": self.random.choice(self.sites[trust.pk]),
            "department": self.random.choice(self.departments[trust.pk]),
            "closes_on": today() + timedelta(days=24),
            "starts_on": today() + timedelta(days=100),
        }
        vacancy = self._write(trust, facts)
        self.vacancies += 1
        self.diary.on(working_days(today(), 2), partial(self._reserve_and_fill, vacancy))

    def _reserve_and_fill(self, vacancy: Vacancy) -> None:
        reserve(vacancy=vacancy, posts=max(2, due_for(vacancy).posts), by=self.cast.recruiter(vacancy.trust))
        self.path.fill(vacancy, slow=False)

    def _authorise(self, trust: Organisation) -> None:
        """A vacancy that is authorised and not advertised yet."""
        facts = entry_level(self.random, trust.code) | {
            "site": self.random.choice(self.sites[trust.pk]),
            "authorised_on": today(),
        }
        add_vacancy(trust=trust, facts=facts, criteria=criteria_of(facts["job_family"]), by=self.cast.recruiter(trust))
        self.vacancies += 1

    def _come_in_twice(self, trust: Organisation) -> None:
        """The newest advert of NHS Jobs comes in again, from TRAC and under its reference there."""
        from_feed = Vacancy.unscoped.filter(trust=trust, state="open", source=Source.NHS_JOBS, exemption="")
        first = from_feed.order_by("-opened_on", "-pk").first()
        if first is None:
            return
        same = ("title", "job_family", "band", "posts", "site", "department", "opened_on", "closes_on", "starts_on")
        facts = {name: getattr(first, name) for name in same}
        own = {"trac_reference": f"{trust.pk:03}-T{first.pk:04}", "source": Source.TRAC, "state": "open"}
        again = new_vacancy(trust=trust, facts=facts | own)
        add_imported(vacancies=[again], criteria={}, source=Source.TRAC, by=self.cast.recruiter(trust))
        self.vacancies += 1

    def _write(self, trust: Organisation, facts: dict[str, Any]) -> Vacancy:
        by = self.cast.recruiter(trust)
        source = self.random.choices((Source.NHS_JOBS, Source.TRAC, Source.TYPED), (60, 25, 15))[0]
        criteria = criteria_of(facts["job_family"])
        if source == Source.TYPED:
            return open_vacancy(
                vacancy=add_vacancy(trust=trust, facts=facts | {"source": source}, criteria=criteria, by=by), by=by
            )
        number = f"{self.vacancies + 1:04}"
        own = {"nhs_jobs_reference": f"C9{trust.pk:03}-{today():%y}-{number}"}
        if source == Source.TRAC:
            own = {"trac_reference": f"{trust.pk:03}-{number}-{today():%y}"}
        vacancy = new_vacancy(
            trust=trust,
            facts=facts | own | {"source": source, "opened_on": today(), "authorised_on": today(), "state": "open"},
        )
        return add_imported(vacancies=[vacancy], criteria={vacancy.reference: criteria}, source=source, by=by)[0]

    def _decide(self, vacancy: Vacancy) -> None:
        by, trust = self.cast.recruiter(vacancy.trust), vacancy.trust
        owed = due_for(vacancy).posts
        if owed and self.random.random() < LESS_THAN_DUE.get(trust.code, 0.03):
            self._less_than_due(vacancy, owed, by)
        else:
            more = 1 if owed < (vacancy.posts or 0) and self.random.random() < 0.08 else 0
            reserve(vacancy=vacancy, posts=owed + more, by=by)
        if self.random.random() < 0.04:
            self.diary.on(today() + timedelta(days=3), partial(self._withdraw, vacancy))
        elif trust.code != LAPSED or self.random.random() < 0.5:
            if self.random.random() < 0.06:
                self.slow.add(vacancy.pk)
            self.path.fill(vacancy, slow=vacancy.pk in self.slow)

    def _less_than_due(self, vacancy: Vacancy, owed: int, by: Acting) -> None:
        reason, text = self.random.choice(WHY)
        less = LessThanDue(
            reason=reason, text=text, signer_name="Dana Warsameley", signer_email="head.of.service@example.test"
        )
        reserve(vacancy=vacancy, posts=self.random.randint(0, owed - 1), by=by, less=less)
        answer = self.random.random()
        if answer < 0.75:
            override = Override.unscoped.get(vacancy=vacancy)
            self.diary.on(
                working_days(today(), self.random.randint(1, 5)),
                partial(self._countersign, override, agrees=answer < 0.68),
            )

    def _countersign(self, override: Override, *, agrees: bool) -> None:
        remark = "" if agrees else "The post can wait for a guaranteed interview."
        countersign(
            override=override,
            agrees=agrees,
            remark=remark,
            job="Head of service",
            department="Operations",
            apart=True,
            by=self.cast.system(),
        )

    def _withdraw(self, vacancy: Vacancy) -> None:
        by = self.cast.recruiter(vacancy.trust)
        move(vacancy, "withdraw", table=TABLE, by=by, reason="The post was filled by redeployment.")
        void(vacancy=vacancy, by=by)
        self.path.close_all(vacancy, "Vacancy withdrawn")

    def _close(self, vacancy: Vacancy) -> None:
        close(vacancy=vacancy, by=self.cast.recruiter(vacancy.trust))
        if slots_promised(vacancy):
            self.diary.on(working_days(today(), 1), partial(self._shortlist, vacancy))
        else:
            self.diary.on(working_days(today(), 25), partial(self._finish, vacancy, tries=6))
        if vacancy.pk in self.slow:
            self.diary.on(working_days(today(), 12), partial(self._lapse, vacancy))

    def _shortlist(self, vacancy: Vacancy) -> None:
        shortlist(vacancy=vacancy, by=self.cast.recruiter(vacancy.trust))
        self.diary.on(working_days(today(), 6), partial(self._interview, vacancy, tries=6))

    def _interview(self, vacancy: Vacancy, *, tries: int) -> None:
        try:
            interview(vacancy=vacancy, by=self.cast.recruiter(vacancy.trust))
        except Refused:
            if tries:
                self.diary.on(working_days(today(), 5), partial(self._interview, vacancy, tries=tries - 1))
            return
        self.diary.on(working_days(today(), 20), partial(self._finish, vacancy, tries=6))

    def _finish(self, vacancy: Vacancy, *, tries: int) -> None:
        posts = vacancy.posts or 0
        filled = posts if self.random.random() < 0.8 else max(0, posts - 1)
        try:
            finish(vacancy=vacancy, posts_filled=filled, by=self.cast.recruiter(vacancy.trust))
        except Refused:
            if tries:
                self.diary.on(working_days(today(), 10), partial(self._finish, vacancy, tries=tries - 1))

    def _lapse(self, vacancy: Vacancy) -> None:
        """People were sent and nobody was decided."""
        if self.path.undecided(vacancy):
            lapse(vacancy=vacancy, by=self.cast.system())
            self.path.close_all(vacancy, "Not decided by the trust")

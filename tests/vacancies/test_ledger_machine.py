"""Random histories of a trust's ledger: opens, voids, chains, doubles, added posts, releases, lapses, overrides, year ends.

The machine keeps its own books: for each vacancy its year, posts and reserved posts. After every step the ledger must
say the same, its hash chain must hold, and the page of every vacancy must still offer something.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from audit.acting import Role
from audit.clock import LONDON, financial_year, pretend
from audit.mover import Refused
from organisations.policies import load_initial
from organisations.services import acting_of, system
from pipeline.doubles import unite
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from vacancies import services
from vacancies.amending import add_posts, due_on_adding, needed_of, release, reserve_more
from vacancies.chains import join
from vacancies.ledger import broken_entries, counted_of, levels_of, standing_of
from vacancies.models import Entry, EntryKind, OverrideReason, Vacancy, with_fence, with_ring_fence
from vacancies.next_step import next_step
from vacancies.overriding import LessThanDue
from vacancies.parting import can_part, part
from vacancies.ring_fence import Standing, carried, due, need, shortfall
from vacancies.ring_fencing import count_the_undecided, due_for, lapse, record_level, reserve, void

LESS = LessThanDue(OverrideReason.URGENT, "Winter", "Sam", "sam@example.test")
OVER = ("finished", "withdrawn")
some_posts = st.integers(1, 12)
pick = st.integers(0, 50)


@dataclass
class Book:
    """What the machine knows of one counted vacancy; `adverts` is 0 where its advert counts at another of its chain."""

    year: int
    posts: int
    reserved: int


class Ledger(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.trust = OrganisationFactory()
        self.day = date(2026, 4, 6)
        self.membership = MembershipFactory(
            organisation=self.trust, role=Role.RECRUITER, starts=self.day, ends=date(2031, 1, 1)
        )
        self.books: dict[int, Book] = {}
        self.undecided: list[int] = []
        self.clean = True  # nothing has happened yet that may take a share below 20%
        self.causes = Counter()
        self.joined: list[tuple[int, int, Book]] = []  # re-advert, earlier advert, and what that counted before

    def at(self):
        return pretend(datetime(self.day.year, self.day.month, self.day.day, 10, tzinfo=LONDON))

    @property
    def by(self):
        with self.at():
            return acting_of(self.membership)

    def row(self, pk):
        return Vacancy.unscoped.select_related("trust").get(pk=pk)

    def counted(self, number, *, states=None):
        """One of the counted vacancies that are in `states` (anywhere before the end unless said), or None."""
        rows = [self.row(pk) for pk, book in self.books.items() if book.posts]
        fit = [row for row in rows if (row.state in states if states else row.state not in OVER)]
        return fit[number % len(fit)] if fit else None

    @rule(posts=some_posts)
    def advertise(self, posts):
        with self.at():
            vacancy = VacancyFactory(
                trust=self.trust, posts=posts, opened_on=self.day, closes_on=self.day + timedelta(days=30)
            )
        self.undecided.append(vacancy.pk)

    @precondition(lambda self: self.undecided)
    @rule(number=pick, more=st.integers(0, 2))
    def decide_what_is_due_or_more(self, number, more):
        vacancy = self.row(self.undecided.pop(number % len(self.undecided)))
        with self.at():
            owed = due_for(vacancy).posts
            posts = min(vacancy.posts, owed + more)
            reserve(vacancy=vacancy, posts=posts, by=self.by)
        self.books[vacancy.pk] = Book(financial_year(vacancy.opened_on), vacancy.posts, posts)

    @precondition(lambda self: self.undecided)
    @rule(number=pick)
    def override(self, number):
        vacancy = self.row(self.undecided[number % len(self.undecided)])
        with self.at():
            if not due_for(vacancy).posts:
                return
            with pytest.raises(Refused, match="are due"):
                reserve(vacancy=vacancy, posts=0, by=self.by)
            reserve(vacancy=vacancy, posts=0, by=self.by, less=LESS)
        self.undecided.remove(vacancy.pk)
        self.books[vacancy.pk] = Book(financial_year(vacancy.opened_on), vacancy.posts, 0)
        self.clean = False

    @rule(number=pick, posts=some_posts, more=st.integers(0, 2))
    def add(self, number, posts, more):
        if (vacancy := self.counted(number)) is None:
            return
        book = self.books[vacancy.pk]
        with self.at():
            owed = due_on_adding(vacancy, posts).posts
            if owed:
                with pytest.raises(Refused, match="are due"):
                    add_posts(vacancy=vacancy, posts=posts, reserve=owed - 1, reason="More", by=self.by)
            wanted = min(owed + more, book.posts + posts - book.reserved)
            add_posts(vacancy=vacancy, posts=posts, reserve=wanted, reason="More", by=self.by)
        book.posts, book.reserved = book.posts + posts, book.reserved + wanted

    @rule(number=pick, posts=some_posts)
    def give_back(self, number, posts):
        vacancy = self.counted(number)
        if vacancy is None or not (held := self.books[vacancy.pk].reserved):
            return
        posts, year = min(posts, held), self.books[vacancy.pk].year
        given = {"vacancy": vacancy, "posts": posts, "held": held, "reason": "Redeployment"}
        signed, before = vacancy.overrides.count(), shortfall(standing_of(self.trust.pk, year))
        with self.at():
            if short := needed_of(vacancy, counted_of(vacancy), posts):
                with pytest.raises(Refused, match="needed for the 20%"):
                    release(**given, by=self.by)
            release(**given, by=self.by, less=LESS if short else None)
        self.books[vacancy.pk].reserved -= posts
        after = shortfall(standing_of(self.trust.pk, year))
        assert short == max(after.posts - before.posts, after.adverts - before.adverts)
        assert vacancy.overrides.count() == signed + (short > 0)
        self.clean = self.clean and not short  # a surplus that is given back takes no share below 20%

    @rule(number=pick, posts=some_posts)
    def reserve_further(self, number, posts):
        vacancy = self.counted(number, states=("draft", "open"))
        if vacancy is None or not (free := self.books[vacancy.pk].posts - self.books[vacancy.pk].reserved):
            return
        posts = min(posts, free)
        with self.at():
            reserve_more(vacancy=vacancy, posts=posts, held=self.books[vacancy.pk].reserved, by=self.by)
        self.books[vacancy.pk].reserved += posts

    @rule(number=pick)
    def withdraw(self, number):
        vacancy = self.counted(number, states=("open", "closed", "shortlisting"))
        if vacancy is None:
            return
        with self.at():
            services.move(vacancy, "withdraw", table=services.TABLE, by=self.by)
            void(vacancy=vacancy, by=self.by)
            if not Entry.unscoped.filter(vacancy=vacancy, kind=EntryKind.INTERVIEWED).exists():
                self.books[vacancy.pk].posts = self.books[vacancy.pk].reserved = 0
                self.clean = False
            void(vacancy=vacancy, by=self.by)  # again: nothing

    @rule(number=pick)
    def let_lapse(self, number):
        vacancy = self.counted(number, states=("closed", "shortlisting", "interviewing"))
        if vacancy is None or Entry.unscoped.filter(vacancy=vacancy, kind=EntryKind.LAPSE).exists():
            return
        with self.at():
            lapse(vacancy=vacancy, by=system())
        self.clean = self.clean and not self.books[vacancy.pk].reserved
        self.books[vacancy.pk].reserved = 0

    @rule(number=pick, kind=st.sampled_from([EntryKind.CONSIDERED, EntryKind.INTERVIEWED, EntryKind.APPOINTED]))
    def person_gets_further(self, number, kind):
        if (vacancy := self.counted(number)) is None:
            return
        self.causes[vacancy.pk] += 1
        with self.at():
            record_level(vacancy=vacancy, kind=kind, cause=f"{vacancy.pk}:{self.causes[vacancy.pk]}", by=self.by)

    @rule(number=pick, verb=st.sampled_from(["close", "shortlist", "interview", "finish"]), filled=st.integers(0, 3))
    def move_on(self, number, verb, filled):
        source = {"close": "open", "shortlist": "closed", "interview": "shortlisting", "finish": "interviewing"}[verb]
        vacancy = self.counted(number, states=(source,))
        if vacancy is None:
            return
        more = {"posts_filled": min(filled, vacancy.posts)} if verb == "finish" else {}
        with self.at():
            getattr(services, verb)(vacancy=vacancy, by=self.by, **more)

    @rule(number=pick, posts=some_posts)
    def re_advertise(self, number, posts):
        """The re-advert of an advert that is over, undecided itself as it comes in."""
        over = [
            row
            for pk, book in self.books.items()
            if book.posts and (row := self.row(pk)).state in ("closed", "finished") and not row.readverts.exists()
        ]
        if not over:
            return
        earlier = over[number % len(over)]
        book, filled = self.books[earlier.pk], earlier.posts_filled or 0
        with self.at():
            Vacancy.unscoped.filter(pk=earlier.pk).update(closes_on=min(self.day, earlier.closes_on))
            vacancy = VacancyFactory(
                trust=self.trust, posts=posts, opened_on=self.day, closes_on=self.day + timedelta(days=30)
            )
            join(vacancy=vacancy, earlier=self.row(earlier.pk), by=self.by)
        left, here = counted_of(earlier), counted_of(vacancy)
        self.joined.append((vacancy.pk, earlier.pk, replace(book)))
        assert here.posts == posts
        assert left.posts == (book.posts - min(posts, book.posts - filled) if filled else 0)
        kept = left.reserved + here.reserved
        assert posts < book.posts - filled or kept >= book.reserved, "a reservation was lost on the way"
        self.clean = self.clean and kept >= book.reserved  # fewer posts than before may take a promise with them
        book.posts, book.reserved = left.posts, left.reserved
        self.books[vacancy.pk] = Book(book.year, here.posts, here.reserved)

    @precondition(lambda self: self.joined)
    @rule(number=pick)
    def part_what_was_joined_by_mistake(self, number):
        """The earlier advert counts as before; the later one by itself, with what is due on it."""
        pk, earlier, before = self.joined.pop(number % len(self.joined))
        with self.at():
            vacancy = self.row(pk)
            if not can_part(vacancy, by=self.by):
                with pytest.raises(Refused):
                    part(vacancy=vacancy, reason="Another ward", by=self.by)
                return
            part(vacancy=vacancy, reason="Another ward", by=self.by)
        back, own = counted_of(self.row(earlier)), counted_of(vacancy)
        assert (back.posts, back.reserved, own.posts) == (before.posts, before.reserved, vacancy.posts)
        self.books[earlier] = before
        self.books[pk] = Book(financial_year(vacancy.opened_on), own.posts, own.reserved)
        self.clean = False  # what others owed was worked out with the chain

    @rule(number=pick, decided=st.booleans(), later_stays=st.booleans())
    def one_advert_came_in_twice(self, number, decided, later_stays):
        """A second vacancy of the same advert, decided or not when somebody says that the two are one."""
        chained = {pk for pair in self.joined for pk in pair[:2]}
        rows = [self.row(pk) for pk in (*self.undecided, *self.books) if pk not in chained]
        fit = [row for row in rows if row.state in ("open", "closed") and not row.nhs_jobs_reference]
        if not fit:
            return
        first = fit[number % len(fit)]
        with self.at():
            second = VacancyFactory(
                trust=self.trust, posts=first.posts, opened_on=self.day, nhs_jobs_reference=f"C9-{Vacancy.unscoped.count()}",
                closes_on=self.day + timedelta(days=30),
            )  # fmt: skip
            self.undecided.append(second.pk)
            if decided:
                self.decide_what_is_due_or_more(len(self.undecided) - 1, 0)
            keep, goes = (second, first) if later_stays else (first, second)
            counted = {pk for pk in (keep.pk, goes.pk) if counted_of(self.row(pk)).posts}
            if counted == {goes.pk} or (levels := counted_of(goes)).considered or levels.interviewed:
                with pytest.raises(Refused):
                    unite(keep=self.row(keep.pk), goes=self.row(goes.pk), by=self.by)
                return
            unite(keep=self.row(keep.pk), goes=self.row(goes.pk), by=self.by)
        if goes.pk in self.undecided:
            self.undecided.remove(goes.pk)
        elif counted:  # what was reserved on one of the two only is taken back with it
            self.books[goes.pk].posts = self.books[goes.pk].reserved = 0
            self.clean = False

    @rule(days=st.integers(1, 45))
    def time_passes(self, days):
        self.day += timedelta(days=days)
        with self.at():
            late = {vacancy.pk for vacancy in count_the_undecided() if vacancy.trust_id == self.trust.pk}
            assert count_the_undecided() == []
        for pk in late:
            vacancy = self.row(pk)
            self.undecided.remove(pk)
            self.books[pk] = Book(financial_year(vacancy.opened_on), vacancy.posts, 0)
            self.clean = False

    @rule()
    def the_year_ends(self):
        following = date(financial_year(self.day) + 1, 4, 6)
        self.time_passes((following - self.day).days)

    # What must hold after every step

    @invariant()
    def the_balance_is_the_sum_of_what_happened(self):
        if not hasattr(self, "books"):
            return
        debt = (0, 0)
        for year in sorted({book.year for book in self.books.values()}):
            own = [book for book in self.books.values() if book.year == year]
            standing = standing_of(self.trust.pk, year)
            entries = list(Entry.unscoped.filter(year__trust=self.trust, year__starts_in=year))
            assert (standing.posts, standing.reserved) == (
                sum(book.posts for book in own),
                sum(book.reserved for book in own),
            )
            assert standing == Standing(
                *(
                    sum(getattr(entry, name) for entry in entries)
                    for name in ("posts", "reserved", "adverts", "reserved_adverts")
                ),
                *debt,
            )
            assert 0 <= standing.reserved_adverts <= standing.adverts
            debt = carried(standing)

    @invariant()
    def both_shares_hold_unless_somebody_or_time_decided_otherwise(self):
        if not hasattr(self, "books") or not self.clean:
            return
        for year in {book.year for book in self.books.values()}:
            standing = standing_of(self.trust.pk, year)
            assert (standing.debt, standing.advert_debt) == (0, 0)
            assert standing.reserved >= need(standing.posts)
            assert standing.reserved_adverts >= need(standing.adverts)
            assert standing.reserved * 5 >= standing.posts
            assert standing.reserved_adverts * 5 >= standing.adverts

    @invariant()
    def nothing_is_reserved_that_is_not_counted(self):
        for pk, levels in levels_of(list(getattr(self, "books", {}))).items():
            assert 0 <= levels.reserved <= self.books[pk].posts
            assert levels.reserved >= levels.considered >= levels.interviewed >= levels.appointed >= 0

    @invariant()
    def a_fence_is_shown_as_it_is_counted(self):
        if hasattr(self, "trust"):
            rows = Vacancy.unscoped.filter(trust=self.trust)
            assert {row.pk: row.fence for row in with_ring_fence(rows)} == dict(
                with_fence(rows).values_list("pk", "fence")
            )

    @invariant()
    def the_page_of_every_vacancy_offers_something(self):
        if not hasattr(self, "trust"):
            return
        with self.at():
            for vacancy in with_ring_fence(Vacancy.unscoped.filter(trust=self.trust).select_related("trust")):
                if vacancy.state not in OVER:
                    owed = due(standing_of(self.trust.pk, financial_year(vacancy.opened_on)), vacancy.posts)
                    assert next_step(vacancy, owed=owed, by=self.by) is not None

    def teardown(self):
        assert list(broken_entries()) == []


@pytest.mark.django_db
def test_random_histories(request):
    load_initial()
    full = request.config.getoption("--full")
    run_state_machine_as_test(
        Ledger, settings=settings(max_examples=150 if full else 15, stateful_step_count=30, deadline=None)
    )

"""What is recorded of people follows a chain: it counts on the re-advert that holds the count, and comes back when parted."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from audit.acting import Role
from organisations.policies import load_initial
from tests.factories.organisations import OrganisationFactory, acting_as
from tests.factories.vacancies import VacancyFactory
from vacancies.amending import add_posts
from vacancies.chains import join
from vacancies.ledger import broken_entries, counted_of, levels_of
from vacancies.models import EntryKind, Vacancy
from vacancies.parting import can_part, part
from vacancies.ring_fence import Levels
from vacancies.ring_fencing import record_level, reserve, take_level_back

CONSIDERED = EntryKind.CONSIDERED
DAYS = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))


def again(vacancy):
    return Vacancy.unscoped.select_related("trust").get(pk=vacancy.pk)


def adverts(trust, by):
    """Three adverts of one job, one after the other, of 5 posts with 2 reserved each."""
    found = [VacancyFactory(trust=trust, posts=5, opened_on=day) for day in DAYS]
    for row in found:
        reserve(vacancy=row, posts=2, by=by)
        Vacancy.unscoped.filter(pk=row.pk).update(closes_on=row.opened_on + timedelta(days=20))
    return found


def levels(vacancies):
    return [levels_of([each.pk]).get(each.pk) for each in vacancies]


@pytest.mark.django_db
class TestCorrecting:
    @pytest.fixture
    def by(self, recruiter):
        return recruiter.acting

    @pytest.fixture
    def chain(self, trust, by):
        """First, decided on with one person considered; joined by the second."""
        first, second, third = adverts(trust, by)
        record_level(vacancy=first, kind=CONSIDERED, cause="ama", by=by)
        join(vacancy=again(second), earlier=again(first), by=by)
        return first, second, third

    def test_a_mistake_on_the_first_is_taken_off_the_re_advert(self, chain, by):
        first, second, _third = chain
        assert levels([first, second]) == [None, Levels(2, 1, 0, 0)]
        take_level_back(vacancy=first, kind=CONSIDERED, cause="ama", by=by)
        assert levels([first, second]) == [None, Levels(2, 0, 0, 0)]
        assert (counted_of(first).considered, counted_of(second).considered) == (0, 0)

    def test_once_whatever_is_repeated(self, chain, by):
        first, second, _third = chain
        for _ in range(2):
            take_level_back(vacancy=first, kind=CONSIDERED, cause="ama", by=by)
        for _ in range(2):
            record_level(vacancy=first, kind=CONSIDERED, cause="ama", by=by)
        assert (counted_of(first).considered, counted_of(second).considered) == (0, 1)

    def test_who_is_decided_late_counts_on_the_last_of_the_chain(self, chain, by):
        first, second, third = chain
        join(vacancy=again(third), earlier=again(second), by=by)
        record_level(vacancy=first, kind=CONSIDERED, cause="bilal", by=by)
        assert levels([first, second, third]) == [None, None, Levels(2, 2, 0, 0)]
        assert list(broken_entries()) == []

    def test_what_was_filled_stays_where_it_was(self, trust, by):
        first, second, _third = adverts(trust, by)
        record_level(vacancy=first, kind=CONSIDERED, cause="ama", by=by)
        Vacancy.unscoped.filter(pk=first.pk).update(posts_filled=3)
        join(vacancy=again(second), earlier=again(first), by=by)
        take_level_back(vacancy=first, kind=CONSIDERED, cause="ama", by=by)
        assert (counted_of(first).considered, counted_of(second).considered) == (0, 0)

    def test_posts_added_since_still_stop_the_parting(self, chain, by):
        first, second, _third = chain
        add_posts(vacancy=again(second), posts=1, reserve=0, reason="A colleague leaves", by=by)
        record_level(vacancy=first, kind=CONSIDERED, cause="bilal", by=by)
        assert not can_part(again(second), by=by)

    def test_parted_it_counts_where_it_was_recorded(self, chain, by):
        first, second, _third = chain
        record_level(vacancy=first, kind=CONSIDERED, cause="bilal", by=by)
        part(vacancy=again(second), reason="Another ward", by=by)
        assert [counted_of(each).considered for each in (first, second)] == [2, 0]


STEPS = st.lists(
    st.one_of(
        st.just(("join",)),
        st.just(("part",)),
        st.tuples(st.sampled_from(["record", "back"]), st.integers(0, 2), st.sampled_from("ab")),
    ),
    max_size=9,
)


class TestWhateverHappens(TestCase):
    """Each person counts on the last advert to which theirs was joined, whatever came in which order."""

    @settings(max_examples=12)
    @given(steps=STEPS)
    def test_each_person_counts_once_at_the_end_of_the_chain(self, steps):
        load_initial()
        trust = OrganisationFactory(code="RYJ")
        by = acting_as(Role.RECRUITER, organisation=trust)
        rows = adverts(trust, by)
        joined, people = 0, set()
        for step in steps:
            if step == ("join",) and joined < 2:
                join(vacancy=again(rows[joined + 1]), earlier=again(rows[joined]), by=by)
                joined += 1
            elif step == ("part",) and joined and can_part(again(rows[joined]), by=by):
                part(vacancy=again(rows[joined]), reason="Another ward", by=by)
                joined -= 1
            elif step[0] in ("record", "back"):
                verb = record_level if step[0] == "record" else take_level_back
                verb(vacancy=again(rows[step[1]]), kind=CONSIDERED, cause=f"{step[1]}{step[2]}", by=by)
                people = people | {step[1:]} if step[0] == "record" else people - {step[1:]}
        ends = [max(number, joined) if number <= joined else number for number in range(3)]
        expected = [sum(ends[number] == place for number, _who in people) for place in range(3)]
        assert [counted_of(each).considered for each in rows] == expected

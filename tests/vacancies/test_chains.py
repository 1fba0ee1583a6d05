"""Re-adverts: which are proposed, and what joining does to the ledger."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import Role
from audit.mover import Refused
from organisations.models import Site
from organisations.policies import load_initial
from tests.factories.organisations import OrganisationFactory, acting_as
from tests.factories.vacancies import VacancyFactory
from vacancies.chains import Moved, join, keep_apart, moved, proposals
from vacancies.ledger import Counted, broken_entries, counted_of, levels_of, standing_of, year_counted
from vacancies.models import EntryKind, Fence, Vacancy, with_fence
from vacancies.ring_fence import Levels, Standing
from vacancies.ring_fencing import record_level, reserve, slots_promised, void

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust():
    load_initial()
    return OrganisationFactory()


@pytest.fixture
def recruiter(trust):
    return acting_as(Role.RECRUITER, trust)


@pytest.fixture
def site(trust):
    return Site.objects.create(organisation=trust, name="Northwick Park")


def over(trust, **facts):
    """An advert of September that is over."""
    return VacancyFactory(
        trust=trust, **{"opened_on": date(2026, 9, 1), "closes_on": date(2026, 9, 30), "state": "closed", **facts}
    )


def decided(trust, recruiter, posts, reserved, **facts):
    """Decided while it was open in September, closed since."""
    vacancy = VacancyFactory(trust=trust, posts=posts, opened_on=date(2026, 9, 1), **facts)
    reserve(vacancy=vacancy, posts=reserved, by=recruiter)
    Vacancy.unscoped.filter(pk=vacancy.pk).update(closes_on=date(2026, 9, 30))
    return Vacancy.unscoped.get(pk=vacancy.pk)


def found(by):
    return [(each.vacancy.pk, each.earlier.pk, each.why) for each in proposals(by=by)]


class TestWhatIsProposed:
    def test_the_same_position_number_however_long_ago(self, trust, recruiter):
        first = over(trust, position_number="P77", opened_on=date(2024, 9, 1), closes_on=date(2024, 9, 30))
        second = VacancyFactory(trust=trust, position_number="p77", title="Something else")
        assert found(recruiter) == [(second.pk, first.pk, "the same position number")]

    def test_the_same_job_within_ninety_days(self, trust, recruiter, site):
        first = over(trust, site=site, title="Ward  Clerk", closes_on=date(2026, 8, 25), opened_on=date(2026, 8, 1))
        over(trust, site=site, title="ward clerk", closes_on=date(2026, 8, 24), opened_on=date(2026, 8, 1))
        second = VacancyFactory(trust=trust, site=site, title="ward clerk")  # opened 23 November, 90 days later
        assert found(recruiter) == [(second.pk, first.pk, "the same title, site and band")]

    @pytest.mark.parametrize(
        "different",
        [
            {"title": "Porter"},
            {"band": 3},
            {"site": None},
            {"closes_on": date(2026, 8, 24), "opened_on": date(2026, 8, 1)},
            {"closes_on": date(2026, 11, 24)},  # it was still open
            {"posts_filled": 1, "state": "finished"},
            {"exemption": "duplicate"},
            {"state": "draft"},
        ],
    )
    def test_not_when_something_differs(self, trust, recruiter, site, different):
        over(trust, **{"site": site, **different})
        VacancyFactory(trust=trust, site=site)
        assert found(recruiter) == []

    def test_not_of_another_trust(self, recruiter, trust):
        over(OrganisationFactory(), position_number="P77")
        VacancyFactory(trust=trust, position_number="P77")
        assert found(recruiter) == []

    def test_the_latest_one_and_each_once(self, trust, recruiter):
        over(trust, position_number="P77", closes_on=date(2026, 9, 10))
        last = over(trust, position_number="P77")
        second = VacancyFactory(trust=trust, position_number="P77")
        assert [pair[:2] for pair in found(recruiter)] == [(second.pk, last.pk)]
        join(vacancy=second, earlier=last, by=recruiter)
        assert found(recruiter) == []

    def test_not_after_somebody_said_that_it_is_not(self, trust, recruiter):
        first = over(trust, position_number="P77")
        second = VacancyFactory(trust=trust, position_number="P77")
        with pytest.raises(Refused, match="Say why"):
            keep_apart(vacancy=second, earlier=first, reason=" ", by=recruiter)
        keep_apart(vacancy=second, earlier=first, reason="A second post of this number", by=recruiter)
        assert found(recruiter) == []

    def test_constant_in_queries(self, trust, recruiter):
        counts = []
        for number in range(2):
            over(trust, position_number=f"P{number}")
            VacancyFactory(trust=trust, position_number=f"P{number}")
            with CaptureQueriesContext(connection) as queries:
                assert len(proposals(by=recruiter)) == number + 1
            counts.append(len(queries))
        assert counts == [3, 3]


class TestWhatMoves:
    @given(
        st.integers(1, 20).flatmap(
            lambda posts: st.tuples(
                st.just(posts), st.integers(0, posts), st.integers(0, 20), st.integers(0, posts), st.integers(1, 25)
            )
        )
    )
    def test_nothing_is_lost_but_posts_that_the_re_advert_no_longer_has(self, drawn):
        posts, reserved, considered, filled, again = drawn
        counted = Counted(posts=posts, reserved=reserved, considered=considered)
        what = moved(counted, filled=filled, posts=again)
        assert 0 <= what.reserved <= what.posts <= posts
        assert what.reserved <= reserved
        assert what.posts + what.added == again
        stays = (0, 0) if what.whole else (posts - what.posts, reserved - what.reserved)
        assert 0 <= stays[1] <= stays[0]
        if not what.whole:
            assert stays[0] >= filled
            assert stays[1] + what.reserved == reserved

    def test_what_was_filled_stays_with_the_first(self):
        counted = Counted(posts=5, reserved=2, considered=1)
        assert moved(counted, filled=3, posts=2) == Moved(posts=2, reserved=1, whole=False, added=0)
        assert moved(counted, filled=0, posts=6) == Moved(posts=5, reserved=2, whole=True, added=1)


class TestJoining:
    def test_the_chain_counts_once_and_keeps_its_reservation(self, trust, recruiter):
        first = decided(trust, recruiter, 5, 2)
        before = standing_of(trust.pk, 2026)
        second = VacancyFactory(trust=trust, posts=5)
        joined = join(vacancy=second, earlier=first, by=recruiter)
        assert standing_of(trust.pk, 2026) == before == Standing(5, 2, 1, 1)
        assert (counted_of(first).posts, counted_of(second).posts) == (0, 5)
        assert (joined.readvertises_id, slots_promised(second), slots_promised(first)) == (first.pk, 4, 0)
        fences = dict(with_fence(Vacancy.unscoped.all()).values_list("pk", "fence"))
        assert fences == {first.pk: Fence.OUTSIDE, second.pk: Fence.RESERVED}
        assert list(broken_entries()) == []

    def test_people_who_were_considered_stay_considered(self, trust, recruiter):
        first = decided(trust, recruiter, 5, 2)
        for number in range(3):
            record_level(vacancy=first, kind=EntryKind.CONSIDERED, cause=str(number), by=recruiter)
        record_level(vacancy=first, kind=EntryKind.INTERVIEWED, cause="0", by=recruiter)
        second = VacancyFactory(trust=trust, posts=5)
        join(vacancy=second, earlier=first, by=recruiter)
        assert levels_of([first.pk, second.pk]) == {second.pk: Levels(2, 2, 1, 0)}

    def test_further_posts_are_counted_with_what_is_due_on_them(self, trust, recruiter):
        first = decided(trust, recruiter, 5, 1)
        second = VacancyFactory(trust=trust, posts=7)
        join(vacancy=second, earlier=first, by=recruiter)
        assert standing_of(trust.pk, 2026) == Standing(7, 2, 1, 1)

    def test_fewer_posts_count_as_they_are(self, trust, recruiter):
        first = decided(trust, recruiter, 5, 1)
        join(vacancy=VacancyFactory(trust=trust, posts=2), earlier=first, by=recruiter)
        assert standing_of(trust.pk, 2026) == Standing(2, 1, 1, 1)

    def test_what_was_filled_stays_counted_with_the_first(self, trust, recruiter):
        first = decided(trust, recruiter, 5, 2)
        record_level(vacancy=first, kind=EntryKind.CONSIDERED, cause="0", by=recruiter)
        Vacancy.unscoped.filter(pk=first.pk).update(posts_filled=3)
        second = VacancyFactory(trust=trust, posts=2)
        join(vacancy=second, earlier=first, by=recruiter)
        assert standing_of(trust.pk, 2026) == Standing(5, 2, 1, 1)
        assert (counted_of(first).posts, counted_of(first).reserved) == (3, 1)
        assert (counted_of(second).posts, counted_of(second).reserved) == (2, 1)

    def test_it_counts_in_the_year_of_its_chain(self, trust, recruiter):
        first = decided(trust, recruiter, 5, 1)
        Vacancy.unscoped.filter(pk=first.pk).update(
            opened_on=date(2026, 3, 1), closes_on=date(2026, 3, 20), made_at=datetime(2026, 3, 1, 12, tzinfo=UTC)
        )
        second = VacancyFactory(trust=trust, posts=5)
        join(vacancy=second, earlier=Vacancy.unscoped.get(pk=first.pk), by=recruiter)
        assert year_counted(second) == 2026  # the ledger's word, not the opening day's
        void(vacancy=second, by=recruiter)
        assert standing_of(trust.pk, 2026) == Standing()

    def test_a_re_advert_that_was_decided_counts_with_its_chain_only(self, trust, recruiter):
        first = decided(trust, recruiter, 5, 1)
        second = VacancyFactory(trust=trust, posts=5)
        reserve(vacancy=second, posts=3, by=recruiter)
        join(vacancy=second, earlier=first, by=recruiter)
        assert standing_of(trust.pk, 2026) == Standing(5, 3, 1, 1)  # its larger promise is kept

    def test_a_withdrawn_first_hands_nothing_on(self, trust, recruiter):
        first = decided(trust, recruiter, 5, 1)
        void(vacancy=first, by=recruiter)
        second = VacancyFactory(trust=trust, posts=5)
        join(vacancy=second, earlier=first, by=recruiter)
        assert counted_of(second).entries == 0
        reserve(vacancy=second, posts=1, by=recruiter)
        assert standing_of(trust.pk, 2026) == Standing(5, 1, 1, 1)

    def test_a_first_that_was_never_decided_becomes_a_duplicate(self, trust, recruiter):
        first = over(trust, posts=5)
        second = VacancyFactory(trust=trust, posts=5)
        join(vacancy=second, earlier=first, by=recruiter)
        assert Vacancy.unscoped.get(pk=first.pk).exemption == "duplicate"

    def test_withdrawing_the_first_afterwards_changes_nothing(self, trust, recruiter):
        first = decided(trust, recruiter, 5, 1)
        join(vacancy=VacancyFactory(trust=trust, posts=5), earlier=first, by=recruiter)
        void(vacancy=first, by=recruiter)
        assert standing_of(trust.pk, 2026) == Standing(5, 1, 1, 1)

    def test_refused(self, trust, recruiter):
        first, second = decided(trust, recruiter, 5, 1), VacancyFactory(trust=trust)
        with pytest.raises(Refused, match="Only the trust's own"):
            join(vacancy=second, earlier=first, by=acting_as(Role.RECRUITER))
        with pytest.raises(Refused, match="of the same trust"):
            join(vacancy=second, earlier=VacancyFactory(), by=recruiter)
        with pytest.raises(Refused, match="opened before"):
            join(vacancy=second, earlier=VacancyFactory(trust=trust), by=recruiter)
        with pytest.raises(Refused, match="how many posts"):
            join(vacancy=VacancyFactory(trust=trust, posts=None), earlier=first, by=recruiter)
        with pytest.raises(Refused, match="An exempt advert"):
            join(vacancy=VacancyFactory(trust=trust, exemption="rotation"), earlier=first, by=recruiter)
        join(vacancy=second, earlier=first, by=recruiter)
        with pytest.raises(Refused, match="joined to an earlier advert already"):
            join(vacancy=second, earlier=first, by=recruiter)
        with pytest.raises(Refused, match="has another re-advert already"):
            join(vacancy=VacancyFactory(trust=trust), earlier=first, by=recruiter)

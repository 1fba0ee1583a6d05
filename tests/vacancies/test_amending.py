"""Decisions changed afterwards: posts added, more reserved, posts given back, opening balances."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import Role
from audit.models import Event
from audit.mover import Refused
from organisations.models import User
from organisations.policies import load_initial
from organisations.services import system
from tests.factories.organisations import OrganisationFactory, acting_as
from tests.factories.vacancies import VacancyFactory
from vacancies.amending import (
    Opening,
    add_posts,
    bring_opening,
    can_amend,
    due_on_adding,
    needed_of,
    opening_of,
    release,
    reserve_more,
)
from vacancies.ledger import Counted, broken_entries, counted_of, standing_of
from vacancies.models import Entry, OverrideReason, Vacancy
from vacancies.overriding import LessThanDue
from vacancies.released import reasons_of
from vacancies.ring_fence import Due, Standing, due, due_on_added, need, shortfall, stand
from vacancies.ring_fencing import due_for, reserve, slots_promised, void
from vacancies.services import close

LESS = LessThanDue(OverrideReason.URGENT, "Winter pressure.", "Sam Reviewer", "sam@example.test")
counted_lists = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), max_size=20)


class TestWhatIsDueOnAddedPosts:
    @given(counted_lists, st.integers(1, 40))
    def test_both_shares_hold_afterwards_if_they_held_before(self, vacancies, added):
        """The counted vacancies reserve what was due; the last of them gets more posts."""
        counted = []
        for posts, more in vacancies:
            owed = due(stand(counted), posts).posts
            counted.append((posts, max(owed, min(more, posts))))
        if not counted:
            return
        standing = stand(counted)
        posts, reserved = counted[-1]
        owed = due_on_added(standing, added, already_reserved=reserved > 0).posts
        counted[-1] = (posts + added, reserved + owed)
        after = stand(counted)
        assert after.reserved * 5 >= after.posts
        assert after.reserved_adverts * 5 >= after.adverts

    def test_nothing_is_due_twice_by_adverts(self):
        standing = Standing(posts=9, reserved=2, adverts=9, reserved_adverts=1)
        assert due_on_added(standing, 1, already_reserved=False) == Due(1, "adverts")
        assert due_on_added(standing, 1, already_reserved=True) == Due(0, "")

    def test_debt_is_asked_for_as_far_as_the_posts_go(self):
        assert due_on_added(
            Standing(debt=9, posts=5, reserved=1, adverts=1, reserved_adverts=1), 3, already_reserved=True
        ) == Due(3, "posts")

    @pytest.mark.parametrize("posts", [0, -1])
    def test_at_least_one_post(self, posts):
        with pytest.raises(ValueError, match="at least 1 post|whole number"):
            due_on_added(Standing(), posts, already_reserved=True)


@pytest.fixture
def trust(db):
    load_initial()
    return OrganisationFactory()


@pytest.fixture
def recruiter(trust):
    return acting_as(Role.RECRUITER, trust)


@pytest.fixture
def vacancy(trust, recruiter):
    """Five posts, of which one is reserved as due."""
    vacancy = VacancyFactory(trust=trust, posts=5)
    reserve(vacancy=vacancy, posts=1, by=recruiter)
    return vacancy


class TestAddingPosts:
    def test_what_is_due_on_them_is_reserved(self, vacancy, recruiter):
        assert due_on_adding(vacancy, 2) == Due(1, "posts")
        assert add_posts(vacancy=vacancy, posts=2, reserve=1, reason="New ward", by=recruiter) == Due(1, "posts")
        assert counted_of(vacancy) == Counted(posts=7, reserved=2, adverts=1, reserved_adverts=1, entries=4)
        assert Vacancy.unscoped.get(pk=vacancy.pk).posts == 7
        assert slots_promised(vacancy) == 4
        assert list(broken_entries()) == []

    def test_the_first_reserved_post_makes_the_advert_a_reserved_one(self, trust, recruiter, vacancy):
        reserve_more(vacancy=vacancy, posts=1, held=1, by=recruiter)
        free = VacancyFactory(trust=trust, posts=1)
        reserve(vacancy=free, posts=0, by=recruiter)
        assert counted_of(free).reserved_adverts == 0
        add_posts(vacancy=free, posts=6, reserve=1, reason="More", by=recruiter)
        assert standing_of(trust.pk, 2026) == Standing(12, 3, 2, 2)

    def test_an_undecided_vacancy_has_no_decision_to_change(self, trust, recruiter):
        with pytest.raises(Refused, match="not counted by itself"):
            add_posts(vacancy=VacancyFactory(trust=trust), posts=1, reserve=1, reason="More", by=recruiter)

    @pytest.mark.parametrize(
        ("posts", "reserved", "reason", "sentence"),
        [
            (2, 0, "New ward", "1 of the added posts are due"),
            (2, 7, "New ward", "reserve at most 6"),
            (0, 0, "New ward", "Add from 1 to 500 posts"),
            (501, 0, "New ward", "Add from 1 to 500 posts"),
            (2, 1, "  ", "Say why posts are added"),
        ],
    )
    def test_refused(self, vacancy, recruiter, posts, reserved, reason, sentence):
        with pytest.raises(Refused, match=sentence):
            add_posts(vacancy=vacancy, posts=posts, reserve=reserved, reason=reason, by=recruiter)
        assert counted_of(vacancy).posts == 5

    def test_not_by_another_trust_and_not_when_it_is_over(self, vacancy, recruiter):
        with pytest.raises(Refused, match="Only the trust's own"):
            add_posts(vacancy=vacancy, posts=1, reserve=1, reason="x", by=acting_as(Role.RECRUITER))
        assert can_amend(vacancy, counted_of(vacancy), by=recruiter)
        done = VacancyFactory(trust=vacancy.trust, state="finished")
        assert not can_amend(done, Counted(posts=1), by=recruiter)

    def test_a_withdrawn_vacancy_gives_back_all_that_was_counted(self, vacancy, recruiter):
        add_posts(vacancy=vacancy, posts=2, reserve=1, reason="New ward", by=recruiter)
        void(vacancy=vacancy, by=recruiter)
        assert standing_of(vacancy.trust_id, 2026) == Standing()


class TestGivingBackAndReservingMore:
    def test_what_is_given_back_is_owed_by_the_next(self, vacancy, recruiter):
        release(vacancy=vacancy, posts=1, held=1, reason="Redeployment", by=recruiter, less=LESS)
        assert standing_of(vacancy.trust_id, 2026) == Standing(5, 0, 1, 0, 0, 0)
        assert due_for(VacancyFactory(trust=vacancy.trust, posts=3)) == Due(2, "posts")
        event = Event.objects.get(verb="release", subject_id=vacancy.pk)
        assert (event.facts, event.reason.text) == ({"posts": 1}, "Redeployment")

    def test_the_advert_stays_reserved_while_a_post_is(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, posts=5)
        reserve(vacancy=vacancy, posts=3, by=recruiter)
        release(vacancy=vacancy, posts=2, held=3, reason="Two posts went", by=recruiter)
        assert standing_of(trust.pk, 2026) == Standing(5, 1, 1, 1, 0, 0)

    def test_more_can_be_reserved_while_it_is_open(self, vacancy, recruiter):
        release(vacancy=vacancy, posts=1, held=1, reason="Redeployment", by=recruiter, less=LESS)
        reserve_more(vacancy=vacancy, posts=2, held=0, by=recruiter)
        assert standing_of(vacancy.trust_id, 2026) == Standing(5, 2, 1, 1, 0, 0)

    def test_twice_the_same_button_does_it_once(self, vacancy, recruiter):
        reserve_more(vacancy=vacancy, posts=1, held=1, by=recruiter)
        with pytest.raises(Refused, match="Somebody changed it in between: 2 posts are reserved now"):
            reserve_more(vacancy=vacancy, posts=1, held=1, by=recruiter)
        with pytest.raises(Refused, match="Somebody changed it in between"):
            release(vacancy=vacancy, posts=1, held=1, reason="x", by=recruiter)

    def test_refused(self, vacancy, recruiter):
        for posts in (0, 2):
            with pytest.raises(Refused, match="1 posts of .* are reserved: give back at most these"):
                release(vacancy=vacancy, posts=posts, held=1, reason="x", by=recruiter)
        with pytest.raises(Refused, match="the reason is published"):
            release(vacancy=vacancy, posts=1, held=1, reason=" ", by=recruiter)
        with pytest.raises(Refused, match="4 posts of .* are not reserved yet"):
            reserve_more(vacancy=vacancy, posts=5, held=1, by=recruiter)

    def test_what_is_needed_goes_back_by_name_only_and_somebody_is_asked_to_countersign(self, trust, recruiter):
        """5 posts with 3 reserved: 1 is needed. Giving back 2 is a surplus; of 3 the last one is needed."""
        vacancy = VacancyFactory(trust=trust, posts=5)
        reserve(vacancy=vacancy, posts=3, by=recruiter)
        assert [needed_of(vacancy, counted_of(vacancy), posts) for posts in (1, 2, 3)] == [0, 0, 1]
        with pytest.raises(Refused, match="1 of these 3 posts is needed for the 20%"):
            release(vacancy=vacancy, posts=3, held=3, reason="Ward closed", by=recruiter)
        assert counted_of(vacancy).reserved == 3
        release(vacancy=vacancy, posts=3, held=3, reason="Ward closed", by=recruiter, less=LESS)
        override = vacancy.overrides.get()
        assert (override.due, override.reserved, override.given_back, override.sign_by) == (1, 0, 3, date(2026, 11, 30))
        assert override.answer == "Waiting for a countersignature"
        assert shortfall(standing_of(trust.pk, 2026)) == (1, 1)
        event = Event.objects.get(verb="give_back")
        assert event.facts == {"reserved": 0, "due": 1}

    def test_a_surplus_goes_back_for_a_reason_and_nobody_is_asked(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, posts=5)
        reserve(vacancy=vacancy, posts=3, by=recruiter)
        release(vacancy=vacancy, posts=2, held=3, reason="Ward closed", by=recruiter, less=LESS)
        assert (vacancy.overrides.count(), counted_of(vacancy).reserved) == (0, 1)

    def test_a_vacancy_may_go_below_what_is_due_more_than_once(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, posts=10)
        reserve(vacancy=vacancy, posts=1, by=recruiter, less=LESS)
        release(vacancy=vacancy, posts=1, held=1, reason="Ward closed", by=recruiter, less=LESS)
        found = [(each.due, each.reserved, each.given_back) for each in vacancy.overrides.order_by("pk")]
        assert found == [(2, 1, 0), (1, 0, 1)]

    def test_whoever_gives_back_does_not_countersign(self, vacancy, recruiter):
        own = replace(LESS, signer_email=User.objects.get(pk=recruiter.user_id).email)
        with pytest.raises(Refused, match="Somebody else has to countersign"):
            release(vacancy=vacancy, posts=1, held=1, reason="x", by=recruiter, less=own)
        assert counted_of(vacancy).reserved == 1

    def test_the_reason_is_published_with_its_entry(self, trust, recruiter):
        vacancy, other = VacancyFactory(trust=trust, posts=5), VacancyFactory(trust=trust, posts=5)
        for each in (vacancy, other):
            reserve(vacancy=each, posts=4, by=recruiter)
        release(vacancy=vacancy, posts=1, held=4, reason="Ward closed", by=recruiter)
        release(vacancy=other, posts=1, held=4, reason="Redeployment", by=recruiter)
        release(vacancy=vacancy, posts=1, held=3, reason="Another ward", by=recruiter)
        entries = list(Entry.unscoped.filter(year__trust=trust))
        said = {
            entries[place].pk: text for place, text in ((4, "Ward closed"), (5, "Redeployment"), (6, "Another ward"))
        }
        assert reasons_of(entries) == said
        assert reasons_of(entries[6:]) == {entries[6].pk: "Another ward"} | {entries[4].pk: "Ward closed"}
        assert reasons_of(entries[:4]) == {}

    def test_not_after_it_closed(self, vacancy, recruiter):
        closed = VacancyFactory(trust=vacancy.trust, posts=5)
        reserve(vacancy=closed, posts=1, by=recruiter)
        close(vacancy=closed, by=recruiter)
        with pytest.raises(Refused, match="has closed"):
            reserve_more(vacancy=closed, posts=1, held=1, by=recruiter)


class TestOpeningBalances:
    @pytest.fixture
    def hr(self, trust):
        return acting_as(Role.TRUST_HR, trust)

    def test_a_year_begins_with_them_and_carries_nothing_else(self, trust, hr, vacancy):
        opening = Opening(posts=40, reserved=6, adverts=30, reserved_adverts=5, debt=2, advert_debt=1)
        bring_opening(trust=trust, starts_in=2026, opening=opening, reason="Spreadsheet of 30 June", by=hr)
        assert standing_of(trust.pk, 2026) == Standing(45, 7, 31, 6, 2, 1)
        assert opening_of(trust.pk, 2026) == opening
        assert list(broken_entries()) == []

    def test_said_again_the_difference_is_written(self, trust, hr):
        bring_opening(trust=trust, starts_in=2026, opening=Opening(40, 6, 30, 5), reason="First", by=hr)
        bring_opening(trust=trust, starts_in=2026, opening=Opening(38, 7, 30, 5), reason="Corrected", by=hr)
        bring_opening(trust=trust, starts_in=2026, opening=Opening(38, 7, 30, 5), reason="Again", by=hr)
        assert list(Entry.unscoped.values_list("kind", "posts", "reserved")) == [("opening", 40, 6), ("opening", -2, 1)]
        assert standing_of(trust.pk, 2026) == Standing(38, 7, 30, 5)

    def test_a_debt_of_the_year_before_is_carried_from_them(self, trust, hr):
        bring_opening(trust=trust, starts_in=2025, opening=Opening(50, 4, 50, 4), reason="2025/26", by=hr)
        assert standing_of(trust.pk, 2026) == Standing(debt=need(50) - 4, advert_debt=need(50) - 4)

    @pytest.mark.parametrize(
        ("opening", "sentence"),
        [
            (Opening(posts=-1), "below 0"),
            (Opening(posts=2, reserved=3, adverts=1), "More is reserved than was counted"),
            (Opening(posts=2, adverts=3), "more adverts than posts"),
            (Opening(posts=5, reserved=1, adverts=5, reserved_adverts=2), "More adverts with a reserved post"),
        ],
    )
    def test_figures_that_cannot_be(self, trust, hr, opening, sentence):
        with pytest.raises(Refused, match=sentence):
            bring_opening(trust=trust, starts_in=2026, opening=opening, reason="x", by=hr)
        assert opening_of(trust.pk, 2026) is None

    def test_by_the_trusts_own_hr_lead_with_a_source_for_a_year_that_has_begun(self, trust, hr, recruiter):
        for by in (recruiter, acting_as(Role.TRUST_HR)):
            with pytest.raises(Refused, match="Only the trust's HR lead"):
                bring_opening(trust=trust, starts_in=2026, opening=Opening(), reason="x", by=by)
        with pytest.raises(Refused, match="which record"):
            bring_opening(trust=trust, starts_in=2026, opening=Opening(), reason="", by=hr)
        with pytest.raises(Refused, match="has not begun"):
            bring_opening(trust=trust, starts_in=2027, opening=Opening(), reason="x", by=hr)
        bring_opening(trust=trust, starts_in=2026, opening=Opening(), reason="x", by=system())

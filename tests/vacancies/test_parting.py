"""Undoing a wrong join: both adverts count as they would have, and the ledger keeps every step."""

from datetime import date

import pytest

from audit.mover import Refused
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.amending import add_posts, release
from vacancies.chains import join, proposals
from vacancies.ledger import broken_entries, counted_of, levels_of, standing_of
from vacancies.models import EntryKind, Fence, OverrideReason, Vacancy, with_fence
from vacancies.overriding import LessThanDue
from vacancies.parting import can_part, entries_of_join, part
from vacancies.ring_fence import Levels, Standing
from vacancies.ring_fencing import count_the_undecided, record_level, reserve
from vacancies.services import close, finish

pytestmark = pytest.mark.django_db
LESS = LessThanDue(OverrideReason.URGENT, "Winter pressure.", "Sam Reviewer", "sam@example.test")


@pytest.fixture
def by(recruiter):
    return recruiter.acting


@pytest.fixture
def first(trust, by):
    """5 posts, 2 of them reserved; open in September."""
    vacancy = VacancyFactory(trust=trust, posts=5, opened_on=date(2026, 9, 1), position_number="P77")
    reserve(vacancy=vacancy, posts=2, by=by)
    Vacancy.unscoped.filter(pk=vacancy.pk).update(closes_on=date(2026, 9, 30))
    return Vacancy.unscoped.get(pk=vacancy.pk)


@pytest.fixture
def second(trust):
    return VacancyFactory(trust=trust, posts=7, position_number="P77")


def again(row):
    return Vacancy.unscoped.select_related("trust").get(pk=row.pk)


def parted(vacancy, by):
    return part(vacancy=again(vacancy), reason="Another ward", by=by)


def held(vacancy):
    counted = counted_of(vacancy)
    return counted.posts, counted.reserved, counted.adverts, counted.reserved_adverts


class TestTheLedger:
    def test_an_undecided_one_is_counted_with_what_is_due(self, trust, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        assert (held(first), held(second)) == ((0, 0, 0, 0), (7, 2, 1, 1))
        parted(second, by)
        # 12 posts need 3, and 2 are reserved on the first: 1 is due on the second
        assert (held(first), held(second)) == ((5, 2, 1, 1), (7, 1, 1, 1))
        assert standing_of(trust.pk, 2026) == Standing(12, 3, 2, 2)
        assert list(broken_entries()) == []

    def test_its_own_decision_comes_back(self, trust, by, first, second):
        reserve(vacancy=second, posts=4, by=by)
        before = standing_of(trust.pk, 2026)
        join(vacancy=second, earlier=first, by=by)
        parted(second, by)
        assert (held(second), standing_of(trust.pk, 2026)) == ((7, 4, 1, 1), before)

    def test_nothing_is_due_where_enough_is_reserved(self, trust, by, first, second):
        reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=5, by=by)
        join(vacancy=second, earlier=first, by=by)
        parted(second, by)
        assert held(second) == (7, 0, 1, 0)
        fences = dict(with_fence(Vacancy.unscoped.filter(trust=trust)).values_list("pk", "fence"))
        assert (fences[first.pk], fences[second.pk]) == (Fence.RESERVED, Fence.FREE)

    def test_posts_that_were_filled_stayed_and_the_rest_comes_back(self, trust, by, first, second):
        record_level(vacancy=first, kind=EntryKind.CONSIDERED, cause="0", by=by)
        Vacancy.unscoped.filter(pk=first.pk).update(posts_filled=3)
        join(vacancy=second, earlier=again(first), by=by)
        assert held(first)[:2] == (3, 1)
        parted(second, by)
        assert held(first) == (5, 2, 1, 1)
        assert held(second) == (7, 1, 1, 1)

    def test_people_go_back_to_the_advert_on_which_they_were_considered(self, by, first, second):
        for number in range(2):
            record_level(vacancy=first, kind=EntryKind.CONSIDERED, cause=str(number), by=by)
        join(vacancy=second, earlier=first, by=by)
        record_level(vacancy=second, kind=EntryKind.CONSIDERED, cause="new", by=by)
        parted(second, by)
        assert levels_of([first.pk, second.pk]) == {first.pk: Levels(2, 2, 0, 0), second.pk: Levels(1, 1, 0, 0)}

    def test_a_chain_over_a_year_end(self, trust, by, first, second):
        Vacancy.unscoped.filter(pk=first.pk).update(opened_on=date(2026, 3, 1), closes_on=date(2026, 3, 20))
        join(vacancy=second, earlier=again(first), by=by)
        parted(second, by)
        assert standing_of(trust.pk, 2026) == Standing(12, 3, 2, 2)

    def test_what_was_never_decided_is_a_duplicate_no_more(self, trust, by, second):
        first = VacancyFactory(trust=trust, opened_on=date(2026, 9, 1), closes_on=date(2026, 9, 30), state="closed")
        join(vacancy=second, earlier=first, by=by)
        assert again(first).exemption == "duplicate"
        parted(second, by)
        assert (again(first).exemption, held(second)) == ("", (0, 0, 0, 0))
        assert [vacancy.pk for vacancy in count_the_undecided()] == [first.pk]
        reserve(vacancy=again(second), posts=2, by=by)

    def test_joined_and_parted_again_and_again(self, trust, by, first, second):
        for _ in range(3):
            join(vacancy=again(second), earlier=again(first), by=by)
            assert held(first) == (0, 0, 0, 0)
            assert standing_of(trust.pk, 2026).posts == 7
            parted(second, by)
            assert (held(first), held(second)[0]) == ((5, 2, 1, 1), 7)
        assert list(broken_entries()) == []

    def test_only_what_the_last_join_wrote_is_taken_back(self, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        parted(second, by)
        earlier = {entry.pk for entry in first.entries.all()}
        join(vacancy=again(second), earlier=again(first), by=by)
        assert not earlier & {entry.pk for entry in entries_of_join(again(second))}


class TestRefusals:
    def test_an_advert_that_is_over(self, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        close(vacancy=again(second), by=by)
        with pytest.raises(Refused, match="is closed: its chain stands"):
            parted(second, by)
        finish(vacancy=again(second), posts_filled=0, by=by)
        with pytest.raises(Refused, match="is finished: its chain stands"):
            parted(second, by)

    def test_what_was_never_joined(self, by, second):
        with pytest.raises(Refused, match="joined to no earlier advert"):
            parted(second, by)

    def test_without_a_reason(self, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        with pytest.raises(Refused, match="Say why they are parted"):
            part(vacancy=again(second), reason=" ", by=by)

    def test_by_a_stranger(self, by, stranger, first, second):
        join(vacancy=second, earlier=first, by=by)
        with pytest.raises(Refused, match="Only the trust's own"):
            parted(second, stranger.acting)
        assert not can_part(again(second), by=stranger.acting)

    def test_once_it_has_a_re_advert_itself(self, trust, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        Vacancy.unscoped.filter(pk=second.pk).update(closes_on=date(2026, 11, 23))
        join(vacancy=VacancyFactory(trust=trust, posts=7), earlier=again(second), by=by)
        with pytest.raises(Refused, match="has a re-advert of its own"):
            parted(second, by)

    def test_a_re_advert_that_was_parted_again_stops_nothing(self, trust, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        Vacancy.unscoped.filter(pk=second.pk).update(closes_on=date(2026, 11, 23))
        third = VacancyFactory(trust=trust, posts=8)
        for _ in range(2):
            join(vacancy=again(third), earlier=again(second), by=by)
            assert not can_part(again(second), by=by)
            parted(third, by)
            assert can_part(again(second), by=by)
        parted(second, by)
        assert [held(each)[0] for each in (first, second, third)] == [5, 7, 8]
        assert (held(first), list(broken_entries())) == ((5, 2, 1, 1), [])

    def test_what_was_changed_before_a_further_re_advert_still_does(self, trust, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        add_posts(vacancy=again(second), posts=1, reserve=0, reason="One more", by=by)
        Vacancy.unscoped.filter(pk=second.pk).update(closes_on=date(2026, 11, 23))
        third = VacancyFactory(trust=trust, posts=8)
        join(vacancy=third, earlier=again(second), by=by)
        parted(third, by)
        with pytest.raises(Refused, match="since they were joined"):
            parted(second, by)

    def test_once_the_decision_was_changed(self, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        add_posts(vacancy=again(second), posts=1, reserve=0, reason="One more", by=by)
        with pytest.raises(Refused, match="since they were joined"):
            parted(second, by)
        release(vacancy=again(second), posts=1, held=2, reason="Redeployment", by=by, less=LESS)
        assert not can_part(again(second), by=by)


class TestThePage:
    def address(self, vacancy):
        return f"/vacancies/{vacancy.reference}/part/"

    def test_from_the_vacancys_page_to_two_adverts(self, recruiter, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        assert self.address(second) in recruiter.client.get(second.get_absolute_url()).content.decode()
        page = words(recruiter.client.get(self.address(second)))
        assert f"{first.reference} counts again as it did before they were joined." in page
        response = recruiter.client.post(self.address(second), {"reason": "Another ward"}, follow=True)
        said = words(response)
        assert f"{second.reference} and {first.reference} count each by itself." in said
        assert f"No longer joined to {first.reference}: each counts by itself" in said
        assert self.address(second) not in response.content.decode()

    def test_it_is_not_proposed_anew(self, by, first, second):
        assert [(each.vacancy.pk, each.earlier.pk) for each in proposals(by=by)] == [(second.pk, first.pk)]
        join(vacancy=second, earlier=first, by=by)
        parted(second, by)
        assert proposals(by=by) == []

    def test_a_refusal_is_said_on_the_form(self, recruiter, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        add_posts(vacancy=again(second), posts=1, reserve=0, reason="One more", by=by)
        assert "Joined by mistake?" not in words(recruiter.client.get(second.get_absolute_url()))
        assert "since they were joined" in words(recruiter.client.post(self.address(second), {"reason": "Oh"}))
        assert "Say why they are parted: auditors will ask" in words(
            recruiter.client.post(self.address(second), {"reason": ""})
        )

    def test_owner_colleague_and_strangers(self, recruiter, colleague, stranger, icb, by, first, second):
        join(vacancy=second, earlier=first, by=by)
        readers = (recruiter, colleague, stranger, icb)
        assert [who.client.get(self.address(second)).status_code for who in readers] == [200, 200, 404, 404]
        assert recruiter.client.get(self.address(first)).status_code == 404  # it re-advertises nothing

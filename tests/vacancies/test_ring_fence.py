"""The ring-fence arithmetic: worked by hand first, then for any run of vacancies."""

import dataclasses
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vacancies.ring_fence import Due, Levels, Shortfall, Standing, carried, due, levels, need, needed, shortfall, stand

NOT_COUNTS = [-1, -20, 1.0, 0.5, True, False, "1", None]

posts_of = st.integers(1, 60)
runs = st.lists(posts_of, max_size=80)
debts = st.integers(0, 30)


@st.composite
def vacancies(draw):
    """Any counted vacancy, reserved as the rule says or not."""
    posts = draw(posts_of)
    return posts, draw(st.integers(0, posts))


histories = st.lists(vacancies(), max_size=40)


def reserve_what_is_due(run, *, debt=0, advert_debt=0):
    """Take each vacancy of a run in turn; what was due of each, and what is counted in the end."""
    counted, answers = [], []
    for posts in run:
        answer = due(stand(counted, debt=debt, advert_debt=advert_debt), posts)
        answers.append(answer)
        counted.append((posts, answer.posts))
    return answers, counted


class TestNeeded:
    """What is given back is needed by as much as it makes the trust shorter."""

    @pytest.mark.parametrize(
        ("standing", "posts", "last", "short"),
        [
            (Standing(5, 3, 1, 1), 1, False, 0),
            (Standing(5, 3, 1, 1), 2, False, 0),
            (Standing(5, 3, 1, 1), 3, True, 1),  # 1 of 5 posts is needed, and the advert
            (Standing(12, 5, 6, 1), 1, True, 1),  # posts enough, but of 6 adverts 2 are needed
            (Standing(12, 5, 6, 1), 1, False, 0),
            (Standing(5, 1, 1, 1, debt=4), 1, True, 1),  # short before: all of it is needed
            (Standing(10, 3, 2, 2, debt=1), 1, False, 1),
            (Standing(10, 4, 2, 2, debt=1), 2, False, 1),
        ],
    )
    def test_by_hand(self, standing, posts, last, short):
        assert needed(standing, posts, last=last) == short

    @given(run=histories, posts=st.integers(0, 20))
    def test_nothing_is_needed_exactly_where_both_shares_hold_afterwards(self, run, posts):
        standing = stand(run)
        if posts > standing.reserved or shortfall(standing) != (0, 0):
            return
        left = dataclasses.replace(standing, reserved=standing.reserved - posts)
        assert (needed(standing, posts, last=False) == 0) is (shortfall(left) == (0, 0))

    @pytest.mark.parametrize(("posts", "last"), [(3, False), (1, True), (-1, False)])
    def test_refuses_more_than_is_reserved(self, posts, last):
        with pytest.raises(ValueError, match="cannot be given back|whole number"):
            needed(Standing(5, 2, 1, 0), posts, last=last)


class TestNeed:
    @pytest.mark.parametrize(
        ("n", "fewest"), [(0, 0), (1, 1), (4, 1), (5, 1), (6, 2), (10, 2), (11, 3), (99, 20), (100, 20), (101, 21)]
    )
    def test_by_hand(self, n, fewest):
        assert need(n) == fewest

    @given(n=st.integers(0, 10**9))
    def test_is_the_fewest_that_make_a_fifth(self, n):
        assert 5 * need(n) >= n
        assert n == 0 or 5 * (need(n) - 1) < n

    @pytest.mark.parametrize("n", NOT_COUNTS)
    def test_refuses_what_is_no_count(self, n):
        with pytest.raises(ValueError, match="whole number"):
            need(n)


class TestStand:
    def test_nothing_counted(self):
        assert stand([]) == Standing(posts=0, reserved=0, adverts=0, reserved_adverts=0, debt=0, advert_debt=0)

    def test_sums_posts_and_counts_adverts(self):
        standing = stand([(3, 1), (1, 0), (10, 4)], debt=2, advert_debt=1)
        assert standing == Standing(posts=14, reserved=5, adverts=3, reserved_adverts=2, debt=2, advert_debt=1)

    def test_takes_any_iterable_once(self):
        assert stand((posts, 0) for posts in (2, 3)) == Standing(posts=5, adverts=2)

    def test_is_frozen(self):
        with pytest.raises(dataclasses.FrozenInstanceError):
            stand([]).posts = 1

    @pytest.mark.parametrize(
        ("counted", "sentence"),
        [
            ([(0, 0)], "at least 1 post"),
            ([(-3, 0)], "whole number"),
            ([(2, -1)], "whole number"),
            ([(2, 3)], "3 posts cannot be reserved of 2"),
            ([(5, 1), (1, 2)], "2 posts cannot be reserved of 1"),
            ([(2.0, 1)], "whole number"),
            ([(2, True)], "whole number"),
        ],
    )
    def test_refuses_an_impossible_vacancy(self, counted, sentence):
        with pytest.raises(ValueError, match=sentence):
            stand(counted)

    @pytest.mark.parametrize("debt", NOT_COUNTS)
    @pytest.mark.parametrize("unit", ["debt", "advert_debt"])
    def test_refuses_an_impossible_debt(self, unit, debt):
        with pytest.raises(ValueError, match=f"^{unit} has to be"):
            stand([], **{unit: debt})


class TestDueByHand:
    def test_one_post_vacancies_the_1st_6th_and_11th_are_due(self):
        answers, _ = reserve_what_is_due([1] * 12)
        assert [place for place, answer in enumerate(answers, start=1) if answer.posts] == [1, 6, 11]
        assert [answers[0], answers[5], answers[10]] == [Due(1, "posts")] * 3
        assert answers[1] == Due(0, "")

    @pytest.mark.parametrize(("posts", "first"), [(1, 1), (5, 1), (6, 2), (10, 2), (11, 3), (40, 8)])
    def test_the_first_vacancy_owes_a_fifth_of_its_posts_rounded_up(self, posts, first):
        assert due(stand([]), posts) == Due(first, "posts")

    def test_a_mixed_run(self):
        # posts so far      3  4  11  12  13  14  20
        # a fifth of them   1  1   3   3   3   3   4
        answers, counted = reserve_what_is_due([3, 1, 7, 1, 1, 1, 6])
        assert [answer.posts for answer in answers] == [1, 0, 2, 0, 0, 0, 1]
        assert stand(counted) == Standing(posts=20, reserved=4, adverts=7, reserved_adverts=3)

    def test_a_large_advert_does_not_speak_for_the_small_ones(self):
        # 10 of 30 posts is a third; but of the first six adverts one only is reserved, and a fifth of six is two.
        counted = [(30, 10), (1, 0), (1, 0), (1, 0), (1, 0)]
        assert due(stand(counted[:4]), 1) == Due(0, "")
        assert due(stand(counted), 1) == Due(1, "adverts")
        assert due(stand(counted), 20) == Due(1, "posts")  # by then 11 of 54 posts: both ask for one

    def test_small_adverts_do_not_speak_for_a_large_one(self):
        assert due(stand([(1, 1), (1, 1)]), 40) == Due(7, "posts")  # 9 of 42, of which 2 are there

    def test_both_ask_for_one_the_answer_is_posts(self):
        assert due(stand([(1, 1), (1, 0), (1, 0), (1, 0), (1, 0)]), 1) == Due(1, "posts")

    def test_posts_ask_for_more_than_adverts(self):
        assert due(stand([], advert_debt=1), 20) == Due(4, "posts")

    def test_never_more_than_the_vacancy_has(self):
        assert due(stand([], debt=5), 2) == Due(2, "posts")
        assert due(stand([(40, 0)]), 3) == Due(3, "posts")

    def test_advert_debt_asks_for_one_post_at_a_time(self):
        owing = stand([(50, 50)], advert_debt=3)
        assert due(owing, 10) == Due(1, "adverts")

    def test_credit_is_used_up_within_the_year(self):
        answers = [due(stand([(4, 4)] + [(1, 0)] * done), 1) for done in range(5)]
        assert answers == [Due(0, "")] * 4 + [Due(1, "adverts")]
        # in posts the credit lasts as long as 4 are a fifth: up to the 20th post
        assert due(stand([(4, 4), (15, 0)]), 1) == Due(0, "")
        assert due(stand([(4, 4), (16, 0)]), 1) == Due(1, "posts")

    @pytest.mark.parametrize("posts", [0, *NOT_COUNTS])
    def test_refuses_an_impossible_vacancy(self, posts):
        with pytest.raises(ValueError, match="at least 1 post|whole number"):
            due(stand([]), posts)


class TestDebt:
    def test_an_override_leaves_the_next_vacancy_due(self):
        left_open = [(1, 0)]
        assert shortfall(stand(left_open)) == Shortfall(posts=1, adverts=1)
        assert due(stand(left_open), 1) == Due(1, "posts")
        assert due(stand([*left_open, (1, 1)]), 1) == Due(0, "")

    def test_debt_carries_into_the_next_year(self):
        last_year = stand([(30, 2), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0)])  # 35 posts need 7; 6 adverts need 2
        assert carried(last_year) == (5, 1)
        debt, advert_debt = carried(last_year)
        assert due(stand([], debt=debt, advert_debt=advert_debt), 10) == Due(7, "posts")

    def test_debt_unpaid_carries_again(self):
        assert carried(stand([(1, 0)], debt=5, advert_debt=1)) == (6, 2)
        assert carried(stand([(10, 4)], debt=5, advert_debt=1)) == (3, 1)

    def test_credit_does_not_carry(self):
        assert carried(stand([(10, 10), (1, 1)])) == (0, 0)
        assert due(stand([], debt=0, advert_debt=0), 1) == Due(1, "posts")

    def test_debt_in_one_unit_is_not_paid_by_credit_in_the_other(self):
        assert carried(stand([(30, 30)] + [(1, 0)] * 9)) == (0, 1)
        assert carried(stand([(1, 1), (1, 1), (98, 0)])) == (18, 0)

    @given(history=histories, debt=debts, advert_debt=debts)
    def test_what_is_carried_is_what_is_short(self, history, debt, advert_debt):
        standing = stand(history, debt=debt, advert_debt=advert_debt)
        short = shortfall(standing)
        assert carried(standing) == (short.posts, short.adverts)
        for missing, counted, owed, reserved in [
            (short.posts, standing.posts, debt, standing.reserved),
            (short.adverts, standing.adverts, advert_debt, standing.reserved_adverts),
        ]:
            assert 5 * (reserved + missing - owed) >= counted
            assert missing == 0 or 5 * (reserved + missing - 1 - owed) < counted

    @given(years=st.lists(histories, min_size=1, max_size=4))
    def test_debt_is_never_lost_at_a_year_end(self, years):
        debt = advert_debt = owed = 0
        for history in years:
            standing = stand(history, debt=debt, advert_debt=advert_debt)
            owed = max(0, owed + need(standing.posts) - standing.reserved)
            debt, advert_debt = carried(standing)
            assert debt == owed


class TestAnyRun:
    @given(run=runs)
    def test_both_shares_are_a_fifth_after_every_vacancy(self, run):
        _, counted = reserve_what_is_due(run)
        for done in range(1, len(counted) + 1):
            standing = stand(counted[:done])
            assert 5 * standing.reserved >= standing.posts
            assert 5 * standing.reserved_adverts >= standing.adverts
            assert shortfall(standing) == Shortfall(0, 0)

    @given(history=histories, run=st.lists(posts_of, min_size=1, max_size=10), debt=debts, advert_debt=debts)
    def test_debt_only_ever_shrinks_while_what_is_due_is_reserved(self, history, run, debt, advert_debt):
        counted = list(history)
        short = shortfall(stand(counted, debt=debt, advert_debt=advert_debt))
        for posts in run:
            answer = due(stand(counted, debt=debt, advert_debt=advert_debt), posts)
            counted.append((posts, answer.posts))
            after = shortfall(stand(counted, debt=debt, advert_debt=advert_debt))
            assert after.posts <= short.posts
            assert after.adverts <= short.adverts
            short = after

    @given(history=histories, posts=posts_of, debt=debts, advert_debt=debts)
    def test_due_is_enough_and_no_more(self, history, posts, debt, advert_debt):
        before = stand(history, debt=debt, advert_debt=advert_debt)
        answer = due(before, posts)
        assert 0 <= answer.posts <= posts

        def nothing_is_owed(reserved):
            """Both readings, from first principles: what is reserved beyond the debt is a fifth."""
            all_posts, all_reserved = before.posts + posts, before.reserved + reserved
            adverts, reserved_adverts = before.adverts + 1, before.reserved_adverts + (reserved > 0)
            in_posts = 5 * (all_reserved - debt) >= all_posts
            # a vacancy is one advert: it can pay one advert of the debt, never two
            in_adverts = 5 * (reserved_adverts - advert_debt) >= adverts or reserved > 0
            return in_posts and in_adverts

        if answer.posts < posts:
            assert nothing_is_owed(answer.posts)
        if answer.posts > 0:
            assert not nothing_is_owed(answer.posts - 1)

    @given(history=histories, posts=posts_of, debt=debts, advert_debt=debts)
    def test_the_reason_names_the_reading_that_asks_for_more(self, history, posts, debt, advert_debt):
        standing = stand(history, debt=debt, advert_debt=advert_debt)
        answer = due(standing, posts)
        without_adverts = due(dataclasses.replace(standing, adverts=0, reserved_adverts=1, advert_debt=0), posts)
        if answer.reason == "adverts":
            assert (answer.posts, without_adverts) == (1, Due(0, ""))
        else:
            assert answer == without_adverts
        assert (answer.reason == "") == (answer.posts == 0)


class TestLevels:
    def test_by_hand(self):
        assert levels(posts=10, reserved=3, decided=5, interviewed=2, appointed=2) == Levels(3, 3, 2, 2)
        assert levels(posts=10, reserved=3, decided=1, interviewed=1, appointed=0) == Levels(3, 1, 1, 0)
        assert levels(10, 3, 0, 0, 0) == Levels(reserved=3, considered=0, interviewed=0, appointed=0)

    def test_nothing_reserved_counts_nobody(self):
        assert levels(posts=4, reserved=0, decided=6, interviewed=4, appointed=2) == Levels(0, 0, 0, 0)

    def test_a_later_count_never_exceeds_the_one_before(self):
        assert levels(posts=4, reserved=4, decided=1, interviewed=3, appointed=2) == Levels(4, 1, 1, 1)

    def test_in_adverts(self):
        assert levels(posts=10, reserved=3, decided=2, interviewed=1, appointed=0).adverts == Levels(1, 1, 1, 0)
        assert levels(posts=1, reserved=0, decided=0, interviewed=0, appointed=0).adverts == Levels(0, 0, 0, 0)

    @given(vacancy=vacancies(), people=st.tuples(*[st.integers(0, 90)] * 3))
    def test_each_level_is_capped_by_the_one_before_and_by_its_people(self, vacancy, people):
        posts, reserved = vacancy
        answer = levels(posts, reserved, *people)
        assert answer.reserved == reserved
        for level, before, count in zip(answer[1:], answer, people, strict=False):
            assert level == min(before, count)
        assert answer.adverts == tuple(1 if level else 0 for level in answer)

    @pytest.mark.parametrize("wrong", NOT_COUNTS)
    @pytest.mark.parametrize("field", ["posts", "reserved", "decided", "interviewed", "appointed"])
    def test_refuses_what_is_no_count(self, field, wrong):
        counts = {"posts": 5, "reserved": 1, "decided": 1, "interviewed": 1, "appointed": 1}
        with pytest.raises(ValueError, match=f"^{field} has to be"):
            levels(**(counts | {field: wrong}))

    @pytest.mark.parametrize(("posts", "reserved", "sentence"), [(0, 0, "at least 1 post"), (2, 3, "cannot be")])
    def test_refuses_an_impossible_vacancy(self, posts, reserved, sentence):
        with pytest.raises(ValueError, match=sentence):
            levels(posts, reserved, 0, 0, 0)


def test_it_stands_without_django():
    code = "import sys, vacancies.ring_fence; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

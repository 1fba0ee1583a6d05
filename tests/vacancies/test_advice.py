"""The words of the advice: how far short, which vacancy helps and by how much, when, and why so many posts are due."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.clock import today
from vacancies.advice import best_of, clears, explained, named, short_words, spoken, when, would
from vacancies.ring_fence import Shortfall, Standing, due, need, shortfall
from vacancies.ring_fencing import after

MONDAY = date(2026, 11, 23)  # the clock of the tests
COUNTS = st.integers(min_value=0, max_value=400)


@st.composite
def standings(draw):
    """Any standing that a ledger can hold: no more reserved than counted."""
    posts, debt, advert_debt = draw(COUNTS), draw(st.integers(0, 9)), draw(st.integers(0, 9))
    adverts = draw(st.integers(0, posts))
    reserved = draw(st.integers(0, posts))
    return Standing(posts, reserved, adverts, draw(st.integers(0, min(adverts, reserved))), debt, advert_debt)


def vacancy(pk=1, *, posts=1, ready=0, closes=None, **facts):
    """What the advice reads of a vacancy."""
    return SimpleNamespace(
        pk=pk,
        **{
            "posts": posts,
            "ready_people": ready,
            "closes_on": closes,
            "state": "open",
            "opened_on": MONDAY,
            "authorised_on": None,
            "title": "Porter",
            "site": None,
            "site_id": None,
        }
        | facts,
    )


class TestDays:
    def test_the_clock_stands_on_a_monday(self):
        assert (today(), today().weekday()) == (MONDAY, 0)

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            (date(2026, 11, 16), "16 November"),
            (date(2026, 11, 22), "22 November"),
            (date(2026, 11, 23), "today"),
            (date(2026, 11, 24), "tomorrow"),
            (date(2026, 11, 25), "Wednesday"),
            (date(2026, 11, 26), "Thursday"),
            (date(2026, 11, 27), "Friday"),
            (date(2026, 11, 28), "Saturday"),
            (date(2026, 11, 29), "Sunday"),
            (date(2026, 11, 30), "30 November"),
            (date(2026, 12, 1), "1 December"),
            (date(2027, 1, 5), "5 January"),
        ],
    )
    def test_near_days_by_name_and_others_by_date(self, day, words):
        assert spoken(day) == words

    @given(st.integers(min_value=2, max_value=6))
    def test_a_weekday_alone_is_never_ambiguous(self, days):
        said = {spoken(MONDAY + timedelta(days=each)) for each in range(2, 7)}
        assert spoken(MONDAY + timedelta(days=days)) in said
        assert len(said) == 5
        assert spoken(MONDAY + timedelta(days=7)) not in said

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"state": "draft", "opened_on": date(2026, 11, 26)}, "opens Thursday"),
            ({"state": "draft", "opened_on": date(2026, 11, 24)}, "opens tomorrow"),
            ({"state": "draft", "opened_on": None, "authorised_on": date(2026, 12, 12)}, "opens 12 December"),
            ({"state": "draft", "opened_on": MONDAY, "closes": date(2026, 12, 12)}, "closes 12 December"),
            ({"state": "draft", "opened_on": date(2026, 11, 20), "closes": MONDAY}, "closes today"),
            ({"state": "draft", "opened_on": None}, "no closing date yet"),
            ({"state": "open", "closes": date(2026, 11, 27)}, "closes Friday"),
            ({"state": "open", "opened_on": date(2026, 12, 1), "closes": date(2026, 12, 9)}, "closes 9 December"),
            ({"state": "open"}, "no closing date yet"),
        ],
    )
    def test_when_it_opens_or_closes(self, facts, words):
        assert when(vacancy(**facts)) == words

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"title": "Porter"}, "Porter"),
            ({"title": "Porter", "site": "Northwick Park", "site_id": 7}, "Porter, Northwick Park"),
            (
                {"title": "Healthcare support worker", "site": "Ealing", "site_id": 1},
                "Healthcare support worker, Ealing",
            ),
        ],
    )
    def test_named_with_its_site(self, facts, words):
        assert named(vacancy(**facts)) == words


class TestShort:
    @pytest.mark.parametrize(
        ("short", "words"),
        [
            (Shortfall(1, 0), "1 post"),
            (Shortfall(2, 0), "2 posts"),
            (Shortfall(1, 4), "1 post"),
            (Shortfall(0, 1), "1 advert"),
            (Shortfall(0, 3), "3 adverts"),
            (Shortfall(12, 3), "12 posts"),
        ],
    )
    def test_in_posts_first(self, short, words):
        assert short_words(short) == words

    @pytest.mark.parametrize(
        ("standing", "posts", "words"),
        [
            # 1 of 10 posts, 2 needed: another post raises the need to 3 of 11, and gives one
            (Standing(10, 1, 2, 1), 1, "would keep it from growing"),
            # five more posts need no more than 3 of 15, and two of them can be given
            (Standing(10, 1, 2, 1), 5, "would clear it"),
            # 1 of 20, 4 needed: both posts of two are given, 3 of 22 where 5 are needed
            (Standing(20, 1, 4, 1), 2, "would reduce it"),
            (Standing(20, 1, 4, 1), 20, "would clear it"),
            # posts are enough and adverts are not
            (Standing(5, 1, 6, 1), 1, "would clear it"),
            (Standing(50, 20, 12, 1), 1, "would reduce it"),
            (Standing(50, 20, 10, 1), 1, "would keep it from growing"),
            # a debt of the year before
            (Standing(0, 0, 0, 0, debt=1), 1, "would keep it from growing"),
            (Standing(0, 0, 0, 0, debt=1), 2, "would clear it"),
            (Standing(0, 0, 0, 0, debt=4), 3, "would reduce it"),
            # nothing is short
            (Standing(), 1, "would clear it"),
            (Standing(5, 5, 1, 1), 1, "would clear it"),
        ],
    )
    def test_what_a_vacancy_does_to_it(self, standing, posts, words):
        assert would(vacancy(posts=posts), standing) == words
        assert clears(vacancy(posts=posts), standing) is (words == "would clear it")

    @given(standings(), st.integers(min_value=1, max_value=60))
    def test_the_words_are_true(self, standing, posts):
        before = shortfall(standing)
        left = shortfall(after(standing, posts, due(standing, posts).posts))
        said = would(vacancy(posts=posts), standing)
        assert (said == "would clear it") is (left == (0, 0))
        if said == "would reduce it":
            assert left.posts < before.posts if before.posts else left.adverts < before.adverts

    @given(standings(), st.integers(min_value=1, max_value=60))
    def test_reserving_what_is_due_never_adds_to_what_is_short(self, standing, posts):
        before = shortfall(standing)
        left = shortfall(after(standing, posts, due(standing, posts).posts))
        assert left.posts <= before.posts
        assert left.adverts <= before.adverts

    @given(standings(), st.integers(min_value=1, max_value=60), st.integers(min_value=1, max_value=60))
    def test_a_larger_vacancy_never_clears_less(self, standing, posts, more):
        if clears(vacancy(posts=posts), standing):
            assert clears(vacancy(posts=posts + more), standing)


SHORT = Standing(10, 1, 2, 1)  # one post short; a vacancy of five posts clears it, one of one post does not


class TestBest:
    @pytest.mark.parametrize(
        ("vacancies", "best"),
        [
            ([], None),
            ([vacancy(1)], 1),
            # most ready people, of those that clear
            ([vacancy(1, posts=5, ready=2), vacancy(2, posts=5, ready=7)], 2),
            # one that clears and has somebody ready comes before one with more ready people that does not clear
            ([vacancy(1, posts=1, ready=9), vacancy(2, posts=5, ready=1)], 2),
            # ready people come before clearing where nobody is ready for what clears
            ([vacancy(1, posts=1, ready=3), vacancy(2, posts=5, ready=0)], 1),
            # nobody is ready anywhere: what clears
            ([vacancy(1, posts=1), vacancy(2, posts=5)], 2),
            # not known is as nobody
            ([vacancy(1, posts=5, ready=None), vacancy(2, posts=5, ready=1)], 2),
            # the same otherwise: what has to be decided sooner, then the older
            ([vacancy(1, closes=date(2026, 12, 18)), vacancy(2, closes=date(2026, 12, 4))], 2),
            ([vacancy(1), vacancy(2, closes=date(2026, 12, 4))], 2),
            ([vacancy(2, closes=date(2026, 12, 4)), vacancy(1, closes=date(2026, 12, 4))], 1),
        ],
    )
    def test_which_is_named(self, vacancies, best):
        found = best_of(vacancies, SHORT)
        assert (found.pk if found else None) == best

    @given(st.permutations([vacancy(pk, posts=pk % 3 + 1, ready=pk % 4) for pk in range(1, 8)]))
    def test_whatever_the_order_they_come_in(self, vacancies):
        assert best_of(vacancies, SHORT).pk == 7  # clears it, and three people are ready, as for 3, which does not


class TestExplained:
    def said(self, standing, posts):
        return explained(standing, posts, due(standing, posts))

    def test_both_readings_in_words(self):
        assert self.said(Standing(10, 2, 2, 1), 5) == [
            "Posts: with this vacancy 15 posts are counted. One in five, rounded up, is 3; 2 are reserved. "
            "So 1 more is needed.",
            "Adverts: with this one 3 adverts are counted. One in five, rounded up, is 1; 1 has a reserved post. "
            "So this advert need not have one.",
        ]

    def test_what_is_owed_from_last_year(self):
        assert self.said(Standing(10, 2, 5, 2, debt=2, advert_debt=1), 5) == [
            "Posts: with this vacancy 15 posts are counted. One in five, rounded up, is 3, and 2 owed from last year; "
            "2 are reserved. So 3 more are needed.",
            "Adverts: with this one 6 adverts are counted. One in five, rounded up, is 2, and 1 owed from last year; "
            "2 have a reserved post. So this advert has to have one.",
        ]

    def test_no_more_than_the_vacancy_has(self):
        assert self.said(Standing(debt=3), 1) == [
            "Posts: with this vacancy 1 post is counted. One in five, rounded up, is 1, and 3 owed from last year; "
            "0 are reserved. So 4 more are needed.",
            "Adverts: with this one 1 advert is counted. One in five, rounded up, is 1; 0 have a reserved post. "
            "So this advert has to have one.",
            "This vacancy has only 1, so 1 is due here.",
        ]

    def test_nothing_is_needed_where_more_than_enough_is_reserved(self):
        first, second = self.said(Standing(10, 8, 4, 4), 2)
        assert first.endswith("One in five, rounded up, is 3; 8 are reserved. So 0 more are needed.")
        assert second.endswith(
            "One in five, rounded up, is 1; 4 have a reserved post. So this advert need not have one."
        )

    @given(standings(), st.integers(min_value=1, max_value=60))
    def test_a_third_line_only_where_the_vacancy_is_too_small(self, standing, posts):
        owed = due(standing, posts)
        lines = explained(standing, posts, owed)
        by_posts = need(standing.posts + posts) + standing.debt - standing.reserved
        assert len(lines) == (3 if by_posts > posts else 2)
        if len(lines) == 3:
            assert owed.posts == posts

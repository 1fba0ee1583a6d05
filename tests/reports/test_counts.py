"""What is shown of counts: all of them to some, protected ones to others."""

from hypothesis import given
from hypothesis import strategies as st

from reports.disclosure import STAR, exposed, protect
from reports.tables.counts import Exact, Protected, protected

ALL = "all"


def line_of(*counts):
    values = {(ALL,): sum(counts)} | {("part", n): count for n, count in enumerate(counts)}
    return values, [((ALL,), [("part", n) for n in range(len(counts))])]


def test_exact_counts_and_rates():
    values, lines = line_of(1, 7)
    shown = Exact(values, lines)
    assert (shown.count((ALL,)), shown.count(("part", 0)), shown.count("missing")) == (8, 1, 0)
    assert str(shown.rate(("part", 1), (ALL,))) == "87.5"
    assert Exact({}).rate("a", "b") is None


def test_protected_counts_are_those_of_the_disclosure_room():
    values, lines = line_of(1, 8, 8)
    shown = Protected(values, lines)
    assert {key: shown.count(key) for key in values} == protect(values, lines)[0]
    assert shown.count("missing") == STAR
    assert shown.rate(("part", 1), (ALL,)) == STAR


def test_a_rate_is_given_of_a_part_on_its_line_only():
    shown = Protected(*line_of(40, 60))
    assert shown.rate(("part", 0), (ALL,)) == 40
    assert shown.rate((ALL,), ("part", 0)) == STAR


def test_people_who_are_all_in_one_part_are_shown_as_a_total_alone():
    shown = protected(*line_of(0, 12, 0))
    assert (shown.count((ALL,)), [shown.count(("part", n)) for n in range(3)]) == (10, [STAR] * 3)


def test_small_counts_that_no_star_can_hide_are_left_out():
    values, lines = line_of(*[1] * 6)
    assert exposed(values, lines, protect(values, lines)[1])
    shown = protected(values, lines)
    assert [shown.count(key) for key in values] == [STAR] * 7


@given(
    st.lists(st.integers(0, 20), min_size=2, max_size=4),
    st.lists(st.integers(0, 20), min_size=2, max_size=4),
)
def test_two_ways_to_divide_one_total_leave_no_small_count_known(first, second):
    second = [*second, max(0, sum(first) - sum(second))]
    first = [*first, max(0, sum(second) - sum(first))]
    values = {ALL: sum(first)} | {f"a{n}": c for n, c in enumerate(first)} | {f"b{n}": c for n, c in enumerate(second)}
    lines = [(ALL, [key for key in values if key.startswith(letter)]) for letter in "ab"]
    lines = [(total, [key for key in parts if key != ALL]) for total, parts in lines]
    shown = protected(values, lines)
    assert not shown.weak
    for key, n in values.items():
        if shown.count(key) != STAR:
            assert abs(shown.count(key) - n) <= 2
        assert shown.count(key) == STAR or n == 0 or n > 7

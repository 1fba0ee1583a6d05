"""Differencing: a table of some people beside the table of all of them."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.disclosure import STAR, cell, exposed, protect, releasable

from .reader import grid, is_small, line, weak
from .test_protect import tables


def of_lines(subset, everything):
    return releasable(line(*subset)[0], *line(*everything))


class TestByHand:
    @pytest.mark.parametrize(
        ("subset", "everything", "answer"),
        [
            (27, 30, False),  # the other 3 are known by subtraction
            (3, 30, False),
            (15, 30, True),
            (8, 30, True),
            (22, 30, True),
            (23, 30, False),
            (30, 30, True),
            (0, 30, True),
            (0, 0, True),
            (3, 7, True),  # the whole is starred: neither tells of the other
            (7, 7, True),
            (0, 5, True),
            (1, 8, False),
        ],
    )
    def test_one_figure(self, subset, everything, answer):
        assert releasable({"n": subset}, {"n": everything}, []) is answer

    def test_of_a_line(self):
        assert of_lines([20, 30], [60, 70]) is True
        assert of_lines([20, 67], [60, 70]) is False  # 3 left out of 70

    def test_a_small_part_that_the_whole_stars_too(self):
        assert of_lines([2, 30], [5, 60]) is True

    def test_a_small_part_that_the_whole_shows(self):
        assert of_lines([5, 30], [20, 60]) is False

    def test_a_small_part_that_is_left_out_of_what_the_whole_shows(self):
        assert of_lines([15, 30], [20, 60]) is False

    def test_each_table_is_safe_and_the_three_together_are_not(self):
        """All: *, 30 of 30. These: 0, 10 of 10. So the rest, 15 of 15: the whole is at most 12 + 17, and the star 1."""
        everything, these, rest = line(1, 28), line(0, 12), line(1, 16)
        for values, lines in (everything, these, rest):
            assert exposed(values, lines, protect(values, lines)[1]) == set()
        assert releasable(these[0], *everything) is False

    def test_a_grid(self):
        everything, lines = grid([[40, 60], [50, 70]])
        assert releasable(grid([[20, 30], [25, 35]])[0], everything, lines) is True
        assert releasable(grid([[40, 60], [50, 66]])[0], everything, lines) is False

    def test_a_key_that_is_missing_counts_nobody(self):
        values, lines = line(20, 30)
        assert releasable({"p0": 20, "total": 20}, values, lines) is True
        assert releasable({}, values, lines) is True

    def test_the_settings_count(self):
        assert releasable({"n": 20}, {"n": 29}, []) is True
        assert releasable({"n": 20}, {"n": 29}, [], threshold=10) is False


class TestRefusals:
    def test_more_than_everything(self):
        with pytest.raises(ValueError, match="whole number from 0 up"):
            releasable({"n": 31}, {"n": 30}, [])

    def test_an_unknown_key(self):
        with pytest.raises(ValueError, match="Not in the whole table: m"):
            releasable({"m": 3}, {"n": 30}, [])

    @pytest.mark.parametrize(("subset", "everything"), [([1, 2, 4], [10, 20, 30]), ([1, 2, 3], [10, 20, 31])])
    def test_a_line_that_does_not_add_up(self, subset, everything):
        keys = ["a", "b", "total"]
        with pytest.raises(ValueError, match="parts of total do not add up"):
            releasable(
                dict(zip(keys, subset, strict=True)),
                dict(zip(keys, everything, strict=True)),
                [("total", ["a", "b"])],
            )

    def test_what_is_no_count(self):
        with pytest.raises(ValueError, match="whole number from 0 up"):
            releasable({"n": True}, {"n": 30}, [])

    def test_settings_that_hide_nothing(self):
        with pytest.raises(ValueError, match="do not hide"):
            releasable({}, {}, [], threshold=1)


def test_reading_one_released_figure_backwards_gives_nothing():
    """Every figure up to 80 with every part of it: what is published of all and of these, and what it tells."""
    seen = defaultdict(list)
    for everything in range(81):
        for subset in range(everything + 1):
            released = releasable({"n": subset}, {"n": everything}, [])
            seen[cell(everything), cell(subset) if released else None].append((everything, subset, everything - subset))
    for fits in seen.values():
        for place in range(3):
            known = {true[place] for true in fits}
            assert not any(is_small(n) for n in known) or len(known) >= 3


def subset_of(everything, lines, data):
    totals = {total for total, _ in lines}
    these = {
        key: n - data.draw(st.sampled_from([part for part in (0, 3, 8, 20, n) if part <= n]))
        for key, n in everything.items()
        if key not in totals
    }
    for total, parts in lines * 2:  # twice: a total may be a part
        these[total] = sum(these.get(part, 0) for part in parts)
    return these


@given(table=tables, data=st.data())
def test_released_tables_together_keep_three_values(table, data):
    everything, lines = table
    these = subset_of(everything, lines, data)
    if not releasable(these, everything, lines):
        return
    rest = {key: n - these[key] for key, n in everything.items()}
    published, _ = protect(everything, lines)
    for key, shown in published.items():
        assert shown == STAR or not (is_small(these[key]) or is_small(rest[key]))
    values, joint, secondary = {}, [], set()
    for name, counts in (("all", everything), ("these", these), ("rest", rest)):
        values |= {(name, key): n for key, n in counts.items()}
        secondary |= {(name, key) for key in protect(counts, lines)[1]}
        joint += [((name, total), [(name, part) for part in parts]) for total, parts in lines]
    joint += [(("all", key), [("these", key), ("rest", key)]) for key in everything]
    assert weak(values, joint, secondary) == {}


@given(table=tables, data=st.data())
def test_a_subset_and_its_complement_get_one_answer(table, data):
    everything, lines = table
    these = subset_of(everything, lines, data)
    rest = {key: n - these[key] for key, n in everything.items()}
    assert releasable(these, everything, lines) is releasable(rest, everything, lines)


@given(table=tables)
def test_everybody_and_nobody_tell_nothing_new(table):
    everything, lines = table
    safe = exposed(everything, lines, protect(everything, lines)[1]) == set()
    assert releasable(everything, everything, lines) is safe
    assert releasable({}, everything, lines) is safe

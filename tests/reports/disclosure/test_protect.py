"""Tables: which stars are added, by hand and against the rule written out plainly."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.disclosure import STAR, cell, exposed, protect, rates

from .reader import grid, is_small, line, plain_protect, weak

NASTY = st.sampled_from([0, 1, 1, 2, 3, 6, 7, 8, 8, 9, 10, 12, 13, 14, 20, 23, 28])
counts = st.one_of(NASTY, st.integers(0, 60))


@st.composite
def grids(draw, most=4):
    width = draw(st.integers(1, most))
    return grid(draw(st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=most)))


@st.composite
def chains(draw):
    """Months to quarters to a year: totals that are parts."""
    quarters = draw(st.lists(st.lists(counts, min_size=1, max_size=3), min_size=2, max_size=4))
    values, lines = {}, []
    for number, months in enumerate(quarters):
        keys = [f"q{number}m{month}" for month in range(len(months))]
        values |= dict(zip(keys, months, strict=True)) | {f"q{number}": sum(months)}
        lines.append((f"q{number}", keys))
    values["year"] = sum(map(sum, quarters))
    return values, [*lines, ("year", [total for total, _ in lines])]


tables = st.one_of(grids(), chains())


def unavoidable(values, lines):
    """What is weak though all is starred that can be: too many small counts in a small total."""
    return weak(values, lines, {key for key, n in values.items() if n >= 8})


class TestByHand:
    def test_nothing_to_hide(self):
        values, lines = line(10, 20, 0)
        assert protect(values, lines) == ({"p0": 10, "p1": 20, "p2": 0, "total": 30}, set())

    def test_a_star_that_needs_no_other(self):
        values, lines = line(3, 20, 14)
        assert protect(values, lines) == ({"p0": STAR, "p1": 20, "p2": 15, "total": 35}, set())

    def test_the_part_that_frees_it_is_starred_before_the_total(self):
        values, lines = line(6, 12)  # 18 to 22, less at most 12
        assert protect(values, lines) == ({"p0": STAR, "p1": STAR, "total": 20}, {"p1"})

    def test_the_smallest_that_helps_goes(self):
        values, lines = line(1, 13, 18)  # 28-32 less 13 and 18: either frees it
        published, secondary = protect(values, lines)
        assert secondary == {"p1"}
        assert published == {"p0": STAR, "p1": STAR, "p2": 20, "total": 30}

    def test_of_two_alike_the_earlier_key_goes(self):
        values, lines = line(18, 1, 13, 0, 18, 8, 13)  # 70 is 68-72, less 70: both 13s would free it
        assert protect(values, lines)[1] == {"p2"}

    def test_a_hidden_total_takes_its_line_along(self):
        values, lines = line(1, 8, 8, 0)  # 8 is the least that is shown: a star on a part would not help
        published, secondary = protect(values, lines)
        assert secondary == {"total", "p1", "p2"}
        assert published == {"p0": STAR, "p1": STAR, "p2": STAR, "p3": 0, "total": STAR}

    def test_a_hidden_total_that_is_a_part_leaves_its_own_total_shown(self):
        values, lines = grid([[1, 8, 8], [11, 9, 30]])
        published, secondary = protect(values, lines)
        assert secondary == {"r0|all", "r0|c1", "r0|c2"}
        assert (published["all|all"], published["r1|all"], published["all|c1"]) == (65, 50, 15)

    def test_a_table_in_two_pieces_is_two_tables(self):
        values, lines = line(6, 12)
        other = {f"z{key}": n for key, n in line(1, 8, 8)[0].items()}
        published, secondary = protect(values | other, [*lines, ("ztotal", ["zp0", "zp1", "zp2"])])
        assert secondary == {"p1", "zp1", "zp2", "ztotal"}
        assert published["total"] == 20

    def test_keys_on_no_line_are_cells(self):
        assert protect({"a": 3, ("b", 2): 12, 7: 0}, []) == ({"a": STAR, ("b", 2): 10, 7: 0}, set())

    def test_a_line_of_no_parts_is_nobody(self):
        assert protect({"total": 0}, [("total", [])]) == ({"total": 0}, set())

    def test_order_of_the_answer_is_that_of_the_question(self):
        values, lines = grid([[6, 12], [30, 22]])
        assert list(protect(values, lines)[0]) == list(values)

    def test_the_question_is_left_alone(self):
        values, lines = grid([[1, 8], [8, 12]])
        before = dict(values), [(total, list(parts)) for total, parts in lines]
        protect(values, lines)
        assert (values, lines) == before

    def test_lines_may_come_once_only(self):
        values, lines = grid([[1, 8], [8, 12]])
        assert protect(values, iter(lines)) == protect(values, lines)

    def test_ten_and_five(self):
        values, lines = line(9, 12, 40)
        published, _ = protect(values, lines, threshold=10)
        assert (published["p0"], published["p2"], published["total"]) == (STAR, 40, 60)

    def test_base_one_shows_all_but_the_small(self):
        """With exact figures around it a lone star is always known: so there are two."""
        values, lines = line(3, 20, 14)
        assert protect(values, lines, base=1) == ({"p0": STAR, "p1": 20, "p2": STAR, "total": 37}, {"p2"})


class TestRefusals:
    @pytest.mark.parametrize("wrong", [-1, 2.0, True, None, "3"])
    def test_what_is_no_count(self, wrong):
        with pytest.raises(ValueError, match="whole number from 0 up"):
            protect({"a": wrong}, [])

    def test_a_total_that_differs_from_its_parts(self):
        with pytest.raises(ValueError, match="parts of total do not add up"):
            protect({"a": 3, "b": 4, "total": 8}, [("total", ["a", "b"])])

    def test_the_sentence_gives_no_count_away(self):
        with pytest.raises(ValueError, match="add up") as refusal:
            protect({"a": 3, "b": 4, "total": 8}, [("total", ["a", "b"])])
        assert not any(character.isdigit() for character in str(refusal.value))

    @pytest.mark.parametrize("named", [("total", ["a", "c"]), ("c", ["a"])])
    def test_an_unknown_key(self, named):
        with pytest.raises(ValueError, match="names what is not in the table: c"):
            protect({"a": 3, "total": 3}, [named])

    @pytest.mark.parametrize("named", [("total", ["a", "a"]), ("total", ["total"]), ("total", ["a", "total"])])
    def test_a_key_twice_on_a_line(self, named):
        with pytest.raises(ValueError, match="names something twice"):
            protect({"a": 0, "total": 0}, [named])

    def test_settings_that_hide_nothing(self):
        for ask in (protect, lambda values, lines, **settings: exposed(values, lines, set(), **settings)):
            with pytest.raises(ValueError, match="do not hide"):
                ask({"a": 9}, [], threshold=2)

    @pytest.mark.parametrize("wrong", ["p0", "p2", "elsewhere"])
    def test_what_is_never_a_secondary_star(self, wrong):
        values, lines = line(6, 12, 0)
        for ask in (exposed, rates):
            with pytest.raises(ValueError, match=f"Not starred as a secondary: {wrong}"):
                ask(values, lines, {"p1", wrong})


class TestAnyTable:
    @given(table=tables)
    def test_is_the_rule_written_out_plainly(self, table):
        values, lines = table
        published, secondary = protect(values, lines)
        assert secondary == plain_protect(values, lines)
        assert published == {key: STAR if key in secondary else cell(n) for key, n in values.items()}

    @given(table=tables)
    def test_every_small_count_keeps_three_values(self, table):
        values, lines = table
        _, secondary = protect(values, lines)
        assert weak(values, lines, secondary) == unavoidable(values, lines)
        assert exposed(values, lines, secondary) == set(unavoidable(values, lines))

    @given(table=tables)
    def test_no_secondary_star_is_needless(self, table):
        values, lines = table
        _, secondary = protect(values, lines)
        assert all(values[key] >= 8 for key in secondary)
        for key in secondary:
            if not any(total in secondary and key in parts for total, parts in lines):
                assert weak(values, lines, secondary - {key}) != weak(values, lines, secondary)

    @given(table=tables)
    def test_a_hidden_total_shows_no_part_but_nought(self, table):
        values, lines = table
        published, secondary = protect(values, lines)
        for total, parts in lines:
            if total in secondary:
                assert {published[part] for part in parts} <= {STAR, 0}

    @given(table=tables, seed=st.integers())
    def test_order_does_not_matter(self, table, seed):
        values, lines = table
        order = random.Random(seed)
        keys = order.sample(list(values), len(values))
        shuffled = [(total, order.sample(parts, len(parts))) for total, parts in order.sample(lines, len(lines))]
        assert protect({key: values[key] for key in keys}, shuffled) == protect(values, lines)

    @pytest.mark.full
    @given(table=grids(most=6))
    def test_larger_ones(self, table):
        values, lines = table
        _, secondary = protect(values, lines)
        assert weak(values, lines, secondary) == unavoidable(values, lines)
        assert secondary == plain_protect(values, lines)


def test_two_thousand_nasty_grids_are_as_the_rule_says():
    """The same each time, and enough of them that each of the rule's ties decides some."""
    chance = random.Random(2018)
    needed = 0
    for _ in range(2000):
        width, least = chance.randint(1, 4), chance.choice([0, 1, 6, 8])
        rows = [
            [chance.choice([1, 8, chance.randint(6, 9), chance.randint(least, 30)]) for _ in range(width)]
            for _ in range(chance.randint(1, 4))
        ]
        values, lines = grid(rows)
        _, secondary = protect(values, lines)
        assert secondary == plain_protect(values, lines), rows
        needed += bool(secondary)
    assert needed > 300


class TestExposed:
    def test_six_people_in_six_months(self):
        values, lines = line(1, 1, 1, 1, 1, 1, 0)
        published, secondary = protect(values, lines)
        assert (set(published.values()), secondary) == ({STAR, 0}, set())
        assert exposed(values, lines, secondary) == {"p0", "p1", "p2", "p3", "p4", "p5", "total"}

    def test_six_people_in_a_grid(self):
        values, lines = grid([[1, 1, 1], [1, 1, 1]])
        published, secondary = protect(values, lines)
        assert (set(published.values()), secondary) == ({STAR}, set())
        assert exposed(values, lines, secondary) == set(values)

    def test_five_parts_are_enough_room(self):
        values, lines = line(1, 1, 1, 1, 1)
        assert exposed(values, lines, protect(values, lines)[1]) == set()

    def test_without_the_secondary_stars_it_says_what_is_weak(self):
        values, lines = line(6, 12)
        assert exposed(values, lines, set()) == {"p0"}
        assert exposed(values, lines, {"p1"}) == set()

    @given(parts=st.lists(counts, max_size=5))
    def test_no_line_of_up_to_five_parts(self, parts):
        values, lines = line(*parts)
        assert exposed(values, lines, protect(values, lines)[1]) == set()

    @given(parts=st.lists(counts, min_size=6, max_size=12))
    def test_a_longer_line_only_where_the_total_is_small(self, parts):
        values, lines = line(*parts)
        left = exposed(values, lines, protect(values, lines)[1])
        assert left == set() or is_small(values["total"])

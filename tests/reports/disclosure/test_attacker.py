"""Exhaustive attacks on short lines: nobody gets a small count down to fewer than three possible values."""

from itertools import product

import pytest

from reports.disclosure import protect

from .reader import bounds, grid, invert, is_small, line, weak, worked_out

COUNTS = range(23)


def lines_of(parts, counts=COUNTS):
    return [line(*ns) for ns in product(counts, repeat=parts)]


def test_the_primary_rule_alone_leaks():
    """Why there is more than one rule: 27 of 11,109 small cells can be worked out exactly without it."""
    small = known = 0
    for values, lines in lines_of(3):
        found = bounds(values, lines, set())
        for key in lines[0][1]:
            small += is_small(values[key])
            known += is_small(values[key]) and found[key][0] == found[key][1]
    assert (small, known) == (11_109, 27)


@pytest.mark.parametrize("by_category", [False, True])
@pytest.mark.parametrize("parts", [2, 3])
def test_running_the_rule_backwards_gives_nothing(parts, by_category):
    """The attacker has the module, tries every table, and keeps those published just so, rates included."""
    found = invert(lines_of(parts), by_category=by_category)
    assert sum(map(len, found.values())) == len(COUNTS) ** parts
    assert worked_out(found) == []


@pytest.mark.full
def test_running_the_rule_backwards_on_longer_two_part_lines():
    assert worked_out(invert(lines_of(2, range(203)))) == []


def test_the_known_limit_of_running_it_backwards():
    """Beyond 22 the need for a second star can tell: docs/adr/0002. If this fails the rule got better: say so there."""
    found = invert(line(*ns) for ns in product(range(33), repeat=3) if 28 <= sum(ns) <= 32)
    seen = next(seen for seen, tables in found.items() if (1, 8, 23, 32) in tables)
    assert seen[:4] == ("*", 10, "*", 30)
    assert found[seen] == [(1, 8, 23, 32), (23, 8, 1, 32)]


def test_a_rate_on_a_line_with_a_star_would_tell():
    """1, 9, 21 is published as *, 10, 20: rates of 30% and 70% beside it would leave nothing but 1."""
    values, lines = line(1, 9, 21)
    published, secondary = protect(values, lines)
    assert [published[key] for key in ("p0", "p1", "p2", "total")] == ["*", 10, 20, 30]
    assert secondary == set()
    fits = {
        total - one - two
        for total, one, two in product(range(30, 33), range(8, 13), range(18, 23))
        if 1 <= total - one - two <= 7
        if (40 * one + total) // (2 * total) * 5 == 30 and (40 * two + total) // (2 * total) * 5 == 70
    }
    assert fits == {1}


@pytest.mark.parametrize("parts", [2, 3])
def test_even_told_which_stars_are_secondary_bounds_hold(parts):
    for values, lines in lines_of(parts):
        _, secondary = protect(values, lines)
        assert weak(values, lines, secondary) == {}


def exact_possibilities(values, lines, secondary):
    """Every 2 x 2 table that fits the boxes of a published one: stronger than bounds, which look at a line at a time."""
    boxes = bounds(values, lines, secondary)
    cells = ["r0|c0", "r0|c1", "r1|c0", "r1|c1"]
    found = {key: set() for key in values}
    ranges = [range(boxes[key][0], min(boxes[key][1], 80) + 1) for key in cells]
    for a, b, c in product(*ranges[:3]):
        if not (
            boxes["r0|all"][0] <= a + b <= boxes["r0|all"][1] and boxes["all|c0"][0] <= a + c <= boxes["all|c0"][1]
        ):
            continue
        for d in ranges[3]:
            true, _ = grid([[a, b], [c, d]])
            if all(boxes[key][0] <= n <= boxes[key][1] for key, n in true.items()):
                for key, n in true.items():
                    found[key].add(n)
    return found


def check_squares(counts):
    """Each sight that a 2 x 2 table of these counts can give; how many there are."""
    seen = set()
    for a, b, c, d in product(counts, repeat=4):
        values, lines = grid([[a, b], [c, d]])
        published, secondary = protect(values, lines)
        sight = (*published.values(), *sorted(secondary))
        if sight in seen or (a, b) > (c, d):  # the same table with its rows swapped
            continue
        seen.add(sight)
        found = exact_possibilities(values, lines, secondary)
        assert [key for key, n in values.items() if is_small(n) and len(found[key]) < 3] == [], values
    return len(seen)


def test_no_square_fits_fewer_than_three_values():
    """Not only by bounds: over all tables that fit."""
    assert check_squares([1, 6, 8, 13]) > 60


@pytest.mark.full
def test_no_square_up_to_14_fits_fewer_than_three_values():
    assert check_squares(range(15)) > 1000

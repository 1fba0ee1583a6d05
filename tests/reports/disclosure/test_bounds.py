"""Bounds kept up to date while stars come and go are those worked out anew, and are little work."""

import random
import subprocess
import sys
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reports.disclosure
from reports.disclosure import bounds, exposed, protect, rates, secondary
from reports.disclosure.bounds import FAR, Box, Table

from .reader import bounds as plain_bounds
from .reader import grid, is_small, line, weak
from .test_protect import tables


def boxes(table):
    return {name: tuple(table.now[number]) for number, name in enumerate(table.names)}


def anew(values, lines, hidden):
    """From the rules again; no upper limit is FAR here."""
    found = plain_bounds(values, lines, hidden)
    return {key: (low, FAR if high > 10**9 else high) for key, (low, high) in found.items()}


def can_be_hidden(table):
    return [number for number, n in enumerate(table.true) if n >= 8]


@pytest.mark.parametrize(
    ("n", "threshold", "base", "box"),
    [
        (0, 7, 5, Box(0, 0)),
        (3, 7, 5, Box(1, 7)),
        (8, 7, 5, Box(8, 12)),
        (23, 7, 5, Box(23, 27)),
        (11, 10, 5, Box(11, 12)),  # 10 of 8-12, of which 8 to 10 would be stars
        (8, 7, 10, Box(8, 14)),
        (25, 7, 10, Box(25, 34)),
        (9, 7, 1, Box(9, 9)),
    ],
)
def test_what_the_primary_rule_says(n, threshold, base, box):
    assert Table({"n": n}, [], threshold, base).shown_box(0) == box


@given(table=tables)
def test_at_the_start(table):
    values, lines = table
    assert boxes(Table(values, lines, 7, 5)) == anew(values, lines, set())


@given(table=tables, data=st.data())
def test_after_any_run_of_changes(table, data):
    values, lines = table
    kept = Table(values, lines, 7, 5)
    if not can_be_hidden(kept):
        return
    hidden = set()
    for number in data.draw(st.lists(st.sampled_from(can_be_hidden(kept)), max_size=12)):
        name = kept.names[number]
        kept.change({number: kept.shown_box(number) if name in hidden else kept.hidden_box})
        if data.draw(st.booleans()):
            kept.undo()
        else:
            hidden ^= {name}
        assert boxes(kept) == anew(values, lines, hidden)
        assert {kept.names[number] for number in kept.weak} == set(weak(values, lines, hidden))


@given(table=tables)
def test_a_wider_box_moves_nothing_on_other_lines_than_it_says(table):
    """What a star gains may be remembered until then."""
    values, lines = table
    kept = Table(values, lines, 7, 5)
    for number in can_be_hidden(kept):
        before = list(kept.now)
        said = kept.change({number: kept.hidden_box})
        moved = {key for key, box in enumerate(kept.now) if box != before[key]}
        assert all(line in said for key in moved for line in kept.lines_of[key])
        kept.undo()
        assert kept.now == before


def test_keeps_safe_narrows_or_leaves_alone():
    values, lines = grid([[6, 12], [30, 22]])
    _, hidden = protect(values, lines)
    table = Table(values, lines, 7, 5, hidden)
    before = boxes(table)
    star = table.number["r0|c1"]
    assert table.keeps_safe({star: table.shown_box(star)}) is False
    assert boxes(table) == before
    shown = table.number["r1|c0"]
    assert table.keeps_safe({shown: Box(29, 99)}) is True
    assert table.now[shown] == Box(29, 32)


def cube(trusts, months, kinds, count):
    """Trusts by months by kinds, with every total of each."""
    values = {(t, m, k): count() for t in range(trusts) for m in range(months) for k in range(kinds)}
    lines = []
    for place, size in enumerate((trusts, months, kinds)):
        for key in [key for key in values if key[place] == 0]:
            total = (*key[:place], "all", *key[place + 1 :])
            parts = [(*key[:place], number, *key[place + 1 :]) for number in range(size)]
            lines.append((total, parts))
            values[total] = sum(values[part] for part in parts)
    return values, lines


def work_of(monkeypatch, values, lines):
    """How many lines are looked at to protect a table, rates and all: a measure that no busy machine changes."""
    looked = 0
    tighten = bounds.Table._tighten

    def count(table, line):
        nonlocal looked
        looked += 1
        return tighten(table, line)

    monkeypatch.setattr(bounds.Table, "_tighten", count)
    _, hidden = protect(values, lines)
    rates(values, lines, hidden)
    assert exposed(values, lines, hidden) == set()
    return looked


SPREADS = {
    "small": ([0, 0, 0, 1, 1, 2, 3], 10_000),
    "mixed": ([0, 1, 2, 5, 8, 9, 10, 12, 20], 20_000),
    "large": ([3, 9, 14, 22, 27, 35, 41, 60], 20_000),
}
WORST = [1, 8, 8, 8, 8, 9]  # most counts are the least that is shown: each star leans on all others


@pytest.mark.parametrize("spread", SPREADS)
def test_ten_trusts_in_24_months_are_little_work(monkeypatch, spread):
    counts, most = SPREADS[spread]
    values, lines = cube(10, 24, 3, partial(random.Random(3).choice, counts))
    assert len(values) == 11 * 25 * 4
    assert work_of(monkeypatch, values, lines) < most


def test_out_of_patience_it_is_still_safe_and_needs_every_star(monkeypatch):
    values, lines = cube(3, 4, 3, partial(random.Random(3).choice, WORST))
    assert weak(values, lines, set()) != {}
    with_patience = protect(values, lines)[1]
    monkeypatch.setattr(secondary, "PATIENCE", 0)
    for hidden in (with_patience, protect(values, lines)[1]):
        assert weak(values, lines, hidden) == {}
        for key in hidden:
            in_hidden_line = any(total in hidden and key in parts for total, parts in lines)
            assert in_hidden_line or weak(values, lines, hidden - {key}) != {}


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        ([1, 13, 18], {"p1"}),  # either would do: 18 comes off first
        ([1, 13, 13, 8, 18, 18], {"p2"}),  # and of two alike the earlier key
    ],
)
def test_needless_stars_come_off_largest_first(monkeypatch, parts, left):
    monkeypatch.setattr(secondary, "PATIENCE", 0)  # so that all are starred to begin with
    assert protect(*line(*parts))[1] == left


@pytest.mark.full
def test_the_worst_table_ends(monkeypatch):
    values, lines = cube(10, 24, 3, partial(random.Random(3).choice, WORST))
    assert sum(map(is_small, values.values())) > 100
    assert work_of(monkeypatch, values, lines) < 3_000_000


def test_it_stands_without_django():
    code = "import sys, reports.disclosure; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_door_is_what_it_says():
    door = "STAR Star cell exposed one_category pounds pounds_table protect rate rates releasable"
    assert reports.disclosure.__all__ == door.split()

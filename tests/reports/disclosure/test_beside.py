"""What is published beside counts: rates and pounds of the same lines."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.disclosure import STAR, pounds_table, protect, rate, rates

from .reader import bounds, grid, line, weak
from .test_protect import tables


def rates_of(values, lines, **settings):
    return rates(values, lines, protect(values, lines)[1], **settings)


class TestRates:
    def test_a_line_without_a_star(self):
        assert rates_of(*line(10, 30, 0)) == [{"p0": 25, "p1": 75, "p2": 0}]

    def test_a_line_with_a_star_has_none(self):
        assert rates_of(*line(1, 9, 21)) == [{"p0": STAR, "p1": STAR, "p2": STAR}]
        assert rates_of(*line(6, 12, 0)) == [{"p0": STAR, "p1": STAR, "p2": STAR}]

    def test_a_line_of_too_few(self):
        assert rates_of(*line(10, 19)) == [{"p0": STAR, "p1": STAR}]
        assert rates_of(*line(10, 19), least=29) == [{"p0": 35, "p1": 65}]

    def test_in_the_order_of_the_lines(self):
        values, lines = grid([[20, 20], [30, 90]])
        assert rates_of(values, lines) == [
            {"r0|c0": 50, "r0|c1": 50},
            {"r1|c0": 25, "r1|c1": 75},
            {"r0|c0": 40, "r1|c0": 60},
            {"r0|c1": 20, "r1|c1": 80},
            {"r0|all": 25, "r1|all": 75},
            {"all|c0": 30, "all|c1": 70},
        ]

    def test_a_rate_that_would_tell_on_another_line_is_starred(self):
        """1 and 14 are published as * and 15 of 15, which leaves 1 to 4. That 15 is 25% of 55 would leave 1 and 2."""
        values, lines = grid([[3, 39], [1, 14]])
        published, secondary = protect(values, lines)
        assert secondary == set()
        assert (published["r1|c1"], published["r1|all"], published["all|all"]) == (15, 15, 55)
        assert {n for n in range(13, 18) for all_of in range(53, 58) if rate(n, all_of) == 25} == {13, 14, 15}
        assert rates(values, lines, secondary)[4] == {"r0|all": STAR, "r1|all": STAR}

    def test_the_same_rate_is_shown_where_it_tells_nothing(self):
        assert rates_of(*line(42, 15)) == [{"p0": 75, "p1": 25}]

    def test_refuses_what_protect_refuses(self):
        with pytest.raises(ValueError, match="do not add up"):
            rates({"a": 3, "total": 4}, [("total", ["a"])], set())
        with pytest.raises(ValueError, match="do not hide"):
            rates({"a": 3}, [], set(), threshold=1)

    @given(table=tables)
    def test_each_is_the_true_rate_or_a_star(self, table):
        values, lines = table
        published, secondary = protect(values, lines)
        answers = rates(values, lines, secondary)
        assert [list(answer) for answer in answers] == [parts for _, parts in lines]
        for (total, parts), answer in zip(lines, answers, strict=True):
            true = {part: rate(values[part], values[total]) for part in parts}
            assert answer in (true, dict.fromkeys(parts, STAR))
            if STAR in [published[key] for key in (total, *parts)]:
                assert set(answer.values()) <= {STAR}

    @given(table=tables)
    @example(table=grid([[0, 38, 20], [8, 1, 34]]))  # the rates of two lines together
    @example(table=grid([[3, 39], [1, 14]]))
    def test_with_all_rates_read_every_small_count_keeps_what_it_had(self, table):
        values, lines = table
        _, secondary = protect(values, lines)
        known = read_rates(values, lines, secondary, rates(values, lines, secondary))
        assert weak(values, lines, secondary, known) == weak(values, lines, secondary)


def read_rates(values, lines, secondary, answers):
    """What a reader knows of each count who puts all lines and all their rates together, over and over."""
    known = bounds(values, lines, secondary)
    while True:
        before = dict(known)
        for (total, _), answer in zip(lines, answers, strict=True):
            if set(answer.values()) <= {STAR}:
                continue
            wholes = [n for n in span(known[total]) if all(counts_at(known[p], n, r) for p, r in answer.items())]
            for part, shown in answer.items():
                fits = [count for n in wholes for count in counts_at(known[part], n, shown)]
                known[part] = (min(fits), max(fits))
            known[total] = (min(wholes), max(wholes))
        known = bounds(values, lines, secondary, known)
        if known == before:
            return known


def span(limits):
    return range(limits[0], limits[1] + 1)


def counts_at(limits, denominator, shown):
    return [n for n in span(limits) if n <= denominator and rate(n, denominator) == shown]


class TestPoundsTable:
    AMOUNTS = {"p0": Decimal("120.50"), "p1": Decimal("80.25"), "p2": Decimal(900), "total": Decimal("1100.75")}

    def ask(self, *people, **amounts):
        values, lines = line(*people)
        return pounds_table(self.AMOUNTS | amounts, protect(values, lines)[0], lines)

    def test_nothing_to_hide(self):
        assert self.ask(10, 9, 50) == self.AMOUNTS

    def test_a_lone_star_takes_the_next_smallest_along(self):
        """120.50 is 1100.75 less the others."""
        assert self.ask(4, 20, 50) == self.AMOUNTS | {"p0": STAR, "p1": STAR}
        assert self.ask(20, 4, 50) == self.AMOUNTS | {"p0": STAR, "p1": STAR}

    def test_two_stars_are_enough(self):
        assert self.ask(4, 30, 5) == self.AMOUNTS | {"p0": STAR, "p2": STAR}

    def test_starred_exactly_where_the_people_are(self):
        assert set(self.ask(1, 8, 8).values()) == {STAR}

    def test_an_amount_of_nought_is_the_last_to_go(self):
        answer = self.ask(4, 0, 50, p1=0, p2=Decimal("980.25"))
        assert answer == {"p0": STAR, "p1": Decimal(0), "p2": STAR, "total": Decimal("1100.75")}

    def test_the_total_goes_where_no_part_is_left(self):
        published = {"p0": STAR, "p1": 0, "total": 10}
        amounts = {"p0": 5, "p1": 0, "total": 5}
        assert pounds_table(amounts, published, [("total", ["p0", "p1"])]) == {"p0": STAR, "p1": 0, "total": STAR}

    def test_a_part_goes_before_a_total_of_the_same_size(self):
        published = {"p0": STAR, "p1": 10, "total": 20}
        amounts = {"p0": 0, "p1": 5, "total": 5}
        assert pounds_table(amounts, published, [("total", ["p0", "p1"])]) == {"p0": STAR, "p1": STAR, "total": 5}

    def test_paid_back_counts_by_its_size(self):
        amounts = {"p0": 100, "p1": -900, "p2": 50, "p3": 950, "total": 200}
        published = dict.fromkeys(amounts, 10) | {"p0": STAR}
        answer = pounds_table(amounts, published, [("total", ["p0", "p1", "p2", "p3"])])
        assert answer == amounts | {"p0": STAR, "p2": STAR}

    def test_a_part_goes_though_the_total_is_smaller(self):
        amounts = {"p0": 100, "p1": -900, "p2": 850, "total": 50}
        published = dict.fromkeys(amounts, 10) | {"p0": STAR}
        assert pounds_table(amounts, published, [("total", ["p0", "p1", "p2"])])["p2"] == STAR

    def test_a_star_on_one_line_may_ask_for_one_on_the_next(self):
        values, lines = grid([[4, 20], [30, 40]])
        people, _ = protect(values, lines)
        pounds = pounds_table({key: 100 * n for key, n in values.items()}, people, lines)
        assert {key for key, amount in pounds.items() if amount == STAR} == {"r0|c0", "r0|c1", "r1|c0", "r1|c1"}
        assert pounds["all|all"] == Decimal(9400)

    def test_amounts_are_decimals(self):
        values, lines = line(10, 20)
        answer = pounds_table({"p0": 1, "p1": 2, "total": 3}, protect(values, lines)[0], lines)
        assert [type(amount) for amount in answer.values()] == [Decimal] * 3

    def test_refuses_what_it_cannot_protect(self):
        with pytest.raises(ValueError, match="Decimal or a whole number"):
            pounds_table({"a": 1.5}, {"a": 10}, [])
        with pytest.raises(ValueError, match="Pounds without a count of people: a"):
            pounds_table({"a": 1}, {"b": 10}, [])
        with pytest.raises(ValueError, match="names what is not in the table: b"):
            pounds_table({"a": 1}, {"a": 10}, [("a", ["b"])])

    @given(table=tables, data=st.data())
    def test_no_line_has_a_lone_star(self, table, data):
        values, lines = table
        people, _ = protect(values, lines)
        totals = {total for total, _ in lines}
        amounts = {key: data.draw(st.integers(0, 50)) if n and key not in totals else 0 for key, n in values.items()}
        for total, parts in lines * 2:  # twice: a total may be a part
            amounts[total] = sum(amounts[part] for part in parts)
        pounds = pounds_table(amounts, people, lines)
        for total, parts in lines:
            assert [pounds[key] for key in (total, *parts)].count(STAR) != 1
        for key, amount in pounds.items():
            assert amount == STAR or (amount == amounts[key] and people[key] != STAR)

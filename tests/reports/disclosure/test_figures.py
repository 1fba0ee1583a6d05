"""One figure: cells, rates, pounds, one category."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.disclosure import STAR, cell, one_category, pounds, rate

NOT_COUNTS = [-1, -8, 1.0, 8.5, True, False, "8", None, Decimal(8)]
BAD_SETTINGS = [(2, 5), (0, 5), (-1, 5), (7, 0), (7, -5), (7, 20), (3, 9)]


class TestCell:
    @pytest.mark.parametrize(
        ("n", "shown"),
        [(0, 0), (8, 10), (12, 10), (13, 15), (17, 15), (18, 20), (22, 20), (1002, 1000), (1003, 1005)],
    )
    def test_shown(self, n, shown):
        assert cell(n) == shown

    @pytest.mark.parametrize("n", range(1, 8))
    def test_starred(self, n):
        assert cell(n) == STAR == "*"

    @given(n=st.integers(8, 10**9))
    def test_nearest_five(self, n):
        assert cell(n) % 5 == 0
        assert abs(cell(n) - n) <= 2

    def test_the_stricter_choice_of_some_publishers(self):
        assert [cell(n, threshold=10) for n in (0, 1, 10, 11, 12, 13)] == [0, STAR, STAR, 10, 10, 15]

    def test_base_ten_rounds_the_half_up(self):
        assert [cell(n, base=10) for n in (8, 14, 15, 24, 25)] == [10, 10, 20, 20, 30]

    @pytest.mark.parametrize("n", NOT_COUNTS)
    def test_refuses_what_is_no_count(self, n):
        with pytest.raises(ValueError, match="whole number from 0 up"):
            cell(n)

    @pytest.mark.parametrize(("threshold", "base"), BAD_SETTINGS)
    def test_refuses_settings_that_hide_nothing(self, threshold, base):
        with pytest.raises(ValueError, match="do not hide small numbers"):
            cell(20, threshold=threshold, base=base)


class TestRate:
    @pytest.mark.parametrize(
        ("numerator", "denominator", "shown"),
        [
            (0, 30, 0),
            (30, 30, 100),
            (15, 30, 50),
            (8, 30, 25),  # 26.7
            (10, 40, 25),
            (11, 40, 30),  # 27.5 goes up
            (9, 40, 25),  # 22.5 goes up
            (33, 100, 35),
            (32, 100, 30),
            (667, 1000, 65),
        ],
    )
    def test_nearest_five_per_cent_half_up(self, numerator, denominator, shown):
        assert rate(numerator, denominator) == shown

    @pytest.mark.parametrize(("numerator", "denominator"), [(0, 0), (0, 29), (29, 29), (10, 20)])
    def test_too_few_to_divide_by(self, numerator, denominator):
        assert rate(numerator, denominator) == STAR

    @pytest.mark.parametrize("small", range(1, 8))
    def test_a_small_numerator_or_rest(self, small):
        assert rate(small, 100) == STAR
        assert rate(100 - small, 100) == STAR

    def test_eight_of_either_is_enough(self):
        assert (rate(8, 100), rate(92, 100)) == (10, 90)

    @given(denominator=st.integers(30, 10**6), data=st.data())
    def test_is_what_exact_arithmetic_says(self, denominator, data):
        numerator = data.draw(st.integers(8, denominator - 8))
        exact = Fraction(100 * numerator, denominator)
        answer = rate(numerator, denominator)
        assert answer % 5 == 0
        assert answer - Fraction(5, 2) <= exact < answer + Fraction(5, 2)
        assert answer == (40 * numerator + denominator) // (2 * denominator) * 5

    def test_settings(self):
        assert rate(10, 20, least=20) == 50
        assert rate(10, 40, threshold=10) == STAR
        assert rate(15, 40, threshold=10, base=10) == 40
        assert rate(0, 0, least=0) == STAR

    @pytest.mark.parametrize("wrong", NOT_COUNTS)
    def test_refuses_what_is_no_count(self, wrong):
        with pytest.raises(ValueError, match="whole number from 0 up"):
            rate(wrong, 40)
        with pytest.raises(ValueError, match="whole number from 0 up"):
            rate(10, wrong)

    def test_refuses_more_than_the_whole(self):
        with pytest.raises(ValueError, match="41 is more than the whole, 40"):
            rate(41, 40)
        with pytest.raises(ValueError, match="more than the whole"):
            rate(1, 0)

    @pytest.mark.parametrize(("threshold", "base"), BAD_SETTINGS)
    def test_refuses_settings_that_hide_nothing(self, threshold, base):
        with pytest.raises(ValueError, match="do not hide small numbers"):
            rate(20, 40, threshold=threshold, base=base)


class TestPounds:
    def test_exact_from_eight_people_on(self):
        assert pounds(Decimal("1234.56"), 8) == Decimal("1234.56")
        assert pounds(Decimal("-20.00001"), 100) == Decimal("-20.00001")
        assert pounds(1500, 9) == Decimal(1500)
        assert type(pounds(1500, 9)) is Decimal

    @pytest.mark.parametrize("people", range(1, 8))
    def test_starred_below(self, people):
        assert pounds(Decimal("1234.56"), people) == STAR
        assert pounds(Decimal(0), people) == STAR

    def test_of_nobody(self):
        assert pounds(Decimal(0), 0) == Decimal(0)
        assert pounds(Decimal("0.01"), 0) == STAR

    def test_settings(self):
        assert pounds(Decimal(5), 10, threshold=10) == STAR
        assert pounds(Decimal(5), 11, threshold=10, base=10) == Decimal(5)

    @pytest.mark.parametrize(
        "amount", [1.0, 0.1, True, "12.50", None, Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")]
    )
    def test_refuses_what_is_not_exact(self, amount):
        with pytest.raises(ValueError, match="Decimal or a whole number"):
            pounds(amount, 20)

    @pytest.mark.parametrize("people", NOT_COUNTS)
    def test_refuses_what_is_no_count(self, people):
        with pytest.raises(ValueError, match="whole number from 0 up"):
            pounds(Decimal(1), people)


class TestOneCategory:
    @pytest.mark.parametrize(
        ("parts", "answer"),
        [
            ([0, 0, 9], True),
            ([300, 0], True),
            ([1], True),
            ([9, 0, 1], False),
            ([5, 5], False),
            ([0, 0], False),
            ([], False),
        ],
    )
    def test_by_hand(self, parts, answer):
        assert one_category(parts) is answer
        assert one_category(n for n in parts) is answer

    @pytest.mark.parametrize("wrong", NOT_COUNTS)
    def test_refuses_what_is_no_count(self, wrong):
        with pytest.raises(ValueError, match="whole number from 0 up"):
            one_category([3, wrong])

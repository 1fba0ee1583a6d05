from datetime import date
from decimal import Decimal

import pytest

from levy.terms import share_of, value_on
from tests.levy.published import TERMS, month


def test_the_value_in_force_is_the_last_that_had_begun():
    assert TERMS.life_of_credit(month("2026-07")) == 24
    assert TERMS.life_of_credit(month("2026-08")) == 12
    assert value_on(((date(2026, 8, 1), 2), (date(2017, 5, 1), 1)), date(2026, 7, 31), "any") == 1


def test_the_top_up_is_picked_by_the_cut_off_of_the_payroll_month():
    # Payroll month June 2026 (cut-off 20 July) enters in July with 10%; payroll month July enters in August with none.
    assert TERMS.top_up_of_credit(month("2026-07")) == Decimal("0.10")
    assert TERMS.top_up_of_credit(month("2026-08")) == 0


def test_the_own_share_is_picked_by_the_start_of_the_apprenticeship():
    assert TERMS.own_share_of_start(month("2026-07")) == Decimal("0.05")
    assert TERMS.own_share_of_start(month("2026-08")) == Decimal("0.25")


def test_no_value_in_force_is_refused_by_name():
    with pytest.raises(ValueError, match="lives: no value is in force on 1 April 2017"):
        TERMS.life_of_credit(month("2017-04"))


def test_a_share_is_rounded_half_up():
    assert [share_of(amount, Decimal("0.5")) for amount in (1, 2, 3, 0)] == [1, 1, 2, 0]

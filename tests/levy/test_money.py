from decimal import Decimal

import pytest

from levy.money import pence, pounds, units


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(Decimal("222.22222"), 22_222_222), (Decimal("-0.00001"), -1), (7, 700_000), (Decimal("1E+3"), 100_000_000)],
)
def test_pounds_become_whole_units_and_back(amount, expected):
    assert units(amount) == expected
    assert pounds(expected) == amount


@pytest.mark.parametrize("amount", [Decimal("0.000001"), Decimal("NaN"), Decimal("Infinity"), 0.1])
def test_what_is_not_exact_is_refused(amount):
    with pytest.raises(ValueError, match=r"finer|not an amount|float"):
        units(amount)


def test_pence_round_half_up():
    assert [pence(Decimal(text)) for text in ("0.005", "0.00499", "-0.005")] == [
        Decimal("0.01"),
        Decimal("0.00"),
        Decimal("-0.01"),
    ]

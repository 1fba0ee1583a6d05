from decimal import Decimal

import pytest

from levy.income import Declared, PayBill, Scheme, levy_in, schemes
from levy.months import shift, span
from tests.levy.published import TERMS, month

A, B = "120/AB12345", "120/AB67890"


def line(paye, at, declared, english="98.50000"):
    return Declared(paye, month(at), Decimal(declared), Decimal(english))


def year(paye, first, declared, count=12):
    return [Declared(paye, shift(month(first), step), Decimal(declared), Decimal(100)) for step in range(count)]


def test_the_mean_of_the_last_months_at_the_current_english_percentage():
    lines = [line(A, "2026-07", 900, "97"), line(A, "2026-08", 1000, "98"), line(A, "2026-09", 1100, "98.5")]
    assert schemes(lines, last=3) == [Scheme(A, 3, Decimal(1000), Decimal("98.5"), Decimal(985))]


def test_only_the_last_months_count():
    assert schemes([*year(A, "2025-10", 500, 9), *year(A, "2026-07", 900, 3)], last=3)[0].declared == 900
    assert schemes([*year(A, "2025-10", 500, 9), *year(A, "2026-07", 900, 3)], last=12)[0].declared == 600


def test_an_adjustment_counts_in_the_month_it_corrects():
    lines = [*year(A, "2026-07", 900, 3), line(A, "2026-08", -300, "100")]
    assert schemes(lines, last=3)[0].declared == 800


def test_each_scheme_apart():
    found = schemes([*year(A, "2025-10", 1000), *year(B, "2025-10", 400)])
    assert [(scheme.paye, scheme.monthly) for scheme in found] == [(A, 1000), (B, 400)]


def test_a_month_without_a_declaration_is_nothing_and_a_new_scheme_is_not_diluted():
    lines = [*year(A, "2025-10", 1000), line(B, "2026-07", 300), line(B, "2026-09", 300)]
    assert [(scheme.months_used, scheme.declared) for scheme in schemes(lines)] == [(12, 1000), (3, 200)]


def test_a_closed_scheme_is_left_out():
    lines = [*year(A, "2025-10", 1000), *year(B, "2025-07", 400, 12)]
    assert [scheme.paye for scheme in schemes(lines)] == [A]
    assert [scheme.paye for scheme in schemes([*year(A, "2025-10", 1000), *year(B, "2025-08", 400, 12)])] == [A, B]


def test_no_lines_no_schemes():
    assert schemes([]) == []


@pytest.mark.parametrize("last", [2, 13])
def test_the_mean_is_of_three_to_twelve_months(last):
    with pytest.raises(ValueError, match="3 to 12 months"):
        schemes([], last=last)


def test_the_top_up_ends_with_the_funds_of_july_2026():
    found = [Scheme(A, 12, Decimal(1000), Decimal("98.5"), Decimal(985))]
    assert levy_in(found, span(month("2026-07"), month("2026-08")), terms=TERMS) == {
        month("2026-07"): Decimal("1083.5"),
        month("2026-08"): 985,
    }


def test_changes_of_the_pay_bill_add_up_from_the_month_after_theirs_on():
    found = [Scheme(A, 12, Decimal(1000), Decimal(100), Decimal(1000))]
    changes = (PayBill(month("2027-04"), Decimal("0.10")), PayBill(month("2027-05"), Decimal("-0.50")))
    expected = levy_in(found, span(month("2027-04"), month("2027-06")), terms=TERMS, pay_bill=changes)
    assert list(expected.values()) == [1000, 1100, 550]


def test_more_taken_back_than_declared_is_no_levy():
    found = [Scheme(A, 3, Decimal(-10), Decimal(100), Decimal(-10))]
    assert list(levy_in(found, [month("2027-03")], terms=TERMS).values()) == [0]

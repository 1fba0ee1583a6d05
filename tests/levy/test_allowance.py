from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levy.allowance import (
    AllowanceYear,
    Overcommitted,
    allowance,
    allowance_years,
    overcommitted,
    transfer_year,
    year_of_payment,
)
from levy.money import pounds, units
from levy.training import Training, payments
from tests.levy.published import TERMS, month


def test_the_year_opens_on_20_april():
    assert [transfer_year(day) for day in (date(2026, 4, 19), date(2026, 4, 20), date(2027, 4, 19))] == [
        2025,
        2026,
        2026,
    ]
    assert [year_of_payment(month(at)) for at in ("2026-04", "2026-05", "2027-04")] == [2025, 2026, 2026]


def test_half_of_the_levy_lines_of_the_year_before():
    lines = [
        (date(2025, 4, 19), Decimal(1_000_000)),  # the year before that
        (date(2025, 4, 20), Decimal(100)),
        (date(2026, 3, 23), Decimal("-20.00001")),  # an adjustment
        (date(2026, 4, 19), Decimal(40)),
        (date(2026, 4, 20), Decimal(1_000_000)),  # the year after
    ]
    assert allowance(lines, 2026, terms=TERMS) == Decimal("60.00000")
    assert allowance(lines, 2027, terms=TERMS) == 500_000


def test_the_share_of_the_day_and_never_below_nought():
    lines = [(date(2023, 5, 23), Decimal(100)), (date(2022, 5, 23), Decimal(100)), (date(2024, 5, 23), Decimal(-100))]
    assert [allowance(lines, year, terms=TERMS) for year in (2023, 2024, 2025)] == [25, 50, 0]


LINES = [
    (date(2025, 5, 23), Decimal(20_000)),
    (date(2026, 5, 23), Decimal(10_000)),
    (date(2027, 5, 23), Decimal(10_000)),
]


def test_promises_of_earlier_years_reach_into_later_ones():
    promised = {month("2026-12"): Decimal(3000), month("2027-04"): Decimal(1000), month("2027-05"): Decimal(6000)}
    years = allowance_years(
        LINES, sent=[(date(2026, 6, 8), Decimal(2500))], promised=promised, years=[2026, 2027, 2028], terms=TERMS
    )
    assert years == [
        AllowanceYear(2026, Decimal(20_000), Decimal(10_000), Decimal(2500), Decimal(4000), Decimal(3500), Decimal(0)),
        AllowanceYear(2027, Decimal(10_000), Decimal(5000), Decimal(0), Decimal(6000), Decimal(0), Decimal(1000)),
        AllowanceYear(2028, Decimal(10_000), Decimal(5000), Decimal(0), Decimal(0), Decimal(5000), Decimal(0)),
    ]


def test_a_gift_that_fits_and_one_that_does_not():
    years = allowance_years(LINES, sent=[], promised={}, years=[2026, 2027, 2028], terms=TERMS)
    two_years = Training("", Decimal(15_000), month("2026-11"), month("2028-11"), gift=True)
    profile = {at: pounds(amount) for at, amount in payments(two_years, first=month("2026-11"))}
    # 500 a month: five to April 2027, twelve to April 2028, seven and the completion of 3,000 after.
    assert overcommitted(years, profile) == [
        Overcommitted(2027, Decimal(1000)),
        Overcommitted(2028, Decimal(1500)),
    ]
    assert overcommitted(years, {month("2027-05"): Decimal(5000)}) == []
    assert overcommitted(years, {month("2027-05"): Decimal("5000.00001")}) == [Overcommitted(2027, Decimal("0.00001"))]


def test_a_gift_into_a_year_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="the allowance of 2030 is not known"):
        overcommitted([], {month("2030-05"): Decimal(1)})


amounts = st.integers(0, 10**9).map(pounds)


@given(
    st.dictionaries(st.dates(date(2025, 4, 20), date(2028, 4, 19)), amounts, max_size=8),
    st.dictionaries(
        st.integers(0, 35).map(lambda step: month(f"{2026 + step // 12}-{step % 12 + 1:02}")), amounts, max_size=8
    ),
)
def test_what_remains_can_be_given_to_the_last_unit(levy, promised):
    years = allowance_years(levy.items(), sent=[], promised=promised, years=range(2025, 2030), terms=TERMS)
    for year in years:
        assert year.allowance - year.sent - year.promised == year.remaining - year.over
        gift = {date(year.year, 12, 1): year.remaining}
        assert overcommitted(years, gift) == []
        gift[date(year.year, 12, 1)] += Decimal("0.00001")
        assert overcommitted(years, gift) == [Overcommitted(year.year, Decimal("0.00001"))]
    assert sum(units(year.promised) for year in years) == sum(units(amount) for amount in promised.values())

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levy.money import pounds, units
from levy.months import shift
from levy.training import (
    Assumptions,
    Status,
    Training,
    completion_of,
    expected_payments,
    overdue,
    payments,
    starts_needed,
)
from tests.levy.published import month

SAMPLE = Training("3914177763", Decimal(5000), month("2025-09"), month("2027-03"))


def due(training, first):
    return [(f"{at:%Y-%m}", str(pounds(amount))) for at, amount in payments(training, first=month(first))]


def test_a_whole_apprenticeship_is_paid_the_month_after():
    paid = due(SAMPLE, "2025-01")
    assert paid[0] == ("2025-10", "222.22222")
    assert paid[-2:] == [("2027-03", "222.22223"), ("2027-04", "1000.00000")]
    assert len(paid) == 19


def test_only_what_is_still_to_come():
    assert [at for at, _ in due(SAMPLE, "2027-02")] == ["2027-02", "2027-03", "2027-04"]
    assert due(SAMPLE, "2027-05") == []


@pytest.mark.parametrize("status", [Status.PAUSED, Status.STOPPED])
def test_paused_and_stopped_cost_nothing(status):
    assert due(Training("", Decimal(5000), month("2025-09"), month("2027-03"), status), "2026-11") == []


def test_completed_costs_at_most_its_completion_payment():
    done = Training("", Decimal(5000), month("2025-01"), month("2026-07"), Status.COMPLETED)
    assert due(done, "2026-08") == [("2026-08", "1000.00000")]
    assert due(done, "2026-09") == []


def test_waiting_costs_as_planned():
    waiting = Training("", Decimal(9000), month("2026-12"), month("2027-02"), Status.WAITING)
    assert due(waiting, "2026-11") == [
        ("2027-01", "3600.00000"),
        ("2027-02", "3600.00000"),
        ("2027-03", "1800.00000"),
    ]


def test_one_that_ends_in_the_month_it_starts_is_one_instalment():
    short = Training("", Decimal(100), month("2026-12"), month("2026-12"))
    assert due(short, "2026-11") == [("2027-01", "80.00000"), ("2027-02", "20.00000")]


@given(
    st.integers(1, 27_000_00000),
    st.integers(0, 60),
    st.integers(-30, 30),
    st.sampled_from([Status.LIVE, Status.WAITING]),
)
def test_instalments_and_completion_add_up_to_the_price(price, duration, offset, status):
    start = month("2026-11")
    training = Training("", pounds(price), start, shift(start, duration), status)
    everything = dict(payments(training, first=start))
    assert sum(everything.values()) == price
    assert everything[training.completion_due] == units(completion_of(training))
    first = shift(start, offset)
    assert dict(payments(training, first=first)) == {at: amount for at, amount in everything.items() if at >= first}


def test_overdue_are_live_and_past_their_end():
    ended = Training("", Decimal(5000), month("2025-01"), month("2026-07"))
    done = Training("", Decimal(5000), month("2025-01"), month("2026-07"), Status.COMPLETED)
    assert overdue([SAMPLE, ended, done], first=month("2026-11")) == [ended]
    assert overdue([ended], first=month("2026-08")) == []
    assert completion_of(ended) == 1000


def test_leavers_and_completions_are_weighed():
    training = Training("", Decimal(1000), month("2026-10"), month("2026-12"))
    assumptions = Assumptions(completing=Decimal("0.5"), leaving=Decimal("0.1"))
    found = [
        (f"{at:%m}", amount)
        for at, amount in expected_payments(training, first=month("2026-11"), assumptions=assumptions)
    ]
    # 400 x 0.9, 400 x 0.81, 200 x 0.729 x 0.5
    assert found == [("11", 36_000_000), ("12", 32_400_000), ("01", 7_290_000)]


def test_assumptions_are_shares():
    with pytest.raises(ValueError, match="between 0 and 1"):
        Assumptions(leaving=Decimal("1.1"))


def test_starts_needed():
    # Twelve months at 12,000: 800 a month from the month after, so 1,600 each by two months after the start.
    options = {"start": month("2026-12"), "price": Decimal(12000), "duration": 12}
    assert starts_needed(Decimal(1600), by=month("2027-02"), **options) == 1
    assert starts_needed(Decimal("1600.00001"), by=month("2027-02"), **options) == 2
    assert starts_needed(Decimal(12000), by=month("2028-01"), **options) == 1
    assert starts_needed(Decimal(1), by=month("2026-12"), **options) is None

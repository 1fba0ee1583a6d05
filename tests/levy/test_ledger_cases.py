"""The published cases, exact, and the door's refusals."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from levy.ledger import Expiry, expire

CASES = json.loads((Path(__file__).parent / "samples" / "levy_expiry_cases.json").read_text())
RULES = [(date(2017, 5, 1), 24), (date(2026, 8, 1), 12)]


def month(text):
    return date.fromisoformat(f"{text}-01")


def funds(values):
    return {month(text): Decimal(amount) for text, amount in values.items()}


@pytest.mark.parametrize("case", CASES["expired_funds"], ids=lambda case: case["id"])
def test_published_case(case):
    life = case["expiry_months"]
    rows = expire(funds(case["funds_in"]), funds(case["funds_out"]), rules=[(date(2017, 5, 1), life)])
    expected = case["expected_expired_derived_all_months"]
    assert len(rows) == case["expected_count"]
    assert [row.month for row in rows] == [month(text) for text in case["expected_months"]]
    assert rows == [Expiry(month(text), life, Decimal(amount)) for text, amount in expected.items()]
    assert case["expected_expired_asserted"].items() <= expected.items()


@pytest.mark.parametrize("case", CASES["published_guidance_worked_examples"], ids=lambda case: case["id"])
def test_published_guidance(case):
    rows = expire(funds(case["funds_in"]), funds(case["funds_out"]), rules=[(date(2017, 5, 1), case["expiry_months"])])
    found = {row.month: row.amount for row in rows}
    assert {due: found[due] for due in funds(case["expected"])} == funds(case["expected"])


def test_both_lives_expire_in_the_same_month_longer_first():
    rows = expire(funds({"2025-08": "100", "2026-08": "50"}), {}, rules=RULES)
    assert rows == [Expiry(month("2027-08"), 24, Decimal(100)), Expiry(month("2027-08"), 12, Decimal(50))]


def test_the_last_24_month_money_is_of_july_2026():
    rows = expire(funds({"2026-07": "1", "2026-08": "1"}), {}, rules=RULES)
    assert [(row.month, row.months_to_live) for row in rows] == [(month("2027-08"), 12), (month("2028-07"), 24)]


def test_the_24_month_money_is_served_before_12_month_money_that_expires_sooner():
    rows = expire(funds({"2026-07": "100", "2026-08": "100"}), funds({"2027-08": "100"}), rules=RULES)
    assert [(row.months_to_live, row.amount) for row in rows] == [(12, Decimal(100)), (24, Decimal(0))]


def test_a_payment_in_the_expiry_month_saves_and_one_after_does_not():
    for paid, left in (("2028-07", 0), ("2028-08", 5)):
        assert expire(funds({"2026-07": "5"}), funds({paid: "5"}), rules=RULES)[0].amount == left


def test_a_payment_may_use_money_that_arrived_later():
    assert expire(funds({"2026-07": "5"}), funds({"2026-01": "3"}), rules=RULES)[0].amount == 2


def test_a_levy_adjustment_goes_back_from_the_newest_month():
    rows = expire(funds({"2026-01": "10", "2026-02": "4", "2026-03": "-6", "2026-04": "9"}), {}, rules=RULES)
    assert [row.amount for row in rows] == [8, 0, 0, 9]


def test_what_an_adjustment_cannot_take_back_is_dropped():
    rows = expire(funds({"2026-01": "3", "2026-02": "-5", "2026-03": "7"}), {}, rules=RULES)
    assert [row.amount for row in rows] == [0, 0, 7]


def test_an_adjustment_of_12_month_money_reaches_back_into_24_month_money():
    rows = expire(funds({"2026-07": "10", "2026-08": "-4"}), {}, rules=RULES)
    assert [(row.months_to_live, row.amount) for row in rows] == [(12, 0), (24, 6)]


def test_a_refund_does_not_revive_expired_money():
    # 10 entered in January 2024 and was lost in January 2026 but for the 4 paid; the refund of 4 comes in March 2026.
    paid = funds({"2025-12": "4", "2026-03": "-4"})
    already = {(month("2026-01"), 24): Decimal(6)}
    assert expire(funds({"2024-01": "10"}), paid, rules=RULES, already_expired=already)[0].amount == 6


def test_a_frozen_row_is_taken_as_it_is_and_the_rest_of_its_month_is_deducted_from_payments():
    # The rule would expire 0 in January: 10 in, 10 paid. The government recorded 7, so 3 of the payment was this month's
    # and 7 of it goes to the next month.
    funds_in = funds({"2024-01": "10", "2024-02": "10"})
    rows = expire(funds_in, funds({"2025-01": "10"}), rules=RULES, already_expired={(month("2026-01"), 24): Decimal(7)})
    assert [row.amount for row in rows] == [7, 3]


def test_an_older_month_without_a_row_is_served_before_a_frozen_one():
    # February is frozen at 0, but January is older: the 10 paid are its own, and February's 10 no payment explains.
    funds_in = funds({"2024-01": "10", "2024-02": "10"})
    rows = expire(funds_in, funds({"2025-01": "10"}), rules=RULES, already_expired={(month("2026-02"), 24): Decimal(0)})
    assert [row.amount for row in rows] == [0, 0]


def test_a_frozen_row_of_the_other_life_freezes_nothing():
    rows = expire(funds({"2025-08": "10"}), {}, rules=RULES, already_expired={(month("2027-08"), 12): Decimal(3)})
    assert rows == [Expiry(month("2027-08"), 24, Decimal(10))]


def test_a_frozen_row_without_funds_in_is_ignored():
    assert expire({}, {}, rules=RULES, already_expired={(month("2026-01"), 24): Decimal(7)}) == []


def test_the_arguments_are_left_alone():
    funds_in, funds_out, already = funds({"2024-01": "10", "2024-02": "-3"}), funds({"2024-03": "2"}), {}
    copies = dict(funds_in), dict(funds_out)
    expire(funds_in, funds_out, rules=RULES, already_expired=already)
    assert (funds_in, funds_out, already) == (*copies, {})


def test_none_is_the_same_as_nothing_frozen():
    funds_in = funds({"2024-01": "10"})
    assert expire(funds_in, {}, rules=RULES, already_expired=None) == expire(
        funds_in, {}, rules=RULES, already_expired={}
    )


@pytest.mark.parametrize(
    ("funds_in", "funds_out", "named"),
    [
        (None, {}, "funds_in"),
        ({}, None, "funds_out"),
        ({date(2017, 4, 1): Decimal(1)}, {}, "funds_in"),
        ({date(2026, 8, 23): Decimal(1)}, {}, "funds_in"),
        ({}, {date(2026, 8, 8): Decimal(1)}, "funds_out"),
        ({date(2026, 8, 1): Decimal("0.000001")}, {}, "funds_in"),
    ],
)
def test_refusals_name_the_argument(funds_in, funds_out, named):
    with pytest.raises(ValueError, match=rf"^{named}\b"):
        expire(funds_in, funds_out, rules=RULES)


def test_money_without_a_life_is_refused():
    with pytest.raises(ValueError, match="before the first rule"):
        expire(funds({"2026-01": "1"}), {}, rules=[])
    with pytest.raises(ValueError, match="at least one month"):
        expire(funds({"2026-01": "1"}), {}, rules=[(date(2017, 5, 1), 0)])

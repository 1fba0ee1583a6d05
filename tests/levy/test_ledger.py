"""The richer ledger: traced uses, as-at dates, differences, opening balances."""

from datetime import date
from decimal import Decimal

import pytest

from levy.ledger import Difference, Expiry, Pushed, Use, run
from levy.opening import Ages, Opening

RULES = [(date(2017, 5, 1), 24), (date(2026, 8, 1), 12)]


def month(text):
    return date.fromisoformat(f"{text}-01")


def funds(**values):
    return {month(text.replace("m", "").replace("_", "-")): Decimal(amount) for text, amount in values.items()}


def test_nothing_is_an_empty_ledger():
    ledger = run({}, {}, rules=RULES)
    assert (ledger.balance, ledger.lots, ledger.months, ledger.stock) == (0, (), (), {})


def test_a_use_is_traced_from_the_lot_to_the_month_of_payment():
    ledger = run(funds(m2026_01=10, m2026_02=10), funds(m2026_03=7, m2026_04=8), rules=RULES)
    assert [lot.uses for lot in ledger.lots] == [
        (Use(month("2026-03"), Decimal(7)), Use(month("2026-04"), Decimal(3))),
        (Use(month("2026-04"), Decimal(5)),),
    ]
    assert ledger.stock == {month("2026-02"): 5}


def test_as_known_on_an_earlier_month():
    ledger = run(funds(m2026_01=10, m2026_05=10), funds(m2026_03=7, m2026_04=8), rules=RULES, until=month("2026-03"))
    assert ledger.balance == 3
    assert [(lot.month, lot.open) for lot in ledger.lots] == [(month("2026-01"), 3)]
    assert [line.month for line in ledger.months] == [month("2026-01"), month("2026-02"), month("2026-03")]


def test_expiry_counts_once_its_month_is_over():
    funds_in = funds(m2024_01=10)
    assert run(funds_in, {}, rules=RULES, until=month("2025-12")).balance == 10
    assert run(funds_in, {}, rules=RULES, until=month("2026-01")).balance == 0


def test_payments_beyond_all_levy_are_unfunded():
    ledger = run(funds(m2026_01=10), funds(m2026_02=7, m2026_03=8), rules=RULES)
    assert ledger.unfunded == (Use(month("2026-03"), Decimal(5)),)
    assert ledger.balance == -5


def test_what_was_pushed_back_is_listed():
    ledger = run(funds(m2026_01=10, m2026_02=-12), funds(m2026_01=4, m2026_02=-1), rules=RULES)
    assert ledger.pushed == (
        Pushed("adjustment", month("2026-02"), month("2026-01"), Decimal(10)),
        Pushed("adjustment", month("2026-02"), None, Decimal(2)),
        Pushed("refund", month("2026-02"), month("2026-01"), Decimal(1)),
    )


def test_each_difference_is_listed_once():
    # 10 in both months, 10 paid: the rule gives 0 and 10. The record says 7 and 3; given the 7, the rule gives 3 too.
    already = {(month("2026-01"), 24): Decimal(7), (month("2026-02"), 24): Decimal(3)}
    ledger = run(funds(m2024_01=10, m2024_02=10), funds(m2025_01=10), rules=RULES, already_expired=already)
    assert ledger.differences == (Difference(month("2026-01"), 24, Decimal(7), Decimal(0)),)
    assert [(lot.used, lot.expired, lot.unexplained, lot.frozen) for lot in ledger.lots] == [
        (3, 7, 0, True),
        (7, 3, 0, True),
    ]


def test_a_frozen_lot_that_no_payment_explains_says_so():
    ledger = run(funds(m2024_01=10), {}, rules=RULES, already_expired={(month("2026-01"), 24): Decimal(4)})
    assert [(lot.used, lot.expired, lot.open, lot.unexplained) for lot in ledger.lots] == [(0, 4, 0, 6)]
    assert ledger.balance == 6


def test_the_month_before_a_recorded_one_is_served_first():
    """300 enter in September 2024 and 400 in October; 390 are paid in January 2025 and 70 in October 2026.

    January 2025 uses September's 300 and 90 of October's; October 2026 uses another 70 of October's. So September loses
    nothing, and October 400 - 90 - 70 = 240 as the download records. 700 - 460 - 240 = 0 is left.
    """
    ledger = run(
        funds(m2024_09=300, m2024_10=400),
        funds(m2025_01=390, m2026_10=70),
        rules=RULES,
        already_expired={(month("2026-10"), 24): Decimal(240)},
    )
    assert [(lot.uses, lot.expired, lot.unexplained, lot.frozen) for lot in ledger.lots] == [
        ((Use(month("2025-01"), Decimal(300)),), 0, 0, False),
        ((Use(month("2025-01"), Decimal(90)), Use(month("2026-10"), Decimal(70))), 240, 0, True),
    ]
    assert (ledger.differences, ledger.balance) == ((), 0)


def test_no_money_is_used_before_it_entered_while_older_money_is_left():
    """June's and July's 300 each; 100 paid in June 2024, 400 in February 2025. The download records 50 lost of July's.

    June 2024 uses June's money, not July's: 100, and February the other 200. July gives the 200 that are left of February,
    and 300 - 200 - 50 = 50 of it no payment explains; by the rule 100 would have been lost.
    """
    ledger = run(
        funds(m2024_06=300, m2024_07=300),
        funds(m2024_06=100, m2025_02=400),
        rules=RULES,
        already_expired={(month("2026-07"), 24): Decimal(50)},
    )
    assert [(lot.uses, lot.expired, lot.unexplained) for lot in ledger.lots] == [
        ((Use(month("2024-06"), Decimal(100)), Use(month("2025-02"), Decimal(200))), 0, 0),
        ((Use(month("2025-02"), Decimal(200)),), 50, 50),
    ]
    assert ledger.differences == (Difference(month("2026-07"), 24, Decimal(50), Decimal(100)),)
    assert ledger.balance == 600 - 500 - 50


def test_nought_recorded_of_a_month_that_no_file_holds_says_nothing():
    ledger = run(funds(m2026_01=10), {}, rules=RULES, already_expired={(month("2026-01"), 24): Decimal(0)})
    assert (ledger.differences, ledger.unmatched, ledger.balance) == ((), (), 10)


def test_more_imported_than_there_was_is_listed_and_lowers_the_balance():
    ledger = run(funds(m2024_01=10), {}, rules=RULES, already_expired={(month("2026-01"), 24): Decimal(12)})
    assert ledger.differences == (Difference(month("2026-01"), 24, Decimal(12), Decimal(10)),)
    assert ledger.lots[0].unexplained == -2
    assert ledger.balance == -2


def test_an_imported_expiry_of_an_unknown_month_is_listed_and_lowers_the_balance():
    ledger = run(funds(m2026_01=10), {}, rules=RULES, already_expired={(month("2026-01"), 24): Decimal(3)})
    assert ledger.differences == (Difference(month("2026-01"), 24, Decimal(3), None),)
    assert ledger.unmatched == (Expiry(month("2026-01"), 24, Decimal(3)),)
    assert ledger.balance == 7


class TestOpening:
    def test_the_newest_months_hold_the_balance_and_are_marked_assumed(self):
        opening = Opening(month("2026-01"), Decimal(25), monthly=Decimal(10))
        ledger = run(funds(m2026_01=10), {}, rules=RULES, opening=opening)
        assert [(lot.month, lot.amount, lot.assumed) for lot in ledger.lots] == [
            (month("2025-10"), 5, True),
            (month("2025-11"), 10, True),
            (month("2025-12"), 10, True),
            (month("2026-01"), 10, False),
        ]
        assert ledger.months[0].brought_forward == 25
        assert ledger.balance == 35

    def test_without_a_monthly_amount_the_first_known_months_tell_it(self):
        ledger = run(funds(m2026_01=20, m2026_02=10), {}, rules=RULES, opening=Opening(month("2026-01"), Decimal(30)))
        assert [(lot.month, lot.amount) for lot in ledger.lots if lot.assumed] == [
            (month("2025-11"), 15),
            (month("2025-12"), 15),
        ]

    def test_without_anything_known_it_is_spread_evenly(self):
        ledger = run({}, {}, rules=RULES, opening=Opening(month("2026-01"), Decimal(24)))
        assert [lot.amount for lot in ledger.lots] == [1] * 24
        assert ledger.lots[0].month == month("2024-01")

    def test_what_does_not_fit_goes_to_the_oldest_month_alive(self):
        ledger = run({}, {}, rules=RULES, opening=Opening(month("2026-01"), Decimal(100), monthly=Decimal(2)))
        assert [(lot.month, lot.amount) for lot in ledger.lots][:2] == [(month("2024-01"), 54), (month("2024-02"), 2)]

    def test_the_two_ends(self):
        for ages, at in ((Ages.OLDEST, "2024-01"), (Ages.NEWEST, "2025-12")):
            ledger = run({}, {}, rules=RULES, opening=Opening(month("2026-01"), Decimal(9), ages=ages))
            assert ledger.stock == ({month(at): 9} if ages is Ages.NEWEST else {})
            assert [(lot.month, lot.amount) for lot in ledger.lots] == [(month(at), 9)]

    def test_an_imported_expiry_says_what_an_old_month_held(self):
        already = {(month("2026-02"), 24): Decimal(3)}
        opening = Opening(month("2026-01"), Decimal(13), monthly=Decimal(10))
        ledger = run({}, {}, rules=RULES, opening=opening, already_expired=already)
        assert [(lot.month, lot.amount, lot.expired) for lot in ledger.lots] == [
            (month("2024-02"), 3, 3),
            (month("2025-12"), 10, 0),
        ]
        assert ledger.differences == ()
        assert ledger.balance == 10

    def test_a_short_lived_past_is_not_assumed_alive(self):
        ledger = run({}, {}, rules=RULES, opening=Opening(month("2027-12"), Decimal(17), monthly=Decimal(1)))
        # Money of August-November 2026 lived 12 months and is gone by December 2027; July 2026 and before lived 24.
        assert [lot.month for lot in ledger.lots if lot.month < month("2026-12")] == [
            month(f"{year}-{number:02}") for year, number in [(2025, 12), *((2026, number) for number in range(1, 8))]
        ][-5:]
        assert sum(lot.amount for lot in ledger.lots) == 17

    def test_earlier_movements_are_inside_the_opening_balance(self):
        opening = Opening(month("2026-01"), Decimal(5), monthly=Decimal(5))
        ledger = run(funds(m2025_06=90, m2026_01=1), funds(m2025_07=80), rules=RULES, opening=opening)
        assert ledger.balance == 6
        assert ledger.unfunded == ()

    def test_nothing_in_the_account_is_nothing(self):
        assert run({}, {}, rules=RULES, opening=Opening(month("2017-05"), Decimal(0))).balance == 0

    @pytest.mark.parametrize(("start", "amount"), [("2026-01", -1), ("2017-05", 1)])
    def test_impossible_balances_are_refused(self, start, amount):
        with pytest.raises(ValueError, match=r"^opening: "):
            run({}, {}, rules=RULES, opening=Opening(month(start), Decimal(amount)))

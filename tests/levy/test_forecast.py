from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levy.forecast import Advice, Scenario, Starts, advice, double_window, forecast
from levy.income import PayBill, Scheme
from levy.ledger import expire
from levy.money import units
from levy.months import shift, span
from levy.terms import Terms
from levy.training import Assumptions, Status, Training
from tests.levy.published import TERMS, month

FIRST = month("2026-12")
UNIT = Decimal("0.00001")


def scheme(monthly):
    return [Scheme("120/AB12345", 12, Decimal(monthly), Decimal(100), Decimal(monthly))]


def by_month(found, field):
    return {f"{line.month:%Y-%m}": getattr(line, field) for line in found.months}


def level(amount, first=FIRST, months=48):
    """The same gift each month."""
    return Scenario("level", lumps={at: Decimal(amount) for at in span(first, shift(first, months - 1))})


class TestDoubleExpiry:
    """levy.md section 1: 16 months of old stock, spending exactly the monthly levy."""

    def found(self):
        first = month("2026-08")
        stock = {at: Decimal(1000) for at in span(month("2025-04"), month("2026-07"))}
        return forecast(stock, [], scheme(1000), first=first, terms=TERMS, scenario=level(1000, first))

    def test_four_full_months_of_new_levy_are_lost(self):
        lost = {
            at: dict(expiring) for at, expiring in by_month(self.found(), "expiring").items() if any(expiring.values())
        }
        assert lost == {f"2027-{number:02}": {12: 1000} for number in (8, 9, 10, 11)}
        assert self.found().lost == 4000

    def test_saving_it_takes_using_up_the_old_stock_first_and_is_one_sum(self):
        """At the end of August 2027 three months of old stock stand before August's own 1,000: 4,000. Paid from now on, that
        saves September's, October's and November's too, for the stock is then used up."""
        assert advice(self.found()) == [
            Advice(month(f"2027-{number:02}"), 12, lose=Decimal(1000), spend=Decimal(4000)) for number in (8, 9, 10, 11)
        ]

    def test_what_is_lost_before_counts_in_the_sum_from_now_on(self):
        """1,000 of December 2024 die in December 2026, 2,000 of February 2025 in February 2027, and 500 of August 2026 in
        August 2027, before which 300 of July 2026 must be used: 1,000, then 3,000, then 3,800 in all. 3,500 alone, paid in
        December, would use up what dies before and only 200 of the last 500."""
        stock = {
            month("2024-12"): Decimal(1000),
            month("2025-02"): Decimal(2000),
            month("2026-07"): Decimal(300),
            month("2026-08"): Decimal(500),
        }
        assert advice(forecast(stock, [], [], first=month("2026-12"), terms=TERMS)) == [
            Advice(month("2026-12"), 24, lose=Decimal(1000), spend=Decimal(1000)),
            Advice(month("2027-02"), 24, lose=Decimal(2000), spend=Decimal(3000)),
            Advice(month("2027-08"), 12, lose=Decimal(500), spend=Decimal(3800)),
            Advice(month("2028-07"), 24, lose=Decimal(300), spend=Decimal(3800)),
        ]

    def test_a_sum_may_be_more_than_the_account_holds_and_cannot_be_paid_at_once(self):
        """1,000 of November 2026 and 1,000 each month after, nothing planned: all die a year later. The second row's 2,000
        are 1,000 more than the account holds in December; the 1,000 that can be paid then save November's and no more."""
        stock, first = {month("2026-11"): Decimal(1000)}, month("2026-12")
        plan = {"first": first, "terms": TERMS, "months": 13}
        found = advice(forecast(stock, [], scheme(1000), **plan))
        assert [(row.by, row.lose, row.spend) for row in found] == [
            (month("2027-11"), 1000, 1000),
            (month("2027-12"), 1000, 2000),
        ]
        at_once, by_its_date = (
            forecast(stock, [], scheme(1000), scenario=Scenario("", lumps=paid), **plan)
            for paid in (
                {first: Decimal(2000)},
                {month("2027-11"): Decimal(1000), month("2027-12"): Decimal(1000)},
            )
        )
        assert (at_once.months[0].gifts_unpaid, at_once.lost) == (1000, 1000)
        assert by_its_date.lost == 0

    def test_of_two_rows_of_one_month_the_second_saves_both_lives(self):
        """300 of September 2025 and 200 of September 2026 both die in September 2027."""
        stock = {month("2025-09"): Decimal(300), month("2026-09"): Decimal(200)}
        by = month("2027-09")
        plan = {"first": month("2026-12"), "terms": TERMS}
        assert advice(forecast(stock, [], [], **plan)) == [
            Advice(by, 24, lose=Decimal(300), spend=Decimal(300)),
            Advice(by, 12, lose=Decimal(200), spend=Decimal(500)),
        ]
        lost = [
            forecast(stock, [], [], scenario=Scenario("", lumps={by: Decimal(paid)}), **plan).lost
            for paid in (300, 500)
        ]
        assert lost == [200, 0]

    def test_what_dies_this_month_counts_in_it_too(self):
        stock, dying = {month("2025-02"): Decimal(2000)}, {month("2024-11"): Decimal(50)}
        found = forecast(stock, [], [], first=month("2026-12"), terms=TERMS, dying=dying)
        assert advice(found) == [Advice(month("2027-02"), 24, lose=Decimal(2000), spend=Decimal(2050))]

    def test_the_window(self):
        assert double_window(TERMS) == (month("2027-08"), month("2028-07"))

    def test_no_window_where_lives_never_get_shorter(self):
        longer = Terms(
            ((month("2017-05"), 12), (month("2026-08"), 24)), TERMS.top_up, TERMS.own_share, TERMS.transfer_share
        )
        assert double_window(longer) is None

    def test_with_nothing_spent_both_lives_expire_together(self):
        stock = {at: Decimal(1000) for at in span(month("2025-12"), month("2026-07"))}
        stock |= {at: Decimal(900) for at in span(month("2026-08"), month("2026-11"))}
        found = forecast(stock, [], [], first=FIRST, terms=TERMS)
        lost = {at: dict(expiring) for at, expiring in by_month(found, "expiring").items() if expiring}
        assert lost == {
            **{f"2027-{number:02}": {12: 900} for number in (8, 9, 10, 11)},
            "2027-12": {24: 1000},
            **{f"2028-{number:02}": {24: 1000} for number in range(1, 8)},
        }
        assert advice(found)[0] == Advice(month("2027-08"), 12, lose=Decimal(900), spend=Decimal(8900))


class TestOneMonth:
    def test_gifts_then_own_training_then_levy_then_expiry(self):
        stock = {month("2024-12"): Decimal(500), month("2026-11"): Decimal(1000)}
        own = Training("a", Decimal(1000), month("2026-10"), month("2026-12"))
        gift = Training("b", Decimal(500), month("2026-10"), month("2026-12"), gift=True)
        line = forecast(stock, [own, gift], scheme(70), first=FIRST, terms=TERMS).months[0]
        assert line._asdict() == {
            "month": FIRST,
            "brought_forward": 1500,
            "gifts_paid": 200,
            "gifts_unpaid": 0,
            "own_due": 400,
            "own_paid": 400,
            "shortfall": 0,
            "own_contribution": 0,
            "government_contribution": 0,
            "levy": 70,
            "expiring": {},
            "needed": {},
            "balance": 970,
        }

    def test_what_is_left_of_the_oldest_expires_after_the_payments_of_its_last_month(self):
        stock = {month("2024-12"): Decimal(500), month("2026-11"): Decimal(1000)}
        own = Training("a", Decimal(1000), month("2026-10"), month("2026-12"))
        line = forecast(stock, [own], [], first=FIRST, terms=TERMS).months[0]
        assert (line.expiring, line.needed, line.balance) == ({24: 100}, {24: 100}, 1000)

    def test_levy_of_a_month_cannot_pay_that_months_training(self):
        own = Training("a", Decimal(1000), month("2026-10"), month("2026-12"))
        line = forecast({}, [own], scheme(400), first=FIRST, terms=TERMS).months[0]
        assert (line.own_paid, line.shortfall, line.balance) == (0, 400, 400)

    def test_a_shortfall_is_shared_by_the_start_of_the_apprenticeship_earliest_paid_first(self):
        old = Training("a", Decimal(1000), month("2026-07"), month("2026-12"))  # 160 a month, 5%
        new = Training("b", Decimal(1000), month("2026-08"), month("2026-12"))  # 200 a month, 25%
        line = forecast({month("2026-11"): Decimal(100)}, [new, old], [], first=FIRST, terms=TERMS).months[0]
        # 100 pays the older one's first 100; short are its 60 (5%: 3) and the newer one's 200 (25%: 50).
        assert (line.own_due, line.own_paid, line.shortfall) == (360, 100, 260)
        assert (line.own_contribution, line.government_contribution) == (53, 207)

    def test_gifts_never_pass_the_balance(self):
        line = forecast({month("2026-11"): Decimal(30)}, [], [], first=FIRST, terms=TERMS, scenario=level(100)).months[
            0
        ]
        assert (line.gifts_paid, line.gifts_unpaid, line.balance) == (30, 70, 0)

    def test_gifts_never_pass_the_allowance_of_their_year(self):
        found = forecast(
            {month("2026-11"): Decimal(10_000)},
            [],
            [],
            first=month("2027-03"),
            terms=TERMS,
            scenario=level(100, month("2027-03")),
            allowances={2026: Decimal(150)},
            months=4,
        )
        # March and April are paid in the transfer year 2026; 2027 has no limit here.
        assert [line.gifts_paid for line in found.months] == [100, 50, 100, 100]
        assert [line.gifts_unpaid for line in found.months] == [0, 50, 0, 0]


class TestScenarios:
    def test_new_starts_cost_from_the_month_after(self):
        starts = Starts(month("2027-01"), number=3, price=Decimal(12_000), duration=12)
        found = forecast({}, [], scheme(5000), first=FIRST, terms=TERMS, scenario=Scenario("three nurses", (starts,)))
        due = by_month(found, "own_due")
        assert found.scenario == "three nurses"
        assert (due["2027-01"], due["2027-02"], due["2028-01"], due["2028-02"], due["2028-03"]) == (
            0,
            2400,
            2400,
            7200,
            0,
        )

    def test_a_gift_of_starts_is_a_transfer(self):
        starts = Starts(month("2027-01"), number=1, price=Decimal(12_000), duration=12, gift=True)
        found = forecast({}, [], scheme(5000), first=FIRST, terms=TERMS, scenario=Scenario("a gift", (starts,)))
        assert by_month(found, "gifts_paid")["2027-02"] == 800
        assert set(by_month(found, "own_due").values()) == {0}

    def test_a_changed_pay_bill(self):
        scenario = Scenario("3% more", pay_bill=(PayBill(month("2027-04"), Decimal("0.03")),))
        found = by_month(forecast({}, [], scheme(1000), first=FIRST, terms=TERMS, scenario=scenario), "levy")
        assert (found["2027-04"], found["2027-05"]) == (1000, 1030)

    def test_paused_stopped_and_completed(self):
        plan = {"price": Decimal(1000), "start": month("2026-06"), "end": month("2027-06")}
        everyone = [Training(status.value, status=status, **plan) for status in Status]
        found = forecast({}, everyone, scheme(5000), first=FIRST, terms=TERMS)
        due = by_month(found, "own_due")
        # Waiting and live pay instalments; completed pays its last 200 with theirs.
        assert due["2027-06"] == 2 * Decimal("66.66667")
        assert due["2027-07"] == 600

    def test_assumptions_lower_what_is_due(self):
        training = Training("a", Decimal(1000), month("2026-11"), month("2027-01"))
        assumptions = Assumptions(completing=Decimal("0.5"), leaving=Decimal("0.5"))
        found = forecast({}, [training], [], first=FIRST, terms=TERMS, assumptions=assumptions, months=4)
        assert [line.own_due for line in found.months] == [200, 100, Decimal("12.5"), 0]

    def test_more_spending_never_loses_more(self):
        stock = {at: Decimal(1000) for at in span(month("2025-01"), month("2026-11"))}
        losses = [
            forecast(stock, [], scheme(1000), first=FIRST, terms=TERMS, scenario=level(amount)).lost
            for amount in (0, 500, 1000, 1500, 2000, 2500)
        ]
        assert losses == sorted(losses, reverse=True)
        # Even twice the levy a month is too slow for the 12-month money behind 19 months of old stock.
        assert losses[-2:] == [1000, 0]


amounts = st.integers(0, 500_000).map(lambda cents: Decimal(cents) / 100)
stocks = st.dictionaries(
    st.integers(1, 24)
    .map(lambda back: shift(FIRST, -back))
    .filter(lambda at: shift(at, TERMS.life_of_credit(at)) >= FIRST),
    amounts.filter(bool),
    max_size=15,
)
lumps = st.dictionaries(st.integers(0, 47).map(lambda step: shift(FIRST, step)), amounts, max_size=30)
trainings = st.lists(
    st.builds(
        Training,
        st.just("x"),
        amounts,
        st.integers(-20, 20).map(lambda step: shift(FIRST, step)),
        st.integers(21, 40).map(lambda step: shift(FIRST, step)),
        st.sampled_from(list(Status)),
        st.booleans(),
    ),
    max_size=6,
)


@given(stocks, trainings, lumps, amounts)
def test_the_forecast_expires_what_the_ledger_expires(stock, learners, gifts, monthly):
    found = forecast(stock, learners, scheme(monthly), first=FIRST, terms=TERMS, scenario=Scenario("any", lumps=gifts))
    funds_in, paid = flows_of(stock, found)
    rows = expire(funds_in, paid, rules=TERMS.lives)
    last = found.months[-1].month
    expected = Counter({(row.month, row.months_to_live): units(row.amount) for row in rows if row.month <= last})
    forecasted = {(line.month, life): units(amount) for line in found.months for life, amount in line.expiring.items()}
    assert +expected == +Counter(forecasted)


@given(stocks, trainings, lumps, amounts)
def test_every_month_adds_up_and_no_balance_is_below_nought(stock, learners, gifts, monthly):
    found = forecast(stock, learners, scheme(monthly), first=FIRST, terms=TERMS, scenario=Scenario("any", lumps=gifts))
    brought_forward = sum(stock.values(), Decimal())
    for line in found.months:
        assert line.brought_forward == brought_forward
        assert line.balance == (
            line.brought_forward - line.gifts_paid - line.own_paid + line.levy - sum(line.expiring.values(), Decimal())
        )
        assert line.own_due == line.own_paid + line.shortfall
        assert line.shortfall == line.own_contribution + line.government_contribution
        assert line.balance >= 0
        assert line.shortfall >= 0
        assert line.gifts_unpaid >= 0
        brought_forward = line.balance


def lost_by(row, stock, planned, monthly, more):
    """Pounds lost by a row of the advice, the same life or an older one, if `more` is paid beyond the plan."""
    paid = Counter(planned) + Counter(more)
    found = forecast(stock, [], scheme(monthly), first=FIRST, terms=TERMS, scenario=Scenario("any", lumps=paid))
    lost = [(line.month, -life, amount) for line in found.months for life, amount in line.expiring.items()]
    return sum((amount for *place, amount in lost if place <= [row.by, -row.months_to_live]), Decimal())


@given(stocks, lumps, amounts)
def test_the_sum_of_a_loss_within_a_year_saves_all_by_then_if_paid_next_month(stock, gifts, monthly):
    """And one unit less loses just that unit."""
    found = forecast(stock, [], scheme(monthly), first=FIRST, terms=TERMS, scenario=Scenario("any", lumps=gifts))
    for row in advice(found):
        assert row.lose <= row.spend
        if row.by < shift(FIRST, 12):
            assert lost_by(row, stock, gifts, monthly, {FIRST: row.spend}) == 0
            assert lost_by(row, stock, gifts, monthly, {FIRST: row.spend - UNIT}) == UNIT


@given(stocks, lumps, amounts)
def test_who_has_paid_each_sum_by_its_month_loses_nothing(stock, gifts, monthly):
    found = forecast(stock, [], scheme(monthly), first=FIRST, terms=TERMS, scenario=Scenario("any", lumps=gifts))
    more, paid = Counter(), Decimal()
    for row in advice(found):
        assert row.spend >= paid
        short = {**more, row.by: more[row.by] + row.spend - paid - UNIT}
        more[row.by] += row.spend - paid
        assert lost_by(row, stock, gifts, monthly, more) == 0
        assert row.spend == paid or lost_by(row, stock, gifts, monthly, short) == UNIT
        paid = row.spend


@given(stocks, trainings, lumps, amounts, st.lists(st.integers(0, 48), max_size=60))
def test_sums_paid_sooner_do_as_well_on_top_of_what_is_planned(stock, learners, gifts, monthly, sooner):
    """What the page claims (`levy.tables.HOW_TO_SAVE`), whenever each sum is paid up to its date: as long as all in all as
    much was paid as is planned and the row asks for, nothing of that row or of those before it is lost."""
    plan = {"first": FIRST, "terms": TERMS}
    planned = forecast(stock, learners, scheme(monthly), scenario=Scenario("", lumps=gifts), **plan)
    more, asked, paid = Counter(gifts), Counter(), Decimal()
    rows = advice(planned)
    for row, months in zip_longest(rows, sooner[: len(rows)], fillvalue=0):
        more[max(FIRST, shift(row.by, -months))] += row.spend - paid
        asked[row.by], paid = row.spend, row.spend
    found = forecast(stock, learners, scheme(monthly), scenario=Scenario("", lumps=more), **plan)
    assert any(sooner) or found.lost == 0
    least = in_all = Decimal()
    for line, as_planned in zip(found.months, planned.months, strict=True):
        least += as_planned.gifts_paid + as_planned.own_paid
        in_all += line.gifts_paid + line.own_paid
        if asked[line.month]:
            if in_all < least + asked[line.month]:
                return  # it took the place of what is planned, or the account did not hold it
            assert sum(line.expiring.values()) == 0
    assert in_all < least + paid or found.lost == 0


def flows_of(stock, found):
    funds_in = {**stock, **{line.month: line.levy for line in found.months}}
    paid = {line.month: line.gifts_paid + line.own_paid for line in found.months}
    return funds_in, paid


def test_without_a_horizon_of_rules_it_says_so():
    with pytest.raises(ValueError, match="lives: no value is in force"):
        forecast({date(2017, 4, 1): Decimal(1)}, [], [], first=FIRST, terms=TERMS)


def test_three_thousand_learners_over_48_months():
    learners = [
        Training(str(number), Decimal(9000), shift(FIRST, -(number % 24)), shift(FIRST, number % 24 + 1))
        for number in range(3000)
    ]
    found = forecast({}, learners, scheme(400_000), first=FIRST, terms=TERMS)
    assert sum(units(line.own_due) for line in found.months) < 3000 * units(Decimal(9000))

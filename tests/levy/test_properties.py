"""What must hold for any figures: the allowance by year, the levy expected, training's payments, the ledger's pounds."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from levy.allowance import allowance, allowance_years, overcommitted, transfer_year, year_of_payment
from levy.fitting import Need, Rules, Wish, fit, gainers
from levy.forecast import Scenario, Stock, forecast
from levy.income import CLOSED_AFTER, Declared, PayBill, Scheme, levy_in, schemes
from levy.ledger import run
from levy.money import pence, pounds, units
from levy.months import between, first_of, shift, span
from levy.opening import Ages, Opening, opening_lots
from levy.training import Assumptions, Status, Training, completion_of, expected_payments, payments, starts_needed
from tests.levy.published import TERMS, month

FIRST = month("2026-12")
few = settings(max_examples=30)

days = st.dates(date(2025, 1, 1), date(2029, 12, 31))
amounts = st.integers(0, 9_999_999).map(lambda cents: Decimal(cents) / 100)
either = st.integers(-500_000, 9_999_999).map(lambda cents: Decimal(cents) / 100)
lines = st.lists(st.tuples(days, either), max_size=20)
months = st.integers(-24, 60).map(lambda step: shift(FIRST, step))
trainings = st.builds(
    lambda price, start, length, status: Training("x", price, start, shift(start, length), status),
    amounts,
    months,
    st.integers(0, 48),
    st.sampled_from(Status),
)


class TestMonths:
    @few
    @given(days, st.integers(-100, 100))
    def test_there_and_back(self, day, by):
        at = first_of(day)
        assert shift(shift(at, by), -by) == at
        assert between(at, shift(at, by)) == by

    @few
    @given(months, st.integers(0, 60))
    def test_a_span_has_every_month_once(self, first, length):
        found = list(span(first, shift(first, length)))
        assert len(found) == length + 1
        assert found == sorted(set(found))
        assert list(span(shift(first, 1), first)) == []


class TestMoney:
    @few
    @given(st.integers(-(10**15), 10**15))
    def test_units_and_pounds_are_one(self, amount):
        assert units(pounds(amount)) == amount

    @few
    @given(st.integers(-(10**12), 10**12))
    def test_pence_is_never_further_than_half_a_penny(self, amount):
        exact = pounds(amount)
        assert abs(pence(exact) - exact) <= Decimal("0.005")
        assert pence(-exact) == -pence(exact)


class TestAllowance:
    @few
    @given(days)
    def test_a_transfer_year_holds_365_days_from_20_april(self, day):
        year = transfer_year(day)
        assert date(year, 4, 20) <= day < date(year + 1, 4, 20)

    @few
    @given(months)
    def test_payments_before_the_20th_count_in_the_year_before(self, at):
        assert year_of_payment(at) == transfer_year(at.replace(day=8)) == transfer_year(at.replace(day=19))

    @few
    @given(lines, st.integers(2024, 2030))
    def test_half_of_the_year_before_and_never_below_nought(self, found, year):
        levy = sum((amount for day, amount in found if transfer_year(day) == year - 1), Decimal())
        exact = max(Decimal(), levy / 2)
        assert abs(allowance(found, year, terms=TERMS) - exact) <= Decimal("0.00001")

    @few
    @given(lines, st.lists(st.tuples(days, amounts), max_size=8), st.dictionaries(months, amounts, max_size=12))
    def test_each_year_adds_up_and_nothing_is_carried(self, found, sent, promised):
        years = allowance_years(found, sent=sent, promised=promised, years=range(2024, 2032), terms=TERMS)
        for year in years:
            assert year.allowance - year.sent - year.promised == year.remaining - year.over
            assert 0 in (year.remaining, year.over)
        assert sum(year.sent for year in years) == sum((amount for _day, amount in sent), Decimal())
        assert sum(year.promised for year in years) == sum(promised.values(), Decimal())

    @few
    @given(lines, st.dictionaries(st.integers(0, 40).map(lambda by: shift(FIRST, by)), amounts, max_size=6))
    def test_a_gift_is_stopped_by_just_what_it_is_over(self, found, gift):
        years = allowance_years(found, sent=[], promised={}, years=range(2026, 2032), terms=TERMS)
        cost = Counter()
        for at, amount in gift.items():
            cost[year_of_payment(at)] += amount
        wanted = {year.year: cost[year.year] - year.remaining for year in years if cost[year.year] > year.remaining}
        assert {over.year: over.over for over in overcommitted(years, gift)} == wanted


declared = st.lists(
    st.builds(
        Declared,
        st.sampled_from(["1/A", "2/B", "3/C"]),
        st.integers(0, 20).map(lambda back: shift(FIRST, -1 - back)),
        either,
        st.integers(0, 10_000).map(lambda part: Decimal(part) / 100),
    ),
    max_size=25,
)


class TestIncome:
    @few
    @given(declared)
    def test_a_scheme_that_went_quiet_is_left_out(self, found):
        latest = max((line.payroll_month for line in found), default=None)
        living = {
            line.paye for line in found if between(line.payroll_month, latest) < CLOSED_AFTER
        }  # fmt: skip
        assert {scheme.paye for scheme in schemes(found)} == living

    @few
    @given(declared, st.randoms())
    def test_the_order_of_the_lines_does_not_matter_to_the_mean(self, found, chance):
        mixed = list(found)
        chance.shuffle(mixed)
        assert [(one.paye, one.declared, one.months_used) for one in schemes(found)] == [
            (one.paye, one.declared, one.months_used) for one in schemes(mixed)
        ]

    @few
    @given(declared, st.integers(3, 12))
    def test_what_is_expected_lies_within_what_was_declared(self, found, last):
        for scheme in schemes(found, last=last):
            by_month = Counter()
            for line in found:
                if line.paye == scheme.paye:
                    by_month[line.payroll_month] += line.declared
            assert 1 <= scheme.months_used <= last
            assert (
                min([*by_month.values(), Decimal()]) - Decimal("0.00001")
                <= scheme.declared
                <= max([*by_month.values(), Decimal()])
            )

    @few
    @given(amounts, st.integers(-50, 50))
    def test_a_pay_bill_changes_the_levy_by_as_much(self, monthly, percent):
        scheme = [Scheme("1/A", 12, monthly, Decimal(100), monthly)]
        change = PayBill(month("2027-04"), Decimal(percent) / 100)
        found = levy_in(scheme, [month("2027-04"), month("2027-05")], terms=TERMS, pay_bill=[change])
        assert found[month("2027-04")] == monthly
        assert abs(found[month("2027-05")] - monthly * (1 + Decimal(percent) / 100)) <= Decimal("0.00001")

    @few
    @given(amounts)
    def test_the_top_up_ends_with_funds_of_august_2026(self, monthly):
        scheme = [Scheme("1/A", 12, monthly, Decimal(100), monthly)]
        found = levy_in(scheme, [month("2026-07"), month("2026-08")], terms=TERMS)
        assert (found[month("2026-07")], found[month("2026-08")]) == (monthly * Decimal("1.1"), monthly)


class TestTraining:
    @few
    @given(trainings)
    def test_from_its_start_it_costs_its_price_unless_it_stopped(self, training):
        paid = sum(amount for _month, amount in payments(training, first=training.start))
        wanted = {
            Status.WAITING: training.price,
            Status.LIVE: training.price,
            Status.COMPLETED: completion_of(training),
            Status.PAUSED: Decimal(),
            Status.STOPPED: Decimal(),
        }
        assert pounds(paid) == wanted[training.status]

    @few
    @given(trainings, months)
    def test_what_is_due_later_is_part_of_what_is_due_sooner(self, training, first):
        sooner, later = (dict(payments(training, first=at)) for at in (first, shift(first, 6)))
        assert later.items() <= sooner.items()
        assert all(at >= first for at in sooner)

    @few
    @given(trainings, st.integers(0, 100), st.integers(0, 100))
    def test_who_leaves_and_does_not_complete_costs_less(self, training, leaving, completing):
        assumptions = Assumptions(completing=Decimal(completing) / 100, leaving=Decimal(leaving) / 100)
        planned = dict(payments(training, first=FIRST))
        expected = dict(expected_payments(training, first=FIRST, assumptions=assumptions))
        assert expected.keys() == planned.keys()
        assert all(0 <= expected[at] <= planned[at] for at in planned)

    @few
    @given(st.integers(1, 10**7).map(Decimal), st.integers(1, 24), st.integers(1, 30))
    def test_just_enough_starts(self, wanted, wait, length):
        by = shift(FIRST, wait)
        needed = starts_needed(wanted, by=by, start=FIRST, price=Decimal(9000), duration=length)
        one = sum(
            amount
            for at, amount in payments(Training("", Decimal(9000), FIRST, shift(FIRST, length)), first=FIRST)
            if at <= by
        )
        assert one * needed >= units(wanted) > one * (needed - 1)


class TestStock:
    lots = st.dictionaries(
        st.integers(1, 11).map(lambda back: shift(FIRST, -back)), amounts.filter(bool), min_size=1, max_size=8
    )

    @few
    @given(lots, amounts)
    def test_the_oldest_goes_first_and_no_pound_twice(self, lots, wanted):
        stock = Stock(lots, TERMS)
        before = stock.balance
        paid = stock.pay(units(wanted))
        assert paid == min(units(wanted), before)
        assert stock.balance == before - paid
        left = sorted(stock.lots)
        assert left == sorted(lots)[len(lots) - len(left) :]
        assert all(stock.lots[at] == units(lots[at]) for at in left[1:])

    @few
    @given(lots, amounts, amounts)
    def test_two_payments_are_one_of_their_sum(self, lots, one, other):
        parted, whole = Stock(lots, TERMS), Stock(lots, TERMS)
        paid = parted.pay(units(one)) + parted.pay(units(other))
        assert (paid, parted.lots) == (whole.pay(units(one) + units(other)), whole.lots)

    @few
    @given(lots, st.lists(amounts, min_size=6, max_size=6))
    def test_giving_more_never_leaves_more(self, lots, gifts):
        """Twice the gifts: no month ends with more than with the gifts once."""
        lumps = {shift(FIRST, step): amount for step, amount in enumerate(gifts)}
        once, twice = (
            forecast(lots, [], [], first=FIRST, terms=TERMS, scenario=Scenario("", lumps=found), months=12)
            for found in (lumps, {at: 2 * amount for at, amount in lumps.items()})
        )
        assert all(b.balance <= a.balance for a, b in zip(once.months, twice.months, strict=True))
        assert twice.lost <= once.lost


class TestOpening:
    @few
    @given(amounts, st.sampled_from(Ages), amounts)
    def test_every_pound_of_it_has_an_age(self, amount, ages, monthly):
        opening = Opening(month("2026-09"), amount, monthly=monthly, ages=ages)
        lots = opening_lots(opening, known={}, frozen={}, rules=TERMS.lives)
        assert sum(lots.values()) == units(amount)
        assert all(at < opening.month <= shift(at, TERMS.life_of_credit(at)) for at in lots)

    @few
    @given(amounts, amounts)
    def test_it_is_in_the_balance_whatever_its_age(self, amount, paid):
        found = {
            run(
                {month("2026-09"): Decimal(100)},
                {month("2026-10"): paid},
                rules=TERMS.lives,
                opening=Opening(month("2026-09"), amount, ages=ages),
                until=month("2026-09"),
            ).months[0].brought_forward
            for ages in Ages
        }  # fmt: skip
        assert found == {amount}


RULES = Rules([(date(2024, 4, 1), 21), (date(2026, 8, 1), 24)], [(date(2026, 1, 1), 21)], [(date(2025, 8, 1), 8)])
WISH = Wish(Decimal(10_000), frozenset(), frozenset(), "", False, date(2027, 3, 31), date(2026, 11, 23))
NEED = Need(2, frozenset({"E09000005"}), "Charity", 3, 0, 2, date(2027, 1, 1), 12, Decimal(3000), False, ())


class TestFit:
    @few
    @given(st.integers(1, 30), st.data(), amounts, amounts.filter(bool))
    def test_never_more_than_gain_or_than_the_offer_pays(self, learners, data, left, cost):
        to_24 = data.draw(st.integers(0, learners))
        need = replace(NEED, learners=learners, to_24=to_24, core20=None, cost=cost)
        found = fit(need, replace(WISH, left=left), RULES, names={})
        assert found.payable == gainers(need, RULES) == learners - to_24
        assert 0 <= found.affordable <= found.payable
        assert found.affordable * cost <= left
        assert found.affordable == found.payable or (found.affordable + 1) * cost > left
        assert found.possible is (found.affordable > 0)

    @few
    @given(st.sets(st.integers(2, 7)), st.integers(2, 6))
    def test_an_empty_wish_takes_any_level(self, levels, level):
        found = fit(replace(NEED, level=level), replace(WISH, levels=frozenset(levels)), RULES, names={})
        assert found.possible is (not levels or level in levels)

"""What must hold for any history (levy.md section 6), on random ones."""

import random
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from levy.allocation import push_back
from levy.apart import apart
from levy.flows import Flows
from levy.ledger import Expiry, expire, run
from levy.money import pounds, units
from levy.months import shift, span

FIRST = date(2024, 1, 1)
LAST = shift(FIRST, 59)
OVER = shift(LAST, 60)
BOTH = [(date(2017, 5, 1), 24), (date(2026, 8, 1), 12)]

months = st.integers(0, 59).map(lambda step: shift(FIRST, step))
amounts = st.integers(-40, 100).map(lambda cents: Decimal(cents) / 100 * 3)
histories = st.dictionaries(months, amounts, max_size=40)
frozen_rows = st.dictionaries(
    st.tuples(months.map(lambda month: shift(month, 12)), st.sampled_from([12, 24])),
    st.integers(0, 300).map(Decimal),
    max_size=4,
)


def total(values):
    return sum(values, Decimal())


def cumulative(ins, outs, life):
    """The published rule: levy in that is old enough, less payments to date, less expired to date, not below nought."""
    expired: dict[date, int] = {}
    for entered in sorted(ins):
        due = shift(entered, life)
        old_enough = sum(amount for month, amount in ins.items() if shift(month, life) <= due)
        paid = sum(amount for month, amount in outs.items() if month <= due)
        expired[due] = max(0, old_enough - paid - sum(expired.values()))
    return [Expiry(due, life, pounds(amount)) for due, amount in expired.items()]


def in_units(funds):
    return {month: units(amount) for month, amount in funds.items()}


@given(histories, histories, st.sampled_from([3, 12, 24]))
def test_the_cumulative_rule_equals_the_ledger_within_one_expiry_period(funds_in, funds_out, life):
    ins, outs = push_back(in_units(funds_in))[0], push_back(in_units(funds_out))[0]
    assert expire(funds_in, funds_out, rules=[(FIRST, life)]) == cumulative(ins, outs, life)


@given(histories, histories)
def test_with_two_lives_the_rule_holds_for_each_on_what_the_older_left(funds_in, funds_out):
    ins, outs = push_back(in_units(funds_in))[0], push_back(in_units(funds_out))[0]
    old = {month: amount for month, amount in ins.items() if month < BOTH[1][0]}
    ledger = run(funds_in, funds_out, rules=BOTH, until=LAST)
    for lot in ledger.lots:
        for use in lot.uses:
            if lot.months_to_live == 24:
                outs[use.month] -= units(use.amount)
    new = {month: amount for month, amount in ins.items() if month not in old}
    everything = push_back(in_units(funds_out))[0]
    expected = [*cumulative(old, everything, 24), *cumulative(new, outs, 12)]
    assert sorted(ledger.expiries) == sorted(expected)


@given(histories, histories, frozen_rows, months)
def test_every_lot_adds_up_and_every_pound_is_somewhere(funds_in, funds_out, already, until):
    ledger = run(funds_in, funds_out, rules=BOTH, already_expired=already, until=until)
    for lot in ledger.lots:
        assert lot.used + lot.expired + lot.open + lot.unexplained == lot.amount
        assert 0 <= lot.used <= lot.amount
        assert lot.open >= 0
        assert lot.unexplained == 0 or lot.frozen
        assert all(use.month <= min(lot.expires, until) and use.amount > 0 for use in lot.uses)
    credited = total(amount for month, amount in funds_in.items() if month <= until)
    paid = total(amount for month, amount in funds_out.items() if month <= until)
    expired = total(lot.expired for lot in ledger.lots) + total(row.amount for row in ledger.unmatched)
    assert ledger.balance == credited - paid - expired
    dropped = {
        kind: total(push.amount for push in ledger.pushed if push.kind == kind and push.onto is None) for kind in KINDS
    }
    assert ledger.balance == (
        total(lot.open + lot.unexplained for lot in ledger.lots)
        - total(use.amount for use in ledger.unfunded)
        - dropped["adjustment"]
        + dropped["refund"]
        - total(row.amount for row in ledger.unmatched)
    )


@given(histories, histories, frozen_rows, months)
def test_what_the_balance_and_the_months_differ_by_has_its_reasons(funds_in, funds_out, already, until):
    ledger = run(funds_in, funds_out, rules=BOTH, already_expired=already, until=until)
    found = apart(ledger)
    assert ledger.balance - total(lot.open for lot in ledger.lots) == found.more
    assert all(reason.more for reason in found.reasons)


KINDS = ("adjustment", "refund")


@given(histories, histories, frozen_rows)
def test_each_month_follows_from_the_one_before(funds_in, funds_out, already):
    brought_forward = Decimal()
    for line in run(funds_in, funds_out, rules=BOTH, already_expired=already).months:
        assert line.brought_forward == brought_forward
        assert line.balance == line.brought_forward + line.credited - line.paid - line.expired
        brought_forward = line.balance


@given(histories, histories, frozen_rows)
def test_the_ledger_says_what_the_door_says(funds_in, funds_out, already):
    ledger = run(funds_in, funds_out, rules=BOTH, already_expired=already, until=OVER)
    assert list(ledger.expiries) == expire(funds_in, funds_out, rules=BOTH, already_expired=already)


@given(histories, histories, st.randoms())
def test_the_order_of_import_does_not_matter(funds_in, funds_out, chance):
    ins, outs = list(funds_in.items()), list(funds_out.items())
    chance.shuffle(ins)
    chance.shuffle(outs)
    assert run(dict(ins), dict(outs), rules=BOTH) == run(funds_in, funds_out, rules=BOTH)


@given(histories, histories)
def test_a_pushed_back_history_is_never_negative_and_keeps_its_sum(funds_in, funds_out):
    for funds in (in_units(funds_in), in_units(funds_out)):
        left, pushes = push_back(funds)
        assert min(left.values(), default=0) >= 0
        assert sum(left.values()) == sum(funds.values()) + sum(push.amount for push in pushes if push.onto is None)
        assert all(push.onto is None or push.onto <= push.month for push in pushes)


@given(histories, histories)
def test_freezing_what_the_rule_gives_changes_nothing(funds_in, funds_out):
    free = run(funds_in, funds_out, rules=BOTH, until=LAST)
    already = {(row.month, row.months_to_live): row.amount for row in free.expiries if row.month <= LAST}
    held = run(funds_in, funds_out, rules=BOTH, until=LAST, already_expired=already)
    assert held.differences == ()
    assert (held.expiries, held.months, held.unfunded) == (free.expiries, free.months, free.unfunded)


@st.composite
def imported(draw, *, until=OVER, life=None):
    """A history of every month, and imported expiries of months at random: some as the rule gives them, some of any amount."""
    steps = list(span(FIRST, LAST))
    funds_in = dict(zip(steps, draw(st.lists(amounts, min_size=60, max_size=60)), strict=True))
    paid = draw(st.dictionaries(st.sampled_from(steps), amounts, min_size=1, max_size=60))
    funds_out = {month: amount * 2 for month, amount in paid.items()}
    by_rule = run(funds_in, funds_out, rules=BOTH, until=OVER).expiries
    rows = [row for row in by_rule if row.month <= until and life in (None, row.months_to_live)]
    chosen = draw(st.lists(st.sampled_from(rows), min_size=1, max_size=12))
    other = st.integers(0, 300).map(Decimal)
    already = {(row.month, row.months_to_live): row.amount if draw(st.booleans()) else draw(other) for row in chosen}
    return funds_in, funds_out, already


@given(imported())
def test_with_imported_expiries_too_no_money_is_used_before_the_older_has_given_all_it_may(history):
    """So a payment uses money that entered after it only if no older money was left for it: the rule allows that alone."""
    funds_in, funds_out, already = history
    lots = run(funds_in, funds_out, rules=BOTH, already_expired=already, until=OVER).lots
    for place, lot in enumerate(lots):
        for use in lot.uses:
            alive = [older for older in lots[:place] if older.expires >= use.month]
            assert all(older.used >= older.amount - (older.expired if older.frozen else 0) for older in alive)
    in_order = [use.month for lot in lots for use in lot.uses]
    assert in_order == sorted(in_order)


@given(imported(until=date(2027, 7, 1), life=24))
def test_credits_less_payments_less_recorded_expiries_is_the_balance(history):
    """At the newest recorded month; a month that the download passes over before it has lost nothing."""
    flows = Flows(*history)
    until = max(month for month, _ in flows.expired)
    ledger = run(flows.credits, flows.debits, rules=BOTH, already_expired=flows.recorded, until=until)
    credited = total(amount for month, amount in flows.credits.items() if month <= until)
    paid = total(amount for month, amount in flows.debits.items() if month <= until)
    assert ledger.balance == credited - paid - total(flows.expired.values())
    listed = {(row.month, row.months_to_live) for row in ledger.differences}
    assert {(lot.expires, lot.months_to_live) for lot in ledger.lots if lot.unexplained} <= listed


def test_ten_years_of_three_thousand_payments_a_month_balance():
    chance = random.Random(7)
    payments = [(shift(FIRST, step), chance.randrange(1, 300_00000)) for step in range(120) for _ in range(3000)]
    due: dict[date, int] = {}
    for month, amount in payments:
        due[month] = due.get(month, 0) + amount
    funds_in = {shift(FIRST, step): pounds(450_000_00000) for step in range(120)}
    already = {(shift(FIRST, step), 24): Decimal(1000) for step in range(24, 100)}
    ledger = run(funds_in, {m: pounds(a) for m, a in due.items()}, rules=BOTH, already_expired=already)
    assert len(ledger.lots) == 120
    assert total(use.amount for lot in ledger.lots for use in lot.uses) + total(
        u.amount for u in ledger.unfunded
    ) == pounds(sum(due.values()))

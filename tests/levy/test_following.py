from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from levy.following import Followed, Range, expiry_ranges, follow
from levy.ledger import run
from levy.opening import Opening
from tests.levy.published import TERMS, month


def test_each_payment_is_followed_to_the_levy_it_used():
    ledger = run(
        {month("2026-01"): Decimal(10), month("2026-02"): Decimal(5)},
        {month("2026-03"): Decimal(18)},
        rules=TERMS.lives,
    )
    payments = [("Amina", Decimal(6)), ("gift", Decimal(7)), ("Bola", Decimal(5))]
    assert list(follow(ledger, month("2026-03"), payments)) == [
        Followed("Amina", month("2026-01"), Decimal(6)),
        Followed("gift", month("2026-01"), Decimal(4)),
        Followed("gift", month("2026-02"), Decimal(3)),
        Followed("Bola", month("2026-02"), Decimal(2)),
        Followed("Bola", None, Decimal(3)),
    ]


def test_what_a_refund_undid_used_no_levy():
    ledger = run(
        {month("2026-01"): Decimal(10)},
        {month("2026-03"): Decimal(6), month("2026-04"): Decimal(-4)},
        rules=TERMS.lives,
    )
    assert list(follow(ledger, month("2026-03"), [("Amina", Decimal(6))])) == [
        Followed("Amina", month("2026-01"), Decimal(2)),
        Followed("Amina", None, Decimal(4)),
    ]


amounts = st.integers(0, 10_000).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(amounts, max_size=8), st.lists(st.tuples(st.integers(), amounts), max_size=8))
def test_following_loses_nothing(credits, payments):
    funds_in = {date(2025, number + 1, 1): amount for number, amount in enumerate(credits)}
    paid = {month("2025-06"): sum((amount for _, amount in payments), Decimal())}
    ledger = run(funds_in, paid, rules=TERMS.lives)
    followed = list(follow(ledger, month("2025-06"), payments))
    assert sum((part.amount for part in followed), Decimal()) == paid[month("2025-06")]
    for lot in ledger.lots:
        assert sum((part.amount for part in followed if part.lot == lot.month), Decimal()) == lot.used


def test_how_sure_an_expiry_is():
    opening = Opening(month("2026-01"), Decimal(20), monthly=Decimal(10))
    ranges = expiry_ranges(
        {month("2026-02"): Decimal(10)}, {month("2026-03"): Decimal(5)}, rules=TERMS.lives, opening=opening
    )
    assert ranges == [
        Range(month("2026-01"), 24, Decimal(0), Decimal(0), Decimal(20)),
        Range(month("2027-11"), 24, Decimal(0), Decimal(5), Decimal(5)),
        Range(month("2027-12"), 24, Decimal(0), Decimal(10), Decimal(15)),
        Range(month("2028-02"), 24, Decimal(5), Decimal(10), Decimal(10)),
    ]

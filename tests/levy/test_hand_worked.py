"""A small trust worked by hand, from its file to the last pound.

Two PAYE schemes: A (98%, later 98.5% of pay in England) and B (90%). Top-up is 10% up to the funds of July 2026, then none.

Levy in, by month it entered                                        net of adjustments pushed back
    May 2024  A 1,000 x 0.98 = 980 + 98              = 1,078.00     1,078.00
    Jun 2024  the same                               = 1,078.00     1,078.00
    Jun 2026  A 985 + 98.50, B 360 + 36              = 1,479.50     1,479.50
    Jul 2026  the same                               = 1,479.50     1,479.50
    Aug 2026  A 985, B 360                           = 1,345.00     1,345 - 298 (the rest of October's 788) = 1,047.00
    Sep 2026  A 985, B adjustment -450 - 45          =   490.00       490 - 490 (October's 788 takes all)   =     0.00
    Oct 2026  A adjustment -800 x 0.985              =  -788.00         0.00
    Nov 2026  A 985, B 360                           = 1,345.00     1,345.00

Paid, by month                                                      net of refunds pushed back
    Mar 2025  500                                                     500
    Jul 2026  300                                                     300
    Aug 2026  1,000                                                   750 (September's 250 back)
    Sep 2026  200 - 450 refunded = -250                                 0
    Oct 2026  600 transfer                                            600
    Nov 2026  500 of which 25 own and 75 government: 400 of levy      400

Uses, oldest funds first
    May 2024  recorded as expired: 600. So 1,078 - 600 = 478 were used: March 2025. (The rule: 1,078 - 500 = 578 expire.)
    Jun 2024  March 2025's last 22; 1,078 - 22 = 1,056 expire in June 2026, as recorded.
    Jun 2026  July 300, August 750, October 429.50: 1,479.50, all used.
    Jul 2026  October's other 170.50, November 400: 570.50 used, 909.00 open until July 2028.
    Aug 2026  1,047 open until August 2027. September and October: nothing. November 1,345 open until November 2027.
"""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from levy.flows import flows
from levy.ledger import Difference, Expiry, Pushed, run
from levy.sources.transactions import Transactions

RULES = [(date(2017, 5, 1), 24), (date(2026, 8, 1), 12)]
FILE = (Path(__file__).parent / "samples" / "hand_worked_v2.csv").read_bytes()


def month(text):
    return date.fromisoformat(f"{text}-01")


@pytest.fixture(scope="module")
def rows():
    source = Transactions.from_csv(io.BytesIO(FILE))
    found = list(source)
    assert source.problems == []
    return found


@pytest.fixture(scope="module")
def sums(rows):
    return flows(rows)


@pytest.fixture(scope="module")
def ledger(sums):
    return run(sums.credits, sums.debits, rules=RULES, already_expired=sums.expired)


def test_in_and_out_by_month(sums):
    assert {f"{at:%Y-%m}": str(amount) for at, amount in sums.credits.items()} == {
        "2024-05": "1078.00000",
        "2024-06": "1078.00000",
        "2026-06": "1479.50000",
        "2026-07": "1479.50000",
        "2026-08": "1345.00000",
        "2026-09": "490.00000",
        "2026-10": "-788.00000",
        "2026-11": "1345.00000",
    }
    assert {f"{at:%Y-%m}": amount for at, amount in sums.debits.items()} == {
        "2025-03": 500,
        "2026-07": 300,
        "2026-08": 1000,
        "2026-09": -250,
        "2026-10": 600,
        "2026-11": 400,
    }
    assert sums.expired == {(month("2026-05"), 24): 600, (month("2026-06"), 24): 1056}


def test_what_was_pushed_back(ledger):
    assert ledger.pushed == (
        Pushed("adjustment", month("2026-10"), month("2026-09"), Decimal(490)),
        Pushed("adjustment", month("2026-10"), month("2026-08"), Decimal(298)),
        Pushed("refund", month("2026-09"), month("2026-08"), Decimal(250)),
    )


def test_each_lot(ledger):
    lots = [
        (f"{lot.month:%Y-%m}", lot.months_to_live, lot.amount, lot.used, lot.expired, lot.open, lot.frozen)
        for lot in ledger.lots
    ]
    assert lots == [
        ("2024-05", 24, 1078, 478, 600, 0, True),
        ("2024-06", 24, 1078, 22, 1056, 0, True),
        ("2026-06", 24, Decimal("1479.5"), Decimal("1479.5"), 0, 0, False),
        ("2026-07", 24, Decimal("1479.5"), Decimal("570.5"), 0, 909, False),
        ("2026-08", 12, 1047, 0, 0, 1047, False),
        ("2026-09", 12, 0, 0, 0, 0, False),
        ("2026-10", 12, 0, 0, 0, 0, False),
        ("2026-11", 12, 1345, 0, 0, 1345, False),
    ]
    assert all(lot.unexplained == 0 and not lot.assumed for lot in ledger.lots)


def test_each_use(ledger):
    uses = [(f"{lot.month:%Y-%m}", f"{use.month:%Y-%m}", str(use.amount)) for lot in ledger.lots for use in lot.uses]
    assert uses == [
        ("2024-05", "2025-03", "478.00000"),
        ("2024-06", "2025-03", "22.00000"),
        ("2026-06", "2026-07", "300.00000"),
        ("2026-06", "2026-08", "750.00000"),
        ("2026-06", "2026-10", "429.50000"),
        ("2026-07", "2026-10", "170.50000"),
        ("2026-07", "2026-11", "400.00000"),
    ]


def test_each_expiry_past_and_to_come(ledger):
    assert ledger.expiries == (
        Expiry(month("2026-05"), 24, Decimal(600)),
        Expiry(month("2026-06"), 24, Decimal(1056)),
        Expiry(month("2027-08"), 12, Decimal(1047)),
        Expiry(month("2027-09"), 12, Decimal(0)),
        Expiry(month("2027-10"), 12, Decimal(0)),
        Expiry(month("2027-11"), 12, Decimal(1345)),
        Expiry(month("2028-06"), 24, Decimal(0)),
        Expiry(month("2028-07"), 24, Decimal(909)),
    )


def test_the_recorded_expiry_that_differs(ledger):
    assert ledger.differences == (Difference(month("2026-05"), 24, Decimal(600), Decimal(578)),)


def test_the_balance_line_by_line(ledger):
    lines = {f"{line.month:%Y-%m}": line for line in ledger.months}
    assert list(lines)[0] == "2024-05"
    assert len(lines) == 31
    assert [
        tuple(str(amount.normalize().__format__("f")) for amount in lines[at][1:])
        for at in ("2024-05", "2025-03", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11")
    ] == [
        # brought forward, in, out, expired, balance
        ("0", "1078", "0", "0", "1078"),
        ("2156", "0", "500", "0", "1656"),
        ("1656", "0", "0", "600", "1056"),
        ("1056", "1479.5", "0", "1056", "1479.5"),
        ("1479.5", "1479.5", "300", "0", "2659"),
        ("2659", "1345", "1000", "0", "3004"),
        ("3004", "490", "-250", "0", "3744"),
        ("3744", "-788", "600", "0", "2356"),
        ("2356", "1345", "400", "0", "3301"),
    ]
    assert ledger.balance == 3301 == sum(ledger.stock.values())
    assert (ledger.unfunded, ledger.unmatched) == ((), ())


def test_what_the_learners_took_and_gave_back(rows):
    taken = {}
    for row in rows:
        if row.uln:
            taken[row.uln] = taken.get(row.uln, 0) - row.amount // 100_000
    assert taken == {"3914177763": 1000, "4982597919": 1000, "4416721101": -450, "5580730216": 400}

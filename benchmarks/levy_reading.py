"""How fast a levy file is read and checked, and a ledger and a forecast made of it, beside pandas.read_csv of the same file.

Run: python benchmarks/levy_reading.py [months] [payments a month]. No database. The ratio says more than the seconds do.
"""

import io
import random
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas

from levy.flows import flows
from levy.ledger import run
from levy.months import shift
from levy.sources.layouts import NAMES
from levy.sources.transactions import Transactions, row_keys
from levy.ulns import is_uln

FIRST = date(2017, 5, 1)
RULES = [(FIRST, 24), (date(2026, 8, 1), 12)]


def seconds(work):
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def ulns(count, chance):
    found = []
    while len(found) < count:
        number = str(chance.randrange(1_000_000_000, 9_999_999_999))
        if is_uln(number):
            found.append(number)
    return found


def made_up_file(months, payments, chance):
    """A download of one trust in version 2: levy for two PAYE schemes and the payments of each month, with its trailing commas."""
    learners = ulns(payments, chance)
    nought, lines = "0.00000", [",".join(NAMES.values()) + ","]
    for month in (shift(FIRST, step) for step in range(months)):
        for scheme in ("120/AB12345", "120/AB67890"):
            paid = f"{nought},{nought},{nought},{nought},400000.00000,"
            lines.append(
                f'23/{month:%m/%Y},Levy,Levy,{scheme},{shift(month, -1):%b %Y},400000.00000,100.00000,{nought},,"",,,,,,{paid}'
            )
        for uln in learners:
            amount = f"-{chance.randrange(100, 400)}.{chance.randrange(100_000):05}"
            who = f'R8KGDR,"Example College London",{uln},Sample, Bola,Nursing associate,5,Apprenticeship'
            lines.append(
                f"08/{month:%m/%Y},Monthly Payment,Monthly Payment,,,{nought},{nought},{nought},{who},"
                f"{amount},{nought},{nought},{nought},{amount},"
            )
    return "\r\n".join(lines).encode()


def main(months=120, payments=3000):
    data = made_up_file(months, payments, random.Random(7))
    source = Transactions.from_csv(io.BytesIO(data))
    reading, rows = seconds(lambda: list(source))
    keying, count = seconds(lambda: sum(1 for _ in row_keys(rows, key=b"benchmark")))
    adding, sums = seconds(lambda: flows(rows))
    reckoning, ledger = seconds(
        lambda: run(sums.credits, sums.debits, rules=RULES, already_expired={(shift(FIRST, 24), 24): Decimal(0)})
    )
    theirs, _ = seconds(lambda: pandas.read_csv(io.BytesIO(data), names=range(22), skiprows=1, dtype=str))
    assert not source.problems
    print(
        f"{count:,} rows, {len(data) / 1e6:.0f} MB: read and checked {count / reading:,.0f} rows a second, keyed {count / keying:,.0f}"
    )
    print(f"pandas.read_csv without any checking: {count / theirs:,.0f} rows a second; ratio {reading / theirs:.1f}")
    print(f"added up by month {adding:.2f} s; ledger of {len(ledger.lots)} lots {reckoning * 1000:.0f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

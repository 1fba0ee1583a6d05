"""From one trust's whole history as a file to its ledger, in a watched job, on the database of DATABASE_URL.

Run: DATABASE_URL=... python benchmarks/levy_room.py [months] [payments a month]. It makes and drops a test database of its own.
On a machine that does other work too, the processor's seconds say more than those of the clock.
"""

import io
import os
import sys
from pathlib import Path
from random import Random
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruitment.settings.test")

import django

django.setup()

import pandas
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment

from audit.acting import Role
from benchmarks.levy_reading import made_up_file
from levy.models import Account, Transaction
from levy.services.accounts import add_up
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from organisations.models import User
from organisations.policies import load_initial
from tests.factories.levy import take_in
from tests.factories.organisations import acting_as


def seconds(work):
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def main(months=114, payments=3000):
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        run(months, payments)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def run(months, payments):
    load_initial()
    hr = acting_as(Role.TRUST_HR)
    data = made_up_file(months, payments, Random(7))
    theirs, _ = seconds(lambda: pandas.read_csv(io.BytesIO(data), names=range(22), skiprows=1, dtype=str))
    other = made_up_file(1, 2, Random(1)).replace(b"120/AB", b"999/ZZ")
    take_in("levy.transactions", other, by=acting_as(Role.TRUST_HR))  # loads what any first request loads
    before = process_time()
    whole, job = seconds(lambda: take_in("levy.transactions", data, by=hr, name="esfaTransactions.csv"))
    processor = process_time() - before
    account = Account.unscoped.select_related("trust").get(trust=hr.organisation_id)
    rows = Transaction.unscoped.filter(account=account).count()
    reading, _ = seconds(lambda: take_in("levy.transactions", data, by=hr, name="again.csv"))
    adding, _ = seconds(lambda: add_up(account))
    standing, position = seconds(lambda: position_of(account))
    looking, _ = seconds(lambda: outlook_of(position))
    print(f"{connection.vendor}: {rows:,} rows, {len(data) / 1e6:.0f} MB, job {job.state}")
    print(f"file to ledger {whole:.1f} s ({rows / whole:,.0f} rows a second); the same file again {reading:.1f} s")
    print(f"of it {processor:.1f} s of this process, the rest the database; pandas.read_csv alone {theirs:.2f} s")
    print(
        f"sums by month made anew {adding:.2f} s; ledger from them {standing * 1000:.0f} ms; forecast {looking * 1000:.0f} ms"
    )
    client = Client()
    client.force_login(User.objects.get(pk=hr.user_id))
    for path in ("/levy/", "/levy/expiry/", "/levy/scenarios/", "/levy/imports/"):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            took, response = seconds(lambda path=path: client.get(path))
        print(f"{path:18} {response.status_code} {took * 1000:5.0f} ms, {len(queries)} queries")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

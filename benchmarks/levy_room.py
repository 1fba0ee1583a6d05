"""From one trust's whole history as a file to its ledger, in a watched job, on the database of DATABASE_URL.

Run: DATABASE_URL=... python benchmarks/levy_room.py [months] [payments a month]. It makes and drops a test database of its own.
On a machine that does other work too, the processor's seconds say more than those of the clock.
The whole of ten years is `python benchmarks/levy_room.py 120 3000`.
"""

import io
import os
import sys
from pathlib import Path
from random import Random

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
from benchmarks.processor import Spent, spent
from levy.imports import transactions
from levy.models import Account, Transaction
from levy.services.accounts import add_up
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from organisations.models import User
from organisations.policies import load_initial
from tests.factories.levy import take_in
from tests.factories.organisations import acting_as


def watched(*names):
    """What each of these functions of the import will have taken, by name."""
    found = {name: Spent() for name in names}
    for name, total in found.items():
        setattr(transactions, name, timed(getattr(transactions, name), total))
    return found


def timed(work, total):
    """`work`, which adds what it takes to `total`."""
    return lambda *given, **named: spent(lambda: work(*given, **named), total)[1]


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
    theirs, _ = spent(lambda: pandas.read_csv(io.BytesIO(data), names=range(22), skiprows=1, dtype=str))
    other = made_up_file(1, 2, Random(1)).replace(b"120/AB", b"999/ZZ")
    take_in("levy.transactions", other, by=acting_as(Role.TRUST_HR))  # loads what any first request loads
    parts = watched("insert", "add_up", "keys_known", "link_transfers")
    whole, job = spent(lambda: take_in("levy.transactions", data, by=hr, name="esfaTransactions.csv"))
    account = Account.unscoped.select_related("trust").get(trust=hr.organisation_id)
    rows = Transaction.unscoped.filter(account=account).count()
    rest = whole.here - sum(part.here for part in parts.values())
    print(f"{connection.vendor}: {rows:,} rows, {len(data) / 1e6:.0f} MB, job {job.state}")
    print(f"file to ledger: {whole} ({rows / whole.clock:,.0f} rows a second by the clock)")
    print(f"  read, checked and keyed: {rest:.2f} s here ({rows / rest:,.0f} rows a second of the processor)")
    for part, took in parts.items():
        print(f"  {part}: {took}")
    print(f"pandas.read_csv alone, without checking: {theirs.here:.2f} s here")
    again, _ = spent(lambda: take_in("levy.transactions", data, by=hr, name="again.csv"))
    adding, _ = spent(lambda: add_up(account))
    standing, position = spent(lambda: position_of(account))
    looking, _ = spent(lambda: outlook_of(position))
    print(f"the same file again: {again}")
    print(f"sums by month made anew: {adding}")
    print(f"ledger from them: {standing.here * 1000:.0f} ms here; forecast: {looking.here * 1000:.0f} ms here")
    client = Client()
    client.force_login(User.objects.get(pk=hr.user_id))
    for path in ("/levy/", "/levy/expiry/", "/levy/scenarios/", "/levy/imports/"):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            took, response = spent(lambda path=path: client.get(path))
        print(f"{path:18} {response.status_code} {len(queries)} queries, {(took.here + took.there) * 1000:.0f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

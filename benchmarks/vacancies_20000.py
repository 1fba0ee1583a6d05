"""20,000 vacancies of one trust over three years: how long the standing, the due list and the list's page take.

Run: `DATABASE_URL=postgres://... python benchmarks/vacancies_20000.py`; it makes a test database of its own and drops it.
Beside the time by the clock stands the time of the processor, in this process and in the database's, which says more on
a machine that does other work too.
"""

import os
import random
import sys
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruitment.settings.test")

import django

django.setup()

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.acting import Role
from audit.clock import financial_year, now, today
from benchmarks.processor import spent
from organisations.models import Membership, Organisation, User
from organisations.policies import load_initial
from organisations.services import acting_of
from vacancies.chains import proposals
from vacancies.ledger import Line, lock_year, standing_of, write
from vacancies.models import Classification, EntryKind, Vacancy
from vacancies.ring_fence import Standing, due
from vacancies.ring_fencing import after, undecided
from vacancies.todo import todo

VACANCIES = 20_000
DAYS = 3 * 365
ROUNDS = 15
PAGES = (
    "/",
    "/vacancies/",
    "/vacancies/?page=700",
    "/vacancies/?fence=undecided&sort=closes",
    "/vacancies/?q=job+17&state=open",
    "/vacancies/VAC-019999/",
    "/vacancies/standing/",
)
ADVERT = "You will help patients wash, dress, eat and move, and tell the nurse in charge what you notice. " * 15


def make(trust, by):
    """The vacancies, their classifications, and a ledger in which all but the last hundred are decided."""
    chance = random.Random(7)
    first = today() - timedelta(days=DAYS)
    rows = []
    for number in range(VACANCIES):
        opened = first + timedelta(days=number * DAYS // VACANCIES)
        late = number >= VACANCIES - 100
        rows.append(
            Vacancy(
                reference=f"VAC-{number:06}", trust=trust, title=f"Job {number % 300}", band=2 + number % 3,
                posts=chance.randint(1, 6), description=ADVERT, url=f"https://www.jobs.nhs.uk/candidate/jobadvert/{number}", opened_on=opened, closes_on=today() + timedelta(21) if late else opened + timedelta(21),
                state="open" if late else "finished", made_at=now(),
            )
        )  # fmt: skip
    rows = Vacancy.unscoped.bulk_create(rows, batch_size=1000)
    Classification.unscoped.bulk_create(
        [Classification(vacancy=row, result="no" if row.band == 4 else "yes", because="", inputs=[], at=now()) for row in rows],
        batch_size=1000,
    )  # fmt: skip
    standings, lines = {}, {}
    for row in rows[:-100]:
        if row.band == 4:
            continue
        year = financial_year(row.opened_on)
        before = standings.get(year, Standing())
        owed = due(before, row.posts).posts
        standings[year] = after(before, row.posts, owed)
        decided = [Line(EntryKind.OPEN, f"open:{row.pk}", row, posts=row.posts, adverts=1, day=row.opened_on)]
        if owed:
            decided.append(Line(EntryKind.RESERVE, f"reserve:{row.pk}", row, reserved=owed, reserved_adverts=1))
        lines.setdefault(year, []).extend(decided)
    for year, decided in sorted(lines.items()):
        for start in range(0, len(decided), 500):
            write(lock_year(trust.pk, year), decided[start : start + 500], by=by)


def measure(name, work):
    """Queries, and the middle and the least of some rounds in milliseconds: by the clock, and of the processor."""
    with CaptureQueriesContext(connection) as queries:
        work()
    asked = len(queries)
    rounds = [spent(work)[0] for _ in range(ROUNDS)]
    clock, here, there = (median(getattr(each, name) for each in rounds) * 1000 for name in ("clock", "here", "there"))
    least = min(each.here + each.there for each in rounds) * 1000
    print(
        f"{name:<42}{asked:>4} queries {clock:>7.1f} ms by the clock {here:>6.1f} here {there:>6.1f} in the database; "
        f"least of the processor {least:>6.1f}"
    )


def shown(client, page):
    response = client.get(page)
    assert response.status_code == 200, (page, response.status_code)


def main():
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        measure_all()
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def measure_all():
    load_initial()
    trust = Organisation.objects.create(code="BENCH", kind="trust", name="Benchmark NHS Trust", short_name="Benchmark")
    user = User.objects.create_user("bench@example.test", "a long password", name="Bench")
    membership = Membership.unscoped.create(
        user=user, organisation=trust, role=Role.RECRUITER, starts=today(), ends=today() + timedelta(90)
    )
    by = acting_of(membership)
    began = perf_counter()
    with transaction.atomic():
        make(trust, by)
    print(f"{VACANCIES} vacancies made in {perf_counter() - began:.0f} s ({connection.vendor})")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    measure("standing_of", lambda: standing_of(trust.pk, financial_year(today())))
    measure("due list (service)", lambda: list(undecided(Vacancy.objects.visible_to(by))))
    measure("todo", lambda: todo(by))
    measure("re-adverts proposed", lambda: proposals(by=by))
    for page in PAGES:
        measure(page, lambda page=page: shown(client, page))


if __name__ == "__main__":
    assert date(2020, 1, 1) < today()
    main()

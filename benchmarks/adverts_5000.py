"""A saved NHS Jobs feed of 5,000 adverts becomes vacancies by a watched job, beside pandas and ElementTree merely reading the same file.

Run: `DATABASE_URL=postgres://... python benchmarks/adverts_5000.py`; it makes a test database of its own and drops it.
The ratio says more than the seconds do: it stays nearly the same from one machine to another.
"""

import io
import os
import sys
from pathlib import Path
from time import perf_counter, process_time
from xml.etree import ElementTree
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruitment.settings.test")

import django

django.setup()

from datetime import timedelta

import pandas
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from audit.acting import Role
from audit.clock import today
from jobs.services import receive, start
from organisations.models import Membership, Organisation, User
from organisations.policies import load_initial
from organisations.services import acting_of
from vacancies.imports import KIND
from vacancies.models import Vacancy

ADVERTS = 5_000
TITLES = ("Porter", "Ward clerk", "Catering assistant", "Healthcare support worker", "Domestic assistant")
TEXT = "You will help patients wash, dress, eat and move, and tell the nurse in charge what you notice. " * 8
LIFECYCLE = ("first time", "the same file again", "every closing date changed")


def advert(number, closes):
    facts = {
        "id": str(number),
        "reference": f"C9999-26-{number:05}",
        "title": TITLES[number % len(TITLES)],
        "description": TEXT,
        "employer": "Benchmark NHS Trust",
        "type": "Permanent",
        "salary": "£24937.00 to £26598.00 a year",
        "closeDate": f"{closes:%Y-%m-%d}",
        "postDate": f"{today():%Y-%m-%d}T08:00:00.123456789",
        "url": f"https://beta.jobs.nhs.uk/candidate/jobadvert/C9999-26-{number:05}",
    }
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in facts.items())
    return f"<vacancyDetails>{inner}<locations><location>London, W2 1NY</location></locations></vacancyDetails>"


def feed(closes):
    body = "".join(advert(number, closes) for number in range(ADVERTS))
    return f"<nhsJobs>{body}<totalPages>1</totalPages><totalResults>{ADVERTS}</totalResults></nhsJobs>".encode()


def timed(work):
    """Seconds by the clock and of this process, and what came of it."""
    clock, processor = perf_counter(), process_time()
    found = work()
    return perf_counter() - clock, process_time() - processor, found


def by_element_tree(data):
    """What any reader of the file has to do: each advert as a dictionary."""
    root = ElementTree.fromstring(data)
    return [{child.tag: child.text for child in each} for each in root.iter("vacancyDetails")]


def by_pandas(data):
    return pandas.read_xml(io.BytesIO(data), xpath=".//vacancyDetails", parser="etree")


def imported(data, by):
    upload = receive(SimpleUploadedFile("feed.xml", data), kind=KIND, by=by)
    return start(KIND, by=by, upload=upload)


def line(name, clock, processor):
    print(f"{name:<44}{clock:>7.2f} s by the clock{processor:>7.2f} s here{ADVERTS / clock:>10,.0f} adverts a second")


def measure_all():
    load_initial()
    trust = Organisation.objects.create(code="BENCH", kind="trust", name="Benchmark NHS Trust", short_name="Benchmark")
    user = User.objects.create_user("bench@example.test", "a long password", name="Bench")
    membership = Membership.unscoped.create(
        user=user, organisation=trust, role=Role.RECRUITER, starts=today(), ends=today() + timedelta(90)
    )
    first, later = feed(today() + timedelta(21)), feed(today() + timedelta(28))
    print(f"{ADVERTS} adverts, {len(first) / 1e6:.1f} MB ({connection.vendor})")
    for name, read in (("ElementTree reads the file", by_element_tree), ("pandas.read_xml reads the file", by_pandas)):
        clock, processor, found = timed(lambda read=read: read(first))
        assert len(found) == ADVERTS
        line(name, clock, processor)
    for name, data in zip(LIFECYCLE, (first, first, later), strict=True):
        clock, processor, job = timed(lambda data=data: imported(data, acting_of(membership)))
        assert job.state == "done", (job.state, job.message)
        line(f"the job: {name}", clock, processor)
        print(f"  {job.message or ''} {dict(sorted(outcomes(job).items()))}")
    assert Vacancy.unscoped.filter(trust=trust).count() == ADVERTS


def outcomes(job):
    found = {}
    for outcome in job.rows.values_list("outcome", flat=True):
        found[outcome] = found.get(outcome, 0) + 1
    return found


def main():
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        measure_all()
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


if __name__ == "__main__":
    main()

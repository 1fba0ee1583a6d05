"""How long the bundled places take to load, against a plain csv.reader pass over the same files.

Run: python benchmarks/places_load.py. Uses a throw-away test database of the configured engine. The ratio says more than
the seconds do: it stays nearly the same from one machine to another.
"""

import os
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruitment.settings.test")

import django

django.setup()

from django.db import connection

from places.loading import BUNDLED, load_all, read
from places.models import Postcode
from places.services import locate_many


def seconds(work):
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def main():
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        reading, rows = seconds(lambda: sum(1 for file in BUNDLED for _ in read(file)))
        loading, _ = seconds(load_all)
        again, _ = seconds(load_all)
        codes = list(Postcode.objects.values_list("code", flat=True)[::230])
        locating, found = seconds(lambda: locate_many(codes))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    print(f"{connection.vendor}: {rows:,} rows read in {reading:.2f} s, loaded in {loading:.2f} s")
    print(f"ratio of load to plain reading: {loading / reading:.1f}")
    print(
        f"loading again, unchanged: {again * 1000:.0f} ms; locating {len(found):,} postcodes: {locating * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()

"""The bundled files in the database: a few hundred postcodes for each test, or everything once for a module."""

import gzip
from pathlib import Path

import pytest
from django.db import transaction

from places.loading import DATA, load_all, load_subset

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def subset(db):
    """A few hundred postcodes of every kind."""
    return load_subset()


@pytest.fixture(scope="module")
def everything(django_db_setup, django_db_blocker):
    """All bundled rows for the tests of one module, which only read; the transaction is undone after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_all()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def bundled():
    """The lines of a bundled file, split at commas, read here apart from the product's own reader."""

    def lines(name):
        raw = (DATA / name).read_bytes()
        text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
        return [line.split(",") for line in text.splitlines()]

    return lines

"""Lets transactional tests clear tables that refuse DELETE and TRUNCATE: the one place where the triggers come off."""

import pytest
from django.db import connections
from django.test import TransactionTestCase

try:
    from audit import append_only
except ImportError:  # the room has not landed yet
    append_only = None


@pytest.fixture(autouse=True, scope="session")
def flush_past_append_only_triggers():
    """Transactional tests end with a flush; the triggers are taken off around it and put back."""
    flush = TransactionTestCase._fixture_teardown

    def flush_without_triggers(case):
        databases = [connections[alias] for alias in case._databases_names(include_mirrors=False)]
        for database in databases:
            append_only.drop_triggers(database)
        try:
            flush(case)
        finally:
            for database in databases:
                append_only.create_triggers(database)

    with pytest.MonkeyPatch.context() as patch:
        if append_only:
            patch.setattr(TransactionTestCase, "_fixture_teardown", flush_without_triggers)
        yield

"""What every test may use: the options of ./run test, browsers, and honest skips."""

import gc
import json
import os
from pathlib import Path

import hypothesis
import pytest
from django.db import connection

hypothesis.settings.register_profile(
    "default", max_examples=50, deadline=None, derandomize=bool(os.environ.get("CI")), database=None
)
hypothesis.settings.register_profile("full", parent=hypothesis.settings.get_profile("default"), max_examples=2000)
hypothesis.settings.load_profile("default")

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
pytest_plugins = ["tests.browser", "tests.append_only"]


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="also the tests marked full, and more examples of properties")
    parser.addoption("--no-browser", action="store_true", help="leave the browser tests out (they ran elsewhere)")
    parser.addoption(
        "--only-database", action="store_true", help="only tests that ask the database (the rest ran elsewhere)"
    )


def pytest_configure(config):
    if config.getoption("--full"):
        hypothesis.settings.load_profile("full")


def asks_the_database(item):
    """Whether the kind of database could matter to a test: pytest-django keeps those without a mark from any.

    The walks of every page read what pages say, on whatever database; one round of them is enough.
    """
    if "every_page" in item.path.parts:
        return False
    return "django_db" in item.keywords or bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(config, items):
    """Deselect what was not asked for; skip, with the reason, what cannot run here."""
    unwanted = {"full"} if not config.getoption("--full") else set()
    unwanted |= {"browser"} if config.getoption("--no-browser") else set()
    only_database = config.getoption("--only-database")
    left_out = [
        item for item in items if unwanted & set(item.keywords) or (only_database and not asks_the_database(item))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    if connection.vendor != "postgresql":
        for item in items:
            if "postgres" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL, or run ./run test"))


def pytest_collection_finish(session):
    """Ten thousand tests and all that was imported stay until the end: looking for rubbish among them took an eighth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


class Report:
    """Counts for the box at the end of ./run test: written to TEST_REPORT by the process that directs the run."""

    def __init__(self, path):
        self.path = Path(path)
        self.found = {"passed": 0, "failed": 0, "browser_passed": 0, "skipped": {}}

    def pytest_runtest_logreport(self, report):
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else "skipped"
            self.found["skipped"][reason] = self.found["skipped"].get(reason, 0) + 1
        elif report.failed:
            self.found["failed"] += 1
        elif report.when == "call":
            self.found["passed"] += 1
            self.found["browser_passed"] += "browser" in report.keywords

    def pytest_sessionfinish(self):
        self.path.write_text(json.dumps(self.found))


def pytest_sessionstart(session):
    path = os.environ.get("TEST_REPORT")
    if path and not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Report(path), "report-for-run")

"""Which tests the second database is given: those that ask one, told by their marks and fixtures."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import asks_the_database


@pytest.mark.parametrize(
    ("keywords", "fixtures", "asks"),
    [
        ({"test_sum"}, ["case"], False),
        ({"test_sum"}, ["django_db_blocker", "settings"], False),  # every test has the blocker: it is what keeps it out
        ({"test_page", "django_db"}, [], True),
        ({"test_page"}, ["world", "db"], True),
        ({"test_race"}, ["transactional_db"], True),
        ({"test_all"}, ["everything", "django_db_setup"], True),
        ({"test_click"}, ["live_server"], True),
    ],
)
def test_told_by_marks_and_fixtures(keywords, fixtures, asks):
    item = SimpleNamespace(keywords=keywords, fixturenames=fixtures, path=Path("tests/vacancies/test_pages.py"))
    assert asks_the_database(item) is asks


def test_this_test_asks_none(request):
    assert not asks_the_database(request.node)


def test_one_with_a_database_does(request, db):
    assert asks_the_database(request.node)

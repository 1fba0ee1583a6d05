"""No page asks the database more because there is more to show: every address, with one more of everything and with three."""

import pytest
from django.db import connection

from tests.every_page.growth import grow
from tests.every_page.visits import ROLES, body, client_of, personas_of, rows_of, shared_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker):
    """{(persona, path): (queries with one more of everything, with three more)} of all that the roles may open."""
    with shared_world(django_db_blocker) as world:
        grow(world, 1)
        for year in (2025, 2026):  # who first asks for a protected report waits until it is worked out; it is then kept
            client_of(world, "auditor").get("/reports/", {"year": year})
        once = questions_of_all(world)
        grow(world, 2)
        grow(world, 3)
        thrice = questions_of_all(world)
        yield {key: (once[key], thrice[key]) for key in once}


def asked_by(persona):
    """The addresses at which this role is the first or the last that may open them: two views of each are enough."""
    return [row for row in rows_of(persona) if persona in (personas_of(row)[0], personas_of(row)[-1])]


def questions_of_all(world):
    found = {}
    for persona in ROLES:
        client = client_of(world, persona)
        for row in asked_by(persona):
            found[persona, row.name, row.path(world)] = questions(client, row.path(world), dict(row.headers))
    return found


class Counter:
    """Counts the queries of a connection; Django's own log of them ends at nine thousand."""

    def __init__(self):
        self.times = 0

    def __call__(self, execute, *query):
        self.times += 1
        return execute(*query)


def questions(client, path, headers):
    """How many queries one answer takes."""
    counter = Counter()
    with connection.execute_wrapper(counter):
        body(client.get(path, headers=headers))
    return counter.times


def test_it_was_counted(counted):
    assert len(counted) > 200
    assert sum(once > 3 for once, _thrice in counted.values()) > 150


@pytest.mark.parametrize("persona", ROLES)
def test_no_page_asks_more_for_more_rows(counted, persona):
    found = [
        f"{path}: {once}, then {thrice}"
        for (who, _name, path), (once, thrice) in counted.items()
        if who == persona and once != thrice
    ]
    assert "\n".join(found) == ""

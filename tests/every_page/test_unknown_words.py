"""No address breaks on a word that it does not know: an order, a page or a filter value is passed over, or refused in words."""

import re

import pytest

from tests.every_page.visits import body, client_of, one_visit_each, shared_world

pytestmark = pytest.mark.django_db
ASKED = re.compile(r'(?:[?&]|&amp;)([a-z_]+)=|<(?:input|select)[^>]* name="([a-z_]+)"')
NOT_A_QUESTION = {"csrfmiddlewaretoken"}
LISTS = [("sort", "zzz"), ("sort", "-zzz"), ("page", "zzz"), ("page", "-1"), ("page", "999999")]


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker):
    """[(path, name, value, status)] of every address, asked for once with each word that it does not know."""
    with shared_world(django_db_blocker) as world:
        yield [answer for visit in one_visit_each() for answer in asked(visit, world)]


def asked(visit, world):
    """Of one address: unknown orders and pages, then nonsense for each name that the page itself asks by."""
    client, path, headers = client_of(world, visit.persona), visit.path(world), dict(visit.row.headers)
    plain = client.get(path, headers=headers)
    page = plain.headers["Content-Type"].startswith("text/html")
    names = names_on(body(plain).decode()) if page else set()
    for name, value in [*LISTS, *((name, "zzz") for name in sorted(names - {"sort", "page"}))]:
        joint = "&" if "?" in path else "?"
        answer = client.get(f"{path}{joint}{name}={value}", headers=headers)
        yield path, name, value, answer.status_code


def names_on(page):
    return {name for pair in ASKED.findall(page) for name in pair if name} - NOT_A_QUESTION


def test_the_names_of_a_page_are_found():
    page = '<a href="?fence=free&amp;sort=title">x</a><input type="text" name="q"><input name="csrfmiddlewaretoken">'
    assert names_on(page) == {"fence", "sort", "q"}


def test_every_list_is_asked_by_its_own_filters(answers):
    assert {name for path, name, _value, _status in answers if path == "/vacancies/"} >= {"fence", "q", "band", "state"}
    assert len({path for path, *_more in answers}) > 150


def test_an_unknown_order_or_page_is_passed_over(answers):
    pages = [row for row in answers if row[1] in ("sort", "page") and not row[0].startswith("/api/v1/")]
    assert [row for row in pages if row[3] != 200] == []


def test_the_api_refuses_a_name_that_it_does_not_know(answers):
    assert {
        row[3]
        for row in answers
        if row[1] in ("sort", "page") and row[0].startswith("/api/v1/") and row[0] != "/api/v1/"
    } == {400}


def test_an_unknown_value_never_breaks_a_page(answers):
    assert [row for row in answers if row[3] not in (200, 302, 400, 404)] == []

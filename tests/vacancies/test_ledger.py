"""The ledger stands: no update, no delete, by the ORM or past it; tampering is found; two at once stay consistent."""

import threading
from collections import Counter
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.urls import reverse

from audit.append_only import AppendOnly, create_triggers, drop_triggers
from audit.mover import Refused
from organisations.policies import load_initial
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.conftest import somebody
from vacancies.ledger import broken_entries, standing_of
from vacancies.models import Entry
from vacancies.ring_fence import Standing, shortfall
from vacancies.ring_fencing import count_the_undecided, reserve

ROUNDS = 1000


@pytest.fixture
def entry(db, trust, recruiter):
    reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=1, by=recruiter.acting)
    return Entry.unscoped.order_by("number").last()


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: Entry.unscoped.update(reserved=5),
        lambda entry: Entry.unscoped.all().delete(),
        lambda entry: Entry.unscoped.filter(pk=entry.pk).update(posts=0),
    ],
)
def test_the_orm_refuses(entry, change):
    with pytest.raises(AppendOnly):
        change(entry)


@pytest.mark.parametrize("statement", ["UPDATE vacancies_entry SET reserved = 5", "DELETE FROM vacancies_entry"])
def test_the_database_refuses(entry, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert standing_of(entry.year.trust_id, 2026) == Standing(5, 1, 1, 1, 0, 0)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE vacancies_entry SET reserved = 5 WHERE number = 2", 1),
        ("DELETE FROM vacancies_entry WHERE number = 1", 1),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_what_is_forced_past_the_triggers_is_found(trust, recruiter, statement, found):
    reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=1, by=recruiter.acting)
    assert list(broken_entries()) == []
    drop_triggers(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        create_triggers(connection)
    assert len(list(broken_entries())) == found


def test_counting_the_undecided_twice_counts_once(db, trust, policies):
    VacancyFactory(trust=trust, posts=4, state="closed")
    assert len(count_the_undecided()) == 1
    assert count_the_undecided() == []
    assert standing_of(trust.pk, 2026) == Standing(4, 0, 1, 0, 0, 0)


def at_once(*works):
    """Run each in its own thread and connection, all from the same moment; what each answered or refused."""
    barrier, answers = threading.Barrier(len(works)), {}

    def run(place, work):
        try:
            barrier.wait(timeout=10)
            answers[place] = work()
        except Refused as refused:
            answers[place] = str(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return [answers[place] for place in range(len(works))]


def post(url, client, **form):
    """(status, page) of a form sent through a socket by who is signed in with `client`; redirects are not followed."""
    where, token = urlsplit(url), "a" * CSRF_SECRET_LENGTH
    cookies = f"{client.cookies[settings.SESSION_COOKIE_NAME].OutputString([])}; {settings.CSRF_COOKIE_NAME}={token}"
    headers = {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}
    with closing(HTTPConnection(where.netloc, timeout=60)) as connection:
        connection.request("POST", where.path, urlencode(form), headers)
        response = connection.getresponse()
        return response.status, response.read().decode()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    @pytest.fixture(autouse=True)
    def _policies(self):
        load_initial()

    def test_on_one_vacancy_one_decides_and_the_other_gets_a_sentence(self, trust):
        for _round in range(5):
            vacancy = VacancyFactory(trust=trust, posts=5)
            people = [somebody(role, trust).acting for role in ("recruiter", "trust_hr")]
            answers = at_once(*[partial(reserve, vacancy=vacancy, posts=5, by=by) for by in people])
            refused = [answer for answer in answers if isinstance(answer, str)]
            assert refused == [f"{vacancy.reference} has been decided already."]
            assert Entry.unscoped.filter(vacancy=vacancy).count() == 2
        assert list(broken_entries()) == []

    def test_on_two_vacancies_the_second_sees_the_first(self, trust):
        by = somebody("recruiter", trust).acting
        for _round in range(5):
            pair = [VacancyFactory(trust=trust, posts=1) for _ in range(2)]

            def decide(vacancy):
                for posts in (0, 1):
                    try:
                        return reserve(vacancy=vacancy, posts=posts, by=by)
                    except Refused:
                        continue

            at_once(*[partial(decide, vacancy) for vacancy in pair])
            assert shortfall(standing_of(trust.pk, 2026)) == (0, 0)
        numbers = list(Entry.unscoped.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert standing_of(trust.pk, 2026) == Standing(10, 2, 10, 2, 0, 0)
        assert list(broken_entries()) == []

    @pytest.mark.full
    def test_a_thousand_rounds_over_http_leave_one_ledger(self, trust, live_server):
        """The last choice, posted by two signed-in people at once: one decides, one reads why not, nobody an error."""
        clients = [somebody(role, trust).client for role in ("recruiter", "trust_hr")]
        statuses: Counter[int] = Counter()
        sentences = 0
        for _round in range(ROUNDS):
            vacancy = VacancyFactory(trust=trust, posts=1)
            url = live_server.url + reverse("vacancies:reserve", args=[vacancy.reference])
            answers = at_once(*[partial(post, url, client, posts="1") for client in clients])
            statuses.update(status for status, _page in answers)
            sentences += sum(f"{vacancy.reference} has been decided already." in page for _status, page in answers)
            assert sorted(Entry.unscoped.filter(vacancy=vacancy).values_list("kind", "posts", "reserved")) == [
                ("open", 1, 0),
                ("reserve", 0, 1),
            ]
        print(f"{ROUNDS} rounds, {sentences} refused with the sentence, answers {dict(statuses)}")
        # Who loses reads the sentence on the form, is led with it to the vacancy, or sees the decision in the form's place.
        assert (sum(statuses.values()), set(statuses)) == (2 * ROUNDS, {200, 302})
        assert statuses[302] >= ROUNDS
        assert 0 < sentences <= statuses[200]
        numbers = list(Entry.unscoped.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, 2 * ROUNDS + 1))
        assert standing_of(trust.pk, 2026) == Standing(ROUNDS, ROUNDS, ROUNDS, ROUNDS, 0, 0)
        assert list(broken_entries()) == []

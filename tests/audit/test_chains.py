"""Events and ledger: never changed through the ORM or by SQL; and if somebody takes the triggers off, it shows."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, connection, transaction

from audit.append_only import TABLES, AppendOnly, create_triggers, drop_triggers
from audit.chain import breaks, digest, plain
from audit.events import broken_chains, note_read, record, record_new
from audit.models import Event, Read, Thread
from organisations.policies import load_initial
from organisations.services import system
from tests.factories.vacancies import VacancyFactory
from vacancies.ledger import broken_entries
from vacancies.models import Entry
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db


@pytest.fixture
def vacancy():
    load_initial()
    vacancy = VacancyFactory(posts=5)
    record(by=system(), verb="add", on=vacancy, threads=[vacancy.trust])
    reserve(vacancy=vacancy, posts=2, by=system())
    record(by=system(), verb="close", on=vacancy, was="open", now_state="closed", day=date(2026, 11, 20))
    return vacancy


@contextmanager
def triggers_off():
    drop_triggers(connection)
    try:
        yield
    finally:
        create_triggers(connection)


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_whole_as_written(vacancy):
    assert list(broken_chains()) == []
    assert list(broken_entries()) == []
    assert Entry.unscoped.count() == 2


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses(vacancy, table, verb):
    note_read(by=system(), on=vacancy, page="test")
    with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
        sql(verb.format(table))


@pytest.mark.parametrize("model", [Event, Thread, Read])
def test_the_orm_refuses(vacancy, model):
    note_read(by=system(), on=vacancy, page="test")
    row = model.objects.first()
    for attempt in (row.save, row.delete, model.objects.all().delete, lambda: model.objects.update(pk=1)):
        with pytest.raises(AppendOnly):
            attempt()


def test_the_orm_refuses_for_the_ledger(vacancy):
    row = Entry.unscoped.first()
    for attempt in (row.save, row.delete, Entry.unscoped.all().delete, lambda: Entry.unscoped.update(posts=9)):
        with pytest.raises(AppendOnly):
            attempt()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "reopen"),
        ("was", "draft"),
        ("day", "2026-11-19"),
        ("membership_id", 7),
        ("facts", '{"posts": 9}'),
        ("reference", "VAC-XXXXXX"),
        ("at", "2026-01-01 09:00:00+00:00"),
    ],
)
def test_an_altered_event_shows(vacancy, column, value):
    with triggers_off():
        sql(f"UPDATE audit_event SET {column} = %s WHERE kind = 'vacancies.Vacancy' AND number = 2", value)
    assert list(broken_chains()) == [f"Events of vacancies.Vacancy {vacancy.pk}: row 2 was altered."]


def test_a_removed_event_shows(vacancy):
    middle = Event.objects.get(kind="vacancies.Vacancy", number=2)
    with triggers_off():
        sql("DELETE FROM audit_thread WHERE event_id = %s", middle.pk)
        sql("DELETE FROM audit_event WHERE id = %s", middle.pk)
    assert list(broken_chains()) == [f"Events of vacancies.Vacancy {vacancy.pk}: row 2 is missing."]


def test_an_event_whose_digest_was_made_again_breaks_the_next(vacancy):
    event = Event.objects.get(kind="vacancies.Vacancy", number=2)
    event.verb = "decide_free"
    with triggers_off():
        sql(
            "UPDATE audit_event SET verb = %s, digest = %s WHERE id = %s", event.verb, event.expected_digest(), event.pk
        )
    assert list(broken_chains()) == [
        f"Events of vacancies.Vacancy {vacancy.pk}: row 3 does not follow the one before it."
    ]


@pytest.mark.parametrize(
    ("column", "value"), [("posts", 1), ("reserved", 5), ("cause", "other"), ("day", "2026-04-01")]
)
def test_an_altered_ledger_entry_shows(vacancy, column, value):
    year = Entry.unscoped.first().year_id
    with triggers_off():
        sql(f"UPDATE vacancies_entry SET {column} = %s WHERE number = 1", value)
    assert list(broken_entries()) == [f"Ledger of year {year}: row 1 was altered."]


def test_a_removed_ledger_entry_shows(vacancy):
    year = Entry.unscoped.first().year_id
    with triggers_off():
        sql("DELETE FROM vacancies_entry WHERE number = 1")
    assert list(broken_entries()) == [f"Ledger of year {year}: row 1 is missing."]


def test_many_new_at_once_are_each_the_first_of_a_chain(django_assert_num_queries):
    vacancies = [VacancyFactory() for _ in range(3)]
    with django_assert_num_queries(2):
        record_new(by=system(), verb="import", rows=[(each, [each.trust], {"source": "TRAC"}) for each in vacancies])
    assert list(Event.objects.values_list("number", "previous").distinct()) == [(1, "")]
    assert Thread.objects.count() == 3
    assert list(broken_chains()) == []


def test_digests_do_not_depend_on_zone_or_order():
    summer = timezone(timedelta(hours=1))
    one = {"at": datetime(2026, 7, 1, 10, tzinfo=UTC), "day": date(2026, 7, 1), "a": 1}
    other = {"a": 1, "day": date(2026, 7, 1), "at": datetime(2026, 7, 1, 11, tzinfo=summer)}
    assert digest("", one) == digest("", other)
    assert digest("x", one) != digest("", one)
    assert plain(one["at"]) == "2026-07-01T10:00:00.000000+00:00"


def test_no_rows_no_breaks():
    assert list(breaks([], of="Nothing")) == []

"""manage.py verify: whatever is tampered with in a chain, or disagrees between two rooms, is found and named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.append_only import create_triggers, drop_triggers
from audit.events import record
from audit.models import Event
from candidates.models import Certificate, Grant
from candidates.services import cause_of
from recruitment.management.commands import verify
from tests.factories.pipeline import ReferralFactory
from tests.factories.vacancies import VacancyFactory
from tests.world import build_world
from vacancies.models import Entry, Hold
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """People, an enrolment and a vacancy with entries, all written by verbs."""
    world = build_world(rooms=("candidates", "programmes"))
    vacancy = VacancyFactory(trust=world.trust, posts=5)
    reserve(vacancy=vacancy, posts=1, by=world.acting("recruiter"))
    world.records["vacancy"] = vacancy
    return world


def found():
    """What the command says is wrong; nothing where it agrees."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify", stdout=out, stderr=err)
    except CommandError as error:
        return [*err.getvalue().splitlines(), str(error)]
    assert out.getvalue() == "Events, ledger and rooms agree.\n"
    return []


def tamper(sql, *values):
    """Change a table past the ORM and past its trigger, as somebody with the database's password could."""
    drop_triggers(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    create_triggers(connection)


def test_a_world_made_by_verbs_agrees(world):
    assert found() == []


class TestLedger:
    @pytest.fixture
    def last(self, world):
        return Entry.unscoped.order_by("-number").first()

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("kind", "release"),
            ("posts", 9),
            ("reserved", 9),
            ("adverts", 9),
            ("reserved_adverts", 9),
            ("level", 9),
            ("debt", 9),
            ("advert_debt", 9),
            ("day", "2020-01-01"),
            ("cause", "other"),
            ("membership_id", 999),
            ("digest", "0" * 64),
        ],
    )
    def test_every_column_of_an_entry(self, last, column, value):
        tamper(f"UPDATE vacancies_entry SET {column} = %s WHERE id = %s", value, last.pk)
        assert found()[0] == f"Ledger of year {last.year_id}: row {last.number} was altered."

    def test_an_entry_that_was_taken_out(self, last, world):
        first = Entry.unscoped.get(year=last.year, number=1)
        tamper("DELETE FROM vacancies_entry WHERE id = %s", first.pk)
        assert found()[:2] == [
            f"Ledger of year {last.year_id}: row 1 is missing.",
            f"Ledger: {world.vacancy.reference} was decided, and no entry counts it.",
        ]

    def test_a_year_is_a_chain_of_its_own(self, last, world):
        other = VacancyFactory(trust=world.other_trust, posts=5)
        reserve(vacancy=other, posts=1, by=world.acting("other_recruiter"))
        tamper("UPDATE vacancies_entry SET reserved = 0 WHERE vacancy_id = %s AND kind = 'reserve'", other.pk)
        year = other.entries.first().year_id
        assert found()[0] == f"Ledger of year {year}: row 2 was altered."


class TestEvents:
    @pytest.fixture
    def event(self, world):
        for number in range(3):
            record(by=world.acting("recruiter"), verb="test", on=world.site_of_test, number=number)
        return Event.objects.filter(verb="test").order_by("number")[1]

    @pytest.fixture(autouse=True)
    def subject(self, world):
        world.records["site_of_test"] = VacancyFactory(trust=world.trust)

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("verb", "other"),
            ("role", "auditor"),
            ("membership_id", 999),
            ("organisation_id", 999),
            ("day", "2020-01-01"),
            ("reference", "VAC-OTHER"),
            ("was", "open"),
            ("now", "closed"),
            ("facts", '{"number": 7}'),
            ("undoes", 1),
        ],
    )
    def test_every_column_of_an_event(self, event, column, value):
        tamper(f'UPDATE audit_event SET "{column}" = %s WHERE id = %s', value, event.pk)
        assert found() == [f"Events of {event.kind} {event.subject_id}: row 2 was altered.", "1 problem."]

    def test_an_event_that_was_taken_out(self, event):
        tamper("DELETE FROM audit_thread WHERE event_id = %s", event.pk)
        tamper("DELETE FROM audit_event WHERE id = %s", event.pk)
        assert found() == [f"Events of {event.kind} {event.subject_id}: row 2 is missing.", "1 problem."]

    def test_one_written_again_with_its_digest_breaks_the_next(self, event):
        event.verb = "other"
        digest = event.expected_digest()
        tamper("UPDATE audit_event SET verb = 'other', digest = %s WHERE id = %s", digest, event.pk)
        assert found() == [
            f"Events of {event.kind} {event.subject_id}: row 3 does not follow the one before it.",
            "1 problem.",
        ]


class TestRooms:
    def test_a_grant_that_an_enrolment_lost(self, world):
        Grant.objects.filter(cause=cause_of(world.enrolment)).delete()
        assert found() == [f"Enrolment {world.enrolment.reference} has no grant for its provider.", "1 problem."]

    def test_a_certificate_without_a_decision(self, world):
        Certificate.unscoped.update(cause="programmes.Eligibility:999999")
        assert found() == [
            "A certificate stands for programmes.Eligibility:999999, which does not exist.",
            "1 problem.",
        ]

    def test_a_promise_that_nobody_made(self, world):
        whole = build_referral(world)
        Hold.unscoped.create(vacancy=whole.vacancy, kind="interview", cause=f"pipeline.Referral:{whole.pk}")
        assert found() == [
            f"Referral {whole.reference} is offered, and what its vacancy owes says otherwise.",
            "1 problem.",
        ]


def build_referral(world):
    return ReferralFactory(candidate=world.candidate, vacancy=world.vacancy, state="offered")


def test_each_problem_is_named_and_all_are_counted(world):
    tamper("UPDATE vacancies_entry SET day = '2020-01-01'")
    Grant.objects.filter(cause=cause_of(world.enrolment)).delete()
    sentences = found()
    assert (len(sentences), sentences[-1]) == (4, "3 problems.")


def test_of_very_many_the_first_are_printed(world, monkeypatch):
    monkeypatch.setattr(verify, "MOST", 1)
    tamper("UPDATE vacancies_entry SET day = '2020-01-01'")
    sentences = found()
    assert (len(sentences), sentences[-1]) == (2, "1 problem (and more).")

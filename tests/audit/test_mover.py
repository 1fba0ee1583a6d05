"""State moves by one function: from where the table says, once, with an event; any other way is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from audit.acting import Role
from audit.events import broken_chains
from audit.models import Event, StateChangedElsewhere
from audit.mover import Refused, Step, can_move, check_move, in_words, move, possible
from organisations.services import system
from pipeline.models import Referral
from tests.factories.organisations import acting_as
from tests.factories.vacancies import VacancyFactory
from vacancies.models import Vacancy

pytestmark = pytest.mark.django_db


def only_hr(*, by, row):
    if by.role is not Role.TRUST_HR:
        raise Refused("Only HR does this.")


TABLE = {
    "close": Step(("open",), "closed", "an open vacancy"),
    "finish": Step(("closed", "interviewing"), "finished", "a vacancy past closing", only_hr),
    "reopen": Step(("closed",), "open", "a closed vacancy"),
}


@pytest.fixture
def vacancy():
    return VacancyFactory(state="open")


def test_a_step_sets_the_state_its_facts_and_an_event(vacancy):
    moved = move(vacancy, "close", table=TABLE, by=system(), reason="Enough applications", posts_filled=1)
    moved.refresh_from_db()
    assert (moved.state, moved.posts_filled) == ("closed", 1)
    event = Event.objects.get(kind="vacancies.Vacancy", subject_id=vacancy.pk)
    assert (event.verb, event.was, event.now, event.reference, event.number) == (
        "close",
        "open",
        "closed",
        vacancy.reference,
        1,
    )
    assert event.reason.text == "Enough applications"


def test_the_wrong_state_is_a_sentence_and_nothing_is_written(vacancy):
    with pytest.raises(Refused, match=rf"^{vacancy.reference} is open; this needs a closed vacancy\.$"):
        move(vacancy, "reopen", table=TABLE, by=system())
    assert Event.objects.count() == 0


def test_the_row_is_read_again_so_that_a_step_is_taken_once(vacancy):
    stale = Vacancy.unscoped.get(pk=vacancy.pk)
    move(vacancy, "close", table=TABLE, by=system())
    with pytest.raises(Refused, match="is closed"):
        move(stale, "close", table=TABLE, by=system())


def test_the_button_and_the_verb_ask_the_same(vacancy):
    closed = move(vacancy, "close", table=TABLE, by=system())
    recruiter, hr = acting_as(Role.RECRUITER), acting_as(Role.TRUST_HR)
    assert (can_move(closed, "finish", table=TABLE, by=recruiter), can_move(closed, "finish", table=TABLE, by=hr)) == (
        False,
        True,
    )
    with pytest.raises(Refused, match=r"^Only HR does this\.$"):
        check_move(closed, "finish", table=TABLE, by=recruiter)
    assert possible(closed, table=TABLE, by=hr) == ["finish", "reopen"]
    assert possible(closed, table=TABLE, by=recruiter) == ["reopen"]


def test_a_refused_check_changes_nothing(vacancy):
    closed = move(vacancy, "close", table=TABLE, by=system())
    with pytest.raises(Refused):
        move(closed, "finish", table=TABLE, by=acting_as(Role.RECRUITER))
    assert Vacancy.unscoped.get(pk=vacancy.pk).state == "closed"
    assert Event.objects.count() == 1


def test_no_other_save_changes_a_state(vacancy):
    row = Vacancy.unscoped.get(pk=vacancy.pk)
    row.state = "finished"
    with pytest.raises(StateChangedElsewhere):
        row.save()
    with pytest.raises(StateChangedElsewhere):
        Vacancy.unscoped.filter(pk=vacancy.pk).update(state="finished")
    assert Vacancy.unscoped.get(pk=vacancy.pk).state == "open"


def test_other_fields_are_saved_freely(vacancy):
    row = Vacancy.unscoped.get(pk=vacancy.pk)
    row.title = "Porter"
    row.save()
    assert Vacancy.unscoped.get(pk=vacancy.pk).title == "Porter"


def test_each_step_continues_the_chain(vacancy):
    for verb in ("close", "reopen", "close"):
        vacancy = move(vacancy, verb, table=TABLE, by=system())
    events = list(Event.objects.order_by("number"))
    assert [event.number for event in events] == [1, 2, 3]
    assert [event.previous for event in events] == ["", events[0].digest, events[1].digest]
    assert list(broken_chains()) == []


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (Referral(state="submitted"), "is submitted"),
        (Referral(state="released"), "is given up by the candidate"),
        (Referral(state="meets"), "meets the criteria"),
        (Referral(state="does_not_meet"), "does not meet the criteria"),
        (Vacancy(state="open"), "is open"),
    ],
)
def test_a_state_reads_as_a_sentence(row, sentence):
    assert in_words(row) == sentence


def test_a_move_looks_up_the_relations_that_it_sets_and_no_others(vacancy, django_assert_num_queries):
    with pytest.raises(ValidationError, match="site instance with id 999999 is not a valid choice"):
        move(vacancy, "close", table=TABLE, by=system(), site_id=999999)
    with transaction.atomic(), django_assert_num_queries(8):  # read, write, tail and event, in three savepoints
        move(vacancy, "close", table=TABLE, by=system())

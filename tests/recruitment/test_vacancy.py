"""A vacancy's page says what the people put forward for it wait for before it says that nothing is needed."""

from datetime import date

import pytest
from django.test import Client

from tests.factories.candidates import CandidateFactory
from tests.factories.pipeline import (
    CriterionFactory,
    InterviewFactory,
    OutcomeFactory,
    ReferralFactory,
    at_ten,
    reserve_posts,
)
from tests.factories.vacancies import VacancyFactory
from tests.world import build_world

pytestmark = pytest.mark.django_db
CLOSES = date(2026, 12, 7)
THURSDAY = date(2026, 11, 26)


@pytest.fixture
def world():
    return build_world(rooms=())


@pytest.fixture
def vacancy(world):
    """Reserved and open until 7 December."""
    vacancy = VacancyFactory(trust=world.trust, closes_on=CLOSES)
    CriterionFactory(vacancy=vacancy)
    reserve_posts(vacancy)
    return vacancy


@pytest.fixture
def put_forward(world, vacancy):
    def put(state="submitted", **facts):
        person = CandidateFactory(seen_by=[world.academy])
        return ReferralFactory(**{"candidate": person, "vacancy": vacancy, "state": state, **facts})

    return put


def shown(world, vacancy, persona="recruiter"):
    client = Client()
    client.force_login(world.users[persona])
    found = client.get(f"/vacancies/{vacancy.reference}/").context["next"]
    return found and (found.heading, found.detail, found.button, found.url)


def test_without_referrals_nothing_is_needed(world, vacancy):
    assert shown(world, vacancy)[0] == "Nothing is needed until the advert closes"


def test_several_to_decide_lead_to_the_people(world, vacancy, put_forward):
    for day in (THURSDAY, date(2026, 11, 27), date(2026, 11, 27)):
        put_forward(decide_by=day)
    people = f"/vacancies/{vacancy.reference}/people/"
    assert shown(world, vacancy) == ("Decide 3 people, the first by Thursday", "", "See the people", people)


def test_one_leads_to_its_step_and_the_others_are_named_after_it(world, vacancy, put_forward):
    put_forward("meets", interview_by=date(2026, 12, 16))
    put_forward("does_not_meet")
    one = put_forward(decide_by=THURSDAY)
    assert shown(world, vacancy) == (
        "Decide 1 person by Thursday",
        "Book the interview of 1 person by 16 December. Write the feedback for 1 person.",
        "Decide by criterion",
        f"/pipeline/{one.reference}/decide/",
    )


def test_what_is_past_its_day_says_so(world, vacancy, put_forward):
    put_forward(decide_by=date(2026, 11, 20))
    assert shown(world, vacancy)[0] == "Decide 1 person: it was due on 20 November"
    put_forward(decide_by=THURSDAY)
    assert shown(world, vacancy)[0] == "Decide 2 people: the first was due on 20 November"


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        ("offered", "Nothing is needed until the advert closes"),
        ("kept", "Record the interview outcome of 1 person: it was due on 22 November"),
    ],
)
def test_what_the_academy_owes_is_not_the_trusts(world, vacancy, put_forward, state, heading):
    put_forward(state)
    assert shown(world, vacancy)[0] == heading


def test_an_interview_to_come_and_feedback_that_was_written_ask_for_nothing(world, vacancy, put_forward):
    InterviewFactory(referral=put_forward("meets"), at=at_ten(1))
    OutcomeFactory(referral=put_forward("kept"))
    assert shown(world, vacancy)[0] == "Nothing is needed until the advert closes"


def test_the_ring_fence_is_decided_first(world, put_forward):
    undecided = VacancyFactory(trust=world.trust, closes_on=CLOSES)
    put_forward(vacancy=undecided)
    assert shown(world, undecided)[0] == "Decide by 2 December: nothing is due"


def test_others_are_shown_no_next_step(world, vacancy, put_forward):
    put_forward()
    assert shown(world, vacancy, "academy") is None


def test_the_same_queries_for_one_and_for_five(world, vacancy, put_forward, django_assert_max_num_queries):
    client, counts = Client(), []
    client.force_login(world.users["recruiter"])
    for number in (1, 4):
        for _ in range(number):
            put_forward()
        client.get(f"/vacancies/{vacancy.reference}/")  # counts the ready people, who have changed
        with django_assert_max_num_queries(60) as queries:
            client.get(f"/vacancies/{vacancy.reference}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]

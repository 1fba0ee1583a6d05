"""A person's page says what is ahead of them in the pipeline before it says what programmes would do next."""

from datetime import date

import pytest
from django.test import Client

from audit.clock import days_ago
from nhsuk.words import long_day
from pipeline.ahead import ahead_of
from pipeline.services import suggest
from tests.factories.pipeline import (
    CriterionFactory,
    EmploymentFactory,
    InterviewFactory,
    OutcomeFactory,
    ReferralFactory,
    at_ten,
)
from tests.factories.vacancies import VacancyFactory
from tests.pipeline.conftest import somebody_ready
from tests.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world(rooms=())


@pytest.fixture
def ama(world):
    return somebody_ready(world.academy, given_name="Ama", family_name="Mensah")


@pytest.fixture
def criterion(world):
    return CriterionFactory(vacancy=VacancyFactory(trust=world.trust, title="Ward housekeeper"))


@pytest.fixture
def vacancy(criterion):
    return criterion.vacancy


@pytest.fixture
def put_forward(ama, vacancy, criterion):
    def put(state, **facts):
        facts = {"vacancy": vacancy, "evidence": {str(criterion.pk): "Did this every week"}, **facts}
        return ReferralFactory(candidate=ama, state=state, **facts)

    return put


def shown(world, ama, persona="academy"):
    client = Client()
    client.force_login(world.users[persona])
    found = client.get(f"/people/{ama.reference}/").context["next"]
    return found.text, found.why


WORK = "Ward housekeeper, Imperial"


@pytest.mark.parametrize(
    ("state", "facts", "text", "why"),
    [
        ("suggested", {}, "Offer the guaranteed interview", f"{WORK}."),
        (
            "offered",
            {"answer_by": date(2026, 11, 25)},
            "Record the candidate’s answer",
            f"{WORK}, by 25 November 2026.",
        ),
        ("submitted", {"decide_by": date(2026, 11, 27)}, "Ask the trust to decide", f"{WORK}, by 27 November 2026."),
        (
            "meets",
            {"interview_by": date(2026, 12, 18)},
            "Ask the trust to book the interview",
            f"{WORK}, by 18 December 2026.",
        ),
        ("kept", {}, "Ask the trust for the outcome of the interview", f"{WORK}."),
    ],
)
def test_the_step_of_each_state(world, ama, put_forward, state, facts, text, why):
    put_forward(state, **facts)
    assert shown(world, ama) == (text, why)


def test_an_accepted_offer_is_submitted_before_the_vacancy_closes(world, ama, vacancy, put_forward):
    put_forward("accepted")
    assert shown(world, ama) == ("Submit to the trust", f"{WORK}, by {long_day(vacancy.closes_on)}.")


def test_a_booked_interview_is_what_matters(world, ama, put_forward):
    InterviewFactory(referral=put_forward("meets"), at=at_ten(2))
    assert shown(world, ama) == ("See that they get to the interview", f"{WORK}, on 25 November 2026 at 10:00am.")


def test_a_cancelled_interview_is_to_be_booked_again(world, ama, put_forward):
    InterviewFactory(referral=put_forward("meets"), at=at_ten(2), state="off_trust")
    assert shown(world, ama)[0] == "Ask the trust to book the interview"


@pytest.mark.parametrize(
    ("state", "agreed", "text", "until"),
    [
        ("offered", None, "Help them through the checks before the start", ""),
        ("offered", date(2026, 12, 7), "Help them through the checks before the start", ", by 7 December 2026"),
        ("cleared", None, "See that they get to their first day", ""),
        ("cleared", date(2026, 12, 7), "See that they get to their first day", ", on 7 December 2026"),
    ],
)
def test_a_job_to_come(world, ama, vacancy, put_forward, state, agreed, text, until):
    referral = put_forward("kept", feedback_given_on=days_ago(0))
    OutcomeFactory(referral=referral, state="appointed")
    EmploymentFactory(candidate=ama, vacancy=vacancy, referral=referral, state=state, agreed_start=agreed)
    assert shown(world, ama) == (text, f"{WORK}{until}.")


@pytest.mark.parametrize("state", ["declined", "withdrawn", "closed", "does_not_meet", "released", "broken"])
def test_what_has_ended_is_not_ahead(world, ama, put_forward, state):
    put_forward(state)
    assert shown(world, ama)[0] == "Find a vacancy"


def test_what_the_reader_can_do_comes_before_what_others_owe(world, ama, put_forward):
    put_forward("submitted", decide_by=days_ago(3))
    put_forward("offered", answer_by=days_ago(-9), vacancy=VacancyFactory(trust=world.other_trust, title="Porter"))
    assert shown(world, ama) == ("Record the candidate’s answer", "Porter, London North West, by 2 December 2026.")


def test_evidence_that_the_trust_lacks_comes_before_its_decision(world, ama, put_forward):
    put_forward("submitted", decide_by=date(2026, 11, 27), evidence={})
    assert shown(world, ama) == ("Send the evidence for new criteria", f"{WORK}, by 27 November 2026.")


def test_of_two_the_one_that_is_due_first(world, ama, put_forward):
    put_forward("submitted", decide_by=days_ago(-5))
    put_forward("submitted", decide_by=days_ago(-2), vacancy=VacancyFactory(trust=world.trust, title="Porter"))
    assert shown(world, ama)[1] == "Porter, Imperial, by 25 November 2026."


def test_it_comes_before_what_is_missing(world, ama, put_forward):
    """The gap stays in its list; somebody waits for an interview first."""
    ama.hours_most = ama.travel_km = None
    ama.save()
    InterviewFactory(referral=put_forward("meets"))
    assert shown(world, ama)[0] == "See that they get to the interview"


def test_the_suggestion_of_a_colleague_shows_too(world, ama, vacancy):
    suggest(candidate=ama, vacancy=vacancy, by=world.acting("academy"))
    assert shown(world, ama)[0] == "Offer the guaranteed interview"


def test_a_provider_sees_no_step_of_a_person_it_does_not_know(world, ama, put_forward):
    put_forward("submitted")
    assert ahead_of(ama, world.acting("other_provider")) is None
    assert ahead_of(ama, world.acting("other_recruiter")) is None


@pytest.mark.parametrize("persona", ["provider", "other_provider", "recruiter", "colleague", "icb_analyst"])
def test_the_page_is_not_there_for_strangers(world, ama, persona):
    client = Client()
    client.force_login(world.users[persona])
    assert client.get(f"/people/{ama.reference}/").status_code == 404


def test_the_addresses_beside_it_are_still_their_own(world, ama):
    client = Client()
    client.force_login(world.users["academy"])
    assert [client.get(f"/people/{each}/").resolver_match.view_name for each in ("enrol", ama.reference)] == [
        "programmes:enrol",
        "person",
    ]


def test_more_referrals_cost_no_more_queries(world, ama, put_forward, django_assert_num_queries):
    by = world.acting("academy")
    put_forward("submitted")
    with django_assert_num_queries(4):
        ahead_of(ama, by)
    for number in range(3):
        put_forward("submitted", decide_by=days_ago(-number), vacancy=VacancyFactory(trust=world.trust))
    with django_assert_num_queries(4):
        assert ahead_of(ama, by).why.endswith(f"by {long_day(days_ago(0))}.")


def test_who_is_in_work_is_shown_at_work(world, ama, vacancy):
    job = EmploymentFactory(candidate=ama, vacancy=vacancy, employer_name="Royal Free", state="started")
    ahead = ahead_of(ama, world.acting("academy"))
    assert (ahead.heading, ahead.text, ahead.url) == (
        "Now",
        f"At work at Royal Free since {long_day(days_ago(7))}",
        job.get_absolute_url(),
    )

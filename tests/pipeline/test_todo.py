"""Today leaves nothing out: what is many of one kind is one line with its number, and leads to the list that shows them."""

from datetime import date

import pytest
from django.test import Client

from audit.clock import days_ago
from pipeline.asking import asking
from pipeline.lists import referrals_for
from pipeline.models import Referral, ReferralState
from pipeline.steps import next_of
from pipeline.todo import todo
from tests.factories.candidates import CandidateFactory
from tests.factories.pipeline import (
    CriterionFactory,
    EmploymentFactory,
    InterviewFactory,
    OutcomeFactory,
    ReferralFactory,
    at_ten,
)
from vacancies.models import Criterion

pytestmark = pytest.mark.django_db
LATE, SOON, LATER = days_ago(3), days_ago(-4), days_ago(-30)


def people(world, vacancy, number, **facts):
    return [
        ReferralFactory(candidate=CandidateFactory(seen_by=[world.academy]), vacancy=vacancy, **facts)
        for _ in range(number)
    ]


def client_of(world, persona):
    client = Client()
    client.force_login(world.users[persona])
    return client


@pytest.fixture
def without_criteria(vacancy):
    Criterion.unscoped.filter(vacancy=vacancy).delete()
    return vacancy


@pytest.fixture
def crowd(world, without_criteria):
    """120 referrals; 60 of them wait for the trust and are due before what the academy owes."""
    vacancy = without_criteria
    people(world, vacancy, 60, state="submitted", decide_by=LATE)
    people(world, vacancy, 29, state="offered", answer_by=SOON)
    people(world, vacancy, 7, state="offered", answer_by=LATE)
    people(world, vacancy, 3, state="offered", answer_by=LATER)
    people(world, vacancy, 17, state="suggested")
    for row in people(world, vacancy, 4, state="kept"):
        OutcomeFactory(referral=row)
    assert Referral.unscoped.count() == 120


def lines(world, persona):
    return {task.text: task for task in todo(world.acting(persona)) if task.number > 1}


def test_of_120_referrals_none_is_missing_on_the_academys_today(world, crowd):
    page = client_of(world, "academy").get("/").context["lists"]
    many = {
        name: [(row.task.text, row.task.number, row.task.due) for row in getattr(page, name) if row.task.number > 1]
        for name in ("overdue", "soon", "undated", "later", "waiting")
    }
    assert many == {
        "overdue": [("Record the answers to 7 offers", 7, LATE)],
        "soon": [("Record the answers to 29 offers", 29, SOON)],
        "undated": [("Offer 17 guaranteed interviews", 17, None)],
        "later": [],
        "waiting": [("Ask the trusts to decide 60 referrals", 60, LATE)],
    }
    counts = {name: getattr(page, name).number for name in many}
    assert counts == {"overdue": 7, "soon": 29, "undated": 17 + 4, "later": 3, "waiting": 60}


def test_the_heading_counts_things_and_not_lines(world, crowd):
    page = client_of(world, "academy").get("/").content.decode()
    assert 'Due in the next 7 days <span class="anchor-count">29</span>' in page


def test_each_line_leads_to_the_list_of_those_it_counts(world, crowd):
    client = client_of(world, "academy")
    found = lines(world, "academy")
    shown = {text: client.get(task.url).context["page"].paginator.count for text, task in found.items()}
    assert shown == {
        "Record the answers to 7 offers": 7,
        "Record the answers to 29 offers": 29,
        "Offer 17 guaranteed interviews": 17,
        "Ask the trusts to decide 60 referrals": 60,
    }


def test_a_trust_has_its_decisions_in_one_line(world, crowd):
    (task,) = lines(world, "recruiter").values()
    assert (task.text, task.number, task.due, task.waiting) == ("Decide 60 referrals", 60, LATE, False)
    assert client_of(world, "recruiter").get(task.url).context["page"].paginator.count == 60


def test_many_take_the_same_queries(world, without_criteria, django_assert_num_queries):
    for rows in (3, 40):
        people(world, without_criteria, rows, state="suggested")
        people(world, without_criteria, 1, state="offered", answer_by=SOON)
        with django_assert_num_queries(6):
            todo(world.acting("academy"))


def test_feedback_and_evidence_are_not_hidden_by_what_is_due_before(world, vacancy):
    people(world, vacancy, 55, state="offered", answer_by=LATE)
    refused = people(world, vacancy, 6, state="does_not_meet", feedback="Bring an example", closed_on=days_ago(1))
    people(world, vacancy, 6, state="submitted", decide_by=SOON)
    assert set(lines(world, "academy")) == {
        "Record the answers to 55 offers",
        f"Pass on the feedback of {len(refused)} referrals",
        "Send the evidence for new criteria of 6 referrals",
    }


@pytest.mark.parametrize(
    ("facts", "interview", "words"),
    [
        ({"state": "kept", "kept_on": date(2026, 11, 20)}, None, "Ask the trust for the outcome of"),
        ({"state": "meets"}, -2, "Ask the trust whether the interview of"),
    ],
)
def test_what_the_trust_did_not_say_of_an_interview_waits_on_today(world, vacancy, facts, interview, words):
    (row,) = people(world, vacancy, 1, **facts)
    if interview:
        InterviewFactory(referral=row, at=at_ten(interview))
    (task,) = todo(world.acting("academy"))
    assert (task.text.startswith(words), task.waiting, task.url) == (True, True, row.get_absolute_url())


def test_every_interview_of_tomorrow_has_its_own_line(world, vacancy):
    for row in people(world, vacancy, 7, state="meets"):
        InterviewFactory(referral=row, at=at_ten(1))
    for persona in ("academy", "recruiter"):
        found = todo(world.acting(persona))
        assert [(task.number, task.due) for task in found] == [(1, days_ago(-1))] * 7


def every_kind(world, vacancy):
    """Referrals in every state and mode, with and without interview, outcome, feedback and evidence."""
    for state in ReferralState.values:
        for mode in ("native", "trac"):
            people(world, vacancy, 1, state=state, mode=mode)
    people(world, vacancy, 1, mode="trac", trac_application_id="AR-1")
    wanted = {str(each.pk): "Ran a stall" for each in vacancy.criteria.filter(essential=True)}
    people(world, vacancy, 1, evidence=wanted)
    people(world, vacancy, 1, state="does_not_meet", feedback="Come again")
    for days in (-2, 0, 1, 3):
        InterviewFactory(referral=people(world, vacancy, 1, state="meets")[0], at=at_ten(days))
    for feedback in ("", "Warm and clear"):
        (row,) = people(world, vacancy, 1, state="kept")
        OutcomeFactory(referral=row, feedback=feedback)
        EmploymentFactory(referral=row, vacancy=vacancy, candidate=row.candidate)


@pytest.mark.parametrize("persona", ["academy", "recruiter"])
def test_the_database_and_the_pages_name_the_same_step(world, vacancy, persona):
    every_kind(world, vacancy)
    acting = world.acting(persona)
    rows = referrals_for(acting).prefetch_related("decisions")
    said = {row.reference: row.asks for row in asking(rows, acting)}
    steps = {row.reference: next_of(row, by=acting).step for row in rows}
    own = {reference: "" if asks.startswith(("see", "ask_")) else asks for reference, asks in said.items()}
    assert len(steps) == {"academy": 33, "recruiter": 21}[persona]
    assert {reference: own.get(reference, "") for reference in steps} == steps


def test_the_list_offers_what_each_reader_is_asked(world, vacancy):
    CriterionFactory(vacancy=vacancy)
    choices = {
        persona: [
            value
            for value, _words in client_of(world, persona)
            .get("/pipeline/")
            .context["filter"]
            .form["asks"]
            .field.choices
        ]
        for persona in ("academy", "recruiter")
    }
    assert choices == {
        "academy": [
            "", "offer", "accept", "submit", "application", "evidence", "pass_on",
            "see", "ask_decision", "ask_interview", "ask_held", "ask_outcome",
        ],
        "recruiter": ["", "decide", "trac", "held", "book", "outcome", "feedback", "see"],
    }  # fmt: skip

"""Offering a guaranteed interview: slots, readiness, agreements, the answer, and what is sent to the trust."""

from datetime import date, timedelta

import pytest

from audit.clock import today
from audit.models import Event
from audit.mover import Refused
from organisations.models import Accession
from pipeline.models import Referral
from pipeline.services import accept, decline, give_application_id, offer, submit, suggest, withdraw
from pipeline.slots import slots_left
from tests.factories.candidates import CandidateFactory
from tests.factories.organisations import acting_as
from tests.factories.pipeline import ReferralFactory
from tests.factories.vacancies import VacancyFactory
from tests.pipeline.conftest import somebody_ready
from vacancies.models import Hold


def refusal(do, **facts):
    with pytest.raises(Refused) as refused:
        do(**facts)
    return str(refused.value)


def test_an_offer_takes_a_slot_and_waits_five_working_days(vacancy, ama, academy):
    referral = offer(candidate=ama, vacancy=vacancy, by=academy)
    assert (referral.state, referral.offered_on, referral.answer_by) == (
        "offered",
        date(2026, 11, 23),
        date(2026, 11, 30),
    )
    assert slots_left(vacancy) == 1


def test_a_suggestion_is_offered_by_the_same_row(vacancy, ama, academy):
    suggested = suggest(candidate=ama, vacancy=vacancy, by=academy)
    assert offer(candidate=ama, vacancy=vacancy, by=academy, referral=suggested).pk == suggested.pk
    assert Referral.unscoped.count() == 1


def test_a_suggestion_cannot_pass_by_the_last_slot(vacancy, ama, academy):
    suggested = suggest(candidate=ama, vacancy=vacancy, by=academy)
    for _ in range(2):
        ReferralFactory(vacancy=vacancy, state="offered")
    sentence = refusal(offer, candidate=ama, vacancy=vacancy, by=academy, referral=suggested)
    assert sentence == f"No guaranteed-interview slot of {vacancy.reference} is left."


def test_a_suggestion_is_about_its_own_person(vacancy, ama, academy):
    other = ReferralFactory(vacancy=vacancy, state="suggested")
    sentence = refusal(offer, candidate=ama, vacancy=vacancy, by=academy, referral=other)
    assert sentence == f"{other.reference} is about another person or vacancy."


@pytest.mark.parametrize(
    ("state", "left"),
    [
        ("suggested", 2),
        ("offered", 1),
        ("accepted", 1),
        ("submitted", 1),
        ("meets", 1),
        ("kept", 1),
        ("broken", 1),
        ("does_not_meet", 2),
        ("released", 2),
        ("declined", 2),
        ("withdrawn", 2),
        ("closed", 2),
    ],
)
def test_which_states_hold_a_slot(vacancy, state, left):
    ReferralFactory(vacancy=vacancy, state=state)
    assert slots_left(vacancy) == left


def test_no_slot_without_a_reservation(world, native, ama, academy):
    free = VacancyFactory(trust=world.trust)
    assert refusal(offer, candidate=ama, vacancy=free, by=academy) == (
        f"No guaranteed-interview slot of {free.reference} is left."
    )


@pytest.mark.parametrize(
    "state", ["offered", "accepted", "submitted", "meets", "kept", "does_not_meet", "released", "broken"]
)
def test_nobody_is_put_forward_twice(vacancy, ama, academy, state):
    ReferralFactory(candidate=ama, vacancy=vacancy, state=state)
    assert refusal(offer, candidate=ama, vacancy=vacancy, by=academy) == (
        f"{ama.reference} has been put forward for {vacancy.reference} already."
    )


@pytest.mark.parametrize("state", ["declined", "withdrawn", "closed"])
def test_who_said_no_may_be_asked_again(vacancy, ama, academy, state):
    ReferralFactory(candidate=ama, vacancy=vacancy, state=state)
    assert offer(candidate=ama, vacancy=vacancy, by=academy).state == "offered"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"state": "closed"}, "{} is closed; only an open vacancy takes people."),
        ({"state": "draft"}, "{} is draft; only an open vacancy takes people."),
        ({"opened_on": date(2026, 11, 1), "closes_on": date(2026, 11, 22)}, "{} closed on 22 November 2026."),
    ],
)
def test_only_an_open_vacancy_takes_people(world, ama, academy, facts, sentence):
    vacancy = VacancyFactory(trust=world.trust, **facts)
    assert refusal(offer, candidate=ama, vacancy=vacancy, by=academy) == sentence.format(vacancy.reference)


def test_the_closing_day_itself_is_in_time(vacancy, ama, academy):
    vacancy.closes_on = today()
    vacancy.save()
    assert offer(candidate=ama, vacancy=vacancy, by=academy).state == "offered"


def test_who_is_not_ready_is_told_what_is_missing(vacancy, world, academy):
    person = CandidateFactory(seen_by=[world.academy], travel_km=None)
    assert refusal(offer, candidate=person, vacancy=vacancy, by=academy) == (
        f"{person.reference} is not ready: Eligibility is not decided; Travel limit is not recorded."
    )


def test_who_may_only_volunteer_cannot_be_put_forward(vacancy, world, academy):
    person = somebody_ready(world.academy, right_to_work="volunteer")
    assert refusal(offer, candidate=person, vacancy=vacancy, by=academy) == (
        f"{person.reference} may only volunteer, so cannot be put forward for paid work."
    )


def test_a_merged_record_is_not_put_forward(vacancy, world, ama, academy):
    double = somebody_ready(world.academy, merged_into=ama)
    assert refusal(offer, candidate=double, vacancy=vacancy, by=academy) == (
        f"{double.reference} was merged into another record. Put that one forward."
    )


def test_no_agreement_no_offer(vacancy, world, ama, academy):
    Accession.objects.filter(organisation=world.trust).update(ends=today() - timedelta(days=1))
    assert refusal(offer, candidate=ama, vacancy=vacancy, by=academy) == (
        f"No data-sharing agreement with {world.trust} is in force, so nobody can be sent there."
    )


def test_a_stranger_cannot_put_somebody_forward(vacancy, world, ama):
    stranger = world.acting("other_provider")
    assert refusal(offer, candidate=ama, vacancy=vacancy, by=stranger) == (
        f"{ama.reference} is not among the people shared with your organisation."
    )


@pytest.mark.parametrize("role", ["recruiter", "trust_hr", "icb_analyst", "auditor", "system_admin"])
def test_other_roles_suggest_nobody(vacancy, ama, role):
    assert refusal(suggest, candidate=ama, vacancy=vacancy, by=acting_as(role)) == (
        "Only the academy or the provider puts people forward."
    )


def test_the_answer_keeps_who_gave_it_and_how(vacancy, ama, academy):
    referral = accept(
        referral=offer(candidate=ama, vacancy=vacancy, by=academy), through="By telephone to the officer", by=academy
    )
    assert (referral.state, referral.answered_on, referral.answered_through) == (
        "accepted",
        date(2026, 11, 23),
        "By telephone to the officer",
    )


def test_a_no_frees_the_slot(vacancy, ama, academy):
    referral = offer(candidate=ama, vacancy=vacancy, by=academy)
    declined = decline(referral=referral, through="By letter", reason="Too far", by=academy)
    assert (declined.state, declined.closed_on, slots_left(vacancy)) == ("declined", date(2026, 11, 23), 2)


@pytest.fixture
def accepted(vacancy, ama):
    return ReferralFactory(candidate=ama, vacancy=vacancy, state="accepted")


def test_submitting_starts_the_clock_and_holds_the_vacancy(accepted, criteria, academy):
    referral = submit(referral=accepted, evidence={criteria[0].pk: " Led a stall ", criteria[1].pk: " "}, by=academy)
    assert (referral.state, referral.submitted_on, referral.decide_by) == (
        "submitted",
        date(2026, 11, 23),
        date(2026, 11, 30),
    )
    assert referral.evidence == {str(criteria[0].pk): "Led a stall"}
    hold = Hold.unscoped.get()
    assert (hold.kind, hold.due_on, hold.cause, hold.cleared_at) == (
        "answer",
        date(2026, 11, 30),
        f"pipeline.Referral:{referral.pk}",
        None,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "I worked with Ama on the ward",
            "Leave the name out of the evidence (“Ama”): the trust must not know yet who it is.",
        ),
        (
            "AMA MENSAH did well",
            "Leave the name out of the evidence (“Ama Mensah”): the trust must not know yet who it is.",
        ),
        (
            "Lives at nw10 8aa",
            "Leave the postcode out of the evidence (“nw10 8aa”): the trust must not know where they live.",
        ),
        ("Ask ama@example.org", "Leave e-mail addresses out of the evidence: the trust must not know yet who it is."),
    ],
)
def test_evidence_does_not_unmask(accepted, criteria, academy, text, sentence):
    assert refusal(submit, referral=accepted, evidence={criteria[0].pk: text}, by=academy) == sentence
    assert Hold.unscoped.count() == 0


@pytest.mark.parametrize(
    "text", ["Helped an elderly neighbour.", "Made 12 calls. Mensah was the street.", "Band 2 work"]
)
def test_plain_evidence_passes(accepted, criteria, academy, text):
    assert submit(referral=accepted, evidence={criteria[0].pk: text}, by=academy).state == "submitted"


@pytest.mark.parametrize("state", ["interviewing", "finished", "withdrawn"])
def test_nobody_is_submitted_too_late(world, ama, academy, state):
    late = ReferralFactory(candidate=ama, vacancy=VacancyFactory(trust=world.trust, state=state), state="accepted")
    assert refusal(submit, referral=late, by=academy) == (
        f"{late.vacancy.reference} is {state}, so nobody can be submitted any more."
    )


def test_a_trac_number_belongs_to_one_referral(accepted, vacancy, academy):
    ReferralFactory(vacancy=vacancy, trac_application_id="AR-1")
    sentence = "AR-1 belongs to another referral of this vacancy. Check the number in TRAC."
    assert refusal(submit, referral=accepted, application_id="AR-1", by=academy) == sentence
    assert refusal(give_application_id, referral=accepted, application_id="AR-1", by=academy) == sentence
    assert give_application_id(referral=accepted, application_id="AR-2", by=academy).trac_application_id == "AR-2"


def test_withdrawing_clears_what_was_owed(accepted, academy):
    referral = withdraw(referral=submit(referral=accepted, by=academy), reason="Found work", by=academy)
    assert (referral.state, Hold.unscoped.filter(cleared_at__isnull=True).count()) == ("withdrawn", 0)


def test_each_step_is_an_event_on_three_pages(vacancy, ama, academy):
    offer(candidate=ama, vacancy=vacancy, by=academy)
    event = Event.objects.get(kind="pipeline.Referral", verb="offer")
    assert sorted(event.threads.values_list("kind", "subject_id")) == [
        ("candidates.Candidate", ama.pk),
        ("vacancies.Vacancy", vacancy.pk),
    ]

"""Criteria that a trust adds after it has the referral: the academy is asked for the evidence, and the trust is told."""

import pytest
from django.urls import reverse

from audit.clock import days_ago, today
from audit.mover import Refused
from nhsuk.words import long_day
from pipeline.evidence import send_evidence
from pipeline.models import Referral
from pipeline.services import decide
from pipeline.todo import todo
from tests.factories.pipeline import CriterionFactory, ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from tests.pipeline.test_pages import sign_in, words
from vacancies.criteria import correct_criteria

__all__ = ["sign_in"]
pytestmark = pytest.mark.django_db
ASKS = "Send the evidence for new criteria: Ama Mensah, Porter"


@pytest.fixture
def vacancy(world, native):
    """An advert of the feed, without criteria."""
    vacancy = VacancyFactory(trust=world.trust, title="Porter")
    reserve_posts(vacancy)
    return vacancy


@pytest.fixture
def waiting(vacancy, ama):
    return ReferralFactory(candidate=ama, vacancy=vacancy, state="submitted")


@pytest.fixture
def added(waiting, vacancy, recruiter):
    """The criteria that the trust adds once it has the referral; by their words."""
    correct_criteria(vacancy=vacancy, criteria=[("Kind", True), ("Works in a team", True)], by=recruiter)
    return {criterion.text: criterion.pk for criterion in vacancy.criteria.all()}


def step(referral, name="evidence"):
    return reverse("pipeline:step", args=[referral.reference, name])


def sent(referral):
    return Referral.unscoped.get(pk=referral.pk).evidence


def texts(world, persona):
    return [(task.text, task.due) for task in todo(world.acting(persona))]


def test_the_academy_is_asked_on_today_until_it_has_sent_them(world, waiting, vacancy, recruiter, academy):
    waits = "Ask the trust about Ama Mensah, Porter"
    assert texts(world, "academy") == [(waits, waiting.decide_by)]
    correct_criteria(vacancy=vacancy, criteria=[("Kind", True), ("Has a van", False)], by=recruiter)
    assert texts(world, "academy") == [(ASKS, waiting.decide_by)]
    criterion = vacancy.criteria.get(essential=True)
    send_evidence(referral=waiting, evidence={criterion.pk: "Sat with a neighbour each week"}, by=academy)
    assert texts(world, "academy") == [(waits, waiting.decide_by)]


def test_by_its_page_the_trust_gets_them(sign_in, waiting, added):
    client = sign_in("academy")
    page = words(client.get(waiting.get_absolute_url()))
    assert "Next: send the evidence for new criteria" in page
    form = {f"evidence_{added['Kind']}": "Sat with a neighbour", f"evidence_{added['Works in a team']}": "Ran a stall"}
    answer = client.post(step(waiting), {**form, "agreed": "on"}, follow=True)
    assert "Sent. The trust sees it beside the new criteria." in words(answer)
    assert "Evidence for new criteria sent" in words(answer)
    assert sent(waiting) == {str(added["Kind"]): "Sat with a neighbour", str(added["Works in a team"]): "Ran a stall"}
    decides = words(sign_in("recruiter").get(step(waiting, "decide")))
    assert "Evidence: Sat with a neighbour" in decides
    assert "came after this referral was sent" not in decides


def test_every_new_criterion_and_the_consent_are_asked_for(sign_in, waiting, added):
    answer = sign_in("academy").post(step(waiting), {f"evidence_{added['Kind']}": "Sat with a neighbour"})
    assert answer.context["form"].errors == {
        f"evidence_{added['Works in a team']}": ["Enter the evidence for “Works in a team”"],
        "agreed": ["Ask the candidate first, then tick that they agreed"],
    }
    assert sent(waiting) == {}


def test_the_trust_reads_that_evidence_is_to_come(sign_in, waiting, added):
    page = words(sign_in("recruiter").get(step(waiting, "decide")))
    assert (
        "2 criteria came after this referral was sent, so there is no evidence yet. The academy is asked for it. "
        f"Wait for it if you can: the decision is due by {long_day(waiting.decide_by)}."
    ) in page


def test_on_the_last_day_it_is_not_told_to_wait(sign_in, waiting, added):
    Referral.unscoped.filter(pk=waiting.pk).update(decide_by=today())
    page = words(sign_in("recruiter").get(step(waiting, "decide")))
    assert ("The academy is asked for it." in page, "Wait for it" in page) == (True, False)


def test_what_was_sent_before_stays(waiting, vacancy, academy):
    first, second = (CriterionFactory(vacancy=vacancy, text=text) for text in ("Kind", "Works in a team"))
    Referral.unscoped.filter(pk=waiting.pk).update(evidence={str(first.pk): "As sent"})
    send_evidence(referral=waiting, evidence={first.pk: "Other words", second.pk: " Ran a stall "}, by=academy)
    assert sent(waiting) == {str(first.pk): "As sent", str(second.pk): "Ran a stall"}


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Ama Mensah sat with a neighbour", "Leave the name out of the evidence"),
        ("Near NW10 7NS", "Leave the postcode out of the evidence"),
        ("  ", "Write the evidence for at least one criterion"),
    ],
)
def test_what_is_refused(waiting, added, academy, text, start):
    with pytest.raises(Refused) as refused:
        send_evidence(referral=waiting, evidence={added["Kind"]: text}, by=academy)
    assert str(refused.value).startswith(start)
    assert sent(waiting) == {}


def test_nobody_else_sends_it_and_not_after_the_decision(waiting, added, world, academy, recruiter):
    other = world.acting("other_provider")
    for by in (recruiter, other):
        with pytest.raises(Refused):
            send_evidence(referral=waiting, evidence={added["Kind"]: "Kind"}, by=by)
    decide(referral=waiting, on=days_ago(0), by=recruiter)
    with pytest.raises(Refused) as refused:
        send_evidence(referral=waiting, evidence={added["Kind"]: "Kind"}, by=academy)
    assert str(refused.value) == (
        f"{waiting.reference} meets the criteria; evidence is sent before the trust decides here."
    )


def test_where_trac_leads_nothing_is_asked_for(world, vacancy, ama):
    ReferralFactory(candidate=ama, vacancy=vacancy, state="submitted", mode="trac", trac_application_id="AR-1")
    CriterionFactory(vacancy=vacancy)
    assert [text for text, _due in texts(world, "academy")] == ["Ask the trust about Ama Mensah, Porter"]

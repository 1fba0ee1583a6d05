"""A vacancy without an essential criterion: nothing is decided here until the trust adds one; TRAC's word is taken."""

import pytest
from django.urls import reverse

from audit.clock import today
from audit.mover import Refused
from outbox.services import make_link
from pipeline import replies
from pipeline.models import CriterionDecision, Referral, ReplyRequest
from pipeline.services import assess, decide, record_trac
from tests.factories.pipeline import CriterionFactory, InterviewFactory, ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from tests.pipeline.test_pages import sign_in

__all__ = ["sign_in"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(world, native):
    """Reserved, with a desirable criterion alone."""
    vacancy = VacancyFactory(trust=world.trust, title="Porter")
    CriterionFactory(vacancy=vacancy, text="Has pushed a bed", essential=False)
    reserve_posts(vacancy)
    return vacancy


@pytest.fixture
def waiting(bare, ama):
    return ReferralFactory(candidate=ama, vacancy=bare, state="submitted")


def sentence(vacancy):
    return f"{vacancy.reference} has no essential criteria yet. Add them, then decide."


def state_of(referral):
    return Referral.unscoped.get(pk=referral.pk).state


@pytest.mark.parametrize("verb", [decide, assess])
def test_nothing_is_decided_here(waiting, bare, recruiter, verb):
    with pytest.raises(Refused) as refused:
        verb(referral=waiting, by=recruiter)
    assert str(refused.value) == sentence(bare)
    assert (state_of(waiting), CriterionDecision.unscoped.count()) == ("submitted", 0)


def test_nor_refused_with_a_reason_alone(waiting, bare, recruiter):
    with pytest.raises(Refused) as refused:
        decide(referral=waiting, reason="Too far away", by=recruiter)
    assert (str(refused.value), state_of(waiting)) == (sentence(bare), "submitted")


@pytest.mark.parametrize(("reason", "state"), [("", "meets"), ("Not shortlisted in TRAC", "does_not_meet")])
def test_what_trac_decided_is_recorded(bare, ama, recruiter, reason, state):
    referral = ReferralFactory(candidate=ama, vacancy=bare, state="submitted", mode="trac")
    record_trac(referral=referral, application_id="AR-1", not_met=[], reason=reason, on=today(), by=recruiter)
    assert state_of(referral) == state


def test_one_criterion_is_enough(waiting, bare, recruiter):
    CriterionFactory(vacancy=bare, text="Works in a team")
    assert decide(referral=waiting, by=recruiter).state == "meets"


def page_of(client, referral, step):
    return client.get(reverse("pipeline:step", args=[referral.reference, step]))


class TestPages:
    def test_the_trust_is_sent_to_the_criteria(self, sign_in, waiting, bare):
        page = page_of(sign_in("recruiter"), waiting, "decide").content.decode()
        assert sentence(bare) in page
        assert reverse("vacancies:criteria", args=[bare.reference]) in page
        assert 'name="feedback"' not in page

    def test_saving_the_empty_page_decides_nothing(self, sign_in, waiting, bare):
        client = sign_in("recruiter")
        answer = client.post(reverse("pipeline:step", args=[waiting.reference, "decide"]), {"second": ""})
        assert (answer.status_code, sentence(bare) in answer.content.decode()) == (200, True)
        assert state_of(waiting) == "submitted"

    @pytest.mark.parametrize(("essential", "status"), [(False, 200), (True, 404)])
    def test_in_shortlisting_only_the_first_can_be_added(self, sign_in, world, native, essential, status):
        vacancy = VacancyFactory(trust=world.trust, state="shortlisting")
        CriterionFactory(vacancy=vacancy, essential=essential)
        client, address = sign_in("recruiter"), reverse("vacancies:criteria", args=[vacancy.reference])
        page = page_of(client, ReferralFactory(vacancy=vacancy), "decide").content.decode()
        assert (client.get(address).status_code, address in page) == (status, not essential)

    def test_the_academy_reads_what_the_trust_has_to_do(self, sign_in, world, bare, ama):
        accepted = ReferralFactory(candidate=ama, vacancy=bare, state="accepted")
        page = page_of(sign_in("academy"), accepted, "submit").content.decode()
        assert f"{bare.reference} has no essential criteria yet: {world.trust.short_name} has to add them" in page
        assert "what you write here" not in page


class TestTheLink:
    """The hiring manager cannot enter criteria, so is not asked for what rests on them."""

    @pytest.fixture
    def link(self, client, bare):
        subject = f"vacancies.Vacancy:{bare.pk}"
        _link, token = make_link(purpose="reply", subject=subject, days=30, organisation_id=bare.trust_id)
        return lambda **answers: (client.post if answers else client.get)(f"/reply/{token}/", answers)

    def test_it_says_what_has_to_happen_first(self, link, waiting, bare):
        page = link().content.decode()
        assert "Cannot be decided here yet" in page
        assert f"Ask the recruitment team of {bare.trust.name} to add them, then open this link again." in page
        assert waiting.candidate.neutral_code in page
        assert "Shortlisted for interview?" not in page
        assert "Nothing is left to answer" not in page

    def test_an_answer_changes_nothing_and_does_not_end_it(self, link, waiting):
        link(**{f"{waiting.reference}-met": "yes"})
        assert state_of(waiting) == "submitted"
        assert link().status_code == 200

    def test_with_criteria_it_asks(self, link, waiting, bare):
        CriterionFactory(vacancy=bare, text="Works in a team")
        assert "Shortlisted for interview?" in link().content.decode()

    def test_what_trac_leads_is_answered_with_a_reason_alone(self, link, bare, ama):
        referral = ReferralFactory(candidate=ama, vacancy=bare, state="submitted", mode="trac")
        link(**{f"{referral.reference}-met": "no", f"{referral.reference}-reason": "Not shortlisted"})
        assert state_of(referral) == "does_not_meet"

    def test_it_is_not_sent(self, sign_in, waiting, bare, recruiter):
        with pytest.raises(Refused) as refused:
            replies.ask_manager(vacancy=bare, to="ward@example.test", by=recruiter)
        assert (str(refused.value), ReplyRequest.unscoped.count()) == (sentence(bare), 0)
        page = sign_in("recruiter").get(reverse("replies:ask", args=[bare.reference])).content.decode()
        assert (sentence(bare) in page, 'name="to"' in page) == (True, False)
        assert reverse("vacancies:criteria", args=[bare.reference]) in page

    def test_it_is_sent_for_the_others(self, bare, waiting, recruiter):
        InterviewFactory(referral=ReferralFactory(vacancy=bare, state="meets"))
        replies.ask_manager(vacancy=bare, to="ward@example.test", by=recruiter)
        assert ReplyRequest.unscoped.count() == 1

"""The pages of corrections and of the reserve list: what each reader is offered, asked and told."""

import pytest
from django.test import Client
from django.urls import reverse

from candidates.models import Candidate
from pipeline.appointments import book, hold_interview, record_outcome
from pipeline.models import Employment, Outcome, Referral, Result
from pipeline.services import decide
from tests.factories.pipeline import at_ten
from tests.pipeline.test_pages import post, words

MISTAKE = "I ticked the wrong person."
FINE_PRINT = "This goes one step back: the decision, or what was said of the interview."


@pytest.fixture
def sign_in(world):
    def signed_in(persona):
        client = Client()
        client.force_login(world.users[persona])
        return client

    return signed_in


@pytest.fixture
def promised(referral, recruiter):
    return decide(referral=referral, by=recruiter)


@pytest.fixture
def with_outcome(promised, recruiter):
    held = hold_interview(interview=book(referral=promised, at=at_ten(-1), by=recruiter), by=recruiter)

    def record(result):
        return record_outcome(interview=held, result=result, feedback="Warm.", by=recruiter).referral

    return record


def offered(client, referral):
    """The names of the steps on the referral's page that may end or correct something."""
    return [step for step, _label in client.get(referral.get_absolute_url()).context["endings"]]


def address(referral, step):
    return reverse("pipeline:step", args=[referral.reference, step])


class TestTakingBack:
    def test_the_page_says_what_it_means(self, sign_in, promised):
        page = words(sign_in("recruiter").get(address(promised, "take_back")))
        assert (FINE_PRINT in page, "Take back what was recorded by mistake" in page) == (True, True)

    def test_it_goes_back_and_the_name_is_hidden_again(self, sign_in, promised):
        client = sign_in("recruiter")
        assert "Ama Mensah" in words(client.get(promised.get_absolute_url()))
        page = words(post(client, promised.reference, "take_back", reason=MISTAKE))
        assert ("Taken back. Record it as it was." in page, "Ama Mensah" in page) == (True, False)
        assert Referral.unscoped.get().state == "submitted"

    def test_the_academy_reads_what_happened_and_why(self, sign_in, promised):
        post(sign_in("recruiter"), promised.reference, "take_back", reason=MISTAKE)
        page = words(sign_in("academy").get(promised.get_absolute_url()))
        assert ("Decision taken back: recorded by mistake" in page, MISTAKE in page) == (True, True)

    def test_without_a_reason_the_page_asks(self, sign_in, promised):
        page = post(sign_in("recruiter"), promised.reference, "take_back", reason="")
        assert (page.status_code, Referral.unscoped.get().state) == (200, "meets")
        assert list(page.context["form"].errors) == ["reason"]

    @pytest.mark.parametrize(
        ("persona", "has"), [("recruiter", True), ("colleague", True), ("academy", False), ("provider", None)]
    )
    def test_it_is_offered_to_the_trust_alone(self, sign_in, promised, persona, has):
        client = sign_in(persona)
        if has is None:
            assert client.get(promised.get_absolute_url()).status_code == 404
        else:
            assert ("take_back" in offered(client, promised)) == has

    @pytest.mark.parametrize("persona", ["other_recruiter", "lapsed", "icb_analyst", "other_provider"])
    def test_strangers_find_nothing(self, sign_in, promised, persona):
        client = sign_in(persona)
        assert client.get(address(promised, "take_back")).status_code == 404
        assert client.post(address(promised, "take_back"), {"reason": MISTAKE}).status_code == 404
        assert Referral.unscoped.get().state == "meets"

    def test_the_academy_is_sent_back_to_the_referral(self, sign_in, promised):
        answer = sign_in("academy").post(address(promised, "take_back"), {"reason": MISTAKE})
        assert (answer.url, Referral.unscoped.get().state) == (promised.get_absolute_url(), "meets")

    def test_it_is_gone_once_an_interview_is_booked(self, sign_in, promised, recruiter):
        book(referral=promised, at=at_ten(2), by=recruiter)
        assert "take_back" not in offered(sign_in("recruiter"), promised)


class TestCorrectingTheOutcome:
    @pytest.mark.parametrize(
        ("result", "others"),
        [
            (Result.APPOINTED, ["reserve", "not_appointed"]),
            (Result.RESERVE, ["appointed", "not_appointed"]),
            (Result.NOT_APPOINTED, ["appointed", "reserve"]),
        ],
    )
    def test_only_the_others_are_asked(self, sign_in, with_outcome, result, others):
        form = sign_in("recruiter").get(address(with_outcome(result), "correct")).context["form"]
        assert [value for value, _label in form.fields["result"].choices] == others
        assert list(form.fields) == ["result", "reason"]

    def test_a_job_that_was_offered_by_mistake_ends(self, sign_in, with_outcome):
        referral = with_outcome(Result.APPOINTED)
        client = sign_in("recruiter")
        page = words(post(client, referral.reference, "correct", result="not_appointed", reason=MISTAKE))
        job = Employment.unscoped.get()
        assert ("The outcome is corrected." in page, job.state) == (True, "fell_through")
        assert client.get(job.get_absolute_url()).status_code == 404
        assert job.reference not in page

    def test_a_result_that_is_not_offered_is_refused(self, sign_in, with_outcome):
        referral = with_outcome(Result.RESERVE)
        page = post(sign_in("recruiter"), referral.reference, "correct", result="reserve", reason=MISTAKE)
        assert (list(page.context["form"].errors), Outcome.unscoped.get().state) == (["result"], "reserve")

    def test_it_is_not_there_without_an_outcome(self, sign_in, promised):
        answer = sign_in("recruiter").get(address(promised, "correct"))
        assert answer.url == promised.get_absolute_url()

    def test_the_page_tells_the_academy_of_it(self, sign_in, with_outcome):
        referral = with_outcome(Result.NOT_APPOINTED)
        post(sign_in("recruiter"), referral.reference, "correct", result="reserve", reason=MISTAKE)
        page = words(sign_in("academy").get(referral.get_absolute_url()))
        assert ("Outcome corrected: reserve list" in page, MISTAKE in page) == (True, True)


class TestTheReserveList:
    def test_somebody_is_appointed_from_it(self, sign_in, with_outcome):
        referral = with_outcome(Result.RESERVE)
        client = sign_in("recruiter")
        assert "appoint" in offered(client, referral)
        assert "no new interview is needed" in words(client.get(address(referral, "appoint")))
        page = words(post(client, referral.reference, "appoint"))
        assert "Appointed. The job is offered, subject to checks." in page
        assert (Outcome.unscoped.get().state, Employment.unscoped.get().state) == ("appointed", "offered")

    @pytest.mark.parametrize("result", [Result.APPOINTED, Result.NOT_APPOINTED])
    def test_it_is_not_offered_to_others(self, sign_in, with_outcome, result):
        assert "appoint" not in offered(sign_in("recruiter"), with_outcome(result))

    def test_the_academy_does_not_appoint(self, sign_in, with_outcome):
        referral = with_outcome(Result.RESERVE)
        assert "appoint" not in offered(sign_in("academy"), referral)
        assert sign_in("academy").post(address(referral, "appoint")).url == referral.get_absolute_url()
        assert Employment.unscoped.count() == 0

    def test_twice_is_told_and_does_nothing(self, sign_in, with_outcome):
        referral = with_outcome(Result.RESERVE)
        client = sign_in("recruiter")
        post(client, referral.reference, "appoint")
        page = words(post(client, referral.reference, "appoint"))
        assert ("this step is not open to you now" in page, Employment.unscoped.count()) == (True, 1)


class TestOnceTheMatterEnded:
    """Pages of a trust after the name is closed to it: no dead links, no name."""

    def test_an_offer_that_fell_through_leads_to_the_referral(self, sign_in, with_outcome):
        referral = with_outcome(Result.APPOINTED)
        job = Employment.unscoped.get()
        client = sign_in("recruiter")
        data = {"reason": "References did not come."}
        answer = client.post(reverse("pipeline:job_step", args=[job.reference, "fall_through"]), data)
        assert answer.url == referral.get_absolute_url()
        page = words(client.get(answer.url))
        assert (job.reference in page, "Ama Mensah" in page) == (False, False)

    def test_the_academy_stays_with_the_job(self, sign_in, with_outcome):
        with_outcome(Result.APPOINTED)
        job = Employment.unscoped.get()
        data = {"reason": "References did not come."}
        answer = sign_in("academy").post(reverse("pipeline:job_step", args=[job.reference, "fall_through"]), data)
        assert answer.url == job.get_absolute_url()

    def test_not_appointed_the_trust_still_writes_feedback_by_the_reference(self, sign_in, with_outcome):
        referral = with_outcome(Result.NOT_APPOINTED)
        page = words(sign_in("recruiter").get(referral.get_absolute_url()))
        assert (referral.reference in page, "Ama Mensah" in page, "Warm." in page) == (True, False, True)
        assert Candidate.unscoped.count() == 1

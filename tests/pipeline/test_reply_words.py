"""What the page behind a reply link says back: whose answer was wrong, what was saved, and how to undo it."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from outbox.models import Message
from outbox.services import make_link
from pipeline import replies
from pipeline.models import Interview, Referral
from tests.factories.pipeline import ReferralFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(vacancy):
    _link, token = make_link(
        purpose="reply", subject=f"vacancies.Vacancy:{vacancy.pk}", days=30, organisation_id=vacancy.trust_id
    )
    return f"/reply/{token}/"


def answers(referral, **given):
    return {f"{referral.reference}-{name}": value for name, value in given.items()}


def test_a_fault_says_whose_answer_it_is(link, vacancy, criteria):
    first, second = (ReferralFactory(vacancy=vacancy) for _ in range(2))
    page = Client().post(link, {**answers(first, met="no"), **answers(second, met="no")})
    summary = {
        f"{row.candidate.neutral_code}: {sentence}"
        for row in (first, second)
        for sentence in (
            "Select the essential criterion that is not met",
            "Say in a sentence why not: the candidate will read it",
        )
    }
    assert {sentence for sentence, _field in page.context["errors"]} == summary


def test_what_was_saved_is_named_and_how_to_undo_it(link, vacancy, criteria):
    first, second, _third = (ReferralFactory(vacancy=vacancy) for _ in range(3))
    given = {**answers(first, met="yes"), **answers(second, met="no", criterion=criteria[0].pk, reason="Alone.")}
    page = Client().post(link, given, follow=True)
    (said,) = [str(message) for message in page.context["messages"]]
    lines = {f"{first.candidate.neutral_code}: shortlisted", f"{second.candidate.neutral_code}: not shortlisted"}
    assert said.startswith("Saved: 2 answers. ")
    assert set(said.removeprefix("Saved: 2 answers. ").removesuffix(".").split("; ")) == lines
    assert "they can take it back until the candidate has been told" in page.content.decode()


@pytest.mark.parametrize("wrote", [{"reason": "Alone."}, {"criterion": True}])
def test_yes_beside_a_reason_why_not_is_asked_about(link, referral, criteria, wrote):
    given = {name: criteria[0].pk if value is True else value for name, value in wrote.items()}
    page = Client().post(link, answers(referral, met="yes", **given)).content.decode()
    assert "You wrote why not: select No, or empty what belongs to “If no”" in page
    assert Referral.unscoped.get().state == "submitted"


@pytest.mark.parametrize(("typed", "hour", "minute"), [("9.30", 9, 30), ("2pm", 14, 0), ("1430", 14, 30)])
def test_a_time_as_people_write_it(link, vacancy, typed, hour, minute):
    referral = ReferralFactory(vacancy=vacancy, state="meets")
    Client().post(link, answers(referral, what="booked", on="2026-12-03", at=typed))
    assert Interview.unscoped.get().at == datetime(2026, 12, 3, hour, minute, tzinfo=UTC)


def test_the_email_says_that_earlier_links_work_no_more(vacancy, referral, recruiter):
    replies.ask_manager(vacancy=vacancy, to="ward@example.test", by=recruiter)
    body = Message.unscoped.get().body
    assert body.endswith("Please do not pass it on. Earlier links to the same vacancy work no more.\n")

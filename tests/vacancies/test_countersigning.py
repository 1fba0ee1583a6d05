"""The countersignature by link: one decision, one answer, and one plain page for every link that does not work."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from audit.clock import now, pretend
from audit.events import kind_of
from audit.mover import Refused
from outbox.models import Message
from outbox.services import make_link
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.models import Override, OverrideReason
from vacancies.ring_fencing import LessThanDue, ask_again, reserve
from vacancies.todo import todo

pytestmark = pytest.mark.django_db


@pytest.fixture
def override(trust, recruiter):
    return overridden(trust, recruiter, "Porter")


def overridden(trust, recruiter, title):
    vacancy = VacancyFactory(trust=trust, title=title, posts=6)
    less = LessThanDue(OverrideReason.URGENT, "Winter pressure.", "Sam Reviewer", "sam@example.test")
    reserve(vacancy=vacancy, posts=0, by=recruiter.acting, less=less)
    return Override.unscoped.get(vacancy=vacancy)


def link_to(override, **more):
    facts = {"purpose": "countersign", "subject": f"{kind_of(override)}:{override.pk}", "days": 30} | more
    _link, token = make_link(**facts)
    return f"/vacancies/countersign/{token}/"


def test_the_page_shows_the_decision_without_signing_in(override):
    page = words(Client().get(link_to(override)))
    assert "On Porter ( " not in page
    assert "2 posts were due to be reserved for guaranteed interviews. 0 posts were reserved." in page
    assert "Reason Urgent patient-safety need Explained Winter pressure." in page


@pytest.mark.parametrize(("answer", "stands"), [("yes", "Countersigned"), ("no", "Countersignature refused")])
def test_an_answer_is_recorded_and_shown_to_the_trust(override, recruiter, answer, stands):
    response = Client().post(link_to(override), {"agrees": answer, "remark": "Seen the rota."})
    assert response.status_code == 200
    override.refresh_from_db()
    assert (override.answer, override.remark) == (stands, "Seen the rota.")
    assert f"{stands} by Sam Reviewer on 23 November 2026. “Seen the rota.”" in words(
        recruiter.client.get(override.vacancy.get_absolute_url())
    )


def test_an_answer_needs_a_choice(override):
    response = Client().post(link_to(override), {"remark": "Hm."})
    assert response.context["form"].errors == {"agrees": ["Select whether you agree"]}
    override.refresh_from_db()
    assert override.answer == "Waiting for a countersignature"


def ended_links(override, other):
    """Each kind of link that does not work, by what is wrong with it."""
    used = link_to(override)
    Client().post(used, {"agrees": "yes"})
    with pretend(now() - timedelta(days=31)):
        expired = link_to(other)
    return {
        "forged": "/vacancies/countersign/forged/",
        "used": used,
        "answered through another link": link_to(override),
        "expired": expired,
        "for another purpose": link_to(other, purpose="reply"),
        "of no decision": link_to(other, subject="vacancies.Override:0"),
        "of a vacancy": link_to(other, subject=f"vacancies.Vacancy:{other.vacancy_id}"),
    }


def test_every_link_that_does_not_work_gets_the_same_page(override, trust, recruiter):
    other = overridden(trust, recruiter, "Cook")
    pages = {}
    for what, address in ended_links(override, other).items():
        got, posted = Client().get(address), Client().post(address, {"agrees": "yes"})
        pages[what] = (got.status_code, words(got), posted.status_code, words(posted))
    assert len(set(pages.values())) == 1
    assert pages["forged"][0] == pages["forged"][2] == 404
    other.refresh_from_db()
    assert other.answer == "Waiting for a countersignature"


def test_a_link_opens_its_own_decision_only(override, trust, recruiter):
    other = overridden(trust, recruiter, "Cook")
    assert "Porter" in words(Client().get(link_to(override)))
    Client().post(link_to(other), {"agrees": "yes"})
    override.refresh_from_db()
    assert override.signed_at is None


def test_whoever_decided_does_not_countersign(override, recruiter, colleague):
    response = recruiter.client.post(link_to(override), {"agrees": "yes"})
    assert response.context["form"].non_field_errors() == ["Somebody else has to countersign: you made this decision."]
    address = link_to(override)
    assert colleague.client.post(address, {"agrees": "yes"}).status_code == 200
    override.refresh_from_db()
    assert override.answer == "Countersigned"


class TestAskingAgain:
    """The e-mail was lost, or whoever was asked has left: the recruiter sends a new link, and the day stays."""

    def address(self, override):
        return f"/vacancies/{override.vacancy.reference}/ask-to-countersign/"

    def ask(self, who, override, **given):
        return who.client.post(
            self.address(override), {"signer_name": "Jo Next", "signer_email": "jo@example.test", **given}
        )

    def token(self, email):
        return re.search(r"/vacancies/countersign/[^/]+/", Message.unscoped.filter(to=email).last().body)[0]

    def test_the_new_link_works_and_the_earlier_one_stops(self, override, recruiter):
        earlier = self.token("sam@example.test")
        assert Client().get(earlier).status_code == 200
        assert self.ask(recruiter, override).status_code == 302
        assert Client().get(earlier).status_code == 404
        assert "Jo Next, you are asked" in words(Client().get(self.token("jo@example.test")))

    def test_the_day_by_which_it_is_signed_stays(self, override, recruiter):
        with pretend(now() + timedelta(days=9)):
            self.ask(recruiter, override)
        asked = Override.unscoped.get()
        assert (asked.sign_by, asked.signer_name, asked.signer_email) == (
            date(2026, 11, 30),
            "Jo Next",
            "jo@example.test",
        )

    def test_the_timeline_says_so(self, override, recruiter):
        self.ask(recruiter, override)
        assert "Asked again to countersign" in words(recruiter.client.get(override.vacancy.get_absolute_url()))

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"signer_name": ""}, "Enter the name of whoever agrees"),
            ({"signer_email": ""}, "Enter the e-mail address of whoever agrees"),
            ({"signer_email": "jo"}, "Their e-mail address must be an e-mail address, like ama@example.org"),
        ],
    )
    def test_what_is_missing_is_asked_for(self, override, recruiter, given, sentence):
        assert sentence in words(self.ask(recruiter, override, **given))
        assert Override.unscoped.get().signer_name == "Sam Reviewer"

    def test_nobody_asks_themselves(self, override, recruiter):
        page = words(self.ask(recruiter, override, signer_email=recruiter.user.email.upper()))
        assert "Somebody else has to countersign: give the address of a colleague" in page
        assert Client().get(self.token("sam@example.test")).status_code == 200

    def test_an_answered_decision_is_asked_about_no_more(self, override, recruiter):
        Client().post(link_to(override), {"agrees": "yes"})
        assert self.ask(recruiter, override).status_code == 404
        assert "Ask again" not in words(recruiter.client.get(override.vacancy.get_absolute_url()))
        with pytest.raises(Refused, match="answered already"):
            ask_again(override=override, signer_name="Jo", signer_email="jo@example.test", by=recruiter.acting)

    def test_a_colleague_may_and_a_stranger_finds_nothing(self, override, recruiter, colleague, stranger, icb):
        got = [self.ask(who, override).status_code for who in (recruiter, colleague, stranger, icb)]
        assert got == [302, 302, 404, 404]
        with pytest.raises(Refused, match="Only the trust's own"):
            ask_again(override=override, signer_name="Jo", signer_email="jo@example.test", by=stranger.acting)

    @pytest.mark.parametrize(
        ("days", "stands", "task"),
        [
            (7, "Waiting for a countersignature", ("Wait for Sam Reviewer to countersign Porter", True)),
            (8, "Not countersigned in time", ("Ask again for the countersignature of Sam Reviewer: Porter", False)),
        ],
    )
    def test_once_the_day_has_passed_it_is_the_recruiters_to_ask(self, override, recruiter, days, stands, task):
        with pretend(now() + timedelta(days=days)):
            override.refresh_from_db()
            asked = [(each.text, each.waiting) for each in todo(recruiter.acting) if "ountersign" in each.text]
            assert (override.answer, asked) == (stands, [task])

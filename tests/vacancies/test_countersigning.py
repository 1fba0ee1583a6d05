"""The countersignature by link: one decision, one answer, and one plain page for every link that does not work."""

from datetime import timedelta

import pytest
from django.test import Client

from audit.clock import now, pretend
from audit.events import kind_of
from outbox.services import make_link
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.models import Override, OverrideReason
from vacancies.ring_fencing import LessThanDue, reserve

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

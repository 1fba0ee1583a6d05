"""A recruiter's pages of vacancies, files and API hold nothing of why anybody is eligible, or of who they are."""

import pytest
from django.test import Client
from rest_framework.test import APIRequestFactory, force_authenticate

from tests.world import build_world
from vacancies.api import StandingViewSet, VacancyViewSet
from vacancies.models import EntryKind
from vacancies.ring_fencing import record_level
from vacancies.services import hold, recommend

PLANTED = ("Ama", "Mensah", "ama@example.org", "NW10", "Care leavers into care", "care_leaver", "Autumn 2026",
           "Open Doors", "First Step", "CORE20", "decile", "A quiet room", "CAN-")  # fmt: skip


@pytest.fixture
def world(db):
    """The world, with levels, a promise and a recommendation written by rooms that know the person."""
    world = build_world()
    academy, cause = world.acting("academy"), "pipeline.Referral:1"
    hold(vacancy=world.vacancy, kind="answer", cause=cause, due_on=None, by=academy)
    recommend(counts={world.vacancy.pk: 1}, by=academy)
    for kind in (EntryKind.CONSIDERED, EntryKind.INTERVIEWED):
        record_level(vacancy=world.vacancy, kind=kind, cause=cause, by=world.acting("provider"))
    return world


def content(response):
    return b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content


def test_nothing_planted_is_found(world):
    client = Client()
    client.force_login(world.users["recruiter"])
    vacancy = world.vacancy.get_absolute_url()
    pages = ["/vacancies/", "/vacancies/?format=csv", "/vacancies/standing/", vacancy, f"{vacancy}reserve/", "/"]
    found = [(page, word) for page in pages for word in PLANTED if word in content(client.get(page)).decode()]
    for view in (VacancyViewSet, StandingViewSet):
        request = APIRequestFactory().get("/")
        request.acting = world.acting("recruiter")
        force_authenticate(request, user=world.users["recruiter"])
        answer = view.as_view({"get": "list"})(request).render().content.decode()
        found += [(view.__name__, word) for word in PLANTED if word in answer]
    assert found == []


def test_these_words_would_be_found(world):
    """The person, the programme and the provider that the test above looks for do exist."""
    assert world.candidate.given_name == "Ama"
    assert world.home.postcode.startswith("NW10")
    assert str(world.programme.name) == "Care leavers into care"
    assert world.provider.name.startswith("Open Doors")

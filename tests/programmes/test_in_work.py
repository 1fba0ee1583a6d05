"""Somebody in work is called so wherever it is said who is ready, and nobody is asked to get them ready."""

from datetime import date

import pytest

from candidates.models import Candidate
from candidates.services import note_work
from programmes.search import search
from programmes.todo import todo
from tests.factories.candidates import CertificateFactory

SINCE = date(2026, 11, 16)
DUE = date(2026, 11, 30)
IN_WORK = ["In work"]


@pytest.fixture
def client_of(client, world):
    client.force_login(world.users["academy"])
    return client


@pytest.fixture
def at_work(enrolment, ama):
    """Ama, ready but for her job: her certificate and her permission end within four weeks, and so does her cohort."""
    CertificateFactory(candidate=ama, ends=DUE)
    Candidate.unscoped.filter(pk=ama.pk).update(right_to_work_expires=DUE)
    type(enrolment.cohort).unscoped.update(ends=DUE)
    note_work(candidate_id=ama.pk, since=SINCE)
    return ama


def tags(page):
    """The tags of a page that say how somebody stands."""
    words = [part.split("<")[0].strip() for part in page.content.decode().split('class="nhsuk-tag')[1:]]
    found = [each.partition(">")[2] for each in words]
    return [each for each in found if each in {"Ready", "In work"} or "missing" in each]


@pytest.mark.parametrize("lacks", [False, True])
def test_on_pages(client_of, at_work, enrolment, lacks):
    if lacks:
        Candidate.unscoped.filter(pk=at_work.pk).update(travel_km=None)
    for address in ("/people/", at_work.get_absolute_url(), enrolment.cohort.get_absolute_url()):
        assert tags(client_of.get(address)) == IN_WORK


def test_in_the_figures_of_a_cohort(client_of, at_work, enrolment):
    assert client_of.get(enrolment.cohort.get_absolute_url()).context["ready"] == 0


@pytest.mark.parametrize(("query", "found"), [("yes", 0), ("no", 0), ("work", 1)])
@pytest.mark.parametrize("lacks", [False, True])
def test_in_the_list(client_of, at_work, query, found, lacks):
    if lacks:
        Candidate.unscoped.filter(pk=at_work.pk).update(travel_km=None)
    assert len(client_of.get(f"/people/?ready={query}").context["rows"]) == found


def test_by_the_api(client_of, at_work):
    row = client_of.get(f"/api/v1/candidates/{at_work.reference}/").json()
    assert (row["ready"], row["missing"], row["in_work_since"]) == (False, [], "2026-11-16")
    assert client_of.get("/api/v1/candidates/?ready=true").json()["results"] == []


def test_in_search(at_work, academy):
    assert [hit.detail for hit in search(academy, "Mensah")] == [f"{at_work.reference}, in work since 16 November 2026"]


@pytest.mark.parametrize("persona", ["academy", "provider"])
def test_today_asks_nothing_for_them(world, at_work, persona):
    assert todo(world.acting(persona)) == []
    note_work(candidate_id=at_work.pk, since=None)
    assert len(todo(world.acting(persona))) == 2

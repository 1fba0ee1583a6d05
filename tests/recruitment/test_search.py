"""One search over every room: each reader finds what they may open, by name or reference, and nothing tells of more."""

import pytest
from django.test import Client

from tests.factories.pipeline import ReferralFactory
from tests.factories.vacancies import VacancyFactory
from tests.world import PERSONAS, build_world
from vacancies.search import MOST

pytestmark = pytest.mark.django_db
READERS = [persona for persona in PERSONAS if persona != "ended"]


@pytest.fixture
def world():
    world = build_world(rooms=("candidates", "programmes"))
    vacancy = VacancyFactory(trust=world.trust, title="Ward housekeeper", trac_reference="TRAC-77")
    referral = ReferralFactory(candidate=world.candidate, vacancy=vacancy, state="submitted")
    world.records |= {"vacancy": vacancy, "referral": referral}
    return world


def page(world, persona, text):
    client = Client()
    client.force_login(world.users[persona])
    return client.get("/search/", {"q": text})


def found(world, persona, text):
    """What is found, by kind: the titles."""
    groups = page(world, persona, text).context["groups"]
    return {kind: [hit.title for hit in hits] for kind, hits in groups.items()}


@pytest.mark.parametrize(
    ("persona", "kinds"),
    [
        ("academy", {"People", "Referrals"}),
        ("provider", {"People", "Referrals"}),
        ("other_provider", set()),
        ("recruiter", set()),
        ("colleague", set()),
        ("other_recruiter", set()),
        ("icb_analyst", set()),
        ("auditor", set()),
        ("system_admin", set()),
    ],
)
def test_a_name_finds_a_person_for_those_who_know_them(world, persona, kinds):
    assert set(found(world, persona, world.candidate.family_name)) == kinds


@pytest.mark.parametrize(
    ("persona", "finds"),
    [("academy", True), ("provider", True), ("recruiter", True), ("colleague", True), ("other_recruiter", False)],
)
def test_a_referral_is_found_by_its_reference_where_it_was_sent(world, persona, finds):
    assert ("Referrals" in found(world, persona, world.referral.reference)) == finds


def test_to_its_trust_it_is_a_code_and_no_name(world):
    assert found(world, "recruiter", world.referral.reference) == {
        "Referrals": [f"{world.referral.reference} {world.candidate.neutral_code}"]
    }
    assert world.candidate.family_name not in page(world, "recruiter", world.referral.reference).text


def test_the_neutral_code_finds_it_for_its_trust(world):
    assert set(found(world, "recruiter", world.candidate.neutral_code)) == {"Referrals"}


@pytest.mark.parametrize("text", ["housekeeper", "HOUSEKEEPER", "  housekeeper ", "TRAC-77", "trac-77"])
def test_a_vacancy_by_its_title_or_any_of_its_references(world, text):
    assert list(found(world, "recruiter", text)) == ["Vacancies"]


@pytest.mark.parametrize("persona", READERS)
def test_every_hit_opens_for_whoever_found_it(world, persona):
    client = Client()
    client.force_login(world.users[persona])
    texts = ("housekeeper", world.candidate.family_name, world.referral.reference, "Autumn", "Care leavers")
    hits = [
        hit
        for text in texts
        for group in client.get("/search/", {"q": text}).context["groups"].values()
        for hit in group
    ]
    assert {hit.url: client.get(hit.url).status_code for hit in hits} == {hit.url: 200 for hit in hits}


@pytest.mark.parametrize("persona", ["recruiter", "colleague", "other_recruiter", "icb_analyst"])
@pytest.mark.parametrize("text", ["Care leavers", "Autumn", "W12", "care_leavers"])
def test_a_route_is_found_by_nobody_outside(world, persona, text):
    assert found(world, persona, text) == {}


@pytest.mark.parametrize(("text", "short"), [("", False), (" ", False), ("h", True), (" h ", True), ("ho", False)])
def test_one_letter_is_too_short_to_ask(world, text, short):
    answer = page(world, "recruiter", text)
    assert (answer.status_code, answer.context["too_short"]) == (200, short)
    assert answer.context["groups"] == {} or len(text.strip()) > 1


@pytest.mark.parametrize("text", ["%", "%%", "__", "'; DROP TABLE", "<script>", "(((", "\\", "🙂🙂", "a" * 500])
def test_signs_that_mean_something_elsewhere_find_nothing_and_harm_nothing(world, text):
    answer = page(world, "academy", text)
    assert (answer.status_code, answer.context["groups"]) == (200, {})
    assert "<script>" not in answer.text.partition("<main")[2]


def test_no_more_than_a_page_of_each_kind(world):
    for _ in range(MOST + 2):
        VacancyFactory(trust=world.trust, title="Porter")
    assert len(found(world, "recruiter", "porter")["Vacancies"]) == MOST


@pytest.mark.parametrize("persona", ["ended", None])
def test_without_a_membership_nothing_is_asked(world, persona):
    client = Client()
    if persona:
        client.force_login(world.users[persona])
    assert client.get("/search/?q=housekeeper").status_code == 302

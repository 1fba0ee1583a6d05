"""The API as a whole: keys, its documentation, and a description of itself that is whole."""

from datetime import timedelta

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from audit.acting import Role
from audit.clock import today
from organisations.services import acting_of, make_token, revoke_token
from recruitment.api import VIEW_SETS, router
from tests.factories.organisations import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership():
    return MembershipFactory(role=Role.ICB_ANALYST)


@pytest.fixture
def key(membership):
    return make_token(label="Power BI", expires=today() + timedelta(days=30), by=acting_of(membership))


def get(path, secret=""):
    return Client().get(path, headers={"Authorization": f"Bearer {secret}"} if secret else {})


def test_a_key_sees_what_its_membership_sees(key):
    assert get("/api/v1/measures/", key[1]).status_code == 200
    assert [measure["key"] for measure in get("/api/v1/measures/", key[1]).json()] == ["m0", "m2", "m3"]


@pytest.mark.parametrize("secret", ["", "gi_forged"])
def test_without_a_key_that_is_known_401(secret):
    answer = get("/api/v1/measures/", secret)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_a_revoked_key_is_no_key(key, membership):
    revoke_token(token=key[0], by=acting_of(membership))
    assert get("/api/v1/measures/", key[1]).status_code == 401


def test_a_key_ends_with_its_membership(key, membership):
    membership.ends = today() - timedelta(days=1)
    membership.save()
    assert get("/api/v1/measures/", key[1]).status_code == 401


def test_nothing_is_written_by_the_api(key):
    answer = Client().post("/api/v1/measures/", headers={"Authorization": f"Bearer {key[1]}"})
    assert answer.status_code == 405


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?year=1999", "Choose one of 2026, 2025, 2024."),
        ("?trust=Imperial", "Give the id of a trust."),
    ],
)
def test_a_wrong_question_is_answered_with_a_sentence(key, query, sentence):
    answer = get("/api/v1/measures/m0/" + query, key[1])
    assert (answer.status_code, list(answer.json().values())) == (400, [[sentence]])


def test_the_index_names_every_address(key):
    assert set(get("/api/v1/", key[1]).json()) == {prefix for prefix, _view, _name in router().registry}
    assert {prefix for prefix, _view, _name in router().registry} <= {address for address, _module, _name in VIEW_SETS}


def test_the_description_is_valid_and_made_without_a_warning():
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert not GENERATOR_STATS
    assert set(schema["components"]["securitySchemes"]) == {"key", "session"}
    assert "/api/v1/measures/{id}/" in schema["paths"]
    writing = {(path, method) for path, verbs in schema["paths"].items() for method in verbs if method != "get"}
    assert writing == {("/api/v1/vacancies/", "post"), ("/api/v1/vacancies/{reference}/", "put")}


def test_only_the_documentation_page_lets_styles_into_the_page(membership):
    client = Client()
    client.force_login(membership.user)
    documentation, page = (client.get(path)["Content-Security-Policy"] for path in ("/api/docs/", "/reports/"))
    directives = {part.strip() for part in documentation.split(";")}
    assert {"style-src 'self' 'unsafe-inline'", "script-src 'self'"} <= directives
    assert "unsafe" not in page


@pytest.mark.parametrize("address", ["/api/docs/", "/api/schema/"])
def test_a_strangers_browser_is_sent_to_sign_in_and_a_program_is_not(address):
    browser = Client().get(address, headers={"Accept": "text/html,application/xhtml+xml"})
    assert (browser.status_code, browser["Location"]) == (302, f"/accounts/login/?next={address}")
    assert get(address).status_code == 401
    forged = {"Authorization": "Bearer gi_forged", "Accept": "text/html,*/*"}
    assert Client().get(address, headers=forged).status_code == 401


@pytest.mark.parametrize("limit", ["abc", "0", "-1", "", "1.5", "²"])
def test_a_limit_that_is_no_number_is_refused(key, limit):
    answer = get(f"/api/v1/vacancies/?limit={limit}", key[1])
    assert (answer.status_code, answer.json()) == (400, {"limit": ["Give a whole number from 1 to 200."]})


@pytest.mark.parametrize("limit", ["1", "200", "5000"])
def test_a_limit_is_a_number_and_at_most_two_hundred_are_given(key, limit):
    assert get(f"/api/v1/vacancies/?limit={limit}", key[1]).status_code == 200


@pytest.mark.parametrize("address", ["/api/v1/nope/", "/api/nope/", "/api/v1/vacancies/a/b/"])
def test_an_unknown_address_is_answered_in_json(key, address):
    answer = get(address, key[1])
    assert (answer.status_code, answer.json()) == (404, {"detail": "No such address. /api/v1/ names them all."})


def test_any_other_unknown_address_is_a_page():
    answer = Client().get("/nope/")
    assert (answer.status_code, "<h1" in answer.text) == (404, True)


def test_the_documentation_leads_back_and_says_that_it_needs_a_script(membership):
    client = Client()
    client.force_login(membership.user)
    page = client.get("/api/docs/").content.decode()
    assert '<a href="/">Back to Guaranteed interviews</a>' in page
    assert '<noscript><p>This page needs JavaScript. <a href="/api/schema/">' in page

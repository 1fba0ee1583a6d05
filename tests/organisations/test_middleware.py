"""One membership acts on each request: chosen, switched, ended, and only with a second factor where that is compulsory."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.acting import Role
from audit.clock import days_ago, today
from organisations.middleware import SESSION_KEY
from organisations.models import ApiToken
from organisations.policies import load_initial
from organisations.services import acting_of, make_token
from tests.factories.organisations import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policies(db):
    """Today asks every room, and rooms ask for signed values."""
    load_initial()


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def two(user):
    first = MembershipFactory(user=user, organisation=OrganisationFactory(name="Aspen NHS Trust"))
    second = MembershipFactory(user=user, organisation=OrganisationFactory(name="Birch NHS Trust"), role=Role.TRUST_HR)
    return first, second


def end(membership):
    membership.ends = days_ago(1)
    membership.save()


def acting_on(client):
    return client.get(reverse("today")).wsgi_request.acting


def test_the_first_by_organisation_acts_until_one_is_chosen(client, user, two):
    client.force_login(user)
    assert acting_on(client).membership_id == two[0].pk


def test_the_chosen_one_acts(client, user, two):
    client.force_login(user)
    client.post(reverse("organisations:switch"), {"membership": two[1].pk})
    acting = acting_on(client)
    assert (acting.membership_id, acting.role) == (two[1].pk, Role.TRUST_HR)


def test_another_persons_membership_cannot_be_chosen(client, user, two):
    strange = MembershipFactory(role=Role.SYSTEM_ADMIN)
    client.force_login(user)
    client.post(reverse("organisations:switch"), {"membership": strange.pk})
    assert acting_on(client).membership_id == two[0].pk
    session = client.session
    session[SESSION_KEY] = strange.pk
    session.save()
    assert acting_on(client) is None


class TestTheChosenOneEnds:
    """In mid-session: nothing is seen or done by another membership before it is chosen."""

    ENDED = "The access by which you acted has ended, so nothing more is recorded by it."

    @pytest.fixture
    def ended(self, client, user, two):
        client.force_login(user)
        client.post(reverse("organisations:switch"), {"membership": two[1].pk})
        end(two[1])
        return client

    @pytest.mark.parametrize("name", ["today", "search", "vacancies:list", "organisations:tokens", "jobs:list"])
    def test_every_page_leads_to_the_choice(self, ended, name):
        assert ended.get(reverse(name)).url == reverse("organisations:switch")

    def test_what_was_sent_is_not_done(self, ended):
        answer = ended.post(reverse("organisations:tokens"), {"label": "Report", "expires": "2026-12-01"})
        assert (answer.url, ApiToken.unscoped.count()) == (reverse("organisations:switch"), 0)

    def test_the_page_says_why_and_offers_what_is_left(self, ended, two):
        page = ended.get(reverse("organisations:switch"))
        field = page.context["form"]["membership"]
        assert (self.ENDED in page.text, page.wsgi_request.acting) == (True, None)
        assert (field.field.choices, field.value()) == ([(str(two[0].pk), str(two[0]))], None)

    def test_the_ended_one_cannot_be_chosen_again(self, ended, two):
        page = ended.post(reverse("organisations:switch"), {"membership": two[1].pk})
        assert (page.status_code, page.wsgi_request.acting) == (200, None)

    def test_a_choice_goes_on(self, ended, two):
        ended.post(reverse("organisations:switch"), {"membership": two[0].pk})
        assert acting_on(ended).membership_id == two[0].pk
        assert self.ENDED not in ended.get(reverse("organisations:switch")).text

    def test_the_api_by_the_session_is_closed(self, ended):
        assert ended.get("/api/v1/vacancies/").status_code == 401

    def test_the_page_of_those_without_any_leads_on_as_well(self, ended):
        assert ended.get(reverse("organisations:none")).url == reverse("today")

    def test_without_another_there_is_nothing_to_choose(self, ended, two):
        end(two[0])
        assert ended.get(reverse("today")).url == reverse("organisations:none")
        assert ended.get(reverse("organisations:switch")).url == reverse("organisations:none")

    def test_public_pages_stay_open(self, ended):
        assert ended.get(reverse("accessibility")).status_code == 200

    def test_whoever_signs_in_keeps_to_the_first_until_it_ends(self, client, user, two):
        user.set_password("a long demo password")
        user.save()
        client.post(reverse("account_login"), {"login": user.email, "password": "a long demo password"})
        assert client.session[SESSION_KEY] == two[0].pk
        end(two[0])
        assert client.get(reverse("today")).url == reverse("organisations:switch")

    def test_whoever_signs_in_without_any_has_nothing_chosen(self, client, user):
        user.set_password("a long demo password")
        user.save()
        client.post(reverse("account_login"), {"login": user.email, "password": "a long demo password"})
        assert SESSION_KEY not in client.session


def test_without_any_there_is_one_page(client, user):
    client.force_login(user)
    assert client.get(reverse("today")).url == reverse("organisations:none")
    assert client.get(reverse("organisations:none")).status_code == 200


def test_nobody_is_asked_to_sign_in(client):
    assert client.get(reverse("today")).url == f"{reverse('account_login')}?next=/"


def test_pages_of_people_are_not_kept_by_browsers(client, user, two):
    client.force_login(user)
    assert client.get(reverse("today"))["Cache-Control"] == "no-store"


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def compulsory(self, settings):
        settings.MFA_COMPULSORY = True

    def test_set_up_first(self, client, user, two):
        client.force_login(user)
        assert client.get(reverse("today")).url == reverse("mfa_activate_totp")

    def test_its_own_pages_and_public_ones_stay_open(self, client, user, two):
        client.force_login(user)
        assert client.get(reverse("places:sources")).status_code == 200
        assert client.get(reverse("mfa_activate_totp")).status_code in (200, 302)
        assert client.get(reverse("mfa_activate_totp")).headers.get("Location") != reverse("mfa_activate_totp")

    def test_the_api_by_the_session_waits_for_it_too(self, client, user, two):
        client.force_login(user)
        assert client.get("/api/v1/vacancies/").status_code == 401
        user.authenticator_set.create(type="totp", data={})
        assert client.get("/api/v1/vacancies/").status_code == 200

    def test_a_key_needs_none_of_its_own(self, client, user, two):
        _token, key = make_token(label="Report", expires=today() + timedelta(days=9), by=acting_of(two[0]))
        client.force_login(user)
        answer = client.get("/api/v1/vacancies/", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200

    def test_with_one_the_way_is_free(self, client, user, two):
        user.authenticator_set.create(type="totp", data={})
        client.force_login(user)
        assert client.get(reverse("today")).status_code == 200

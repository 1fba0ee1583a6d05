"""The pages of access, keys, signed values and agreements: for whom they are, and what each says and does."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from audit.acting import Role
from audit.clock import today
from organisations.models import ApiToken, Invitation, Membership, Policy
from organisations.policies import load_initial, value_of
from organisations.services import invite, make_token
from tests.vacancies.pages import words
from tests.world import PERSONAS, build_world

pytestmark = pytest.mark.django_db
SLOTS = "vacancies.slots_per_post"


@pytest.fixture
def world():
    return build_world(rooms=())


@pytest.fixture
def as_(world):
    def client_of(persona):
        client = Client()
        client.force_login(world.users[persona])
        return client

    return client_of


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def everybody_but(*personas):
    return [persona for persona in PERSONAS if persona not in (*personas, "ended")]


class TestPeople:
    URL = "/access/"

    def shown(self, client, query=""):
        return sorted(row.user.name for row in client.get(self.URL + query).context["page"])

    def test_a_trust_sees_its_own_people_and_no_other_s(self, as_):
        assert self.shown(as_("colleague")) == ["Colleague Person", "Ended Person", "Recruiter Person"]

    def test_the_administrator_and_the_auditor_see_everybody(self, as_):
        assert len(self.shown(as_("system_admin"))) == len(self.shown(as_("auditor"))) == len(PERSONAS)

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("?q=other", ["Other_Provider Person", "Other_Recruiter Person"]),
            ("?q=OPEN+DOORS", ["Provider Person"]),
            ("?q=nobody", []),
        ],
    )
    def test_they_are_found_by_name_or_organisation(self, as_, query, names):
        assert self.shown(as_("system_admin"), query) == names

    @pytest.mark.parametrize("persona", everybody_but("system_admin", "colleague", "auditor"))
    def test_others_have_no_such_page(self, as_, persona):
        assert as_(persona).get(self.URL).status_code == 404

    @pytest.mark.parametrize(("persona", "may"), [("system_admin", True), ("colleague", False), ("auditor", False)])
    def test_only_the_administrator_changes_access(self, as_, persona, may):
        assert as_(persona).get(self.URL).context["may_change"] == may


class TestEnding:
    def url(self, world, persona):
        return reverse("organisations:end", args=[world.memberships[persona].pk])

    def test_the_page_asks_first(self, as_, world):
        assert as_("system_admin").get(self.url(world, "recruiter")).status_code == 200
        assert Membership.unscoped.get(pk=world.memberships["recruiter"].pk).ends > today()

    def test_access_ends_with_the_day(self, as_, world):
        answer = as_("system_admin").post(self.url(world, "recruiter"), follow=True)
        assert "Recruiter Person&#x27;s access ends today." in answer.text
        assert Membership.unscoped.get(pk=world.memberships["recruiter"].pk).ends == today()

    @pytest.mark.parametrize("persona", everybody_but("system_admin"))
    def test_nobody_else_ends_it(self, as_, world, persona):
        assert as_(persona).post(self.url(world, "recruiter")).status_code == 404
        assert Membership.unscoped.get(pk=world.memberships["recruiter"].pk).ends > today()


class TestInviting:
    def facts(self, world, ends):
        return {
            "name": "New Person",
            "email": "New@Example.test",
            "organisation": world.trust.pk,
            "role": Role.RECRUITER,
            **day("membership_ends", ends),
        }

    def test_the_link_goes_to_the_address(self, as_, world):
        answer = as_("system_admin").post("/access/invite/", self.facts(world, today() + timedelta(days=90)))
        invitation = Invitation.unscoped.get()
        assert (answer.url, invitation.email, mail.outbox[0].to) == ("/access/", "new@example.test", [invitation.email])
        assert "/join/" in mail.outbox[0].body

    @pytest.mark.parametrize("days", [0, 400])
    def test_an_end_that_cannot_be_is_said_on_the_form(self, as_, world, days):
        answer = as_("system_admin").post("/access/invite/", self.facts(world, today() + timedelta(days=days)))
        assert list(answer.context["form"].errors) == ["membership_ends"]
        assert (Invitation.unscoped.count(), mail.outbox) == (0, [])

    @pytest.mark.parametrize("persona", everybody_but("system_admin"))
    def test_nobody_else_invites(self, as_, world, persona):
        facts = self.facts(world, today() + timedelta(days=90))
        assert as_(persona).post("/access/invite/", facts).status_code == 404
        assert Invitation.unscoped.count() == 0


class TestGuessingInvitations:
    """The same limiter as of the hiring managers' links: 20 failures from one address."""

    @pytest.fixture(autouse=True)
    def fresh(self):
        cache.clear()
        yield
        cache.clear()

    def test_guessing_is_stopped_and_shuts_nobody_else_out(self, world):
        invitation, token = invite(
            email="new@example.test",
            name="New Person",
            organisation=world.trust,
            role=Role.RECRUITER,
            membership_ends=today() + timedelta(days=90),
            by=world.acting("system_admin"),
        )
        found = [Client().get(f"/join/{number}-guessed/").status_code for number in range(21)]
        assert found == [404] * 20 + [429]
        forged = Client().get("/join/forged/")
        assert (forged.status_code, forged["Retry-After"]) == (429, "600")
        assert "Try again in 10 minutes." in words(forged)
        assert Client().post(f"/join/{token}/", {"password": "A long enough pass phrase"}).status_code == 302
        invitation.refresh_from_db()
        assert invitation.accepted_at is not None
        used = Client().get(f"/join/{token}/")
        assert (used.status_code, words(used)) == (429, words(forged))


class TestKeys:
    def test_a_new_key_is_shown_once(self, as_):
        client = as_("recruiter")
        made = client.post("/access/keys/", {"label": "Report", **day("expires", today() + timedelta(days=30))})
        assert made.context["key"].startswith("gi_")
        assert made.context["key"] not in client.get("/access/keys/").text
        assert 'href="/access/keys/">API keys</a>' in client.get("/access/keys/").text

    def test_only_own_keys_are_listed(self, as_, world):
        make_token(label="Mine", expires=today() + timedelta(days=9), by=world.acting("recruiter"))
        shown = {who: [key.label for key in as_(who).get("/access/keys/").context["tokens"]] for who in KEY_READERS}
        assert shown == {"recruiter": ["Mine"], "colleague": [], "system_admin": []}

    def test_an_end_that_cannot_be_is_said_on_the_form(self, as_):
        answer = as_("recruiter").post("/access/keys/", {"label": "Report", **day("expires", today())})
        assert (list(answer.context["form"].errors), ApiToken.unscoped.count()) == (["expires"], 0)

    def test_a_key_stops_by_a_form_and_not_by_a_look(self, as_, world):
        token, _key = make_token(label="Mine", expires=today() + timedelta(days=9), by=world.acting("recruiter"))
        url, client = reverse("organisations:revoke", args=[token.pk]), as_("recruiter")
        client.get(url)
        token.refresh_from_db()
        assert token.revoked_at is None
        client.post(url)
        token.refresh_from_db()
        assert token.revoked_at is not None

    @pytest.mark.parametrize("persona", everybody_but("recruiter"))
    def test_nobody_else_stops_it(self, as_, world, persona):
        token, _key = make_token(label="Mine", expires=today() + timedelta(days=9), by=world.acting("recruiter"))
        assert as_(persona).post(reverse("organisations:revoke", args=[token.pk])).status_code == 404


KEY_READERS = ("recruiter", "colleague", "system_admin")


class TestSignedValues:
    URL = f"/policies/{SLOTS}/"

    def sign(self, client, **more):
        facts = {"value": "3", "source": "Board", "reason": "Agreed", **day("starts", today()), **more}
        return client.post(self.URL, facts)

    @pytest.mark.parametrize("persona", ["icb_analyst", "system_admin"])
    def test_a_value_follows_with_its_signature(self, as_, world, persona):
        answer = self.sign(as_(persona))
        assert (answer.url, value_of(SLOTS)) == (self.URL, 3)
        assert Policy.objects.get(key=SLOTS, value=3).signed_by_id == world.memberships[persona].pk

    @pytest.mark.parametrize("persona", everybody_but("icb_analyst", "system_admin"))
    def test_others_read_and_sign_nothing(self, as_, persona):
        client = as_(persona)
        page = client.get(self.URL)
        assert (page.status_code, page.context["may_sign"]) == (200, False)
        assert (self.sign(client).status_code, value_of(SLOTS)) == (404, 2)

    @pytest.mark.parametrize("value", ["two", "", "2.5"])
    def test_what_is_no_number_is_said_on_the_form(self, as_, value):
        answer = self.sign(as_("icb_analyst"), value=value)
        assert (list(answer.context["form"].errors), value_of(SLOTS)) == (["value"], 2)

    def test_both_stay_in_the_history_the_newest_first(self, as_):
        client = as_("icb_analyst")
        self.sign(client)
        assert [line["shown"] for line in client.get(self.URL).context["history"]][:2] == ["3 slots", "2 slots"]

    def test_the_list_has_every_value_in_force_once(self, as_):
        lines = as_("recruiter").get("/policies/").context["lines"]
        held = [(line["key"].name, line["scope"]) for line in lines]
        assert (len(held), (SLOTS, "") in held) == (len(set(held)), True)

    def test_a_value_to_come_is_not_in_the_list_yet(self, as_):
        client = as_("icb_analyst")
        self.sign(client, **day("starts", today() + timedelta(days=1)))
        lines = client.get("/policies/").context["lines"]
        assert [line["shown"] for line in lines if line["key"].name == SLOTS] == ["2 slots"]


class TestPercentages:
    """A share is kept as a fraction, and read and typed as a percentage."""

    KEY = "levy.transfer_share"

    def sign(self, client, value):
        facts = {"value": value, "source": "gov.uk", "verified": "on", "reason": "It changed", **day("starts", today())}
        return client.post(f"/policies/{self.KEY}/", facts)

    def shown(self, client, key):
        (said,) = [line["shown"] for line in client.get("/policies/").context["lines"] if line["key"].name == key]
        return said

    @pytest.mark.parametrize(
        ("key", "said"),
        [
            ("levy.rate", "0.5% of the UK pay bill"),
            ("levy.top_up", "0% of the levy in England"),
            ("levy.transfer_share", "50% of the levy of the year before"),
            ("levy.own_share", "25% of what the levy cannot pay"),
            ("levy.non_levy_share", "5% of the training cost"),
            ("levy.months_to_live", "12 months"),
            ("levy.allowance", "£15,000"),
            ("levy.over_commitment", "Stop"),
            ("vacancies.london_living_wage", "£14.80 an hour"),
        ],
    )
    def test_it_is_read_as_one(self, as_, key, said):
        load_initial()
        assert self.shown(as_("recruiter"), key) == said

    @pytest.mark.parametrize(
        ("typed", "kept", "said"),
        [("60", "0.6", "60%"), ("62.5%", "0.625", "62.5%"), ("0.5", "0.005", "0.5%"), (" 100 %", "1", "100%")],
    )
    def test_it_is_typed_as_one(self, as_, typed, kept, said):
        client = as_("icb_analyst")
        assert self.sign(client, typed).status_code == 302
        assert value_of(self.KEY) == Decimal(kept)
        assert self.shown(client, self.KEY) == f"{said} of the levy of the year before"

    @pytest.mark.parametrize("typed", ["half", "", "101", "-1", "NaN", "Infinity", "50%%"])
    def test_what_is_none_is_said_on_the_form(self, as_, typed):
        answer = self.sign(as_("icb_analyst"), typed)
        assert list(answer.context["form"].errors) == ["value"]
        assert Policy.objects.filter(key=self.KEY, signed_by__isnull=False).count() == 0


class TestSignedByParts:
    """A value of several numbers is signed in fields with names, filled with what is in force; each scope by itself."""

    SAID = {"source": "NHS Employers", "reason": "Pay award"}

    def test_pay_of_one_area(self, as_):
        client = as_("icb_analyst")
        page = client.get("/policies/vacancies.agenda_for_change/?scope=outer")
        assert "high-cost area supplement, by band: Outer London" in page.content.decode()
        form = page.context["form"]
        assert [(form[name].label, form[name].value()) for name in ("part_2", "part_3", "part_4")] == [
            ("Band 2", 29974), ("Band 3", 30462), ("Band 4", 33094),
        ]  # fmt: skip
        given = {"part_2": "30000", "part_3": "30500", "part_4": "33100", **self.SAID, **day("starts", today())}
        assert client.post("/policies/vacancies.agenda_for_change/?scope=outer", given).status_code == 302
        assert value_of("vacancies.agenda_for_change", scope="outer") == {"2": 30000, "3": 30500, "4": 33100}
        assert value_of("vacancies.agenda_for_change", scope="inner")["2"] == 30866

    def test_weights_that_do_not_add_up_are_said(self, as_):
        client = as_("icb_analyst")
        form = client.get("/policies/matching.weights/").context["form"]
        given = {f"part_{name}": form[f"part_{name}"].value() for name in form.key.parts} | {"part_skills": "251"}
        answer = client.post("/policies/matching.weights/", {**given, **self.SAID, **day("starts", today())})
        assert answer.context["form"].errors == {
            "__all__": ["Weights are whole numbers, 0 or more, that add up to 1000."]
        }

    @pytest.mark.parametrize("value", ["", "-1", "many"])
    def test_each_part_is_a_number(self, as_, value):
        given = {"part_2": value, "part_3": "1", "part_4": "1", **self.SAID, **day("starts", today())}
        answer = as_("icb_analyst").post("/policies/vacancies.agenda_for_change/?scope=none", given)
        assert list(answer.context["form"].errors) == ["part_2"]

    def test_an_area_of_a_borough_is_chosen(self, as_):
        form = as_("icb_analyst").get("/policies/vacancies.high_cost_zones/").context["form"]
        assert (form["part_E09000015"].label, form["part_E09000015"].value()) == ("Harrow", "outer")

    @pytest.mark.parametrize("scope", ["mars", "outer"])
    def test_a_scope_that_is_none_is_not_there(self, as_, scope):
        assert as_("icb_analyst").get(f"/policies/vacancies.slots_per_post/?scope={scope}").status_code == 404


class TestAgreements:
    def test_a_party_that_left_is_not_in_force(self, as_):
        line = as_("auditor").get("/access/agreements/").context["lines"][0]
        held = {party.organisation.short_name: in_force for party, in_force in line["parties"]}
        assert (held["Hillingdon"], held["Imperial"], len(held)) == (False, True, 7)

    @pytest.mark.parametrize("persona", ["recruiter", "provider", "other_recruiter"])
    def test_it_is_not_for_everybody(self, as_, persona):
        assert as_(persona).get("/access/agreements/").status_code == 404

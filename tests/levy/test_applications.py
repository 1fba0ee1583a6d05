"""Applications to a pledge: whether they fit the trust's offer and why, and as plans that can be matched and paid."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from audit.acting import Role
from audit.clock import pretend, start_of
from audit.models import Event
from audit.mover import Refused
from levy.models import Application, Gift, Plan
from levy.services import gifts
from levy.services.applications import adopt, boroughs_of, initial_of, missing_in, need_of, standings
from organisations.models import Organisation, User
from places.loading import load_subset
from tests.factories.levy import ApplicationFactory, OfferFactory, put_in, sample, take_in
from tests.factories.organisations import OrganisationFactory, acting_as

pytestmark = pytest.mark.django_db
BRENT = "E09000005"
NAMES = {BRENT: "Brent", "E09000009": "Ealing", "E09000033": "Westminster"}


@pytest.fixture
def application(account):
    return ApplicationFactory(account=account)


@pytest.fixture
def boroughs(db):
    load_subset()


@pytest.fixture
def offer(account):
    put_in(account, ("2025-06-23", "levy", 100_000), ("2026-11-23", "levy", 100_000))
    return OfferFactory(account=account, amount=Decimal(20_000))


def facts_of(application, **more):
    given = {**initial_of(application), "learners_to_24": 0, "core20_learners": None, **more}
    return {name: value for name, value in given.items() if name != "new_name"}


def made(application, by, **more):
    return adopt(application=application, facts=facts_of(application, **more), by=by, new_name="X", new_code="C1")


def client_of(acting):
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    return client


class TestWhatTheFileSays:
    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("level", "the level"),
            ("apprentices", "how many apprentices"),
            ("start_by", "the start"),
            ("duration", "the length"),
            ("cost", "the price"),
        ],
    )
    def test_what_is_missing_is_named_and_stops_the_matching(self, application, name, words):
        setattr(application, name, 0 if name == "cost" else None)
        assert missing_in(application) == (words,)
        assert need_of(application, NAMES) is None

    def test_a_whole_application_lacks_nothing(self, application):
        assert missing_in(application) == ()

    def test_the_price_is_of_one_learner(self, application):
        need = need_of(application, NAMES)
        assert (need.cost, need.learners, need.duration, need.level) == (4000, 2, 18, 2)

    @pytest.mark.parametrize(
        ("places", "codes"),
        [
            (["Brent"], [BRENT]),
            (["Wembley, Brent, HA9"], [BRENT]),
            (["City of WESTMINSTER", "Ealing"], ["E09000009", "E09000033"]),
            (["Leeds"], []),
            ([], []),
        ],
    )
    def test_boroughs_are_found_in_the_places(self, application, places, codes):
        application.locations = places
        assert boroughs_of(application, NAMES) == codes

    @pytest.mark.parametrize(
        ("has_provider", "gaps"),
        [
            (True, ("the ages of the learners",)),
            (False, ("the ages of the learners", "a training provider")),
            (None, ("the ages of the learners", "a training provider")),
        ],
    )
    def test_ages_are_never_known_from_the_file(self, application, has_provider, gaps):
        application.has_provider = has_provider
        assert need_of(application, NAMES).gaps == gaps


class TestMatching:
    def stop(self, application, offer):
        (line,) = standings([application], [offer])
        return line.fit.stop

    def test_without_an_open_offer_nothing_is_matched(self, application):
        closed = OfferFactory(account=application.account, closed_on=date(2026, 11, 1))
        assert [line.fit for line in standings([application], [closed])] == [None]
        assert [line.fit for line in standings([application], [])] == [None]

    def test_the_newest_open_offer_is_the_one(self, application, boroughs):
        closed = OfferFactory(account=application.account, closed_on=date(2026, 11, 1))
        small = OfferFactory(account=application.account, amount=Decimal(100))
        assert standings([application], [closed, small])[0].fit.stop == (
            "What is left of the offer does not pay for one learner."
        )

    def test_reasons_are_said(self, application, offer, boroughs):
        (line,) = standings([application], [offer])
        assert line.fit.reasons == (
            "Serves Brent.",
            "Deprivation served is not known.",
            "Still open: the ages of the learners.",
        )

    @pytest.mark.parametrize(
        ("wish", "sentence"),
        [
            ({"levels": [3]}, "Level 2 is not what this offer is for."),
            ({"boroughs": ["E09000009"]}, "It serves none of the boroughs of this offer."),
            ({"sector": "Health"}, "It is of another sector than this offer."),
            (
                {"core20_only": True},
                "It does not say that it expects learners from the most deprived fifth of England.",
            ),
            ({"amount": Decimal(3999)}, "What is left of the offer does not pay for one learner."),
            ({"closes": date(2026, 11, 22)}, "The offer has closed."),
        ],
    )
    def test_the_first_thing_that_stops_it_is_said(self, application, boroughs, wish, sentence):
        assert self.stop(application, OfferFactory(account=application.account, **wish)) == sentence

    def test_training_that_has_begun_cannot_be_given_to(self, account, boroughs):
        late = ApplicationFactory(account=account, start_by=date(2026, 11, 1))
        assert self.stop(late, OfferFactory(account=account)).startswith("It has begun")

    def test_as_many_queries_for_three(self, account, boroughs, django_assert_num_queries):
        offer = OfferFactory(account=account)
        rows = [ApplicationFactory(account=account) for _ in range(3)]
        with django_assert_num_queries(3):
            standings(rows, [offer])


class TestAsAPlan:
    def test_what_the_file_says_is_filled_in(self, application, boroughs):
        kitchen = OrganisationFactory(kind="vcse", name="EXAMPLE COMMUNITY KITCHEN C.I.C.")
        application.employer = "Example Community Kitchen C I C"
        assert initial_of(application) == {
            "organisation": kitchen, "new_name": "Example Community Kitchen C I C", "standard": "Adult care worker",
            "sector": "Charity", "level": 2, "learners": 2, "boroughs": [BRENT], "start": date(2027, 1, 1),
            "duration": 18, "cost": Decimal("4000.00"), "has_account": True,
        }  # fmt: skip

    def test_a_price_that_does_not_divide_is_rounded_to_pence(self, application, boroughs):
        application.apprentices = 3
        assert initial_of(application)["cost"] == Decimal("2666.67")

    def test_it_stands_on_the_list_and_with_the_application(self, hr, application, boroughs):
        plan = made(application, hr)
        application.refresh_from_db()
        assert application.plan == plan
        assert (plan.kept_by_id, plan.organisation.code, plan.learners, plan.cost) == (
            hr.organisation_id,
            "C1",
            2,
            4000,
        )
        assert Event.objects.get(verb="add", kind="levy.Plan").subject_id == plan.pk

    def test_only_once(self, hr, application, boroughs):
        made(application, hr)
        with pytest.raises(Refused, match="on the list of plans already"):
            made(application, hr)
        assert Plan.unscoped.count() == 1

    @pytest.mark.parametrize("role", [Role.TRUST_HR, Role.ICB_ANALYST, Role.ACADEMY, Role.RECRUITER])
    def test_nobody_else_may(self, application, boroughs, role):
        with pytest.raises(Refused, match="Only the HR lead of the trust whose pledge it is"):
            made(application, acting_as(role))

    def test_a_recruiter_of_the_same_trust_may_not(self, hr, application, boroughs):
        trust = Organisation.objects.get(pk=hr.organisation_id)
        with pytest.raises(Refused, match="Only the HR lead"):
            made(application, acting_as(Role.RECRUITER, trust))

    def test_the_file_again_keeps_the_plan(self, hr, boroughs):
        take_in("levy.pledges", sample("levy_pledge_applications.csv"), by=hr)
        plan = made(Application.unscoped.get(), hr)
        newer = sample("levy_pledge_applications.csv").replace(b"Awaiting approval", b"Approved")
        job = take_in("levy.pledges", newer, by=hr)
        row = Application.unscoped.get()
        assert (job.counts["changed"], row.status, row.plan) == (1, "Approved", plan)

    def test_from_the_file_to_a_gift_that_was_paid(self, hr, offer, boroughs):
        take_in("levy.pledges", sample("levy_pledge_applications.csv"), by=hr)
        plan = made(Application.unscoped.get(), hr, duration=12)
        ((fitting, found),) = gifts.plans_for(offer, [plan])
        assert (fitting, found.possible, found.affordable) == (plan, True, 2)
        gift = gifts.propose(offer=offer, plan=plan, learners=2, by=hr)
        for verb, by in (("approve", hr), ("accept", acting_as(Role.ICB_ANALYST))):
            gift = gifts.step(gift=gift, verb=verb, by=by)
        with pretend(start_of(date(2027, 2, 8))):
            gifts.pay(gift=gift, day=date(2027, 2, 8), amount=Decimal(100), by=hr)
        assert Gift.unscoped.get().state == "used"


class TestPages:
    def test_the_form_comes_filled_in(self, hr, application, boroughs):
        page = client_of(hr).get(reverse("levy:adopt", args=[application.pk]))
        form = page.context["form"]
        assert (form["learners"].value(), form["standard"].value(), form["boroughs"].value()) == (
            2, "Adult care worker", [BRENT],
        )  # fmt: skip

    def test_it_makes_the_plan_and_leads_to_it(self, hr, application, boroughs):
        data = {
            "new_name": "Example Community Kitchen", "new_code": "1234567", "standard": "Adult care worker", "level": "2",
            "learners": "2", "learners_to_24": "1", "boroughs": [BRENT], "start_day": "1", "start_month": "1",
            "start_year": "2027", "duration": "18", "cost": "4000", "learners_found": "0",
        }  # fmt: skip
        response = client_of(hr).post(reverse("levy:adopt", args=[application.pk]), data)
        plan = Plan.unscoped.get()
        assert (response.status_code, response.url, plan.learners_to_24) == (302, plan.get_absolute_url(), 1)

    def test_nothing_typed_is_lost_where_something_is_missing(self, hr, application, boroughs):
        page = client_of(hr).post(reverse("levy:adopt", args=[application.pk]), {"note": "Kept"})
        assert (page.status_code, page.context["form"]["note"].value()) == (200, "Kept")
        assert Plan.unscoped.count() == 0

    def test_a_second_visit_leads_to_the_plan(self, hr, application, boroughs):
        plan = made(application, hr)
        assert client_of(hr).get(reverse("levy:adopt", args=[application.pk])).url == plan.get_absolute_url()

    def test_another_trusts_application_is_not_there(self, other_hr, application):
        assert client_of(other_hr).get(reverse("levy:adopt", args=[application.pk])).status_code == 404

    def test_the_gifts_page_says_why_and_offers_the_plan(self, hr, application, offer, boroughs):
        text = " ".join(client_of(hr).get(reverse("levy:gifts")).content.decode().split())
        assert "Serves Brent. Deprivation served is not known. Still open: the ages of the learners." in text
        assert "Make a plan" in text
        made(application, hr)
        assert f"Plan {Plan.unscoped.get().reference}" in client_of(hr).get(reverse("levy:gifts")).content.decode()

    def test_brokers_see_no_applications(self, application):
        text = client_of(acting_as(Role.ICB_ANALYST)).get(reverse("levy:gifts")).content.decode()
        assert application.employer not in text

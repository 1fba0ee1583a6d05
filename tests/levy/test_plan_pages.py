"""The broker's list: added, changed, closed and read; filters, pages and the CSV that equals them; the API beside it."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from audit.acting import Role
from levy.models import Milestone, Plan
from levy.search import search
from organisations.models import Kind, Organisation
from tests.factories.levy import GiftFactory, OfferFactory, PlanFactory
from tests.factories.organisations import OrganisationFactory, acting_as
from tests.levy.asking import TODAY, client_of, page_of, said_to, told_of, words_of
from tests.reports.page_tables import read

pytestmark = pytest.mark.django_db
READERS = (Role.TRUST_HR, Role.ICB_ANALYST, Role.ACADEMY, Role.AUDITOR)
STRANGERS = (Role.RECRUITER, Role.PROVIDER, Role.SYSTEM_ADMIN)
TYPED = {
    "new_name": "Kitchen for All", "new_code": "CE012345", "standard": "Baker", "level": "2", "learners": "4",
    "learners_to_24": "1", "core20_learners": "2", "boroughs": ["E09000005", "E09000009"], "start": "2027-02-01",
    "duration": "14", "cost": "5000", "provider": "", "learners_found": "3", "note": "Opens in spring",
}  # fmt: skip


@pytest.fixture
def icb(policies, places):
    return acting_as(Role.ICB_ANALYST)


def plans_on(response):
    ((_headings, *rows),) = read(response.content)["Plans, soonest start first"]
    return rows


class TestKeeping:
    def test_added(self, icb):
        response = client_of(icb).post("/levy/plans/add/", TYPED, follow=True)
        plan = Plan.unscoped.get()
        assert response.redirect_chain == [(plan.get_absolute_url(), 302)]
        assert (plan.organisation.name, plan.cost, plan.start, plan.boroughs, plan.core20_learners) == (
            "Kitchen for All", 5000, date(2027, 2, 1), ["E09000005", "E09000009"], 2,
        )  # fmt: skip
        words = words_of(response)
        for said in (
            "The plan is on the list.",
            "Still open: a training provider, an apprenticeship service account, 1 of 4 learners, the jobs",
            "3 of 4 learners gain by a transfer.",
            "£5,000 for each, £20,000 in all",
            "Brent, Ealing",
            "Opens in spring",
        ):
            assert said in words

    @pytest.mark.parametrize(
        ("typed", "field", "sentence"),
        [
            ({"new_code": ""}, "organisation", "Choose the organisation, or enter its name and number"),
            ({"learners_to_24": "5"}, "learners_to_24", "This is at most the number of learners, 4"),
            ({"core20_learners": "5"}, "core20_learners", "This is at most the number of learners, 4"),
            ({"learners_found": "5"}, "learners_found", "This is at most the number of learners, 4"),
        ],
    )
    def test_what_does_not_go_together_is_said_at_its_field(self, icb, typed, field, sentence):
        form = client_of(icb).post("/levy/plans/add/", TYPED | typed).context["form"]
        assert form.errors == {field: [sentence]}
        assert Plan.unscoped.count() == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [("level", "8"), ("level", "1"), ("learners", "0"), ("duration", "0"), ("cost", "0"), ("boroughs", ["E1"])],
    )
    def test_figures_that_cannot_be(self, icb, field, value):
        form = client_of(icb).post("/levy/plans/add/", TYPED | {field: value}).context["form"]
        assert field in form.errors
        assert Plan.unscoped.count() == 0

    def test_a_number_of_somebody_else(self, icb):
        OrganisationFactory(kind=Kind.VCSE, code="CE012345", name="Somebody Else")
        form = client_of(icb).post("/levy/plans/add/", TYPED).context["form"]
        assert form.non_field_errors() == [
            "The number CE012345 is that of Somebody Else. Choose it in the list, or check the number."
        ]

    def test_only_voluntary_organisations_that_are_open_can_be_chosen(self, icb):
        wanted = [OrganisationFactory(kind=kind) for kind in (Kind.VCSE, Kind.PROVIDER, Kind.EDUCATION)]
        OrganisationFactory(kind=Kind.VCSE, closed=TODAY)
        OrganisationFactory(kind=Kind.TRUST)
        form = client_of(icb).get("/levy/plans/add/").context["form"]
        assert set(form.fields["organisation"].queryset) == set(wanted)

    def test_changed_without_another_organisation_being_made(self, icb):
        plan = PlanFactory(provider="")
        typed = TYPED | {"organisation": str(plan.organisation_id), "provider": "New College"}
        response = client_of(icb).post(f"{plan.get_absolute_url()}change/", typed)
        assert said_to(response) == ["The plan is changed."]
        plan.refresh_from_db()
        assert (plan.provider, plan.standard, plan.learners) == ("New College", "Baker", 4)
        assert not Organisation.objects.filter(code="CE012345").exists()
        assert told_of(plan, icb) == ["Plan changed"]

    def test_closed_it_leaves_the_list_and_says_so_twice(self, icb):
        plan = PlanFactory()
        path = f"{plan.get_absolute_url()}close/"
        assert said_to(client_of(icb).post(path)) == []
        assert said_to(client_of(icb).post(path)) == ["This plan is closed already."]
        assert "No plan is on the list yet." in page_of(icb, "/levy/plans/")
        assert "Closed" in page_of(icb, plan.get_absolute_url())

    def test_milestones(self, icb):
        plan = PlanFactory()
        client = client_of(icb)
        client.post(f"{plan.get_absolute_url()}milestones/", {"text": "Sign", "due": "2026-12-01"})
        step = Milestone.unscoped.get()
        assert "Reached today" in words_of(client.get(plan.get_absolute_url()))
        client.post(f"/levy/milestones/{step.pk}/reached/")
        ((_headings, row),) = read(client.get(plan.get_absolute_url()).content)["Milestones"]
        assert row == ["Sign", "1 December 2026", "23 November 2026"]

    @pytest.mark.parametrize("typed", [{"text": "", "due": "2026-12-01"}, {"text": "Sign", "due": ""}])
    def test_half_a_milestone(self, icb, typed):
        response = client_of(icb).post(f"{PlanFactory().get_absolute_url()}milestones/", typed)
        assert said_to(response) == ["A milestone needs what should happen and a day."]
        assert Milestone.unscoped.count() == 0

    @pytest.mark.parametrize("role", [Role.TRUST_HR, Role.AUDITOR, *STRANGERS])
    def test_nobody_else_finds_the_ways_to_keep_it(self, policies, role):
        plan = PlanFactory()
        step = Milestone.unscoped.create(plan=plan, text="x", due=TODAY)
        client = client_of(acting_as(role))
        for path in ("change/", "close/", "milestones/"):
            assert client.post(f"{plan.get_absolute_url()}{path}").status_code == 404
        assert client.get("/levy/plans/add/").status_code == 404
        assert client.post(f"/levy/milestones/{step.pk}/reached/").status_code == 404
        step.refresh_from_db()
        assert step.done_on is None


class TestList:
    @pytest.mark.parametrize(
        ("facts", "learners", "ready"),
        [
            ({}, "2, level 2All gain by a transfer", "Ready"),
            ({"learners_to_24": 1}, "2, level 21 gain by a transfer", "Ready"),
            ({"learners_to_24": 2}, "2, level 2All fully funded already: a transfer gains nothing", "Gains nothing"),
            ({"duration": 4}, "2, level 2All gain by a transfer", "Cannot be funded"),
            ({"learners_to_24": 2, "pays_levy": True}, "2, level 2All gain by a transfer", "Ready"),
            ({"provider": ""}, "2, level 2All gain by a transfer", "Still open: a training provider"),
            (
                {"learners_found": 0, "jobs_agreed": False},
                "2, level 2All gain by a transfer",
                "Still open: 2 of 2 learners, the jobs",
            ),
        ],
    )
    def test_who_would_gain_and_what_is_open(self, icb, facts, learners, ready):
        PlanFactory(**facts)
        ((_plan, shown, start, price, state),) = plans_on(client_of(icb).get("/levy/plans/"))
        assert (shown, start, price, state) == (learners, "January 2027", "£8,000", ready)

    def test_a_gift_of_another_trust_shows_to_the_broker_alone(self, hr, icb, account):
        plan = PlanFactory()
        GiftFactory(offer=OfferFactory(), plan=plan, state="approved")
        assert plans_on(client_of(icb).get("/levy/plans/"))[0][-1] == "Approved2 of 2 places taken"
        assert plans_on(client_of(hr).get("/levy/plans/"))[0][-1] == "All places taken2 of 2 places taken"
        assert "Your trust has no gift of it." in page_of(hr, plan.get_absolute_url())
        assert client_of(hr).get("/levy/plans/?ready=on").context["count"] == 0

    def test_soonest_first_25_on_a_page(self, icb):
        for number in range(26):
            PlanFactory(standard=f"Plan {number:02}", start=date(2027, 1, 26 - number))
        first, second = (plans_on(client_of(icb).get(f"/levy/plans/?page={page}")) for page in (1, 2))
        assert (len(first), len(second)) == (25, 1)
        assert first[0][0].startswith("Plan 25")
        assert second[0][0].startswith("Plan 00")

    def test_filters_in_force_can_be_taken_off_one_by_one(self, icb):
        response = client_of(icb).get("/levy/plans/?level=2&ready=on&borough=E09000005&page=2")
        assert dict(response.context["chips"]) == {
            "Level: 2": "?ready=on&borough=E09000005",
            "Ready to start": "?level=2&borough=E09000005",
            "Borough: Brent": "?level=2&ready=on",
        }
        assert "No plan fits these filters." in words_of(response)

    @pytest.mark.parametrize(
        ("facts", "shown"),
        [
            ({}, True), ({"provider": ""}, False), ({"has_account": False}, False), ({"jobs_agreed": False}, False),
            ({"learners_found": 1}, False), ({"learners_to_24": 2}, False), ({"learners_to_24": 1}, True),
            ({"duration": 7}, False), ({"level": 7}, False),
        ],
    )  # fmt: skip
    def test_ready_means_nothing_is_open(self, icb, facts, shown):
        PlanFactory(**facts)
        assert client_of(icb).get("/levy/plans/?ready=on").context["count"] == shown

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"duration": 4}, "An apprenticeship lasts at least 8 months."),
            ({"level": 7}, "Level 7 is funded only up to the age of 21."),
        ],
    )
    def test_what_can_not_be_funded_is_said_on_the_plans_own_page(self, icb, facts, sentence):
        words = page_of(icb, PlanFactory(**facts).get_absolute_url())
        assert "Cannot be funded" in words
        assert sentence in words

    @pytest.mark.parametrize("query", ["", "?level=2", "?unmatched=on", "?text=care"])
    @pytest.mark.parametrize("role", [Role.TRUST_HR, Role.ICB_ANALYST])
    def test_the_csv_holds_what_the_page_shows(self, policies, places, role, query):
        matched = PlanFactory(standard="Adult care worker", learners_to_24=1)
        PlanFactory(standard="Baker", level=3, core20_learners=0, cost=Decimal("1234.56"), provider="")
        GiftFactory(offer=OfferFactory(), plan=matched)
        client = client_of(acting_as(role))
        lines = client.get(f"/levy/plans/{query}").context["lines"]
        body = b"".join(client.get(f"/levy/plans.csv{query}").streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(body)))
        assert [
            (row["Reference"], int(row["Gain by a transfer"]), row["Boroughs"], row["Still open"]) for row in rows
        ] == [(line["plan"].reference, line["gaining"], line["boroughs"], "; ".join(line["gaps"])) for line in lines]
        assert [row["From the most deprived fifth"] for row in rows] == [
            "" if line["plan"].core20_learners is None else str(line["plan"].core20_learners) for line in lines
        ]

    @pytest.mark.parametrize("role", STRANGERS)
    @pytest.mark.parametrize("path", ["", ".csv"])
    def test_strangers_find_no_list(self, policies, role, path):
        PlanFactory()
        path = f"/levy/plans{path or '/'}"
        assert client_of(acting_as(role)).get(path).status_code == 404


class TestApi:
    def get(self, role, path=""):
        return client_of(acting_as(role)).get(f"/api/v1/levy-plans/{path}")

    @pytest.mark.parametrize("role", READERS)
    def test_readers_get_each_plan_with_money_as_text(self, policies, role):
        plan = PlanFactory(cost=Decimal("4000.5"))
        (found,) = self.get(role).json()["results"]
        assert (found["reference"], found["cost"], found["organisation"], found["core20_learners"]) == (
            plan.reference, "4000.50000", "Example Community Kitchen CIC", None,
        )  # fmt: skip
        assert self.get(role, f"{plan.reference}/").json() == found

    @pytest.mark.parametrize("role", STRANGERS)
    def test_others_get_an_empty_list_and_no_plan(self, policies, role):
        plan = PlanFactory()
        assert self.get(role).json()["results"] == []
        assert self.get(role, f"{plan.reference}/").status_code == 404

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_it_is_read_only(self, policies, method):
        plan = PlanFactory()
        client = client_of(acting_as(Role.ICB_ANALYST))
        assert getattr(client, method)(f"/api/v1/levy-plans/{plan.reference}/").status_code in (403, 405)
        assert Plan.unscoped.get() == plan


class TestSearch:
    def test_plans_and_gifts_by_name_standard_and_reference(self, hr, account):
        gift = GiftFactory(offer=OfferFactory(account=account))
        assert [hit.kind for hit in search(hr, "kitchen")] == ["Levy plan", "Levy gift"]
        assert [hit.title for hit in search(hr, "adult care")] == ["Adult care worker"]
        assert [hit.url for hit in search(hr, gift.reference.lower())] == [gift.get_absolute_url()]

    def test_a_gift_is_found_by_its_own_trust_and_by_brokers(self, hr, other_hr, account):
        GiftFactory(offer=OfferFactory(account=account))
        assert [hit.kind for hit in search(other_hr, "kitchen")] == ["Levy plan"]
        assert [hit.kind for hit in search(acting_as(Role.ACADEMY), "kitchen")] == ["Levy plan", "Levy gift"]
        assert search(acting_as(Role.RECRUITER), "kitchen") == []

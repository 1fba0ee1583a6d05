"""The pages of offers and gifts: what owner, colleague and broker can do there, and that a stranger is shown nothing."""

from datetime import date
from decimal import Decimal

import pytest

from audit.acting import Role
from levy.models import Application, Gift, GiftLearner, GiftPayment, Offer
from tests.factories.levy import AccountFactory, GiftFactory, GiftPaymentFactory, OfferFactory, PlanFactory, put_in
from tests.factories.organisations import OrganisationFactory, acting_as
from tests.levy.asking import TODAY, client_of, colleague_of, page_of, said_to, words_of
from tests.reports.page_tables import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def icb(policies):
    return acting_as(Role.ICB_ANALYST)


@pytest.fixture
def offer(account):
    put_in(account, ("2025-06-23", "levy", 100_000), ("2026-11-23", "levy", 100_000))
    return OfferFactory(account=account, amount=Decimal(20_000))


@pytest.fixture
def accepted(offer):
    return GiftFactory(offer=offer, state="accepted", accepted_on=date(2026, 11, 2), start=date(2026, 11, 2))


def post(acting, path, **data):
    return client_of(acting).post(path, data)


def table_of(acting, path, caption):
    ((_headings, *rows),) = read(client_of(acting).get(path).content)[caption]
    return rows


class TestList:
    GIFTS, OFFERS = "Gifts, newest first", "Offers, newest first"

    def test_only_what_was_paid_counts_as_given(self, hr, offer, accepted):
        used = GiftFactory(offer=offer, state="used", accepted_on=date(2026, 11, 1), cost=Decimal(1000), learners=1)
        GiftFactory(offer=offer, state="approved", approved_on=TODAY)
        GiftPaymentFactory(gift=used, amount=Decimal("600.40"))
        words = page_of(hr, "/levy/gifts/")
        assert "£600 given" in words
        assert "£9,000 accepted" in words

    def test_every_gift_counts_however_many_are_shown(self, hr, icb, offer, monkeypatch):
        """The figures are sums of the database to the last unit, and the list says how many it leaves out."""
        for pounds in ("0.00001", "0.00002", "10"):
            gift = GiftFactory(
                offer=offer, plan=PlanFactory(), state="used", accepted_on=TODAY, learners=1, cost=Decimal(3)
            )
            GiftPaymentFactory(gift=gift, amount=Decimal(pounds))
        monkeypatch.setattr("levy.views.gifts.GIFTS_SHOWN", 2)
        for reader, paid in ((hr, Decimal("10.00003")), (icb, None)):
            found = client_of(reader).get("/levy/gifts/").context
            assert (found["paid"], found["promised"]) == (paid, 9)
            assert (len(found["gifts"]), found["older"]) == (2, 1)
        assert "1 older gift more; the figures above count them too." in page_of(hr, "/levy/gifts/")

    def test_each_gift_with_what_it_waits_for(self, hr, offer, accepted):
        late = GiftFactory(offer=offer, state="approved", approved_on=date(2026, 10, 1))
        rows = {row[0]: row[1:] for row in table_of(hr, "/levy/gifts/", self.GIFTS)}
        found = {name.split(" 2 learners")[0].split("2 learner")[0]: cells for name, cells in rows.items()}
        kitchen = "Example Community Kitchen CIC "
        assert found[kitchen + late.reference] == [
            "Approved", "For acceptance until 12 Nov 2026Late", "£8,000", "£0",
        ]  # fmt: skip
        assert found[kitchen + accepted.reference] == [
            "Accepted", "For the training to start until 2 Feb 2027", "£8,000", "£0",
        ]  # fmt: skip

    def test_each_offer_with_what_is_left(self, hr, offer, accepted):
        closed = OfferFactory(account=offer.account, amount=Decimal(500), closed_on=TODAY)
        rows = [[row[0][:10], *row[1:]] for row in table_of(hr, "/levy/gifts/", self.OFFERS)]
        assert rows == [
            [closed.reference, "Closed 23 Nov 2026", "£500.00", "£500.00"],
            [offer.reference, "31 Mar 2027", "£20,000.00", "£12,000.00"],
        ]

    def test_another_trust_sees_nothing_of_it(self, other_hr, offer, accepted):
        words = page_of(other_hr, "/levy/gifts/")
        assert "There are no gifts yet." in words
        assert "Nothing has been offered yet." in words
        assert accepted.reference not in words

    @pytest.mark.parametrize("role", [Role.ICB_ANALYST, Role.ACADEMY, Role.AUDITOR])
    def test_brokers_and_auditors_see_whose_it_is(self, offer, accepted, role):
        (row,) = table_of(acting_as(role), "/levy/gifts/", self.GIFTS)
        assert row[1] == offer.account.trust.short_name

    def test_transfers_that_nobody_could_place(self, hr, icb, offer):
        put_in(offer.account, ("2026-11-08", "sent", "-45.10"))
        offer.account.transactions.filter(kind="sent").update(counterparty="SOMEBODY LTD")
        assert "8 November 2026: SOMEBODY LTD, -£45.10" in page_of(hr, "/levy/gifts/")
        assert "SOMEBODY" not in page_of(icb, "/levy/gifts/")

    def test_applications_of_the_governments_service(self, hr, offer):
        Application.unscoped.create(
            account=offer.account, pledge="P1", application="A1", employer="Baker & Sons", role="Baker", status="Pending",
            apprentices=2, locations=["Brent", "Ealing"], cost=Decimal(9000), cost_this_year=Decimal(4000),
        )  # fmt: skip
        (row,) = table_of(hr, "/levy/gifts/", "Pledge applications, newest first")
        assert [*row[:3], row[4]] == [
            "Baker & Sons2 apprentices, Baker, Brent, Ealing", "Pending", "£9,000",
            "Make a plan",
        ]  # fmt: skip
        assert row[3] == "The file does not say the level, the start and the length."


class TestOffer:
    def test_is_made_by_a_form_and_fits_at_once(self, hr, account, places):
        put_in(account, ("2025-06-23", "levy", 100_000), ("2026-11-23", "levy", 10_000))
        PlanFactory(standard="Baking")
        PlanFactory(standard="Laws", level=7)
        data = {"amount": "9000", "closes": "2027-03-31", "levels": ["2", "7"], "boroughs": ["E09000005"]}
        response = client_of(hr).post("/levy/offers/add/", data, follow=True)
        offer = Offer.unscoped.get()
        assert response.redirect_chain == [(offer.get_absolute_url(), 302)]
        assert (offer.amount, offer.levels, offer.boroughs) == (9000, [2, 7], ["E09000005"])
        words = words_of(response)
        assert "The offer is made. Below are the plans that fit it, and what stops the others." in words
        assert "Baking, level 2 : 2 learners at £4,000, from January 2027." in words
        assert "Level 7 is funded only up to the age of 21." in words

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"amount": "0"}, "Pounds offered, over the whole apprenticeships must be 1 or more"),
            ({"closes": "2026-11-22"}, "An offer is open until today or later."),
            ({"closes": ""}, "Enter the day until which it is open"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_lost(self, hr, account, data, sentence):
        typed = {"amount": "9000", "closes": "2027-03-31", "sector": "Kitchens"} | data
        response = post(hr, "/levy/offers/add/", **typed)
        assert response.status_code == 200
        assert Offer.unscoped.count() == 0
        assert "Kitchens" in response.content.decode()
        assert [error for found in response.context["form"].errors.values() for error in found] == [sentence]

    def test_closing_it(self, hr, other_hr, icb, offer):
        path = f"{offer.get_absolute_url()}close/"
        assert post(other_hr, path).status_code == 404
        assert post(icb, path).status_code == 404
        assert post(colleague_of(hr), path).status_code == 302
        offer.refresh_from_db()
        assert offer.closed_on == TODAY
        assert said_to(post(hr, path)) == ["This offer has been closed."]
        assert client_of(hr).get(offer.get_absolute_url()).context["can_propose"] is False

    def test_a_stranger_does_not_learn_of_it(self, other_hr, offer):
        for path in ("", "close/", f"match/{PlanFactory().reference}/"):
            client = client_of(other_hr)
            act = client.post if path else client.get
            assert act(f"{offer.get_absolute_url()}{path}").status_code == 404

    def test_plans_already_with_it_are_not_offered_again(self, hr, offer, accepted):
        free = PlanFactory(standard="Free plan")
        words = page_of(hr, offer.get_absolute_url())
        assert free.standard in words
        assert accepted.plan.get_absolute_url() not in client_of(hr).get(offer.get_absolute_url()).content.decode()


class TestMatch:
    def path(self, offer, plan):
        return f"{offer.get_absolute_url()}match/{plan.reference}/"

    @pytest.mark.parametrize("role", [Role.ICB_ANALYST, Role.ACADEMY, Role.TRUST_HR])
    def test_leads_to_the_gift(self, hr, offer, role):
        by = hr if role == Role.TRUST_HR else acting_as(role)
        response = post(by, self.path(offer, PlanFactory()), learners="2")
        gift = Gift.unscoped.get()
        assert (response.url, gift.learners, gift.state) == (gift.get_absolute_url(), 2, "pending")

    @pytest.mark.parametrize(
        ("learners", "sentence"),
        [
            ("", "Enter how many learners the gift would pay for."),
            ("0", "Enter how many learners the gift would pay for."),
            ("two", "Enter how many learners the gift would pay for."),
            ("3", "This offer can pay for 1 to 2 learners of this plan."),
        ],
    )
    def test_or_back_with_a_sentence(self, hr, offer, learners, sentence):
        response = post(hr, self.path(offer, PlanFactory()), learners=learners)
        assert (response.url, said_to(response)) == (offer.get_absolute_url(), [sentence])
        assert Gift.unscoped.count() == 0

    def test_one_learner_is_one(self, hr, offer):
        response = post(hr, self.path(offer, PlanFactory(learners_to_24=1)), learners="99")
        assert said_to(response) == ["This offer can pay for 1 learner of this plan."]


class TestGift:
    def path(self, gift, more=""):
        return f"{gift.get_absolute_url()}{more}"

    @pytest.mark.parametrize(
        ("role", "buttons"),
        [
            (Role.TRUST_HR, ["Record acceptance", "Record that they decline", "Take approval back"]),
            (Role.ICB_ANALYST, ["Record acceptance", "Record that they decline"]),
            (Role.ACADEMY, ["Record acceptance", "Record that they decline"]),
            (Role.AUDITOR, []),
        ],
    )
    def test_each_reader_has_the_buttons_of_the_role(self, hr, offer, role, buttons):
        gift = GiftFactory(offer=offer, state="approved", approved_on=TODAY)
        by = hr if role == Role.TRUST_HR else acting_as(role)
        shown = client_of(by).get(self.path(gift)).context["verbs"]
        assert sorted(label for _verb, label in shown) == buttons

    def test_a_step_from_the_page(self, icb, offer):
        gift = GiftFactory(offer=offer, state="approved", approved_on=TODAY)
        response = post(icb, self.path(gift, "step/accept/"))
        assert (response.url, said_to(response)) == (gift.get_absolute_url(), ["The acceptance is recorded."])
        gift.refresh_from_db()
        assert (gift.state, gift.accepted_on) == ("accepted", TODAY)

    def test_a_step_that_is_refused(self, icb, offer):
        gift = GiftFactory(offer=offer)
        response = post(icb, self.path(gift, "step/approve/"))
        assert said_to(response) == ["Only the HR lead of the giving trust decides this."]
        gift.refresh_from_db()
        assert gift.state == "pending"

    @pytest.mark.parametrize("more", ["", "step/reject/", "payments/", "places/"])
    def test_a_stranger_does_not_learn_of_it(self, other_hr, accepted, more):
        client = client_of(other_hr)
        act = client.post if more else client.get
        assert act(self.path(accepted, more)).status_code == 404

    def test_what_it_costs_in_each_year(self, hr, offer):
        """8,000 over 12 months from January 2027: 533.33 a month from February, 1,600 in February 2028. April is paid before the 20th, so it is of the year before."""
        gift = GiftFactory(offer=offer)
        words = page_of(hr, self.path(gift))
        assert (
            "Whole gift £8,000, £1,600 in the year from 20 April 2026, £6,400 in the year from 20 April 2027 Paid £0.00"
            in words
        )

    def test_the_warning_before_approval_is_for_the_giver(self, hr, icb, account):
        put_in(account, ("2026-11-23", "levy", 10_000))
        gift = GiftFactory(offer=OfferFactory(account=account), cost=Decimal(9000))
        said = "this gift would pass the transfer allowance of the year from 20 April 2026 by £"
        assert said in page_of(hr, self.path(gift))
        assert said not in page_of(icb, self.path(gift))

    @pytest.mark.parametrize(("start", "said"), [(date(2027, 2, 23), False), (date(2027, 2, 24), True)])
    @pytest.mark.parametrize("state", ["pending", "approved"])
    def test_a_start_after_the_last_day_of_use_is_said_before_it_is_accepted(self, hr, offer, state, start, said):
        gift = GiftFactory(offer=offer, state=state, approved_on=TODAY, start=start)
        sentence = (
            "If it is accepted today it must be used by 23 February 2027, and its training is planned to start on 24"
        )
        assert (sentence in page_of(hr, self.path(gift))) is said


class TestPayment:
    def test_noted(self, hr, accepted):
        response = post(hr, f"{accepted.get_absolute_url()}payments/", day="2026-11-20", amount="533.33")
        assert said_to(response) == ["The payment is noted."]
        assert GiftPayment.unscoped.get().amount == Decimal("533.33")
        ((day, seen, amount),) = table_of(hr, accepted.get_absolute_url(), "Payments of this gift")
        assert (day, seen, amount) == ("20 November 2026", "Typed in:take it out", "£533.33")

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"amount": "8000.01"}, "That is more than the gift. Check the amount, or the payments noted already."),
            ({"day": "2026-11-01"}, "A payment is after the acceptance and not in the future."),
            ({"day": "2026-11-24"}, "A payment is after the acceptance and not in the future."),
        ],
    )
    def test_refused_in_the_form(self, hr, accepted, data, sentence):
        typed = {"day": "2026-11-20", "amount": "1"} | data
        response = post(hr, f"{accepted.get_absolute_url()}payments/", **typed)
        assert response.status_code == 200
        assert response.context["payment_form"].non_field_errors() == [sentence]
        assert sentence in words_of(response)
        assert GiftPayment.unscoped.count() == 0

    @pytest.mark.parametrize("amount", ["", "0", "-5", "1.001", "ten"])
    def test_an_amount_is_pounds_and_pence_above_nought(self, hr, accepted, amount):
        response = post(hr, f"{accepted.get_absolute_url()}payments/", day="2026-11-20", amount=amount)
        assert list(response.context["payment_form"].errors) == ["amount"]

    def test_only_the_giver_has_the_form(self, icb, accepted):
        assert post(icb, f"{accepted.get_absolute_url()}payments/", day="2026-11-20", amount="1").status_code == 404
        assert client_of(icb).get(accepted.get_absolute_url()).context["payment_form"] is None

    def test_the_same_again_is_asked_about(self, hr, accepted):
        path, typed = f"{accepted.get_absolute_url()}payments/", {"day": "2026-11-20", "amount": "100"}
        post(hr, path, **typed)
        response = post(hr, path, **typed)
        assert response.context["payment_form"].errors == {
            "another": ["£100.00 of 20 November 2026 is noted already. If this is another payment, say so"]
        }
        assert "This is another payment of the same day and amount" in words_of(response)
        assert GiftPayment.unscoped.count() == 1
        assert said_to(post(hr, path, another="on", **typed)) == ["The payment is noted."]
        assert GiftPayment.unscoped.count() == 2


class TestPlace:
    def test_noted_and_the_postcode_not_kept(self, icb, accepted, places):
        response = post(icb, f"{accepted.get_absolute_url()}places/", postcode=places["local"].code)
        assert said_to(response) == ["The learner's small area is noted; the postcode is not kept."]
        learner = GiftLearner.unscoped.get()
        assert (learner.local, learner.core20) == ("yes", "no")
        assert places["local"].code not in str(GiftLearner.unscoped.values().get())
        assert "Learners' places noted Not all yet" in page_of(icb, accepted.get_absolute_url())
        post(icb, f"{accepted.get_absolute_url()}places/", postcode="")
        assert "Learners' places noted All" in page_of(icb, accepted.get_absolute_url())

    def test_no_more_than_there_are_learners(self, icb, accepted, places):
        for _ in range(2):
            post(icb, f"{accepted.get_absolute_url()}places/", postcode="")
        response = post(icb, f"{accepted.get_absolute_url()}places/", postcode="")
        assert response.context["place_form"].non_field_errors() == [
            "The places of all learners of this gift are noted."
        ]
        assert GiftLearner.unscoped.count() == 2

    def test_the_giver_neither_notes_nor_sees_a_form(self, hr, accepted):
        assert post(hr, f"{accepted.get_absolute_url()}places/", postcode="").status_code == 404
        assert client_of(hr).get(accepted.get_absolute_url()).context["place_form"] is None


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.PROVIDER, Role.SYSTEM_ADMIN])
def test_other_roles_find_no_such_pages(accepted, role):
    trust = accepted.account.trust if role == Role.RECRUITER else OrganisationFactory()
    client = client_of(acting_as(role, trust))
    for path in ("/levy/gifts/", accepted.get_absolute_url(), accepted.offer.get_absolute_url()):
        assert client.get(path).status_code == 404


def test_two_trusts_gifts_do_not_mix(icb, hr, accepted):
    other = GiftFactory(offer=OfferFactory(account=AccountFactory()), state="approved", approved_on=TODAY)
    assert other.reference in page_of(icb, "/levy/gifts/")
    assert other.reference not in page_of(hr, "/levy/gifts/")

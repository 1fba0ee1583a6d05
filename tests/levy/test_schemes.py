"""A PAYE scheme in the wrong trust's account: what goes with it, what stays, who may, and the figures of both trusts."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from audit.acting import Role
from audit.models import Event, Thread
from audit.mover import Refused
from levy.models import Account, GiftPayment, Intake, MonthSum, PayeScheme, Transaction
from levy.services.accounts import add_scheme
from levy.services.position import position_of
from levy.services.schemes import counts_of, lines_of, move_scheme
from organisations.models import Organisation, User
from tests.factories.levy import AccountFactory, GiftFactory, IntakeFactory, OfferFactory, put_in, sample, take_in
from tests.factories.organisations import OrganisationFactory, acting_as

pytestmark = pytest.mark.django_db
FILE = sample("hand_worked_v2.csv")
HEAD, *LINES = FILE.decode().splitlines()


@pytest.fixture
def icb(policies):
    return acting_as(Role.ICB_ANALYST)


@pytest.fixture
def wrong(hr):
    """The account of a trust that took another's file in first: two schemes, 22 lines."""
    take_in("levy.transactions", FILE, by=hr, name="esfaTransactions.csv")
    return Account.unscoped.select_related("trust").get(trust=hr.organisation_id)


@pytest.fixture
def right(other_hr):
    """The trust whose file it was."""
    return Organisation.objects.get(pk=other_hr.organisation_id)


def schemes(account):
    return list(PayeScheme.unscoped.filter(account=account).order_by("reference"))


def move(scheme, to, by, reason="Took in the wrong file"):
    return move_scheme(scheme=scheme, to=to, reason=reason, by=by)


def balance(account):
    position = position_of(account)
    return position.balance if position else None


def levy_line(paye, day="23/08/2026", pounds="1000.00000"):
    line = next(line for line in LINES if ",Levy,Levy," in line).split(",")
    line[0], line[3], line[5], line[6], line[7], line[-2] = day, paye, pounds, "100.00000", "0.00000", pounds
    return ",".join(line)


PAYMENT = next(line for line in LINES if line.startswith("08/07/2026"))


def file_of(*lines):
    return "\r\n".join([HEAD, *lines])


class TestWhatGoesWithIt:
    def test_a_whole_file_goes_when_its_schemes_have_gone(self, wrong, right, icb):
        """Two schemes in one file: with the first only its levy goes, with the last every payment too."""
        first, second = schemes(wrong)
        levy_of_first = Transaction.unscoped.filter(paye=first.reference).count()
        assert move(first, right, icb).lines == levy_of_first
        assert move(second, right, icb).lines == 22 - levy_of_first
        assert Transaction.unscoped.filter(account=wrong).count() == 0
        assert balance(Account.unscoped.get(trust=right)) == 3301
        assert balance(wrong) is None

    def test_payments_stay_with_a_file_that_knows_another_scheme(self, wrong, right, icb):
        first, _second = schemes(wrong)
        payments = Transaction.unscoped.filter(account=wrong, paye="").count()
        move(first, right, icb)
        assert Transaction.unscoped.filter(account=wrong, paye="").count() == payments

    def test_another_file_of_the_account_is_left_alone(self, hr, right, icb):
        take_in("levy.transactions", file_of(levy_line("120/AA1"), PAYMENT), by=hr)
        add_scheme(reference="999/ZZ9", by=hr)
        other = PAYMENT.replace("08/07/2026", "08/09/2026")
        take_in("levy.transactions", file_of(levy_line("999/ZZ9", "23/09/2026"), other), by=hr)
        moved = move(PayeScheme.unscoped.get(reference="999/ZZ9"), right, icb)
        account = Account.unscoped.get(trust=hr.organisation_id)
        assert moved.lines == 2
        days = Transaction.unscoped.filter(account=account).order_by("day").values_list("day", flat=True)
        assert list(days) == [date(2026, 7, 8), date(2026, 8, 23)]

    def test_a_scheme_typed_by_mistake_moves_with_nothing(self, hr, right, icb):
        scheme = add_scheme(reference="999/ZZ9", by=hr)
        assert (move(scheme, right, icb).lines, PayeScheme.unscoped.get().account.trust) == (0, right)

    def test_a_file_of_payments_alone_stays(self, hr, right, icb):
        take_in("levy.transactions", file_of(levy_line("120/AA1")), by=hr)
        take_in("levy.transactions", file_of(PAYMENT), by=hr)
        assert move(PayeScheme.unscoped.get(), right, icb).lines == 1
        assert Transaction.unscoped.get(account__trust=hr.organisation_id).paye == ""

    def test_what_the_page_counts_is_what_goes(self, wrong, right, icb):
        for scheme in schemes(wrong):
            counted = lines_of(scheme).count()
            assert move(scheme, right, icb).lines == counted


class TestFigures:
    def test_the_sums_of_both_are_made_anew(self, wrong, right, icb):
        before = sum(MonthSum.unscoped.values_list("amount", flat=True))
        move(schemes(wrong)[0], right, icb)
        for account in Account.unscoped.all():
            rows = sum(Transaction.unscoped.filter(account=account).values_list("amount", flat=True))
            assert sum(MonthSum.unscoped.filter(account=account).values_list("amount", flat=True)) == rows
        assert sum(MonthSum.unscoped.values_list("amount", flat=True)) == before

    def test_there_and_back_again_is_the_same(self, wrong, right, icb):
        before = list(MonthSum.unscoped.values_list("month", "kind", "amount", "rows").order_by("month", "kind"))
        for scheme in schemes(wrong):
            move(scheme, right, icb)
        for scheme in PayeScheme.unscoped.all():
            move(scheme, wrong.trust, icb)
        after = MonthSum.unscoped.filter(account=wrong).values_list("month", "kind", "amount", "rows")
        assert list(after.order_by("month", "kind")) == before

    def test_lines_that_are_there_already_are_not_doubled(self, wrong, right, other_hr, icb):
        """The right trust had uploaded payments of the same download: they name no scheme, so nothing stopped it."""
        theirs = Account.unscoped.create(trust=right)
        held = Transaction.unscoped.filter(account=wrong, paye="").order_by("pk")[:3]
        intake = IntakeFactory(account=theirs)
        for row in held:
            row.pk, row.account, row.intake = None, theirs, intake
            row.save(force_insert=True)
        moved = [move(scheme, right, icb) for scheme in schemes(wrong)]
        assert [row.doubles for row in moved] == [0, 3]
        assert (Transaction.unscoped.count(), balance(theirs)) == (22, 3301)

    def test_afterwards_each_trust_can_take_its_own_file_in(self, wrong, right, hr, other_hr, icb):
        for scheme in schemes(wrong):
            move(scheme, right, icb)
        again = take_in("levy.transactions", FILE, by=other_hr)
        assert (again.state, again.counts["made"], again.counts["same"]) == ("done", 0, 22)
        refused = take_in("levy.transactions", FILE, by=hr)
        assert (refused.state, "another trust's account" in refused.message) == ("failed", True)

    def test_a_payment_of_a_gift_loses_its_line_and_is_told(self, hr, right, icb):
        account = AccountFactory(trust_id=hr.organisation_id)
        put_in(account, ("2026-08-23", "levy", 900), ("2026-10-08", "sent", -250))
        Transaction.unscoped.filter(kind="levy").update(paye="120/AA1")
        scheme = account.schemes.create(reference="120/AA1")
        gift = GiftFactory(offer=OfferFactory(account=account))
        line = Transaction.unscoped.get(kind="sent")
        paid = GiftPayment.unscoped.create(gift=gift, day=line.day, amount=Decimal(250), transaction=line)
        assert move(scheme, right, icb).loosened == 1
        paid.refresh_from_db()
        assert (paid.transaction, paid.amount) == (None, 250)


class TestWhoAndWhy:
    @pytest.mark.parametrize("role", [Role.ICB_ANALYST, Role.SYSTEM_ADMIN])
    def test_keepers_may(self, wrong, right, role):
        move(schemes(wrong)[0], right, acting_as(role))
        assert PayeScheme.unscoped.filter(account__trust=right).count() == 1

    @pytest.mark.parametrize("role", [Role.TRUST_HR, Role.ACADEMY, Role.RECRUITER, Role.AUDITOR, Role.PROVIDER])
    def test_others_may_not(self, wrong, right, role):
        with pytest.raises(Refused, match="The ICB or a system administrator moves a PAYE scheme"):
            move(schemes(wrong)[0], right, acting_as(role))
        assert len(schemes(wrong)) == 2

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_a_reason_is_wanted(self, wrong, right, icb, reason):
        with pytest.raises(Refused, match="Say why the scheme is moved"):
            move(schemes(wrong)[0], right, icb, reason)

    def test_not_to_the_trust_that_has_it(self, wrong, icb):
        scheme = schemes(wrong)[0]
        with pytest.raises(Refused, match=f"{scheme.reference} is in the account of .* already"):
            move(scheme, wrong.trust, icb)

    @pytest.mark.parametrize("facts", [{"kind": "icb"}, {"kind": "vcse"}, {"closed": date(2024, 10, 31)}])
    def test_only_to_a_trust_that_is_open(self, wrong, icb, facts):
        with pytest.raises(Refused, match="Choose an NHS trust that is open"):
            move(schemes(wrong)[0], OrganisationFactory(**facts), icb)

    def test_two_at_once_move_it_once(self, wrong, right, icb):
        stale = schemes(wrong)[0]
        move(schemes(wrong)[0], right, icb)
        with pytest.raises(Refused, match="Look again"):
            move(stale, OrganisationFactory(), icb)

    def test_the_event_stands_with_both_accounts(self, wrong, right, icb):
        moved = move(schemes(wrong)[0], right, icb, "Wrong file in May")
        event = Event.objects.get(verb="move", kind="levy.PayeScheme")
        assert (event.role, event.facts["target"], event.facts["lines"]) == (
            "icb_analyst",
            right.short_name,
            moved.lines,
        )
        threads = Thread.objects.filter(event=event, kind="levy.Account").values_list("subject_id", flat=True)
        assert set(threads) == set(Account.unscoped.values_list("pk", flat=True))

    def test_both_trusts_find_it_among_their_files(self, wrong, right, icb):
        moved = move(schemes(wrong)[0], right, icb)
        arrived = Intake.unscoped.get(account__trust=right)
        assert (arrived.name, arrived.new, arrived.same) == (f"Moved from {wrong.trust.short_name}", moved.lines, 0)
        left = Intake.unscoped.filter(account=wrong).first()
        assert left.remarks == [f"{moved.lines} lines of PAYE scheme {moved.scheme.reference} went to {right.name}."]


class TestPages:
    def client(self, acting):
        client = Client()
        client.force_login(User.objects.get(pk=acting.user_id))
        return client

    def test_the_list_names_trust_and_lines(self, wrong, icb):
        text = self.client(icb).get(reverse("levy:schemes")).content.decode()
        assert counts_of(schemes(wrong)) == {
            row.reference: Transaction.unscoped.filter(paye=row.reference).count() for row in schemes(wrong)
        }
        assert all(row.reference in text for row in schemes(wrong))

    @pytest.mark.parametrize("many", [1, 3])
    def test_the_list_asks_as_often_for_many(self, account, icb, django_assert_num_queries, many):
        for number in range(many):
            account.schemes.create(reference=f"120/A{number}")
        client = self.client(icb)
        client.get(reverse("levy:schemes"))
        with django_assert_num_queries(5):
            client.get(reverse("levy:schemes"))

    def test_moving_says_what_went(self, wrong, right, icb):
        scheme = schemes(wrong)[0]
        address = reverse("levy:move_scheme", args=[scheme.pk])
        response = self.client(icb).post(address, {"to": right.pk, "reason": "Wrong file"}, follow=True)
        assert f"{scheme.reference} belongs to {right.name} now;" in response.content.decode()

    def test_the_form_offers_open_trusts_but_the_holder(self, wrong, right, icb):
        closed, vcse = OrganisationFactory(closed=date(2024, 1, 1)), OrganisationFactory(kind="vcse")
        page = self.client(icb).get(reverse("levy:move_scheme", args=[schemes(wrong)[0].pk]))
        offered = set(page.context["form"].fields["to"].queryset)
        assert right in offered
        assert {wrong.trust, closed, vcse} & offered == set()

    def test_nothing_typed_is_lost_without_a_reason(self, wrong, right, icb):
        scheme = schemes(wrong)[0]
        page = self.client(icb).post(reverse("levy:move_scheme", args=[scheme.pk]), {"to": right.pk, "reason": ""})
        assert (page.status_code, page.context["form"]["to"].value()) == (200, str(right.pk))
        assert PayeScheme.unscoped.get(pk=scheme.pk).account == wrong

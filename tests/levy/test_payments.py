"""Payments of gifts: typed and in the download they count once, to the penny; only genuine ones stay two."""

from datetime import date
from decimal import Decimal

import pytest

from audit.acting import Role
from audit.models import Event
from audit.mover import Refused
from levy.models import GiftPayment
from levy.services import gifts
from levy.services.intakes import take_back
from levy.services.payments import join_doubles, take_out
from organisations.models import Organisation
from tests.factories.levy import GiftFactory, GiftPaymentFactory, OfferFactory, PlanFactory, sample, take_in
from tests.factories.organisations import acting_as
from tests.levy.asking import client_of, events_of, page_of, said_to, told_of

pytestmark = pytest.mark.django_db

HEAD, *LINES = sample("hand_worked_v2.csv").decode().splitlines()
THIRDS = Decimal("933.33333")
TYPED = Decimal("933.33")
DAY = date(2026, 10, 22)


@pytest.fixture
def gift(account):
    plan = PlanFactory()
    plan.organisation.name = "Grand Union Futures"
    plan.organisation.save()
    begun = date(2026, 9, 1)
    offer = OfferFactory(account=account)
    return GiftFactory(offer=offer, plan=plan, state="accepted", accepted_on=begun, start=begun)


def sent(amount, day="22/10/2026"):
    return (
        f'{day},Transfer,Transfer sent to GRAND UNION FUTURES,,,0.00000,0.00000,0.00000,,"",,,,,,0.00000,'
        f"{amount},0.00000,0.00000,-{amount},"
    )


def download(hr, *lines):
    """Take in a download with these lines beside the levy of the trust."""
    take_in("levy.transactions", "\r\n".join([HEAD, *LINES[:3], *lines]), by=hr)


def typed(hr, gift, amount=TYPED, day=DAY, **more):
    return gifts.pay(gift=gift, day=day, amount=Decimal(amount), by=hr, **more)


def noted():
    """Every payment: its day, its amount, whether a line of the download shows it."""
    rows = GiftPayment.unscoped.order_by("day", "amount", "pk")
    return [(row.day, row.amount, row.transaction_id is not None) for row in rows]


class TestToThePenny:
    def test_pounds_as_the_page_shows_them_are_the_download_s_with_thirds_of_pence(self, hr, gift):
        """By hand: 933.33 typed and 933.33333 sent are one payment of 933.33333."""
        typed(hr, gift)
        download(hr, sent("933.33333"))
        assert noted() == [(DAY, THIRDS, True)]
        assert gifts.paid_of([gift]) == {gift.pk: THIRDS}
        assert "Paid £933.33" in page_of(hr, gift.get_absolute_url())

    @pytest.mark.parametrize(
        ("shown", "count"), [("933.32500", 1), ("933.33499", 1), ("933.32499", 2), ("933.33500", 2), ("933.34000", 2)]
    )
    def test_half_a_penny_is_rounded_up(self, hr, gift, shown, count):
        typed(hr, gift)
        download(hr, sent(shown))
        assert len(noted()) == count

    def test_two_of_one_day_that_differ_join_each_its_own_line(self, hr, gift):
        """By hand: 933.33 and 933.34 are two payments; 933.33333 and 933.34000 of the download are the same two."""
        typed(hr, gift)
        typed(hr, gift, "933.34")
        download(hr, sent("933.34000"), sent("933.33333"))
        assert noted() == [(DAY, THIRDS, True), (DAY, Decimal("933.34"), True)]

    def test_two_of_one_day_of_which_one_is_in_no_download_stay_two(self, hr, gift):
        typed(hr, gift)
        typed(hr, gift, "500")
        download(hr, sent("933.33333"))
        assert noted() == [(DAY, Decimal(500), False), (DAY, THIRDS, True)]

    def test_the_same_twice_of_one_day_are_two_lines(self, hr, gift):
        typed(hr, gift)
        typed(hr, gift, another=True)
        download(hr, sent("933.33333"), sent("933.33333"))
        assert noted() == [(DAY, THIRDS, True)] * 2

    def test_the_line_joins_what_was_typed_of_the_nearest_day(self, hr, gift):
        typed(hr, gift, day=date(2026, 9, 22))
        typed(hr, gift)
        download(hr, sent("933.33333"))
        assert noted() == [(date(2026, 9, 22), TYPED, False), (DAY, THIRDS, True)]

    def test_taken_back_it_has_the_pounds_that_were_typed(self, hr, gift):
        typed(hr, gift)
        download(hr, sent("933.33333"))
        found = take_back(intake=gift.account.intakes.get(), reason="Wrong", by=hr)
        assert (found.payments, found.loosened) == (0, 1)
        assert noted() == [(DAY, TYPED, False)]
        download(hr, sent("933.33333"))
        assert noted() == [(DAY, THIRDS, True)]

    def test_typed_after_the_download_it_is_asked_about(self, hr, gift):
        download(hr, sent("933.33333"))
        with pytest.raises(gifts.NotedAlready, match=r"^£933.33 of 22 October 2026 is noted already"):
            typed(hr, gift)
        typed(hr, gift, another=True)
        assert noted() == [(DAY, TYPED, False), (DAY, THIRDS, True)]


class TestDoubled:
    """As they stood before amounts were compared to the penny."""

    @pytest.fixture
    def doubled(self, hr, gift):
        """933.33 typed, then 933.33333 of the download noted beside it."""
        download(hr, sent("933.33333"))
        GiftPayment.unscoped.all().delete()
        GiftPaymentFactory(gift=gift, day=date(2026, 10, 20), amount=TYPED, typed=True)
        line = gift.account.transactions.get(kind="sent")
        GiftPaymentFactory(gift=gift, day=DAY, amount=THIRDS, transaction=line)
        return gift

    def test_the_next_file_joins_them_once_and_says_so(self, hr, doubled):
        assert gifts.paid_of([doubled])[doubled.pk] == Decimal("1866.66333")
        download(hr, sent("933.33333"))
        assert noted() == [(DAY, THIRDS, True)]
        assert GiftPayment.unscoped.get().typed is True
        assert events_of(doubled)[-1] == ("join", "", "")
        assert told_of(doubled, hr)[-1] == "A payment that was typed, and in the download too, counts once now"
        assert join_doubles(account=doubled.account, by=hr) == 0

    def test_not_what_was_typed_after_the_line_had_come(self, hr, gift):
        download(hr, sent("933.33333"))
        typed(hr, gift, day=date(2026, 10, 23))
        download(hr, sent("933.33333"))
        assert len(noted()) == 2

    def test_not_of_another_month(self, hr, doubled):
        GiftPayment.unscoped.filter(typed=True).update(day=date(2026, 9, 30))
        assert join_doubles(account=doubled.account, by=hr) == 0

    def test_not_of_another_gift(self, hr, doubled):
        other = GiftFactory(offer=doubled.offer, plan=PlanFactory(organisation=doubled.plan.organisation))
        GiftPayment.unscoped.filter(typed=True).update(gift=other)
        assert join_doubles(account=doubled.account, by=hr) == 0


class TestTakenOut:
    """What a person got wrong goes again; what a file shows goes with its file."""

    def out(self, hr, gift, reason="It was another gift's"):
        payment = GiftPayment.unscoped.filter(gift=gift).order_by("pk").last()
        return client_of(hr).post(f"{gift.get_absolute_url()}payments/{payment.pk}/take-out/", {"reason": reason})

    def test_the_only_payment_goes_and_the_gift_waits_for_the_start_again(self, hr, gift):
        typed(hr, gift)
        gift.refresh_from_db()
        assert gift.state == "used"
        response = self.out(hr, gift)
        assert (response.url, said_to(response)) == (gift.get_absolute_url(), ["The payment is taken out."])
        gift.refresh_from_db()
        assert (gift.state, gift.used_on, noted()) == ("accepted", None, [])
        assert events_of(gift)[-2:] == [("take_out", "", ""), ("unuse", "used", "accepted")]
        assert told_of(gift, hr)[-2] == "A payment of 22 October 2026 that was typed was taken out"
        assert Event.objects.get(verb="take_out").reason.text == "It was another gift's"

    def test_a_gift_with_another_payment_stays_in_use(self, hr, gift):
        typed(hr, gift)
        typed(hr, gift, 5)
        self.out(hr, gift)
        gift.refresh_from_db()
        assert (gift.state, noted()) == ("used", [(DAY, TYPED, False)])

    def test_a_gift_that_somebody_said_has_started_stays_in_use(self, hr, gift):
        gifts.step(gift=gift, verb="use", by=hr)
        typed(hr, gift)
        self.out(hr, gift)
        gift.refresh_from_db()
        assert gift.state == "used"

    def test_the_page_says_which_before_the_button(self, hr, gift):
        payment = typed(hr, gift)
        path = f"{gift.get_absolute_url()}payments/{payment.pk}/take-out/"
        assert path in client_of(hr).get(gift.get_absolute_url()).content.decode()
        words = page_of(hr, path)
        assert "£933.33 of 22 October 2026 to Grand Union Futures no longer counts as given." in words

    def test_not_without_a_reason(self, hr, gift):
        payment = typed(hr, gift)
        assert self.out(hr, gift, " ").context["form"].errors == {"reason": ["Say why the payment is taken out"]}
        with pytest.raises(Refused, match=r"^Say why the payment is taken out\.$"):
            take_out(payment=payment, reason=" ", by=hr)
        assert noted() == [(DAY, TYPED, False)]

    def test_not_what_a_download_shows(self, hr, gift):
        typed(hr, gift)
        download(hr, sent("933.33333"))
        assert self.out(hr, gift).status_code == 404
        assert "take it out" not in page_of(hr, gift.get_absolute_url())
        with pytest.raises(Refused, match=r"^The download shows this payment: it goes when that file is taken back\.$"):
            take_out(payment=GiftPayment.unscoped.get(), reason="Wrong", by=hr)
        assert noted() == [(DAY, THIRDS, True)]

    def test_not_twice(self, hr, gift):
        payment = typed(hr, gift)
        take_out(payment=payment, reason="Wrong", by=hr)
        with pytest.raises(Refused, match=r"^Somebody else has taken this payment out just now\.$"):
            take_out(payment=payment, reason="Wrong", by=hr)

    def test_only_by_the_trust_that_gives(self, hr, other_hr, gift):
        payment = typed(hr, gift)
        academy = acting_as(Role.ACADEMY)
        assert [self.out(by, gift).status_code for by in (other_hr, academy)] == [404, 404]
        for by in (other_hr, academy):
            with pytest.raises(Refused, match=r"^Only the HR lead of the giving trust decides this\.$"):
                take_out(payment=payment, reason="Wrong", by=by)
        assert noted() == [(DAY, TYPED, False)]

    def test_who_only_reads_payments_has_no_link(self, hr, gift):
        typed(hr, gift)
        gift.plan.kept_by = Organisation.objects.get(pk=acting_as(Role.ACADEMY).organisation_id)
        gift.plan.save()
        words = page_of(acting_as(Role.ACADEMY, gift.plan.kept_by), gift.get_absolute_url())
        assert "22 October 2026 Typed in £933.33" in words


class TestBeforeAFileIsTakenBack:
    def words(self, hr, gift):
        return page_of(hr, f"{gift.account.intakes.latest('pk').get_absolute_url()}take-back/")

    def test_the_page_says_which_payments_go_too(self, hr, gift):
        download(hr, sent("933.33333"), sent("5.00000", "08/10/2026"))
        words = self.words(hr, gift)
        before = words[: words.index("Why it is taken back")]
        assert (
            "Payments of gifts go too Important Nothing but this file shows them, so they no longer count as given."
            in before
        )
        to = f"Grand Union Futures {gift.reference}"
        assert f"£5.00 of 8 October 2026 for {to} £933.33 of 22 October 2026 for {to}" in before
        assert "typed" not in before

    def test_and_which_were_typed_and_stay(self, hr, gift):
        typed(hr, gift)
        download(hr, sent("933.33333"))
        words = self.words(hr, gift)
        assert "1 payment of gifts that somebody typed stands without a line then." in words
        assert "Payments of gifts go too" not in words

    def test_nothing_where_no_gift_is_paid_by_it(self, hr, gift):
        download(hr)
        assert "gifts" not in self.words(hr, gift).split("Take back Transactions")[1].split("Why it is taken back")[0]

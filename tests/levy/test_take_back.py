"""A file taken back: the account is as if it had never been read, and what would not be is refused with a sentence."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.acting import Role
from audit.models import Event
from audit.mover import Refused
from levy.models import Account, GiftPayment, Intake, MonthSum, PayeScheme, Transaction
from levy.services import gifts
from levy.services.intakes import TakenBack, take_back
from levy.services.position import position_of
from levy.services.schemes import move_scheme
from organisations.models import Organisation
from tests.factories.levy import GiftFactory, OfferFactory, PlanFactory, sample, take_in
from tests.factories.organisations import acting_as
from tests.levy.asking import client_of, events_of, page_of, said_to, words_of
from tests.reports.page_tables import read

pytestmark = pytest.mark.django_db

HEAD, *LINES = sample("hand_worked_v2.csv").decode().splitlines()


def file_of(lines):
    return "\r\n".join([HEAD, *lines]).encode()


def brought(hr, lines, kind="levy.transactions"):
    take_in(kind, file_of(lines), by=hr)
    return Intake.unscoped.order_by("-pk").first()


def held():
    """What the account is made of, without when and by which file."""
    rows = Transaction.unscoped.values_list("row_key", "day", "kind", "amount", "uln_hash", "paye")
    sums = MonthSum.unscoped.values_list("month", "kind", "amount", "own", "government", "rows", "last_day")
    return sorted(rows), sorted(sums), sorted(PayeScheme.unscoped.values_list("reference", flat=True))


def back(intake, by, reason="It was last year's"):
    return take_back(intake=intake, reason=reason, by=by)


def refused(intake, by, reason="It was last year's"):
    before = held()
    with pytest.raises(Refused) as told:
        back(intake, by, reason)
    assert held() == before
    return str(told.value)


class TestTakenBack:
    def test_the_only_file_leaves_nothing_and_the_right_trust_may_bring_it(self, hr, other_hr):
        intake = brought(hr, LINES)
        assert PayeScheme.unscoped.count() == 2
        found = back(intake, hr)
        assert found == TakenBack(22, 0, 0, 0, ("120/AB12345", "120/AB67890"))
        assert held() == ([], [], [])
        assert position_of(Account.unscoped.get()) is None
        assert brought(other_hr, LINES).new == 22

    def test_what_an_earlier_file_brought_stays_to_the_last_unit(self, hr):
        brought(hr, LINES[:14])
        before, balance = held(), position_of(Account.unscoped.get()).balance
        later = brought(hr, LINES[8:])
        assert (later.new, later.same, held() == before) == (8, 6, False)
        assert back(later, hr).lines == 8
        assert held() == before
        assert position_of(Account.unscoped.get()).balance == balance

    def test_and_uploaded_again_it_is_as_it_was(self, hr):
        brought(hr, LINES[:14])
        later = brought(hr, LINES[8:])
        whole = held()
        back(later, hr)
        assert brought(hr, LINES[8:]).new == 8
        assert held() == whole

    def test_who_and_why_stand_in_the_timeline(self, hr):
        intake = brought(hr, LINES)
        back(intake, hr, "  The file of another year ")
        assert events_of(intake) == [("take_in", "", ""), ("take_back", "", "")]
        assert Event.objects.get(verb="take_back").reason.text == "The file of another year"

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        first=st.sets(st.sampled_from(range(22)), min_size=1), second=st.sets(st.sampled_from(range(22)), min_size=1)
    )
    def test_whatever_the_two_files_share(self, hr, first, second):
        """The levy lines of both schemes are in each file, so that each is known for the trust's own."""
        for model in (GiftPayment, Transaction, Intake, MonthSum, PayeScheme):
            model.unscoped.all().delete()
        ours = {place for place, line in enumerate(LINES) if "120/" in line}
        brought(hr, [LINES[place] for place in sorted(first | ours)])
        before = held()
        back(brought(hr, [LINES[place] for place in sorted(second | ours)]), hr)
        assert held() == before


class TestGifts:
    @pytest.fixture
    def gift(self, hr, account):
        plan = PlanFactory()
        plan.organisation.name = "Example Community Kitchen CIC"
        plan.organisation.save()
        begun = date(2026, 9, 1)
        return GiftFactory(
            offer=OfferFactory(account=account), plan=plan, state="accepted", accepted_on=begun, start=begun
        )

    LINE = (
        '08/10/2026,Transfer,Transfer sent to EXAMPLE COMMUNITY KITCHEN CIC,,,0.00000,0.00000,0.00000,,"",,,,,,0.00000,'
        "200.00000,0.00000,0.00000,-200.00000,"
    )

    def test_a_payment_that_only_the_file_showed_goes(self, hr, gift):
        intake = brought(hr, [*LINES[:3], self.LINE])
        assert gifts.paid_of([gift]) == {gift.pk: 200}
        assert back(intake, hr).payments == 1
        assert gifts.paid_of([gift]) == {gift.pk: 0}

    def test_a_gift_that_only_it_showed_in_use_waits_for_the_start_again(self, hr, gift):
        intake = brought(hr, [*LINES[:3], self.LINE])
        gift.refresh_from_db()
        assert (gift.state, gift.used_on) == ("used", date(2026, 11, 23))
        response = client_of(hr).post(f"{intake.get_absolute_url()}take-back/", {"reason": "Wrong"})
        gift.refresh_from_db()
        assert (gift.state, gift.used_on) == ("accepted", None)
        assert events_of(gift)[-1] == ("unuse", "used", "accepted")
        assert said_to(response)[0].endswith(
            "1 gift that only they showed in use: accepted again, and waiting for the start."
        )
        brought(hr, [*LINES[:3], self.LINE])
        gift.refresh_from_db()
        assert gift.state == "used"

    def test_a_gift_that_somebody_said_has_started_stays_in_use(self, hr, gift):
        gifts.step(gift=gift, verb="use", by=hr)
        assert back(brought(hr, [*LINES[:3], self.LINE]), hr).returned == 0
        gift.refresh_from_db()
        assert gift.state == "used"

    def test_a_gift_with_another_payment_stays_in_use(self, hr, gift):
        gifts.pay(gift=gift, day=date(2026, 9, 10), amount=Decimal(50), by=hr)
        assert back(brought(hr, [*LINES[:3], self.LINE]), hr).returned == 0
        gift.refresh_from_db()
        assert gift.state == "used"

    def test_a_payment_that_somebody_typed_stays_without_its_line(self, hr, gift):
        gifts.pay(gift=gift, day=date(2026, 10, 10), amount=Decimal(200), by=hr)
        intake = brought(hr, [*LINES[:3], self.LINE])
        assert GiftPayment.unscoped.get().transaction_id is not None
        found = back(intake, hr)
        assert (found.payments, found.loosened) == (0, 1)
        assert (gifts.paid_of([gift]), GiftPayment.unscoped.get().transaction_id) == ({gift.pk: 200}, None)


class TestRefused:
    def test_while_a_later_file_has_its_lines(self, hr):
        first = brought(hr, LINES[:14])
        later = brought(hr, LINES[8:])
        assert refused(first, hr) == (
            f"{later.reference} was taken in later, and 6 of its lines were here already: some may be of this file. Take "
            "that one back first, then this one, and upload the right one again."
        )
        back(later, hr)
        back(first, hr)
        assert held() == ([], [], [])

    def test_the_page_of_the_file_says_why_not(self, hr):
        first = brought(hr, LINES[:14])
        later = brought(hr, LINES[8:])
        words = page_of(hr, first.get_absolute_url())
        assert f"It cannot be taken back now. {later.reference} was taken in later, and 6 of its lines" in words
        assert "take it back" not in words
        assert "take it back : its lines go" in page_of(hr, later.get_absolute_url())
        back(later, hr)
        assert "taken back now" not in page_of(hr, later.get_absolute_url())

    def test_a_file_that_brought_nothing_has_no_lines_to_have_again(self, hr):
        brought(hr, LINES[:3])
        words = page_of(hr, f"{brought(hr, LINES[:3]).get_absolute_url()}take-back/")
        assert "This file brought no line; it is only marked as taken back." in words
        assert "again" not in words.split("This file brought")[1].split("Why it is taken back")[0]

    def test_a_later_file_of_other_days_is_in_nobodys_way(self, hr):
        first = brought(hr, LINES[:3])
        brought(hr, LINES[-2:])
        assert back(first, hr).lines == 3

    def test_without_a_reason(self, hr):
        assert refused(brought(hr, LINES), hr, "  ") == "Say why the file is taken back."

    def test_twice(self, hr):
        intake = brought(hr, LINES)
        back(intake, hr)
        assert refused(intake, hr) == "This file has been taken back already."

    @pytest.mark.parametrize("role", [Role.TRUST_HR, Role.ICB_ANALYST, Role.AUDITOR, Role.RECRUITER, Role.SYSTEM_ADMIN])
    def test_by_anybody_else(self, hr, role):
        intake = brought(hr, LINES)
        assert refused(intake, acting_as(role)) == "Only the HR lead of the trust that took a file in takes it back."

    def test_a_list_or_a_roster(self, hr):
        take_in("levy.apprentices", sample("levy_apprenticeships.csv"), by=hr)
        assert refused(Intake.unscoped.get(), hr) == (
            "Only transactions are taken back. A list or a roster is put right by uploading the right one."
        )

    def test_lines_that_came_or_went_with_a_scheme(self, hr, other_hr):
        brought(hr, LINES)
        move_scheme(
            scheme=PayeScheme.unscoped.get(reference="120/AB67890"),
            to=Organisation.objects.get(pk=other_hr.organisation_id),
            reason="It is theirs",
            by=acting_as(Role.ICB_ANALYST),
        )
        for by in (hr, other_hr):
            note = Intake.unscoped.filter(account__trust_id=by.organisation_id).order_by("-pk").first()
            assert refused(note, by) == (
                "These lines came or went with a PAYE scheme. The ICB or a system administrator moves it back."
            )


class TestOnThePages:
    MONTHS = "Lines of this file by month"

    def test_what_it_brought_by_month_is_all_of_it(self, hr):
        intake = brought(hr, LINES)
        ((_headings, *rows),) = read(client_of(hr).get(intake.get_absolute_url()).content)[self.MONTHS]
        assert sum(int(lines) for _month, lines, _pounds in rows) == 22
        total = sum(Decimal(pounds.replace("£", "").replace(",", "")) for _month, _lines, pounds in rows)
        assert total == sum(row.amount for row in MonthSum.unscoped.all()).quantize(Decimal("0.01"))

    def test_from_the_page_of_the_file_and_back_to_it(self, hr):
        intake = brought(hr, LINES)
        path = f"{intake.get_absolute_url()}take-back/"
        assert f'href="{path}"' in client_of(hr).get(intake.get_absolute_url()).content.decode()
        assert "Say why the file is taken back" in words_of(client_of(hr).post(path, {"reason": ""}))
        response = client_of(hr).post(path, {"reason": "Of another trust"})
        assert said_to(response) == [
            "22 lines went with the file, and the figures are made anew. No line of 120/AB12345 and 120/AB67890 is left, "
            "so it is not known as yours any more."
        ]
        page = page_of(hr, intake.get_absolute_url())
        assert "Of another trust" in page
        assert path not in page
        assert "Taken back" in page_of(hr, "/levy/imports/")

    def test_what_stops_it_stands_in_place_of_the_form(self, hr):
        first = brought(hr, LINES[:14])
        later = brought(hr, LINES[8:])
        response = client_of(hr).get(f"{first.get_absolute_url()}take-back/")
        assert f"{later.reference} was taken in later" in words_of(response)
        assert 'name="reason"' not in response.content.decode()

    def test_no_more_queries_for_a_longer_file(self, hr, django_assert_num_queries):
        client = client_of(hr)
        client.get("/levy/imports/")
        for lines in (LINES[:2], LINES[2:]):
            intake = brought(hr, lines)
            with django_assert_num_queries(9):
                client.get(intake.get_absolute_url())

"""Small accounts from credit to loss, each worked by hand in its own words: ages, freezing, averting, tying out."""

from datetime import date
from decimal import Decimal

import pytest

from levy.models import Account, Transaction
from levy.services.accounts import declare_balance, open_with
from levy.services.benefit import benefit_of, latest_year
from levy.services.figures import averting, payments_using
from levy.services.outlook import by_month, outlook_of
from levy.services.position import position_of, tie_out
from levy.services.system import middle_share, trust_lines
from tests.factories.levy import AccountFactory, ApprenticeshipFactory, put_in

pytestmark = pytest.mark.django_db


def position(account, *movements):
    put_in(account, *movements)
    return position_of(account)


def losses(found):
    return [(f"{act.by:%Y-%m}", act.months_to_live, act.lose) for act in outlook_of(found).actions]


class TestAges:
    @pytest.mark.parametrize(
        ("entered", "life", "lost"),
        [
            ("2026-06-23", 24, "2028-06"),
            ("2026-07-31", 24, "2028-07"),
            ("2026-08-01", 12, "2027-08"),
            ("2026-11-01", 12, "2027-11"),
        ],
    )
    def test_the_month_of_entry_decides(self, account, entered, life, lost):
        assert losses(position(account, (entered, "levy", 1000))) == [(lost, life, 1000)]

    def test_the_last_day_of_the_expiry_month_still_saves_it(self, account):
        found = position(account, ("2024-10-23", "levy", 1000), ("2026-10-31", "monthly", -400))
        assert [(lot.used, lot.expired) for lot in found.ledger.lots] == [(400, 600)]

    def test_a_refund_after_the_expiry_revives_nothing(self, account):
        """100 were paid in October, 40 come back in November: they are taken off October's payment, and 940 are gone."""
        found = position(
            account, ("2024-10-23", "levy", 1000), ("2026-10-08", "monthly", -100), ("2026-11-08", "monthly", 40)
        )
        assert (found.ledger.lots[0].used, found.ledger.lots[0].expired) == (60, 940)
        assert found.balance == 0

    def test_what_the_download_says_has_expired_is_taken_as_it_is(self, account):
        found = position(
            account, ("2024-08-23", "levy", 1000), ("2026-08-28", "expired_24", -700), ("2026-09-23", "levy", 50)
        )
        (difference,) = found.ledger.differences
        assert (difference.imported, difference.computed) == (700, 1000)
        assert (found.ledger.lots[0].expired, found.ledger.lots[0].unexplained, found.balance) == (700, 300, 350)

    def test_a_month_that_the_download_passes_over_has_lost_nothing(self, account):
        """1,000 each of July, August and September 2024; 900 paid in June 2026, of which 300 come back in November 2026.

        When July 2026 ended 900 had been paid, so the government recorded 100 of July's as lost; in August nothing is
        recorded, in September 700. The refund is taken off June's payment, so by the rule 400 of July's and all of August's
        would be lost: both are listed. September's rule, given what was recorded, is 1,000. After September the rule
        speaks alone: 10 of October 2024 are lost in October 2026. 3,010 + 50 - 600 - 800 - 10 = 1,650.
        """
        found = position(
            account, ("2024-07-23", "levy", 1000), ("2024-08-23", "levy", 1000), ("2024-09-23", "levy", 1000),
            ("2024-10-23", "levy", 10), ("2026-06-08", "monthly", -900), ("2026-07-28", "expired_24", -100),
            ("2026-08-23", "levy", 50), ("2026-09-28", "expired_24", -700), ("2026-11-08", "monthly", 300),
        )  # fmt: skip
        assert [(lot.month.month, lot.used, lot.expired, lot.open, lot.unexplained) for lot in found.ledger.lots] == [
            (7, 600, 100, 0, 300),
            (8, 0, 0, 0, 1000),
            (9, 0, 700, 0, 300),
            (10, 0, 10, 0, 0),
            (8, 0, 0, 50, 0),
        ]
        assert [(row.month.month, row.imported, row.computed) for row in found.ledger.differences] == [
            (7, 100, 400),
            (8, 0, 1000),
            (9, 700, 1000),
        ]
        assert found.balance == 1650

    def test_an_expiry_of_money_that_no_file_holds_lowers_the_balance(self, account):
        found = position(account, ("2026-08-28", "expired_24", -700), ("2026-09-23", "levy", 1000))
        (unmatched,) = found.ledger.unmatched
        assert (unmatched.amount, found.balance) == (700, 300)


class TestToCome:
    def test_two_lives_in_one_month_are_told_apart(self, account):
        """Money of September 2025 and of September 2026 both end in September 2027."""
        found = position(account, ("2025-09-23", "levy", 300), ("2026-09-23", "levy", 200))
        assert by_month(outlook_of(found).actions) == {date(2027, 9, 1): {24: 300, 12: 200}}

    def test_a_paused_learner_saves_nothing_and_a_live_one_does(self, account):
        put_in(account, ("2026-11-23", "levy", 1000))
        facts = {"start": date(2026, 12, 1), "end": date(2027, 10, 1), "price": Decimal(1250)}
        row = ApprenticeshipFactory(account=account, status="paused", **facts)
        assert losses(position_of(account)) == [("2027-11", 12, 1000)]
        type(row).unscoped.update(status="live")
        assert losses(position_of(account)) == []

    @pytest.mark.parametrize(
        ("price", "starts"),
        [
            (Decimal(1000), 2),  # 80 a month from January: 800 by October 2027, and 1,100 are wanted
            (Decimal(2000), 1),  # 160 a month: 1,600
        ],
    )
    def test_how_many_starts_like_those_under_way(self, account, price, starts):
        """1,100 of October 2026 would be lost a year later. Those under way take ten months and wait until then, so that
        they save nothing themselves: what they cost is due after November 2027."""
        put_in(account, ("2026-10-23", "levy", 1100))
        ApprenticeshipFactory(
            account=account, start=date(2027, 11, 1), end=date(2028, 9, 1), price=price, status="waiting to start"
        )
        found = averting(outlook_of(position_of(account)))
        assert (found.by, found.lose, found.spend, found.start) == (date(2027, 10, 1), 1100, 1100, date(2026, 12, 1))
        assert (found.price, found.duration, found.starts) == (price, 10, starts)


class TestTrace:
    def test_which_payments_used_a_month_in_the_files_order(self, account):
        """300 of levy from June and 300 from July meet payments of 250, 100 and 50 in August."""
        put_in(
            account, ("2026-06-23", "levy", 300), ("2026-07-23", "levy", 300), ("2026-08-08", "monthly", -250),
            ("2026-08-09", "completion", -100), ("2026-08-10", "sent", -50),
        )  # fmt: skip
        found, august = position_of(account), date(2026, 8, 1)
        rows = list(Transaction.unscoped.filter(account=account, month=august, amount__lt=0))
        used = {
            month: [(line.row.kind, line.used) for line in payments_using(found, date(2026, month, 1), august, rows)]
            for month in (6, 7)
        }
        assert used == {6: [("monthly", 250), ("completion", 50)], 7: [("completion", 50), ("sent", 50)]}


class TestTie:
    def test_the_newest_balance_that_was_typed_is_tied(self, hr, account):
        put_in(account, ("2026-09-23", "levy", 100), ("2026-10-23", "levy", 100))
        for day, amount in ((date(2026, 9, 30), 1), (date(2026, 10, 31), 200)):
            declare_balance(day=day, amount=Decimal(amount), by=hr)
        tie = tie_out(position_of(account))
        assert (tie.day, tie.difference) == (date(2026, 10, 31), 0)

    def test_with_an_opening_balance(self, hr, account):
        put_in(account, ("2026-10-23", "levy", 100))
        open_with(month=date(2026, 10, 1), amount=Decimal("55.55"), by=hr)
        declare_balance(day=date(2026, 10, 22), amount=Decimal("55.55"), by=hr)
        assert tie_out(position_of(account)).difference == 0
        declare_balance(day=date(2026, 10, 23), amount=Decimal("155.55"), by=hr)
        assert tie_out(position_of(account)).difference == 0

    def test_beyond_the_files_nothing_is_tied(self, hr, account):
        put_in(account, ("2026-08-23", "levy", 100))
        declare_balance(day=date(2026, 11, 1), amount=Decimal(100), by=hr)
        assert tie_out(position_of(account)) is None


def lines_beside():
    """The line of every account, of the twelve months to October 2026."""
    accounts = list(Account.unscoped.select_related("trust"))
    first, last = latest_year()
    return trust_lines(accounts, benefit_of(accounts, first=first, last=last), first=first, last=last)


class TestBesideEachOther:
    def test_a_trust_into_which_nothing_came_has_no_share(self, policies):
        account = AccountFactory()
        put_in(account, ("2025-01-23", "levy", 100), ("2026-10-08", "monthly", -30))
        (line,) = lines_beside()
        assert (line.entered, line.used, line.share_used) == (0, 30, None)
        assert middle_share([line]) is None

    def test_an_account_without_files_has_no_line(self, policies):
        AccountFactory()
        assert lines_beside() == []

    @pytest.mark.parametrize(("shares", "middle"), [((10, 20, 40), 20), ((10, 20), 15), ((10,), 10)])
    def test_the_middle_trust(self, policies, shares, middle):
        for share in shares:
            put_in(AccountFactory(), ("2026-10-23", "levy", 100), ("2026-10-25", "monthly", -share))
        assert middle_share(lines_beside()) == middle

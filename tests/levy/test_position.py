"""Where an account stands, and what is to come: worked by hand. Today is Monday 23 November 2026."""

from datetime import date
from decimal import Decimal

import pytest

from audit.mover import Refused
from audit.tasks import Task
from levy.models import Account, MonthSum, PayeScheme
from levy.services.accounts import add_scheme, add_up, declare_balance, open_with
from levy.services.benefit import benefit_of, latest_year
from levy.services.outlook import outlook_of
from levy.services.position import position_of, tie_out
from levy.services.system import middle_share, trust_lines
from levy.todo import todo
from tests.factories.levy import (
    AccountFactory,
    ApprenticeshipFactory,
    GiftFactory,
    GiftPaymentFactory,
    OfferFactory,
    put_in,
)

pytestmark = pytest.mark.django_db


def position(account, *movements):
    put_in(account, *movements)
    return position_of(account)


def actions(account):
    return [
        (f"{act.by:%Y-%m}", act.months_to_live, act.lose, act.spend) for act in outlook_of(position_of(account)).actions
    ]


def test_nothing_before_the_first_file(account):
    assert position_of(account) is None


def test_balance_and_what_dies_this_month(account):
    """Levy of November 2024 dies on 30 November 2026: it is still in the account on the 23rd."""
    found = position(
        account, ("2024-11-23", "levy", 1000), ("2026-10-08", "monthly", -300), ("2026-11-23", "levy", 500)
    )
    assert (found.balance, found.ledger.balance) == (1200, 500)
    assert found.dying == {date(2024, 11, 1): 700}
    assert [(act.by, act.months_to_live, act.lose, act.spend) for act in found.urgent] == [
        (date(2026, 11, 1), 24, 700, 700)
    ]
    assert (found.months[-1].expired, found.months[-1].balance) == (0, 1200)
    assert (found.as_at, found.until, found.first) == (date(2026, 11, 23), date(2026, 11, 1), date(2026, 12, 1))


def test_a_month_that_is_over_has_let_its_money_go(account):
    """The same levy a month older is gone, for October has ended."""
    found = position(account, ("2024-10-23", "levy", 1000), ("2026-11-23", "levy", 500))
    assert (found.balance, found.dying) == (500, {})


def test_the_double_window_and_what_would_save_each(account):
    """12-month money of November 2026 needs the older 24-month money to be spent first: that saves both."""
    put_in(account, ("2026-07-23", "levy", 1000), ("2026-11-23", "levy", 400))
    assert actions(account)[:2] == [("2027-11", 12, 400, 1400), ("2028-07", 24, 1000, 1400)]


def test_what_is_planned_saves_money(account):
    """One apprenticeship of 5,000 over 10 months from December 2026: 400 a month, 1,000 at the end; 1,400 all used."""
    put_in(account, ("2026-07-23", "levy", 1000), ("2026-11-23", "levy", 400))
    ApprenticeshipFactory(account=account, start=date(2026, 12, 1), end=date(2027, 10, 1), price=Decimal(5000))
    assert actions(account) == []
    first = outlook_of(position_of(account)).forecast.months[:4]
    assert [(line.own_due, line.own_paid) for line in first] == [(0, 0), (400, 400), (400, 400), (400, 400)]


def test_levy_that_is_not_in_the_file_yet_is_expected(account):
    """The file ends on 8 November: the levy of the 23rd is added to what the forecast starts from, not to the balance."""
    put_in(account, ("2026-09-23", "levy", 100), ("2026-10-23", "levy", 100), ("2026-11-08", "monthly", -30))
    account.transactions.filter(kind="levy").update(paye="120/A1", declared=Decimal(100), english=Decimal(100))
    found = position_of(account)
    assert found.levy_to_come == {date(2026, 11, 1): 100}
    assert (found.balance, sum(found.stock.values())) == (170, 270)


class TestAllowance:
    def test_half_of_the_year_before(self, account):
        """Levy from 20 April 2025 to 19 April 2026 counts for the year that opened on 20 April 2026."""
        put_in(
            account,
            ("2025-04-19", "levy", 7000),
            ("2025-04-20", "levy", 1000),
            ("2026-04-19", "levy", 500),
            ("2026-04-23", "levy", 90),
            ("2026-10-08", "sent", -200),
        )
        year = outlook_of(position_of(account)).this_year
        assert (year.year, year.levy, year.allowance, year.sent, year.remaining) == (2026, 1500, 750, 200, 550)


class TestOpening:
    def test_it_stands_for_history(self, hr, account):
        put_in(account, ("2026-09-23", "levy", 100))
        open_with(month=date(2026, 9, 1), amount=Decimal(350), by=hr)
        found = position_of(account)
        assert (found.balance, found.uncertain) == (450, True)
        assert sum(lot.amount for lot in found.ledger.lots if lot.assumed) == 350
        assert found.ranges()[0].least <= found.ranges()[0].estimated <= found.ranges()[0].most

    @pytest.mark.parametrize(
        ("month", "amount", "sentence"),
        [
            (date(2016, 1, 1), 5, "Choose a month between May 2017 and this month."),
            (date(2026, 12, 1), 5, "Choose a month between May 2017 and this month."),
            (date(2026, 1, 1), -1, "An opening balance is nought or more."),
        ],
    )
    def test_refused(self, hr, account, month, amount, sentence):
        with pytest.raises(Refused, match=sentence):
            open_with(month=month, amount=Decimal(amount), by=hr)

    def test_short_history_is_uncertain(self, account):
        assert position(account, ("2026-09-23", "levy", 100)).uncertain is True

    def test_long_history_is_not(self, account):
        assert position(account, ("2024-05-23", "levy", 100), ("2026-09-23", "levy", 100)).uncertain is False


class TestTieOut:
    MOVES = (("2026-09-23", "levy", 100), ("2026-10-08", "monthly", -30), ("2026-10-23", "levy", 100))

    @pytest.mark.parametrize(
        ("day", "typed", "ledger", "difference"),
        [
            (date(2026, 10, 31), 170, 170, 0),
            (date(2026, 10, 10), 75, 70, 5),
            (date(2026, 9, 30), "99.99", 100, "-0.01"),
            (date(2026, 9, 1), 0, 0, 0),
        ],
    )
    def test_on_a_day(self, hr, account, day, typed, ledger, difference):
        put_in(account, *self.MOVES)
        declare_balance(day=day, amount=Decimal(typed), by=hr)
        tie = tie_out(position_of(account))
        assert (tie.typed, tie.ledger, tie.difference) == (Decimal(typed), ledger, Decimal(difference))

    def test_none_where_it_cannot_be_tied(self, hr, account):
        put_in(account, *self.MOVES)
        assert tie_out(position_of(account)) is None
        declare_balance(day=date(2020, 1, 1), amount=Decimal(3), by=hr)
        assert tie_out(position_of(account)) is None

    def test_not_in_the_future(self, hr, account):
        with pytest.raises(Refused, match="The day of a balance is today or earlier"):
            declare_balance(day=date(2026, 11, 24), amount=Decimal(1), by=hr)


def test_a_paye_scheme_is_one_trusts(hr, other_hr, account):
    assert add_scheme(reference="120/A1", by=hr) == add_scheme(reference="120/A1", by=hr)
    with pytest.raises(Refused, match="PAYE scheme 120/A1 belongs to another account"):
        add_scheme(reference="120/A1", by=other_hr)
    assert PayeScheme.unscoped.count() == 1


def test_sums_are_made_anew(account):
    put_in(account, ("2026-09-23", "levy", "100.00001"), ("2026-09-24", "levy", "0.00002"))
    add_up(account)
    line = MonthSum.unscoped.get()
    assert (line.amount, line.rows, line.last_day) == (Decimal("100.00003"), 2, date(2026, 9, 24))


def test_trusts_beside_each_other(account, django_assert_num_queries):
    other = AccountFactory()
    put_in(account, ("2025-12-23", "levy", 1000), ("2026-10-08", "monthly", -250), ("2026-11-08", "monthly", -1))
    put_in(other, ("2026-08-23", "levy", 800), ("2026-09-08", "sent", -80), ("2026-10-08", "monthly", -320))
    GiftPaymentFactory(gift=GiftFactory(offer=OfferFactory(account=other)), day=date(2026, 9, 8), amount=Decimal(80))
    accounts = list(Account.unscoped.select_related("trust"))
    first, last = latest_year()
    found = benefit_of(accounts, first=first, last=last)
    with django_assert_num_queries(6):
        lines = {line.account.pk: line for line in trust_lines(accounts, found, first=first, last=last)}
    assert (first, last) == (date(2025, 11, 1), date(2026, 10, 1))
    assert (lines[account.pk].used, lines[account.pk].share_used, lines[account.pk].given) == (250, 25, 0)
    assert (lines[other.pk].used, lines[other.pk].share_used, lines[other.pk].given) == (320, 40, 80)
    assert lines[other.pk].will_be_lost == 400
    assert middle_share(list(lines.values())) == Decimal("32.5")


def test_today_says_what_to_spend_by_when(hr, account):
    put_in(account, ("2024-12-23", "levy", 1000), ("2026-11-08", "monthly", -300))
    assert todo(hr) == [
        Task(
            "Spend or give £700 of levy by December 2026",
            "/levy/",
            due=date(2026, 12, 31),
            detail="or lose £700",
            room="levy",
        )
    ]


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ("2024-11-23", [("Spend or give £500 of levy by November 2026", date(2026, 11, 30), "or lose £500")]),
        ("2025-10-23", [("Spend or give £500 of levy by October 2027", date(2027, 10, 31), "or lose £500")]),
        ("2025-11-23", []),
    ],
)
def test_today_looks_twelve_months_ahead(hr, account, entered, said):
    put_in(account, (entered, "levy", 600), ("2026-11-08", "monthly", -100))
    assert [(task.text, task.due, task.detail) for task in todo(hr)] == said


def test_today_asks_the_database_no_more_for_more(hr, account, django_assert_num_queries):
    for month in range(1, 11):
        put_in(account, (f"2026-{month:02}-23", "levy", 600), (f"2026-{month:02}-08", "monthly", -100))
        if month in (3, 10):
            with django_assert_num_queries(9):
                todo(hr)


def test_today_asks_for_a_newer_file(hr, account):
    put_in(account, ("2026-09-23", "levy", 1000))
    assert [(task.text, task.detail) for task in todo(hr)] == [
        ("Spend or give £1,000 of levy by September 2027", "or lose £1,000"),
        ("Take in the newest levy transactions", "The newest transaction is of 23 September 2026"),
    ]

"""The levy to come: over how many months it is averaged is chosen and shown, and the present month's is in the forecast."""

from datetime import date
from decimal import Decimal

import pytest

from audit.acting import Role
from audit.models import Event
from audit.mover import Refused
from levy import tables
from levy.models import Account
from levy.services.accounts import reckon_with
from levy.services.figures import averting
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.services.scenarios import compare, keep
from tests.factories.levy import IntakeFactory, TransactionFactory, add_up, put_in
from tests.factories.organisations import acting_as
from tests.levy.asking import client_of, page_of, said_to, told_of
from tests.reports.page_tables import read

pytestmark = pytest.mark.django_db


def declare(account, *months, paye="120/AB12345", english=80):
    """Levy lines of (payroll month, pounds declared), each arriving on the 23rd of the month after, without top-up."""
    intake = IntakeFactory(account=account)
    for (year, month), pounds in months:
        day = date(year + month // 12, month % 12 + 1, 23)
        amount = Decimal(pounds) * english / 100
        TransactionFactory(
            account=account, intake=intake, day=day, kind="levy", amount=amount, paye=paye,
            payroll_month=date(year, month, 1), declared=Decimal(pounds), english=Decimal(english),
        )  # fmt: skip
    add_up(account)


@pytest.fixture
def year(account):
    """Twelve payroll months to October 2026: nine of 900 and three of 1,200 pounds, four fifths of it in England."""
    months = [((2025 + (10 + at) // 12, (10 + at) % 12 + 1), 900 if at < 9 else 1200) for at in range(12)]
    declare(account, *months)
    return account


def expected(account):
    account = Account.unscoped.select_related("trust").get(pk=account.pk)
    (scheme,) = position_of(account).schemes
    return scheme.months_used, scheme.declared, scheme.monthly


class TestTheMean:
    def test_of_twelve_months_unless_chosen(self, year):
        assert expected(year) == (12, 975, 780)

    @pytest.mark.parametrize(("months", "declared", "monthly"), [(3, 1200, 960), (6, 1050, 840), (12, 975, 780)])
    def test_of_as_many_as_chosen(self, hr, year, months, declared, monthly):
        reckon_with(months=months, by=hr)
        assert expected(year) == (months, declared, monthly)
        found = outlook_of(position_of(Account.unscoped.select_related("trust").get()))
        assert {line.levy for line in found.forecast.months} == {monthly}

    @pytest.mark.parametrize("months", [2, 13])
    def test_of_no_fewer_and_no_more(self, hr, year, months):
        with pytest.raises(Refused) as told:
            reckon_with(months=months, by=hr)
        assert str(told.value) == "The levy to come is the mean of the last 3 to 12 months."

    @pytest.mark.parametrize("role", [Role.ICB_ANALYST, Role.AUDITOR, Role.RECRUITER])
    def test_by_its_hr_lead_alone(self, year, role):
        with pytest.raises(Refused, match="Only the HR lead of a trust keeps its levy account"):
            reckon_with(months=3, by=acting_as(role))

    def test_it_is_chosen_on_a_page_and_shown_on_two(self, hr, year):
        response = client_of(hr).post("/levy/imports/levy-to-come/", {"months": "3"})
        assert said_to(response) == ["The levy to come is worked out anew."]
        assert told_of(year, hr) == ["The levy to come is the mean of the last 3 months"]
        assert Event.objects.filter(verb="reckon").count() == 1
        ((_headings, *rows),) = read(client_of(hr).get("/levy/").content)["Levy expected of each PAYE scheme"]
        assert rows == [["120/AB12345", "3 months", "£1,200.00", "80%", "£960.00"]]
        assert "The mean of the last 3 months of each PAYE scheme" in page_of(hr, "/levy/imports/")
        assert '<option value="3" selected>' in client_of(hr).get("/levy/imports/levy-to-come/").content.decode()

    def test_another_trusts_choice_is_its_own(self, other_hr, year):
        reckon_with(months=3, by=other_hr)
        assert expected(year) == (12, 975, 780)


class TestAnotherPayBill:
    """August, September and October of 1,000, four fifths in England: 800 a month from September on, nothing spent.

    What enters up to November 2029 dies by November 2030, the end of the forecast: 39 months, 31,200. From January's pay on
    another pay bill: it enters in February 2027, so September to January stay five of 800, and 34 months change.
    """

    @pytest.mark.parametrize(
        ("change", "said", "enters", "lost"),
        [("-50", "50% less", 400, 4000 + 34 * 400), ("10", "10% more", 880, 4000 + 34 * 880)],
    )
    def test_from_january_on_changes_the_levy_that_enters_in_february(self, hr, account, change, said, enters, lost):
        declare(account, ((2026, 8), 1000), ((2026, 9), 1000), ((2026, 10), 1000))
        facts = {"name": "Pay", "pay_month": date(2027, 1, 1), "pay_change": Decimal(change)}
        outlook = outlook_of(position_of(Account.unscoped.select_related("trust").get()))
        as_it_is, changed = compare(outlook, [keep(facts=facts, by=hr)])
        assert [line.levy for line in changed.forecast.months[:4]] == [800, 800, enters, enters]
        assert (as_it_is.lost, changed.lost) == (31_200, lost)
        assert changed.words == (
            f"Pay bill {said} from January 2027: the levy that enters in February 2027 is the first that changes",
        )


class TestThePresentMonth:
    """The files end on 8 November with a payment of 100; the levy of October's pay is due about the 23rd."""

    @pytest.fixture
    def early(self, account):
        declare(account, ((2026, 7), 1000), ((2026, 8), 1000), ((2026, 9), 1000))
        put_in(account, ("2026-11-08", "monthly", -100))
        return outlook_of(position_of(Account.unscoped.select_related("trust").get()))

    def test_it_has_a_row_of_the_forecast(self, early):
        headings, rows = tables.forecast(early)
        rows = [dict(zip(headings, row, strict=True)) for row in rows]
        assert [(row["Month"], row["Brought forward"], row["Levy"], row["Lost"], row["Balance"]) for row in rows[:2]] == [
            (date(2026, 11, 1), 2300, 800, 0, 3100), (date(2026, 12, 1), 3100, 800, 0, 3900),
        ]  # fmt: skip
        assert len(rows) == 49

    def test_each_row_begins_where_the_one_before_ended(self, early):
        headings, rows = tables.forecast(early)
        begin, end = headings.index("Brought forward"), headings.index("Balance")
        assert [row[end] for row in rows[:-1]] == [row[begin] for row in rows[1:]]

    def test_it_is_said_on_the_page(self, hr, early):
        assert "£800 of November 2026 is still expected, about the 23rd: the forecast begins with it." in page_of(
            hr, "/levy/"
        )

    def test_no_row_where_nothing_of_it_is_to_come(self, year):
        found = outlook_of(position_of(Account.unscoped.select_related("trust").get()))
        assert (found.position.until, found.position.levy_to_come) == (date(2026, 11, 1), {})
        _headings, rows = tables.forecast(found)
        assert (rows[0][0], len(rows)) == (date(2026, 12, 1), 48)

    def test_what_dies_at_its_end_has_one_too(self, account):
        put_in(account, ("2024-11-23", "levy", 500), ("2026-11-08", "monthly", -100))
        found = outlook_of(position_of(Account.unscoped.select_related("trust").get()))
        headings, rows = tables.forecast(found)
        first = dict(zip(headings, rows[0], strict=True))
        assert (first["Month"], first["Brought forward"], first["Lost"], first["Balance"]) == (
            date(2026, 11, 1), 400, 400, 0,
        )  # fmt: skip


def test_what_ten_starts_save_to_the_penny(hr, account):
    """100,000 of September 2025 is lost at the end of September 2027. Ten starts of 7,000 over 18 months from December
    2026 are paid nine instalments by then, January to September: 10 x 7,000 x 80 % x 9 / 18 = 28,000. Saving all of it
    takes 100,000 / 2,800 = 36 starts, more than a trust without apprentices begins."""
    put_in(account, ("2025-09-23", "levy", 100_000), ("2026-11-23", "levy", 400))
    found = averting(outlook_of(position_of(Account.unscoped.select_related("trust").get())))
    assert (found.by, found.lose, found.spend) == (date(2027, 9, 1), 100_000, 100_000)
    assert (found.price, found.duration, found.start) == (7000, 18, date(2026, 12, 1))
    assert (found.each, found.starts, found.possible) == (2800, 36, False)
    assert found.ten_save == 28_000
    words = page_of(hr, "/levy/")
    assert "is paid £2,800 by then, and ten would save £28,000 of what is lost by then." in words
    assert words.count("Spending or giving £100,000 more, in all from now to then, would save it") == 1
    assert words.count("The largest loss within a year is") == 1

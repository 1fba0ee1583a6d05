"""The second trust on the database: ledger, losses, forecast, allowance, scenarios and every file, as worked by hand."""

import io
from datetime import date
from decimal import Decimal

import pandas
import pytest
from pypdf import PdfReader

from audit.clock import now
from levy import paper, tables
from levy.models import Account, Scenario
from levy.services.figures import averting
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.services.scenarios import compare
from tests.factories.levy import GiftFactory, OfferFactory
from tests.levy import second_trust
from tests.levy.asking import client_of, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def position(account):
    second_trust.write_into(account)
    return position_of(Account.unscoped.select_related("trust").get(pk=account.pk))


@pytest.fixture
def outlook(position):
    return outlook_of(position)


def ym(month):
    return f"{month:%Y-%m}"


class TestLedger:
    def test_each_lot(self, position):
        assert [
            (ym(lot.month), lot.months_to_live, lot.credited, lot.amount, lot.used, lot.expired, lot.open)
            for lot in position.ledger.lots
        ] == [
            ("2024-10", 24, 1000, 1000, 1000, 0, 0),
            ("2024-11", 24, 600, 600, 100, 0, 500),
            ("2026-01", 24, 2400, 2000, 0, 0, 2000),
            ("2026-03", 24, -400, 0, 0, 0, 0),
            ("2026-07", 24, 1200, 1200, 0, 0, 1200),
            ("2026-09", 12, 900, 900, 0, 0, 900),
            ("2026-10", 12, 900, 900, 0, 0, 900),
        ]

    def test_each_use(self, position):
        assert [
            (ym(lot.month), ym(use.month), use.amount) for lot in position.ledger.lots for use in lot.uses
        ] == [
            ("2024-10", "2025-02", 250),
            ("2024-10", "2025-09", 250),
            ("2024-10", "2026-06", 450),
            ("2024-10", "2026-10", 50),
            ("2024-11", "2026-10", 100),
        ]  # fmt: skip

    def test_where_it_stands(self, position):
        assert (position.balance, position.as_at, position.until) == (5500, date(2026, 10, 23), date(2026, 10, 1))
        assert (position.own, position.government, position.transactions) == (175, 525, 16)
        assert position.sent == ((date(2026, 6, 8), Decimal(500)),)

    def test_months_with_refund_and_what_came_from_another_employer(self, position):
        lines = {ym(line.month): tuple(line)[1:] for line in position.months}
        assert {at: lines[at] for at in ("2025-09", "2025-12", "2026-06", "2026-08", "2026-09", "2026-10")} == {
            "2025-09": (1350, 0, 350, 0, 1000),
            "2025-12": (1000, 0, -100, 0, 1100),
            "2026-06": (3100, 0, 500, 0, 2600),
            "2026-08": (3800, 0, 0, 0, 3800),
            "2026-09": (3800, 900, -50, 0, 4750),
            "2026-10": (4750, 900, 150, 0, 5500),
        }

    def test_the_schemes_are_expected_apart(self, position):
        """ONE declared 500 + 500 - 400 + 2,400 + 1,200 within October 2025 - September 2026: 4,200 / 12 = 350. TWO has two
        months: 400."""
        assert [(scheme.paye, scheme.months_used, scheme.monthly) for scheme in position.schemes] == [
            (second_trust.ONE, 12, 350),
            (second_trust.TWO, 2, 400),
        ]


class TestToCome:
    def test_with_nothing_planned(self, outlook):
        """November's 500 of 2024 goes in a week. Then, from September 2027, month by month what entered a year before; to save
        it the 3,200 of older money must be used up first: 500 + 3,200 + 900 in all, and 900, 750 and 750 more in the months
        after. January's older money is used up by then."""
        found = [(ym(act.by), act.months_to_live, act.lose, act.spend) for act in outlook.actions[:6]]
        assert found == [
            ("2026-11", 24, 500, 500),
            ("2027-09", 12, 900, 4600),
            ("2027-10", 12, 900, 5500),
            ("2027-11", 12, 750, 6250),
            ("2027-12", 12, 750, 7000),
            ("2028-01", 24, 2000, 7000),
        ]

    def test_within_a_year_and_in_the_double_window(self, outlook):
        """December 2025 to July 2026's money would die to July 2028, each with the 750 of a year before."""
        assert outlook.lost_within(1) == 500
        assert outlook.lost_within(12) == 500 + 900 + 900
        assert outlook.window == (date(2027, 8, 1), date(2028, 7, 1))
        assert outlook.lost_in_window == 900 + 900 + 9 * 750 + 2000 + 1200

    def test_what_training_saves(self, account, position):
        """400 a month from January 2027: 3,200 of the 3,200 in 24-month money by August, so September's 900 less 400."""
        second_trust.train(account)
        found = outlook_of(position)
        lost = {ym(act.by): act.lose for act in found.actions if act.by <= date(2028, 1, 1)}
        assert lost == {"2026-11": 500, "2027-09": 500, "2027-10": 500, "2027-11": 350, "2027-12": 350}
        months = {ym(line.month): (line.own_due, line.own_paid) for line in found.forecast.months}
        assert (months["2026-12"], months["2027-01"], months["2028-01"]) == ((0, 0), (400, 400), (1200, 1200))

    def test_what_would_avert_the_worst_within_a_year(self, outlook):
        """900 in September or October 2027: the sooner. 4,600 in all, the 500 of November included, which no start saves. So
        4,100 from starts of 7,000 over 18 months in December 2026: nine instalments of 311.11 each, 2,800: two starts."""
        found = averting(outlook)
        assert (found.by, found.lose, found.spend, found.starts) == (date(2027, 9, 1), 900, 4600, 2)
        assert (found.price, found.duration, found.start) == (7000, 18, date(2026, 12, 1))


class TestAllowance:
    def test_by_transfer_year_with_its_tail(self, account, position):
        """Levy from 20 April 2025: 2,400 - 400 = 2,000, half of it 1,000; 500 sent on 8 June 2026. A gift of 2 x 3,000 over
        20 months from January 2027: 240 a month from February: three (April is paid before the 20th) in 2026, twelve in
        2027, five and 1,200 at the end in 2028."""
        offer = OfferFactory(account=account)
        GiftFactory(offer=offer, state="approved", learners=2, cost=Decimal(3000), duration=20)
        years = outlook_of(position).allowances
        assert [(row.year, row.sent, row.promised) for row in years] == [
            (2026, 500, 720), (2027, 0, 2880), (2028, 0, 2400), (2029, 0, 0), (2030, 0, 0),
        ]  # fmt: skip
        assert (years[0].levy, years[0].allowance, years[0].remaining, years[0].over) == (2000, 1000, 0, 220)

    def test_the_next_year_rests_on_what_is_expected(self, outlook):
        """1,200 + 900 + 900 since 20 April 2026, and 750 a month from November to March, and on 23 March: 5 x 750."""
        following = outlook.allowances[1]
        assert (following.year, following.levy, following.allowance) == (2027, 3000 + 5 * 750, 3375)

    def test_gifts_beyond_the_allowance_are_not_paid_in_the_forecast(self, account, position):
        offer = OfferFactory(account=account)
        GiftFactory(offer=offer, state="approved", learners=2, cost=Decimal(3000), duration=20)
        paid = {ym(line.month): (line.gifts_paid, line.gifts_unpaid) for line in outlook_of(position).forecast.months}
        assert [paid[at] for at in ("2027-02", "2027-03", "2027-04", "2027-05")] == [
            (240, 0), (240, 0), (20, 220), (240, 0),
        ]  # fmt: skip


class TestScenarios:
    def scenario(self, account, **facts):
        return Scenario.unscoped.create(account=account, name="What if", facts=facts, at=now())

    def what_if(self, account, position, **facts):
        return compare(outlook_of(position), [self.scenario(account, **facts)])[1]

    def test_a_gift_of_one_month_is_held_to_the_allowance(self, account, position):
        """March 2027 is of the transfer year 2026: 500 are left of 1,000."""
        found = self.what_if(account, position, gift_month="2027-03-01", gift_amount="2000")
        assert (found.given, found.words) == (
            500,
            (
                "£2,000 given in March 2027",
                "Cut to £500: the allowance from 20 April 2026 to 19 April 2027 leaves no more",
            ),
        )

    def test_a_larger_pay_bill_brings_more_levy(self, account, position):
        as_it_is = outlook_of(position).forecast
        found = self.what_if(account, position, pay_month="2027-04-01", pay_change="10").forecast
        more = {ym(a.month): b.levy - a.levy for a, b in zip(as_it_is.months, found.months, strict=True)}
        assert (more["2027-04"], more["2027-05"], more["2028-10"]) == (0, 75, 75)

    def test_those_who_leave_are_not_paid_for(self, account, position):
        """10% leave each month from November 2026 on: in January 2027 0.9 cubed are there, 291.60 of 400."""
        second_trust.train(account)
        found = self.what_if(account, position, leaving="10").forecast
        due = {ym(line.month): line.own_due for line in found.months}
        assert (due["2027-01"], due["2027-02"]) == (Decimal("291.6"), Decimal("262.44"))

    def test_those_who_do_not_complete_cost_no_last_payment(self, account, position):
        second_trust.train(account)
        due = {
            ym(line.month): line.own_due for line in self.what_if(account, position, completing="25").forecast.months
        }
        assert (due["2027-12"], due["2028-01"]) == (400, 300)

    def test_every_part_is_said(self, account, position):
        facts = {
            "starts_month": "2027-01-01", "starts_number": "2", "starts_price": "6000", "starts_duration": "12",
            "leaving": "1.5", "completing": "80", "pay_month": "2027-04-01", "pay_change": "-2",
        }  # fmt: skip
        assert self.what_if(account, position, **facts).words == (
            "2 more starts in January 2027 at £6,000 over 12 months",
            "Pay bill 2% less from April 2027: the levy that enters in May 2027 is the first that changes",
            "1.5% of learners leave each month",
            "80% complete",
        )


class TestFiles:
    """Page, CSV, workbook and board paper: one set of figures."""

    @pytest.fixture
    def client(self, hr, account, position):
        second_trust.train(account)
        return client_of(hr)

    def workbook(self, client):
        content = client.get("/levy/figures.xlsx").content
        return pandas.read_excel(io.BytesIO(content), sheet_name=None, engine="calamine", dtype=object)

    @pytest.mark.parametrize("what", tables.TABLES)
    def test_every_csv_is_its_sheet_and_both_are_the_table(self, client, position, what):
        headings, rows = tables.TABLES[what](outlook_of(position))
        wanted = [[plain(cell) for cell in row] for row in rows]
        body = b"".join(client.get(f"/levy/figures/{what}.csv").streaming_content)
        frame = pandas.read_csv(io.BytesIO(body), dtype=str, keep_default_na=False, encoding="utf-8-sig")
        sheet = self.workbook(client)[tables.SHEETS[what]]
        assert list(frame.columns) == list(sheet.columns) == list(headings)
        assert [[from_csv(cell) for cell in row] for row in frame.itertuples(index=False)] == wanted
        assert [[plain(cell) for cell in row] for row in sheet.itertuples(index=False)] == wanted

    def test_the_workbook_adds_up(self, client):
        found = self.workbook(client)
        months = found["Months"]
        assert all(
            (row["Brought forward"] + row["Entered"] - row["Spent or given"] - row["Lost"]) == row["Balance"]
            for _, row in months.iterrows()
        )
        assert months["Entered"].sum() - months["Spent or given"].sum() == months["Balance"].iloc[-1] == 5500
        assert found["Levy by month entered"]["Left"].sum() == 5500
        assert found["Uses"]["Pounds"].sum() == found["Levy by month entered"]["Used"].sum()

    def test_the_board_paper_says_what_the_page_says(self, hr, client):
        response = client.get("/levy/board-paper.pdf")
        reader = PdfReader(io.BytesIO(response.content))
        first, *detail = [" ".join(page.extract_text().split()) for page in reader.pages]
        words = page_of(hr, "/levy/")
        for said in (
            "Spend or give £500 more by 30 November 2026, or lose £500.",
            "£5,500",
            "£1,500",
        ):
            assert said in words
            assert said in first
        assert f"Page 1 of {len(reader.pages)}" in first
        assert (
            "By 30 September 2027: spend or give £1,000 more in all from now, or lose £500 (12-month money)." in first
        )
        everything = " ".join(detail)
        for amount in ("£5,500.00", "£4,750.00", "£2,600.00", "£1,350.00"):
            assert amount in everything
        assert reader.metadata.title.startswith("Apprenticeship levy: ")

    def test_the_paper_can_be_walked_by_its_bookmarks(self, client):
        reader = PdfReader(io.BytesIO(client.get("/levy/board-paper.pdf").content))
        titles = [entry.title for level in reader.outline for entry in (level if isinstance(level, list) else [level])]
        assert [title for title in titles if title in {"Apprenticeship levy", "The figures behind it"}] == [
            "Apprenticeship levy",
            "The figures behind it",
        ]
        for heading in ("Forecast", "How much may be given away", "The account, month by month"):
            assert heading in titles

    def test_the_headlines_of_the_paper(self, outlook):
        assert paper.headlines(outlook) == [
            ("£5,500", "in the account"),
            ("£2,300", "will be lost in 12 months"),
            ("£500", "can still be given this year"),
            ("£11,750", "will be lost Aug 2027 to Jul 2028"),
        ]

    @pytest.mark.parametrize("path", ["figures/months.csv", "figures.xlsx", "board-paper.pdf", "expiry/2024-10/"])
    def test_a_trust_without_files_has_nothing_to_take_away(self, other_hr, path):
        assert client_of(other_hr).get(f"/levy/{path}").status_code == 404

    @pytest.mark.parametrize("what", ["everything", "months.csv", ""])
    def test_there_are_no_other_tables(self, client, what):
        assert client.get(f"/levy/figures/{what}.csv").status_code == 404


def plain(cell):
    """A cell of a table or a sheet, whatever type it came back as."""
    if cell is None or (isinstance(cell, float) and pandas.isna(cell)):
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, (date, pandas.Timestamp)):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, str):
        return cell
    return f"{Decimal(str(cell)):.2f}"


def from_csv(text):
    """The same of a cell of CSV, which is text."""
    day = text.split("/")
    if len(day) == 3:
        return "-".join(reversed(day))
    return f"{Decimal(text):.2f}" if text and text.lstrip("-")[0].isdigit() else text

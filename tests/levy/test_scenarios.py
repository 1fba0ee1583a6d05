"""Scenarios side by side, worked by hand."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from audit.mover import Refused
from levy.charts import scenario_chart
from levy.forecast import Forecast, ForecastMonth
from levy.models import Scenario
from levy.months import shift
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.services.scenarios import MOST, compare, keep, remove
from nhsuk.charts import LOOKS
from tests.factories.levy import AccountFactory, GiftFactory, put_in
from tests.levy.asking import client_of
from tests.reports.page_tables import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlook(account):
    put_in(account, ("2026-07-23", "levy", 1000), ("2026-11-23", "levy", 400))
    return lambda: outlook_of(position_of(account))


def test_a_gift_and_new_starts(hr, account, outlook):
    """1,400 would be lost. A gift of 300 leaves 1,100; one start of 1,000 leaves 400: the allowance of next year bounds
    no gift here, for a half of 1,400 is 700."""
    gift = keep(facts={"name": "Gift", "gift_month": date(2027, 5, 1), "gift_amount": Decimal(300)}, by=hr)
    start = keep(
        facts={
            "name": "Start",
            "starts_month": date(2027, 1, 1),
            "starts_number": 1,
            "starts_price": Decimal(1000),
            "starts_duration": 10,
        },
        by=hr,
    )
    found = compare(outlook(), [gift, start])
    assert [(line.name, line.lost, line.given, line.paid) for line in found] == [
        ("As it is", 1400, 0, 0),
        ("Gift", 1100, 300, 0),
        ("Start", 400, 0, 1000),
    ]
    assert found[1].words == ("£300 given in May 2027",)
    assert found[2].words == ("1 more starts in January 2027 at £1,000 over 10 months",)


class TestCut:
    """Of 1,000 that entered in September 2025 half, 500, may be given before 20 April 2027."""

    @pytest.fixture
    def gift(self, hr, account):
        def make(amount, month, *movements):
            put_in(account, ("2025-09-23", "levy", 1000), ("2026-11-23", "levy", 100), *movements)
            facts = {"name": "Gift", "gift_month": month, "gift_amount": Decimal(amount)}
            (_, found) = compare(outlook_of(position_of(account)), [keep(facts=facts, by=hr)])
            return found.given, found.words[1:]

        return make

    def test_the_whole_allowance_is_not_cut(self, gift):
        assert gift(500, date(2026, 12, 1)) == (500, ())

    def test_to_the_allowance(self, gift):
        cut = ("Cut to £500: the allowance from 20 April 2026 to 19 April 2027 leaves no more",)
        assert gift(800, date(2026, 12, 1)) == (500, cut)

    def test_to_what_the_account_holds(self, gift):
        """900 of the 1,100 are spent, and 200 are left."""
        found = gift(400, date(2026, 12, 1), ("2026-10-08", "monthly", -900))
        assert found == (200, ("Cut to £200: the account then holds no more",))

    def test_a_month_that_is_over_is_not_counted(self, gift):
        found = gift(400, date(2026, 11, 1))
        assert found == (0, ("This gift is not counted: the forecast begins in December 2026",))

    def test_the_promised_gifts_whose_place_it_takes_are_named(self, gift, account):
        """A gift of 300, begun in December: 120 in January and in February, 60 in March. 400 in December leave 100 of the
        500, so 20 of January's, February's 120 and March's 60 cannot be given."""
        GiftFactory(account=account, state="approved", cost=300, learners=1, start=date(2026, 12, 1), duration=2)
        assert gift(400, date(2026, 12, 1)) == (500, ("£200 of what is promised to others could then not be given",))


def test_a_shortfall_costs_a_quarter_of_it(hr, account, outlook):
    """A start of 3,000 from January 2027: 1,400 from levy, 1,600 short; 25% of it is the trust's own (starts since Aug 2026)."""
    row = keep(
        facts={
            "name": "Dear",
            "starts_month": date(2027, 1, 1),
            "starts_number": 1,
            "starts_price": Decimal(3000),
            "starts_duration": 10,
        },
        by=hr,
    )
    dear = compare(outlook(), [row])[1]
    assert (dear.paid, dear.contribution, dear.runs_out) == (1400, 400, date(2027, 7, 1))


def test_the_same_name_again_replaces_it(hr, account):
    keep(facts={"name": "One", "leaving": Decimal(1)}, by=hr)
    keep(facts={"name": "One", "leaving": Decimal(2)}, by=hr)
    assert Scenario.unscoped.get().facts == {"leaving": "2"}


def test_six_at_most(hr, account):
    for number in range(6):
        keep(facts={"name": f"S{number}", "leaving": Decimal(1)}, by=hr)
    with pytest.raises(Refused, match="6 scenarios are kept. Remove one first."):
        keep(facts={"name": "S7", "leaving": Decimal(1)}, by=hr)


def test_only_ones_own_is_removed(hr, other_hr, account):
    row = keep(facts={"name": "One", "leaving": Decimal(1)}, by=hr)
    with pytest.raises(Refused, match="belongs to another trust"):
        remove(scenario=row, by=other_hr)
    remove(scenario=row, by=hr)
    assert Scenario.unscoped.count() == 0


class TestTakenAway:
    """1,400 of levy, as above: the page, its CSV, the sheet and the API have the same figures."""

    @pytest.fixture
    def client(self, hr, account, outlook):
        facts = {"gift_month": date(2027, 5, 1), "gift_amount": Decimal("300.5")}
        start = {
            "starts_month": date(2027, 1, 1),
            "starts_number": 1,
            "starts_price": Decimal(3000),
            "starts_duration": 10,
        }
        keep(facts={"name": "=A gift", "leaving": Decimal(1), **facts}, by=hr)
        keep(facts={"name": "Dear", **start}, by=hr)
        return client_of(hr)

    WORDS = (
        "What is planned and promised now",
        "£301 given in May 2027; 1% of learners leave each month",
        "1 more starts in January 2027 at £3,000 over 10 months",
    )

    def test_as_csv(self, client):
        body = b"".join(client.get("/levy/figures/scenarios.csv").streaming_content).decode("utf-8-sig")
        headings, *rows = csv.reader(io.StringIO(body))
        assert headings == [
            "Scenario", "What is different", "Would be lost", "Spent on own training", "Given", "The trust must add",
            "Levy runs out",
        ]  # fmt: skip
        assert rows == [
            ["As it is", self.WORDS[0], "1400.00", "0.00", "0.00", "0.00", ""],
            ["'=A gift", self.WORDS[1], "1099.50", "0.00", "300.50", "0.00", ""],
            ["Dear", self.WORDS[2], "0.00", "1400.00", "0.00", "400.00", "01/07/2027"],
        ]

    def test_as_a_sheet(self, client):
        book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/levy/figures.xlsx").content))
        _headings, *rows = book.get_sheet_by_name("Scenarios").to_python()
        assert rows == [
            ["As it is", self.WORDS[0], 1400, 0, 0, 0, ""],
            ["'=A gift", self.WORDS[1], 1099.5, 0, 300.5, 0, ""],
            ["Dear", self.WORDS[2], 0, 1400, 0, 400, date(2027, 7, 1)],
        ]

    def test_by_the_api(self, client, account):
        rows = client.get(f"/api/v1/levy/{account.trust.code}/").json()["scenarios"]
        assert [(row["name"], "; ".join(row["words"])) for row in rows] == list(
            zip(("As it is", "=A gift", "Dear"), self.WORDS, strict=True)
        )
        figures = ("lost", "paid", "given", "contribution", "runs_out")
        assert [[row[name] for name in figures] for row in rows] == [
            ["1400.00000", "0.00000", "0.00000", "0.00000", None],
            ["1099.50000", "0.00000", "300.50000", "0.00000", None],
            ["0.00000", "1400.00000", "0.00000", "400.00000", "2027-07-01"],
        ]

    def test_as_on_the_page_which_leads_to_the_csv(self, client):
        response = client.get("/levy/scenarios/")
        ((_headings, *rows),) = read(response.content)["Scenarios side by side, over 48 months"]
        assert [row[1:6] for row in rows] == [
            ["£1,400", "£0", "£0", "£0", "Not in 48 months"],
            ["£1,100", "£0", "£301", "£0", "Not in 48 months"],
            ["£0", "£1,400", "£0", "£400", "July 2027"],
        ]
        assert b'href="/levy/figures/scenarios.csv"' in response.content

    def test_another_trust_takes_only_its_own_away(self, client, other_hr):
        put_in(AccountFactory(trust_id=other_hr.organisation_id), ("2026-11-23", "levy", 5))
        body = b"".join(client_of(other_hr).get("/levy/figures/scenarios.csv").streaming_content).decode()
        assert [line.split(",")[0] for line in body.splitlines()[1:]] == ["As it is"]


class TestTheChart:
    """What is saved by each month, not what is left: a gift of levy that would be lost leaves the same balance behind."""

    def forecast_of(self, name, *lost):
        month = date(2026, 12, 1)
        rows = []
        for amount in lost:
            rows.append(ForecastMonth(month, *[Decimal()] * 9, {24: Decimal(amount)}, {}, Decimal(500)))
            month = shift(month, 1)
        return Forecast(name, tuple(rows))

    def test_each_line_is_what_was_saved_by_then(self):
        chart = scenario_chart(
            [self.forecast_of("As it is", 1, 2, 3, 0, 0, 4), self.forecast_of("Gift", 0, 0, 3, 0, 0, 1)]
        )
        assert [(series.name, series.values) for series in chart.series] == [("Gift", (3, 6))]
        assert chart.categories == ("Feb 27", "May 27")
        assert chart.title == "Levy saved by then, beside “As it is”"
        assert chart.finding == "Most is saved under “Gift”: £6 of £10 in 6 months."

    def test_scenarios_that_save_the_same_are_one_line_with_both_names(self):
        planned, first, second, third = (
            self.forecast_of(name, *lost)
            for name, lost in (("As it is", (1, 2, 3)), ("A", (1, 0, 0)), ("B", (1, 0, 0)), ("C", (0, 0, 3)))
        )
        chart = scenario_chart([planned, first, second, third])
        assert [(series.name, series.values) for series in chart.series] == [("A; B", (5,)), ("C", (3,))]

    def test_a_difference_between_two_shown_months_keeps_them_apart(self):
        chart = scenario_chart([self.forecast_of(name, *lost) for name, lost in (
            ("As it is", (3, 3, 3)), ("One", (3, 0, 0)), ("Two", (0, 0, 3)),
        )])  # fmt: skip
        assert [series.name for series in chart.series] == ["One", "Two"]

    def test_a_scenario_that_loses_more_is_below_nought(self):
        chart = scenario_chart([self.forecast_of("As it is", 1, 1, 1), self.forecast_of("Raise", 2, 2, 2)])
        assert chart.series[0].values == (-3,)
        assert chart.finding == "None saves anything: £3 is lost in 3 months all the same."

    def test_six_lines_are_told_apart_without_colour(self):
        """As many as are kept."""
        chart = scenario_chart([self.forecast_of(f"S{number}", 9 - number) for number in range(MOST + 1)])
        looks = [LOOKS[series.look] for series in chart.series]
        assert len({(look.dash, look.shape) for look in looks}) == len(looks) == MOST

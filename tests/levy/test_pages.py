"""The levy's pages and files as their readers get them."""

import csv
import html
import io
import subprocess
from datetime import date
from decimal import Decimal
from shutil import which

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook
from reportlab.pdfbase.pdfmetrics import stringWidth

from audit import clock
from audit.acting import Role
from levy import paper, tables
from levy.models import Account, Milestone, Scenario
from levy.months import end_of
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from organisations.models import Organisation, User
from tests.factories.levy import (
    AccountFactory,
    ApprenticeshipFactory,
    GiftFactory,
    OfferFactory,
    PlanFactory,
    put_in,
    sample,
    take_in,
)
from tests.factories.organisations import acting_as
from tests.reports.page_tables import read

pytestmark = pytest.mark.django_db


def client_of(acting):
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    return client


@pytest.fixture
def taken(hr):
    """The hand-worked trust's file, taken in."""
    take_in("levy.transactions", sample("hand_worked_v2.csv"), by=hr, name="esfaTransactions.csv")
    return position_of(hr_account(hr))


def hr_account(hr):
    return Account.unscoped.select_related("trust").get(trust=hr.organisation_id)


def page(acting, path, **data):
    response = client_of(acting).get(path, data)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


class TestOverview:
    def test_before_the_first_file_it_says_what_to_do(self, hr):
        assert "Take in the transactions file" in page(hr, "/levy/")

    def test_the_call_to_action(self, hr, taken):
        """909 of July 2026 die in July 2028; 1,047 of August 2026 in August 2027, after the 909: 1,956 to be spent."""
        found = page(hr, "/levy/")
        assert "Spend or give £1,956 more by 31 August 2027, or lose £1,047." in found
        assert "It takes more than would be lost" in found
        assert "£3,301" in found

    def test_differences_are_listed(self, hr, taken):
        assert "Where the download and the rule differ" in page(hr, "/levy/")

    def test_nothing_to_lose_is_said(self, hr, account):
        put_in(account, ("2026-11-23", "levy", 100), ("2026-11-24", "monthly", -100))
        assert "Nothing will be lost in the coming 48 months" in page(hr, "/levy/")


def test_every_pound_and_who_used_it(hr, taken):
    found = page(hr, "/levy/expiry/")
    assert "July 2026" in found
    lot = page(hr, "/levy/expiry/2026-07/", paid="2026-10")
    assert "£570.50" in lot
    assert "EXAMPLE COMMUNITY KITCHEN CIC" in lot
    assert "£170.50" in lot
    assert client_of(hr).get("/levy/expiry/1999-01/").status_code == 404


def test_a_gift_that_gains_nothing_is_said(hr):
    plan = PlanFactory(learners=2, learners_to_24=2)
    assert "already fully funded, so a transfer gains nothing" in page(hr, plan.get_absolute_url())
    assert "All fully funded already: a transfer gains nothing" in page(hr, "/levy/plans/")


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({}, {"Care", "Digital"}),
        ({"borough": "E09000005"}, {"Care"}),
        ({"level": "4"}, {"Digital"}),
        ({"core20": "on"}, {"Digital"}),
        ({"ready": "on"}, {"Care"}),
        ({"text": "digi"}, {"Digital"}),
        ({"unmatched": "on"}, {"Digital"}),
    ],
)
def test_plans_are_filtered(hr, account, places, filters, shown):
    care = PlanFactory(standard="Care")
    PlanFactory(standard="Digital", level=4, boroughs=["E09000033"], core20_learners=1, provider="")
    GiftFactory(offer=OfferFactory(account=account), plan=care)
    found = page(hr, "/levy/plans/", **filters)
    assert {name for name in ("Care", "Digital") if f">{name}</a>" in found} == shown


class TestQueries:
    """The same number of queries with one row and with three."""

    def count(self, acting, path):
        client = client_of(acting)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    def make(self, account, rows):
        for number in range(rows):
            put_in(account, (f"2026-0{number + 7}-23", "levy", 1000))
            ApprenticeshipFactory(account=account)
            plan = PlanFactory()
            Milestone.unscoped.create(plan=plan, text="x", due=date(2026, 12, 1))
            GiftFactory(offer=OfferFactory(account=account), plan=plan, state="approved", approved_on=date(2026, 11, 9))
            held = Scenario.unscoped.filter(account=account).count()
            Scenario.unscoped.create(account=account, name=f"S{held}", facts={"leaving": "1"}, at=clock.now())

    @pytest.mark.parametrize(
        ("path", "least"),
        [
            ("/levy/", 8),
            ("/levy/expiry/", 5),
            ("/levy/scenarios/", 7),
            ("/levy/imports/", 10),
            ("/levy/plans/", 4),
            ("/levy/gifts/", 5),
            ("/levy/plans.csv", 3),
        ],
    )
    def test_of_a_trust(self, hr, account, path, least):
        self.make(account, 1)
        one = self.count(hr, path)
        self.make(account, 2)
        assert self.count(hr, path) == one
        assert one >= least

    def test_of_the_system(self, hr, account):
        icb = acting_as(Role.ICB_ANALYST)
        self.make(account, 1)
        one = self.count(icb, "/levy/trusts/")
        other = acting_as(Role.TRUST_HR)
        put_in(AccountFactory(trust=Organisation.objects.get(pk=other.organisation_id)), ("2026-10-23", "levy", 10))
        assert self.count(icb, "/levy/trusts/") == one


class TestFiles:
    def sheets(self, hr):
        response = client_of(hr).get("/levy/figures.xlsx")
        book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}

    def test_the_workbook_equals_the_ledger(self, hr, taken):
        found = self.sheets(hr)
        assert list(found) == [*(tables.SHEETS[what] for what in tables.TABLES), "Who benefits"]
        months = [(row[0], *(Decimal(str(cell)) for cell in row[1:])) for row in found["Months"][1:]]
        assert months == [
            (line.month, line.brought_forward, line.credited, line.paid, line.expired, line.balance)
            for line in taken.months
        ]
        uses = sum(Decimal(str(row[2])) for row in found["Uses"][1:])
        assert uses == sum(lot.used for lot in taken.ledger.lots)
        lost = found["What to do"][1]
        assert lost == [date(2027, 8, 31), 1047, 1956, 12]
        assert [row[2] for row in found["Levy by month entered"][1:]] == [
            end_of(lot.expires) for lot in taken.ledger.lots
        ]

    def test_the_csv_is_the_same(self, hr, taken):
        response = client_of(hr).get("/levy/figures/actions.csv")
        lines = b"".join(response.streaming_content).decode().splitlines()
        assert lines[1] == "31/08/2027,1047.00,1956.00,12"

    def test_what_to_do_has_the_same_headings_on_page_csv_and_sheet(self, hr, taken):
        response = client_of(hr).get("/levy/figures/actions.csv")
        said = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()[0]
        ((page, *_rows),) = read(client_of(hr).get("/levy/").content)["Losses to come, soonest first"]
        assert page == self.sheets(hr)["What to do"][0] == next(csv.reader([said])) == list(tables.ACTIONS)

    def test_what_to_do_says_how_its_sums_save(self, hr, taken):
        text = html.unescape(client_of(hr).get("/levy/").content.decode())
        assert text.count(tables.HOW_TO_SAVE) == 1
        assert "paid at once, or" not in text

    def test_the_last_month_of_use_is_written_as_its_last_day(self, hr, taken):
        body = b"".join(client_of(hr).get("/levy/figures/lots.csv").streaming_content).decode("utf-8-sig")
        last = {line.split(",")[0]: line.split(",")[2] for line in body.splitlines()[1:]}
        assert (last["01/06/2024"], last["01/08/2026"]) == ("30/06/2026", "31/08/2027")

    @pytest.mark.skipif(which("pdftotext") is None, reason="needs pdftotext (apt install poppler-utils)")
    def test_the_board_paper_says_what_the_ledger_says(self, hr, taken, tmp_path):
        response = client_of(hr).get("/levy/board-paper.pdf")
        assert response["Content-Type"] == "application/pdf"
        file = tmp_path / "paper.pdf"
        file.write_bytes(response.content)
        text = subprocess.run(
            [which("pdftotext"), "-layout", file, "-"], capture_output=True, text=True, check=True
        ).stdout
        first, *detail = text.split("\f")
        words = " ".join(first.split())
        assert "Spend or give £1,956 more by 31 August 2027, or lose £1,047." in words
        assert "£3,301" in words
        assert "Page 1 of" in words
        rest = " ".join(" ".join(detail).split())
        for line in taken.months[-6:]:
            assert f"£{line.balance:,.2f}" in rest
        assert "Where the download and the rule differ" in rest
        assert tables.HOW_TO_SAVE in rest

    @pytest.mark.parametrize("make", [tables.lots, tables.forecast, tables.allowances, tables.actions])
    def test_no_heading_of_the_paper_is_broken_within_a_word(self, taken, make):
        """Seen in pictures of the pages: "Own contri bution"."""
        headings, _rows = make(outlook_of(taken))
        columns = paper.widths(headings)
        assert sum(columns) == pytest.approx(paper.WIDTH)
        for name, width in zip(headings, columns, strict=True):
            longest = max(stringWidth(word, "Helvetica-Bold", paper.CELL.fontSize) for word in name.split())
            assert longest <= width - 4

    def test_the_paper_has_bookmarks_and_one_first_page(self, hr, taken):
        made = paper.board_paper(outlook_of(taken), on=date(2026, 11, 23))
        assert made.startswith(b"%PDF")
        assert made.count(b"/Title (") >= 8

    def test_a_paper_of_nothing_to_do(self, account, hr):
        put_in(account, ("2026-11-23", "levy", 100), ("2026-11-24", "monthly", -100))
        outlook = outlook_of(position_of(hr_account(hr)))
        assert paper.call_of(outlook) == "Nothing will be lost in the coming 48 months if what is planned happens."
        assert paper.board_paper(outlook, on=date(2026, 11, 23)).startswith(b"%PDF")


class TestForms:
    def post(self, acting, path, **data):
        return client_of(acting).post(path, data)

    def test_a_refused_file_is_an_error_of_its_field(self, hr):
        response = self.post(hr, "/levy/imports/transactions/", **{"transactions-file": io.BytesIO(b"")})
        assert response.status_code == 200
        assert b"is empty" in response.content

    def test_a_scenario_needs_something(self, hr, account):
        put_in(account, ("2026-11-23", "levy", 100))
        response = self.post(hr, "/levy/scenarios/", name="Nothing")
        assert b"Say at least one thing that would be different" in response.content
        response = self.post(hr, "/levy/scenarios/", name="Half", gift_amount="5")
        assert b"Fill in every part of a gift, or none" in response.content
        assert Scenario.unscoped.count() == 0

    def test_a_plan_holds_no_more_learners_than_it_has(self, places):
        icb = acting_as(Role.ICB_ANALYST)
        response = self.post(icb, "/levy/plans/add/", learners="2", learners_to_24="3")
        assert b"This is at most the number of learners, 2" in response.content
        assert b"Choose the organisation, or enter its name and number" in response.content

    def test_an_unknown_step_is_not_found(self, hr, account):
        gift = GiftFactory(offer=OfferFactory(account=account))
        assert self.post(hr, f"{gift.get_absolute_url()}step/burn/").status_code == 404


def test_six_losses_stand_open_and_the_others_on_request(hr, account):
    put_in(account, *((f"2025-{month:02}-23", "levy", 1000 + month) for month in range(1, 13)))
    tables = read(client_of(hr).get("/levy/").content)
    ((_headings, *first),), ((_headings, *later),) = (
        tables[caption] for caption in ("Losses to come, soonest first", "Later losses, soonest first")
    )
    assert [row[0] for row in first] == [
        "January 2027", "February 2027", "March 2027", "April 2027", "May 2027", "June 2027",
    ]  # fmt: skip
    assert [row[:2] for row in (later[0], later[-1])] == [["July 2027", "£1,007"], ["December 2027", "£1,012"]]
    assert "6 later losses, to December 2027" in page(hr, "/levy/")


@pytest.mark.parametrize("role", [Role.ICB_ANALYST, Role.AUDITOR])
def test_who_compares_trusts_opens_no_account(hr, taken, role):
    client, code = client_of(acting_as(role)), Organisation.objects.get(pk=hr.organisation_id).code
    assert client.get("/levy/", {"trust": code}).url == "/levy/trusts/"
    for page_of_account in ("expiry/", "expiry/2026-09/", "figures/months.csv", "scenarios/", "imports/"):
        assert client.get(f"/levy/{page_of_account}", {"trust": code}).status_code == 404

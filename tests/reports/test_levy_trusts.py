"""Trusts beside each other, and the gifts behind them: what who benefits stars is a star on every page of the same reader."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest

from audit.acting import Role
from levy.models import GiftPayment, Plan
from organisations.models import Organisation
from organisations.policies import load_initial
from tests.factories.levy import (
    AccountFactory,
    GiftFactory,
    GiftPaymentFactory,
    IntakeFactory,
    OfferFactory,
    PlanFactory,
    TransactionFactory,
    put_in,
)
from tests.factories.organisations import acting_as
from tests.levy.asking import client_of, page_of, words_of
from tests.reports.page_tables import read

pytestmark = pytest.mark.django_db
CAPTION = "Levy of each trust, most to be lost first"
COMPARERS = [Role.ICB_ANALYST, Role.AUDITOR]
USED = {"state": "used", "accepted_on": date(2026, 8, 1), "start": date(2026, 9, 1)}
PAID = date(2026, 10, 8)


def pays(account, people, pounds):
    """So many apprentices of an account, each paid so many pounds in October 2026."""
    intake = IntakeFactory(account=account)
    for who in range(people):
        TransactionFactory(
            account=account, intake=intake, uln_hash=f"{account.pk}-{who}", amount=-Decimal(pounds), level=3, day=PAID
        )
    put_in(account, ("2025-12-23", "levy", 1000))


def gives(account, learners, pounds):
    """A gift of an account that has paid so many pounds for so many learners."""
    offer, plan = OfferFactory(account=account), PlanFactory(learners=learners)
    gift = GiftFactory(offer=offer, plan=plan, learners=learners, **USED)
    GiftPaymentFactory(gift=gift, amount=Decimal(pounds), day=PAID)
    return gift


@pytest.fixture
def made(policies):
    return [AccountFactory(trust__name=f"{name} NHS Trust", trust__short_name=name) for name in ("Alder", "Birch")]


@pytest.fixture
def policies(db):
    load_initial()


def rows_of(role):
    ((_headings, *rows),) = read(client_of(acting_as(role)).get("/levy/trusts/").content)[CAPTION]
    return {row[0][:5]: row[1:] for row in rows}


@pytest.mark.parametrize("role", COMPARERS)
class TestPage:
    def test_beside_each_other_most_to_lose_first(self, made, role):
        alder, birch = made
        pays(alder, 10, 25)
        pays(birch, 10, 32)
        gives(birch, 8, 80)
        put_in(birch, ("2026-08-23", "levy", 800))
        PlanFactory(standard="Nobody's plan", provider="")
        response = client_of(acting_as(role)).get("/levy/trusts/")
        ((_headings, *rows),) = read(response.content)[CAPTION]
        assert rows == [
            ["Birch NHS Trustas at 8 October 2026", "£1,480", "£320", "£80", "£0", "£580", "17.8%"],
            ["Alder NHS Trustas at 8 October 2026", "£750", "£250", "£0", "£0", "£0", "25%"],
        ]
        words = words_of(response)
        assert "What was paid, given and lost is of November 2025 to October 2026." in words
        assert "Benchmark: the middle trust pays 21.4% of what enters for its own apprentices." in words
        assert "£2,230 in the accounts" in words
        assert "£80 given to plans" in words
        assert "Nobody's plan, Example Community Kitchen CIC" in words

    def test_few_people_are_a_star_and_so_is_what_would_tell_them(self, made, role):
        """Alder pays for 3 of its own: not Birch's 10 either, for all together are published. Its gift is of 3 learners."""
        alder, birch = made
        pays(alder, 3, 25)
        pays(birch, 10, 32)
        gives(alder, 3, 2800)
        found = rows_of(role)
        assert [cells[1:3] + cells[5:] for cells in found.values()] == [["*", "*", "*"], ["*", "£0", "*"]]
        assert "* given to plans" in page_of(acting_as(role), "/levy/trusts/")
        assert "Benchmark" not in page_of(acting_as(role), "/levy/trusts/")

    def test_a_small_gift_is_not_the_rest_of_a_sum(self, made, role):
        """Of 13 learners 3 are Alder's: the sum is shown, and neither part."""
        alder, birch = made
        for account, learners, pounds in ((alder, 3, 2800), (birch, 10, 9000)):
            pays(account, 20, 25)
            gives(account, learners, pounds)
        assert {name: cells[2] for name, cells in rows_of(role).items()} == {"Alder": "*", "Birch": "*"}
        assert "£11,800 given to plans" in page_of(acting_as(role), "/levy/trusts/")

    def test_one_trust_alone(self, made, role):
        pays(made[0], 3, 25)
        assert rows_of(role)["Alder"][1:3] == ["*", "£0"]

    def test_before_any_file(self, policies, role):
        assert "No trust has taken in its transactions yet." in page_of(acting_as(role), "/levy/trusts/")

    def test_what_is_still_open_is_said_to_be_open(self, made, role):
        PlanFactory(standard="Open", provider="", jobs_agreed=False)
        PlanFactory(standard="Free", learners_to_24=2)
        PlanFactory(standard="Whole")
        words = page_of(acting_as(role), "/levy/trusts/").split("Plans that nobody has taken up")[1]
        assert "Still open: a training provider and the jobs." in words
        assert (
            "Every learner is fully funded already (16 to 24 at an employer that pays no levy): a transfer gains nothing."
        ) in words
        assert words.count("Ready to start.") == 1


def test_the_file_is_the_page_to_the_penny(made):
    alder, birch = made
    pays(alder, 10, "25.01")
    pays(birch, 3, 32)
    body = b"".join(client_of(acting_as(Role.ICB_ANALYST)).get("/levy/trusts.csv").streaming_content)
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))}
    assert rows["Alder NHS Trust"] == ["08/10/2026", "749.90", "*", "*", "0.00", "0.00", "0.00", "500.00", "*"]
    assert rows["Birch NHS Trust"] == ["08/10/2026", "904.00", "*", "*", "0.00", "0.00", "0.00", "500.00", "*"]
    pays(birch, 10, 0)
    body = b"".join(client_of(acting_as(Role.ICB_ANALYST)).get("/levy/trusts.csv").streaming_content)
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))}
    assert rows["Alder NHS Trust"] == [
        "08/10/2026", "749.90", "1000.00", "250.10", "0.00", "0.00", "0.00", "500.00", "25.0",
    ]  # fmt: skip


@pytest.mark.parametrize("role", [Role.TRUST_HR, Role.ACADEMY, Role.RECRUITER, Role.PROVIDER, Role.SYSTEM_ADMIN])
@pytest.mark.parametrize("path", ["/levy/trusts/", "/levy/trusts.csv"])
def test_nobody_else_compares_trusts(made, role, path):
    assert client_of(acting_as(role)).get(path).status_code == 404


class TestApi:
    @pytest.mark.parametrize("role", COMPARERS)
    def test_has_the_stars_of_the_page(self, made, role):
        pays(made[0], 3, 25)
        gives(made[0], 3, 2800)
        (line,) = client_of(acting_as(role)).get("/api/v1/levy/").json()
        assert [line[name] for name in ("entered", "used", "given", "balance")] == ["*", "*", "*", "925.00000"]

    def test_is_exact_for_the_trusts_own(self, made):
        pays(made[0], 3, 25)
        gives(made[0], 3, 2800)
        hr = acting_as(Role.TRUST_HR, Organisation.objects.get(pk=made[0].trust_id))
        (line,) = client_of(hr).get("/api/v1/levy/").json()
        assert [line[name] for name in ("entered", "used", "given")] == ["1000.00000", "75.00000", "2800.00000"]


class TestNowhereElse:
    """A gift of three learners that has paid 2,801.37, and three own apprentices at 145.81."""

    HIDDEN = {Decimal(each) for each in ("2801.37", "2801", "145.81", "146", "437.43", "437")}

    @pytest.fixture
    def gift(self, made):
        pays(made[0], 3, "145.81")
        return gives(made[0], 3, "2801.37")

    def pages(self, gift):
        code = Organisation.objects.get(pk=gift.account.trust_id).code
        account = ("", "expiry/", "expiry/2025-12/", "scenarios/", "imports/", "figures.xlsx", "board-paper.pdf")
        tables = ("months", "lots", "uses", "actions", "forecast", "allowances", "differences", "scenarios")
        return [
            "/levy/trusts/", "/levy/trusts.csv", "/levy/gifts/", gift.get_absolute_url(), gift.offer.get_absolute_url(),
            gift.plan.get_absolute_url(), "/levy/plans/", "/levy/plans.csv", "/reports/levy/", "/reports/levy.csv",
            "/api/v1/levy/", "/api/v1/levy-plans/", f"/api/v1/levy/{code}/", "/",
            *(f"/levy/{path}?trust={code}&paid=2026-10" for path in account),
            *(f"/levy/figures/{table}.csv?trust={code}" for table in tables),
        ]  # fmt: skip

    @pytest.mark.parametrize("keeps", [True, False], ids=["of the own broker", "of another broker"])
    @pytest.mark.parametrize("role", COMPARERS)
    def test_neither_the_icb_nor_the_auditor_reads_it(self, gift, role, keeps):
        acting = acting_as(role)
        if keeps:
            Plan.unscoped.update(kept_by=acting.organisation_id)
        client, told = client_of(acting), {}
        for path in self.pages(gift):
            response = client.get(path, follow=True)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            shown = {Decimal(each.replace(",", "")) for each in re.findall(r"\d[\d,]*(?:\.\d+)?", body.decode())}
            if shown & self.HIDDEN:
                told[path] = shown & self.HIDDEN
        assert told == {}

    def test_that_nothing_was_paid_is_no_secret(self, gift):
        GiftPayment.unscoped.all().delete()
        assert "Paid £0.00 " in page_of(acting_as(Role.ICB_ANALYST), gift.get_absolute_url())

    def test_the_giver_reads_it(self, gift):
        hr = acting_as(Role.TRUST_HR, Organisation.objects.get(pk=gift.account.trust_id))
        assert "Paid £2,801.37" in page_of(hr, gift.get_absolute_url())
        assert "£2,801 given paid; only that counts" in page_of(hr, "/levy/gifts/")
        assert "-£145.81" in page_of(hr, "/levy/expiry/2025-12/", paid="2026-10")

    def test_the_academy_reads_it_of_the_plans_that_it_keeps(self, gift):
        academy = acting_as(Role.ACADEMY)
        assert "Paid * " in page_of(academy, gift.get_absolute_url())
        assert "£0 given paid for the plans that you keep" in page_of(academy, "/levy/gifts/")
        Plan.unscoped.update(kept_by=academy.organisation_id)
        assert "Paid £2,801.37" in page_of(academy, gift.get_absolute_url())
        assert "£2,801 given paid for the plans that you keep" in page_of(academy, "/levy/gifts/")

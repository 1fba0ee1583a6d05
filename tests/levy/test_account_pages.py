"""The pages that keep an account: files, balances, schemes, scenarios; the trusts beside each other; the account's API."""

import io
from decimal import Decimal

import pytest
from pypdf import PdfReader

from audit.acting import Role
from audit.models import Event
from jobs.models import Job
from levy.models import Account, Intake, OpeningBalance, PayeScheme, Scenario, TypedBalance
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.todo import todo
from organisations.models import Organisation
from tests.factories.levy import (
    GiftFactory,
    OfferFactory,
    put_in,
    sample,
    take_in,
)
from tests.factories.organisations import acting_as
from tests.levy.asking import client_of, colleague_of, events_of, page_of, said_to, words_of
from tests.reports.page_tables import read

pytestmark = pytest.mark.django_db
STRANGERS = (Role.RECRUITER, Role.ICB_ANALYST, Role.ACADEMY, Role.AUDITOR, Role.PROVIDER, Role.SYSTEM_ADMIN)


@pytest.fixture
def taken(hr):
    """The hand-worked trust's file, taken in."""
    take_in("levy.transactions", sample("hand_worked_v2.csv"), by=hr, name="esfaTransactions.csv")
    return Account.unscoped.select_related("trust").get(trust=hr.organisation_id)


def words_of_paper(content):
    """What a PDF says, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def code_of(account):
    return Organisation.objects.get(pk=account.trust_id).code


class TestBalances:
    def test_an_opening_balance_is_noted_and_said_everywhere(self, hr, account):
        put_in(account, ("2026-09-23", "levy", 100))
        typed = {"month": "2026-09-01", "amount": "350.50", "monthly": ""}
        response = client_of(hr).post("/levy/imports/opening-balance/", typed, follow=True)
        words = words_of(response)
        assert "The opening balance is noted. Expiry dates of that money are an estimate." in words
        assert "Part of this rests on an opening balance of £351 whose age is an estimate." in words
        assert "£350.50 at the start of September 2026" in page_of(hr, "/levy/imports/")
        assert "from the opening balance; age estimated" in page_of(hr, "/levy/expiry/")

    def test_the_newest_opening_is_the_one_that_counts(self, hr, account):
        put_in(account, ("2026-09-23", "levy", 100))
        for amount in ("350", "20"):
            client_of(hr).post("/levy/imports/opening-balance/", {"month": "2026-09-01", "amount": amount})
        assert OpeningBalance.unscoped.count() == 2
        assert "£120 in the account" in page_of(hr, "/levy/")

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"month": "", "amount": "1"}, "month"),
            ({"month": "2026-12-01", "amount": "1"}, "month"),
            ({"month": "2026-09-01", "amount": "-1"}, "amount"),
            ({"month": "2026-09-01", "amount": "1.234"}, "amount"),
            ({"month": "2026-09-01", "amount": "1e9"}, "amount"),
            ({"month": "2026-09-01", "amount": "1", "monthly": "-1"}, "monthly"),
        ],
    )
    def test_an_opening_that_cannot_be_is_an_error_of_its_field(self, hr, account, typed, field):
        response = client_of(hr).post("/levy/imports/opening-balance/", typed)
        assert list(response.context["form"].errors) == [field]
        assert OpeningBalance.unscoped.count() == 0

    def test_an_opening_after_the_first_transaction_says_when_and_why(self, hr, account):
        put_in(account, ("2024-07-23", "levy", 100), ("2026-09-23", "levy", 100))
        path, typed = "/levy/imports/opening-balance/", {"month": "2024-08-01", "amount": "5"}
        response = client_of(hr).post(path, typed)
        assert response.context["form"].non_field_errors() == [
            "Your transactions go back to 23 July 2024. An opening balance stands for what was there before them, so choose "
            "July 2024 or earlier: a later one would leave out what the files say of the months before it."
        ]
        assert OpeningBalance.unscoped.count() == 0
        assert client_of(hr).post(path, typed | {"month": "2024-07-01"}).status_code == 302

    def test_removed_with_a_reason_nothing_says_that_there_was_one(self, hr, account):
        put_in(account, ("2026-09-23", "levy", 100))
        for amount in ("350", "20"):
            client_of(hr).post("/levy/imports/opening-balance/", {"month": "2026-09-01", "amount": amount})
        path = "/levy/imports/opening-balance/remove/"
        assert path in client_of(hr).get("/levy/imports/").content.decode()
        assert client_of(hr).post(path, {"reason": " "}).context["form"].errors == {
            "reason": ["Say why the opening balance is removed"]
        }
        response = client_of(hr).post(path, {"reason": "Older files came"})
        assert said_to(response) == ["The opening balance is removed. The figures are those of the files alone."]
        assert (OpeningBalance.unscoped.count(), position_of(account).balance) == (0, 100)
        assert "opening balance" not in page_of(hr, "/levy/")
        assert "Opening balance None Add the opening balance" in page_of(hr, "/levy/imports/")
        assert Event.objects.get(verb="remove_opening").reason.text == "Older files came"
        assert events_of(account)[-1] == ("remove_opening", "", "")
        again = client_of(hr).post(path, {"reason": "Once more"})
        assert again.context["form"].non_field_errors() == ["There is no opening balance."]

    def test_only_hr_removes_it(self, hr, account, other_hr):
        path = "/levy/imports/opening-balance/"
        client_of(hr).post(path, {"month": "2026-09-01", "amount": "5"})
        assert client_of(acting_as(Role.ICB_ANALYST)).post(f"{path}remove/", {"reason": "x"}).status_code == 404
        client_of(other_hr).post(f"{path}remove/", {"reason": "x"})
        assert OpeningBalance.unscoped.count() == 1

    @pytest.mark.parametrize(("amount", "said"), [("0", False), ("0.01", True)])
    def test_an_opening_of_nothing_says_nothing(self, hr, account, amount, said):
        put_in(account, ("2026-09-23", "levy", 100))
        client_of(hr).post("/levy/imports/opening-balance/", {"month": "2026-09-01", "amount": amount})
        words = page_of(hr, "/levy/")
        assert ("opening balance" in words, "Transactions of at least 24 months" in words) == (said, said)
        paper = words_of_paper(client_of(hr).get("/levy/board-paper.pdf").content)
        assert ("part of these dates is an estimate" in paper) is said

    @pytest.mark.parametrize(
        ("amount", "said"),
        [
            ("3301", "showed £3,301.00, and this ledger has the same."),
            ("3300.99", "showed £3,300.99; this ledger has £3,301.00: the service showed £0.01 less."),
        ],
    )
    def test_whether_the_ledger_ties(self, hr, taken, amount, said):
        client_of(hr).post("/levy/imports/balance/", {"day": "2026-11-23", "amount": amount})
        assert said in page_of(hr, "/levy/")

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"day": "2026-11-24", "amount": "1"}, "The day of a balance is today or earlier."),
            ({"day": "2016-11-24", "amount": "1"}, "The levy began in May 2017. Check the year."),
            ({"day": "", "amount": "1"}, "Enter the day of the balance"),
        ],
    )
    def test_a_balance_of_no_day(self, hr, account, typed, sentence):
        response = client_of(hr).post("/levy/imports/balance/", typed)
        assert sentence in words_of(response)
        assert TypedBalance.unscoped.count() == 0

    @pytest.mark.parametrize("reference", ["", "120", "12/AB1", "120/ab1", "120/ABCDEFGHIJK", "120/A B"])
    def test_what_is_no_paye_reference(self, hr, account, reference):
        response = client_of(hr).post("/levy/imports/paye-scheme/", {"reference": reference})
        wanted = "Enter a PAYE reference like 120/AB12345" if reference else "Enter a PAYE reference"
        assert response.context["form"].errors == {"reference": [wanted]}

    def test_a_scheme_of_another_account_is_refused_in_the_form(self, hr, other_hr):
        client_of(other_hr).post("/levy/imports/paye-scheme/", {"reference": "120/A1"})
        response = client_of(hr).post("/levy/imports/paye-scheme/", {"reference": "120/A1"})
        assert response.context["form"].non_field_errors() == ["PAYE scheme 120/A1 belongs to another account."]
        assert PayeScheme.unscoped.get().account.trust_id == other_hr.organisation_id

    @pytest.mark.parametrize("path", ["opening-balance", "balance", "paye-scheme"])
    @pytest.mark.parametrize("role", STRANGERS)
    def test_only_hr_finds_the_forms(self, policies, role, path):
        client = client_of(acting_as(role))
        assert client.get(f"/levy/imports/{path}/").status_code == 404
        assert client.post(f"/levy/imports/{path}/").status_code == 404


class TestFiles:
    def upload(self, acting, kind, content, name="file.csv"):
        file = io.BytesIO(content)
        file.name = name
        return client_of(acting).post(f"/levy/imports/{kind}/", {f"{kind}-file": file})

    @pytest.mark.parametrize(
        ("kind", "name"),
        [
            ("transactions", "hand_worked_v2.csv"),
            ("apprentices", "levy_apprenticeships.csv"),
            ("pledges", "levy_pledge_applications.csv"),
        ],
    )
    def test_becomes_a_job_that_can_be_watched(self, hr, kind, name):
        response = self.upload(hr, kind, sample(name), name)
        job = Job.unscoped.get()
        assert (response.status_code, response.url, job.kind) == (302, job.get_absolute_url(), f"levy.{kind}")

    def test_the_template_of_the_roster_is_a_file_that_the_roster_takes(self, hr, places):
        body = b"".join(client_of(hr).get("/levy/imports/roster.csv").streaming_content)
        job = take_in("levy.roster", body, by=hr)
        assert (job.state, job.counts["made"], job.counts["refused"]) == ("done", 1, 0)

    def test_what_was_taken_in_is_told_with_its_page(self, hr, taken):
        intake = Intake.unscoped.get()
        ((_headings, row),) = read(client_of(hr).get("/levy/imports/").content)["Files taken in, newest first"]
        assert row[0].startswith(f"Transactions {intake.reference}")
        assert row[2:] == ["22", "0", "0", "0"]
        assert "22 transactions held" in page_of(hr, "/levy/imports/")
        assert intake.reference in page_of(colleague_of(hr), intake.get_absolute_url())

    @pytest.mark.parametrize("role", [*STRANGERS, Role.TRUST_HR])
    def test_strangers_do_not_learn_of_it(self, taken, role):
        client = client_of(acting_as(role))
        assert client.get(Intake.unscoped.get().get_absolute_url()).status_code == 404


class TestScenarios:
    @pytest.fixture
    def known(self, account):
        put_in(account, ("2026-07-23", "levy", 1000), ("2026-11-23", "levy", 400))
        return account

    def test_added_worked_out_and_removed(self, hr, known):
        typed = {"name": "Gift in May", "gift_month": "2027-05-01", "gift_amount": "300"}
        response = client_of(hr).post("/levy/scenarios/", typed, follow=True)
        assert "“Gift in May” is worked out below." in words_of(response)
        ((_headings, *rows),) = read(response.content)["Scenarios side by side, over 48 months"]
        assert [row[:6] for row in rows] == [
            ["As it isWhat is planned and promised now", "£1,400", "£0", "£0", "£0", "Not in 48 months"],
            ["Gift in May£300 given in May 2027", "£1,100", "£0", "£300", "£0", "Not in 48 months"],
        ]
        scenario = Scenario.unscoped.get()
        client_of(colleague_of(hr)).post(f"/levy/scenarios/{scenario.pk}/remove/")
        assert Scenario.unscoped.count() == 0

    @pytest.mark.parametrize(
        ("typed", "errors"),
        [
            ({}, {"__all__": ["Say at least one thing that would be different"]}),
            ({"starts_number": "5"}, {"starts_month": ["Fill in every part of new starts, or none"]}),
            ({"gift_month": "2027-05-01"}, {"gift_amount": ["Fill in every part of a gift, or none"]}),
            ({"pay_change": "3"}, {"pay_month": ["Fill in every part of the pay bill, or none"]}),
        ],
    )
    def test_half_of_something(self, hr, known, typed, errors):
        response = client_of(hr).post("/levy/scenarios/", {"name": "Half"} | typed)
        assert response.context["form"].errors == errors
        assert Scenario.unscoped.count() == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [("leaving", "21"), ("leaving", "-1"), ("completing", "101"), ("pay_change", "51"), ("starts_number", "1001")],
    )
    def test_figures_beyond_reason(self, hr, known, field, value):
        response = client_of(hr).post("/levy/scenarios/", {"name": "Beyond", field: value})
        assert field in response.context["form"].errors

    def test_the_seventh_is_refused_in_the_form(self, hr, known):
        for number in range(6):
            client_of(hr).post("/levy/scenarios/", {"name": f"S{number}", "leaving": "1"})
        response = client_of(hr).post("/levy/scenarios/", {"name": "S6", "leaving": "1"})
        assert response.context["form"].non_field_errors() == ["6 scenarios are kept. Remove one first."]
        assert Scenario.unscoped.count() == 6

    def test_a_name_again_says_what_it_replaces(self, hr, known):
        gift = {"name": "Big", "gift_month": "2026-12-01"}
        client_of(hr).post("/levy/scenarios/", gift | {"gift_amount": "3800000"})
        response = client_of(hr).post("/levy/scenarios/", gift | {"gift_amount": "1"})
        assert said_to(response) == [
            "“Big” is worked out below, in place of what stood under this name: £3,800,000 given in December 2026."
        ]

    def test_strangers_remove_nothing(self, hr, other_hr, known):
        client_of(hr).post("/levy/scenarios/", {"name": "Mine", "leaving": "1"})
        path = f"/levy/scenarios/{Scenario.unscoped.get().pk}/remove/"
        for by in (other_hr, acting_as(Role.AUDITOR), acting_as(Role.ICB_ANALYST)):
            assert client_of(by).post(path).status_code == 404
        assert Scenario.unscoped.count() == 1

    @pytest.mark.parametrize("role", STRANGERS)
    def test_strangers_read_none(self, hr, known, role):
        client_of(hr).post("/levy/scenarios/", {"name": "Mine", "leaving": "1"})
        assert client_of(acting_as(role)).get("/levy/scenarios/").status_code == 404


class TestApi:
    def get(self, acting, path=""):
        return client_of(acting).get(f"/api/v1/levy/{path}")

    def test_hr_gets_the_own_account_as_the_ledger_has_it(self, hr, taken):
        (line,) = self.get(hr).json()
        code = code_of(taken)
        assert (line["trust"], line["as_at"], line["balance"]) == (code, "2026-11-23", "3301.00000")
        found = self.get(hr, f"{code}/").json()
        position = position_of(taken)
        assert [Decimal(month["balance"]) for month in found["months"]] == [row.balance for row in position.months]
        assert [(act["by"], Decimal(act["lose"]), Decimal(act["spend"])) for act in found["actions"]] == [
            (f"{act.by}", act.lose, act.spend) for act in outlook_of(position).actions
        ]

    def test_a_stranger_gets_nothing_and_the_icb_no_detail(self, other_hr, taken):
        code = code_of(taken)
        icb = acting_as(Role.ICB_ANALYST)
        assert self.get(other_hr).json() == []
        assert [line["trust"] for line in self.get(icb).json()] == [code]
        readers = (other_hr, icb, acting_as(Role.AUDITOR))
        assert [self.get(by, f"{code}/").status_code for by in readers] == [404, 404, 404]

    @pytest.mark.parametrize("role", [Role.RECRUITER, Role.ACADEMY, Role.PROVIDER, Role.SYSTEM_ADMIN])
    def test_other_roles_get_nothing(self, taken, role):
        assert self.get(acting_as(role)).json() == []

    def test_an_account_without_files(self, hr, account):
        assert self.get(hr).json() == []
        found = self.get(hr, f"{code_of(account)}/").json()
        assert (found["as_at"], found["months"], found["actions"]) == (None, [], [])


class TestToday:
    def test_a_trust_without_files_is_asked_nothing(self, hr, account):
        assert todo(hr) == []

    @pytest.mark.parametrize("role", [Role.RECRUITER, Role.AUDITOR, Role.PROVIDER, Role.SYSTEM_ADMIN])
    def test_other_roles_are_asked_nothing(self, account, role):
        put_in(account, ("2024-12-23", "levy", 1000))
        GiftFactory(offer=OfferFactory(account=account))
        assert todo(acting_as(role)) == []

    def test_another_trusts_loss_is_not_said(self, other_hr, account):
        put_in(account, ("2024-12-23", "levy", 1000))
        assert todo(other_hr) == []

    def test_a_loss_far_away_is_not_said_yet(self, hr, account):
        """12-month money of November 2026 is lost in November 2027, more than six months ahead."""
        put_in(account, ("2026-11-23", "levy", 1000))
        assert todo(hr) == []


def test_a_message_names_nobody_of_another_trust(hr, other_hr, taken):
    """The file of the other trust is refused by its PAYE scheme, and the sentence does not say whose that is."""
    job = take_in("levy.transactions", sample("hand_worked_v2.csv"), by=other_hr)
    assert code_of(taken) not in job.message
    assert taken.trust.name not in job.message
    assert said_to(client_of(other_hr).get("/levy/")) == []

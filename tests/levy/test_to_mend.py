"""The rows of a levy file that were left out come back to be mended, and nothing in them says who somebody is."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.clock import now
from jobs.exports import unescape_cell
from levy.imports.reading import TOLD
from levy.models import Intake
from levy.sources.layouts import NAMES
from organisations.models import User
from tests.factories.levy import IntakeFactory, sample, take_in

pytestmark = pytest.mark.django_db
HEAD, *LINES = sample("hand_worked_v2.csv").decode().splitlines()
PAYMENT = next(line for line in LINES if line.startswith("08/07/2026"))
ULN, NAME = "3914177763", "Amina"
WRONG_TYPE = PAYMENT.replace("Monthly Payment,Monthly Payment", "Lottery,Monthly Payment")
ROSTER = "ULN,Your reference,ESR assignment number,Home postcode at start,Start date,New recruit or existing staff\n"
APPRENTICES, PLEDGES = sample("levy_apprenticeships.csv").decode(), sample("levy_pledge_applications.csv").decode()


def file_of(*lines):
    return "\r\n".join([HEAD, *lines])


def taken(kind, content, by):
    take_in(f"levy.{kind}", content, by=by)
    return Intake.unscoped.order_by("pk").last()


def download(acting, intake):
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    response = client.get(reverse("levy:to_mend", args=[intake.reference]))
    if response.status_code != 200:
        return response.status_code
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


class TestTransactions:
    def test_the_row_comes_back_with_what_to_mend(self, hr):
        (row,) = download(hr, taken("transactions", file_of(LINES[0], WRONG_TYPE), hr))
        assert (row["Row in your file"], row["Transaction type"], row["Transaction date"]) == (
            "3",
            "Lottery",
            "08/07/2026",
        )
        assert row["What to mend"] == "Transaction type is “Lottery”, which this service does not know."
        assert unescape_cell(row["Total"]) == PAYMENT.rstrip(",").split(",")[-1]

    def test_learner_and_number_have_no_column(self, hr):
        (row,) = download(hr, taken("transactions", file_of(LINES[0], WRONG_TYPE), hr))
        expected = [name for field, name in NAMES.items() if field not in ("learner", "uln")]
        assert list(row) == [*expected, "Row in your file", "What to mend"]

    def test_no_name_or_number_is_kept(self, hr):
        assert ULN in WRONG_TYPE
        assert NAME in WRONG_TYPE
        intake = taken("transactions", file_of(LINES[0], WRONG_TYPE), hr)
        kept = str(Intake.unscoped.filter(pk=intake.pk).values().get())
        assert (ULN in kept, NAME in kept) == (False, False)

    def test_a_row_that_is_cut_off_comes_by_its_number_alone(self, hr):
        """Its cells do not stand under their headings, so any of them could be the learner's name."""
        short = ",".join(PAYMENT.split(",")[:12])
        (row,) = download(hr, taken("transactions", file_of(LINES[0], short, LINES[1]), hr))
        assert row.pop("Row in your file") == "3"
        assert "12 of 20 cells" in row.pop("What to mend")
        assert set(row.values()) == {""}

    def test_columns_in_another_order_come_back_under_their_names(self, hr):
        order = [20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
        cells = [line.split(",") for line in (HEAD, WRONG_TYPE)]
        cells[1] = cells[1][:21] if len(cells[1]) == 21 else [*cells[1][:11], "Amina", *cells[1][-9:]]
        text = "\r\n".join(",".join(row[place] for place in order if place < 20) for row in cells)
        (row,) = download(hr, taken("transactions", text, hr))
        assert (row["Transaction type"], row["Transaction date"]) == ("Lottery", "08/07/2026")

    def test_version_1_comes_back_under_the_names_of_version_2(self, hr):
        text = sample("levy_transactions_v1.csv").decode().replace("Monthly Payment,", "Lottery,", 1)
        (row,) = download(hr, taken("transactions", text, hr))
        assert (row["Transaction type"], row["Cohort reference"]) == ("Lottery", "")

    def test_a_formula_comes_back_as_text(self, hr):
        wrong = PAYMENT.replace("Monthly Payment,Monthly Payment", "=1+1,Monthly Payment")
        (row,) = download(hr, taken("transactions", file_of(LINES[0], wrong), hr))
        assert row["Transaction type"] == "'=1+1"

    def test_a_file_with_nothing_wrong_gives_nothing_back(self, hr):
        intake = taken("transactions", file_of(*LINES), hr)
        assert (intake.to_mend, download(hr, intake)) == ({}, 404)

    def test_the_first_thousand_come_back(self, hr):
        intake = taken("transactions", file_of(LINES[0], *[WRONG_TYPE] * (TOLD + 5)), hr)
        assert (intake.refused, len(intake.to_mend["rows"])) == (TOLD + 5, TOLD)


class TestOtherFiles:
    def test_an_apprenticeship(self, hr):
        wrong = (
            APPRENTICES.replace('"5,000"', '"five"', 1)
            if '"5,000"' in APPRENTICES
            else APPRENTICES.replace("5,000", "five", 1)
        )
        intake = taken("apprentices", wrong, hr)
        (row,) = download(hr, intake)
        assert row["What to mend"].startswith("Total agreed apprenticeship price is “five”")
        assert {"Name", "ULN", "Date of birth"} & set(row) == set()
        assert "Amina" not in str(intake.to_mend)

    def test_a_roster_row_without_any_number(self, hr):
        (row,) = download(hr, taken("roster", ROSTER + ",,,UB1 3HW,01/09/2025,New recruit\n", hr))
        assert (row["Start date"], row["New recruit or existing staff"]) == ("01/09/2025", "New recruit")
        assert "UB1" not in str(row)

    def test_an_application_without_an_id(self, hr):
        (row,) = download(hr, taken("pledges", PLEDGES.replace("9RG2XK", ""), hr))
        assert (row["Employer Name"], row["Application Id"]) == ("EXAMPLE COMMUNITY KITCHEN CIC", "")
        assert {"Contact Name", "Email Addresses", "About"} & set(row) == set()
        assert "example.org" not in str(row)


class TestWhoAndHowLong:
    @pytest.fixture
    def intake(self, hr):
        return taken("transactions", file_of(LINES[0], WRONG_TYPE), hr)

    def test_another_trust_finds_nothing(self, intake, other_hr):
        assert download(other_hr, intake) == 404

    def test_the_page_lists_and_links_them(self, hr, intake):
        client = Client()
        client.force_login(User.objects.get(pk=hr.user_id))
        page = client.get(intake.get_absolute_url())
        assert page.context["to_mend"] == ["Row 3: Transaction type is “Lottery”, which this service does not know."]
        assert intake.mend_url in page.content.decode()

    def test_the_watched_job_links_the_same_file(self, hr):
        job = take_in("levy.transactions", file_of(LINES[0], WRONG_TYPE), by=hr)
        client = Client()
        client.force_login(User.objects.get(pk=hr.user_id))
        assert Intake.unscoped.get().mend_url in client.get(job.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
    def test_they_are_forgotten_after_a_month(self, hr, account, days, kept):
        old = IntakeFactory(account=account, at=now() - timedelta(days=days), to_mend={"headings": [], "rows": [[1]]})
        taken("transactions", file_of(LINES[0]), hr)
        old.refresh_from_db()
        assert bool(old.to_mend) is kept

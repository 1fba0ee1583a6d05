"""A file in the slot of another, of another account, or two in one: a sentence, and nothing is taken."""

import csv
import io

import pytest
import xlsxwriter
from django.test import Client

from levy.imports.transactions import UNVOUCHED
from levy.models import Apprenticeship, Intake, MonthSum, PayeScheme, RosterEntry, Transaction
from organisations.models import User
from tests.factories.levy import ApprenticeshipFactory, sample, take_in

pytestmark = pytest.mark.django_db
ROSTER = (
    b"ULN,Your reference,ESR assignment number,Home postcode at start,Start date,New recruit or existing staff\n"
    b"3914177763,ESR-100001,1,UB1 3HW,01/09/2025,New recruit\n"
)
FILES = {
    "transactions": sample("levy_transactions_v2.csv"),
    "apprentices": sample("levy_apprenticeships.csv"),
    "roster": ROSTER,
    "pledges": sample("levy_pledge_applications.csv"),
}
WHAT = {
    "transactions": "the transactions download",
    "apprentices": "the list of apprentices",
    "roster": "the apprentice roster",
    "pledges": "the list of applications to a pledge",
}
WRONG = [(slot, file) for slot in FILES for file in FILES if slot != file]
V1, V2 = sample("levy_transactions_v1.csv"), FILES["transactions"]
HEAD, *LINES = V2.decode().splitlines()
PAYMENTS = [line for line in LINES if "Payment" in line]
PAYMENT = PAYMENTS[0]
UNEVEN = PAYMENT.rstrip(",").rpartition(",")[0] + ",-1.00000,"


def file_of(*lines, head=HEAD):
    return "\r\n".join([head, *lines]).encode()


def workbook_of(content):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate(csv.reader(io.StringIO(content.decode()))):
            sheet.write_row(at, 0, cells)
    return out.getvalue()


def refused(job):
    """The sentence of a job that took nothing."""
    kept = [model.unscoped.count() for model in (Transaction, Apprenticeship, RosterEntry, PayeScheme, Intake)]
    assert (job.state, kept) == ("failed", [0, 0, 0, 0, 0])
    return job.message


def totals():
    return list(MonthSum.unscoped.order_by("month", "kind").values_list("month", "kind", "amount"))


@pytest.mark.parametrize(("slot", "file"), WRONG)
def test_a_file_in_the_slot_of_another_is_told_what_it_is(hr, slot, file):
    sentence = refused(take_in(f"levy.{slot}", FILES[file], by=hr))
    assert sentence.startswith(f"This is not {WHAT[slot]}")
    assert sentence.endswith(f". It looks like {WHAT[file]}; upload it as that.")


@pytest.mark.parametrize(("slot", "file"), [("transactions", "roster"), ("roster", "transactions")])
def test_a_workbook_in_the_slot_of_another_too(hr, slot, file):
    sentence = refused(take_in(f"levy.{slot}", workbook_of(FILES[file]), by=hr, name="file.xlsx"))
    assert sentence.endswith(f"It looks like {WHAT[file]}; upload it as that.")


@pytest.mark.parametrize("slot", ["apprentices", "roster", "pledges"])
def test_a_file_of_something_else_names_a_missing_column(hr, slot):
    assert ": it has no column “" in refused(take_in(f"levy.{slot}", b"Name,Band\nx,2\n", by=hr))


@pytest.mark.parametrize(
    ("slot", "heading", "missing"),
    [
        (
            "roster",
            "Home postcode at start,ULN",
            "“Your reference”, “ESR assignment number”, “Start date” and “New recruit or existing staff”",
        ),
        ("roster", ROSTER.decode().splitlines()[0].replace("Start date,", ""), "“Start date”"),
        ("pledges", FILES["pledges"].decode().splitlines()[0].replace("About,", ""), "“About”"),
    ],
)
def test_the_right_file_without_some_columns_names_them(hr, slot, heading, missing):
    assert refused(take_in(f"levy.{slot}", f"{heading}\nx\n", by=hr)) == (
        f"This looks like {WHAT[slot]}, but it has no column {missing}. Add what is missing, empty where nothing is known, "
        "or download the file again and upload it as it is."
    )


@pytest.mark.parametrize("slot", ["apprentices", "roster", "pledges"])
def test_a_quotation_mark_without_its_partner_is_no_fault_of_the_service(hr, slot):
    heading = FILES[slot].splitlines()[0]
    sentence = refused(take_in(f"levy.{slot}", heading + b'\n"' + b"x" * 140_000, by=hr))
    assert sentence.startswith("A quotation mark in the file has no partner")


@pytest.mark.parametrize("slot", ["apprentices", "roster", "pledges"])
def test_two_lists_in_one_file_are_refused(hr, slot):
    content = FILES[slot].rstrip()
    sentence = refused(take_in(f"levy.{slot}", content + b"\n" + content, by=hr))
    line = len(content.splitlines()) + 1
    assert sentence == f"Line {line} is a second heading row: two downloads stand in one file. Upload them apart."


@pytest.mark.parametrize(("first", "second"), [(V1, V2), (V2, V1)])
def test_two_downloads_in_one_file_are_refused_and_nothing_is_written(hr, first, second):
    sentence = refused(take_in("levy.transactions", first.rstrip() + b"\r\n" + second, by=hr))
    assert sentence.endswith("is a second heading row: two downloads stand in one file. Upload them apart.")
    assert totals() == []


@pytest.mark.parametrize("as_file", [lambda content: content, workbook_of], ids=["CSV", "workbook"])
def test_rows_of_version_2_under_the_heading_of_version_1(hr, as_file):
    content = as_file(file_of(PAYMENT, head=V1.decode().splitlines()[0]))
    name = "file.xlsx" if content.startswith(b"PK") else "file.csv"
    assert refused(take_in("levy.transactions", content, by=hr, name=name)) == (
        "Line 2 is of the newer layout (version 2), but the columns are of the older layout (version 1). "
        "Upload each download apart and as it is."
    )


@pytest.mark.parametrize("order", [(V1, V2), (V2, V1)])
def test_the_versions_in_two_files_in_either_order_are_the_longer_one(hr, other_hr, order):
    """Version 1's sample is the first eight rows of version 2's: what both hold counts once."""
    made = [take_in("levy.transactions", content, by=hr).counts["made"] for content in order]
    assert made == ([8, 7] if order[0] is V1 else [15, 0])
    both = totals()
    Transaction.unscoped.all().delete()
    MonthSum.unscoped.all().delete()
    take_in("levy.transactions", V2, by=hr)
    assert both == totals()


class TestWhoseFile:
    def test_the_download_of_an_employer_without_levy_is_refused(self, hr):
        left_out = range(3, 8)
        lines = [
            ",".join(cell for place, cell in enumerate(line.split(",")) if place not in left_out)
            for line in (HEAD, PAYMENT)
        ]
        assert refused(take_in("levy.transactions", "\r\n".join(lines), by=hr)) == (
            "This is the transactions download of an employer that pays no levy: it has no columns for PAYE scheme and "
            "levy declared. Choose your trust's own account in “Manage apprenticeships”, download it there and upload it "
            "as it is."
        )

    def test_payments_that_nothing_vouches_for_are_doubtful(self, hr):
        job = take_in("levy.transactions", file_of(PAYMENT), by=hr)
        assert (job.state, Intake.unscoped.get().remarks) == ("done", [UNVOUCHED])

    def test_a_paye_scheme_vouches(self, hr):
        take_in("levy.transactions", file_of(LINES[0], PAYMENT), by=hr)
        assert Intake.unscoped.get().remarks == []

    def test_a_learner_who_was_paid_for_before_vouches(self, hr):
        take_in("levy.transactions", file_of(LINES[0], PAYMENT), by=hr)
        take_in("levy.transactions", file_of(PAYMENT.replace("08/08/2026", "08/09/2026")), by=hr)
        assert Intake.unscoped.order_by("pk").last().remarks == []

    def test_a_learner_of_the_list_of_apprentices_vouches(self, hr):
        take_in("levy.apprentices", FILES["apprentices"], by=hr)
        take_in("levy.transactions", file_of(PAYMENT), by=hr)
        assert Intake.unscoped.order_by("pk").last().remarks == []

    def test_another_accounts_learners_vouch_for_nothing(self, hr, other_hr):
        take_in("levy.apprentices", FILES["apprentices"], by=other_hr)
        ApprenticeshipFactory()
        take_in("levy.transactions", file_of(PAYMENT), by=hr)
        assert Intake.unscoped.order_by("pk").last().remarks == [UNVOUCHED]


def test_a_mangled_learner_number_is_mended_and_paid_once(hr):
    mangled = take_in("levy.transactions", file_of(LINES[0], PAYMENT.replace("3914177763", "3914177764")), by=hr)
    assert (mangled.counts["made"], mangled.counts["refused"]) == (1, 1)
    right = take_in("levy.transactions", file_of(LINES[0], PAYMENT), by=hr)
    assert (right.counts["made"], right.counts["same"]) == (1, 1)
    assert Transaction.unscoped.filter(kind="monthly").count() == 1


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([LINES[0], PAYMENT], ""),
        ([PAYMENT], "1 remark on what was taken in."),
        ([LINES[0].replace("21670.00000", "1.00000"), LINES[2]], "2 remarks on what was taken in."),
        ([LINES[0], *[UNEVEN] * 201], "200 or more remarks on what was taken in."),
    ],
    ids=["none", "one", "two", "many"],
)  # fmt: skip
def test_the_result_counts_the_remarks_at_once(hr, lines, sentence):
    job = take_in("levy.transactions", file_of(*lines), by=hr)
    assert (job.state, job.message) == ("done", sentence)
    client = Client()
    client.force_login(User.objects.get(pk=hr.user_id))
    page = client.get(job.get_absolute_url()).content.decode()
    assert (f"<p>{sentence}</p>" in page) is bool(sentence)
    assert "See what was taken in" in page

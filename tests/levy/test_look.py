"""Looking at a file first: what would be new, what is here already, by month; nothing is written before somebody chooses."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.acting import Role
from jobs.models import Job, Upload
from levy.models import Intake, MonthSum, PayeScheme, Transaction
from levy.money import pounds
from levy.services.benefit import benefit_of
from levy.services.position import position_of
from tests.factories.levy import sample, take_in
from tests.factories.organisations import acting_as
from tests.levy.asking import client_of, colleague_of, said_to, words_of
from tests.reports.page_tables import read

pytestmark = pytest.mark.django_db

HEAD, *LINES = sample("hand_worked_v2.csv").decode().splitlines()


def file_of(lines):
    return "\r\n".join([HEAD, *lines]).encode()


def looked_at(hr, content, kind="transactions"):
    """The job that looked at a file from the page of files."""
    file = SimpleUploadedFile("esfaTransactions.csv", content)
    client_of(hr).post(f"/levy/imports/{kind}/", {f"{kind}-file": file, "look": "yes"})
    return Job.unscoped.order_by("-pk").first()


def page(hr, job):
    return client_of(hr).get(f"/levy/imports/look/{job.reference}/")


def choose(by, job, choice):
    return client_of(by).post(f"/levy/imports/look/{job.reference}/", {choice: "yes"})


def kept():
    return [model.unscoped.count() for model in (Transaction, MonthSum, Intake, PayeScheme)]


def test_nothing_is_written_and_the_file_waits(hr):
    job = looked_at(hr, file_of(LINES))
    assert (job.state, job.message, kept()) == ("done", "Nothing has been added yet.", [0, 0, 0, 0])
    assert Upload.unscoped.get().deleted_at is None
    assert job.reference in words_of(client_of(hr).get("/levy/imports/"))
    watched = words_of(client_of(hr).get(job.get_absolute_url()))
    assert "See what this file would do" in watched
    assert "The file held nothing new" not in watched


def test_a_heading_alone_is_said_to_be_one(hr):
    take_in("levy.transactions", file_of(LINES), by=hr)
    job = looked_at(hr, file_of([]))
    assert "The file has a heading and no rows below it, so there is nothing to add." in words_of(page(hr, job))


def test_what_overlaps_and_what_is_new_by_month(hr):
    """The first fourteen lines are here; of the last fourteen six are, and eight would be new."""
    take_in("levy.transactions", file_of(LINES[:14]), by=hr)
    before = kept()
    job = looked_at(hr, file_of(LINES[8:]))
    found = job.result["preview"]
    assert (found["new"], found["same"], found["refused"], kept()) == (8, 6, 0, before)
    ((_headings, *rows),) = read(page(hr, job).content)["Lines of the file by month"]
    assert [sum(int(row[place]) for row in rows) for place in (1, 2)] == [8, 6]
    pounds = {row[0]: Decimal(row[3].replace("£", "").replace(",", "")) for row in rows}
    choose(hr, job, "take")
    brought = Intake.unscoped.order_by("-pk").first()
    assert (brought.new, brought.same) == (8, 6)
    by_month: dict[str, Decimal] = dict.fromkeys(pounds, Decimal())
    for line in Transaction.unscoped.filter(intake=brought):
        by_month[f"{line.month:%B %Y}"] += line.amount
    assert pounds == {month: amount.quantize(Decimal("0.01")) for month, amount in by_month.items()}


def test_taken_in_it_is_as_if_it_had_been_uploaded_at_once(hr):
    job = looked_at(hr, file_of(LINES))
    assert choose(hr, job, "take").status_code == 302
    assert (Transaction.unscoped.count(), Upload.unscoped.get().deleted_at is None) == (22, False)
    assert job.reference not in words_of(client_of(hr).get("/levy/imports/"))
    later = words_of(page(hr, job))
    assert "The file has been taken in or deleted since." in later
    assert "Take it in" not in later
    choose(hr, job, "take")
    assert Intake.unscoped.count() == 1


def test_deleted_nothing_is_left_of_it(hr):
    job = looked_at(hr, file_of(LINES))
    assert said_to(choose(hr, job, "drop")) == ["The file is deleted. Nothing was added."]
    assert (kept(), Upload.unscoped.get().deleted_at is None) == ([0, 0, 0, 0], False)


def test_problems_and_remarks_are_told_without_who_it_is_about(hr):
    job = looked_at(
        hr, file_of([LINES[0].replace("1078.00000", "1.00000"), LINES[2].replace("3914177763", "3914177764")])
    )
    words = words_of(page(hr, job))
    assert "1 lines with a problem" in words
    assert "Line 3: Unique learner number" in words
    assert "Line 2: Total is not the levy declared x English % + top up." in words
    assert "Amina" not in words + str(job.result)
    assert "Take it in" in words


def test_an_amount_beyond_what_an_account_can_hold_is_a_line_with_a_problem(hr):
    """The largest number the database holds is 9,223,372,036,854,775,807 units; a million lines of it: £92,233,720 each."""
    absurd = LINES[2].replace("-222.22222", "-99999999999999").replace("-500.00000", "-99999999999999")
    assert absurd.count("-99999999999999") >= 1
    job = looked_at(hr, file_of([LINES[0], absurd]))
    found = job.result["preview"]
    assert (found["new"], found["refused"]) == (1, 1)
    assert found["problems"][0].endswith("is too large to be true: no line is above £92,233,720.")
    choose(hr, job, "take")
    taken = Job.unscoped.order_by("-pk").first()
    assert (taken.state, taken.counts["made"], taken.counts["refused"]) == ("done", 1, 1)
    assert Transaction.unscoped.get().amount == 1078


def test_a_payment_for_the_placeholder_of_a_learner_number_counts_and_its_learner_is_unknown(hr):
    """1,078 in, 500 paid for number 9999999999: 578 are left, and nobody is named for the 500."""
    take_in("levy.transactions", file_of([LINES[0], LINES[2].replace("3914177763", "9999999999")]), by=hr)
    intake = Intake.unscoped.get()
    assert (intake.new, intake.refused, intake.remarks) == (2, 0, [])
    assert [line.uln_hash for line in Transaction.unscoped.filter(kind="monthly")] == [""]
    position = position_of(intake.account)
    assert (position.balance, position.ledger.lots[0].used) == (578, 500)
    benefit = benefit_of([intake.account], first=date(2025, 1, 1), last=date(2026, 10, 1))
    assert (list(benefit.own), {pounds(amount) for amount in benefit.unnamed.values()}) == ([], {500})


@pytest.mark.parametrize("content", [b"Name,Band\nx,2\n", sample("levy_apprenticeships.csv")])
def test_a_wrong_file_is_refused_as_it_would_be(hr, content):
    job = looked_at(hr, content)
    assert job.state == "failed"
    assert job.message.startswith("This is not the transactions download")
    assert page(hr, job).status_code == 404


def test_another_trusts_file_is_refused_as_it_would_be(hr, other_hr):
    take_in("levy.transactions", file_of(LINES), by=other_hr)
    assert looked_at(hr, file_of(LINES)).message.startswith("This file is of another trust's account")


def test_only_ones_own_is_seen_and_chosen(hr, other_hr):
    job = looked_at(hr, file_of(LINES))
    assert page(colleague_of(hr), job).status_code == 200
    for by in (other_hr, *(acting_as(role) for role in (Role.AUDITOR, Role.ICB_ANALYST, Role.RECRUITER))):
        assert page(by, job).status_code == 404
        assert choose(by, job, "take").status_code == 404
    assert kept() == [0, 0, 0, 0]


def test_the_other_files_are_taken_in_at_once(hr):
    looked_at(hr, sample("levy_apprenticeships.csv"), kind="apprentices")
    assert Intake.unscoped.get().source == "apprentices"

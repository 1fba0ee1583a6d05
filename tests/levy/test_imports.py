"""Files into an account: what is taken, what changes nothing, and what is refused with which sentence."""

import codecs
import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from django.conf import settings
from django.db.models import Sum

from audit.acting import Role
from jobs.models import JobState
from levy.imports.reading import LARGE
from levy.models import (
    Account,
    Application,
    Apprenticeship,
    Entry,
    Intake,
    MonthSum,
    PayeScheme,
    RosterEntry,
    Transaction,
)
from levy.services.position import position_of
from levy.sources.transactions import Transactions
from levy.ulns import hashed
from tests.factories.levy import sample, take_in
from tests.factories.organisations import acting_as as acting

pytestmark = pytest.mark.django_db
AMINA = "3914177763"


def take(content, by, name="esfaTransactions_20261123090000.csv"):
    return take_in("levy.transactions", content, by=by, name=name)


HEAD, *LINES = sample("hand_worked_v2.csv").decode().splitlines()


def file_of(*lines, head=HEAD):
    return "\r\n".join([head, *lines])


class TestTransactions:
    def test_a_file_becomes_a_ledger(self, hr):
        job = take(sample("hand_worked_v2.csv"), hr)
        assert (job.state, job.counts["made"], job.counts["same"], job.counts["refused"]) == ("done", 22, 0, 0)
        account = Account.unscoped.get(trust=hr.organisation_id)
        position = position_of(account)
        lots = [(f"{lot.month:%Y-%m}", lot.used, lot.expired, lot.open) for lot in position.ledger.lots if lot.amount]
        assert lots == [
            ("2024-05", 478, 600, 0),
            ("2024-06", 22, 1056, 0),
            ("2026-06", Decimal("1479.5"), 0, 0),
            ("2026-07", Decimal("570.5"), 0, 909),
            ("2026-08", 0, 0, 1047),
            ("2026-11", 0, 0, 1345),
        ]
        assert position.balance == 909 + 1047 + 1345

    def test_the_same_file_twice_changes_nothing(self, hr):
        take(sample("hand_worked_v2.csv"), hr)
        before = list(MonthSum.unscoped.values_list("month", "kind", "amount").order_by("month", "kind"))
        again = take(sample("hand_worked_v2.csv"), hr)
        assert (again.counts["made"], again.counts["same"]) == (0, 22)
        assert list(MonthSum.unscoped.values_list("month", "kind", "amount").order_by("month", "kind")) == before

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_overlapping_files_in_either_order_are_one_history(self, hr, order):
        halves = [file_of(*LINES[:14]), file_of(*LINES[8:])]
        for half in order:
            take(halves[half], hr)
        assert Transaction.unscoped.count() == len(LINES)
        assert position_of(Account.unscoped.get()).balance == 3301

    def test_two_equal_payments_stay_two(self, hr):
        payment = next(line for line in LINES if line.startswith("08/07/2026"))
        take(file_of(LINES[0], payment, payment), hr)
        take(file_of(LINES[0], payment, payment), hr)
        assert Transaction.unscoped.filter(kind=Entry.MONTHLY).count() == 2

    def test_both_versions_of_one_download_are_one(self, hr):
        one = take(sample("levy_transactions_v1.csv"), hr)
        two = take(sample("levy_transactions_v2.csv"), hr)
        assert one.state == two.state == JobState.DONE
        shared = Transaction.unscoped.filter(intake__reference__in=Intake.unscoped.values("reference"))
        assert shared.count() == one.counts["made"] + two.counts["made"]

    def test_only_a_keyed_hash_of_the_learner_is_kept(self, hr):
        take(sample("hand_worked_v2.csv"), hr)
        hashes = set(Transaction.unscoped.exclude(uln_hash="").values_list("uln_hash", flat=True))
        assert hashed(AMINA, key=settings.HASH_KEY.encode()) in hashes
        kept = "".join(str(value) for row in Transaction.unscoped.values() for value in row.values())
        assert "Amina" not in kept
        assert AMINA not in kept

    def test_the_file_itself_is_gone_afterwards(self, hr):
        job = take(sample("hand_worked_v2.csv"), hr)
        job.upload.refresh_from_db()
        assert job.upload.deleted_at is not None

    def test_a_sum_in_the_database_is_the_sum_of_its_integers(self, hr):
        take(sample("hand_worked_v2.csv"), hr)
        rows = list(Transaction.unscoped.values_list("amount", flat=True))
        assert Transaction.unscoped.aggregate(pounds=Sum("amount"))["pounds"] == sum(rows, Decimal())
        assert MonthSum.unscoped.aggregate(pounds=Sum("amount"))["pounds"] == sum(rows, Decimal())

    def test_a_workbook_is_read_like_the_text(self, hr):
        take(sample("levy_transactions_v2.csv"), hr)
        before = Transaction.unscoped.count()
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            sheet = book.add_worksheet()
            source = Transactions.from_csv(io.BytesIO(sample("levy_transactions_v2.csv")))
            for at, (_line, cells) in enumerate(source.source):
                sheet.write_row(at, 0, _unquoted(cells))
        job = take(out.getvalue(), hr, name="esfaTransactions.xlsx")
        assert (job.state, job.message) == ("done", "1 remark on what was taken in.")
        assert Transaction.unscoped.count() == before

    def test_a_refused_row_is_told_and_the_rest_is_taken(self, hr):
        job = take(file_of(LINES[0], LINES[1].replace("Levy,Levy", "Lottery,Lottery")), hr)
        assert (job.counts["made"], job.counts["refused"]) == (1, 1)
        (problem,) = job.rows.all()
        assert (problem.row, problem.column) == (3, "Transaction type")
        assert problem.sentence == "Transaction type is “Lottery”, which this service does not know."


def _unquoted(cells):
    """A row of the sample as a worksheet has it: a name that held a comma is one cell again."""
    surplus = len([cell for cell in cells if cell is not None]) - 21
    if surplus > 0:
        cells = [*cells[:11], ", ".join(cells[11 : 12 + surplus]), *cells[12 + surplus :]]
    return cells[:20]


class TestRefused:
    def refusal(self, content, by, **more):
        job = take(content, by, **more)
        assert job.state == JobState.FAILED
        assert Transaction.unscoped.filter(account__trust=by.organisation_id).count() == 0
        return job.message

    def test_another_trusts_paye_scheme(self, hr, other_hr):
        take(sample("hand_worked_v2.csv"), hr)
        assert self.refusal(sample("hand_worked_v2.csv"), other_hr) == (
            "This file is of another trust's account: PAYE scheme 120/AB12345 belongs to that one. "
            "Check that you chose the right file."
        )

    def test_another_trusts_learners_where_there_is_no_paye_scheme(self, hr, other_hr):
        take(sample("hand_worked_v2.csv"), hr)
        payments = [line for line in LINES if "Payment" in line]
        assert self.refusal(file_of(*payments), other_hr) == (
            "This file is of another trust's account: it holds payments for learners that stand in that one. "
            "Check that you chose the right file."
        )

    def test_paye_schemes_that_are_new_to_an_account_that_has_some(self, hr):
        take(file_of(LINES[0]), hr)
        job = take(file_of(LINES[0].replace("120/AB12345", "999/ZZ1")), hr)
        assert job.message.startswith("None of the PAYE schemes in this file (999/ZZ1) is known for your account.")
        assert PayeScheme.unscoped.get().reference == "120/AB12345"

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (
                file_of(LINES[2].replace(AMINA, "3.91E+09")),
                "Line 2: Excel has shortened a learner number to “3.91E+09”, so the learners can no longer be told apart. "
                "Download the file again and upload it as it is, without opening it in Excel.",
            ),
            (sample("levy_apprenticeships.csv").decode(), "This is not the transactions download. It looks like "),
            ("Name,Band\nx,2\n", "This is not the transactions download of “Manage apprenticeships”: it has no column"),
        ],
    )
    def test_a_wrong_file(self, hr, content, sentence):
        assert self.refusal(content, hr).startswith(sentence)

    def test_other_roles_do_not_import(self, hr):
        with pytest.raises(Exception, match="Your role cannot use this: levy transactions"):
            take(sample("hand_worked_v2.csv"), acting(Role.ICB_ANALYST))


@pytest.mark.parametrize(
    "mangle",
    [
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: text.encode() + b"\r",
        lambda text: text.replace("\r\n", "\n").encode(),
    ],
    ids=["UTF-16", "stray carriage return", "Unix lines"],
)
def test_odd_files_are_read_all_the_same(hr, mangle):
    take(mangle(file_of(*LINES)), hr)
    assert Transaction.unscoped.count() == len(LINES)


def test_a_truncated_file_keeps_what_is_whole(hr):
    job = take(file_of(*LINES)[:-60], hr)
    assert (job.counts["made"], job.counts["refused"]) == (21, 1)
    assert "cut off" in job.rows.get().sentence


class TestApprentices:
    def test_added_then_the_same(self, hr):
        first = take_in("levy.apprentices", sample("levy_apprenticeships.csv"), by=hr)
        again = take_in("levy.apprentices", sample("levy_apprenticeships.csv"), by=hr)
        assert (first.counts["made"], again.counts["made"], again.counts["same"]) == (5, 0, 5)
        amina = Apprenticeship.unscoped.get(own_reference="ESR-100001")
        assert (amina.course, amina.start, amina.end, amina.price, amina.status) == (
            "Senior healthcare support worker", date(2025, 9, 1), date(2027, 3, 1), 5000, "live",
        )  # fmt: skip
        kept = "".join(str(value) for row in Apprenticeship.unscoped.values() for value in row.values())
        assert "Amina" not in kept
        assert "2001" not in kept

    def test_an_older_list_after_a_newer_one_changes_nothing(self, hr):
        newer, older = (
            sample("levy_apprenticeships.csv"),
            sample("levy_apprenticeships.csv").replace(b",Live,", b",Paused,"),
        )
        take_in("levy.apprentices", newer, by=hr, name="Manageyourlearners_20261101090000.csv")
        take_in("levy.apprentices", newer, by=hr, name="Manageyourlearners_20261120090000.csv")
        job = take_in("levy.apprentices", older, by=hr, name="Manageyourlearners_20261110090000.csv")
        assert (job.counts["changed"], job.counts["same"]) == (0, 5)
        assert Apprenticeship.unscoped.get(own_reference="ESR-100001").status == "live"
        assert Intake.unscoped.latest("pk").remarks[0] == (
            "1 row differs from a newer list that is here: this one is of 10 November 2026, so nothing was changed by them."
        )

    def test_a_newer_list_changes_what_differs(self, hr):
        take_in("levy.apprentices", sample("levy_apprenticeships.csv"), by=hr)
        stopped = sample("levy_apprenticeships.csv").replace(b"Confirmed,Live,", b"Confirmed,Stopped,")
        job = take_in("levy.apprentices", stopped, by=hr)
        assert (job.counts["changed"], job.counts["same"]) == (1, 4)


class TestRoster:
    HEAD = "ULN,Your reference,ESR assignment number,Home postcode at start,Start date,New recruit or existing staff\n"

    def test_the_postcode_is_reduced_and_dropped(self, hr, places):
        body = f"{AMINA},ESR-100001,1,{places['core20'].code},01/09/2025,New recruit\n,ESR-100002,2,ZZ1 1ZZ,,Existing staff\n"
        job = take_in("levy.roster", self.HEAD + body, by=hr)
        assert job.counts["made"] == 2
        known = RosterEntry.unscoped.get(own_reference="ESR-100001")
        assert (known.local, known.core20, known.decile, known.new_recruit) == ("yes", "yes", 1, True)
        unknown = RosterEntry.unscoped.get(own_reference="ESR-100002")
        assert (unknown.local, unknown.core20, unknown.decile, unknown.new_recruit) == (
            "unknown",
            "unknown",
            None,
            False,
        )
        kept = "".join(str(value) for row in RosterEntry.unscoped.values() for value in row.values())
        assert "ZZ1" not in kept
        assert places["core20"].code not in kept
        job.upload.refresh_from_db()
        assert job.upload.deleted_at is not None
        assert Intake.unscoped.get().remarks == [
            "The postcodes in lines 3 are outside the files that this service holds: their place is unknown."
        ]


def test_pledge_applications_keep_no_contact(hr):
    first = take_in("levy.pledges", sample("levy_pledge_applications.csv"), by=hr)
    again = take_in("levy.pledges", sample("levy_pledge_applications.csv"), by=hr)
    assert (first.counts["made"], again.counts["same"]) == (1, 1)
    row = Application.unscoped.get()
    assert (row.employer, row.cost, row.apprentices) == ("EXAMPLE COMMUNITY KITCHEN CIC", 8000, 2)
    kept = "".join(str(value) for value in Application.unscoped.values().get().values())
    assert "sam@example.org" not in kept
    assert "Sam Example" not in kept


def test_a_file_as_large_as_a_trusts_whole_history_is_allowed():
    assert LARGE.file_bytes >= 80_000_000
    assert LARGE.rows >= 360_000

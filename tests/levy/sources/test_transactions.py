"""The transactions download: the layouts, and every quirk of levy.md section 3."""

import io
from datetime import date
from pathlib import Path

import pytest

from levy.flows import flows
from levy.money import pounds
from levy.sources.rows import Kind, Row
from levy.sources.text import FileRefused
from levy.sources.transactions import Transactions, row_keys

SAMPLES = Path(__file__).parent.parent / "samples"
V2 = (SAMPLES / "levy_transactions_v2.csv").read_bytes()
V1 = (SAMPLES / "levy_transactions_v1.csv").read_bytes()
HEADING, *LINES = V2.decode().splitlines()
PAYMENT = LINES[3]
LEVY = LINES[0]
KEY = b"key"


def read(data, **options):
    source = Transactions.from_csv(io.BytesIO(data if isinstance(data, bytes) else data.encode()), **options)
    return list(source), source


def rows_of(*lines):
    return read("\r\n".join([HEADING, *lines]))[0]


def problems_of(*lines):
    return [str(problem) for problem in read("\r\n".join([HEADING, *lines]))[1].problems]


def edited(line, **cells):
    parts = line.split(",")
    for name, text in cells.items():
        parts[HEADING.split(",").index(name.replace("_", " "))] = text
    return ",".join(parts)


def without_lines(rows):
    return [row._replace(line=0) for row in rows]


class TestVersion2:
    def test_all_rows_are_taken(self):
        rows, source = read(V2)
        assert [row.kind.value for row in rows] == [
            *("levy", "levy", "expired_24", "monthly", "monthly", "completion", "monthly", "sent"),
            *("levy", "levy", "monthly", "monthly", "milestone", "adjustment", "expired_24"),
        ]
        assert source.problems == []
        assert (source.layout.version, source.layout.levy, source.layout.in_order) == (2, True, True)

    def test_a_levy_row(self):
        assert read(V2)[0][0] == Row(
            line=2,
            day=date(2026, 7, 23),
            month=date(2026, 7, 1),
            kind=Kind.LEVY,
            amount=2_167_000_000,
            total=2_167_000_000,
            paye="120/AB12345",
            payroll_month=date(2026, 6, 1),
            declared=2_000_000_000,
            english=9_850_000,
            top_up=197_000_000,
            cohort="",
            provider="",
            uln=None,
            course="",
            level=None,
            course_type="",
            from_levy=0,
            from_transfer=0,
            own=0,
            government=0,
            counterparty="",
            description="Levy",
        )

    def test_a_payment_row(self):
        assert read(V2)[0][3] == Row(
            line=5,
            day=date(2026, 8, 8),
            month=date(2026, 8, 1),
            kind=Kind.MONTHLY,
            amount=-22_222_222,
            total=-22_222_222,
            paye="",
            payroll_month=None,
            declared=0,
            english=0,
            top_up=0,
            cohort="R8KGDR",
            provider="Example College London",
            uln="3914177763",
            course="Senior healthcare support worker",
            level=3,
            course_type="Apprenticeship",
            from_levy=-22_222_222,
            from_transfer=0,
            own=0,
            government=0,
            counterparty="",
            description="Monthly Payment",
        )

    def test_contributions_are_not_levy(self):
        row = read(V2)[0][11]
        assert (row.total, row.own, row.government, row.amount) == (-30_000_000, -5_000_000, -15_000_000, -10_000_000)

    def test_a_refund_puts_money_back(self):
        assert read(V2)[0][6].amount == 26_666_667

    def test_the_sums_by_month(self):
        months = flows(read(V2)[0])
        july, august, september = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
        assert months.credits == {july: 27170, august: 24700, september: -1500}
        assert {month: str(amount) for month, amount in months.debits.items()} == {
            august: "1477.77777",
            september: "772.22222",
        }
        assert months.expired == {(july, 24): 2000, (september, 24): pounds(120_050_000)}

    def test_no_name_gets_in(self):
        assert "Sample" not in repr(read(V2)[0])


class TestVersion1:
    def test_all_rows_are_taken(self):
        rows, source = read(V1)
        assert (len(rows), source.problems, source.layout.version) == (8, [], 1)
        assert "Sample" not in repr(rows)

    def test_the_same_transactions_have_the_same_keys_in_both_versions(self):
        old = [key for _, key in row_keys(read(V1)[0], key=KEY)]
        new = [key for _, key in row_keys(read(V2)[0], key=KEY)]
        assert old == new[:8]


class TestLayouts:
    def test_the_trailing_comma_is_no_column(self):
        rows, source = read(V2)
        assert (source.layout.width, source.layout.trailing, len(rows)) == (20, True, 15)

    def test_without_trailing_commas(self):
        bare = "\n".join(line.removesuffix(",") for line in [HEADING, *LINES])
        assert without_lines(read(bare)[0]) == without_lines(read(V2)[0])

    def test_shuffled_columns_are_mapped(self):
        order = [19, 10, 11, 2, 0, 1, *range(3, 10), *range(12, 19)]
        lines = [
            ",".join([cells[place] for place in order]) for cells in (line.split(",") for line in [HEADING, *LINES])
        ]
        rows, source = read("\n".join(lines))
        assert rows == read(V2)[0]
        assert (source.problems, source.layout.in_order) == ([], False)

    def test_shuffled_columns_with_a_comma_in_a_name(self):
        order = [19, 10, 11, 2, 0, 1, *range(3, 10), *range(12, 19)]
        cells = PAYMENT.split(",")
        cells[11] = "Sample, Amina"
        lines = [",".join([part[place] for place in order]) for part in (HEADING.split(","), cells)]
        assert read("\n".join(lines))[0][0].amount == -22_222_222

    def test_a_missing_column_refuses_the_file_by_name(self):
        broken = V2.decode().replace("Total", "Sum", 1)
        with pytest.raises(FileRefused, match="it has no column “Total”"):
            read(broken)

    def test_a_doubled_column_refuses_the_file_by_name(self):
        with pytest.raises(FileRefused, match="“Total” is there twice"):
            read(V2.decode().replace("Total,", "Total,Total,", 1))

    def test_an_unknown_further_column_is_left_out(self):
        lines = [line + ("New column" if line == HEADING else "something") for line in [HEADING, *LINES]]
        assert without_lines(read("\n".join(lines))[0]) == without_lines(read(V2)[0])

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("levy_apprenticeships.csv", "looks like the list of apprentices"),
            ("levy_pledge_applications.csv", "looks like the list of applications to a pledge"),
            ("levy_expiry_cases.json", "not the transactions download"),
        ],
    )
    def test_another_file_is_refused_by_name(self, name, sentence):
        with pytest.raises(FileRefused, match=sentence):
            read((SAMPLES / name).read_bytes())

    def test_a_row_of_neither_version_is_left_out_with_a_sentence(self):
        rows, source = read(V2.rstrip() + b"\r\n" + V1.split(b"\r\n")[4].replace(b"3914177763", b"Amina"))
        assert len(rows) == 15
        assert [str(problem) for problem in source.problems] == [
            "Line 17: the row has 17 of 20 cells: the file is cut off here, or the row is of another version."
        ]

    def test_the_non_levy_variant_of_version_2(self):
        heading = (
            "Transaction date,Transaction type,Description,Cohort reference,Training provider,Unique learner number,Learner,"
            "Course Name,Course level,Course type,Paid from levy,Paid from transfer,Your contribution,Government contribution,Total,"
        )
        line = (
            '08/08/2026,Monthly Payment,Monthly Payment,HTY8FG,"Made-Up Training Ltd",3914177763,Sample, Amina,Adult care worker,'
            "2,Apprenticeship,0.00000,0.00000,-50.00000,-950.00000,-1000.00000,"
        )
        rows, source = read(f"{heading}\r\n{line}\r")
        assert (rows[0].own, rows[0].government, rows[0].amount, rows[0].paye) == (-5_000_000, -95_000_000, 0, "")
        assert (source.layout.version, source.layout.levy, source.problems) == (2, False, [])

    def test_the_non_levy_variant_of_version_1(self):
        heading = (
            "Transaction date,Transaction type,Description,Training provider,Unique learner number,Apprentice,Apprenticeship "
            "training course,Course level,Paid from transfer,Your contribution,Government contribution,Total,"
        )
        line = '08/08/2026,Monthly Payment,Monthly Payment,"X",3914177763,Amina,Adult care worker,2,-600.00000,0.00000,0.00000,-600.00000,'
        rows, source = read(f"{heading}\r\n{line}")
        assert (rows[0].from_transfer, rows[0].amount, source.layout.levy) == (-60_000_000, -60_000_000, False)


class TestLearnerNames:
    @pytest.mark.parametrize(
        "name",
        [
            "Sample, Amina",
            "Sample, Amina, Jr",
            '"Sample, Amina"',
            '"Amina" Sample',
            'Amina "Mina" Sample',
            '"Amina Sample',
            ",",
        ],
    )
    def test_a_name_with_commas_or_quotation_marks_moves_nothing(self, name):
        line = PAYMENT.replace("Amina Sample", name)
        rows, source = read("\r\n".join([HEADING, line, LINES[4]]))
        assert without_lines(rows) == without_lines(read(V2)[0][3:5])
        assert source.problems == []

    def test_a_file_padded_by_a_spreadsheet(self):
        # A spreadsheet drops the trailing comma and the noughts, and pads every row to the widest one.
        wide = edited(PAYMENT, Paid_from_levy="-1000", Total="-1000").replace("Amina Sample", "Sample, Amina")
        lines = [HEADING, wide, LINES[4]]
        padded = [line if line == wide else f"{line}," for line in lines]
        rows, source = read("\r\n".join(line.removesuffix(",") for line in padded))
        assert [row.amount for row in rows] == [-100_000_000, -22_222_222]
        assert source.problems == []


class TestText:
    def test_a_stray_carriage_return_at_the_end(self):
        assert read(V2 + b"\r")[0] == read(V2)[0]
        assert read(V2.rstrip() + b"\r")[0] == read(V2)[0]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
    def test_byte_order_marks_and_utf_16(self, encoding):
        assert read(V2.decode().encode(encoding))[0] == read(V2)[0]

    def test_a_windows_name(self):
        assert (
            read(V2.decode().replace("Example College", "Collège").encode("cp1252"))[0][3].provider == "Collège London"
        )

    def test_tabs_and_quotation_marks_round_every_cell(self):
        tabs = "\n".join(
            "\t".join(f'"{cell.strip(chr(34))}"' for cell in line.split(",")) for line in [HEADING, *LINES]
        )
        assert read(tabs)[0] == read(V2)[0]

    def test_a_file_cut_off_inside_a_row(self):
        rows, source = read(V2.rstrip()[:-90])
        assert len(rows) == 14
        assert [str(problem) for problem in source.problems] == [
            "Line 16: the row ends in the middle: the file looks cut off. Download it again."
        ]

    def test_a_file_cut_off_inside_the_last_amount(self):
        rows, source = read(V2.rstrip()[:-4])
        assert len(rows) == 14
        assert [str(problem) for problem in source.problems] == [
            "Line 16: the row ends in the middle: the file looks cut off. Download it again."
        ]

    def test_a_file_cut_off_after_the_last_amount_has_lost_nothing(self):
        assert read(V2.rstrip()[:-1])[0] == read(V2)[0]

    @pytest.mark.parametrize("data", [b"", b"\r\n", b" , , \n" * 20])
    def test_an_empty_file(self, data):
        with pytest.raises(FileRefused, match="The file is empty"):
            read(data)

    def test_a_heading_alone_is_a_file_without_rows(self):
        assert read(HEADING)[0] == []


class TestWorksheet:
    def cells(self):
        for line in [HEADING, *LINES]:
            parts = [part.strip('"') for part in line.split(",")][:-1]
            yield [float(part) if index > 4 and _is_number(part) else part or None for index, part in enumerate(parts)]

    def test_the_rows_of_a_worksheet_are_the_rows_of_the_csv(self):
        source = Transactions.from_cells(self.cells())
        assert list(source) == read(V2)[0]
        assert source.problems == []

    def test_dates_and_a_payroll_month_as_excel_keeps_them(self):
        rows = list(self.cells())
        rows[1][0], rows[1][4] = date(2026, 7, 23), "'Jun 2026"
        assert next(iter(Transactions.from_cells(rows))) == read(V2)[0][0]


def _is_number(text):
    return text.replace(".", "").removeprefix("-").isdigit()


class TestTypes:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Expired Levy", Kind.EXPIRED_24),
            ("Expired Levy 24 month", Kind.EXPIRED_24),
            ("Expired Levy 24 months", Kind.EXPIRED_24),
            ("Expired Levy 12 month", Kind.EXPIRED_12),
            ("EXPIRED LEVY 12 MONTH", Kind.EXPIRED_12),
        ],
    )
    def test_expiry_by_the_code_and_by_the_specification(self, text, kind):
        row = rows_of(edited(LINES[2], Transaction_type=text))[0]
        assert (row.kind, row.amount) == (kind, -200_000_000)

    @pytest.mark.parametrize("kind", [Kind.MONTHLY, Kind.COMPLETION, Kind.BALANCE, Kind.MILESTONE])
    def test_payments(self, kind):
        assert rows_of(edited(PAYMENT, Transaction_type=f"{kind.value.title()} Payment"))[0].kind is kind

    def test_an_unknown_type_leaves_out_the_row_and_keeps_the_file(self):
        rows, source = read("\n".join([HEADING, edited(PAYMENT, Transaction_type="Bonus"), LEVY]))
        assert [row.kind for row in rows] == [Kind.LEVY]
        assert [str(problem) for problem in source.problems] == [
            "Line 2: Transaction type is “Bonus”, which this service does not know."
        ]
        assert source.problems[0].rejected

    @pytest.mark.parametrize(
        ("about", "total", "levy", "transfer", "kind", "amount"),
        [
            ("Transfer sent to A", "-300.00000", "0.00000", "300.00000", Kind.SENT, -30_000_000),  # code, version 2
            ("Transfer sent to A", "-300.00000", "300.00000", "0.00000", Kind.SENT, -30_000_000),  # code, version 1
            ("Transfer sent to A", "300.00000", "300.00000", "0.00000", Kind.SENT, -30_000_000),  # specification
            ("Transfer sent to A", "300.00000", "0.00000", "-300.00000", Kind.SENT, 30_000_000),  # returned
            ("Transfer received from A", "300.00000", "0.00000", "300.00000", Kind.RECEIVED, 30_000_000),  # code
            (
                "Transfer received from A",
                "300.00000",
                "0.00000",
                "-300.00000",
                Kind.RECEIVED,
                30_000_000,
            ),  # specification
            (
                "Transfer received from A",
                "-300.00000",
                "0.00000",
                "-300.00000",
                Kind.RECEIVED,
                30_000_000,
            ),  # its non-levy table
        ],
    )
    def test_the_description_gives_a_transfer_its_direction(self, about, total, levy, transfer, kind, amount):
        row = rows_of(
            edited(LINES[7], Description=about, Total=total, Paid_from_levy=levy, Paid_from_transfer=transfer)
        )[0]
        assert (row.kind, row.amount, row.counterparty) == (kind, amount, "A")

    def test_a_transfer_without_direction_is_left_out(self):
        assert problems_of(edited(LINES[7], Description="Transfer")) == [
            "Line 2: Description is “Transfer”, which does not say whether the transfer was sent or received."
        ]

    def test_a_sent_transfer_is_no_payment_too(self):
        assert flows(rows_of(LINES[7])).debits == {date(2026, 8, 1): 300}


class TestChecks:
    @pytest.mark.parametrize(
        ("cells", "sentence"),
        [
            ({"Transaction_date": "07/23/2026"}, "Transaction date is “07/23/2026”, which is not a day."),
            (
                {"Transaction_date": "01/04/2017"},
                "Transaction date is 01/04/2017, which is not a day between April 2017",
            ),
            ({"PAYE_scheme": "12/AB12345"}, "PAYE scheme is “12/AB12345”, which is not a PAYE reference"),
            ({"English_%": "100.00001"}, "English % is 100.00001, which is not between 0 and 100"),
            ({"Payroll_month": "June"}, "Payroll month is “June”, which is not a month"),
            ({"Total": "1E+05"}, "Total is “1E+05”, which is not an amount"),
            ({"Course_level": "three"}, "Course level is “three”, which is not a whole number"),
        ],
    )
    def test_a_cell_that_cannot_be_read_leaves_out_its_row(self, cells, sentence):
        rows, source = read("\n".join([HEADING, edited(LEVY, **cells), PAYMENT]))
        assert [row.kind for row in rows] == [Kind.MONTHLY]
        assert str(source.problems[0]).startswith(f"Line 2: {sentence}")

    def test_a_day_after_the_latest_is_left_out(self):
        rows, source = read(V2, latest=date(2026, 9, 22))
        assert (len(rows), len(source.problems)) == (13, 2)

    @pytest.mark.parametrize("number", ["3914177764", "391417776", "A914177763"])
    def test_a_number_that_fails_the_check_sum_leaves_out_its_row(self, number):
        rows, source = read("\n".join([HEADING, PAYMENT.replace("3914177763", number), LEVY]))
        assert [row.kind for row in rows] == [Kind.LEVY]
        assert [(str(problem), problem.rejected) for problem in source.problems] == [
            (
                "Line 2: Unique learner number is not a real learner number (10 digits with a check digit), so the payment "
                "could be counted twice. Correct it, or download the file again.",
                True,
            )
        ]

    def test_the_placeholder_number_is_missing_without_a_word(self):
        rows, source = read("\n".join([HEADING, PAYMENT.replace("3914177763", "9999999999")]))
        assert (rows[0].uln, source.problems) == (None, [])

    def test_a_number_shortened_by_excel_refuses_the_file_with_the_mend(self):
        with pytest.raises(
            FileRefused, match=r"^Line 3: Excel has shortened a learner number to “3.91E\+09”.*without opening"
        ):
            rows_of(LEVY, PAYMENT.replace("3914177763", "3.91E+09"))

    def test_levy_that_is_not_declared_x_english_plus_top_up_is_a_warning(self):
        assert problems_of(edited(LEVY, Total="21670.02000")) == [
            "Line 2: Total is not the levy declared x English % + top up."
        ]
        assert problems_of(edited(LEVY, Total="21670.01000")) == []

    def test_a_payment_that_is_not_the_sum_of_its_parts_is_a_warning(self):
        assert problems_of(edited(PAYMENT, Total="-222.24000")) == [
            "Line 2: Total is not the sum of what the levy, the transfer, you and the government paid."
        ]

    def test_a_row_that_nets_to_nothing_is_kept(self):
        assert rows_of(edited(PAYMENT, Paid_from_levy="0.00000", Total="0.00000"))[0].amount == 0


class TestKeys:
    def keys(self, *lines):
        return [key for _, key in row_keys(rows_of(*lines), key=KEY)]

    def test_the_same_file_gives_the_same_keys(self):
        assert self.keys(*LINES) == self.keys(*LINES)

    def test_equal_rows_keep_a_key_each(self):
        first, second, third = self.keys(PAYMENT, PAYMENT, PAYMENT)
        assert len({first, second, third}) == 3

    def test_overlapping_files_share_the_keys_of_what_they_share(self):
        early, late = self.keys(*LINES[:8], PAYMENT), self.keys(PAYMENT, *LINES[3:])
        assert set(early) & set(late) == {*self.keys(*LINES[3:8]), *self.keys(PAYMENT, PAYMENT)}
        assert len({*early, *late}) == len(LINES) + 1

    def test_the_order_of_rows_does_not_matter(self):
        lines = [*LINES, PAYMENT]
        assert sorted(self.keys(*lines)) == sorted(self.keys(*reversed(lines)))

    @pytest.mark.parametrize(
        "cells",
        [
            {"Transaction_date": "09/08/2026"},
            {"Transaction_type": "Balance Payment"},
            {"Training_provider": '"Another"'},
            {"Unique_learner_number": "1926685872"},
            {"Course_name": "Nursing associate"},
            {"Course_level": "4"},
            {"Total": "-222.22223"},
            {"Your_contribution": "-0.00001", "Total": "-222.22223"},
        ],
    )
    def test_every_difference_makes_another_key(self, cells):
        assert self.keys(edited(PAYMENT, **cells)) != self.keys(PAYMENT)

    def test_the_name_is_not_part_of_the_key(self):
        assert self.keys(PAYMENT.replace("Amina Sample", "A N Other")) == self.keys(PAYMENT)

    def test_the_key_cannot_be_guessed_without_the_installations_own(self):
        assert [key for _, key in row_keys(rows_of(PAYMENT), key=b"other")] != self.keys(PAYMENT)


def test_twenty_thousand_rows_are_checked_and_keyed():
    body = "\r\n".join([PAYMENT, LINES[11], LEVY, PAYMENT.replace("Amina Sample", "Sample, Amina")] * 5000)
    count = sum(1 for _ in row_keys(Transactions.from_csv(io.BytesIO(f"{HEADING}\r\n{body}".encode())), key=KEY))
    assert count == 20_000

"""The NHSBSA's open data."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vacancies.samples_of import sample
from vacancies.banding import Band
from vacancies.sources.contract import Contract
from vacancies.sources.faults import FeedRefused
from vacancies.sources.open_data import OpenAdvert, read_open_data

SAMPLE = sample("nhsbsa_opendata_vacancies.csv")
HEADINGS = "JOB_REFERENCE,EMPLOYER_NAME,JOB_TITLE,PAY_BAND"


def table(*lines, headings=HEADINGS):
    return "\r\n".join([headings, *lines]).encode()


def refusal(data):
    with pytest.raises(FeedRefused) as caught:
        read_open_data(data)
    return caught.value.sentence


class TestTheSample:
    def test_every_value(self):
        assert read_open_data(SAMPLE).adverts == (
            OpenAdvert(
                line=2,
                id="917000001",
                reference="C9333-26-1201",
                employer="Imperial College Healthcare NHS Trust",
                title="Healthcare Support Worker",
                staff_group="Additional Clinical Services",
                area_of_work="Acute Medicine",
                pay_band="Band 2",
                band=Band(2),
                salary_min=Decimal(30866),
                salary_max=Decimal(30866),
                salary_unit="year",
                contract=Contract("Permanent", "permanent"),
                fixed_term_months=None,
                patterns=("Full-time", "Part-time", "Flexible working"),
                postcode="W2 1NY",
                region="London",
            ),
            OpenAdvert(
                line=3,
                id="917000002",
                reference="C9395-26-0412",
                employer="London North West University Healthcare NHS Trust",
                title="Domestic Assistant - Band 2",
                staff_group="Estates and Ancillary",
                area_of_work="Domestic Services",
                pay_band="Band 2",
                band=Band(2),
                salary_min=Decimal(29974),
                salary_max=Decimal(29974),
                salary_unit="year",
                contract=Contract("Fixed-Term", "fixed"),
                fixed_term_months=12,
                patterns=("Full-time",),
                postcode="HA1 3UJ",
                region="London",
            ),
        )

    def test_nothing_to_complain_about(self):
        read = read_open_data(SAMPLE)
        assert (read.problems, read.left) == ((), ())

    def test_one_employer_only(self):
        read = read_open_data(SAMPLE, employers=["IMPERIAL College healthcare NHS trust"])
        assert [advert.reference for advert in read.adverts] == ["C9333-26-1201"]
        assert read.left == (("London North West University Healthcare NHS Trust", 1),)


class TestLayout:
    def test_more_columns_are_kept_beside(self):
        read = read_open_data(table("A1,West London NHS Trust,Porter,Band 2,7", headings=HEADINGS + ",NUMBER_OF_POSTS"))
        assert read.adverts[0].more == (("NUMBER_OF_POSTS", "7"),)

    def test_order_case_and_delimiter_are_free(self):
        read = read_open_data(
            "pay band;Job Title;employer_name;job_reference\nBand 3;Porter;West London NHS Trust;A1".encode("utf-16")
        )
        assert (read.adverts[0].reference, read.adverts[0].band) == ("A1", Band(3))

    def test_blank_lines_and_quoted_line_breaks(self):
        read = read_open_data(
            table("", 'A1,West London NHS Trust,"Porter\nnights, part-time",Band 2', ",,,", "A2,T,U,Band 2")
        )
        assert [(a.line, a.title) for a in read.adverts] == [(4, "Porter nights, part-time"), (6, "U")]

    @pytest.mark.parametrize("unit", ["year", "Year", "per annum"])
    def test_units(self, unit):
        read = read_open_data(table(f"A1,T,U,Band 2,{unit}", headings=HEADINGS + ",SALARY_TIME_UNIT"))
        assert read.adverts[0].salary_unit == "year"


class TestRowFaults:
    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            (
                ",T,U,Band 2",
                "Line 2, column “JOB_REFERENCE”: It is missing, so the row was left out. Look the advert up on "
                "NHS Jobs.",
            ),
            (
                "A1,T,,Band 2",
                "Line 2, column “JOB_TITLE”: It is missing, so the row was left out. Look the advert up on NHS Jobs.",
            ),
            (
                "A1,,U,Band 2",
                "Line 2, column “EMPLOYER_NAME”: It is missing, so the row was left out. Look the advert up on "
                "NHS Jobs.",
            ),
            (
                "A1,T,U",
                "Line 2, column “JOB_REFERENCE”: The row has 3 cells and the headings have 4, so it was left out. "
                "Download the file again, or mend the row.",
            ),
        ],
    )
    def test_left_out_and_the_next_row_stands(self, line, problem):
        read = read_open_data(table(line, "A2,T,U,Band 2"))
        assert [advert.reference for advert in read.adverts] == ["A2"]
        assert [(str(p), p.skipped) for p in read.problems] == [(problem, True)]

    def test_a_reference_that_excel_shortened(self):
        read = read_open_data(table("9.17E+08,T,U,Band 2"))
        assert read.adverts == ()
        assert read.problems[0].what == "“9.17E+08” was shortened by Excel and its digits are lost."

    def test_the_same_reference_twice(self):
        read = read_open_data(table("A1,T,U,Band 2", "A1,T,V,Band 2"))
        assert [advert.title for advert in read.adverts] == ["U"]
        assert (
            str(read.problems[0])
            == "Line 3, column “JOB_REFERENCE”: A1 stands a second time in this file. The first was kept."
        )

    def test_pay_that_is_no_number_leaves_the_row(self):
        read = read_open_data(table("A1,T,U,Band 2,lots", headings=HEADINGS + ",FIXED_SALARY"))
        assert (read.adverts[0].salary_min, read.problems[0].what) == (None, "“lots” is not a number.")

    def test_pay_upside_down(self):
        read = read_open_data(table("A1,T,U,Band 2,9,8", headings=HEADINGS + ",SALARY_RANGE_MIN,SALARY_RANGE_MAX"))
        assert (read.adverts[0].salary_min, read.problems[0].what) == (None, "9 is more than the maximum, 8.")

    def test_a_band_in_other_words_is_unknown_and_kept_as_written(self):
        read = read_open_data(table("A1,T,U,Medical and Dental"))
        assert (read.adverts[0].band, read.adverts[0].pay_band) == (None, "Medical and Dental")


class TestRefusals:
    def test_another_file(self):
        assert refusal(b"Name,Age\nA,1") == (
            "This is not the CSV file of NHS Jobs vacancies from the NHSBSA open data portal: its first line has "
            "none of "
            "the expected headings. Choose that file."
        )

    def test_a_missing_column(self):
        assert refusal(b"JOB_REFERENCE,JOB_TITLE\nA,B") == (
            "The column EMPLOYER_NAME and PAY_BAND is missing from the first line. Download the file again, with "
            "all its columns."
        )

    def test_empty(self):
        assert refusal(b"\n").startswith("The file is empty.")

    def test_a_workbook(self):
        assert refusal(b"PK\x03\x04").startswith("This is a zip or Excel workbook, not the CSV file")

    def test_a_quotation_mark_that_is_never_closed(self):
        data = table("A1,T,U,Band 2", 'A2,T,"' + "x" * 200_000)
        assert refusal(data).startswith(
            "The file cannot be read from line 3 on: a quotation mark is probably not closed."
        )

    @given(st.binary(max_size=300))
    def test_any_bytes(self, data):
        self.only_its_own(data)

    @given(st.text(max_size=200))
    def test_any_rows(self, text):
        self.only_its_own(table(text))

    def only_its_own(self, data):
        try:
            read = read_open_data(data)
        except FeedRefused:
            return
        assert all(advert.reference and advert.title and advert.employer for advert in read.adverts)

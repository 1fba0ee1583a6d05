"""Text, dates, moments, postcodes and cells as publishers write them."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vacancies.sources.reading import LONDON, cell, clean, postcode_in, read_date, read_moment, text_of


class TestTextOf:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_encodings(self, encoding):
        assert text_of("Job title,Pay\nCafé worker,£12\n".encode(encoding)) == "Job title,Pay\nCafé worker,£12\n"

    @given(st.binary(max_size=300))
    def test_any_bytes_are_some_text(self, data):
        assert isinstance(text_of(data), str)

    @given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
    def test_utf8_comes_back(self, text):
        assert text_of(text.encode("utf-8-sig")) == text


class TestClean:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("  Ward \n Clerk\t", "Ward Clerk"),
            ("R&amp;amp;D", "R&D"),
            ("AT&T & co", "AT&T & co"),
            ("a &copy=1", "a &copy=1"),
            ("one\x00two\x1bthree", "onetwothree"),
            ("safe\u202etxt", "safetxt"),
            ("<b>Bold</b> 1 < 2 > 0", "Bold 1 < 2 > 0"),
            ("&#0;&#xD800;", "\ufffd\ufffd"),
        ],
    )
    def test_exactly(self, written, read):
        assert clean(written) == read

    @given(st.text(max_size=100))
    def test_one_printable_line(self, text):
        assert clean(text).isprintable()
        assert clean(text) == clean(text).strip()


class TestReadDate:
    @pytest.mark.parametrize(
        "written",
        [
            "04/12/2026",
            "4/12/2026",
            "04-12-2026",
            "04.12.26",
            "2026-12-04",
            "2026/12/04",
            "20261204",
            "20261204 101500",
            "4 December 2026",
            "04 Dec 2026",
            "4th Dec. 2026",
            "04-Dec-26",
            "Friday 4 December 2026",
            "Fri, 4 December 2026",
            "04/12/2026 23:59",
            "04/12/2026 11:59 pm",
            "2026-12-04T23:59:59.123456789Z",
            "2026-12-04 00:00:00",
            " 04/12/2026 ",
        ],
    )
    def test_the_fourth_of_december(self, written):
        assert read_date(written) == date(2026, 12, 4)

    @pytest.mark.parametrize(("written", "read"), [("01/02/49", date(2049, 2, 1)), ("01/02/50", date(1950, 2, 1))])
    def test_two_digit_years(self, written, read):
        assert read_date(written) == read

    @pytest.mark.parametrize(
        ("written", "sentence"),
        [
            ("12/25/2026", "“12/25/2026” is not a day that exists (day/month/year)."),
            ("30/02/2026", "“30/02/2026” is not a day that exists (day/month/year)."),
            ("00/00/0000", "“00/00/0000” has a year outside 1900 to 2199."),
            ("04/12/1026", "“04/12/1026” has a year outside 1900 to 2199."),
            ("tbc", "“tbc” is not a date."),
            ("46360", "“46360” is not a date."),
            ("4 Decembre 2026", "“4 Decembre 2026” is not a date."),
            ("", "“” is not a date."),
        ],
    )
    def test_what_is_wrong_is_said(self, written, sentence):
        with pytest.raises(ValueError, match=r"\.$") as caught:
            read_date(written)
        assert str(caught.value) == sentence

    @given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
    def test_every_day_comes_back_from_every_form(self, day):
        for form in ("%d/%m/%Y", "%Y-%m-%d", "%Y%m%d", "%d %B %Y", "%d-%b-%Y"):
            assert read_date(day.strftime(form)) == day

    @given(st.text(max_size=30))
    def test_only_value_errors(self, text):
        for read in (read_date, read_moment):
            try:
                read(text)
            except ValueError as error:
                assert str(error).startswith("“")  # noqa: PT017 (an error is one of the two right answers)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2190, 1, 1)))  # noqa: DTZ001 (a workbook has no zones)
def test_a_moment_in_utc_comes_back(moment):
    assert read_moment(moment.isoformat() + "Z").astimezone(UTC).replace(tzinfo=None) == moment


class TestPostcodes:
    @pytest.mark.parametrize(
        ("text", "postcode"),
        [
            ("London, W2 1NY", "W2 1NY"),
            ("w21ny", "W2 1NY"),
            ("Hillingdon Hospital UB8  3NN", "UB8 3NN"),
            ("London EC1A\u00a01BB", "EC1A 1BB"),
            ("SW1A 2AA and then NW10 7NS", "NW10 7NS"),
            ("GIR 0AA", "GIR 0AA"),
            ("Band B2 3CC", ""),
            ("AW2 1NYX", ""),
            ("London", ""),
            ("", ""),
        ],
    )
    def test_exactly(self, text, postcode):
        assert postcode_in(text) == postcode


class TestCell:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            (True, "Y"),
            (False, "N"),
            (29000001.0, "29000001"),
            (37.5, "37.5"),
            (float("nan"), ""),
            (float("inf"), ""),
            (4, "4"),
            (Decimal("37.50"), "37.50"),
            (date(2026, 12, 4), "2026-12-04"),
            (datetime(2026, 12, 4, tzinfo=LONDON), "2026-12-04"),
            (datetime(2026, 12, 4, 9, 30), "2026-12-04 09:30:00"),  # noqa: DTZ001 (a workbook has no zones)
            (time(9, 30), "09:30:00"),
            (" a\nb ", "a b"),
        ],
    )
    def test_exactly(self, value, text):
        assert cell(value) == text

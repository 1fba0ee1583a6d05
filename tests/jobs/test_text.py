"""CSV and its relatives, as they come out of Excel, TRAC, ESR and the apprenticeship service."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.hostile import DEFAULT, Limits, Refusal
from jobs.reading import Row, excel_mangled, read_table, where
from jobs.reading.table import UNCALCULATED, clean, letters
from jobs.reading.text import find_delimiter, straighten

SAMPLES = Path(__file__).parent / "samples"
PEOPLE = "Name,Town\nAma Mensah,Brent\nZoë Müller,Ealing\n"


def refused(data, filename="a.csv", **how):
    with pytest.raises(Refusal) as caught:
        read_table(data, filename, **how)
    return caught.value.sentence


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_each_encoding_gives_the_same_table(encoding, found):
    table = read_table(PEOPLE.encode(encoding), "people.csv")
    assert table.encoding == found
    assert table.headings == ("Name", "Town")
    assert table.rows == (Row(2, ("Ama Mensah", "Brent")), Row(3, ("Zoë Müller", "Ealing")))


def test_utf_16_with_the_other_mark_is_read():
    assert read_table(b"\xfe\xff" + PEOPLE.encode("utf-16-be"), "people.csv").rows[1].cells == ("Zoë Müller", "Ealing")


def test_letters_that_no_encoding_has_are_refused():
    assert refused(b"Name,Town\nZo\x81,Brent\n") == (
        'The letters in "a.csv" cannot be read. In Excel choose Save as, CSV UTF-8, and upload that file.'
    )


def test_zero_bytes_are_refused():
    assert refused(b"Name,Town\nAma\x00,Brent\n") == (
        '"a.csv" holds zero bytes, as a damaged or disguised file does. Export it again as CSV UTF-8.'
    )


def test_binary_without_zeros_is_refused():
    assert refused(bytes(range(1, 9)) * 40) == (
        '"a.csv" is not a text file. Save the table as CSV UTF-8 or .xlsx, and upload that.'
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(delimiter):
    text = f"Name{delimiter}Pay{delimiter}Note\nAma{delimiter}12.50{delimiter}a b\nBola{delimiter}13{delimiter}c\n"
    table = read_table(text.encode(), "a.txt")
    assert table.delimiter == delimiter
    assert table.rows[0] == Row(2, ("Ama", "12.50", "a b"))


def test_commas_in_values_do_not_hide_a_tab():
    assert find_delimiter("Name\tAddress\nAma\t1 High St, Brent, London\nBola\t2, The Row, London\n") == "\t"


def test_a_single_column_is_a_table():
    assert read_table(b"Reference\nC-00001\nC-00002\n", "a.csv").rows == (Row(2, ("C-00001",)), Row(3, ("C-00002",)))


def test_excels_own_hint_of_the_delimiter_is_followed_and_takes_a_line():
    table = read_table(b"sep=|\r\nName|Town\r\nAma, B|Brent\r\n", "a.csv")
    assert (table.delimiter, table.heading_row, table.rows) == ("|", 2, (Row(3, ("Ama, B", "Brent")),))


def test_a_delimiter_can_be_said():
    assert read_table(b"PRA~1~2\nASA~3~4\n", "a.txt", delimiter="~").rows == (Row(2, ("ASA", "3", "4")),)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_each_line_end_gives_the_same_rows(end):
    table = read_table(end.join(["a,b", "1,2", "3,4", ""]).encode(), "a.csv")
    assert table.rows == (Row(2, ("1", "2")), Row(3, ("3", "4")))
    assert table.notes == ()


def test_a_stray_carriage_return_is_a_space_and_a_note():
    table = read_table(b"a,b\r\n1,one\rtwo\r\n3,4\r\n", "a.csv")
    assert table.rows == (Row(2, ("1", "one two")), Row(3, ("3", "4")))
    assert table.notes == ("A stray carriage return was read as a space (line 2). Check the values there.",)


@given(st.text(alphabet="ab,\r\n"))
def test_straightening_keeps_every_other_character(text):
    straight, _ = straighten(text)
    assert "\r" not in straight
    assert straight.replace("\n", "").replace(" ", "") == text.replace("\r", "").replace("\n", "")


def test_a_line_break_inside_quotes_stays_and_the_next_row_counts_as_excel_counts():
    table = read_table(b'a,b\n1,"one\ntwo"\n3,"say ""hi"", please"\n', "a.csv")
    assert table.rows == (Row(2, ("1", "one\ntwo")), Row(3, ("3", 'say "hi", please')))


def test_blank_rows_are_left_out_and_numbers_stay():
    table = read_table(b"\na,b\n\n1,2\n,\n3,4\n\n", "a.csv")
    assert (table.heading_row, table.rows) == (2, (Row(4, ("1", "2")), Row(6, ("3", "4"))))


def test_a_title_above_the_headings_is_passed_over():
    table = read_table(b"Staff in post\nRun 20/11/2026\n\nName,Band\nAma,2\n", "a.csv")
    assert (table.headings, table.heading_row, table.rows) == (("Name", "Band"), 4, (Row(5, ("Ama", "2")),))


@pytest.mark.parametrize(
    ("data", "row"), [(b'a,b\n1,"two\n3,4\n', 2), (b'a,b\n1,2\n3,"four" five\n', 3), (b'a,"b\n1,2\n', 1)]
)
def test_quotes_that_do_not_close_are_refused_with_their_row(data, row):
    assert refused(data) == (
        f"Row {row} has a quotation mark that is not closed, or words after the closing one. "
        'Write a quotation mark inside a value twice (""), or save the file again from Excel.'
    )


def test_a_cell_of_10_mb_is_refused():
    assert refused(b"a,b\n1," + b"x" * 10_000_000) == (
        "Line 2 has 10,000,002 characters; a row of a table has at most 1,000,000. Check that the right file was saved."
    )
    assert refused(b"a,b\n1," + b"x" * 200_000) == (
        "Row 2 holds a value longer than a cell can be. Shorten it, or check for a quotation mark that is not closed."
    )


def test_blank_cells_without_end_are_refused():
    assert refused(b"a,b\n1,2\n" + b",,,,,\n" * 20, limits=Limits(cells=100)) == (
        "The file has more than 100 cells, blank ones too. Remove the empty columns."
    )


def test_a_cell_longer_than_excel_allows_is_refused():
    assert refused(b"a,b\n1," + b"x" * 32_768) == (
        "Row 2, column B holds 32,768 characters; a cell may hold 32,767. "
        "Shorten it, or check for a quotation mark that is not closed."
    )


def test_too_many_columns_and_rows_are_refused():
    assert refused(b"a,b\n" + b"," * 250 + b"x\n") == (
        "Row 2 has 251 columns; the most this service reads is 250. Remove the columns that are not needed."
    )
    too_many = "The file has more than 3 rows, the most this service reads. Split it into smaller files."
    assert refused(b"a,b\n" + b"1,2\n" * 14, limits=Limits(rows=3)) == too_many
    assert refused(b"a,b\n" + b"\n" * 40 + b"1,2\n", limits=Limits(rows=3)) == too_many


def test_headings_alone_are_refused():
    assert refused(b"Name,Town\n\n") == (
        "The file holds headings (row 1) and no rows under them. Add the rows, or check the export."
    )


def test_only_separators_are_refused():
    assert refused(b",,\n,,\n") == "The file holds no values. Check that the export finished, and upload it again."


def test_a_heading_twice_is_refused_whatever_its_capitals():
    assert refused(b"Name,Postcode,Town,post\xc2\xa0code,POSTCODE \n1,2,3,4,5\n") == (
        'Two columns are called "POSTCODE" (B and E). Rename one of them or remove it, and upload the file again.'
    )


def test_a_column_without_a_heading_is_called_by_its_letter():
    assert read_table(b"a,,c\n1,2,3\n", "a.csv").headings == ("a", "Column B", "c")


def test_a_row_wider_than_the_headings_says_so_and_loses_nothing():
    table = read_table(b"Name,Town\nMensah, Ama,Brent\nBola,Ealing,,\n", "a.csv")
    assert table.rows[0] == Row(
        2,
        ("Mensah", "Ama", "Brent"),
        "Row 2 has 3 values and there are 2 headings. Put quotation marks round a value that holds a comma, "
        "or remove the values past the last heading.",
    )
    assert table.rows[1] == Row(3, ("Bola", "Ealing"))


def test_a_short_row_is_filled_with_blanks():
    assert read_table(b"a,b,c\n1,2\n", "a.csv").rows == (Row(2, ("1", "2", None)),)


def test_the_comma_that_ends_every_line_of_an_apprenticeship_export_is_no_column():
    table = read_table((SAMPLES / "levy_transactions_v1.csv").read_bytes(), "levy.csv")
    assert (len(table.headings), table.headings[-1], table.headings[9]) == (17, "Total", "Unique learner number")
    assert table.rows[0].cells[0] == "23/07/2026"
    assert [row.problem for row in table.rows] == [""] * len(table.rows)


@pytest.mark.parametrize("name", ["trac_applicants_UNVERIFIED.csv", "nhsbsa_opendata_vacancies.csv"])
def test_samples_are_read_as_the_csv_module_reads_them(name):
    path = SAMPLES / name
    with path.open(newline="", encoding="utf-8") as file:
        plain = [[value.strip() or None for value in row] for row in csv.reader(file)]
    table = read_table(path, name)
    assert [list(table.headings), *[list(row.cells) for row in table.rows]] == plain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ama \t", "Ama"),
        ("Ama\u00a0Mensah", "Ama Mensah"),
        ("\ufeffAma\u200b", "Ama"),
        ("Ama\u202ecod.exe", "Amacod.exe"),
        ("one\ntwo", "one\ntwo"),
        ("a\x07b", "a b"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("'=SUM(1)", "=SUM(1)"),
        ("'Ama'", "'Ama'"),
        (" \u00a0 ", None),
    ],
)
def test_unseen_characters_are_cleaned_and_names_stay(typed, kept):
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("value", "mangled"),
    [
        ("3.91E+09", True),
        ("3.91418E+09", True),
        ("1E+10", True),
        ("7,7E+10", True),
        (1234567890123456, True),
        (1.2345678901234567e18, True),
        ("3914177763", False),
        (3914177763, False),
        ("E+09", False),
        ("12E", False),
        (True, False),
        (None, False),
        (UNCALCULATED, False),
    ],
)
def test_numbers_that_excel_has_rounded_are_noticed(value, mangled):
    assert excel_mangled(value) is mangled


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_excels_letters(index, name):
    assert letters(index) == name


def test_a_cell_is_named_by_row_and_heading():
    assert where(7, "Postcode") == 'row 7, column "Postcode"'


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Cn"]), min_size=1, max_size=12)


@given(
    rows=st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=1, max_size=6),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read(rows, delimiter, encoding, end):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["one", "two", "three"], *rows])
    table = read_table(buffer.getvalue().encode(encoding), "a.csv", delimiter=delimiter, limits=DEFAULT)
    expected = [tuple(clean(value) for value in row) for row in rows]
    assert [row.cells for row in table.rows] == expected
    assert [row.number for row in table.rows] == list(range(2, len(rows) + 2))


@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_sentence(data):
    assert answered(data)


def answered(data):
    """Whether the file gives rows, or is refused in a whole sentence."""
    try:
        return len(read_table(data, "a.csv").rows) > 0
    except Refusal as refusal:
        return refusal.sentence.endswith(".")

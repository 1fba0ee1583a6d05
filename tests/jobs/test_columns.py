"""What people type in cells: understood, or answered with how to mend it."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.columns import (
    EXCEL_EPOCH,
    CellProblem,
    Phone,
    choice,
    long_text,
    parse_date,
    parse_decimal,
    parse_email,
    parse_integer,
    parse_phone,
    parse_yes_no,
    text,
)
from jobs.reading.table import UNCALCULATED

PARSERS = [
    text,
    long_text,
    parse_date,
    parse_decimal,
    parse_email,
    parse_integer,
    parse_phone,
    parse_yes_no,
]
THIRD = date(2026, 11, 3)


def problem(parse, value, **how):
    with pytest.raises(CellProblem) as caught:
        parse(value, **how)
    return caught.value.sentence


@pytest.mark.parametrize("parse", [*PARSERS, choice({"a": ("A",)})])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_blank_cell_is_none(parse, value):
    assert parse(value) is None


@pytest.mark.parametrize("parse", [*PARSERS, choice({"a": ("A",)})])
def test_a_cell_that_the_file_does_not_hold_says_why(parse):
    assert problem(parse, UNCALCULATED) == (
        "The cell holds a formula whose answer was not saved. Open the file in Excel, save it, and upload it again."
    )


@pytest.mark.parametrize(
    "value",
    [
        *["03/11/2026", "3/11/2026", "03-11-2026", "03.11.2026", "03 11 2026", "3 / 11 / 2026"],
        *["2026-11-03", "2026/11/03", "2026-11-03T00:00:00", "2026-11-03 09:30:00.000", "20261103"],
        *["3 Nov 2026", "03-Nov-2026", "3rd November 2026", "Tue 3 Nov 2026", "Tuesday, 3 November 2026", "3NOV2026"],
        *["03/11/2026 00:00", "03/11/2026 9:30 am"],
        *["46329", 46329, 46329.0, 46329.75, 20261103, THIRD, datetime.combine(THIRD, time(9, 30))],
    ],
)
def test_a_day_is_understood_in_each_form(value):
    assert parse_date(value) == THIRD


@pytest.mark.parametrize(("word", "month"), [("Sept", 9), ("sep", 9), ("SEPTEMBER", 9), ("May", 5), ("Feb.", 2)])
def test_months_in_words(word, month):
    assert parse_date(f"4 {word} 2026") == date(2026, month, 4)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("31/02/2026", '"31/02/2026" is not a day in the calendar. Check the day and the month.'),
        ("29 Feb 2026", '"29 Feb 2026" is not a day in the calendar. Check the day and the month.'),
        ("00/11/2026", '"00/11/2026" is not a day in the calendar. Check the day and the month.'),
        ("11/23/2026", '"11/23/2026" has no month 23. Write the day first: 23/11/2026.'),
        (
            "03/11/26",
            '"03/11/26" has a year of two digits, which could be 1926 or 2026. Write all four digits.',
        ),
        ("3 Nov 98", '"3 Nov 98" has a year of two digits, which could be 1998 or 2098. Write all four digits.'),
        ("03/11/0206", '"03/11/0206" is in the year 206. Check the year.'),
        (date(2206, 1, 1), '"01/01/2206" is in the year 2206. Check the year.'),
        (
            "3 Brumaire 2026",
            '"3 Brumaire 2026": "Brumaire" is not a month. Write the date as dd/mm/yyyy, like 03/11/2026.',
        ),
        ("soon", '"soon" is not a date. Write it as dd/mm/yyyy, like 03/11/2026.'),
        ("Nov 2026", '"Nov 2026" is not a date. Write it as dd/mm/yyyy, like 03/11/2026.'),
        (2026, '"2026" is not a date. Write it as dd/mm/yyyy, like 03/11/2026.'),
        (True, '"True" is not a date. Write it as dd/mm/yyyy, like 03/11/2026.'),
        (timedelta(hours=30), '"1 day, 6:00:00" is not a date. Write it as dd/mm/yyyy, like 03/11/2026.'),
        ("99999", '"99999" is not a date. Write it as dd/mm/yyyy, like 03/11/2026.'),
        ("x" * 50, '"' + "x" * 37 + '..." is not a date. Write it as dd/mm/yyyy, like 03/11/2026.'),
    ],
)
def test_what_is_no_day_is_answered(value, sentence):
    assert problem(parse_date, value) == sentence


DAYS = st.dates(date(1910, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_every_day_is_read_back_in_each_form(day):
    forms = ["%d/%m/%Y", "%Y-%m-%d", "%d %b %Y", "%A %d %B %Y", "%d.%m.%Y", "%Y%m%d"]
    assert {parse_date(day.strftime(form)) for form in forms} == {day}
    assert parse_date((day - EXCEL_EPOCH).days) == day


@given(st.text(max_size=20) | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans())
def test_any_cell_gives_a_value_or_a_sentence(value):
    assert all(answered(parse, value) for parse in PARSERS)


def answered(parse, value):
    """Whether the parser gives a value, or a whole sentence."""
    try:
        parse(value)
    except CellProblem as found:
        return found.sentence.endswith(".")
    return True


@pytest.mark.parametrize(
    ("value", "e164", "pretty"),
    [
        ("020 7946 0018", "+442079460018", "020 7946 0018"),
        ("(020) 7946-0018", "+442079460018", "020 7946 0018"),
        ("+44 (0)20 7946 0018", "+442079460018", "020 7946 0018"),
        ("0044 20 7946 0018", "+442079460018", "020 7946 0018"),
        ("07400 123456", "+447400123456", "07400 123456"),
        ("07700900123", "+447700900123", "07700 900123"),
        ("+447700900123", "+447700900123", "07700 900123"),
        (7400123456, "+447400123456", "07400 123456"),
        (2079460018, "+442079460018", "020 7946 0018"),
        ("+353 1 234 5678", "+35312345678", "+353 1 234 5678"),
    ],
)
def test_telephone_numbers_in_each_form(value, e164, pretty):
    assert parse_phone(value) == Phone(e164=e164, pretty=pretty)


@pytest.mark.parametrize("value", ["07700 90012", "12", "none", "07700 900123 or 124", "0000000000"])
def test_what_is_no_telephone_number_is_answered(value):
    assert problem(parse_phone, value) == (
        f'"{value}" is not a telephone number. Write all its digits, like 07700 900123 or +353 1 234 5678.'
    )


def test_an_extension_is_asked_apart():
    assert problem(parse_phone, "020 7946 0018 ext 12") == (
        '"020 7946 0018 ext 12" has an extension. Give the number alone, and put the extension in a note.'
    )


@pytest.mark.parametrize("parse", [text, parse_phone, parse_integer, parse_decimal])
def test_a_number_that_excel_has_rounded_is_answered(parse):
    assert problem(parse, "7.7009E+09") == (
        '"7.7009E+09" has lost digits in Excel. Format the column as Text, enter the value again, and upload the file.'
    )


@pytest.mark.parametrize(
    "value", ["Ama@Example.org", " ama@example.org ", "mailto:ama@example.org", "Ama M <ama@example.org>"]
)
def test_e_mail_addresses(value):
    assert parse_email(value) == "ama@example.org"


@pytest.mark.parametrize(
    "value",
    ["ama", "ama@", "ama@example", "a b@example.org", "a@example.org, b@example.org", "a..b@example.org", "@x.org", 12],
)
def test_what_is_no_e_mail_address_is_answered(value):
    assert problem(parse_email, value) == (
        f'"{value}" is not an e-mail address. Write one address, like ama@example.org.'
    )


@pytest.mark.parametrize("value", ["yes", "Y", " TRUE ", "1", 1, True, "✓", "x", "Yes."])
def test_yes(value):
    assert parse_yes_no(value) is True


@pytest.mark.parametrize("value", ["no", "N", "False", "0", 0, False])
def test_no(value):
    assert parse_yes_no(value) is False


@pytest.mark.parametrize("value", ["maybe", "yes and no", 2])
def test_neither_yes_nor_no_is_answered(value):
    assert problem(parse_yes_no, value) == f'"{value}" is neither yes nor no. Write Yes or No.'


@pytest.mark.parametrize(
    ("value", "number"), [("12", 12), (12.0, 12), ("1,234", 1234), ("-3", -3), ("12.0", 12), ("+7", 7)]
)
def test_whole_numbers(value, number):
    found = parse_integer(value)
    assert (found, type(found)) == (number, int)


@pytest.mark.parametrize(
    ("value", "limits", "sentence"),
    [
        ("12.5", {}, '"12.5" is not a whole number. Write it without decimals.'),
        ("twelve", {}, '"twelve" is not a whole number. Write a whole number, like 12.'),
        ("1,23", {}, '"1,23" is not a whole number. Write a whole number, like 12.'),
        ("１２", {}, '"１２" is not a whole number. Write a whole number, like 12.'),
        (True, {}, '"True" is not a whole number. Write a whole number, like 12.'),
        ("0", {"least": 1}, '"0" is too small. The least here is 1.'),
        ("5000", {"most": 1000}, '"5000" is too large. The most here is 1,000.'),
    ],
)
def test_what_is_no_whole_number_is_answered(value, limits, sentence):
    assert problem(parse_integer, value, **limits) == sentence


@pytest.mark.parametrize(
    ("value", "pounds"),
    [
        ("£1,234.50", "1234.50"),
        ("1234.5", "1234.50"),
        ("-£5", "-5.00"),
        ("£-5", "-5.00"),
        ("−5", "-5.00"),
        ("(£1,234.50)", "-1234.50"),
        ("5-", "-5.00"),
        (".5", "0.50"),
        (1234, "1234.00"),
        (0.30000000000000004, "0.30"),
        (31049.0, "31049.00"),
    ],
)
def test_pounds_are_exact(value, pounds):
    assert parse_decimal(value) == Decimal(pounds)


@pytest.mark.parametrize("value", ["1.234,50", "£", "12 pounds", "1,2345", "--", "5 - 6", "--5", "(-5)", "(5", "5)"])
def test_what_is_no_amount_is_answered(value):
    assert problem(parse_decimal, value) == f'"{value}" is not a number. Write a number, like 37.5.'


@given(st.integers(-(10**14), 10**14))
def test_every_penny_is_kept(pence):
    pounds = Decimal(pence) / 100
    assert parse_decimal(f"{pounds:,.2f}") == pounds
    assert parse_decimal(f"£{pounds}") == pounds


KIND = choice({"placement": ("Work placement", "placement week"), "volunteering": ("Volunteering",), "none": ()})


@pytest.mark.parametrize(
    "value", ["placement", "Work placement", "WORK-PLACEMENT ", "workplacement", "Placement Week."]
)
def test_a_choice_is_found_by_label_or_synonym(value):
    assert KIND(value) == "placement"


def test_a_choice_that_is_not_known_is_answered():
    assert problem(KIND, "Internship") == (
        '"Internship" is not known here. Write one of: Work placement, Volunteering, none.'
    )
    assert problem(KIND, "Volunterring") == '"Volunterring" is not known here. Did you mean "Volunteering"?'
    assert problem(KIND, 3) == '"3" is not known here. Write one of: Work placement, Volunteering, none.'


@pytest.mark.parametrize(
    ("value", "words"),
    [("  Ama\n  Mensah ", "Ama Mensah"), (12, "12"), (37.5, "37.5"), (True, "Yes"), (THIRD, "03/11/2026")],
)
def test_words(value, words):
    assert text(value) == words


def test_long_words_keep_their_lines():
    assert long_text("one\ntwo ") == "one\ntwo"
    assert long_text(12) == "12"

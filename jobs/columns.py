"""What a person types in a spreadsheet, understood or answered with how to mend it.

Each parser takes one cell and gives its value, or None for a blank cell, or raises CellProblem. A sentence starts
with the value and ends with what to type instead; the caller adds row and column. Postcodes belong to `places`.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import phonenumbers

from jobs.reading.table import Cell, Unread, excel_mangled

Parser = Callable[[Cell], Any]

EXCEL_EPOCH = date(1899, 12, 30)
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
SERIALS = range(3_654, 73_416)  # Excel's day numbers of 1910 to 2100: smaller ones are years, ages or references

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
YES = {"yes", "y", "true", "t", "1", "✓", "✔", "x"}
NO = {"no", "n", "false", "f", "0", "✗", "✘"}

_TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm|Z)?$", re.I)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,\s]+", re.I)
_NUMERIC = re.compile(r"^(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{2}|\d{4})$")
_ISO = re.compile(r"^(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})$")
_WORDS = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[\s\-./]*([a-z]{3,9})\.?,?[\s\-./]*(\d{2}|\d{4})$", re.I)
_COMPACT = re.compile(r"^(?:19|20|21)\d{6}$")
_EMAIL = re.compile(r"^[^\s@<>()\[\],;:\"\\]+@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", re.I)
_EMAIL_WITHIN = re.compile(r"^.*<([^<>]+)>$")
_NUMBER = re.compile(r"^\d+(?:\.\d+)?$|^\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^\.\d+$")
_SIGNED = re.compile(r"^(\()?([-+]?)£?([-+]?)([\d.,]+)(-?)(\))?$", re.ASCII)
_INVENTED_MOBILE = re.compile(r"^7700900\d{3}$")  # Ofcom keeps these for invented people, as in samples and the demo


class CellProblem(Exception):
    """A cell that cannot be understood; `sentence` starts with its value and ends with how to mend it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Phone:
    """A telephone number: `e164` to store and compare (+442079460018), `pretty` to show (020 7946 0018)."""

    e164: str
    pretty: str


def _given(value: Cell) -> Cell:
    """The cell, or None if blank; CellProblem if the file holds no value for it."""
    if isinstance(value, Unread):
        raise CellProblem(f"The cell {value.sentence}")
    if isinstance(value, str):
        return value.strip() or None
    return value


def _shown(value: Cell) -> str:
    if isinstance(value, datetime | date):
        return f'"{value:%d/%m/%Y}"'
    text = str(value)
    return f'"{text[:37]}..."' if len(text) > 40 else f'"{text}"'


def _digits_kept(value: Cell) -> None:
    if excel_mangled(value):
        raise CellProblem(
            f"{_shown(value)} has lost digits in Excel. Format the column as Text, enter the value again, and upload the file."
        )


def text(value: Cell) -> str | None:
    """Words as typed, with single spaces. A number in the cell is written as digits, a date as dd/mm/yyyy."""
    value = _given(value)
    if value is None:
        return None
    _digits_kept(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return " ".join(str(value).split())


def long_text(value: Cell) -> str | None:
    """Words as typed, line breaks kept."""
    value = _given(value)
    return value if isinstance(value, str) else text(value)


def parse_date(value: Cell) -> date | None:
    """A day: a date cell, 03/11/2026 (day first), 2026-11-03, "3 Nov 2026", or Excel's own day number.

    Refused with how to mend it: days that do not exist, month before day, years of two digits.
    """
    value = _given(value)
    if value is None:
        return None
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, bool) or not isinstance(value, date | int | float | str):
        raise _not_a_date(value)
    found = value if isinstance(value, date) else _date_of(value)
    if not EARLIEST <= found <= LATEST:
        raise CellProblem(f"{_shown(value)} is in the year {found.year}. Check the year.")
    return found


def _not_a_date(value: Cell) -> CellProblem:
    return CellProblem(f"{_shown(value)} is not a date. Write it as dd/mm/yyyy, like 03/11/2026.")


def _date_of(value: int | float | str) -> date:
    if not isinstance(value, str):
        return _from_number(value)
    words = _WEEKDAY.sub("", _TIME.sub("", value.strip()))
    if _COMPACT.match(words):
        return _day(words[6:], words[4:6], words[:4], value)
    if words.isdecimal() and len(words) == 5:
        return _from_number(int(words))
    if match := _ISO.match(words):
        return _day(match[3], match[2], match[1], value)
    if match := _NUMERIC.match(words):
        return _day(match[1], match[2], match[3], value)
    if match := _WORDS.match(words):
        return _day(match[1], str(_month(match[2], value)), match[3], value)
    raise _not_a_date(value)


def _from_number(value: int | float) -> date:
    if _COMPACT.match(str(value)):
        return _date_of(str(value))
    if int(value) not in SERIALS:
        raise _not_a_date(value)
    return EXCEL_EPOCH + timedelta(days=int(value))


def _month(word: str, value: Cell) -> int:
    for number, month in enumerate(MONTHS, start=1):
        if word.lower() in {month, month[:3], month[:4]}:
            return number
    raise CellProblem(f'{_shown(value)}: "{word}" is not a month. Write the date as dd/mm/yyyy, like 03/11/2026.')


def _day(day: str, month: str, year: str, value: Cell) -> date:
    if len(year) == 2:
        raise CellProblem(
            f"{_shown(value)} has a year of two digits, which could be 19{year} or 20{year}. Write all four digits."
        )
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        if int(month) > 12 >= int(day) > 0:
            raise CellProblem(
                f"{_shown(value)} has no month {int(month)}. Write the day first: {int(month):02}/{int(day):02}/{year}."
            ) from error
        raise CellProblem(f"{_shown(value)} is not a day in the calendar. Check the day and the month.") from error


def parse_phone(value: Cell) -> Phone | None:
    """A telephone number in any UK form, or an international one with its country code.

    A number cell that has lost its leading 0 in Excel is understood.
    """
    value = _given(value)
    if value is None:
        return None
    _digits_kept(value)
    words = str(value)
    if words.isdecimal() and len(words) == 10 and words[0] in "12378":
        words = "0" + words
    try:
        number = phonenumbers.parse(words, "GB")
    except phonenumbers.NumberParseException as error:
        raise _not_a_phone(value) from error
    national = str(number.national_number)
    if not (phonenumbers.is_valid_number(number) or (number.country_code == 44 and _INVENTED_MOBILE.match(national))):
        raise _not_a_phone(value)
    if number.extension:
        raise CellProblem(f"{_shown(value)} has an extension. Give the number alone, and put the extension in a note.")
    home = number.country_code == 44
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return Phone(
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        pretty=phonenumbers.format_number(number, form),
    )


def _not_a_phone(value: Cell) -> CellProblem:
    return CellProblem(
        f"{_shown(value)} is not a telephone number. Write all its digits, like 07700 900123 or +353 1 234 5678."
    )


def parse_email(value: Cell) -> str | None:
    """An e-mail address in small letters; "Ama Mensah <ama@example.org>" gives the address alone."""
    value = _given(value)
    if value is None:
        return None
    words = str(value).removeprefix("mailto:")
    if match := _EMAIL_WITHIN.match(words):
        words = match[1].strip()
    if len(words) > 254 or ".." in words or not _EMAIL.match(words):
        raise CellProblem(f"{_shown(value)} is not an e-mail address. Write one address, like ama@example.org.")
    return words.lower()


def parse_yes_no(value: Cell) -> bool | None:
    """Yes or no, Y or N, true or false, 1 or 0, a tick."""
    value = _given(value)
    if value is None or isinstance(value, bool):
        return value
    word = str(value).casefold().rstrip(".")
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellProblem(f"{_shown(value)} is neither yes nor no. Write Yes or No.")


def parse_integer(value: Cell, *, least: int | None = None, most: int | None = None) -> int | None:
    """A whole number, thousands with or without commas, between `least` and `most` where they are given."""
    number = _decimal(value, "a whole number, like 12")
    if number is None:
        return None
    if number != number.to_integral_value():
        raise CellProblem(f"{_shown(value)} is not a whole number. Write it without decimals.")
    _check_within(value, number, least, most)
    return int(number)


def _check_within(value: Cell, number: Decimal, least: int | None, most: int | None) -> None:
    if least is not None and number < least:
        raise CellProblem(f"{_shown(value)} is too small. The least here is {least:,}.")
    if most is not None and number > most:
        raise CellProblem(f"{_shown(value)} is too large. The most here is {most:,}.")


def parse_hours(value: Cell, *, least: int, most: int) -> Decimal | None:
    """Hours a week with at most one decimal, like 37.5, between `least` and `most`."""
    number = parse_decimal(value)
    if number is None:
        return None
    _check_within(value, number, least, most)
    if number != round(number, 1):
        raise CellProblem(f"{_shown(value)} has more than one decimal. Write hours like 37.5.")
    return number


def parse_decimal(value: Cell) -> Decimal | None:
    """A number as an exact Decimal, as many decimals as were typed."""
    return _decimal(value, "a number, like 37.5")


def _decimal(value: Cell, wanted: str) -> Decimal | None:
    value = _given(value)
    if value is None:
        return None
    _digits_kept(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")  # Excel keeps 15 digits
    match = _SIGNED.match(str(value).replace(" ", "").replace("−", "-"))
    opened, first, second, digits, last, closed = match.groups() if match else [""] * 6
    signs = [sign for sign in (opened, first, second, last) if sign]
    if not match or len(signs) > 1 or bool(opened) != bool(closed) or not _NUMBER.match(digits):
        raise CellProblem(f"{_shown(value)} is not {wanted.split(',')[0]}. Write {wanted}.")
    number = Decimal(digits.replace(",", ""))
    return -number if signs and signs[0] != "+" else number


def choice(labels: Mapping[str, Sequence[str]]) -> Parser:
    """A parser of one of a few values: `{"placement": ("Work placement", "placement week")}`.

    The first word of each is its label in sentences; the others are synonyms. Capitals, spaces, hyphens and full
    stops make no difference. A near miss is named: did you mean ...?
    """
    known = {_folded(word): value for value, words in labels.items() for word in (value, *words)}
    shown = [words[0] if words else value for value, words in labels.items()]

    def parse(value: Cell) -> str | None:
        word = text(value)
        if word is None:
            return None
        folded = _folded(word)
        if folded in known:
            return known[folded]
        near = difflib.get_close_matches(folded, list(known), n=1, cutoff=0.75)
        if near:
            meant = labels[known[near[0]]]
            raise CellProblem(
                f'{_shown(word)} is not known here. Did you mean "{meant[0] if meant else known[near[0]]}"?'
            )
        raise CellProblem(f"{_shown(word)} is not known here. Write one of: {', '.join(shown)}.")

    return parse


def _folded(word: str) -> str:
    return re.sub(r"[\W_]+", "", word.casefold())

"""One row of a table whose headings differ by trust: guess which column is which, then read each field kindly."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from vacancies.sources.faults import FeedProblem
from vacancies.sources.reading import cell, read_date

T = TypeVar("T")

_MANGLED = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:,[0-9]{3})*(?:\.[0-9]{1,6})?")
_YES = {"y", "yes", "true", "1"}
_NO = {"n", "no", "false", "0"}


def plain(heading: object) -> str:
    """A heading without case, punctuation and doubled spaces: "Offer: Conditional date" is "offer conditional date"."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", cell(heading).lower()).split())


def guess(headings: Iterable[str], synonyms: Mapping[str, str]) -> dict[str, str]:
    """Heading to field, for the headings that `synonyms` knows; each field once, the first heading that fits.

    It is a first proposal for the mapping page: a person confirms it and the profile of the trust remembers it.
    """
    mapping: dict[str, str] = {}
    for heading in headings:
        field = synonyms.get(plain(heading))
        if field and field not in mapping.values():
            mapping[heading] = field
    return mapping


def mapped(row: Mapping[str, object], mapping: Mapping[str, str]) -> dict[str, object]:
    """`row` by field, not by heading: other columns are dropped, the first filled cell of a field wins."""
    fields: dict[str, object] = {}
    for heading, field in mapping.items():
        if not cell(fields.get(field)):
            fields[field] = row.get(heading)
    return fields


class RowReader:
    """Reads the fields of one row; what cannot be read becomes a problem and an empty value, never an exception."""

    def __init__(self, values: Mapping[str, object], *, where: str, headings: Mapping[str, str] | None = None) -> None:
        self.values = values
        self.where = where
        self.headings = headings or {}  # field to the heading in this file, so that a problem names the column seen
        self.problems: list[FeedProblem] = []

    def problem(self, field: str, what: str, mend: str, *, skipped: bool = False) -> None:
        column = self.headings.get(field, field.replace("_", " "))
        self.problems.append(FeedProblem(what, f"{self.where}, column “{column}”", mend, skipped, column))

    def text(self, field: str) -> str:
        return cell(self.values.get(field))

    def identifier(self, field: str) -> str:
        """A reference or number kept as text; "" with a problem where Excel has turned it into 2.9E+07."""
        text = self.text(field)
        if _MANGLED.fullmatch(text):
            self.problem(
                field,
                f"“{text}” was shortened by Excel and its digits are lost.",
                "Format the column as text and export it again.",
            )
            return ""
        return text

    def date(self, field: str) -> date | None:
        text = self.text(field)
        if not text:
            return None
        try:
            return read_date(text)
        except ValueError as error:
            self.problem(field, str(error), "Write it as day/month/year, for example 04/12/2026.")
            return None

    def number(self, field: str) -> Decimal | None:
        text = self.text(field).removeprefix("£").strip()
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            self.problem(field, f"“{text[:40]}” is not a number.", "Write digits only, for example 37.5.")
            return None
        return Decimal(text.replace(",", ""))

    def whole(self, field: str, *, least: int = 0) -> int | None:
        """A whole number of at least `least`: people and posts are never fractions."""
        number = self.number(field)
        if number is None:
            return None
        if number != number.to_integral_value() or number < least:
            self.problem(
                field,
                f"“{self.text(field)[:40]}” is not a whole number of at least {least}.",
                "Give the number itself, not hours or full-time equivalents.",
            )
            return None
        return int(number)

    def yes_no(self, field: str) -> bool | None:
        return self.one_of(field, {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}, mend="Write Y or N.")

    def one_of(self, field: str, table: Mapping[str, T], *, mend: str) -> T | None:
        """What `table` says for the cell's plain words; None where it is empty or, with a problem, unknown."""
        words = plain(self.text(field))
        if not words:
            return None
        if words not in table:
            self.problem(field, f"“{self.text(field)[:40]}” is not understood.", mend)
            return None
        return table[words]

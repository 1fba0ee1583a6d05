"""The public feed of NHS Jobs (search_xml, Open Government Licence): one page or a saved file of adverts.

The feed has no pay band, staff group, posts or trust code; several employers may stand in one file. Nothing is guessed:
`Feed.by_employer()` groups the rows, and the import asks for what the file cannot say.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element  # the type only; defusedxml does the reading

from jobs.escape import escape_cell
from nhsuk.words import long_day
from vacancies.sources.contract import Contract, contract_of
from vacancies.sources.faults import FeedProblem
from vacancies.sources.feed_file import local_name, root_of
from vacancies.sources.reading import clean, postcode_in, read_date, read_moment
from vacancies.sources.salary import Salary, Unit, read_salary

T = TypeVar("T")

ASK_AGAIN = "Save the feed again, or type the vacancy in."
MEND_DATE = "Mend the date in the file, or type the vacancy in."


@dataclass(frozen=True, slots=True)
class Location:
    """A place as the advert words it; `postcode` "" where it names none."""

    text: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Advert:
    """One advert. `closes` and `posted` are None where the feed does not say or cannot be read (a problem says so).

    `unread` says why it cannot be added: the day it opened is missing, or a date in it is none.
    """

    id: str
    reference: str
    title: str
    description: str
    employer: str
    contract: Contract
    salary_text: str
    salary_min: Decimal | None
    salary_max: Decimal | None
    salary_unit: Unit
    closes: date | None
    posted: datetime | None
    url: str
    locations: tuple[Location, ...]
    number: int = field(default=0, compare=False)  # of its row in the file, first is 1
    unread: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a file held: adverts in its order, its own count of pages and results, and every fault by row."""

    adverts: tuple[Advert, ...]
    total_pages: int | None
    total_results: int | None
    problems: tuple[FeedProblem, ...]

    def by_employer(self) -> dict[str, tuple[Advert, ...]]:
        """Adverts by the employer's name as written, in order of first appearance."""
        groups: dict[str, list[Advert]] = {}
        for advert in self.adverts:
            groups.setdefault(advert.employer, []).append(advert)
        return {employer: tuple(adverts) for employer, adverts in groups.items()}


def read_feed(data: bytes) -> Feed:
    """The adverts in `data`. A faulty row is left out or read with a gap, and listed in `problems`; the others stand.

    FeedRefused where nothing can be trusted: JSON or HTML in place of XML, half a file, another root, a DTD.
    """
    root = root_of(data)
    problems: list[FeedProblem] = []
    adverts: dict[str, Advert] = {}
    rows = [child for child in root if local_name(child) == "vacancydetails"]
    for number, row in enumerate(rows, start=1):
        reader = _AdvertReader(row, number)
        advert = reader.advert()
        problems += reader.problems
        if advert is None:
            continue
        if advert.reference in adverts:
            problems.append(_repeated(advert, adverts[advert.reference], where=reader.where))
            continue
        adverts[advert.reference] = advert
    pages, results = (_total(root, name, problems) for name in ("totalPages", "totalResults"))
    if pages is not None and pages <= 1 and results is not None and results != len(rows):
        what = f"The feed announces {results} adverts and holds {len(rows)}."
        problems.append(FeedProblem(what, "totalResults", "Save the feed again to see whether adverts are missing."))
    return Feed(tuple(adverts.values()), pages, results, tuple(problems))


def _repeated(advert: Advert, first: Advert, *, where: str) -> FeedProblem:
    same = "and is the same" if advert == first else "and differs from the first"
    return FeedProblem(
        f"The reference stands a second time in this file {same}; the first was kept.",
        where,
        "Nothing to do if the first is right; otherwise correct the vacancy after the import.",
        skipped=True,
    )


def _total(root: Element, name: str, problems: list[FeedProblem]) -> int | None:
    text = next((child.text or "" for child in root if local_name(child) == name.lower()), "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    what = f"“{text[:40]}” is not a count." if text else "The feed does not say it."
    problems.append(FeedProblem(what, name, "The adverts were read; whether more pages follow is unknown."))
    return None


class _AdvertReader:
    """Reads one vacancyDetails; child elements may come in any order, in any case, and more than once."""

    def __init__(self, row: Element, number: int) -> None:
        self.row = row
        self.number = number
        self.problems: list[FeedProblem] = []
        self.unread: list[str] = []
        self.url = self._url()
        self.reference = self._text("reference") or self._reference_in_url()
        self.where = f"Advert {number} ({self.reference})" if self.reference else f"Advert {number}"

    def advert(self) -> Advert | None:
        """The advert, or None (with a problem) where it lacks what a vacancy cannot be without."""
        title, employer = self._text("title"), self._text("employer")
        for name, value in (("reference", self.reference), ("title", title), ("employer", employer)):
            if not value:
                self._problem(name, "It is missing, so this advert was left out.", ASK_AGAIN, skipped=True)
        if any(problem.skipped for problem in self.problems):
            return None
        if not self._text("reference"):
            self._problem(
                "reference", f"It is missing; {self.reference} was taken from the advert's address.", "Check it."
            )
        self._check_title(title)
        self._check_url()
        salary = self._salary()
        closes, posted = self._when("closeDate", read_date), self._when("postDate", read_moment)
        if closes and posted and closes < posted.date():
            self._problem(
                "closeDate",
                f"It closes ({long_day(closes)}) before it opened ({long_day(posted)}).",
                "Check both dates.",
            )
        return Advert(
            id=self._text("id"),
            reference=self.reference,
            title=title,
            description=self._text("description"),
            employer=employer,
            contract=self._contract(),
            salary_text=salary.text,
            salary_min=salary.minimum,
            salary_max=salary.maximum,
            salary_unit=salary.unit,
            closes=closes,
            posted=posted,
            url=self.url,
            locations=self._locations(),
            number=self.number,
            unread=tuple(self.unread),
        )

    def _raw(self, field: str) -> str:
        """The text of the first child of that name which has any."""
        for child in self.row:
            if local_name(child) == field.lower() and (text := "".join(child.itertext()).strip()):
                return text
        return ""

    def _text(self, field: str) -> str:
        return clean(self._raw(field))

    def _problem(self, field: str, what: str, mend: str, *, skipped: bool = False) -> None:
        self.problems.append(FeedProblem(what, f"{self.where}, {field}", mend, skipped))

    def _url(self) -> str:
        """The advert's address if it is one that a page may link to (http or https), else ""."""
        address = self._raw("url").replace("&amp;", "&")
        try:
            parts = urlsplit(address)
        except ValueError:
            return ""
        printable = address.isprintable() and not any(mark in address for mark in " <>\"'`")
        return address if parts.scheme in ("http", "https") and parts.netloc and printable else ""

    def _check_title(self, title: str) -> None:
        if escape_cell(title) != title:
            what = f"“{title[:40]}” begins as a formula of a spreadsheet does."
            self._problem("title", what, "Check it; files from here hold it as text.")

    def _check_url(self) -> None:
        if not self.url:
            what = "It is not a web address and was left out." if self._raw("url") else "It is missing."
            self._problem("url", what, "The page of the vacancy will have no link to the advert.")

    def _reference_in_url(self) -> str:
        parent, _, last = urlsplit(self.url).path.rstrip("/").rpartition("/")
        return clean(last) if parent.endswith("/jobadvert") else ""

    def _contract(self) -> Contract:
        contract = contract_of(self._text("type"))
        if not contract.raw:
            self._problem("type", "The contract type is missing.", "Choose it on the page of the vacancy.")
        return contract

    def _salary(self) -> Salary:
        text = self._text("salary")
        if not text:
            self._problem("salary", "The pay is missing.", "Give the pay on the page of the vacancy.")
        try:
            return read_salary(text)
        except ValueError as error:
            self._problem("salary", str(error), "Give the pay on the page of the vacancy.")
            return Salary(text)

    def _when(self, field: str, read: Callable[[str], T]) -> T | None:
        """The date or moment of `field`. The day of opening decides which year counts the advert, so it is never made up."""
        text = self._text(field)
        try:
            if text:
                return read(text)
        except ValueError as error:
            self._problem(field, str(error), MEND_DATE)
        else:
            if field == "closeDate":
                self._problem(field, "It is missing.", "Give the closing date: the last day to decide follows from it.")
                return None
            self._problem(field, "It is missing, and the day on which it opened is not made up.", MEND_DATE)
        self.unread.append(str(self.problems[-1]))
        return None

    def _locations(self) -> tuple[Location, ...]:
        """Every child of <locations>, whatever its name (the live feed and the document differ), each once."""
        found: dict[str, Location] = {}
        for parent in (child for child in self.row if local_name(child) == "locations"):
            places = list(parent) or [parent]
            for place in places:
                text = clean(", ".join(part.strip() for part in place.itertext() if part.strip()))
                if text:
                    found.setdefault(text, Location(text, postcode_in(text)))
        if not found:
            self._problem("locations", "No place is given.", "Choose the site on the page of the vacancy.")
        return tuple(found.values())

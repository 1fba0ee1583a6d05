"""An advert's page on NHS Jobs: what the feed lacks (criteria, band, pattern, the TRAC reference).

Contact names and addresses of people are not read. Layout: the ids below; each block is rendered twice (a narrow and a
wide copy), so the first filled copy counts and criteria are listed once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from bs4.exceptions import ParserRejectedMarkup

from vacancies.banding import Band, band_of
from vacancies.sources.contract import Contract, contract_of
from vacancies.sources.faults import FeedProblem, FeedRefused, check_file
from vacancies.sources.reading import clean, postcode_in, read_date, text_of
from vacancies.sources.salary import Salary, Unit, read_salary

T = TypeVar("T")

WANTED = "an advert's page saved from NHS Jobs"
MAX_PAGE = 5 * 1024 * 1024
MOST_TAGS = 50_000  # an advert has some hundreds

MOST_NESTED = 500  # the site leaves paragraphs open, so a page nests deeper than it looks
LONGEST_OVERVIEW = 5_000

_KNOWN = re.compile(
    r"""\bid=["']?(?:employer_name|closing_date|job_overview|payscheme-type|contract_type)\b""", re.IGNORECASE
)
_INSTRUCTION = re.compile(r"<[?!](?!--)[^>]*>")
_CRITERION_ID = re.compile(r"(essential|desirable)_skill_[0-9]+_criteria_[0-9]+")
_HEADINGS = ("h1", "h2", "h3", "h4")
_LEVEL: dict[str, Literal["essential", "desirable"]] = {"essential": "essential", "desirable": "desirable"}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the person specification; `category` is its heading ("Qualifications"), "" where there is none."""

    text: str
    category: str


@dataclass(frozen=True, slots=True)
class AdvertPage:
    """The facts of one page; "" or None where it does not state them. `registration_required` is True or not stated."""

    title: str
    employer: str
    overview: str
    closes: date | None
    posted: date | None
    pay_scheme: str
    band: Band | None
    salary_text: str
    salary_min: Decimal | None
    salary_max: Decimal | None
    salary_unit: Unit
    contract: Contract
    patterns: tuple[str, ...]
    trac_reference: str
    postcode: str
    registration_required: bool | None
    essential: tuple[Criterion, ...]
    desirable: tuple[Criterion, ...]
    problems: tuple[FeedProblem, ...] = ()


def read_advert(html: bytes) -> AdvertPage:
    """The advert in `html`; what cannot be read is empty and listed. FeedRefused where it is not an advert's page."""
    reader = _PageReader(_soup(html))
    salary = reader.salary()
    criteria = _criteria(reader.page)
    closes, posted = reader.day("closing_date"), reader.day("date_posted")
    scheme = reader.text("payscheme-type")
    if not criteria["essential"]:
        reader.problem(
            "Person Specification", "No essential criteria were found.", "Type them in, so that each can be ticked."
        )
    return AdvertPage(
        title=reader.text("heading") or clean(_words(reader.page.find("h1"))),
        employer=reader.text("employer_name"),
        overview=reader.overview(),
        closes=closes,
        posted=posted,
        pay_scheme=scheme,
        band=band_of(reader.text("payscheme-band")) or band_of(scheme),
        salary_text=salary.text,
        salary_min=salary.minimum,
        salary_max=salary.maximum,
        salary_unit=salary.unit,
        contract=contract_of(reader.text("contract_type")),
        patterns=reader.patterns(),
        trac_reference=reader.text("trac-job-reference"),
        postcode=postcode_in(reader.text("employer_postcode")),
        registration_required=True if reader.page.find(id="uk-registration") else None,
        essential=tuple(criteria["essential"]),
        desirable=tuple(criteria["desirable"]),
        problems=tuple(reader.problems),
    )


def _soup(html: bytes) -> BeautifulSoup:
    check_file(html, wanted=WANTED)
    text = text_of(html[: MAX_PAGE + 1])
    if len(html) > MAX_PAGE or text.count("<") > MOST_TAGS or not _KNOWN.search(text):
        raise FeedRefused(
            f"This is not {WANTED}: the names of its parts are missing. "
            "Open the advert, save the page and choose that file."
        )
    try:
        # Declarations and processing instructions carry nothing here, and some make the parser give up.
        page = BeautifulSoup(_INSTRUCTION.sub("", text), "html.parser")
    except (ParserRejectedMarkup, AssertionError, RecursionError):
        raise FeedRefused(f"The page is too damaged to read. Choose {WANTED}, unedited.") from None
    _refuse_deep(page)
    return page


def _refuse_deep(page: BeautifulSoup) -> None:
    """Refuse a page nested so deep that reading each element's text would take minutes."""
    level: list[Tag] = [page]
    for _ in range(MOST_NESTED):
        level = [child for tag in level for child in tag.children if isinstance(child, Tag)]
        if not level:
            return
    raise FeedRefused(f"The page nests its parts more than {MOST_NESTED} deep. Choose {WANTED}, unedited.")


def _words(tag: object) -> str:
    return tag.get_text(" ", strip=True) if isinstance(tag, Tag) else ""


@dataclass
class _PageReader:
    page: BeautifulSoup
    problems: list[FeedProblem] = field(default_factory=list)

    def problem(self, where: str, what: str, mend: str) -> None:
        self.problems.append(FeedProblem(what, where, mend))

    def text(self, name: str) -> str:
        """The text of the first element with that id which has any."""
        return next((text for tag in self.page.find_all(id=name) if (text := clean(_words(tag)))), "")

    def overview(self) -> str:
        """The summary up to the next heading: its paragraph is left open, so the rest of the page is inside it."""
        start = self.page.find(id="job_overview")
        words: list[str] = []
        for part in start.descendants if isinstance(start, Tag) else ():
            if isinstance(part, Tag) and (part.name in _HEADINGS or part.get("id")):
                break
            if type(part) is NavigableString:
                words.append(part)
        return clean(" ".join(words))[:LONGEST_OVERVIEW]

    def salary(self) -> Salary:
        text = self.text("range_salary") or self.text("fixed_salary")
        return self._read("salary", text, read_salary) or Salary(text)

    def day(self, name: str) -> date | None:
        text = re.sub(r"^the closing date is\s*", "", self.text(name), flags=re.IGNORECASE)
        return self._read(name, text, read_date) if text else None

    def patterns(self) -> tuple[str, ...]:
        """Working patterns from the paragraph after their heading."""
        heading = self.page.find(id="working_pattern_heading")
        paragraph = heading.find_next_sibling("p") if isinstance(heading, Tag) else None
        names = (clean(name) for name in _words(paragraph).split(","))
        return tuple(dict.fromkeys(name for name in names if name))

    def _read(self, where: str, text: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(text)
        except ValueError as error:
            self.problem(where, str(error), "Give it on the page of the vacancy.")
            return None


def _criteria(page: BeautifulSoup) -> dict[str, list[Criterion]]:
    """Criteria by level, each once: h2 (or summary) Person Specification > h3 category > h4 level > li."""
    found: dict[str, dict[str, Criterion]] = {"essential": {}, "desirable": {}}
    inside, category, level = False, "", ""
    for tag in page.find_all(["h2", "summary", "h3", "h4", "li"]):
        words = clean(_words(tag)) if tag.name != "li" else _own_words(tag)
        if tag.name in ("h2", "summary"):
            inside, category, level = words.casefold() == "person specification", "", ""
        elif tag.name == "h3":
            category, level = words, ""
        elif tag.name == "h4":
            level = _LEVEL.get(words.rstrip(":").casefold(), "")
        elif words and (wanted := _level_of(tag) or (level if inside else "")):
            found[wanted].setdefault(words.casefold(), Criterion(words, category if inside else ""))
    return {level: list(criteria.values()) for level, criteria in found.items()}


def _level_of(item: Tag) -> str:
    """The level in the item's own id (essential_skill_1_criteria_2), or ""."""
    match = _CRITERION_ID.fullmatch(str(item.get("id", "")))
    return match[1] if match else ""


def _own_words(item: Tag) -> str:
    """The item's text without that of items nested in it (also by an unclosed <li>)."""
    strings = (text for text in item.descendants if type(text) is NavigableString and text.find_parent("li") is item)
    return clean(" ".join(strings))

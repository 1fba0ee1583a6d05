"""The NHSBSA's open data of all NHS Jobs adverts (CSV): the independent list to check a trust's ledger against."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from vacancies.banding import Band, band_of
from vacancies.sources.contract import Contract, contract_of
from vacancies.sources.faults import FeedProblem, FeedRefused, check_file
from vacancies.sources.reading import clean, postcode_in, text_of
from vacancies.sources.rows import RowReader, plain
from vacancies.sources.salary import Unit

WANTED = "the CSV file of NHS Jobs vacancies from the NHSBSA open data portal"

NEEDED = ("JOB_REFERENCE", "EMPLOYER_NAME", "JOB_TITLE", "PAY_BAND")
OPTIONAL = (
    "VACANCY_ID",
    "STAFF_GROUP",
    "AREA_OF_WORK",
    "SALARY_RANGE_MIN",
    "SALARY_RANGE_MAX",
    "FIXED_SALARY",
    "SALARY_TIME_UNIT",
    "CONTRACT_TYPE",
    "FIXED_TERM_DURATION_MONTHS",
    "WORKING_PATTERN",
    "EMPLOYER_POSTCODE",
    "REGION",
)
_UNITS: dict[str, Unit] = {"year": "year", "annum": "year", "hour": "hour"}


@dataclass(frozen=True, slots=True)
class OpenAdvert:
    """One advert of the file. Amounts are pounds per `salary_unit`; `more` holds columns that are new to the reader."""

    line: int
    id: str
    reference: str
    employer: str
    title: str
    staff_group: str
    area_of_work: str
    pay_band: str
    band: Band | None
    salary_min: Decimal | None
    salary_max: Decimal | None
    salary_unit: Unit
    contract: Contract
    fixed_term_months: int | None
    patterns: tuple[str, ...]
    postcode: str
    region: str
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OpenData:
    """The adverts read, the problems by row, and how many rows of which other employers were left."""

    adverts: tuple[OpenAdvert, ...]
    problems: tuple[FeedProblem, ...]
    left: tuple[tuple[str, int], ...]


def read_open_data(data: bytes, *, employers: Collection[str] = ()) -> OpenData:
    """The adverts in `data`, or only those of `employers` (names as the file writes them, in any case).

    Columns may come in any order and more may follow. FeedRefused where it is another file or lacks a needed column.
    """
    check_file(data, wanted=WANTED)
    lines = _lines(text_of(data))
    headings = _headings(next(lines, (1, []))[1])
    wanted = {plain(name) for name in employers}
    left: Counter[str] = Counter()
    adverts: dict[str, OpenAdvert] = {}
    problems: list[FeedProblem] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        reader = RowReader(
            dict(zip(headings, cells, strict=False)), where=f"Line {line}", headings={name: name for name in headings}
        )
        if wanted and plain(reader.text("EMPLOYER_NAME")) not in wanted:
            left[reader.text("EMPLOYER_NAME") or "no employer named"] += 1
            continue
        advert = _advert(reader, line, cells=len(cells), headings=headings)
        if advert and advert.reference in adverts:
            reader.problem(
                "JOB_REFERENCE",
                f"{advert.reference} stands a second time in this file.",
                "The first was kept.",
                skipped=True,
            )
        elif advert:
            adverts[advert.reference] = advert
        problems += reader.problems
    return OpenData(tuple(adverts.values()), tuple(problems), tuple(sorted(left.items())))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row; commas, semicolons or tabs, whichever the first line has most of."""
    text = text.replace("\x00", "")
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=first.count))
    line = 0
    try:
        for cells in rows:
            line = rows.line_num
            yield line, cells
    except csv.Error:
        raise FeedRefused(
            f"The file cannot be read from line {line + 1} on: a quotation mark is probably not closed. "
            "Download the file again."
        ) from None


def _headings(cells: list[str]) -> list[str]:
    headings = [clean(cell).upper().replace(" ", "_") for cell in cells]
    missing = [name for name in NEEDED if name not in headings]
    if len(missing) == len(NEEDED):
        raise FeedRefused(f"This is not {WANTED}: its first line has none of the expected headings. Choose that file.")
    if missing:
        raise FeedRefused(
            f"The column {' and '.join(missing)} is missing from the first line. "
            "Download the file again, with all its columns."
        )
    return headings


def _advert(reader: RowReader, line: int, *, cells: int, headings: list[str]) -> OpenAdvert | None:
    if cells != len(headings):
        what = f"The row has {cells} cells and the headings have {len(headings)}, so it was left out."
        reader.problem("JOB_REFERENCE", what, "Download the file again, or mend the row.", skipped=True)
        return None
    reference = reader.identifier("JOB_REFERENCE")
    title, employer = reader.text("JOB_TITLE"), reader.text("EMPLOYER_NAME")
    for name, value in (("JOB_REFERENCE", reference), ("JOB_TITLE", title), ("EMPLOYER_NAME", employer)):
        if not value:
            reader.problem(
                name, "It is missing, so the row was left out.", "Look the advert up on NHS Jobs.", skipped=True
            )
            return None
    minimum, maximum = _pay(reader)
    pay_band = reader.text("PAY_BAND")
    return OpenAdvert(
        line=line,
        id=reader.identifier("VACANCY_ID"),
        reference=reference,
        employer=employer,
        title=title,
        staff_group=reader.text("STAFF_GROUP"),
        area_of_work=reader.text("AREA_OF_WORK"),
        pay_band=pay_band,
        band=band_of(pay_band),
        salary_min=minimum,
        salary_max=maximum,
        salary_unit=_UNITS.get(plain(reader.text("SALARY_TIME_UNIT")).removeprefix("per "), ""),
        contract=contract_of(reader.text("CONTRACT_TYPE")),
        fixed_term_months=reader.whole("FIXED_TERM_DURATION_MONTHS"),
        patterns=tuple(
            dict.fromkeys(part.strip() for part in reader.text("WORKING_PATTERN").split(",") if part.strip())
        ),
        postcode=postcode_in(reader.text("EMPLOYER_POSTCODE")),
        region=reader.text("REGION"),
        more=tuple((name, reader.text(name)) for name in headings if name not in NEEDED + OPTIONAL and name),
    )


def _pay(reader: RowReader) -> tuple[Decimal | None, Decimal | None]:
    """The range, or the fixed amount as both ends."""
    fixed = reader.number("FIXED_SALARY")
    minimum, maximum = reader.number("SALARY_RANGE_MIN"), reader.number("SALARY_RANGE_MAX")
    if minimum is None and maximum is None:
        return fixed, fixed
    if minimum is not None and maximum is not None and minimum > maximum:
        reader.problem(
            "SALARY_RANGE_MIN", f"{minimum} is more than the maximum, {maximum}.", "Check the pay on NHS Jobs."
        )
        return None, None
    return minimum, maximum

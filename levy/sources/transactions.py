"""The transactions download of "Manage apprenticeships", versions 1 and 2, streamed row by row.

The government's code and its specification disagree about the columns of money, so only date, type, description and total are
trusted, with declared, English percentage, top-up, learner number and the two contributions. A row that cannot be taken is
told and left out; the file is kept. FileRefused ends the reading where the whole file is wrong: then take nothing of it.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from operator import getitem, itemgetter
from typing import Any, BinaryIO

from levy.money import UNITS_IN_A_POUND
from levy.months import first_of
from levy.sources import values
from levy.sources.layouts import NAMES, Layout, is_of_other_version, is_pasted, recognise
from levy.sources.rows import CREDITS, PAYMENTS, Kind, Row
from levy.sources.table import MOST_REFUSED, PRIVATE, Fault, Problem
from levy.sources.text import FileRefused, Line, cell_rows, delimiter_of, lines
from levy.sources.values import Unreadable
from levy.ulns import keyed

TYPES = {
    "levy": Kind.LEVY,
    "levy adjustment": Kind.ADJUSTMENT,
    "monthly payment": Kind.MONTHLY,
    "completion payment": Kind.COMPLETION,
    "balance payment": Kind.BALANCE,
    "milestone payment": Kind.MILESTONE,
    "transfer": Kind.SENT,
    "expired levy": Kind.EXPIRED_24,
    "expired levy 24 month": Kind.EXPIRED_24,
    "expired levy 12 month": Kind.EXPIRED_12,
}
BARE = "expired levy"
DIRECTIONS = {"transfer sent to ": Kind.SENT, "transfer received from ": Kind.RECEIVED}
PAYE = re.compile(r"\d{3}/[A-Z0-9]{1,10}")
WHOLE_AMOUNT = re.compile(r"-?\d+\.\d{5}")
LEVY_BEGAN = date(2017, 4, 6)
PENNY = UNITS_IN_A_POUND // 100
REMEMBERED = 100_000


class Memo(dict[str, Any]):
    """A column's texts already read: most rows repeat them. Fault, naming the column, for a text that cannot be read."""

    def __init__(self, field: str, reader: Callable[[str], Any]) -> None:
        super().__init__()
        self.column, self.reader = NAMES[field], reader

    def __missing__(self, text: str) -> Any:
        try:
            value = self.reader(text.strip())
        except Unreadable as error:
            raise Fault(self.column, str(error)) from error
        if len(self) < REMEMBERED:
            self[text] = value
        return value


class Transactions(Iterable[Row]):
    """The rows of one file. Once read: `problems`, `refused` (as of a `Table`), and `layout`."""

    def __init__(self, rows: Iterable[Line], *, latest: date | None = None) -> None:
        self.source = rows
        self.problems: list[Problem] = []
        self.layout: Layout | None = None
        self.refused: dict[int, list[str]] = {}
        self.refused_headings = [name for field, name in NAMES.items() if field not in PRIVATE]
        self.days = Memo("date", _day_until(latest or date.max))
        self.kinds = Memo("type", _kind)
        self.schemes = Memo("paye", _paye)
        self.payroll_months = Memo("payroll_month", values.month)
        self.percentages = Memo("english", _percentage)
        self.ulns = Memo("uln", _uln)
        self.levels = Memo("level", values.whole)
        self.texts = Memo("description", str)
        money = ("declared", "top_up", "from_levy", "from_transfer", "own", "government", "total")
        self.money = [Memo(field, values.money) for field in money]

    @classmethod
    def from_csv(cls, stream: BinaryIO, *, latest: date | None = None) -> "Transactions":
        """Read a text file (UTF-8, UTF-16 or Windows). A row dated after `latest` is left out."""
        return cls(_split(stream), latest=latest)

    @classmethod
    def from_cells(cls, rows: Iterable[Sequence[object]], *, latest: date | None = None) -> "Transactions":
        """Read the rows of a worksheet: text, numbers, dates, None."""
        return cls(cell_rows(rows), latest=latest)

    @property
    def assumes_a_life(self) -> bool:
        """Whether a row says "Expired Levy" and not how long the money had lived: it is read as 24 months."""
        return any(_type(text) == BARE for text in self.kinds)

    def __iter__(self) -> Iterator[Row]:
        layout = None
        for line, cells, is_last in _with_last(self.source):
            if layout is None:
                self.layout = layout = recognise(cells)
                continue
            aligned: Sequence[str] = ()
            try:
                aligned = _aligned(cells, layout, is_last=is_last)
                yield self._row(line, aligned, layout)
            except Fault as fault:
                if why := is_pasted(cells, layout):
                    raise FileRefused(f"Line {line} {why}.") from fault
                self._refuse(line, fault, aligned, layout)
            except FileRefused as error:
                raise FileRefused(f"Line {line}: {error}") from error
        if layout is None:
            raise FileRefused("The file is empty. Download it again and upload it as it is.")

    def _refuse(self, line: int, fault: Fault, cells: Sequence[str], layout: Layout) -> None:
        """A row that does not stand under its headings is told by its line alone: any cell of it could be a name."""
        self.problems.append(Problem(line, fault.column, fault.sentence, rejected=True))
        if cells and len(self.refused) < MOST_REFUSED:
            self.refused[line] = [
                cells[place] for field, place in zip(NAMES, layout.places, strict=True) if field not in PRIVATE
            ]

    def _row(self, line: int, cells: Sequence[str], layout: Layout) -> Row:
        (day, type_, about, paye, payroll_month, *parts) = itemgetter(*layout.places)(cells)
        (declared, english, top_up, cohort, provider, uln, _, course, level, course_type, *paid) = parts
        texts, (read_declared, read_top_up, *readers) = self.texts, self.money
        from_levy, from_transfer, own, government, total = map(getitem, readers, paid)
        at, month = self.days[day]
        kind, counterparty = self.kinds[type_], ""
        if kind is Kind.SENT:
            kind, counterparty = _transfer(about)
        row = Row(
            line,
            at,
            month,
            kind,
            _amount(kind, total, from_levy + from_transfer, own + government),
            total,
            self.schemes[paye],
            self.payroll_months[payroll_month],
            read_declared[declared],
            self.percentages[english],
            read_top_up[top_up],
            texts[cohort],
            texts[provider],
            self.ulns[uln],
            texts[course],
            self.levels[level],
            texts[course_type],
            from_levy,
            from_transfer,
            own,
            government,
            counterparty,
            texts[about],
        )
        if warning := _disagreement(row):
            self.problems.append(Problem(line, NAMES["total"], warning, rejected=False))
        return row


def row_keys(rows: Iterable[Row], *, key: bytes) -> Iterator[tuple[Row, str]]:
    """Each row with what tells it from every other: its content and how often the file had that content before.

    The same file, an overlapping one, or the other version of it gives the same keys; two equal payments of one learner on
    one day keep two. The key is keyed because the content has a learner number. Everything read is in both versions.
    """
    seen: dict[str, int] = {}
    for row in rows:
        content = keyed(_content(row), key=key)[:40]
        seen[content] = often = seen.get(content, 0) + 1
        yield row, f"{content}-{often}"


def _content(row: Row) -> str:
    """What a line says, as one text: hundreds of thousands of them are made, so it is written out."""
    return (
        f"{row.day}\x1f{row.kind}\x1f{row.paye}\x1f{row.payroll_month}\x1f{row.declared}\x1f{row.english}\x1f{row.top_up}"
        f"\x1f{row.provider}\x1f{row.uln}\x1f{row.course}\x1f{row.level}\x1f{row.amount}\x1f{row.own}\x1f{row.government}"
        f"\x1f{row.counterparty.casefold()}"
    )


def _split(stream: BinaryIO) -> Iterator[Line]:
    """Lines cut at their commas. Quotation marks mean little here: the government's code writes them round the provider only."""
    delimiter = ""
    for number, line in enumerate(lines(stream), start=1):
        if not line.strip(" ,;\t"):
            continue
        delimiter = delimiter or delimiter_of(line)
        yield number, _cells(line, delimiter)


def _cells(line: str, delimiter: str) -> list[str]:
    opened, closed = line.find('"'), line.rfind('"')
    inside = line[opened + 1 : closed]
    if delimiter not in inside and '"' not in inside or line.count('"') % 2:
        return line.replace('"', "").split(delimiter)
    return next(csv.reader([line], delimiter=delimiter))


def _with_last(source: Iterable[Line]) -> Iterator[tuple[int, list[str], bool]]:
    held: Line | None = None
    for line in source:
        if held:
            yield *held, False
        held = line
    if held:
        yield *held, True


def _aligned(cells: list[str], layout: Layout, *, is_last: bool) -> list[str]:
    """The cells of a row under their headings, the learner's name emptied, one empty cell added for absent columns.

    A name may hold commas, which makes the row longer by as many cells from the learner on.
    """
    filled = len(cells)
    if layout.in_order:
        while filled and not cells[filled - 1]:
            filled -= 1
        if layout.trailing and is_last and filled == len(cells) and not WHOLE_AMOUNT.fullmatch(cells[-1]):
            raise Fault("", "ends in the middle: the file looks cut off. Download it again")
    surplus = filled - layout.width
    if surplus < 0 or (surplus > 0 and is_of_other_version(cells, layout)):
        raise Fault(
            "", f"has {filled} of {layout.width} cells: the file is cut off here, or the row is of another version"
        )
    return [*cells[: layout.learner], "", *cells[layout.learner + surplus + 1 : filled], ""]


def _day_until(latest: date) -> Callable[[str], tuple[date, date]]:
    def read(text: str) -> tuple[date, date]:
        day = values.day(text)
        if not LEVY_BEGAN <= day <= latest:
            raise Unreadable(f"is {text}, which is not a day between April 2017 and today")
        return day, first_of(day)

    return read


def _type(text: str) -> str:
    return " ".join(text.casefold().removesuffix("s").split())


def _kind(text: str) -> Kind:
    kind = TYPES.get(_type(text))
    if kind is None:
        raise Unreadable(f"is “{text}”, which this service does not know")
    return kind


def _transfer(description: str) -> tuple[Kind, str]:
    for start, kind in DIRECTIONS.items():
        if description.casefold().lstrip().startswith(start):
            return kind, description.strip()[len(start) :].strip()
    raise Fault(
        NAMES["description"], f"is “{description}”, which does not say whether the transfer was sent or received"
    )


def _paye(text: str) -> str:
    scheme = text.upper().replace(" ", "")
    if scheme and not PAYE.fullmatch(scheme):
        raise Unreadable(f"is “{text}”, which is not a PAYE reference like 120/AB12345")
    return scheme


def _uln(text: str) -> str | None:
    """A number that is not real leaves out its row: without it the payment would be new again in the right file."""
    try:
        return values.uln(text)
    except Unreadable as error:
        raise Unreadable(
            f"{error}, so the payment could be counted twice. Correct it, or download the file again"
        ) from None


def _percentage(text: str) -> int:
    percentage = values.money(text.removesuffix("%"))
    if not 0 <= percentage <= 100 * UNITS_IN_A_POUND:
        raise Unreadable(f"is {text}, which is not between 0 and 100")
    return percentage


def _amount(kind: Kind, total: int, from_funds: int, contributions: int) -> int:
    """What the row does to the levy account. The sign of a transfer comes from its description, as columns disagree.

    A returned transfer is the one with both signs turned round: nothing from funds, pounds back.
    """
    if kind in CREDITS:
        return total
    if kind in PAYMENTS:
        return total - contributions
    if kind is Kind.RECEIVED:
        return abs(total)
    if kind is Kind.SENT and from_funds < 0 < total:
        return total
    return -abs(total)


def _disagreement(row: Row) -> str:
    """What does not add up in a row, by more than a penny; the total is taken all the same."""
    if row.kind in CREDITS:
        due = row.declared * row.english // (100 * UNITS_IN_A_POUND) + row.top_up
        if abs(due - row.total) > PENNY:
            return "is not the levy declared x English % + top up"
    elif row.kind in PAYMENTS:
        due = row.from_levy + row.from_transfer + row.own + row.government
        if abs(due - row.total) > PENNY:
            return "is not the sum of what the levy, the transfer, you and the government paid"
    return ""

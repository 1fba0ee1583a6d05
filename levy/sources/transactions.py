"""The transactions download of "Manage apprenticeships", versions 1 and 2, streamed row by row.

The government's code and its specification disagree about the columns of money, so only date, type, description and total are
trusted, with declared, English percentage, top-up, learner number and the two contributions. A row that cannot be taken is
told and left out; the file is kept. FileRefused ends the reading where the whole file is wrong: then take nothing of it.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, BinaryIO

from levy.money import UNITS_IN_A_POUND
from levy.months import first_of
from levy.sources import values
from levy.sources.layouts import NAMES, Layout, is_heading, recognise
from levy.sources.rows import CREDITS, PAYMENTS, Kind, Row
from levy.sources.table import Fault, Problem
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
    """The rows of one file. Once read: `problems`, and `layouts` (several if versions were pasted together)."""

    def __init__(self, rows: Iterable[Line], *, latest: date | None = None) -> None:
        self.source = rows
        self.problems: list[Problem] = []
        self.layouts: list[Layout] = []
        self.days = Memo("date", _day_until(latest or date.max))
        self.kinds = Memo("type", _kind)
        self.schemes = Memo("paye", _paye)
        self.payroll_months = Memo("payroll_month", values.month)
        self.percentages = Memo("english", _percentage)
        self.ulns = Memo("uln", values.uln)
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

    def __iter__(self) -> Iterator[Row]:
        layout = None
        for line, cells, is_last in _with_last(self.source):
            if layout is None or (not cells[0][:1].isdigit() and is_heading(cells)):
                layout = recognise(cells)
                self.layouts.append(layout)
                continue
            try:
                yield self._row(line, _aligned(cells, layout, is_last=is_last), layout)
            except Fault as fault:
                self.problems.append(Problem(line, fault.column, fault.sentence, rejected=True))
            except FileRefused as error:
                raise FileRefused(f"Line {line}: {error}") from error
        if layout is None:
            raise FileRefused("The file is empty. Download it again and upload it as it is.")

    def _row(self, line: int, cells: Sequence[str], layout: Layout) -> Row:
        (day, type_, about, paye, payroll_month, *parts) = itemgetter(*layout.places)(cells)
        (declared, english, top_up, cohort, provider, uln, _, course, level, course_type, *paid) = parts
        texts, (read_declared, read_top_up, *read_paid) = self.texts, self.money
        from_levy, from_transfer, own, government, total = (
            read[text] for read, text in zip(read_paid, paid, strict=True)
        )
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
            self._uln(line, uln),
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

    def _uln(self, line: int, text: str) -> str | None:
        """A number that is not real is left out with a warning: the pounds of the row count all the same."""
        try:
            known: str | None = self.ulns[text]
        except Fault as fault:
            self.problems.append(Problem(line, fault.column, fault.sentence, rejected=False))
            return None
        return known


def row_keys(rows: Iterable[Row], *, key: bytes) -> Iterator[tuple[Row, str]]:
    """Each row with what tells it from every other: its content and how often the file had that content before.

    The same file, an overlapping one, or the other version of it gives the same keys; two equal payments of one learner on
    one day keep two. The key is keyed because the content has a learner number. Everything read is in both versions.
    """
    seen: Counter[str] = Counter()
    for row in rows:
        content = keyed("\x1f".join(map(str, _content(row))), key=key)[:40]
        seen[content] += 1
        yield row, f"{content}-{seen[content]}"


def _content(row: Row) -> tuple[object, ...]:
    paid = (row.amount, row.own, row.government)
    levy = (row.paye, row.payroll_month, row.declared, row.english, row.top_up)
    return (row.day, row.kind, *levy, row.provider, row.uln, row.course, row.level, *paid, row.counterparty.casefold())


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
    if surplus < 0:
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


def _kind(text: str) -> Kind:
    kind = TYPES.get(" ".join(text.casefold().removesuffix("s").split()))
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

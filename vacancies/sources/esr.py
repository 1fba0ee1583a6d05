"""ESR: the GO2 outbound file, and the key that joins NHS Jobs to ESR (lists from ESR BI: `esr_lists`).

Only what starters, leavers and 13/26/52-week checks need is read. National Insurance number, sex, ethnic origin,
disability and marital status stand in the file and are never taken out of it. Names and dates of birth serve the match
alone: the caller drops the rows that match nobody.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from vacancies.banding import Band, band_of
from vacancies.sources.contract import Contract, contract_of
from vacancies.sources.faults import FeedProblem, FeedRefused, check_file
from vacancies.sources.reading import text_of
from vacancies.sources.rows import RowReader

T = TypeVar("T")

WANTED = "the GO2 file that ESR sends (lines beginning PRA~ and ASA~)"

# Positions in the interface of the samples; a newer version appends fields, so only these are looked at.
PERSON = {
    "person_id": 1,
    "effective_from": 2,
    "effective_to": 3,
    "employee_number": 4,
    "last_name": 6,
    "first_name": 7,
    "date_of_birth": 13,
    "hired": 16,
    "left": 17,
    "leaving_reason": 18,
    "nhs_start": 36,
}
ASSIGNMENT = {
    "person_id": 1,
    "assignment_id": 2,
    "effective_from": 3,
    "effective_to": 4,
    "number": 7,
    "status": 8,
    "category": 20,
    "primary": 21,
    "hours": 22,
    "fte": 25,
    "position": 29,
    "grade": 30,
    "in_grade_since": 32,
    "salary": 33,
    "job": 34,
    "vacancy": 39,
    "contract_end": 40,
    "last_working_day": 45,
    "ended": 48,
}
PERSON_LEAST, ASSIGNMENT_LEAST = 18, 40  # a row that ends before its termination date or its vacancy was cut off
_HEADERS, _TRAILERS = ("HDR",), ("FTR", "TRL", "TLR")
_VPD = re.compile("[0-9]{3}")


@dataclass(frozen=True, slots=True)
class EsrPerson:
    """A PRA row: one employee of one trust, as known from `effective_from`."""

    person_id: str
    employee_number: str
    hired: date | None
    left: date | None
    leaving_reason: str
    nhs_start: date | None
    effective_from: date | None
    effective_to: date | None
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    date_of_birth: date | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class EsrAssignment:
    """An ASA row: one post of one employee. Hours a week, salary in pounds a year, `vacancy` ESR's number or key."""

    person_id: str
    assignment_id: str
    number: str
    status: str
    contract: Contract
    primary: bool
    hours: Decimal | None
    fte: Decimal | None
    position_number: str
    title: str
    grade: str
    band: Band | None
    in_grade_since: date | None
    salary: Decimal | None
    staff_group: str
    role: str
    vacancy: str
    contract_end: date | None
    last_working_day: date | None
    ended: date | None
    effective_from: date | None
    effective_to: date | None


@dataclass(frozen=True, slots=True)
class Go2:
    """What a file held. `vpd` is the employer's number from the header, or ""; `others` counts rows not needed."""

    persons: tuple[EsrPerson, ...]
    assignments: tuple[EsrAssignment, ...]
    deleted_persons: tuple[str, ...]
    deleted_assignments: tuple[str, ...]
    others: tuple[tuple[str, int], ...]
    vpd: str
    problems: tuple[FeedProblem, ...]


def read_go2(data: bytes) -> Go2:
    """Persons and assignments in `data`; a row cut off is left out and listed. FeedRefused if there are none."""
    check_file(data, wanted=WANTED)
    file = _Go2File()
    for number, line in enumerate(text_of(data).splitlines(), start=1):
        if line.strip():
            file.take(line, number)
    if not any((file.persons, file.assignments, file.deleted["PRD"], file.deleted["ASD"], file.problems)):
        raise FeedRefused(f"This is not {WANTED}. Choose that file, or import an ESR list instead.")
    file.finish()
    return Go2(
        persons=tuple(file.persons),
        assignments=tuple(file.assignments),
        deleted_persons=tuple(file.deleted["PRD"]),
        deleted_assignments=tuple(file.deleted["ASD"]),
        others=tuple(sorted(file.others.items())),
        vpd=file.vpd,
        problems=tuple(file.problems),
    )


class _Go2File:
    """Gathers the rows of one file; rows of other kinds (locations, absences, positions) are counted, not read."""

    def __init__(self) -> None:
        self.persons: list[EsrPerson] = []
        self.assignments: list[EsrAssignment] = []
        self.deleted: dict[str, list[str]] = {"PRD": [], "ASD": []}
        self.others: Counter[str] = Counter()
        self.problems: list[FeedProblem] = []
        self.vpd = ""
        self.rows = 0
        self.announced: int | None = None
        self.header = self.trailer = False

    def take(self, line: str, number: int) -> None:
        # Headers and trailers were comma-separated in earlier versions of the interface.
        fields = [part.strip() for part in line.split("~" if "~" in line else ",")]
        kind = fields[0].upper()
        if kind in _HEADERS + _TRAILERS:
            self._edge(kind, fields)
            return
        self.rows += 1
        if kind == "PRA" and self._whole(fields, number, least=PERSON_LEAST):
            self.persons.append(self._read(_person, fields, PERSON, number))
        elif kind == "ASA" and self._whole(fields, number, least=ASSIGNMENT_LEAST):
            self.assignments.append(self._read(_assignment, fields, ASSIGNMENT, number))
        elif kind in self.deleted and len(fields) > 1 and fields[1]:
            self.deleted[kind].append(fields[1])
        elif kind not in ("PRA", "ASA"):
            self.others[kind if re.fullmatch("[A-Z0-9]{2,4}", kind) else "not understood"] += 1

    def finish(self) -> None:
        """Say where the file contradicts itself: a header without a trailer, or another count than announced."""
        if self.header and not self.trailer:
            self._problem(
                "End of file", "The header has no trailer: the file may be cut off.", "Ask for the file again."
            )
        if self.announced is not None and self.announced not in (self.rows, self.rows + 2):
            what = f"The trailer announces {self.announced} rows and the file holds {self.rows}."
            self._problem("Trailer", what, "Ask for the file again to see whether rows are missing.")

    def _edge(self, kind: str, fields: list[str]) -> None:
        self.header = self.header or kind in _HEADERS
        self.trailer = self.trailer or kind in _TRAILERS
        for text in fields[1:]:
            if found := re.search(r"GO_?([0-9]{3})_", text):
                self.vpd = found[1]
        last = fields[-1]
        if kind in _TRAILERS and re.fullmatch("[0-9]{1,9}", last):
            self.announced = int(last)

    def _whole(self, fields: list[str], number: int, *, least: int) -> bool:
        """Whether the row is complete and says whose it is; otherwise it is left out with a problem."""
        if len(fields) < least:
            what = (
                f"The {fields[0]} row has {len(fields)} fields and needs at least {least}: it was cut off and left out."
            )
        elif not fields[1]:
            what = f"The {fields[0]} row has no person number and was left out."
        else:
            return True
        self.problems.append(FeedProblem(what, f"Line {number}", "Ask for the file again.", skipped=True))
        return False

    def _read(self, read: Callable[[RowReader], T], fields: list[str], places: Mapping[str, int], number: int) -> T:
        values = {name: fields[place] if place < len(fields) else "" for name, place in places.items()}
        row = RowReader(values, where=f"Line {number}")
        value = read(row)
        self.problems += row.problems
        return value

    def _problem(self, where: str, what: str, mend: str) -> None:
        self.problems.append(FeedProblem(what, where, mend))


def _person(row: RowReader) -> EsrPerson:
    return EsrPerson(
        person_id=row.text("person_id"),
        employee_number=row.text("employee_number"),
        hired=row.date("hired"),
        left=row.date("left"),
        leaving_reason=row.text("leaving_reason"),
        nhs_start=row.date("nhs_start"),
        effective_from=row.date("effective_from"),
        effective_to=row.date("effective_to"),
        first_name=row.text("first_name"),
        last_name=row.text("last_name"),
        date_of_birth=row.date("date_of_birth"),
    )


def _assignment(row: RowReader) -> EsrAssignment:
    position, title, *_ = [*row.text("position").split("|"), "", ""]
    staff_group, role, *_ = [*row.text("job").split("|"), "", ""]
    grade = row.text("grade")
    return EsrAssignment(
        person_id=row.text("person_id"),
        assignment_id=row.text("assignment_id"),
        number=row.text("number"),
        status=row.text("status"),
        contract=contract_of(row.text("category")),
        primary=bool(row.yes_no("primary")),
        hours=row.number("hours"),
        fte=row.number("fte"),
        position_number=position,
        title=title,
        grade=grade,
        band=band_of(grade),
        in_grade_since=row.date("in_grade_since"),
        salary=row.number("salary"),
        staff_group=staff_group,
        role=role,
        vacancy=row.text("vacancy"),
        contract_end=row.date("contract_end"),
        last_working_day=row.date("last_working_day"),
        ended=row.date("ended"),
        effective_from=row.date("effective_from"),
        effective_to=row.date("effective_to"),
    )


class JoinKey(NamedTuple):
    """An ESR vacancy reference in its two parts: the employer's VPD number and the reference in NHS Jobs."""

    vpd: str
    reference: str


def esr_reference(reference: str, *, vpd: str) -> str:
    """The ESR vacancy of an NHS Jobs reference: "C9123-1001" at VPD 123 is "123-C9123-1001" (formats, 5).

    A reference that begins with the employer's number already (TRAC's "290-MIC-1234") stays as it is.
    ValueError where `vpd` does not begin with three digits.
    """
    if not (number := _VPD.match(vpd.strip())):
        raise ValueError(f"“{vpd}” is not a VPD number: it begins with three digits, for example 290.")
    plain = "".join(reference.split()).upper()
    return plain if plain.startswith(f"{number[0]}-") else f"{number[0]}-{plain}"


def join_key(esr_vacancy: str) -> JoinKey | None:
    """The parts of an ESR vacancy reference; None without a VPD number in front ("12345" is ESR's own number)."""
    plain = "".join(esr_vacancy.split()).upper()
    found = re.fullmatch(r"([0-9]{3})-(.+)", plain)
    return JoinKey(found[1], found[2]) if found else None


def same_vacancy(reference: str, esr_vacancy: str) -> bool:
    """Whether an NHS Jobs or TRAC reference and an ESR vacancy reference name the same vacancy."""
    key, plain = join_key(esr_vacancy), "".join(reference.split()).upper()
    return key is not None and plain in (key.reference, f"{key.vpd}-{key.reference}")

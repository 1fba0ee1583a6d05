"""Lists that workforce information exports from ESR BI: starters, leavers, staff in post, hours paid.

The default in place of GO2. Headings differ, so rows come already mapped. Rows that match nobody
are dropped by the caller; for the workforce share (M9) the home postcode becomes a small area and is dropped too. The
layout is unverified (formats, 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from nhsuk.words import long_day
from vacancies.banding import Band, band_of
from vacancies.sources.contract import Contract, contract_of
from vacancies.sources.faults import RowResult
from vacancies.sources.reading import postcode_in
from vacancies.sources.rows import RowReader

# Heading in plain words (no case, no punctuation) to field.
HEADINGS: dict[str, str] = {
    **dict.fromkeys(("org l1", "organisation", "trust", "employer"), "organisation"),
    **dict.fromkeys(("org l3", "department", "ward"), "department"),
    **dict.fromkeys(("employee number", "employee no", "payroll number", "staff number"), "employee_number"),
    **dict.fromkeys(("assignment number", "assignment no"), "assignment_number"),
    **dict.fromkeys(("position title", "job title", "title of post"), "title"),
    **dict.fromkeys(("staff group", "staffgroup"), "staff_group"),
    **dict.fromkeys(("role", "job role", "occupation"), "role"),
    **dict.fromkeys(("pay grade", "grade", "band", "pay band"), "grade"),
    **dict.fromkeys(("fte", "wte", "contracted fte"), "fte"),
    **dict.fromkeys(("assignment category", "contract", "contract type", "employment category"), "contract"),
    **dict.fromkeys(("latest start date", "start date", "hire date", "date started", "date of joining"), "started"),
    **dict.fromkeys(
        ("termination date", "leaving date", "actual termination date", "date left", "date of leaving"), "left"
    ),
    **dict.fromkeys(("reason for leaving", "leaving reason", "termination reason"), "leaving_reason"),
    **dict.fromkeys(("vacancy reference", "vacancy", "vacancy id", "vacancy number"), "vacancy"),
    **dict.fromkeys(("hours paid", "paid hours", "hours worked"), "hours_paid"),
    **dict.fromkeys(("basic pay", "basic salary", "basic"), "basic_pay"),
    **dict.fromkeys(("high cost area supplement", "hcas", "london weighting"), "high_cost_supplement"),
    **dict.fromkeys(("home postcode", "postcode", "post code", "home post code"), "home_postcode"),
    **dict.fromkeys(("first name", "forename", "given name"), "first_name"),
    **dict.fromkeys(("last name", "surname", "family name"), "last_name"),
    **dict.fromkeys(("date of birth", "dob", "birth date"), "date_of_birth"),
}


@dataclass(frozen=True, slots=True)
class EsrListRow:
    """One assignment on a list. Hours in the list's period, pay in pounds; what is personal stays out of `repr`."""

    organisation: str
    department: str
    employee_number: str
    assignment_number: str
    title: str
    staff_group: str
    role: str
    grade: str
    band: Band | None
    fte: Decimal | None
    contract: Contract
    started: date | None
    left: date | None
    leaving_reason: str
    vacancy: str
    hours_paid: Decimal | None
    basic_pay: Decimal | None
    high_cost_supplement: Decimal | None
    home_postcode: str = field(repr=False)
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    date_of_birth: date | None = field(repr=False)


def read_list_row(
    values: Mapping[str, object], *, where: str, headings: Mapping[str, str] | None = None
) -> RowResult[EsrListRow]:
    """A row by field; left out where nothing says who it is (no employee or assignment number, postcode or vacancy)."""
    row = RowReader(values, where=where, headings=headings)
    employee, assignment = row.identifier("employee_number"), row.identifier("assignment_number")
    home, vacancy = row.text("home_postcode"), row.identifier("vacancy")
    if not any((employee, assignment, home, vacancy)):
        what = "It has no employee or assignment number, vacancy or postcode, so the row was left out."
        row.problem("employee_number", what, "Map one of these columns.", skipped=True)
        return RowResult(None, tuple(row.problems))
    started, left = row.date("started"), row.date("left")
    if started and left and left < started:
        row.problem(
            "left",
            f"The person left ({long_day(left)}) before starting ({long_day(started)}).",
            "Check both dates in ESR.",
        )
    grade = row.text("grade")
    value = EsrListRow(
        organisation=row.text("organisation"),
        department=row.text("department"),
        employee_number=employee,
        assignment_number=assignment,
        title=row.text("title"),
        staff_group=row.text("staff_group"),
        role=row.text("role"),
        grade=grade,
        band=band_of(grade),
        fte=row.number("fte"),
        contract=contract_of(row.text("contract")),
        started=started,
        left=left,
        leaving_reason=row.text("leaving_reason"),
        vacancy=vacancy,
        hours_paid=row.number("hours_paid"),
        basic_pay=row.number("basic_pay"),
        high_cost_supplement=row.number("high_cost_supplement"),
        home_postcode=_postcode(row),
        first_name=row.text("first_name"),
        last_name=row.text("last_name"),
        date_of_birth=row.date("date_of_birth"),
    )
    return RowResult(value, tuple(row.problems))


def _postcode(row: RowReader) -> str:
    text = row.text("home_postcode")
    found = postcode_in(text)
    if text and not found:
        row.problem("home_postcode", "It is not a postcode; the place counts as unknown.", "Correct it in ESR.")
    return found

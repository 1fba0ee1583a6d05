"""The layouts of the government's transactions download (levy.md section 3).

Version 2 replaced version 1 on 1 September 2026; each has a levy and a non-levy variant. In the levy variants the heading and
every row end with a trailing comma. The learner's name is the one cell that may hold commas without quotation marks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from levy.sources.table import SECOND_HEADING, listed, look_of, plain, upload_as
from levy.sources.text import FileRefused

PAYE_FIELDS = ("paye", "payroll_month", "declared", "english", "top_up")
NAMES = {
    "date": "Transaction date",
    "type": "Transaction type",
    "description": "Description",
    "paye": "PAYE scheme",
    "payroll_month": "Payroll month",
    "declared": "Levy declared",
    "english": "English %",
    "top_up": "10% top up",
    "cohort": "Cohort reference",
    "provider": "Training provider",
    "uln": "Unique learner number",
    "learner": "Learner",
    "course": "Course name",
    "level": "Course level",
    "course_type": "Course type",
    "from_levy": "Paid from levy",
    "from_transfer": "Paid from transfer",
    "own": "Your contribution",
    "government": "Government contribution",
    "total": "Total",
}
FIELDS = tuple(NAMES)
NAMES_V1 = {**NAMES, "learner": "Apprentice", "course": "Apprenticeship training course"}
AGES = {1: "older", 2: "newer"}
AMOUNT = re.compile(r"-?\d+(\.\d*)?")
SHAPES = {
    "date": re.compile(r"\d.*"),
    "paye": re.compile(r"(\d{3}/\w+)?"),
    "provider": re.compile(r"(?!\d{10}$).*"),
    "uln": re.compile(r"[\d.E+]*"),
    "level": re.compile(r"\d{0,2}"),
    **dict.fromkeys(("declared", "english", "top_up", "from_levy", "own", "government", "total"), AMOUNT),
}


def _layout(version: int, *, levy: bool) -> dict[str, str]:
    names = NAMES if version == 2 else NAMES_V1
    left_out = set() if levy else set(PAYE_FIELDS)
    if version == 1:
        left_out |= {"cohort", "course_type", "from_transfer" if levy else "from_levy"}
    return {field: names[field] for field in FIELDS if field not in left_out}


LAYOUTS = {(version, levy): _layout(version, levy=levy) for version in (1, 2) for levy in (True, False)}


@dataclass(frozen=True)
class Layout:
    """Where each field stands in a row: `places` in the order of FIELDS, -1 (an empty cell added at the end) if absent.

    `width` is the cells of a row: up to the total if the columns are in order, else as many as the heading has.
    """

    version: int
    levy: bool
    places: tuple[int, ...]
    width: int
    learner: int
    in_order: bool
    trailing: bool


def is_transactions(cells: Sequence[str]) -> bool:
    """Whether a heading of the transactions download stands in the cells."""
    return any(plain(cell) == plain(NAMES["type"]) for cell in cells)


def is_pasted(cells: Sequence[str], layout: Layout) -> str:
    """What shows that a row which cannot be read is of a second download in the file; nothing if nothing does.

    Both layouts hold the same payments: a row of the other would be left out, or be money that is counted twice.
    """
    if is_transactions(cells):
        return SECOND_HEADING
    if is_of_other_version(cells, layout):
        other = 3 - layout.version
        return (
            f"is of the {AGES[other]} layout (version {other}), but the columns are of the {AGES[layout.version]} layout "
            f"(version {layout.version}). Upload each download apart and as it is"
        )
    return ""


def is_of_other_version(cells: Sequence[str], layout: Layout) -> bool:
    """Whether a row has the width of the other version and, cell by cell, its shape; never for columns out of order."""
    names = LAYOUTS[3 - layout.version, layout.levy]
    filled = len(cells)
    while filled and not cells[filled - 1].strip():
        filled -= 1
    surplus = filled - len(names)
    if not layout.in_order or surplus < 0 or (filled < layout.width) != (layout.version == 2):
        return False
    learner = list(names).index("learner")
    if surplus and not cells[learner].strip():  # only a name makes a row longer: this one is cut off
        return False
    row = dict(zip(names, [*cells[:learner], "", *cells[learner + surplus + 1 : filled]], strict=True))
    return all(shape.fullmatch(row[field].strip()) for field, shape in SHAPES.items() if field in row)


def recognise(cells: Sequence[str]) -> Layout:
    """The layout of a heading. FileRefused, saying what is missing, if it is not of the transactions download."""
    heading = [plain(cell) for cell in cells]
    width = len(heading)
    while width and not heading[width - 1]:
        width -= 1
    present = set(heading)
    levy = any(plain(NAMES[field]) in present for field in PAYE_FIELDS) or not is_transactions(cells)
    lacks = {each: [name for name in LAYOUTS[each, levy].values() if plain(name) not in present] for each in (2, 1)}
    version = min(lacks, key=lambda each: len(lacks[each]) / len(LAYOUTS[each, levy]))
    wanted, missing = LAYOUTS[version, levy], lacks[version]
    if missing:
        raise FileRefused(_refusal(cells, missing, version))
    doubled = [name for name in wanted.values() if heading.count(plain(name)) > 1]
    if doubled:
        raise FileRefused(
            f"The column {listed(doubled)} is there twice. Download the file again and upload it as it is."
        )
    in_order = heading[:width] == [plain(name) for name in wanted.values()]
    return Layout(
        version=version,
        levy=levy,
        places=tuple(heading.index(plain(wanted[field])) if field in wanted else -1 for field in FIELDS),
        width=width if in_order else len(heading),
        learner=heading.index(plain(wanted["learner"])),
        in_order=in_order,
        trailing=len(heading) > width,
    )


def _refusal(cells: Sequence[str], missing: Sequence[str], version: int) -> str:
    """The transactions download itself is known by its column of types: then the column that is missing is the news."""
    if (other := look_of(cells)) and not is_transactions(cells):
        return f"This is not the transactions download. {upload_as(other)}"
    return (
        f"This is not the transactions download of “Manage apprenticeships”: it has no column {listed(missing)} of the "
        f"{AGES[version]} layout. Download it again there (Finance, Transactions) and upload it as it is."
    )

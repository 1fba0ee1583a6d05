"""The layouts of the government's transactions download (levy.md section 3).

Version 2 replaced version 1 on 1 September 2026; each has a levy and a non-levy variant. In the levy variants the heading and
every row end with a trailing comma. The learner's name is the one cell that may hold commas without quotation marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from levy.sources.table import listed, plain
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
V2_ONLY = ("cohort", "learner", "course", "course_type")


def _layout(version: int, *, levy: bool) -> dict[str, str]:
    names = NAMES if version == 2 else NAMES_V1
    left_out = set() if levy else set(PAYE_FIELDS)
    if version == 1:
        left_out |= {"cohort", "course_type", "from_transfer" if levy else "from_levy"}
    return {field: names[field] for field in FIELDS if field not in left_out}


LAYOUTS = {(version, levy): _layout(version, levy=levy) for version in (1, 2) for levy in (True, False)}
ELSEWHERE = {
    "planned start date": "the list of apprentices; upload it as that",
    "pledge id": "the list of applications to a pledge; upload it as that",
    "home postcode at start": "the apprentice roster; upload it as that",
}


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


def is_heading(cells: Sequence[str]) -> bool:
    """Whether the cells are a heading: files of both versions are sometimes pasted together."""
    return any(plain(cell) == "transaction type" for cell in cells)


def recognise(cells: Sequence[str]) -> Layout:
    """The layout of a heading. FileRefused, saying what is missing, if it is not of the transactions download."""
    heading = [plain(cell) for cell in cells]
    width = len(heading)
    while width and not heading[width - 1]:
        width -= 1
    present = set(heading)
    version = 2 if any(plain(NAMES[field]) in present for field in V2_ONLY) else 1
    levy = any(plain(NAMES[field]) in present for field in PAYE_FIELDS)
    wanted = LAYOUTS[version, levy]
    missing = [name for name in wanted.values() if plain(name) not in present]
    if missing:
        raise FileRefused(_refusal(present, missing))
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


def _refusal(present: set[str], missing: Sequence[str]) -> str:
    for heading, what in ELSEWHERE.items():
        if heading in present:
            return f"This is not the transactions download. It looks like {what}."
    return (
        f"This is not the transactions download of “Manage apprenticeships”: it has no column {listed(missing)}. "
        "Download it again there (Finance, Transactions) and upload it as it is."
    )

"""Rows of TRAC exports: vacancies, and the weekly application file.

Headings differ by trust, so rows come already mapped: `guess(headings, VACANCY_HEADINGS)` proposes a mapping, a person
confirms it, and `mapped(row, mapping)` gives what the readers here take. The applicant's name is never read:
applications are matched by their ID. The layout is unverified (formats, 6).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from nhsuk.words import long_day
from vacancies.banding import Band, band_of
from vacancies.sources.contract import Contract, contract_of
from vacancies.sources.esr import join_key
from vacancies.sources.faults import RowResult
from vacancies.sources.rows import RowReader, plain
from vacancies.sources.trac_words import (
    APPLICATION_HEADINGS,
    APPLICATION_STAGES,
    ATTENDANCE,
    CHECK_STATES,
    RECRUITMENT_TYPES,
    REFUSED,
    SHORTLIST_RESULTS,
    UNDER_WAY,
    VACANCY_HEADINGS,
    VACANCY_STAGES,
    CheckState,
    OfferStage,
    Outcome,
    RecruitmentType,
    ShortlistResult,
    VacancyStage,
)

__all__ = [
    "APPLICATION_HEADINGS",
    "VACANCY_HEADINGS",
    "TracApplication",
    "TracVacancy",
    "read_application",
    "read_vacancy",
]

_OF_NHS_JOBS = re.compile("[A-Z][0-9]{4}-[0-9-]+")  # the employer's letter and number, then the advert's
CHECKS = ("identity", "right_to_work", "referees", "qualifications", "health", "dbs")
AFTER_OFFER = (
    "health",
    "dbs",
)  # Equality Act 2010, s.60: no health question, and here no DBS, before a conditional offer


@dataclass(frozen=True, slots=True)
class TracVacancy:
    """One vacancy of an export; "" or None where the file does not say. `stage_raw` is TRAC's word, `stage` ours."""

    reference: str
    title: str
    employer: str
    department: str
    site: str
    cost_centre: str
    position_number: str
    grade: str
    band: Band | None
    staff_group: str
    contract: Contract
    hours: Decimal | None
    posts: int | None
    recruitment_type: RecruitmentType
    authorised: date | None
    published: date | None
    closes: date | None
    shortlisted: date | None
    interview: date | None
    stage_raw: str
    stage: VacancyStage
    nhs_jobs_reference: str = ""


@dataclass(frozen=True, slots=True)
class TracApplication:
    """How one application stands. `attended` None: not said; `checks` only what may be known at this stage.

    `withdrawn`: the candidate withdrew, which is not said of an offer alone. `stage_known` False: nobody here knows what
    the stage means.
    """

    application_id: str
    vacancy_reference: str
    guaranteed_interview: bool | None
    stage_raw: str
    shortlisting: ShortlistResult
    interview: date | None
    attended: bool | None
    outcome: Outcome
    offer: OfferStage
    offered: date | None
    start: date | None
    checks: tuple[tuple[str, CheckState], ...] = field(default=())
    withdrawn: bool = False
    stage_known: bool = True


def nhs_jobs_reference(text: str) -> str:
    """The reference in NHS Jobs that a cell holds: by itself, at the end of the advert's address, or in ESR's join key.

    "" where it holds no digit: "n/a", "to follow".
    """
    last = urlsplit(text).path.rstrip("/").rpartition("/")[2] if "/" in text else text
    return (reference_in_key(last) or last.strip()) if any(map(str.isdigit, last)) else ""


def reference_in_key(text: str) -> str:
    """ "C9123-1001" of "123-C9123-1001" (formats, 5); "" where `text` is no such key."""
    key = join_key(text)
    return key.reference if key and _OF_NHS_JOBS.fullmatch(key.reference) else ""


def read_vacancy(
    values: Mapping[str, object], *, where: str, headings: Mapping[str, str] | None = None
) -> RowResult[TracVacancy]:
    """A vacancy from a row by field; left out (value None) without a reference or title, read with gaps otherwise."""
    row = RowReader(values, where=where, headings=headings)
    reference, title = row.identifier("reference"), row.text("title")
    for name, value in (("reference", reference), ("title", title)):
        if not value:
            row.problem(
                name, "It is missing, so the row was left out.", "Fill it in and import the file again.", skipped=True
            )
            return RowResult(None, tuple(row.problems))
    grade = row.text("grade")
    closes, published = row.date("closes"), row.date("published")
    if closes and published and closes < published:
        row.problem(
            "closes",
            f"It closes ({long_day(closes)}) before it was published ({long_day(published)}).",
            "Check both dates in TRAC.",
        )
    stage = row.text("stage")
    link = row.identifier("nhs_jobs_reference")
    vacancy = TracVacancy(
        nhs_jobs_reference=nhs_jobs_reference(link) if link else reference_in_key(reference),
        reference=reference,
        title=title,
        employer=row.text("employer"),
        department=row.text("department"),
        site=row.text("site"),
        cost_centre=row.text("cost_centre"),
        position_number=row.identifier("position_number"),
        grade=grade,
        band=band_of(grade or title),
        staff_group=row.text("staff_group"),
        contract=contract_of(row.text("contract")),
        hours=row.number("hours"),
        posts=row.whole("posts", least=1),
        recruitment_type=_recruitment_type(row),
        authorised=row.date("authorised"),
        published=published,
        closes=closes,
        shortlisted=row.date("shortlisted"),
        interview=row.date("interview"),
        stage_raw=stage,
        stage=next((ours for words, ours in VACANCY_STAGES if words in plain(stage)), ""),
    )
    return RowResult(vacancy, tuple(row.problems))


def _recruitment_type(row: RowReader) -> RecruitmentType:
    """Partnership before external: TRAC says "External Partnership" of jobs for which a partner puts people forward."""
    words = plain(row.text("recruitment_type"))
    kind: RecruitmentType = next((kind for word, kind in RECRUITMENT_TYPES if word in words), "")
    if words and not kind:
        row.problem(
            "recruitment_type",
            f"“{row.text('recruitment_type')[:40]}” is not understood.",
            "Say whether the advert is external, internal, restricted or a partnership.",
        )
    return kind


def read_application(
    values: Mapping[str, object], *, where: str, headings: Mapping[str, str] | None = None
) -> RowResult[TracApplication]:
    """An application from a row by field; left out without its ID. Health and DBS are read only after an offer."""
    row = RowReader(values, where=where, headings=headings)
    application_id = row.identifier("application_id")
    if not application_id:
        row.problem(
            "application_id",
            "It is missing, so the row was left out.",
            "Export the file with the application ID.",
            skipped=True,
        )
        return RowResult(None, tuple(row.problems))
    stage = row.text("stage")
    offered = row.date("offered")
    offer, outcome = _stages(stage, row)
    withdrawn = _withdrawn(stage, row)
    if offered and not offer:
        offer = "withdrawn" if withdrawn else "conditional"
    shortlisting = row.one_of("shortlisting", SHORTLIST_RESULTS, mend="Write Shortlisted or Not shortlisted.")
    shortlisting = shortlisting or _shortlisted_by(plain(stage))
    application = TracApplication(
        application_id=application_id,
        vacancy_reference=row.identifier("vacancy_reference"),
        guaranteed_interview=row.yes_no("guaranteed_interview"),
        stage_raw=stage,
        shortlisting=shortlisting,
        interview=row.date("interview"),
        attended=row.one_of("attended", ATTENDANCE, mend="Write Y or N."),
        outcome=outcome or ("appointed" if offered or offer in ("conditional", "unconditional", "started") else ""),
        offer=offer,
        offered=offered,
        start=row.date("start"),
        checks=_checks(row, after_offer=offer in ("conditional", "unconditional", "started")),
        withdrawn=withdrawn,
        stage_known=_is_known(plain(stage), refused=shortlisting == "does not meet" or outcome == "not appointed"),
    )
    return RowResult(application, tuple(row.problems))


def _stages(stage: str, row: RowReader) -> tuple[OfferStage, Outcome]:
    """What the row says of the offer and the outcome; a column "outcome" goes before the stage."""
    offer: OfferStage = ""
    outcome: Outcome = ""
    for words in (plain(row.text("outcome")), plain(stage)):
        if _is_refused_before_interview(words) or _is_withdrawn(words):
            continue
        if "withdr" in words:
            offer = offer or "withdrawn"
            continue
        said = next(((given, result) for word, given, result in APPLICATION_STAGES if word in words), None)
        if said:
            offer, outcome = offer or said[0], outcome or said[1]
    return offer, outcome


def _withdrawn(stage: str, row: RowReader) -> bool:
    return any(_is_withdrawn(plain(text)) for text in (stage, row.text("outcome")))


def _is_withdrawn(words: str) -> bool:
    """The candidate withdrew; of an offer it is said that the offer was withdrawn."""
    return "withdr" in words and not any(each in words for each in ("offer", "conditional"))


def _is_refused_before_interview(words: str) -> bool:
    return "shortlist" in words and any(each in words for each in REFUSED)


def _shortlisted_by(stage: str) -> ShortlistResult:
    """What the stage alone says of the shortlisting."""
    if _is_refused_before_interview(stage):
        return "does not meet"
    return "meets" if stage == "shortlisted" else ""


def _is_known(stage: str, *, refused: bool) -> bool:
    """Whether something is known of the stage; "Rejected" only beside a cell that says at which step."""
    known = ("withdr", *UNDER_WAY, *(word for word, _offer, _outcome in APPLICATION_STAGES))
    return not stage or any(word in stage for word in known) or (refused and any(word in stage for word in REFUSED))


def _checks(row: RowReader, *, after_offer: bool) -> tuple[tuple[str, CheckState], ...]:
    found: list[tuple[str, CheckState]] = []
    for check in CHECKS:
        if check in AFTER_OFFER and not after_offer:
            if row.text(check):
                row.problem(
                    check,
                    "It was not read: there is no conditional offer yet.",
                    "Nothing to do; health and DBS are read after an offer only.",
                )
            continue
        state = row.one_of(
            check, CHECK_STATES, mend="Write Complete, With candidate, With third party, Outstanding or Not required."
        )
        if state:
            found.append((check, state))
    return tuple(found)

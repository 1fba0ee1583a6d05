"""An outside list of adverts against the ledger: what it lacks by name, what it holds with another band.

The list is the NHSBSA's open data of all NHS Jobs adverts, or the NHS Jobs feed. A finding is explained (the list is
wrong, or the advert does not count) or accepted (it was missed), each with a reason; it clears by itself once both agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit.acting import TRUST_ROLES, Acting, Role
from audit.clock import now
from audit.events import record, record_new
from audit.mover import Refused, Step, check_move, move
from jobs.hostile import Refusal
from jobs.kinds import job_kind
from jobs.models import Job, Outcome
from jobs.services import bytes_of
from nhsuk.words import plural
from organisations.models import EmployerName, Organisation, OrganisationName
from organisations.policies import in_force
from vacancies.banding import Band, apprenticeship_level, band_of
from vacancies.entry_level import EntryLevelPolicy, Facts, classify
from vacancies.imports import names_of_trusts, plain
from vacancies.models import EntryLevel, Finding, FindingKind, FindingState, Vacancy
from vacancies.rules import check_own_trust
from vacancies.sources.faults import FeedProblem, FeedRefused
from vacancies.sources.nhs_jobs import read_feed
from vacancies.sources.open_data import read_open_data
from vacancies.taking import corrected_facts

_NUMBER = re.compile(r"\d+")
# Pay scales of NHS Jobs beside the bands: doctors, dentists, very senior managers
_OTHER_SCALES = re.compile(
    r"consultant|doctor|dental|dentist|medical|specialty|specialist grade|staff grade|associate specialist|registrar"
    r"|foundation|general practi|salaried gp|very senior|vsm|executive",
    re.IGNORECASE,
)
KIND = "vacancies.reconcile"
OPEN_DATA, FEED = "NHSBSA open data", "NHS Jobs feed"


@dataclass(frozen=True, slots=True)
class Listed:
    """One advert of an outside list; `band` None where the list does not say it."""

    line: int
    reference: str
    title: str
    employer: str
    band: int | None
    pay: str = ""


@dataclass(frozen=True, slots=True)
class AdvertList:
    """A list as read: its name, its adverts, and (line, sentence) of what could not be read.

    `elsewhere` is how many of them are on another pay scale than Agenda for Change.
    """

    source: str
    adverts: tuple[Listed, ...]
    problems: tuple[tuple[int, str], ...] = ()
    elsewhere: int = 0


def check_answer(*, by: Acting, row: Any) -> None:
    check_own_trust(by=by, row=row)


FINDING = {
    "explain": Step(("open",), "explained", "an open finding", check_answer, "Explain"),
    "accept": Step(("open",), "accepted", "an open finding", check_answer, "Accept"),
    "clear": Step(("open", "accepted"), "cleared", "a finding that is not explained", label="Clear"),
    "find_again": Step(("cleared",), "open", "a cleared finding", label="Find again"),
}


def read_list(data: bytes, *, names: Iterable[str]) -> AdvertList:
    """The adverts of `names` (employers) in an open-data CSV or a feed. Refusal with a sentence for another file."""
    try:
        if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            return _of_feed(data)
        found = read_open_data(data, employers=set(names))
    except FeedRefused as refused:
        raise Refusal(refused.sentence) from refused
    adverts = tuple(
        Listed(
            each.line,
            each.reference[:40],
            each.title[:160],
            each.employer,
            each.band.number if each.band else None,
            each.pay_band,
        )
        for each in found.adverts
    )
    return AdvertList(OPEN_DATA, adverts, _skipped(found.problems), sum(map(_on_another_scale, adverts)))


def _on_another_scale(advert: Listed) -> bool:
    """Whether the list names a pay scale that is not Agenda for Change ("Consultant"): no entry-level post, unless apprenticed."""
    return bool(_OTHER_SCALES.search(advert.pay)) and advert.band is None and not apprenticeship_level(advert.title)


def _skipped(problems: Iterable[FeedProblem]) -> tuple[tuple[int, str], ...]:
    """The rows that were left out, by the number that stands first in where they are."""
    found = []
    for problem in problems:
        if problem.skipped:
            number = _NUMBER.search(problem.where)
            found.append((int(number[0]) if number else 0, str(problem)))
    return tuple(found)


def _of_feed(data: bytes) -> AdvertList:
    feed = read_feed(data)
    adverts = []
    for each in feed.adverts:
        band = band_of(each.title)
        adverts.append(
            Listed(
                each.number,
                each.reference[:40],
                each.title[:160],
                each.employer,
                band.number if band else None,
            )
        )
    return AdvertList(FEED, tuple(adverts), _skipped(feed.problems))


def employer_names(trusts: Iterable[int]) -> set[str]:
    """Every name, as written, by which files may call these organisations."""
    pks = list(trusts)
    return {
        *Organisation.objects.filter(pk__in=pks).values_list("name", flat=True),
        *OrganisationName.objects.filter(organisation__in=pks).values_list("name", flat=True),
        *EmployerName.objects.filter(organisation__in=pks).values_list("name", flat=True),
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs for one trust."""

    trust_id: int
    kind: FindingKind
    advert: Listed
    vacancy: Vacancy | None = None


def differences(listed: Iterable[Listed], *, trusts: Mapping[int, Organisation]) -> list[Difference]:
    """What the ledger of these trusts lacks or knows otherwise. An advert that is certainly not entry level lacks nothing.

    A bank advert counts as every other until a person exempts it by name, so one that is not here is missing.
    """
    names = names_of_trusts()
    by_trust: dict[int, list[Listed]] = {}
    for advert in listed:
        trust_id = names.get(plain(advert.employer))
        if trust_id is not None and trust_id in trusts:
            by_trust.setdefault(trust_id, []).append(advert)
    return [found for trust_id, adverts in by_trust.items() for found in _of_trust(trust_id, adverts)]


def _of_trust(trust_id: int, adverts: list[Listed]) -> Iterable[Difference]:
    references = [advert.reference for advert in adverts]
    either = Q(nhs_jobs_reference__in=references) | Q(trac_reference__in=references)
    here: dict[str, Vacancy] = {}
    for row in Vacancy.unscoped.filter(either, trust=trust_id):
        here |= {reference: row for reference in (row.nhs_jobs_reference, row.trac_reference) if reference}
    stored = in_force("vacancies.entry_level")
    policy = EntryLevelPolicy.of(stored.value, version=stored.policy.pk)
    corrected = corrected_facts(here.values())
    for advert in adverts:
        vacancy = here.get(advert.reference)
        if vacancy is None:
            if not _on_another_scale(advert) and _may_count(advert, policy):
                yield Difference(trust_id, FindingKind.MISSING, advert)
            continue
        if advert.band is not None and vacancy.band is not None and advert.band != vacancy.band:
            yield Difference(trust_id, FindingKind.BAND, advert, vacancy)
        if "title" in corrected[vacancy.pk] and plain(advert.title) != plain(vacancy.title):
            yield Difference(trust_id, FindingKind.TITLE, advert, vacancy)


def _may_count(advert: Listed, policy: EntryLevelPolicy) -> bool:
    facts = Facts(
        band=Band(advert.band) if advert.band is not None else None,
        apprenticeship_level=apprenticeship_level(advert.title),
    )
    return classify(facts, policy=policy).entry_level != EntryLevel.NO


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a run found anew, what was open or answered before, and what cleared."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    cleared: tuple[Finding, ...]


@transaction.atomic
def reconcile(*, listed: AdvertList, trusts: Mapping[int, Organisation], by: Acting) -> Reconciled:
    """Write findings for what differs, and clear those that differ no more. The same list twice changes nothing."""
    held = {
        (row.trust_id, row.kind, row.advert): row
        for row in Finding.unscoped.select_for_update(of=("self",)).filter(trust__in=trusts)
    }
    found = differences(listed.adverts, trusts=trusts)
    rows = [_finding(each, listed.source) for each in found if _key(each) not in held]
    made = Finding.unscoped.bulk_create(rows, batch_size=500)
    record_new(by=by, verb="find", rows=[(row, (), {"source": row.source}) for row in made])
    known = [held[_key(each)] for each in found if _key(each) in held]
    for row in known:
        if row.state == FindingState.CLEARED:
            move(row, "find_again", table=FINDING, by=by)
    seen = {advert.reference for advert in listed.adverts}
    differ = {_key(each) for each in found}
    cleared = [
        move(row, "clear", table=FINDING, by=by)
        for key, row in held.items()
        if key not in differ and row.advert in seen and row.state in ("open", "accepted")
    ]
    return Reconciled(tuple(made), tuple(known), tuple(cleared))


def _key(difference: Difference) -> tuple[int, str, str]:
    return difference.trust_id, difference.kind, difference.advert.reference


def _finding(difference: Difference, source: str) -> Finding:
    advert, vacancy = difference.advert, difference.vacancy
    return Finding(
        trust_id=difference.trust_id,
        kind=difference.kind,
        advert=advert.reference,
        title=advert.title,
        source=source,
        band_there=advert.band,
        band_here=vacancy.band if vacancy else None,
        vacancy=vacancy,
        found_at=now(),
    )


def answer(*, finding: Finding, accepted: bool, reason: str, by: Acting) -> Finding:
    """Explain a finding, or accept it, with a reason. Refused without one, and to everybody but the trust itself."""
    if not reason.strip():
        raise Refused("Give the reason: the ICB and the auditor will read it.")
    with transaction.atomic():
        finding = Finding.unscoped.select_for_update(of=("self",)).get(pk=finding.pk)
        check_move(finding, "accept" if accepted else "explain", table=FINDING, by=by)
        finding.reason = reason.strip()
        finding.save(update_fields=["reason"])
        verb = "accept" if accepted else "explain"
        return move(finding, verb, table=FINDING, by=by, reason=reason.strip(), answered_at=now())


def _prepare(job: Job, *, by: Acting, report: Any) -> AdvertList:
    report(0, 0, "Reading the file")
    if job.upload is None:
        raise Refusal("There is no file. Upload it again.")
    return read_list(bytes_of(job.upload), names=employer_names(trusts_of(by)))


def trusts_of(by: Acting) -> dict[int, Organisation]:
    """The trusts whose ledgers `by` compares: their own, or for the ICB every trust."""
    rows = Organisation.objects.filter(kind="trust", closed__isnull=True)
    if by.role in TRUST_ROLES:
        rows = rows.filter(pk=by.organisation_id)
    return {trust.pk: trust for trust in rows}


@job_kind(
    label="NHSBSA open data or NHS Jobs feed", roles={*TRUST_ROLES, Role.ICB_ANALYST}, reads="any", prepare=_prepare
)
def run(job: Job, *, by: Acting, report: Any, prepared: AdvertList) -> dict[str, Any]:
    """Compare a file with the ledgers; each difference is a row of the job and a finding."""
    for number, sentence in prepared.problems:
        report.problem(number, sentence)
    done = reconcile(listed=prepared, trusts=trusts_of(by), by=by)
    lines = {advert.reference: advert.line for advert in prepared.adverts}
    for rows, outcome, said in (
        (done.new, Outcome.MADE, "Found: {kind}."),
        (done.known, Outcome.SAME, "Found before: {kind}."),
        (done.cleared, Outcome.CHANGED, "Cleared: the lists agree now."),
    ):
        for row in rows:
            report.row(lines.get(row.advert, 0), outcome, said.format(kind=row.get_kind_display().lower()), on=row)
    record(by=by, verb="reconcile", on=job, adverts=len(prepared.adverts), found=len(done.new))
    found: dict[str, Any] = {"url": "/vacancies/reconciliation/", "label": "See what differs"}
    if prepared.elsewhere:
        found["note"] = f"{plural(prepared.elsewhere, 'advert')} on other pay scales, such as consultants, left out."
    return found

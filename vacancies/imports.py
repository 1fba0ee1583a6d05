"""A saved NHS Jobs feed becomes vacancies of one trust: read, matched with what is here, then written at once.

The feed says neither band nor posts, and may hold other trusts' adverts: band and posts are asked on a page between
reading and writing, and the others' adverts stay out with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from audit.acting import TRUST_ROLES, Acting
from audit.clock import today
from audit.mover import Refused
from jobs.hostile import Refusal
from jobs.kinds import job_kind
from jobs.models import Job, Outcome, Upload
from jobs.services import NothingDone, bytes_of
from nhsuk.words import plural
from organisations.models import EmployerName, Organisation, OrganisationName, Site
from organisations.services import successors
from vacancies import doubles
from vacancies.banding import apprenticeship_level, band_of
from vacancies.fact_words import fact_words
from vacancies.job_families import job_family
from vacancies.missing_facts import lacking
from vacancies.models import Exemption, Source, Vacancy
from vacancies.rules import problem_of_opening
from vacancies.services import add_imported, new_vacancy
from vacancies.sources.faults import FeedProblem, FeedRefused
from vacancies.sources.nhs_jobs import Advert, read_feed
from vacancies.sources.salary import tidy_pay
from vacancies.taking import (
    by_reference,
    changes_of,
    corrected_facts,
    state_on,
    unsettled,
    write_all_changes,
)

KIND = "vacancies.feed"
AT_ONCE = 500  # written between two words of progress, at which somebody may also cancel
NO_ADVERT = "There is no advert in this file. Search NHS Jobs for your trust, and save what it finds."
_ROW = re.compile(r"Advert (\d+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of one new advert; None is "not known yet"."""

    band: int | None = None
    posts: int | None = None
    exemption: str = ""


@dataclass(slots=True)
class FeedPlan:
    """What a file would do for one trust: new adverts, changes, what is the same, what stays out.

    `left` says by advert what differs and stays, because a person corrected it here; `remarks` by row what to look at
    in what comes in (0: in the file).
    """

    new: list[Advert] = field(default_factory=list)
    changed: list[tuple[Advert, Vacancy, dict[str, Any]]] = field(default_factory=list)
    same: list[tuple[Advert, Vacancy]] = field(default_factory=list)
    other_trusts: dict[str, list[Advert]] = field(default_factory=dict)
    unknown: dict[str, list[Advert]] = field(default_factory=dict)
    problems: dict[int, list[str]] = field(default_factory=dict)
    remarks: dict[int, list[str]] = field(default_factory=dict)
    left: dict[int, str] = field(default_factory=dict)


def plain(name: str) -> str:
    """An employer's name without case, apostrophes, doubled spaces and "&": two spellings of one name are equal."""
    text = name.casefold().replace("&", " and ")
    text = re.sub(r"['’‘`´]", "", text)  # the apostrophes that files use
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


def names_of_trusts() -> dict[str, int]:
    """Plain name to organisation, by every name that it has or had, its predecessors' too. Four queries."""
    successor = successors(on=today())
    found: dict[str, int] = {}
    for model in (OrganisationName, EmployerName):
        found |= {plain(name): pk for name, pk in model.objects.values_list("name", "organisation")}
    found |= {plain(name): pk for name, pk in Organisation.objects.values_list("name", "pk")}
    return {name: successor.get(pk, pk) for name, pk in found.items()}


def plan_feed(data: bytes, *, trust: Organisation) -> FeedPlan:
    """What `data` would do for `trust`; writes nothing. Refusal with a sentence where the file cannot be used."""
    try:
        feed = read_feed(data)
    except FeedRefused as refused:
        raise Refusal(refused.sentence) from refused
    if not feed.adverts and not any(problem.skipped for problem in feed.problems):
        raise Refusal(NO_ADVERT)
    return plan_adverts(feed.adverts, feed.problems, trust=trust)


def plan_adverts(adverts: Iterable[Advert], problems: Iterable[FeedProblem], *, trust: Organisation) -> FeedPlan:
    """What these adverts, of whichever employers, would do for `trust`; writes nothing."""
    plan, names = FeedPlan(), names_of_trusts()
    for problem in problems:
        _keep_problem(plan, problem)
    own: list[Advert] = []
    for advert in adverts:
        organisation = names.get(plain(advert.employer))
        if organisation == trust.pk:
            own.append(advert)
        else:
            elsewhere = plan.unknown if organisation is None else plan.other_trusts
            elsewhere.setdefault(advert.employer, []).append(advert)
    _compare(plan, own, by_reference([advert.reference for advert in own], trust=trust))
    _keep_to_those_that_come_in(plan)
    return plan


def _keep_problem(plan: FeedPlan, problem: FeedProblem) -> None:
    row = _ROW.match(problem.where)
    kept = plan.problems if problem.skipped else plan.remarks
    kept.setdefault(int(row[1]) if row else 0, []).append(str(problem))


def _keep_to_those_that_come_in(plan: FeedPlan) -> None:
    """What is amiss with an advert that stays out needs no word, and of one that is here only that a date was unread."""
    found = {0: plan.remarks.get(0, [])} | {each.number: plan.remarks.get(each.number, []) for each in plan.new}
    here = [advert for advert, _vacancy, _changes in plan.changed] + [advert for advert, _vacancy in plan.same]
    found |= {each.number: list(each.unread) for each in here}
    plan.remarks = {number: sentences for number, sentences in sorted(found.items()) if sentences}


def _compare(plan: FeedPlan, adverts: list[Advert], here: Mapping[str, Vacancy]) -> None:
    corrected = corrected_facts(here.values())
    for advert in adverts:
        vacancy = here.get(advert.reference)
        kept = corrected[vacancy.pk] if vacancy else frozenset()
        if vacancy and (left := unsettled(vacancy, _said(advert), corrected=kept)):
            plan.left[advert.number] = " ".join(left.values())
        if advert.closes and advert.posted and advert.closes < advert.posted.date():
            said = f"Advert {advert.number} ({advert.reference}): it closes before it opened. Check both dates."
            plan.problems.setdefault(advert.number, []).append(said)
        elif vacancy is None and advert.unread:
            plan.problems.setdefault(advert.number, []).extend(advert.unread)
        elif vacancy is None and advert.posted and (said := problem_of_opening(advert.posted.date())):
            plan.problems.setdefault(advert.number, []).append(f"Advert {advert.number} ({advert.reference}): {said}")
        elif vacancy is None:
            plan.new.append(advert)
        elif changes := changes_of(vacancy, _said(advert), corrected=kept):
            plan.changed.append((advert, vacancy, changes))
        else:
            plan.same.append((advert, vacancy))


def _said(advert: Advert) -> dict[str, Any]:
    """What the file may change of a vacancy that is here."""
    return {
        "closes_on": advert.closes,
        "title": advert.title[:160],
        "salary_text": advert.salary_text[:120],
        "url": advert.url[:200],
    }


def claim_employer(*, employer: str, trust: Organisation, by: Acting) -> None:
    """Remember that files call `trust` by this name. Refused if it is a name of another organisation."""
    if by.role not in TRUST_ROLES or by.organisation_id != trust.pk:
        raise Refused("Only the trust's own recruiters and HR say what files call it.")
    if plain(employer) in names_of_trusts():
        raise Refused(f"“{employer}” is the name of another organisation already.")
    EmployerName.objects.create(name=" ".join(employer.upper().split())[:200], organisation=trust)


def shown_changes(plan: FeedPlan) -> list[tuple[Vacancy, str, str]]:
    """Each vacancy that the file changes, or differs from where a person's word stays: what changes, and what stays."""
    changed = [
        (vacancy, _in_words(vacancy, changes), plan.left.get(advert.number, ""))
        for advert, vacancy, changes in plan.changed
    ]
    return changed + [(vacancy, "", left) for advert, vacancy in plan.same if (left := plan.left.get(advert.number))]


def _in_words(vacancy: Vacancy, changes: Mapping[str, Any]) -> str:
    """ "closes 18 December 2026 instead of 11 December 2026; pay £24,000 instead of £23,500"."""
    found = []
    for name, label in (("closes_on", "closes"), ("title", "called"), ("salary_text", "pay")):
        if name in changes:
            now_is, was = (_spoken(name, value) for value in (changes[name], getattr(vacancy, name)))
            found.append(f"{label} {now_is} instead of {was}")
    return "; ".join([*found, *(["another address of the advert"] if "url" in changes else [])])


def _spoken(name: str, value: Any) -> str:
    if name == "salary_text":
        return tidy_pay(value) or "not stated"
    return f"“{value}”" if name == "title" else fact_words(name, value)


def bank_adverts(adverts: Iterable[Advert]) -> list[Advert]:
    """Those that fill a register of people, not posts: a person may exempt them, and none is exempt unasked."""
    return [advert for advert in adverts if advert.contract.kind == "bank"]


def _prepare(job: Job, *, by: Acting, report: Any) -> tuple[Organisation, FeedPlan]:
    report(0, 0, "Reading the file")
    if job.upload is None:
        raise Refusal("There is no file. Upload it again.")
    trust = Organisation.objects.get(pk=by.organisation_id)
    return trust, plan_feed(bytes_of(job.upload), trust=trust)


@job_kind(label="NHS Jobs feed file", roles=TRUST_ROLES, reads="xml", prepare=_prepare)
def import_feed(job: Job, *, by: Acting, report: Any, prepared: tuple[Organisation, FeedPlan]) -> dict[str, Any]:
    """Write what `plan_feed` found, with the answers in `job.input`: {"answers": {reference: [band, posts, exemption]}}.

    With `bank_register` every new bank advert is exempt as that, in the name of who said so. With `all_or_nothing` one advert that cannot be read stops all of them.
    """
    trust, plan = prepared
    if job.input.get("all_or_nothing") and plan.problems:
        _report_left_out(plan, report)
        raise NothingDone("Nothing was imported: some adverts have a problem. Mend them, or import the good ones.")
    answers = {reference: Answer(*given) for reference, given in job.input.get("answers", {}).items()}
    if job.input.get("bank_register"):
        for advert in bank_adverts(plan.new):
            given = answers.get(advert.reference, Answer())
            answers[advert.reference] = replace(given, exemption=given.exemption or Exemption.BANK_REGISTER)
    write_plan(plan, answers, trust=trust, upload=job.upload, by=by, report=report)
    return where_next(job, trust=trust, by=by)


def where_next(job: Job, *, trust: Organisation, by: Acting) -> dict[str, Any]:
    """After an import: to what is due, and to the facts that what it added lacks, for that does not count yet."""
    found: dict[str, Any] = {"url": "/vacancies/?fence=undecided&sort=closes", "label": "See which vacancies are due"}
    if missing := lacking(by).filter(trust=trust, made_at__gte=job.started_at).count():
        words = f"Give the posts and pay bands of {plural(missing, 'vacancy,vacancies')}"
        found["also"] = {"url": "/vacancies/facts/", "label": words}
    return found


def write_plan(
    plan: FeedPlan,
    answers: Mapping[str, Answer],
    *,
    trust: Organisation,
    upload: Upload | None,
    by: Acting,
    report: Any,
) -> None:
    """Write what is new and what changed, and say of each advert what became of it."""
    _report_left_out(plan, report)
    _write_new(plan, answers, trust, upload, by, report)
    _write_changed(plan, by, report)
    for advert, vacancy in plan.same:
        report.row(advert.number, Outcome.SAME, _to_know(plan, advert), on=vacancy)


def _to_know(plan: FeedPlan, advert: Advert, *more: str) -> str:
    """What a person may have to see to in an advert that came in, or was here."""
    return " ".join(filter(None, [*plan.remarks.get(advert.number, ()), plan.left.get(advert.number, ""), *more]))


def _report_left_out(plan: FeedPlan, report: Any) -> None:
    for number, sentences in plan.problems.items():
        report.problem(number, " ".join(sentences))
    for groups, why in ((plan.other_trusts, "another trust"), (plan.unknown, "not a name of your trust")):
        for employer, adverts in groups.items():
            for advert in adverts:
                report.row(advert.number, Outcome.SKIPPED, f"Left out: {employer} is {why}.")


def _write_new(
    plan: FeedPlan, answers: Mapping[str, Answer], trust: Organisation, upload: Upload | None, by: Acting, report: Any
) -> None:
    sites = _sites(trust)
    rows = [_vacancy(advert, answers.get(advert.reference), trust, sites, upload) for advert in plan.new]
    for start in range(0, len(rows), AT_ONCE):
        report(start, len(rows), "Adding vacancies")
        some = slice(start, start + AT_ONCE)
        made = add_imported(vacancies=rows[some], criteria={}, source=Source.NHS_JOBS, by=by)
        twice = doubles.remarks(made, by=by)
        for advert, vacancy in zip(plan.new[some], made, strict=True):
            report.row(advert.number, Outcome.MADE, _to_know(plan, advert, twice.get(vacancy.pk, "")), on=vacancy)
    report(len(rows), len(rows), "Adding vacancies")


def _sites(trust: Organisation) -> dict[str, Site | None]:
    """By postcode the one site there; None where several share it."""
    found: dict[str, Site | None] = {}
    for site in Site.objects.filter(organisation=trust).exclude(postcode=""):
        key = site.postcode.replace(" ", "").upper()
        found[key] = None if key in found else site
    return found


def _vacancy(
    advert: Advert, answer: Answer | None, trust: Organisation, sites: Mapping[str, Site | None], upload: Upload | None
) -> Vacancy:
    given = answer or Answer()
    band = given.band if given.band is not None else suggested_band(advert)
    yearly = advert.salary_unit == "year"
    opened = advert.posted.date() if advert.posted else None
    return new_vacancy(
        trust=trust,
        facts={
            "title": advert.title[:160],
            "description": advert.description,
            "job_family": job_family(advert.title),
            "band": band,
            "apprenticeship_level": apprenticeship_level(f"{advert.title}. {advert.description}"),
            "contract": advert.contract.kind,
            "posts": given.posts,
            "exemption": given.exemption,
            "site": _site(advert, sites),
            "nhs_jobs_reference": advert.reference[:40],
            "state": state_on(opened, advert.closes),
            "opened_on": opened,
            "closes_on": advert.closes,
            "salary_least": advert.salary_min if yearly else None,
            "salary_most": advert.salary_max if yearly else None,
            "salary_text": advert.salary_text[:120],
            "url": advert.url[:200],
            "source": Source.NHS_JOBS,
            "upload_id": upload.pk if upload else None,
        },
    )


def suggested_band(advert: Advert) -> int | None:
    """The band that the title states outright, else None: it is asked, never guessed."""
    band = band_of(advert.title)
    return band.number if band else None


def _site(advert: Advert, sites: Mapping[str, Site | None]) -> Site | None:
    found = {sites.get(place.postcode.replace(" ", "").upper()) for place in advert.locations if place.postcode}
    return found.pop() if len(found) == 1 else None


def _write_changed(plan: FeedPlan, by: Acting, report: Any) -> None:
    for start in range(0, len(plan.changed), AT_ONCE):
        report(start, len(plan.changed), "Changing vacancies")
        some = plan.changed[start : start + AT_ONCE]
        changed = write_all_changes([(vacancy, changes) for _advert, vacancy, changes in some], by=by)
        for (advert, vacancy, _changes), words in zip(some, changed, strict=True):
            said = f"Changed: {words}. {_to_know(plan, advert)}".strip()
            report.row(advert.number, Outcome.CHANGED, said, on=vacancy)
    if plan.changed:
        report(len(plan.changed), len(plan.changed), "Changing vacancies")

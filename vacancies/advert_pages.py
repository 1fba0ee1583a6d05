"""An advert's page on NHS Jobs, saved or fetched: it fills in what the feed lacks, and brings the person specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from audit.acting import Acting
from audit.events import record
from audit.mover import Refused
from vacancies.criteria import (
    Lines,
    change_between,
    check_correctable,
    correct_criteria,
    criteria_of,
    facts_in,
    once_each,
)
from vacancies.doubles import same_title
from vacancies.fact_words import fact_words
from vacancies.fetching import fetch
from vacancies.imports import names_of_trusts, plain
from vacancies.models import Vacancy
from vacancies.services import as_text, classify
from vacancies.sources.advert_page import AdvertPage, read_advert
from vacancies.sources.faults import FeedRefused
from vacancies.taking import LABELS, by_reference, changes_of, corrected_facts, write_changes

WORDED_FREELY = ("description", "salary_text")  # each source has words of its own for the same thing
HOSTS = ("jobs.nhs.uk", "www.jobs.nhs.uk", "beta.jobs.nhs.uk")


def lines_of(page: AdvertPage) -> Lines:
    """The person specification of a page: (text, essential)."""
    return once_each(
        [*((each.text, True) for each in page.essential), *((each.text, False) for each in page.desirable)]
    )


def may_fetch(vacancy: Vacancy) -> bool:
    """Whether the advert's address is one of NHS Jobs: no other is asked, whatever a file said."""
    parts = urlsplit(vacancy.url)
    own = urlsplit(settings.NHS_JOBS_ADDRESS)
    return (parts.scheme == "https" and parts.hostname in HOSTS) or (
        bool(own.hostname) and (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    )


def fetch_page(vacancy: Vacancy) -> bytes:
    """The advert's page as it is now. Refused with a sentence where it cannot be had."""
    if not may_fetch(vacancy):
        raise Refused("The address of this advert is not one of NHS Jobs. Save the page and choose the file.")
    try:
        return fetch(vacancy.url)
    except FeedRefused as refused:
        raise Refused(refused.sentence) from refused


def read_page(data: bytes) -> AdvertPage:
    """The page in `data`. Refused with a sentence where it is no advert."""
    try:
        return read_advert(data)
    except FeedRefused as refused:
        raise Refused(refused.sentence) from refused


class MayBeAnother(Refused):
    """The page calls the job otherwise: a person may say that it is the same advert all the same."""


def check_same_advert(page: AdvertPage, vacancy: Vacancy) -> None:
    """Raise Refused unless the page is of this vacancy, with what differs; where only the title does, MayBeAnother.

    A reference that both have settles it; the employer has to be the trust in any case.
    """
    if page.employer and names_of_trusts().get(plain(page.employer)) != vacancy.trust_id:
        raise Refused(f"This page is of another employer, {page.employer}. Choose the page of this vacancy's advert.")
    there = page.trac_reference.casefold()
    held = {reference.casefold() for reference in (vacancy.trac_reference, vacancy.nhs_jobs_reference) if reference}
    if there in held:
        return
    if there and vacancy.trac_reference:
        raise Refused(
            f"This page is of another advert, {page.trac_reference} {page.title}. Choose the page of "
            f"{vacancy.trac_reference} {vacancy.title}."
        )
    if other := by_reference([page.trac_reference], trust=vacancy.trust).get(page.trac_reference):
        raise Refused(
            f"This page is of another vacancy: {page.trac_reference} is {other.title}, {other.reference}. Bring it there."
        )
    if page.title and same_title(page.title) != same_title(vacancy.title):
        raise MayBeAnother(
            f"This page may be of another advert: it is called “{page.title}”, and the vacancy “{vacancy.title}”. "
            "Choose the page of this vacancy, or say that it is the same advert."
        )


@dataclass(frozen=True, slots=True)
class Brought:
    """What a page filled in, in words; what it says otherwise, which stays; and the lines that wait for a person."""

    changed: str
    otherwise: str
    waiting: Lines


@transaction.atomic
def take_page(*, vacancy: Vacancy, page: AdvertPage, by: Acting, same_advert: bool = False) -> Brought:
    """Fill in what was not known of the vacancy, and nothing else; its criteria where it has none.

    Refused, as `check_same_advert` says, for another advert; `same_advert`: a person said that it is this one.
    """
    vacancy = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").get(pk=vacancy.pk)
    check_correctable(vacancy, by=by)
    try:
        check_same_advert(page, vacancy)
    except MayBeAnother:
        if not same_advert:
            raise
        record(by=by, verb="same_page", on=vacancy, title=page.title)
    lines, facts = lines_of(page), _facts(page)
    found = changes_of(vacancy, {**facts_in(lines), **facts}, corrected=corrected_facts([vacancy])[vacancy.pk])
    changes = {name: value for name, value in found.items() if getattr(vacancy, name) in (None, "")}
    otherwise = _otherwise(vacancy, facts)
    words = [write_changes(vacancy, changes, by=by)] if changes else []
    held, waiting = criteria_of(vacancy), Lines()
    if lines and not held:
        correct_criteria(vacancy=vacancy, criteria=lines, by=by, source="advert page")
        words.append("criteria")
    elif lines and change_between(held, lines):
        waiting = lines
    if words:
        classify([vacancy], by=by)
    return Brought(", ".join(words), otherwise, waiting)


def _otherwise(vacancy: Vacancy, facts: Mapping[str, Any]) -> str:
    """What the page says of a fact that is known here otherwise: a person settles it, on the vacancy's page."""
    return "; ".join(
        f"{LABELS[name]} {fact_words(name, as_text(said))} there, {fact_words(name, as_text(held))} here"
        for name, said in facts.items()
        if name not in WORDED_FREELY and (held := getattr(vacancy, name)) not in (None, "", said)
    )


def _facts(page: AdvertPage) -> dict[str, Any]:
    yearly = page.salary_unit == "year"
    facts = {
        "band": page.band.number if page.band else None,
        "closes_on": page.closes,
        "opened_on": page.posted,
        "trac_reference": page.trac_reference[:40],
        "registration_required": page.registration_required,
        "salary_text": page.salary_text[:120],
        "salary_least": page.salary_min if yearly else None,
        "salary_most": page.salary_max if yearly else None,
        "description": page.overview,
    }
    return {name: value for name, value in facts.items() if value not in (None, "")}

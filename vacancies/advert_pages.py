"""An advert's page on NHS Jobs, saved or fetched: it fills in what the feed lacks, and brings the person specification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from audit.acting import Acting
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
from vacancies.fetching import fetch
from vacancies.models import Vacancy
from vacancies.services import classify
from vacancies.sources.advert_page import AdvertPage, read_advert
from vacancies.sources.faults import FeedRefused
from vacancies.taking import changes_of, corrected_facts, write_changes

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


def read_page(data: bytes, *, vacancy: Vacancy) -> AdvertPage:
    """The page in `data`. Refused with a sentence where it is no advert, or plainly another one's."""
    try:
        page = read_advert(data)
    except FeedRefused as refused:
        raise Refused(refused.sentence) from refused
    there, here = page.trac_reference, vacancy.trac_reference
    if there and here and there.casefold() != here.casefold():
        raise Refused(f"This page is of another advert, {there} {page.title}. Choose the page of {here}.")
    return page


@dataclass(frozen=True, slots=True)
class Brought:
    """What a page filled in, in words, and the lines that wait for a person because others are here."""

    changed: str
    waiting: Lines


@transaction.atomic
def take_page(*, vacancy: Vacancy, page: AdvertPage, by: Acting) -> Brought:
    """Fill in what was not known of the vacancy; its criteria where it has none. Other criteria wait for a person."""
    vacancy = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").get(pk=vacancy.pk)
    check_correctable(vacancy, by=by)
    lines = lines_of(page)
    changes = changes_of(vacancy, {**facts_in(lines), **_facts(page)}, corrected=corrected_facts([vacancy])[vacancy.pk])
    words = [write_changes(vacancy, changes, by=by)] if changes else []
    held, waiting = criteria_of(vacancy), Lines()
    if lines and not held:
        correct_criteria(vacancy=vacancy, criteria=lines, by=by, source="advert page")
        words.append("criteria")
    elif lines and change_between(held, lines):
        waiting = lines
    if words:
        classify([vacancy], by=by)
    return Brought(", ".join(words), waiting)


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

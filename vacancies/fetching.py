"""The NHS Jobs feed from its address: one query for each pay band and employer, page by page, politely, to be resumed.

The feed says no pay band, so the band is that of the query which found the advert. Each page is kept for a day until the
whole is written: work that stops half way carries on with the page that it lacked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import sleep
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.cache import cache

from audit.acting import TRUST_ROLES, Acting
from audit.clock import today
from audit.hashing import keyed
from jobs.hostile import MB, Refusal
from jobs.kinds import job_kind
from jobs.models import Job
from organisations.models import EmployerName, Organisation
from organisations.policies import value_of
from vacancies.imports import Answer, FeedPlan, plan_adverts, where_next, write_plan
from vacancies.models import Vacancy
from vacancies.services import classify
from vacancies.sources.faults import FeedProblem, FeedRefused
from vacancies.sources.feed_file import check_answer
from vacancies.sources.nhs_jobs import Advert, Feed, read_feed

KIND = "vacancies.fetch"
ON_A_PAGE = 100  # the most that NHS Jobs gives
MOST_PAGES = 50
MOST_BYTES = 10 * MB
SECONDS_TO_ANSWER = 20
SECONDS_BETWEEN = 1.0  # we are guests
TRIES = 3
SECONDS_BEFORE_AGAIN = (5.0, 30.0)
KEPT_SECONDS = 24 * 60 * 60
WHO_ASKS = "guaranteed-interviews/1 (NHS anchor institutions; reads public adverts once a day)"
_MAY_PASS = frozenset({429, 500, 502, 503, 504})


class NoRedirects(HTTPRedirectHandler):
    """An answer that points elsewhere is an answer, not an order."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Query:
    """One question to the feed."""

    employer: str
    band: int

    def address(self, page: int) -> str:
        given = {"employer": self.employer, "payBand": f"BAND_{self.band}", "page": page, "limit": ON_A_PAGE}
        return f"{settings.NHS_JOBS_ADDRESS}?{urlencode(given)}"


def queries_for(trust: Organisation) -> list[Query]:
    """A query for each name of the trust that files use, and each band that may be entry level."""
    names = {trust.name, *EmployerName.objects.filter(organisation=trust).values_list("name", flat=True)}
    spoken = {name.casefold(): name for name in sorted(names, reverse=True)}
    bands = value_of("vacancies.entry_level").get("bands", [])
    return [Query(name, band) for name in sorted(spoken.values()) for band in bands]


def fetch(address: str) -> bytes:
    """The body of an answer: at most 10 MB within 20 seconds, from http or https only. FeedRefused says why not."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise FeedRefused("The address of NHS Jobs must begin with https://. Ask the system administrator to set it.")
    request = Request(address, headers={"User-Agent": WHO_ASKS, "Accept": "application/xml"})  # noqa: S310 - checked above
    try:
        with build_opener(NoRedirects).open(request, timeout=SECONDS_TO_ANSWER) as answer:
            check_answer(status=answer.status)
            return _body(answer)
    except HTTPError as error:
        with error:
            location = error.headers.get("Location", "") if error.headers else ""
            status = error.code
        try:
            check_answer(status=status, location=location)
        except FeedRefused as refused:
            raise (Unavailable(refused.sentence) if status in _MAY_PASS else refused) from None
        raise FeedRefused(f"NHS Jobs gave an answer that says nothing ({status}).") from None
    except (URLError, OSError) as error:
        raise Unavailable(
            "NHS Jobs did not answer in time. Nothing was lost; start again later, it carries on where it stopped."
        ) from error


class Unavailable(FeedRefused):
    """It may pass: try again in a while."""


def _body(answer: Any) -> bytes:
    announced = answer.headers.get("Content-Length", "")
    body: bytes = answer.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise FeedRefused("NHS Jobs answered with more than 10 MB for one page. Nothing was read of it.")
    if announced.isdigit() and len(body) < int(announced):
        raise Unavailable("The answer of NHS Jobs broke off half way. Nothing was lost; start again.")
    return body


def fetch_patiently(address: str) -> bytes:
    """`fetch`, tried again after a while where the fault may pass."""
    for wait in SECONDS_BEFORE_AGAIN:
        try:
            return fetch(address)
        except Unavailable:
            sleep(wait)
    return fetch(address)


def _key(query: Query, page: int) -> str:
    return "feed:" + keyed(f"{today()}\n{settings.NHS_JOBS_ADDRESS}\n{query}\n{page}", purpose="feed page")[:40]


def pages_of(query: Query) -> Iterator[Feed]:
    """Every page of one query, from what was kept or from NHS Jobs. FeedRefused with a sentence."""
    for page in range(1, MOST_PAGES + 1):
        data = cache.get(_key(query, page))
        if data is None:
            if page > 1:
                sleep(SECONDS_BETWEEN)
            data = fetch_patiently(query.address(page))
            feed = read_feed(data)  # what cannot be read is not kept
            cache.set(_key(query, page), data, KEPT_SECONDS)
        else:
            feed = read_feed(data)
        yield feed
        if not feed.adverts or page >= (feed.total_pages or 1):
            return


@dataclass(slots=True)
class Fetched:
    """Every advert that the queries found, each once, with its band; what could not be read; and which pages it took."""

    adverts: dict[str, Advert]
    bands: dict[str, int]
    problems: list[FeedProblem]
    pages: list[tuple[Query, int]]


def fetch_all(queries: list[Query], report: Any) -> Fetched:
    """Ask every query. Adverts and problems are numbered through, so that each is one row of the job."""
    found = Fetched({}, {}, [], [])
    number = 0
    for done, query in enumerate(queries):
        report(done, len(queries), f"Asking NHS Jobs for Band {query.band} of {query.employer}")
        for page, feed in enumerate(pages_of(query), start=1):
            found.pages.append((query, page))
            shift, number = number, number + len(feed.adverts) + sum(p.skipped for p in feed.problems)
            found.problems += [replace(each, where=_shifted(each.where, shift)) for each in feed.problems]
            for advert in feed.adverts:
                if advert.reference not in found.adverts:
                    unread = tuple(_shifted(each, shift) for each in advert.unread)
                    found.adverts[advert.reference] = replace(advert, number=advert.number + shift, unread=unread)
                    found.bands[advert.reference] = query.band
    report(len(queries), len(queries), "Read")
    return found


def _shifted(where: str, by: int) -> str:
    return re.sub(r"^Advert (\d+)", lambda found: f"Advert {int(found[1]) + by}", where)


def _prepare(job: Job, *, by: Acting, report: Any) -> tuple[Organisation, FeedPlan, Fetched]:
    trust = Organisation.objects.get(pk=by.organisation_id or job.input["trust"])
    try:
        fetched = fetch_all(queries_for(trust), report)
    except FeedRefused as refused:
        raise Refusal(refused.sentence) from refused
    return trust, plan_adverts(fetched.adverts.values(), fetched.problems, trust=trust), fetched


@job_kind(label="NHS Jobs feed", roles=TRUST_ROLES, reads="", prepare=_prepare, again="vacancies:fetch")
def run(job: Job, *, by: Acting, report: Any, prepared: tuple[Organisation, FeedPlan, Fetched]) -> dict[str, Any]:
    """Write what the feed of today holds, by the same door as a saved file; posts are asked for on Today."""
    trust, plan, fetched = prepared
    answers = {advert.reference: Answer(fetched.bands[advert.reference]) for advert in plan.new}
    write_plan(plan, answers, trust=trust, upload=None, by=by, report=report)
    _give_bands([(vacancy, fetched.bands[advert.reference]) for advert, vacancy in plan.same], by)
    _give_bands([(vacancy, fetched.bands[advert.reference]) for advert, vacancy, _changes in plan.changed], by)
    cache.delete_many([_key(query, page) for query, page in fetched.pages])
    return where_next(job, trust=trust, by=by)


def _give_bands(rows: list[tuple[Vacancy, int]], by: Acting) -> None:
    """The band of the query for vacancies whose band was not known."""
    without = [(vacancy, band) for vacancy, band in rows if vacancy.band is None]
    for vacancy, band in without:
        vacancy.band = band
        vacancy.save(update_fields=["band"])
    if without:
        classify([vacancy for vacancy, _band in without], by=by)

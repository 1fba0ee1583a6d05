"""Reports: the measures on one page, the records behind them, and the same figures as files.

Who sees which table:
- Skills Academy: every trust, true counts, as at today; opens the records.
- Trust HR: the own trust only, plain totals, marked OFFICIAL-SENSITIVE; opens the vacancies behind the ring-fence. No
  split by programme, and no list of who took part: either would tell a person's route.
- Recruiter: the own trust's ring-fence only.
- ICB analyst, auditor, provider: every trust, protected tables that stand still for a month; open no records.
- Everybody else: 404.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jobs.exports import csv_response, xlsx_response
from reports import files, levy, oversight, pictures, words
from reports.measures import Window, last_month_end
from reports.records import PARTS, VACANCY_SETS, NoSuchRecords, lines, may_open, select
from reports.tables import Edition, Table, edition_of, periods
from reports.tables.edition import as_at_for, measures_for, own_trust_of

ON_A_PAGE = 50
VACANCY_COLUMNS = frozenset(VACANCY_SETS)
PEOPLE_COLUMNS = frozenset({"people", *PARTS})
# Pages of figures beside the measures: words, address and who reads them.
BESIDE = (
    ("How each trust keeps the ring-fence", "oversight:page", oversight.READERS),
    ("Who benefits from the levy", "levy_benefit:page", levy.READERS),
)


def chosen_period(request: Any) -> Window:
    """The financial year asked for, of the fixed list; the running one unless said; 404 for another."""
    listed = periods(as_at_for(request.acting))
    wanted = request.GET.get("year", listed[0].key)
    return next((window for window in listed if window.key == wanted), None) or not_found()


def not_found() -> Any:
    raise Http404


def chosen_edition(request: Any, window: Window) -> Edition:
    """The reader's edition; 404 for a role without one, or a trust that is none of the Charter's."""
    acting = request.acting
    if not measures_for(acting):
        raise Http404
    wanted = trust_asked_for(request)
    edition = edition_of(acting, window, trust_id=int(wanted) if wanted.isdecimal() else None)
    if wanted and not (wanted.isdecimal() and int(wanted) in edition.names):
        raise Http404
    return edition


def trust_asked_for(request: Any) -> str:
    """The trust as asked for; nothing where the reader has one trust's edition only, whatever was asked for."""
    return str(request.GET.get("trust", "")) if own_trust_of(request.acting) is None else ""


def overview(request: Any) -> HttpResponse:
    """The ring-fence, participation and conversion by trust and month."""
    window = chosen_period(request)
    edition = chosen_edition(request, window)
    asked = trust_asked_for(request)
    query = {"year": window.key} | ({"trust": asked} if asked else {})
    before_on = last_month_end(edition.as_at)
    before = None
    if before_on >= window.starts and len(edition.measures) > 1:
        trust = int(query["trust"]) if "trust" in query else None
        before = edition_of(request.acting, window, trust_id=trust, as_at=before_on)
    context = {
        "edition": edition,
        "beside": [(label, reverse(name)) for label, name, readers in BESIDE if request.acting.role in readers],
        "periods": periods(as_at_for(request.acting)),
        "chosen_trust": query.get("trust", ""),
        "headlines": [
            (headline, reverse("how_we_calculate") + "#" + words.ANCHORS[headline.measure])
            for headline in pictures.headlines(edition, before)
        ],
        "sections": [section(request, edition, measure, query) for measure in edition.measures],
        "suppressed": "" if edition.exact else words.SUPPRESSED,
        "no_cohorts": edition.own_trust is not None and "m2" in edition.measures and not _anybody(edition),
    }
    return render(request, "reports/overview.html", context)


def _anybody(edition: Edition) -> bool:
    """Whether a trust's own edition counts anybody who started or ended in the period."""
    return bool(edition.table("m2-months").cell("all", "people") or edition.table("m3-readings").cell("all", "ended"))


def section(request: Any, edition: Edition, measure: str, query: dict[str, str]) -> dict[str, Any]:
    """One measure of the overview: its definition, pictures, tables and downloads."""
    opens = may_open(request.acting, measure)
    found: dict[str, Any] = {
        "key": measure,
        "title": words.TITLES[measure],
        "version": words.VERSIONS[measure],
        "definition": words.DEFINITIONS[measure],
        "how": reverse("how_we_calculate") + "#" + words.ANCHORS[measure],
        "tables": [laid_out(table, query if opens else None) for table in edition.of(measure)],
        "downloads": [
            (kind.upper(), reverse("reports:download", args=[measure, kind]) + "?" + urlencode(query))
            for kind in ("csv", "xlsx")
        ],
    }
    if opens:
        found["records"] = reverse("reports:records", args=[measure]) + "?" + urlencode(query)
    if measure == "m0":
        found["line_chart"] = pictures.ring_fence_chart(edition)
    elif measure == "m2":
        found["column_chart"] = pictures.participation_chart(edition)
    else:
        found["funnel"] = pictures.conversion_stages(edition)
    return found


def laid_out(table: Table, query: dict[str, str] | None) -> dict[str, Any]:
    """A table for the page: each cell with its column, its bar where it is the headline share, and its records' address."""
    rows = []
    for row in table.rows:
        cells = [
            {
                "value": value,
                "column": column,
                "bar": column.key == "share" and table.key in ("m0-posts", "m0-adverts"),
                "url": records_url(table, row.key, column.key, query) if query and value else "",
            }
            for column, value in zip(table.columns, row.cells, strict=True)
        ]
        rows.append({"label": row.label, "total": row.total, "cells": cells})
    return {"table": table, "rows": rows, "scrolls": len(table.columns) > 7, "bars": table.key in ("m0-posts",)}


def records_url(table: Table, row: str, column: str, query: dict[str, str]) -> str:
    """The records behind one cell, or nothing where the cell counts no records."""
    choice = dict(query)
    by = table.key.partition("-")[2]
    if table.key in ("m0-posts", "m0-adverts") and column in VACANCY_COLUMNS:
        choice["part"] = column
    elif table.measure == "m0" or by in ("readings", "grid", "pooled") or column not in PEOPLE_COLUMNS:
        return ""
    elif table.measure == "m3":
        choice["part"] = column
    if row != "all":
        choice[{"months": "month", "kinds": "kind"}.get(by, "trust")] = row
    return reverse("reports:records", args=[table.measure]) + "?" + urlencode(choice)


def records(request: Any, measure: str) -> HttpResponse:
    """The records that one figure counted, fifty on a page; 404 for those who may not open them."""
    window = chosen_period(request)
    try:
        selection = select(request.acting, measure, window, request.GET)
    except NoSuchRecords as error:
        raise Http404 from error
    page = Paginator(selection.ids, ON_A_PAGE).get_page(request.GET.get("page"))
    found = lines(request.acting, measure, list(page.object_list), selection)
    back = {key: request.GET[key] for key in ("year", "trust") if request.GET.get(key, "").isdecimal()}
    context = {
        "measure": measure,
        "title": words.TITLES[measure],
        "selection": selection,
        "window": window,
        "page": page,
        "lines": found,
        "headings": next((([name for name, _value in line.facts]) for line in found if line.facts), []),
        "back": reverse("reports:overview") + ("?" + urlencode(back) if back else ""),
    }
    return render(request, "reports/records.html", context)


def download(request: Any, measure: str, kind: str) -> Any:
    """One measure as CSV or XLSX: the figures of the page, with definition, day and source."""
    edition = chosen_edition(request, chosen_period(request))
    if measure not in edition.measures:
        raise Http404
    name = files.filename(edition, measure, kind)
    if kind == "csv":
        return csv_response(name, files.LONG_HEADINGS, files.long_rows(edition, measure))
    return xlsx_response(name, files.sheets(edition, measure))

"""The ICB's page on how the ring-fence is kept, and the same lines as a file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.acting import Role
from audit.clock import LONDON, last_years, year_words
from jobs.exports import xlsx_response
from reports.measures import oversight as figures
from reports.words import FALLS, SUPPRESSED
from vacancies.models import Override

NOTES = (
    (
        "Trusts",
        f"Shares of posts reserved at each month’s end, in per cent, as known then: written by its last day. {FALLS}",
    ),
    (
        "Trusts",
        f"A short window is an advert open for less than {figures.SHORT_WINDOW.days} days. Duplicates are no adverts.",
    ),
    (
        "Trusts",
        "Posts of imported history count in the month that they are of, though nobody could see them here then.",
    ),
    ("Not met", f"{figures.TOGETHER} {SUPPRESSED}"),
)
YEARS = 4
ON_A_PAGE = 20
BELOW_HEADINGS = (
    "Trust", "Vacancy", "Decision", "Given back", "Due", "Reserved", "Reason", "Explained", "Made", "Sign by", "Signer",
    "Address at", "Answer", "Declared", "Refused before",
)  # fmt: skip
READERS = frozenset({Role.ICB_ANALYST, Role.AUDITOR, Role.ACADEMY})


def chosen_year(request: Any) -> int:
    """The financial year that was asked for, of the last four; this one unless said."""
    years, text = last_years(YEARS), request.GET.get("year", "")
    return int(text) if text in map(str, years) else years[0]


@require_GET
def page(request: Any) -> HttpResponseBase:
    """Standings by trust and month, signatures, exemptions, short windows, job families, not-met rates."""
    if request.acting.role not in READERS:
        raise Http404
    year = chosen_year(request)
    lines, families = figures.by_trust(year), figures.by_family(year)
    departments = figures.not_met_by_department(year)
    if request.GET.get("format") == "xlsx":
        return _file(year, lines, families, departments)
    context = {
        "year": year,
        "years": [(each, year_words(each)) for each in last_years(YEARS)],
        "months": figures.MONTHS,
        "last_month": figures.last_month(year),
        "lines": lines,
        "with_history": [line for line in lines if line.history],
        "families": families,
        "below": Paginator(figures.below_due(year), ON_A_PAGE).get_page(request.GET.get("page")),
        "query": f"year={year}",
        "departments": departments,
        "starred": figures.any_starred(departments),
        "short_days": figures.SHORT_WINDOW.days,
        "falls": FALLS,
        "together": figures.TOGETHER,
    }
    return render(request, "reports/oversight.html", context)


def _file(year: int, lines: list[Any], families: list[Any], departments: list[Any]) -> HttpResponse:
    sheets = {
        "Trusts": (
            (
                "Trust",
                *figures.MONTHS,
                "Posts of imported history",
                "Not countersigned",
                "Overdue",
                "Exempt",
                "Adverts",
                "Short windows",
            ),
            [
                [x.trust.name, *x.months, x.history, x.unsigned, x.overdue, x.exempt, x.adverts, x.short_windows]
                for x in lines
            ],
        ),
        "Below due": (BELOW_HEADINGS, [_below(each) for each in figures.below_due(year)]),
        "Job families": (("Job family", "Reserved", "Free"), [[x.family, x.reserved, x.free] for x in families]),
        "Not met": (
            ("Trust", "Department", "Not met (%)"),
            [[x.trust, x.department, x.not_met] for x in departments],
        ),
        "Notes": (("Of", "What to know"), [[sheet, words] for sheet, words in NOTES]),
    }
    return xlsx_response(f"Ring-fence oversight {year_words(year).replace('/', '-')}.xlsx", sheets)


def _below(override: Override) -> list[Any]:
    vacancy = override.vacancy
    return [
        vacancy.trust.short_name,
        vacancy.reference,
        override.what,
        override.given_back,
        override.due,
        override.reserved,
        override.get_reason_display(),
        override.text,
        override.made_at.astimezone(LONDON),
        override.sign_by,
        override.signer,
        override.signer_domain,
        override.answer,
        override.declared,
        override.refused_before,
    ]

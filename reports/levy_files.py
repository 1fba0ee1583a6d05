"""The levy's board paper and workbook with who benefits, as published: both travel, so nothing in them is unprotected."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from levy.models import Account
from levy.paper import Addition
from levy.views.overview import as_pdf, as_xlsx
from reports.levy import chart_of, lines_of, published_of, said_of

HEADINGS = ("Table", "Group", "People", "Pounds")
NOTE = (
    "{first:%B %Y} to {last:%B %Y}. Unknown is shown, and never counted as no. People are rounded to the nearest 5, so "
    "rows may not add up. A star hides what could be traced to fewer than 8 people."
)


def board_paper(request: HttpRequest) -> HttpResponse:
    """The board paper, with who benefits after its first page."""
    return as_pdf(request, addition_of=addition)


def workbook(request: HttpRequest) -> HttpResponse:
    """Every figure, with the sheet of who benefits."""
    return as_xlsx(request, addition_of=addition)


def addition(account: Account) -> Addition:
    """Who benefits from one trust's levy, as its own page publishes it."""
    tables, first, last = published_of([account])
    return Addition(
        title="Who benefits",
        said=said_of(tables),
        note=NOTE.format(first=first, last=last),
        chart=chart_of(tables),
        parts=tuple(
            (
                table.title,
                (
                    (table.heading, "People", "Pounds paid"),
                    [(row.label, row.people, row.pounds) for row in table.lines],
                ),
            )
            for table in tables
        ),
        sheet=(HEADINGS, lines_of(tables)),
    )

"""A trust's standing month by month, its ledger, and the same as it was known on a past day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.acting import TRUST_ROLES, Acting, Role
from audit.clock import financial_year, last_years, start_of, today, year_words
from jobs.exports import XLSX_TYPE
from nhsuk.charts import Chart, Series
from nhsuk.fields import DateField
from nhsuk.forms import NhsukForm
from organisations.models import Organisation
from organisations.services import actor_names
from vacancies.advice import advise, short_words
from vacancies.headline import share
from vacancies.ledger import standing_of
from vacancies.models import Entry, EntryKind, Year
from vacancies.month_ends import SINCE, by_month, history_brought_after, levels_by_month
from vacancies.proof import Pack, as_pdf, as_xlsx, pack_of
from vacancies.released import reasons_of
from vacancies.ring_fence import Levels, Standing, need, shortfall
from vacancies.views.shared import OVERVIEW, acting_or_404, trust_asked, trusts_to_choose

ON_A_PAGE = 50
FIRST_YEAR = 2019
LEVELS = (EntryKind.CONSIDERED, EntryKind.INTERVIEWED, EntryKind.APPOINTED)
MONTHS = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")


@require_GET
def standing(request: HttpRequest) -> HttpResponseBase:
    """The 20% of one trust and financial year: share by month, what is owed, and the ledger's entries."""
    acting = acting_or_404(request, TRUST_ROLES | OVERVIEW)
    trusts, trust = trusts_to_choose(acting), trust_asked(request, acting)
    if trust is None:
        return render(request, "vacancies/standing.html", {"trusts": trusts})
    known = DayForm(request.GET)
    day = (known.cleaned_data["day"] if known.is_valid() else None) or today()
    year = _year(request, day)
    known_at = start_of(day + timedelta(days=1)) - timedelta(microseconds=1) if day < today() else None
    entries = _entries(acting, trust, year, known_at)
    now_is = standing_of(trust.pk, year, known_at=known_at)
    may_prove = acting.role is not Role.ICB_ANALYST  # a pack of some of the entries would be a broken chain
    if request.GET.get("format") in ("xlsx", "pdf"):
        if not may_prove:
            raise Http404
        pack = pack_of(trust=trust, starts_in=year, day=day, known_at=known_at, by=acting)
        return _proof(pack, request.GET["format"])
    context = {
        "trusts": trusts,
        "trust": trust,
        "may_prove": may_prove,
        "may_bring": acting.role is Role.TRUST_HR,
        "year": year,
        "years": [(each, year_words(each)) for each in (*_years_to_come(trust), *last_years(4))],
        "year_words": year_words(year),
        "day": day,
        "known": known,
        "is_past": known_at is not None,
        **_figures(now_is),
        "later": history_brought_after(trust.pk, year, known_at),
        **_by_month(trust, year, now_is, known_at, people=may_prove),
        **_said(trust, year, now_is, acting, is_past=known_at is not None),
        **_page(request, entries),
    }
    return render(request, "vacancies/standing.html", context)


class DayForm(NhsukForm):
    """The day at whose end a standing was known; today where none, or none that has been, is asked for."""

    day = DateField(
        label="Day",
        required=False,
        help_text="To see what was known at the end of a past day. For example, 31 3 2026.",
        error_messages={"invalid": "Day must be a real date, like 31 3 2026"},
    )

    def clean_day(self) -> date | None:
        asked: date | None = self.cleaned_data["day"]
        if asked and not (asked.year > FIRST_YEAR and asked <= today()):
            raise ValidationError("Enter a day from 2020 to today.")
        return asked


def _years_to_come(trust: Organisation) -> list[int]:
    """The next year, once an advert that is planned in it was decided."""
    following = financial_year(today()) + 1
    return [following] if Year.objects.filter(trust=trust, starts_in=following).exists() else []


def _year(request: HttpRequest, day: date) -> int:
    text = request.GET.get("year", "")
    if text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text) <= financial_year(today()) + 1:
        return int(text)
    return financial_year(day)


def _figures(now_is: Standing) -> dict[str, Any]:
    short = shortfall(now_is)
    return {
        "standing": now_is,
        "share_words": _share_words(now_is.reserved, now_is.posts),
        "advert_share_words": _share_words(now_is.reserved_adverts, now_is.adverts),
        "posts_words": f"{now_is.reserved} of {now_is.posts}; {need(now_is.posts) + now_is.debt} needed",
        "adverts_words": f"{now_is.reserved_adverts} of {now_is.adverts}; "
        f"{need(now_is.adverts) + now_is.advert_debt} needed",
        "short": short,
    }


def _by_month(
    trust: Organisation, year: int, now_is: Standing, known_at: datetime | None, *, people: bool
) -> dict[str, Any]:
    """The picture and the table; how far people got only for who may see the entries about them."""
    months = by_month(trust.pk, year, standing=now_is, known_at=known_at)
    reached = levels_by_month(trust.pk, year, known_at=known_at) if people else []
    far: Sequence[Levels | None] = reached or [None] * len(months)
    names = [*_month_names(year), f"Since {year_words(year)} ended"]
    rows = zip(names, months, far, strict=True)
    return {
        "chart": _chart(months[:SINCE], now_is, year),
        "rows": [_row(name, known, levels) for name, known, levels in rows if known],
        "reached": bool(reached),
    }


def _share_words(reserved: int, counted: int) -> str:
    percent = share(reserved, counted)
    return "None yet" if percent is None else f"{percent}%"


def _month_names(year: int) -> list[str]:
    return [f"{name} {(year + (place > 8)) % 100}" for place, name in enumerate(MONTHS)]


def _row(name: str, known: Standing, levels: Levels | None) -> dict[str, Any]:
    return {
        "month": name,
        "standing": known,
        "share": share(known.reserved, known.posts),
        "short": shortfall(known),
        "levels": levels,
    }


def _chart(months: list[Standing | None], now_is: Standing, year: int) -> Chart:
    percent = share(now_is.reserved, now_is.posts)
    above = percent is not None and now_is.reserved * 5 >= now_is.posts
    finding = (
        "No entry-level post is counted yet."
        if percent is None
        else f"{percent}% of posts are reserved, {'at or above' if above else 'below'} the 20% target."
    )
    return Chart(
        key="standing",
        title="Reserved share at each month's end, as known then",
        finding=finding,
        categories=tuple(_month_names(year)),
        series=(
            Series("Posts", tuple(share(each.reserved, each.posts) if each else None for each in months)),
            Series(
                "Adverts",
                tuple(share(each.reserved_adverts, each.adverts) if each else None for each in months),
                "green",
            ),
        ),
        unit="percent",
        target=20,
    )


def _said(trust: Organisation, year: int, now_is: Standing, acting: Acting, *, is_past: bool) -> dict[str, Any]:
    """What would clear it and on which vacancy, for the present; for a past day or year only how short it was."""
    if not is_past and year == financial_year(today()):
        advice = advise(trust.pk, by=acting, standing=now_is)
        whose = "You are" if acting.role in TRUST_ROLES else f"{trust.short_name} is"
        return {"sentence": advice.sentence.replace("You are", whose), "advised": advice.vacancy}
    short = shortfall(now_is)
    was = f"{trust.short_name} was {short_words(short)} short." if short != (0, 0) else "Nothing was owed."
    return {"sentence": was, "advised": None}


def _entries(acting: Acting, trust: Organisation, year: int, known_at: datetime | None) -> Any:
    one = Year.objects.filter(trust=trust, starts_in=year)  # asked first, so that the newest are read off an index
    rows = Entry.objects.visible_to(acting).filter(year=Subquery(one.values("pk")[:1]))
    rows = rows.counting_at(known_at)
    return rows.select_related("vacancy").order_by("-number")


def _page(request: HttpRequest, entries: Any) -> dict[str, Any]:
    page = Paginator(entries, ON_A_PAGE).get_page(request.GET.get("page"))
    said = reasons_of(page)
    names = actor_names({entry.membership_id for entry in page if entry.membership_id})
    return {
        "page": page,
        "entries": [(entry, _who(entry, names), said.get(entry.pk, "")) for entry in page],
        "query": _query(request),
    }


def _who(entry: Entry, names: dict[int, str]) -> str:
    """Who decided; of the levels nobody is named: who sent people might tell by which route they came."""
    if entry.kind in LEVELS:
        return ""
    return names.get(entry.membership_id or 0, "The system")


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    for name in ("page", "format"):
        query.pop(name, None)
    return query.urlencode()


def _proof(pack: Pack, kind: str) -> HttpResponseBase:
    """The proof pack of a trust's ledger as a file to keep."""
    name = f"Ring-fence-ledger-{pack.trust.code}-{pack.year.replace('/', '-')}.{kind}"
    body, kind_of_file = (as_xlsx(pack), XLSX_TYPE) if kind == "xlsx" else (as_pdf(pack), "application/pdf")
    response = HttpResponse(body, content_type=kind_of_file)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response

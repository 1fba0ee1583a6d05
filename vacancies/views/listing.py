"""The list of vacancies, and the file of what it shows."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.acting import TRUST_ROLES, Acting, Role
from audit.clock import today
from jobs.exports import csv_response, xlsx_response
from organisations.policies import value_of
from vacancies.filters import VacancyFilter
from vacancies.ledger import standing_in, standings, year_of
from vacancies.models import Fence, Vacancy, with_fence, with_ring_fence
from vacancies.ring_fence import Standing, due
from vacancies.rules import DECIDABLE, by_closing, last_day_to_decide
from vacancies.saved_views import views_of
from vacancies.trac_text import text_for_trac
from vacancies.views.shared import OVERVIEW, acting_or_404

ON_A_PAGE = 25
MOST_AT_ONCE = 200  # vacancies that one check page decides
MOST_IN_A_FILE = 20_000
COLOURS = {
    Fence.UNDECIDED: "yellow",
    Fence.RESERVED: "green",
    Fence.FREE: "grey",
    Fence.EXEMPT: "white",
    Fence.UNCLASSIFIED: "orange",
    Fence.OUTSIDE: "white",
}
STATE_COLOURS = {"draft": "grey", "open": "blue", "finished": "green", "withdrawn": "red"}
HEADINGS = (
    "Reference",
    "NHS Jobs reference",
    "TRAC reference",
    "Trust",
    "Job title",
    "Site",
    "Job family",
    "Band",
    "Posts",
    "Reserved posts",
    "Ring-fence",
    "Due if decided now",
    "Decide by",
    "Ready people",
    "Status",
    "Opened",
    "Closes",
    "Note for TRAC",
)


@require_GET
def listing(request: HttpRequest) -> HttpResponseBase:
    """Vacancies that the reader sees, with how each stands towards the 20%."""
    acting = acting_or_404(request)
    filtered = filter_of(request, acting)
    rows = in_order(filtered)
    wanted = request.GET.get("format")
    if wanted in ("csv", "xlsx"):
        return _file(wanted, with_ring_fence(rows).select_related("trust", "site")[:MOST_IN_A_FILE])
    counts, shown = _counts(acting), chips(filtered)
    paginator = Paginator(rows.values_list("pk", flat=True), ON_A_PAGE)
    if counts and not shown:  # the tab knows it, so nothing is counted again
        paginator.count = _of_tab(counts, filtered)
    page = paginator.get_page(request.GET.get("page"))
    shown_rows = lines(_of_page(acting, list(page)))
    context = {
        "filter": filtered,
        "chips": shown,
        "page": page,
        "count": paginator.count,
        "rows": shown_rows,
        "tabs": _tabs(request, counts) if counts else [],
        "query": without(request, "page", "format"),
        "clear_url": f"?{_only(request, 'fence', 'sort')}",
        "views": views_of(acting),
        "may_decide": acting.role in TRUST_ROLES,
        "may_pick": acting.role in TRUST_ROLES and any(line["undecided"] for line in shown_rows),
        "at_once": min(paginator.count, MOST_AT_ONCE) if request.GET.get("fence") == Fence.UNDECIDED else 0,
        "may_give": acting.role in TRUST_ROLES and request.GET.get("fence") == Fence.UNCLASSIFIED and bool(shown_rows),
        "show_trust": acting.role not in TRUST_ROLES,
        "may_see_standing": acting.role in TRUST_ROLES | OVERVIEW,
    }
    return render(request, "vacancies/list.html", context)


def filter_of(request: HttpRequest, acting: Acting) -> VacancyFilter:
    """What the list shows for the filters in the address."""
    return VacancyFilter(request.GET, queryset=Vacancy.objects.visible_to(acting), request=request)


def _of_page(acting: Acting, pks: list[int]) -> list[Vacancy]:
    """The vacancies of one page, in the order of `pks`: which they are is asked of an index, what they hold only now."""
    rows = with_ring_fence(Vacancy.objects.visible_to(acting).filter(pk__in=pks))
    found = {
        vacancy.pk: vacancy for vacancy in rows.select_related("trust", "site").defer("description", "preparation")
    }
    return [found[pk] for pk in pks if pk in found]


def in_order(filtered: VacancyFilter) -> QuerySet[Vacancy]:
    """By what closes next, then what closed last, unless the reader sorts; what is not known comes last; with a last word, so that pages do not overlap."""
    rows: QuerySet[Vacancy] = filtered.qs
    asked = [
        F(name.removeprefix("-")).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)
        for name in map(str, rows.query.order_by)
    ]
    return rows.order_by(*(asked or by_closing()), "pk")


def lines(vacancies: list[Vacancy]) -> list[dict[str, Any]]:
    """What a row shows: the vacancy, its ring-fence in a word, what is due now, the last day to decide. One query."""
    found = standings(trust_ids={vacancy.trust_id for vacancy in vacancies})
    return [
        {
            "vacancy": vacancy,
            "fence": Fence(vacancy.fence).label,
            "colour": COLOURS[Fence(vacancy.fence)],
            "state_colour": STATE_COLOURS.get(vacancy.state, "blue"),
            "undecided": vacancy.fence == Fence.UNDECIDED and vacancy.state in DECIDABLE,
            "due": _due(vacancy, found),
            "decide_by": last_day_to_decide(vacancy) if vacancy.fence == Fence.UNDECIDED else None,
        }
        for vacancy in vacancies
    ]


def _due(vacancy: Any, found: dict[tuple[int, int], Standing]) -> int | None:
    if vacancy.fence != Fence.UNDECIDED:
        return None
    return due(standing_in(found, vacancy.trust_id, year_of(vacancy)), vacancy.posts).posts


def _counts(acting: Acting) -> Counter[str]:
    """How many vacancies stand how towards the 20%, whatever else is filtered; nothing for a role without tabs."""
    if acting.role is Role.PROVIDER:
        return Counter()
    rows = with_fence(Vacancy.objects.visible_to(acting)).order_by().values_list("fence")
    return Counter(dict(rows.annotate(number=Count("pk"))))


def _of_tab(counts: Counter[str], filtered: VacancyFilter) -> int:
    chosen = filtered.form.cleaned_data.get("fence")
    return counts[chosen] if chosen else counts.total()


def _tabs(request: HttpRequest, counts: Counter[str]) -> list[tuple[str, str, bool]]:
    """The ring-fence as tabs, each with its number; the other filters stay."""
    chosen = request.GET.get("fence", "")
    rest = without(request, "page", "fence", "format")
    found = [(f"All ({counts.total()})", f"?{rest}", not chosen)]
    for value, label in Fence.choices:
        found.append((f"{label} ({counts[value]})", f"?{rest}{'&' if rest else ''}fence={value}", chosen == value))
    return found


def without(request: HttpRequest, *names: str) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


def _only(request: HttpRequest, *names: str) -> str:
    return without(request, *(name for name in request.GET if name not in names))


def chips(filtered: VacancyFilter) -> list[tuple[str, str]]:
    """(words, address without it) of each filter in force; the tabs and the order are shown elsewhere."""
    form = filtered.form
    form.is_valid()
    found = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if name in ("fence", "sort") or value in (None, "", []):
            continue
        for each in value if isinstance(value, list) else [value]:
            found.append((_words(field, each), f"?{_less(filtered.data, name, each)}"))
    return found


def _words(field: Any, value: Any) -> str:
    return str(value) if hasattr(field, "queryset") else str(dict(getattr(field, "choices", ())).get(value, value))


def _less(data: Any, name: str, value: Any) -> str:
    query = data.copy()
    kept = [each for each in query.getlist(name) if len(query.getlist(name)) > 1 and each != str(value)]
    query.setlist(name, kept)
    query.pop("page", None)
    return str(query.urlencode())


def _file(wanted: str, rows: QuerySet[Vacancy]) -> HttpResponseBase:
    name = f"Vacancies {today():%Y-%m-%d}"
    slots = value_of("vacancies.slots_per_post")
    found = [_cells(line, slots) for line in lines(list(rows))]
    if wanted == "csv":
        return csv_response(f"{name}.csv", HEADINGS, found)
    return xlsx_response(f"{name}.xlsx", {"Vacancies": (HEADINGS, found)})


def _cells(line: dict[str, Any], slots: int) -> list[Any]:
    vacancy = line["vacancy"]
    return [
        vacancy.reference,
        vacancy.nhs_jobs_reference,
        vacancy.trac_reference,
        vacancy.trust.short_name,
        vacancy.title,
        vacancy.site.name if vacancy.site else "",
        vacancy.get_job_family_display(),
        vacancy.band,
        vacancy.posts,
        vacancy.held,
        line["fence"],
        line["due"],
        line["decide_by"],
        vacancy.ready_people,
        vacancy.get_state_display(),
        vacancy.opened_on,
        vacancy.closes_on,
        text_for_trac(vacancy, reserved=vacancy.held, slots=vacancy.held * slots) if vacancy.held else "",
    ]

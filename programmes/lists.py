"""Lists with filters: the filters in force as chips, and pages by number."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

ON_A_PAGE = 25


def chips(filterset: Any) -> list[tuple[str, str]]:
    """(label, address without it) of each filter in force, in the order of the form."""
    form = filterset.form
    form.is_valid()
    found = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if name == "sort" or value in (None, "", []):
            continue
        query = filterset.data.copy()
        query.pop(name, None)
        query.pop("page", None)
        found.append((f"{field.label}: {_words(field, value)}", f"?{query.urlencode()}"))
    return found


def _words(field: Any, value: Any) -> str:
    if hasattr(field, "queryset"):
        return str(field.label_from_instance(value))
    return str(dict(getattr(field, "choices", ()) or ()).get(value, value))


def page_of(request: HttpRequest, rows: Any, *, size: int = ON_A_PAGE) -> Any:
    """The page of `rows` that `?page=` asks for; a number beyond the end gives the last."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def query_without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()

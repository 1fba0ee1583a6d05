"""How many ready people a new vacancy has is known as soon as somebody looks: the room of vacancies cannot ask who fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from matching.services import count_for_new
from organisations.services import system

SHOW_THE_NUMBER = ("vacancies.views", "vacancies.api", "recruitment.views", "recruitment.vacancy")


class CountForNew:
    """Before a page that shows the number: one query, and the count where a vacancy has none yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.method == "GET" and view.__module__.startswith(SHOW_THE_NUMBER) and getattr(request, "acting", None):
            count_for_new(by=system())

"""No address holds the character NUL: a database refuses it, and no person types it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from recruitment.errors import cannot_be_read

NUL = "\x00"


class NoNul:
    """Answers 400 to a path or a query that holds NUL, for every page at once; forms refuse it in their fields."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        values = (value for values in request.GET.lists() for value in (values[0], *values[1]))
        if NUL in request.path or any(NUL in value for value in values):
            return cannot_be_read(request)
        return self.get_response(request)

"""Pages that show every room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def today(request: HttpRequest) -> HttpResponse:
    """What needs the reader now, from every room."""
    return render(request, "recruitment/today.html")

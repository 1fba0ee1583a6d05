"""Pages of refusal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import page_not_found

API = "/api/"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open for too long, or came from elsewhere: nothing was changed."""
    return render(request, "403.html", {"expired": True}, status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def cannot_be_read(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that no page can take: a page without anything of the request, or to a program one line of JSON."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "This address cannot be read."}, status=400)
    return render(None, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page; a program that asks the API gets JSON as from every other address of it."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "No such address. /api/v1/ names them all."}, status=404)
    return page_not_found(request, exception)

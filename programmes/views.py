"""Pages of people and programmes."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse


def candidate(request: HttpRequest, reference: str) -> HttpResponse:
    raise Http404


def programme(request: HttpRequest, reference: str) -> HttpResponse:
    raise Http404


def cohort(request: HttpRequest, reference: str) -> HttpResponse:
    raise Http404


def enrolment(request: HttpRequest, reference: str) -> HttpResponse:
    raise Http404

"""The page of a vacancy with what its referrals ask of the trust: vacancies cannot know what the pipeline waits for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from pipeline.owed import owed_on
from vacancies.views.detail import detail


def vacancy(request: HttpRequest, reference: str) -> HttpResponse:
    return detail(request, reference, owed_on=owed_on)

"""The page of a person with what is ahead of them in every room: programmes cannot know what the pipeline waits for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from pipeline.ahead import ahead_of
from programmes.views.candidate import overview


def person(request: HttpRequest, reference: str) -> HttpResponse:
    return overview(request, reference, ahead_of=ahead_of)

"""Vacancies: read by everybody who sees them, added and completed by a trust's key that may write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from django.core.exceptions import ValidationError as ModelError
from django.db import IntegrityError, transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from audit.acting import Acting
from audit.mover import Refused
from jobs.services import KeyReused, once
from organisations.api_auth import MayWrite, WritesThrottle
from organisations.models import Organisation
from vacancies.api import writing
from vacancies.api.reading import VacancyReading
from vacancies.api.writing import RefusedSerializer, TakenSerializer, Unprocessable, VacancyWriteSerializer, problem
from vacancies.models import Source, Vacancy
from vacancies.rules import standing_result
from vacancies.taking import take_one

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Any text of at most 100 characters. The same key with the same body is answered as the first time, "
    "and nothing is done twice; kept for 30 days for each membership.",
)
ANSWERS = {
    200: TakenSerializer,
    201: TakenSerializer,
    403: None,
    409: RefusedSerializer,
    413: RefusedSerializer,
    422: RefusedSerializer,
    429: None,
}
TRIES = 3  # of one upsert, where somebody else adds the same reference at the same moment


class VacancyViewSet(VacancyReading):
    """Vacancies that the caller sees, newest first; a trust's key that may write adds and completes its own."""

    permission_classes = [MayWrite]
    throttle_classes = [WritesThrottle]

    @extend_schema(request=VacancyWriteSerializer, responses=ANSWERS, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Add a vacancy of your trust, or complete the one that has its TRAC or NHS Jobs reference."""
        return self._write(request, lambda given: given)

    @extend_schema(request=VacancyWriteSerializer, responses=ANSWERS, parameters=[KEY])
    def update(self, request: Request, reference: str) -> Response:
        """The same, of the vacancy with this reference: ours, or that of TRAC or NHS Jobs."""
        return self._write(request, lambda given: self._named(given, reference))

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        seconds = max(1, round(wait or 1))
        raise Throttled(wait, f"Too many vacancies in a minute. Send the rest in {seconds} seconds.")

    def _named(self, given: dict[str, Any], reference: str) -> dict[str, Any]:
        """`given` with the references of the vacancy that the address names."""
        names = ("trac_reference", "nhs_jobs_reference")
        own = Vacancy.objects.visible_to(self.request.acting).filter(reference=reference).first()
        if own is None and reference.startswith("VAC-"):
            raise Http404
        if own is not None:
            held = {name: getattr(own, name) for name in names if getattr(own, name)}
            if not held:
                sentence = f"{reference} has no reference in TRAC or NHS Jobs. Give it one on its page first."
                raise Unprocessable([problem(sentence)])
            other = [name for name in held if given.get(name) not in (None, "", held[name])]
            if other:
                sentence = f"{reference} has another {other[0]}: {held[other[0]]}."
                raise Unprocessable([problem(sentence, field=other[0], mend="Leave it out, or send it by POST.")])
            return {**given, **held}
        sent = {given.get(name) for name in names} - {None, ""}
        if sent and reference not in sent:
            sentence = "The address names another reference than the body."
            raise Unprocessable([problem(sentence, field="trac_reference", mend="Make the two the same.")])
        return given if sent else {**given, "trac_reference": reference[:40]}

    def _write(self, request: Request, named: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
        if int(request.META.get("CONTENT_LENGTH") or 0) > writing.MOST_BYTES:
            sentence = "The body is larger than 256 KB, which no vacancy is."
            raise Unprocessable([problem(sentence, mend="Send one vacancy at a time.")], 413)
        serializer = VacancyWriteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = named(serializer.validated_data)
        acting: Acting = request.acting

        def do() -> dict[str, Any]:
            return _upsert(given, by=acting)

        key = request.headers.get("Idempotency-Key", "")
        try:
            asked = {"method": request.method, "address": request.path, "given": given}
            answer = once(key=key, by=acting, asked=asked, do=do) if key else do()
        except KeyReused as reused:
            raise Unprocessable([problem(str(reused), field="Idempotency-Key")], 409) from reused
        except Refused as refused:
            raise Unprocessable([problem(str(refused))]) from refused
        except ModelError as error:
            raise Unprocessable(writing.problems_of_model(error)) from error
        return Response(answer, status=201 if answer["outcome"] == "made" else 200)


def _upsert(given: dict[str, Any], *, by: Acting) -> dict[str, Any]:
    trust = Organisation.objects.get(pk=by.organisation_id)
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                facts, criteria = writing.facts_of(given, trust=trust), writing.criteria_of(given)
                taken = take_one(trust=trust, facts=facts, criteria=criteria, source=Source.API, by=by)
        except IntegrityError:
            if not left:
                raise
        else:
            return writing.answer_of(taken, entry_level=standing_result(taken.vacancy))
    raise AssertionError

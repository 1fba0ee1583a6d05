"""Reading vacancies and standings over the API."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet, ViewSet

from audit.acting import TRUST_ROLES, Acting, Role
from nhsuk.filters import ApiFilterSet
from organisations.models import Kind, Organisation
from vacancies.headline import share
from vacancies.ledger import standings
from vacancies.models import Fence, JobFamily, Vacancy, VacancyState, only_fence, with_ring_fence
from vacancies.ring_fence import Standing, shortfall

OVERVIEW = frozenset({Role.ACADEMY, Role.ICB_ANALYST, Role.AUDITOR})


class VacancySerializer(serializers.ModelSerializer):
    """What anybody may read of a vacancy that they see; `ring_fence` is how it stands towards the 20%."""

    trust = serializers.CharField(source="trust.code")
    site = serializers.CharField(source="site.name", default=None)
    ring_fence = serializers.ChoiceField(source="fence", choices=Fence.choices)
    reserved = serializers.IntegerField(source="held")
    ready_people = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Vacancy
        fields = (
            "reference",
            "trust",
            "site",
            "title",
            "job_family",
            "band",
            "contract",
            "hours",
            "posts",
            "reserved",
            "ring_fence",
            "exemption",
            "audience",
            "state",
            "opened_on",
            "closes_on",
            "starts_on",
            "nhs_jobs_reference",
            "trac_reference",
            "ready_people",
        )
        read_only_fields = fields


class VacancyApiFilter(ApiFilterSet):
    trust = django_filters.CharFilter(field_name="trust__code")
    state = django_filters.ChoiceFilter(choices=VacancyState.choices)
    ring_fence = django_filters.ChoiceFilter(method="by_fence", choices=Fence.choices)
    job_family = django_filters.ChoiceFilter(choices=JobFamily.choices)
    band = django_filters.NumberFilter()
    closes_from = django_filters.DateFilter(field_name="closes_on", lookup_expr="gte")
    closes_to = django_filters.DateFilter(field_name="closes_on", lookup_expr="lte")

    class Meta:
        model = Vacancy
        fields: tuple[str, ...] = ()

    def by_fence(self, rows: Any, name: str, value: str) -> Any:
        return only_fence(rows, value)


class VacancyReading(ReadOnlyModelViewSet):
    """Vacancies that the caller sees, newest first."""

    queryset = Vacancy.objects.visible_to(None)  # for the schema: nothing; each request asks its own door
    serializer_class = VacancySerializer
    filterset_class = VacancyApiFilter
    lookup_field = "reference"
    lookup_value_regex = "[^/]{1,40}"

    def get_queryset(self) -> Any:
        rows = Vacancy.objects.visible_to(getattr(self.request, "acting", None))
        if self.detail:
            rows = rows.filter(reference=self.kwargs["reference"])
        return with_ring_fence(rows).select_related("trust", "site")


class StandingSerializer(serializers.Serializer):
    """One trust in one financial year (which begins on 1 April of `year`)."""

    trust = serializers.CharField()
    year = serializers.IntegerField()
    posts = serializers.IntegerField()
    reserved = serializers.IntegerField()
    share = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
    adverts = serializers.IntegerField()
    reserved_adverts = serializers.IntegerField()
    debt = serializers.IntegerField()
    advert_debt = serializers.IntegerField()
    posts_short = serializers.IntegerField()
    adverts_short = serializers.IntegerField()


class StandingViewSet(ViewSet):
    """The 20% of each trust by financial year: a trust sees its own; academy, ICB and auditor see all."""

    serializer_class = StandingSerializer
    asks = ("trust", "year")

    @extend_schema(
        parameters=[OpenApiParameter("trust", str), OpenApiParameter("year", int)],
        responses=StandingSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        codes = _trusts(request.acting, request.query_params.get("trust", ""))
        year = request.query_params.get("year", "")
        if year and not (year.isascii() and year.isdecimal()):
            raise ValidationError({"year": ["Give the year in which the financial year began, like 2026."]})
        rows = [
            _row(codes[trust_id], starts_in, standing)
            for (trust_id, starts_in), standing in standings(trust_ids=codes).items()
            if not year or starts_in == int(year)
        ]
        return Response(StandingSerializer(rows, many=True).data)


def _trusts(acting: Acting, code: str) -> dict[int, str]:
    """By id, the codes of the trusts whose standing `acting` may read."""
    rows = Organisation.objects.filter(kind=Kind.TRUST)
    if acting.role in TRUST_ROLES:
        rows = rows.filter(pk=acting.organisation_id)
    elif acting.role not in OVERVIEW:
        rows = rows.none()
    return dict((rows.filter(code=code) if code else rows).values_list("pk", "code"))


def _row(code: str, year: int, standing: Standing) -> dict[str, Any]:
    short = shortfall(standing)
    return {
        "trust": code,
        "year": year,
        "posts": standing.posts,
        "reserved": standing.reserved,
        "share": share(standing.reserved, standing.posts),
        "adverts": standing.adverts,
        "reserved_adverts": standing.reserved_adverts,
        "debt": standing.debt,
        "advert_debt": standing.advert_debt,
        "posts_short": short.posts,
        "adverts_short": short.adverts,
    }

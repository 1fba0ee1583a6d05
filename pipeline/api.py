"""Referrals by the API: a trust gets the masked allow-list alone; the academy and providers get their people's."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response

from audit.acting import TRUST_ROLES
from pipeline.lists import referrals_for
from pipeline.masking import seen_by
from pipeline.models import Referral, ReferralState


class InRandomOrder(CursorPagination):
    """Keyset paging by the random key, so that the order says nothing about anybody."""

    ordering = ("shuffle", "reference")
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200


class EvidenceSerializer(serializers.Serializer):
    """What the candidate sent for one criterion."""

    criterion = serializers.CharField(help_text="In the words of the advert; empty if it was taken out since")
    evidence = serializers.CharField()


@extend_schema_field(EvidenceSerializer(many=True))
class ByCriterion(serializers.Field):
    """The evidence with each criterion in words, in the order of the advert: `criteria` of the context, by id."""

    def to_representation(self, value: dict[str, str]) -> list[dict[str, str]]:
        criteria: dict[str, str] = self.context["criteria"]
        known = [{"criterion": words, "evidence": value[pk]} for pk, words in criteria.items() if pk in value]
        return known + [{"criterion": "", "evidence": text} for pk, text in value.items() if pk not in criteria]


class MaskedReferralSerializer(serializers.Serializer):
    """The allow-list of `pipeline.masking`, field by field."""

    reference = serializers.CharField()
    neutral_code = serializers.CharField()
    state = serializers.ChoiceField(choices=ReferralState.choices)
    vacancy = serializers.CharField(source="vacancy_reference")
    evidence = ByCriterion(read_only=True, help_text="What the candidate sent, by essential criterion")
    adjustments = serializers.CharField(help_text="Only what the candidate shares")
    submitted_on = serializers.DateField(allow_null=True)
    decide_by = serializers.DateField(allow_null=True)
    decided_on = serializers.DateField(allow_null=True)
    interview_by = serializers.DateField(allow_null=True)
    trac_application_id = serializers.CharField()
    name = serializers.CharField(help_text="Empty until the criteria are met")


class ReferralSerializer(serializers.ModelSerializer):
    """A referral with the person, for those who put people forward."""

    candidate: Any = serializers.SlugRelatedField(slug_field="reference", read_only=True)
    vacancy: Any = serializers.SlugRelatedField(slug_field="reference", read_only=True)
    trust = serializers.CharField(source="vacancy.trust.code")
    name = serializers.CharField(source="candidate.name")
    evidence = ByCriterion(read_only=True, help_text="What the candidate sent, by essential criterion")
    due = serializers.DateField(allow_null=True, help_text="The last day of what comes next")

    class Meta:
        model = Referral
        fields = (
            "reference",
            "candidate",
            "name",
            "vacancy",
            "trust",
            "state",
            "mode",
            "evidence",
            "offered_on",
            "answer_by",
            "answered_on",
            "submitted_on",
            "decide_by",
            "decided_on",
            "interview_by",
            "kept_on",
            "closed_on",
            "close_reason",
            "times_offered",
            "trac_application_id",
            "due",
        )


BOTH = PolymorphicProxySerializer(
    component_name="ReferralForReader",
    serializers=[MaskedReferralSerializer, ReferralSerializer],
    resource_type_field_name=None,
)
EACH_OF_BOTH = PolymorphicProxySerializer(
    component_name="ReferralForReader",
    serializers=[MaskedReferralSerializer, ReferralSerializer],
    resource_type_field_name=None,
    many=True,
)


class ReferralViewSet(viewsets.ReadOnlyModelViewSet):
    """Referrals that the key's membership sees. For a trust masked until the criteria are met."""

    serializer_class = ReferralSerializer
    pagination_class = InRandomOrder
    lookup_field = "reference"
    filterset_fields = ("state", "vacancy__reference")

    def get_queryset(self) -> Any:
        return referrals_for(getattr(self.request, "acting", None))  # nobody acts when the schema is made

    def _answer(self, rows: list[Referral]) -> list[Any]:
        prefetch_related_objects(rows, "vacancy__criteria")
        criteria = {str(each.pk): each.text for row in rows for each in row.vacancy.criteria.all()}
        context = {**self.get_serializer_context(), "criteria": criteria}
        if self.request.acting.role in TRUST_ROLES:
            return list(MaskedReferralSerializer(seen_by(self.request.acting, rows), many=True, context=context).data)
        return list(ReferralSerializer(rows, many=True, context=context).data)

    @extend_schema(responses=EACH_OF_BOTH)
    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self._answer(list(page or ())))

    @extend_schema(responses=BOTH)
    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(self._answer([self.get_object()])[0])

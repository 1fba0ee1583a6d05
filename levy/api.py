"""The levy over the API: read-only, through the same doors as the pages. Money is text, in pounds."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet, ViewSet

from audit.acting import Role
from levy.models import Account, Plan
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.services.system import trust_lines

DETAIL_FOR = (Role.TRUST_HR, Role.AUDITOR)


def money(**more: Any) -> serializers.DecimalField:
    """Pounds, exact to 0.00001, as text."""
    return serializers.DecimalField(max_digits=20, decimal_places=5, **more)


class LevySerializer(serializers.Serializer):
    """One trust's account: figures over the twelve months to `as_at`, or from it on."""

    trust = serializers.CharField(source="account.trust.code")
    as_at = serializers.DateField()
    balance = money()
    entered = money()
    used = money()
    given = money()
    lost = money()
    will_be_lost = money()
    may_be_given = money()


class LevyMonthSerializer(serializers.Serializer):
    month = serializers.DateField()
    brought_forward = money()
    credited = money()
    paid = money()
    expired = money()
    balance = money()


class LevyActionSerializer(serializers.Serializer):
    """Spend or give `spend` more by the end of the month `by`, or lose `lose`."""

    by = serializers.DateField()
    months_to_live = serializers.IntegerField()
    lose = money()
    spend = money()


class LevyDetailSerializer(serializers.Serializer):
    trust = serializers.CharField()
    as_at = serializers.DateField()
    balance = money()
    months = LevyMonthSerializer(many=True)
    actions = LevyActionSerializer(many=True)


class LevyViewSet(ViewSet):
    """Levy accounts: a trust's HR lead sees its own, ICB analysts and auditors every one."""

    lookup_field = "trust"

    @extend_schema(responses=LevySerializer(many=True))
    def list(self, request: Request) -> Response:
        """Each account in one line; empty for other roles."""
        accounts = list(Account.objects.visible_to(request.acting).select_related("trust"))
        return Response(LevySerializer(trust_lines(accounts), many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("trust", OpenApiTypes.STR, OpenApiParameter.PATH, description="The trust's code")],
        responses=LevyDetailSerializer,
    )
    def retrieve(self, request: Request, trust: str) -> Response:
        """One account month by month, and what to do by when. For its own trust and auditors."""
        accounts = Account.objects.visible_to(request.acting).select_related("trust")
        if request.acting.role not in DETAIL_FOR:
            accounts = accounts.none()
        position = position_of(get_object_or_404(accounts, trust__code=trust))
        found = {
            "trust": trust,
            "as_at": position.as_at if position else None,
            "balance": position.balance if position else 0,
            "months": position.months if position else (),
            "actions": outlook_of(position).actions if position else (),
        }
        return Response(LevyDetailSerializer(found).data)


class LevyPlanSerializer(serializers.ModelSerializer):
    """A plan on the broker's list."""

    organisation = serializers.CharField(source="organisation.name")
    cost = money()

    class Meta:
        model = Plan
        fields = (
            "reference", "organisation", "standard", "sector", "level", "learners", "learners_to_24", "core20_learners",
            "boroughs", "start", "duration", "cost", "provider", "pays_levy", "has_account", "learners_found",
            "jobs_agreed", "closed_on",
        )  # fmt: skip
        read_only_fields = fields


class LevyPlanViewSet(ReadOnlyModelViewSet):
    """Plans of voluntary organisations that could use levy."""

    queryset = Plan.objects.visible_to(None)  # for the schema: nothing; each request asks its own door
    serializer_class = LevyPlanSerializer
    lookup_field = "reference"

    def get_queryset(self) -> Any:
        return Plan.objects.visible_to(self.request.acting).select_related("organisation")

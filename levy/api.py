"""Levy plans over the API; accounts are in `reports.api`, which protects them. Read-only, through the same doors as the pages. Money is text, in pounds."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from levy.models import Plan


def money(**more: Any) -> serializers.DecimalField:
    """Pounds, exact to 0.00001, as text."""
    return serializers.DecimalField(max_digits=20, decimal_places=5, **more)


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

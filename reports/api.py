"""The measures and the levy over the API: the very figures of the pages, so a reader gets neither more nor others."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from audit.acting import Role
from levy.api import money
from levy.models import Account
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from levy.services.scenarios import side_by_side
from reports import words
from reports.disclosure import STAR
from reports.levy_trusts import published
from reports.tables import Edition, Row, Table, edition_of, periods
from reports.tables.edition import as_at_for, measures_for


class ColumnSerializer(serializers.Serializer):
    """`unit` is number or percent."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # every field has a label of its own
    unit = serializers.CharField()


class RowSerializer(serializers.Serializer):
    """`cells` are by key of column, as text: a number, "*" where it is not published, null where nothing is counted."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # every field has a label of its own
    total = serializers.BooleanField()
    cells = serializers.DictField(child=serializers.CharField(allow_null=True))


class TableSerializer(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    heading = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    columns = ColumnSerializer(many=True)
    rows = RowSerializer(many=True)


class MeasureSerializer(serializers.Serializer):
    """A measure that the caller may read, and what it means."""

    key = serializers.CharField()
    title = serializers.CharField()
    version = serializers.CharField()
    definition = serializers.CharField()


class FiguresSerializer(MeasureSerializer):
    """A measure with its tables for one financial year; `exact` are true counts, which may not be published."""

    period = serializers.CharField()
    as_at = serializers.DateField()
    exact = serializers.BooleanField()
    marking = serializers.CharField(allow_blank=True)
    source = serializers.CharField()  # type: ignore[assignment]  # every field has a source of its own
    tables = TableSerializer(many=True)


class MeasureViewSet(ViewSet):
    """The ring-fence (m0), participation (m2) and conversion (m3), as the caller sees them on the reports page."""

    serializer_class = MeasureSerializer
    lookup_value_regex = "m0|m2|m3"
    asks = ("trust", "year")

    @extend_schema(responses=MeasureSerializer(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """Which measures the caller reads."""
        return Response(MeasureSerializer([_said(key) for key in _measures(request)], many=True).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("id", str, OpenApiParameter.PATH, enum=["m0", "m2", "m3"]),
            OpenApiParameter("year", int, description="The year in which the financial year began; now unless said."),
            OpenApiParameter("trust", int, description="The id of one trust, for those who may choose."),
        ],
        responses=FiguresSerializer,
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """Every table of one measure."""
        if pk not in _measures(request):
            raise Http404
        acting = request.acting
        listed = {window.key: window for window in periods(as_at_for(acting))}
        year = request.query_params.get("year") or next(iter(listed))
        trust = request.query_params.get("trust") or ""
        if year not in listed:
            raise ValidationError({"year": [f"Choose one of {', '.join(listed)}."]})
        if trust and not trust.isdecimal():
            raise ValidationError({"trust": ["Give the id of a trust."]})
        edition = edition_of(acting, listed[year], trust_id=int(trust) if trust else None)
        if trust and edition.own_trust is None and int(trust) not in edition.names:
            raise Http404
        return Response(FiguresSerializer(_figures(edition, pk)).data)


def _measures(request: Request) -> tuple[str, ...]:
    found = measures_for(request.acting)
    if not found:
        raise Http404
    return found


def _said(key: str) -> dict[str, Any]:
    return {
        "key": key,
        "title": words.TITLES[key],
        "version": words.VERSIONS[key],
        "definition": words.DEFINITIONS[key],
    }


def _figures(edition: Edition, key: str) -> dict[str, Any]:
    return {
        **_said(key),
        "period": edition.window.label,
        "as_at": edition.as_at,
        "exact": edition.exact,
        "marking": edition.marking,
        "source": words.ATTRIBUTION,
        "tables": [_table(table) for table in edition.of(key)],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "key": table.key,
        "title": table.title,
        "heading": table.heading,
        "note": table.note,
        "columns": table.columns,
        "rows": [_row(table, row) for row in table.rows],
    }


def _row(table: Table, row: Row) -> dict[str, Any]:
    cells = {
        column.key: None if value is None else str(value)
        for column, value in zip(table.columns, row.cells, strict=True)
    }
    return {"key": row.key, "label": row.label, "total": row.total, "cells": cells}


@extend_schema_field({"type": "string", "example": "1234.50000"})
class Published(serializers.DecimalField):
    """Pounds, exact to 0.00001, as text; "*" where they were paid for fewer than 8 people, or would tell it."""

    def __init__(self) -> None:
        super().__init__(max_digits=20, decimal_places=5)

    def to_representation(self, value: Any) -> Any:
        return value if value == STAR else super().to_representation(value)


class LevySerializer(serializers.Serializer):
    """One trust's account: what entered, was paid, given and lost is of the twelve months to the last month end.

    `used` was paid for own apprentices, `given` for the gifts of this service.
    """

    trust = serializers.CharField(source="account.trust.code")
    as_at = serializers.DateField()
    balance = money()
    entered = Published()
    used = Published()
    given = Published()
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
    """Spend or give `spend` more, in all from now to the end of the month `by`, or lose `lose`.

    It is on top of what is planned, and may be more than the account holds today: levy still to come is part of it.
    """

    by = serializers.DateField()
    months_to_live = serializers.IntegerField()
    lose = money()
    spend = money()


class LevyScenarioSerializer(serializers.Serializer):
    """A scenario over the same 48 months, "As it is" first: what differs in `words`, and what would then be.

    `lost` expires, levy pays `paid` of own training, `given` is given away, the trust itself must add `contribution`, and
    from the month `runs_out` on the levy does not pay everything (null: it always does).
    """

    name = serializers.CharField()
    words = serializers.ListField(child=serializers.CharField())
    lost = money()
    paid = money()
    given = money()
    contribution = money()
    runs_out = serializers.DateField(allow_null=True)


class LevyDetailSerializer(serializers.Serializer):
    trust = serializers.CharField()
    as_at = serializers.DateField()
    balance = money()
    months = LevyMonthSerializer(many=True)
    actions = LevyActionSerializer(many=True)
    scenarios = LevyScenarioSerializer(many=True)


class LevyViewSet(ViewSet):
    """Levy accounts: a trust's HR lead sees its own, ICB analysts and auditors every one without the pounds of few people."""

    lookup_field = "trust"

    @extend_schema(responses=LevySerializer(many=True))
    def list(self, request: Request) -> Response:
        """Each account in one line; empty for other roles."""
        return Response(LevySerializer(published(request.acting).lines, many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("trust", OpenApiTypes.STR, OpenApiParameter.PATH, description="The trust's code")],
        responses=LevyDetailSerializer,
    )
    def retrieve(self, request: Request, trust: str) -> Response:
        """One account month by month, what to do by when, and its scenarios. For its own trust."""
        if request.acting.role != Role.TRUST_HR:
            raise Http404
        accounts = Account.objects.visible_to(request.acting).select_related("trust")
        position = position_of(get_object_or_404(accounts, trust__code=trust))
        outlook = outlook_of(position) if position else None
        found = {
            "trust": trust,
            "as_at": position.as_at if position else None,
            "balance": position.balance if position else 0,
            "months": position.months if position else (),
            "actions": outlook.actions if outlook else (),
            "scenarios": side_by_side(outlook) if outlook else (),
        }
        return Response(LevyDetailSerializer(found).data)

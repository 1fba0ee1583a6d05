"""The measures over the API: the very tables of the page, so a reader gets neither more nor other figures."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from reports import words
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

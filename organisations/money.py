"""Exact pounds on both databases: integers of 0.00001 pounds, read and written as Decimal.

`Sum()` of a DecimalField is float arithmetic on SQLite (41.0385399999999 for 41.03854); a sum of integers is exact.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

UNIT = Decimal("0.00001")


def to_units(pounds: Decimal | int | str) -> int:
    """Pounds as a whole number of 0.00001 pounds. ValueError for a float, or for anything finer."""
    if isinstance(pounds, float):
        raise ValueError("Pounds are Decimal, never float.")  # noqa: TRY004 - one error for the caller to catch
    try:
        scaled = Decimal(pounds).scaleb(5)
    except InvalidOperation as error:
        raise ValueError(f"{pounds!r} is not an amount of pounds.") from error
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{pounds} is finer than 0.00001 pounds.")
    return int(scaled)


def to_pounds(units: int) -> Decimal:
    return Decimal(units).scaleb(-5)


class MoneyField(models.BigIntegerField):
    """Pounds, held as integers of 0.00001. Aggregates (Sum, Min, Max) come back as Decimal pounds too."""

    description = "Pounds, exact to 0.00001"
    # What django-stubs takes for the types of a model's attribute; an integer's own would be int.
    _pyi_private_set_type: Decimal | int | str  # type: ignore[assignment]  # the base says int
    _pyi_private_get_type: Decimal  # type: ignore[assignment]  # the base says int

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else to_pounds(int(value))

    def get_prep_value(self, value: Any) -> int | None:
        return None if value is None else to_units(value)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return to_pounds(to_units(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def value_to_string(self, obj: Any) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    @property
    def validators(self) -> list[Any]:  # type: ignore[override]  # the base caches it
        return []  # the integer's range is the database's, in units; a Decimal of pounds is far inside it

"""The closed door: `objects` raises until `.visible_to(acting)` is said."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, ClassVar, Self

from django.db import models

from audit.acting import Acting, Role


class NotScoped(Exception):
    """A query was made without saying for whom."""


class Scoped(models.QuerySet):
    """A queryset that knows what each role sees: `SCOPES` maps a role to `scope(queryset, acting)`.

    A role that is missing sees nothing.
    """

    SCOPES: ClassVar[dict[Role, Callable[[Any, Acting], Any]]] = {}

    def visible_to(self, acting: Acting | None) -> Self:
        scope = self.SCOPES.get(acting.role) if acting else None
        return scope(self, acting) if acting and scope else self.none()


class Door(models.Manager):
    """`objects` of every scoped model; made by `Door.from_queryset(MyScoped)()`."""

    opened = False

    def get_queryset(self) -> Any:
        if not self.opened:
            raise NotScoped(f"{self.model.__name__}: say .visible_to(acting)")
        return super().get_queryset()

    def none(self) -> Any:
        """No rows: nothing to ask a reader for. The API's documentation is made from it."""
        return super().get_queryset().none()

    def visible_to(self, acting: Acting | None) -> Any:
        door = copy.copy(self)
        door.opened = True
        return door.get_queryset().visible_to(acting)


def everything(queryset: Any, acting: Acting) -> Any:
    """Scope: all rows."""
    return queryset.all()


def own_organisation(field: str = "organisation") -> Callable[[Any, Acting], Any]:
    """Scope: the rows whose `field` is the acting organisation."""

    def scope(queryset: Any, acting: Acting) -> Any:
        return queryset.filter(**{f"{field}_id": acting.organisation_id})

    return scope

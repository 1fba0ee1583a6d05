"""Filters of the list of vacancies that somebody keeps under a name; nobody else sees them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from audit.acting import TRUST_ROLES, Acting, Role
from audit.door import Door, Scoped


def of_this_membership(queryset: Any, acting: Acting) -> Any:
    """Scope: one's own, in the role in which they were saved."""
    return queryset.filter(membership_id=acting.membership_id)


class SavedViewScoped(Scoped):
    SCOPES = dict.fromkeys(
        (*TRUST_ROLES, Role.ACADEMY, Role.PROVIDER, Role.ICB_ANALYST, Role.AUDITOR), of_this_membership
    )


class SavedView(models.Model):
    """A name for filters. One that is forgotten stays as a row, so that its events have their subject."""

    membership_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=600, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    unscoped = SavedViewScoped.as_manager()
    objects = Door.from_queryset(SavedViewScoped)()

    VERBS: ClassVar[dict[str, str]] = {"save_view": "View saved", "forget_view": "View forgotten"}

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["membership_id", "name"], name="view_once_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('vacancies:list')}?{self.query}"

    @property
    def reference(self) -> str:
        return f"V{self.pk}"

"""Tables as they were published. They hold nothing of a person: only what every reader of them gets."""

from __future__ import annotations

from typing import Any

from django.db import models


class Publication(models.Model):
    """The tables of one period as at one month's end, kept from the first time that somebody asked for them.

    A reader without the right to open records compares only tables that stand still: two that differ by one correction
    would say whom it was about (disclosure, rule 7).
    """

    window = models.CharField(max_length=12)
    as_at = models.DateField()
    version = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    tables = models.JSONField()

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["window", "as_at", "version"], name="published_once_a_month")]

    def __str__(self) -> str:
        return f"{self.window} as at {self.as_at}"

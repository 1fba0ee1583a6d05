"""What was sent to whom, and the links that stand for one purpose."""

from __future__ import annotations

from django.db import models

from audit.acting import Role
from audit.door import Door, Scoped, everything


class MessageScoped(Scoped):
    SCOPES = {Role.SYSTEM_ADMIN: everything, Role.SYSTEM: everything}


class Message(models.Model):
    """An e-mail that holds a link, never a person. `cause` makes a repeat do nothing."""

    reference = models.CharField(max_length=12, unique=True)
    cause = models.CharField(max_length=80, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=120)
    body = models.TextField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    unscoped = MessageScoped.as_manager()
    objects = Door.from_queryset(MessageScoped)()

    def __str__(self) -> str:
        return self.reference


class MagicLink(models.Model):
    """A link that opens one record for one purpose, until a time; kept as a digest."""

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    organisation_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    expires = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    unscoped = MessageScoped.as_manager()
    objects = Door.from_queryset(MessageScoped)()

    class Meta:
        indexes = [models.Index(fields=["subject", "purpose"])]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"

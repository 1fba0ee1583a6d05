"""Sending, and links that open one record for one purpose."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from audit.acting import Acting
from audit.clock import now
from audit.hashing import keyed
from audit.references import draw
from organisations.services import by_link
from outbox.models import MagicLink, Message


@transaction.atomic
def send(*, to: str, subject: str, body: str, cause: str) -> Message:
    """Send an e-mail once for a cause, after the transaction commits. It holds a link, never a person."""
    message, made = Message.unscoped.get_or_create(
        cause=cause, defaults={"reference": draw("MSG"), "to": to, "subject": subject, "body": body, "made_at": now()}
    )
    if made:
        transaction.on_commit(lambda: _deliver(message))
    return message


def _deliver(message: Message) -> None:
    if send_mail(message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [message.to], fail_silently=True):
        Message.unscoped.filter(pk=message.pk).update(sent_at=now())


def make_link(*, purpose: str, subject: str, days: int, organisation_id: int | None = None) -> tuple[MagicLink, str]:
    """A link for one purpose on one record ("vacancies.Override:12"), good for `days` days; the row, and its secret."""
    token = secrets.token_urlsafe(32)
    link = MagicLink.unscoped.create(
        digest=keyed(token, purpose="link"),
        purpose=purpose,
        subject=subject,
        organisation_id=organisation_id,
        made_at=now(),
        expires=now() + timedelta(days=days),
    )
    return link, token


def find_link(token: str, *, purpose: str) -> MagicLink | None:
    """The link of a token that is still good for `purpose`, else None: expired, used, revoked, forged, or for another."""
    return MagicLink.unscoped.filter(
        digest=keyed(token, purpose="link"),
        purpose=purpose,
        expires__gt=now(),
        used_at__isnull=True,
        revoked_at__isnull=True,
    ).first()


def acting_of_link(link: MagicLink) -> Acting:
    """Who answers by this link: sees its one record, and nothing else."""
    return by_link(subject=link.subject, organisation_id=link.organisation_id)


@transaction.atomic
def use_link(link: MagicLink) -> bool:
    """Mark a link as used; False if somebody used it a moment before."""
    return bool(MagicLink.unscoped.filter(pk=link.pk, used_at__isnull=True).update(used_at=now()))


def revoke_links(*, purpose: str, subject: str) -> int:
    """Stop every link of a purpose on one record; the number that still worked."""
    good = MagicLink.unscoped.filter(
        purpose=purpose, subject=subject, expires__gt=now(), used_at__isnull=True, revoked_at__isnull=True
    )
    return good.update(revoked_at=now())

"""The same request twice: answered twice, done once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction

from audit.acting import Acting
from audit.clock import now
from audit.mover import Refused
from jobs.models import IdempotencyKey


class KeyReused(Refused):
    """The key was sent before with other content."""


def once(*, key: str, by: Acting, asked: Mapping[str, Any], do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The answer of `do()`, which runs only the first time that this membership sends `key`.

    Key, answer and what `do` writes are one transaction: if it fails, the key is free again. Refused if the key was
    sent before with other content than `asked` (KeyReused), or is longer than 100 characters. A key is kept for 30 days.
    """
    if by.membership_id is None:
        raise Refused("Only a membership sends idempotency keys.")
    if not key or len(key) > 100:
        raise Refused("An idempotency key has between 1 and 100 characters.")
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()
    mine = IdempotencyKey.objects.filter(membership_id=by.membership_id, key=key)
    mine.filter(at__lt=now() - timedelta(days=IdempotencyKey.KEEP_DAYS)).delete()
    try:
        with transaction.atomic():
            kept = IdempotencyKey.objects.create(membership_id=by.membership_id, key=key, digest=digest, at=now())
            kept.answer = do()
            kept.save(update_fields=["answer"])
    except IntegrityError:
        before = mine.first()
        if before is None:
            raise
        if before.digest != digest:
            raise KeyReused("This idempotency key was used for another request. Send a new key.") from None
        kept = before
    kept.refresh_from_db(fields=["answer"])
    answer: dict[str, Any] = kept.answer
    return answer

"""Hash chains: each row carries the digest of the row before it, so that a change or a gap shows."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any


def plain(value: Any) -> Any:
    """`value` as JSON keeps it, the same on both databases: times in UTC to the microsecond."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value


def digest(previous: str, facts: Mapping[str, Any]) -> str:
    """SHA-256 over the digest before and the facts of this row, as 64 hexadecimal digits."""
    body = json.dumps({key: plain(value) for key, value in facts.items()}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def breaks(rows: Iterable[Any], *, of: str) -> Iterator[str]:
    """A sentence for each row of one chain, in order, that was altered or whose predecessor is missing.

    A row has `number` (from 1), `previous`, `digest` and `expected_digest()`; `of` names the chain.
    """
    previous, number = "", 0
    for row in rows:
        number += 1
        if row.number != number:
            yield f"{of}: row {number} is missing."
            number = row.number
        elif row.previous != previous:
            yield f"{of}: row {row.number} does not follow the one before it."
        if row.digest != row.expected_digest():
            yield f"{of}: row {row.number} was altered."
        previous = row.digest

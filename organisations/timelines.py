"""Timelines with the names of those who acted, for one reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from audit import timeline as audit_timeline
from audit.acting import TRUST_ROLES, Acting, Role
from organisations.services import actor_names


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """What the page's timeline tag draws."""

    when: datetime
    sentence: str
    who: str
    url: str
    reason: str


def timeline(record: models.Model, acting: Acting, *, most: int = 100) -> list[TimelineLine]:
    """The newest events of `record` that `acting` may see, newest first.

    To a trust everybody outside it is "The academy": a provider's name would tell by which route a person came.
    """
    found = audit_timeline.lines(record, acting, most=most)
    names = actor_names({line.membership_id for line in found if line.membership_id})
    here = record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""
    return [
        TimelineLine(
            when=line.at,
            sentence=line.sentence,
            who=_who(line, acting, names),
            url="" if line.url == here else line.url,
            reason=line.reason,
        )
        for line in found
    ]


def _who(line: audit_timeline.Line, acting: Acting, names: dict[int, str]) -> str:
    if line.membership_id is None:
        return Role(line.role).label
    if acting.role in TRUST_ROLES and line.organisation_id != acting.organisation_id:
        return "The academy"
    return names.get(line.membership_id, Role(line.role).label)

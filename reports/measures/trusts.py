"""Which organisation stands for which on a day, and which are trusts of North West London. Two queries in all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from organisations.models import Kind, Organisation, Standing
from organisations.services import successors


@dataclass(frozen=True, slots=True)
class Trusts:
    """The trusts of the Charter by id, and who became part of whom."""

    names: dict[int, str]
    became: dict[int, int]

    def now(self, organisation_id: int | None) -> int | None:
        """The organisation that stands for one today: itself, or the one that it became part of."""
        return None if organisation_id is None else self.became.get(organisation_id, organisation_id)

    def is_local_trust(self, organisation_id: int | None) -> bool:
        """Whether it is a trust that signed the Charter, or is a partner to it."""
        return organisation_id in self.names


def trusts_on(day: date) -> Trusts:
    """The Charter's trusts as they stand on a day; a trust that became part of another is named by that one."""
    became = successors(on=day)
    every = Trusts({}, became)
    rows = list(
        Organisation.objects.filter(kind=Kind.TRUST)
        .order_by("short_name", "pk")
        .values_list("pk", "short_name", "standing")
    )
    parties = {every.now(pk) for pk, _name, standing in rows if standing != Standing.NONE}
    return Trusts({pk: name for pk, name, _standing in rows if pk in parties}, became)

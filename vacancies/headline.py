"""The ring-fence figure beside Today's list."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.urls import reverse

from audit.acting import TRUST_ROLES, Acting, Role
from audit.clock import financial_year, today
from vacancies.advice import advise
from vacancies.ledger import standing_of, standings
from vacancies.ring_fence import Standing, shortfall

OVERVIEW = frozenset({Role.ACADEMY, Role.ICB_ANALYST, Role.AUDITOR})


def share(reserved: int, counted: int) -> Decimal | None:
    """Percent reserved with one decimal, rounded down as on the reports: 19.96% is not 20%. None where nothing is counted."""
    if not counted:
        return None
    return (Decimal(reserved) * 100 / counted).quantize(Decimal("0.1"), ROUND_DOWN)


def headline(acting: Acting) -> dict[str, Any] | None:
    """Share, detail, sentence, the vacancy that it names, and url for Today; None for a role with no part in the 20%."""
    if acting.role in TRUST_ROLES and acting.organisation_id:
        return _of_a_trust(acting, acting.organisation_id)
    return _of_all(acting) if acting.role in OVERVIEW else None


def _of_a_trust(acting: Acting, trust_id: int) -> dict[str, Any]:
    standing = standing_of(trust_id, financial_year(today()))
    said = advise(trust_id, by=acting, standing=standing)
    return {**_figure(standing, said.sentence), "advised": said.vacancy}


def _of_all(acting: Acting) -> dict[str, Any]:
    year = financial_year(today())
    found = [standing for (_trust, starts_in), standing in standings().items() if starts_in == year]
    short = sum(shortfall(standing) != (0, 0) for standing in found)
    names = ("posts", "reserved", "adverts", "reserved_adverts")
    total = Standing(**{name: sum(getattr(standing, name) for standing in found) for name in names})
    said = f"{short} of {len(found)} trusts {'is' if short == 1 else 'are'} short." if short else "No trust is short."
    return _figure(total, said)


def _period() -> str:
    """The reports stand still at a month's end; this figure is of this very day, and says so."""
    return f"from 1 April to {today().day} {today():%B %Y}"


def _figure(standing: Standing, sentence: str) -> dict[str, Any]:
    percent = share(standing.reserved, standing.posts)
    return {
        "share": percent,
        "value": "No posts yet" if percent is None else f"{percent}%",
        "label": "of entry-level posts reserved",
        "detail": f"{standing.reserved} of {standing.posts} entry-level posts {_period()}. Target 20%",
        "sentence": sentence,
        "url": reverse("vacancies:standing"),
    }

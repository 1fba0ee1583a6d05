"""What the page shell needs on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from audit.acting import Role
from audit.clock import today
from organisations.views import AGREEMENT_READERS

EVERYBODY = frozenset(Role)
# Label, URL name, and the roles that see it in the bar at the top: at most eight for a role.
NAVIGATION: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("Today", "today", EVERYBODY),
    ("People", "programmes:people", frozenset({Role.ACADEMY, Role.PROVIDER})),
    ("Programmes", "programmes:programmes", frozenset({Role.ACADEMY, Role.PROVIDER})),
    (
        "Vacancies",
        "vacancies:list",
        frozenset({Role.ACADEMY, Role.PROVIDER, Role.RECRUITER, Role.TRUST_HR, Role.ICB_ANALYST, Role.AUDITOR}),
    ),
    (
        "Pipeline",
        "pipeline:list",
        frozenset({Role.ACADEMY, Role.PROVIDER, Role.RECRUITER, Role.TRUST_HR}),
    ),
    ("Levy", "levy:overview", frozenset({Role.TRUST_HR})),
    ("Levy", "levy_benefit:trusts", frozenset({Role.ICB_ANALYST, Role.AUDITOR})),
    ("Levy plans", "levy:plans", frozenset({Role.ACADEMY})),
    (
        "Reports",
        "reports:overview",
        frozenset({Role.ACADEMY, Role.PROVIDER, Role.RECRUITER, Role.TRUST_HR, Role.ICB_ANALYST, Role.AUDITOR}),
    ),
    ("Imports", "jobs:list", frozenset({Role.ACADEMY, Role.PROVIDER, Role.RECRUITER, Role.TRUST_HR})),
    ("PAYE schemes", "levy:schemes", frozenset({Role.SYSTEM_ADMIN})),
    ("Access", "organisations:people", frozenset({Role.TRUST_HR, Role.SYSTEM_ADMIN, Role.AUDITOR})),
    ("Policies", "organisations:policies", frozenset({Role.SYSTEM_ADMIN, Role.ICB_ANALYST, Role.AUDITOR})),
)


def page(request: Any) -> dict[str, Any]:
    """Names, navigation and who acts."""
    membership, acting = getattr(request, "membership", None), getattr(request, "acting", None)
    return {
        "service_name": settings.NAME_OF_SERVICE,
        "wordmark": settings.WORDMARK,
        "demo": settings.DEMO,
        "today": today(),
        "acting": acting,
        "acting_label": str(membership) if membership else "",
        "can_switch": len(getattr(request, "memberships", [])) > 1,
        "nav": navigation(request),
        "search_url": reverse("search") if acting else "",
        "agreements_url": reverse("organisations:agreements") if acting and acting.role in AGREEMENT_READERS else "",
    }


def navigation(request: Any) -> list[dict[str, Any]]:
    """The links that the acting role sees; the one whose address begins the present path is current."""
    acting = getattr(request, "acting", None)
    if acting is None:
        return []
    links = [(label, reverse(name)) for label, name, roles in NAVIGATION if acting.role in roles]
    return [{"label": label, "url": url, "current": _within(request.path, url)} for label, url in links]


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))

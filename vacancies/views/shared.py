"""What each page of this room asks first: who reads, of which trust, and which vacancy."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from audit.acting import TRUST_ROLES, Acting, Role
from organisations.models import Kind, Organisation
from vacancies.models import Vacancy, with_ring_fence

READERS = frozenset({*TRUST_ROLES, Role.ACADEMY, Role.PROVIDER, Role.ICB_ANALYST, Role.AUDITOR})
OVERVIEW = frozenset({Role.ACADEMY, Role.ICB_ANALYST, Role.AUDITOR})
PUT_FORWARD = frozenset({Role.ACADEMY, Role.PROVIDER})


def acting_or_404(request: Any, roles: frozenset[Role] = READERS) -> Acting:
    """Who acts; for a role that has no such pages there is no page."""
    acting: Acting | None = request.acting
    if acting is None or acting.role not in roles:
        raise Http404
    return acting


def tabs(acting: Acting, current: str) -> dict[str, Any]:
    """For the tabs of a vacancy's pages: who was put forward, and who would fit, for those who have such pages."""
    matches = acting.role in PUT_FORWARD
    return {"tab": current, "show_match": matches, "show_people": matches or acting.role in TRUST_ROLES}


def trusts_to_choose(acting: Acting) -> list[Organisation]:
    """The trusts among which a reader of all chooses one; none for who is of a trust."""
    if acting.role in TRUST_ROLES:
        return []
    return list(Organisation.objects.filter(kind=Kind.TRUST, closed__isnull=True).order_by("short_name"))


def trust_asked(request: Any, acting: Acting) -> Organisation | None:
    """The reader's own trust, or the one that `?trust=` names; None while a reader of all has named none."""
    if acting.role in TRUST_ROLES:
        own: Organisation = request.membership.organisation
        if request.GET.get("trust", own.code) != own.code:
            raise Http404
        return own
    code = request.GET.get("trust")
    return get_object_or_404(Organisation, code=code, kind=Kind.TRUST) if code else None


def vacancy_or_404(request: Any, reference: str, roles: frozenset[Role] = READERS) -> tuple[Acting, Vacancy]:
    """Who acts, and the vacancy with its ring-fence; another trust's is not there."""
    acting = acting_or_404(request, roles)
    return acting, with_facts_or_404(acting, reference)


def with_facts_or_404(acting: Acting, reference: str) -> Vacancy:
    """The vacancy of that reference with its ring-fence, trust, site and department, if `acting` sees it."""
    rows = with_ring_fence(Vacancy.objects.visible_to(acting).filter(reference=reference))
    vacancy: Vacancy = get_object_or_404(rows.select_related("trust", "site", "department"))
    return vacancy

"""Who sees what of the levy. A trust's figures and people are its own; ICB and auditor see accounts and gifts, never people."""

from __future__ import annotations

from typing import Any

from audit.acting import Acting, Role
from audit.door import Scoped, everything, own_organisation


def own_account(queryset: Any, acting: Acting) -> Any:
    """Scope: what hangs on the account of the acting trust."""
    return queryset.filter(account__trust_id=acting.organisation_id)


class AccountScoped(Scoped):
    """Accounts as such hold no person: the ICB compares trusts, and the auditor reads the comparison."""

    SCOPES = {
        Role.TRUST_HR: own_organisation("trust"),
        Role.ICB_ANALYST: everything,
        Role.AUDITOR: everything,
        Role.SYSTEM: everything,
    }


class InAccountScoped(Scoped):
    """Rows of an account, which may be about a person: the trust's own, nobody else's."""

    SCOPES = {Role.TRUST_HR: own_account, Role.SYSTEM: everything}


class SchemeScoped(InAccountScoped):
    """PAYE schemes are about no person; the ICB and a system administrator put right whose they are."""

    SCOPES = {**InAccountScoped.SCOPES, Role.ICB_ANALYST: everything, Role.SYSTEM_ADMIN: everything}


class SharedScoped(Scoped):
    """Plans: kept by brokers, read by every trust that may give to them."""

    SCOPES = {role: everything for role in (Role.TRUST_HR, Role.ICB_ANALYST, Role.ACADEMY, Role.AUDITOR, Role.SYSTEM)}


class OfferedScoped(Scoped):
    """Offers and what became of them: the giving trust's own, and the brokers'."""

    SCOPES = {
        Role.TRUST_HR: own_account,
        Role.ICB_ANALYST: everything,
        Role.ACADEMY: everything,
        Role.AUDITOR: everything,
        Role.SYSTEM: everything,
    }


def own_gift(queryset: Any, acting: Acting) -> Any:
    """Scope: what hangs on a gift of the acting trust."""
    return queryset.filter(gift__account__trust_id=acting.organisation_id)


def brokered_gift(queryset: Any, acting: Acting) -> Any:
    """Scope: what hangs on a gift to a plan that the acting organisation keeps."""
    return queryset.filter(gift__plan__kept_by_id=acting.organisation_id)


class OfGiftScoped(Scoped):
    """Payments and places of a gift are of a few learners: the giver's, and the academy's for the plans that it keeps."""

    SCOPES = {Role.TRUST_HR: own_gift, Role.ACADEMY: brokered_gift, Role.SYSTEM: everything}

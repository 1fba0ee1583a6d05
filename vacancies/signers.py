"""Who may countersign: somebody else than who decides, at an address that is known to be one at work."""

from __future__ import annotations

from django.db.models import Q

from audit.acting import Acting
from audit.clock import today
from audit.mover import Refused
from organisations.models import Kind, Membership, User
from organisations.policies import value_of

# A member may sign in with such an address; it says nothing about others who have one.
PUBLIC_MAIL = frozenset(
    [
        "aol.com",
        "btinternet.com",
        "gmail.com",
        "googlemail.com",
        "gmx.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "live.co.uk",
        "live.com",
        "mail.com",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "virginmedia.com",
        "yahoo.co.uk",
        "yahoo.com",
    ]
)


class SignerRefused(Refused):
    """The sentence is about the address of whoever is asked to countersign."""


def domain_of(email: str) -> str:
    """What stands behind the @ of an address, in small letters."""
    return email.rpartition("@")[2].lower()


def named_domains(text: str) -> list[str]:
    """The domains that the policy names, each for itself and all below it. ValueError where one is not a domain."""
    found = text.replace(",", " ").lower().split()
    for domain in found:
        if "." not in domain.strip(".") or "@" in domain or "*" in domain or domain != domain.strip("."):
            raise ValueError(f"{domain} is not a mail domain such as nhs.net.")
    if not found:
        raise ValueError("Name at least one mail domain, such as nhs.net.")
    return found


def is_at_work(email: str, *, trust_id: int) -> bool:
    """Whether the policy names the address's domain, or it is one of the trust's, the ICB's or the academy's members."""
    domain = domain_of(email)
    if any(
        domain == each or domain.endswith(f".{each}") for each in named_domains(value_of("vacancies.signer_domains"))
    ):
        return True
    ours = Q(organisation_id=trust_id) | Q(organisation__kind__in=(Kind.ICB, Kind.ACADEMY))
    members = set(Membership.unscoped.in_force(today()).filter(ours).values_list("user__email", flat=True))
    return email.lower() in members or domain in {domain_of(each) for each in members} - PUBLIC_MAIL


def check_signer(email: str, *, trust_id: int, by: Acting) -> None:
    """Raise SignerRefused where whoever decides would countersign too, or the address is none at work."""
    if User.objects.filter(pk=by.user_id, email__iexact=email).exists():
        raise SignerRefused("Somebody else has to countersign: give the address of a colleague outside the department.")
    if not is_at_work(email, trust_id=trust_id):
        named = ", ".join(named_domains(value_of("vacancies.signer_domains")))
        raise SignerRefused(
            f"Give an address at work: {named}, or where members of this trust, the ICB or the academy have theirs. "
            f"{domain_of(email)} is none of these."
        )

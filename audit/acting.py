"""Who acts: one membership in force, as a frozen value. Never a user: a user with two memberships is two people."""

from dataclasses import dataclass
from datetime import date

from django.db import models


class Role(models.TextChoices):
    ACADEMY = "academy", "Skills Academy officer"
    PROVIDER = "provider", "Programme provider"
    RECRUITER = "recruiter", "Trust recruiter"
    TRUST_HR = "trust_hr", "Trust HR lead"
    ICB_ANALYST = "icb_analyst", "ICB analyst"
    AUDITOR = "auditor", "Auditor"
    CANDIDATE = "candidate", "Candidate"
    SYSTEM_ADMIN = "system_admin", "System administrator"
    LINK = "link", "Answered by link"
    SYSTEM = "system", "The system"


TRUST_ROLES = frozenset({Role.RECRUITER, Role.TRUST_HR})
# A membership can have these; the others are made by a link or by the system itself.
MEMBER_ROLES = (
    Role.ACADEMY,
    Role.PROVIDER,
    Role.RECRUITER,
    Role.TRUST_HR,
    Role.ICB_ANALYST,
    Role.AUDITOR,
    Role.SYSTEM_ADMIN,
)


@dataclass(frozen=True, slots=True)
class Acting:
    """One membership in force on one day; `subject` is the one record that a magic link opens."""

    role: Role
    organisation_id: int | None
    membership_id: int | None
    user_id: int | None
    on: date
    subject: str = ""

    def has(self, *roles: Role) -> bool:
        return self.role in roles

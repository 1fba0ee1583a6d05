"""Two facts for the entry-level policy, read from essential criteria: a registration, and experience of paid care.

Only plain wording counts, and the criterion is quoted so that a person can see what decided. "" is "not stated".
"""

import re
from collections.abc import Iterable

_BODIES = (
    r"nmc|hcpc|gmc|gphc|gdc|goc|social work england|nursing and midwifery council|health and care professions council"
)
_REGISTRATION = re.compile(
    rf"\b(?:{_BODIES})\b.{{0,60}}\b(?:regist\w*|pin)\b|\bregist\w*\b.{{0,60}}\b(?:{_BODIES})\b"
    r"|\b(?:current|valid|active|full|live)\s+(?:uk\s+)?professional\s+registration\b"
    r"|^(?:a\s+|qualified\s+)?registered\s+(?:adult\s+|mental health\s+|general\s+)?"
    r"(?:nurse|midwife|pharmacist|paramedic|social worker|practitioner)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:not (?:required|necessary|needed|essential)|working towards|work towards|willing(?:ness)? to)\b",
    re.IGNORECASE,
)
_CARE = r"(?:care|caring|healthcare|health ?care|nursing)"
_PAID_CARE = re.compile(rf"\bpaid\b.{{0,50}}\b{_CARE}\b|\b{_CARE}\b.{{0,50}}\bpaid\b", re.IGNORECASE)
_ALSO_UNPAID = re.compile(r"\bunpaid\b|\bvolunt|\bpersonal\b|\bpaid or\b|\bor paid\b", re.IGNORECASE)


def registration_in(criteria: Iterable[str]) -> str:
    """The first essential criterion that requires a professional registration, or ""."""
    return next((text for text in criteria if _REGISTRATION.search(text) and not _NOT_YET.search(text)), "")


def paid_care_experience_in(criteria: Iterable[str]) -> str:
    """The first essential criterion that requires care experience and says that only paid experience will do, or ""."""
    bars = (text for text in criteria if _PAID_CARE.search(text))
    return next((text for text in bars if not _ALSO_UNPAID.search(text) and not _NOT_YET.search(text)), "")

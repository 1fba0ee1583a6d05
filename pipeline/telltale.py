"""What evidence must not tell a trust before it decides: who somebody is, where they live, or why they are eligible."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.module_loading import import_string

from audit.mover import Refused
from candidates.models import Candidate

POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b", re.IGNORECASE)
# "W2", though not the hospital ward of that name
DISTRICT = re.compile(r"(?<!ward )(?<!Ward )\b(?:EC|WC|NW|SE|SW|HA|UB|TW|EN|IG|RM|CR|KT|SM|BR|DA|WD|E|N|W)[0-9]{1,2}\b")
PHONE = re.compile(r"(?<!\d)(?:\+|0[ ()-]*[0-37])(?:[ ()-]{0,3}\d){8,12}")
WHERE = re.compile(r"\b(?:lives?|living|resident) (?:in|at|near)\b", re.IGNORECASE)
WHY = re.compile(
    r"\bcore ?20\b|\bIMD\b|\bdeciles?\b|\b(?:most )?deprived\b|\bdeprivation\b|\bplus group\b|\b(?:programme|plus) route\b",
    re.IGNORECASE,
)


def check_evidence(candidate: Candidate, *texts: str) -> None:
    """Raise Refused where a text would unmask the person: a name, where they live, how to reach them, why they are eligible."""
    # Named in the settings, since no room from here down may know it; the phrases go into the refusal and nowhere else
    kept = tuple(import_string(settings.PHRASES_KEPT_FROM_TRUSTS)(candidate)) if candidate.pk and texts else ()
    for text in texts:
        _check(candidate, text, kept)


def _check(candidate: Candidate, text: str, kept: tuple[str, ...]) -> None:
    if said := _name_in(candidate, text):
        raise Refused(f"Leave the name out of the evidence (“{said}”): the trust must not know yet who it is.")
    if found := POSTCODE.search(text):
        raise Refused(
            f"Leave the postcode out of the evidence (“{found.group()}”): the trust must not know where they live."
        )
    if PHONE.search(text):
        raise Refused("Leave telephone numbers out of the evidence: the trust must not know yet who it is.")
    if "@" in text:
        raise Refused("Leave e-mail addresses out of the evidence: the trust must not know yet who it is.")
    if found := DISTRICT.search(text) or WHERE.search(text):
        raise Refused(f"Leave out of the evidence where they live (“{found.group()}”): the trust must not know it.")
    if why := _why_in(text, kept):
        raise Refused(
            f"Leave “{why}” out of the evidence: the trust must not know why the person is eligible. Say what they did."
        )


def _name_in(candidate: Candidate, text: str) -> str:
    """The person's name in `text`: whole, or a part of it as a name is written, though not as a sentence's first word."""
    whole = f"{candidate.given_name} {candidate.family_name}".strip()
    if whole.casefold() in text.casefold():
        return whole
    parts = {candidate.given_name, candidate.known_as, candidate.family_name} - {""}
    found = (re.search(rf"(?<!^)(?<![.!?]\s)\b{re.escape(part)}\b", text) for part in sorted(parts))
    return next((match.group() for match in found if match), "")


def _why_in(text: str, kept: tuple[str, ...]) -> str:
    """What in `text` tells why the person is eligible: a word of deprivation, or one of the phrases kept from trusts."""
    if found := WHY.search(text):
        return found.group()
    words = " ".join(text.split()).casefold()
    return next((phrase for phrase in kept if re.search(rf"\b{re.escape(phrase.casefold())}", words)), "")

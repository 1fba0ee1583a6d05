"""Contract types: what the source wrote, and which of five kinds it is."""

import re
from dataclasses import dataclass
from typing import Literal

from vacancies.sources.reading import clean

ContractKind = Literal["bank", "fixed", "permanent", "apprenticeship", "other"]

_KINDS: tuple[tuple[ContractKind, re.Pattern[str]], ...] = (
    ("apprenticeship", re.compile(r"\bapprentic", re.IGNORECASE)),
    ("bank", re.compile(r"\bbank\b", re.IGNORECASE)),
    ("fixed", re.compile(r"\bfixed\b|\btemporary\b|\bmaternity cover\b", re.IGNORECASE)),
    ("permanent", re.compile(r"\bpermanent\b|\bsubstantive\b", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Contract:
    """`raw` as the source wrote it; `kind` bank, fixed, permanent, apprenticeship, or other (unclear, too)."""

    raw: str
    kind: ContractKind


def contract_of(text: str) -> Contract:
    """The contract that `text` names; "Permanent or fixed term" is other, because nobody has chosen yet."""
    raw = clean(text)
    kinds = [kind for kind, pattern in _KINDS if pattern.search(raw)]
    if {"fixed", "permanent"} <= set(kinds):
        return Contract(raw, "other")
    return Contract(raw, kinds[0] if kinds else "other")

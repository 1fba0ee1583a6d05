"""Pay band, apprenticeship level and job family from what a title, grade or advert states in words.

A band is read only where it is written ("Band 2", "AfC: Band 2", "Review Body Band 2", "BAND_2"). Doubtful
wording gives a `Suggestion` for a person to confirm, never a band.
"""

import re
from dataclasses import dataclass

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_DIGIT = r"([1-9]|one|two|three|four|five|six|seven|eight|nine)(?![0-9]|\.[0-9]|[e-z])"
_STEP = r"(?:(?:\s*[-–]\s*range\s+|\s+range\s+)?([a-d])(?![a-z]))?"  # both dashes, as grades write them
_BAND = re.compile(rf"(?<![a-z])bands?[\s_:.\-–]*(?:(?:afc|a4c)\s*)?{_DIGIT}{_STEP}", re.IGNORECASE)
# "Band 2/3", "Band 2 to 3", "Bands 2 and 3", but not "Band 2 - 3 posts".
_COUNTED = r"(?!\s*(?:x\b|posts?|positions?|vacanc|month|week|day|hour|night|year|shift|site|wte|fte|role|ward|team))"
_MORE = re.compile(
    rf"\s*(?:/|-|–|&|\bto\b|\bor\b|\band\b)\s*(?:bands?[\s_:.]*)?{_DIGIT}{_STEP}{_COUNTED}", re.IGNORECASE
)


@dataclass(frozen=True, order=True, slots=True)
class Band:
    """An Agenda for Change band, 1 to 9; Band 8 has a step, a to d ("" where only "Band 8" is written)."""

    number: int
    step: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 9:
            raise ValueError(f"Agenda for Change has bands 1 to 9, not {self.number}.")
        if self.step and (self.number != 8 or self.step not in ("a", "b", "c", "d")):
            raise ValueError(f"Only Band 8 has steps, a to d: not Band {self.number}{self.step}.")

    def __str__(self) -> str:
        return f"Band {self.number}{self.step}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A band that a person may confirm, and the sentence that says why it is only a suggestion."""

    band: Band
    reason: str


def bands_in(text: str) -> tuple[Band, ...]:
    """Every band that `text` states, each once, in its order: "Band 2/3" is two."""
    found: dict[Band, None] = {}
    for match in _BAND.finditer(text):
        found[_band(match)] = None
        after = _MORE.match(text, match.end())
        while after:
            found[_band(after)] = None
            after = _MORE.match(text, after.end())
    return tuple(found)


def band_of(text: str) -> Band | None:
    """The one band that `text` states; None where it states none, or more than one."""
    bands = bands_in(text)
    return bands[0] if len(bands) == 1 else None


def _band(match: re.Match[str]) -> Band:
    word = match[1].lower()
    number = _NUMBERS.get(word) or int(word)
    return Band(number, (match[2] or "").lower() if number == 8 else "")


def suggest_from_text(text: str) -> Suggestion | None:
    """The lowest of several bands that `text` states (a post that grows into the higher one starts at the lower)."""
    bands = sorted(bands_in(text))
    if len(bands) < 2:
        return None
    named = " and ".join(str(band) for band in bands)
    return Suggestion(
        bands[0], f"The text names {named}; a post that grows starts at the lower. Confirm or correct it."
    )


# --- Apprenticeships --------------------------------------------------------------------------------------------------

_SCHOOL = r"n?vq|functional|diploma|certificate|qualification|gcse|qcf|btec|maths|english|literacy|numeracy"
_OTHER_LEVEL = re.compile(
    rf"\b(?:{_SCHOOL})[a-z]*\b[^.;,()]{{0,30}}?\blevel\s*[1-8]\b|\blevel\s*[1-8]\s+(?:in\s+)?(?:{_SCHOOL})",
    re.IGNORECASE,
)
_LEVEL_FIRST = re.compile(r"\b(?:level\s*|l)([2-7])\b[^.;]{0,40}?\bapprentic", re.IGNORECASE)
_LEVEL_LAST = re.compile(r"\bapprentic\w*[^.;]{0,40}?\b(?:level\s*|l)([2-7])\b", re.IGNORECASE)
_NAMED_LEVEL = (
    (2, re.compile(r"\bintermediate apprentic", re.IGNORECASE)),
    (3, re.compile(r"\badvanced apprentic", re.IGNORECASE)),
)


def apprenticeship_level(text: str) -> int | None:
    """The one apprenticeship level (2 to 7) that `text` states; None where none or several, and never a school level.

    "Functional Skills Level 2" or "NVQ Level 3" are entry requirements, not the apprenticeship. Intermediate is level 2
    and advanced level 3 (Institute for Apprenticeships); higher and degree span two levels each and give None.
    """
    words = _OTHER_LEVEL.sub(" ", text)
    levels = {int(level) for pattern in (_LEVEL_FIRST, _LEVEL_LAST) for level in pattern.findall(words)}
    levels |= {level for level, pattern in _NAMED_LEVEL if pattern.search(words)}
    return levels.pop() if len(levels) == 1 else None

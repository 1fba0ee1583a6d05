"""Names, dates of birth and telephone numbers made comparable: no Django, no database."""

import re
import unicodedata
from datetime import date
from difflib import SequenceMatcher

# Letters that Unicode does not take apart into a letter and a mark.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h"})
_JOINED = str.maketrans("", "", "'’‘ʼ`´.")
SIMILAR = 0.82  # "Mohammed" and "Muhammad" are 0.75, "Mohamed" and "Mohammed" 0.93: sounds are left to people


def folded(text: str) -> str:
    """A name for comparing: lower case, without accents, apostrophes and full stops; hyphens are spaces."""
    apart = unicodedata.normalize("NFKD", text.translate(_JOINED))  # which takes ´ for a space and an accent
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", bare.translate(_PLAIN).translate(_JOINED)).split())


def alike(given: str, family: str, other_given: str, other_family: str) -> str:
    """How two names agree: "same", "swapped", "initial", "similar", or "" if they do not."""
    first, second = (folded(given), folded(family)), (folded(other_given), folded(other_family))
    if not any(first) or not any(second):
        return ""
    if _solid(*first) == _solid(*second):
        return "same"
    if _solid(*first) == _solid(*reversed(second)):
        return "swapped"
    if any(_initials_agree(*pair) for pair in ((first, second), (first, second[::-1]), (first[::-1], second))):
        return "initial"
    return "similar" if _similar(first, second) else ""


def _solid(*parts: str) -> str:
    return "".join(parts).replace(" ", "")


def _initials_agree(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """The family name is the same and one of the given names is the other's first letter."""
    if _solid(first[1]) != _solid(second[1]) or not first[0] or not second[0]:
        return False
    return min(len(first[0]), len(second[0])) == 1 and first[0][0] == second[0][0]


def _similar(first: tuple[str, str], second: tuple[str, str]) -> bool:
    words, others = set(" ".join(first).split()), set(" ".join(second).split())
    if len(words & others) >= 2:  # "Ama Serwaa Mensah" and "Ama Mensah"
        return True
    solid, other = sorted((_solid(*sorted(words)), _solid(*sorted(others))))  # ratio() depends on the order
    return SequenceMatcher(None, solid, other, autojunk=False).ratio() >= SIMILAR


def day_and_month_swapped(born: date) -> date | None:
    """The day that somebody meant who wrote the month first, if there is one and it is another day."""
    if born.day > 12 or born.day == born.month:
        return None
    return born.replace(month=born.day, day=born.month)


def phone_kept(text: str) -> str:
    """A telephone number as it is stored and compared: digits alone, a UK number from its 0, others from their +."""
    words = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(letter for letter in words if letter.isascii() and letter.isdigit())
    if words.startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        return "0" + digits[2:].removeprefix("0") if digits.startswith("44") else f"+{digits}" if digits else ""
    return digits


def phone_shown(kept: str) -> str:
    """A stored number with the spaces that people read it with: 07700 900123, 020 7946 0018."""
    if re.fullmatch(r"02\d{9}", kept):
        return f"{kept[:3]} {kept[3:7]} {kept[7:]}"
    return f"{kept[:5]} {kept[5:]}" if re.fullmatch(r"0\d{9,10}", kept) else kept

"""What one cell says. Each reader raises Unreadable with the end of a sentence: what is wrong and how to mend it."""

import re
from datetime import date

from levy.money import MOST_ON_A_LINE, PLACES, UNITS_IN_A_POUND
from levy.sources.text import FileRefused
from levy.ulns import PLACEHOLDER, is_uln

MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
AS_DOWNLOADED = re.compile(rf"-?[0-9]{{1,7}}\.[0-9]{{{PLACES}}}")
MOST_WHOLE = 2**15 - 1  # what the database holds of a level, a number of learners or of months
DIGITS = len(str(MOST_ON_A_LINE))
SHORTENED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")


class Unreadable(ValueError):
    """The cell cannot be read; the text completes the sentence "<column> ..."."""


def money(text: str) -> int:
    """Pounds as units of 0.00001 pounds; blank is nought. A pound sign and commas between thousands are understood.

    Unreadable too for more than any line of a levy account can be, which the database could not add up.
    """
    if AS_DOWNLOADED.fullmatch(text):
        return int(text.replace(".", ""))
    plain = text.replace(",", "").replace("£", "").strip()
    digits = plain[1:] if plain[:1] in ("-", "+") else plain
    whole, _, parts = digits.partition(".")
    places = parts.rstrip("0") if len(parts) > PLACES else parts
    if not plain:
        return 0
    if not (whole + places).isdecimal() or not digits.isascii():
        raise Unreadable(f"is “{text}”, which is not an amount. Write pounds like 1234.56")
    if len(places) > PLACES:
        raise Unreadable(f"is “{text}”, which has more than five decimals")
    number = (whole + places.ljust(PLACES, "0")).lstrip("0")
    amount = int(number or "0") if len(number) <= DIGITS else MOST_ON_A_LINE + 1
    if amount > MOST_ON_A_LINE:
        most = MOST_ON_A_LINE // UNITS_IN_A_POUND
        raise Unreadable(f"is “{text}”, which is too large to be true: no line is above £{most:,}")
    return -amount if plain[0] == "-" else amount


def day(text: str) -> date:
    """A day written 23/07/2026, 23 Jul 2026 or 2026-07-23; a time after it is left out."""
    words = text.replace("-", " ").replace("/", " ").split()[:3]
    try:
        if len(words) == 3 and len(words[0]) == 4:
            return date(int(words[0]), int(words[1]), int(words[2]))
        if len(words) == 3 and len(words[2]) == 4:
            return date(int(words[2]), MONTHS.get(words[1][:3].lower()) or int(words[1]), int(words[0]))
    except ValueError:
        pass
    raise Unreadable(f"is “{text}”, which is not a day. Write it as day/month/year, like 23/07/2026")


def month(text: str) -> date | None:
    """The first day of a month written Jul 2026, July 2026, Jul-26 (Excel) or as any day of it; blank is None."""
    words = text.lstrip("'").replace("-", " ").split()
    if not words:
        return None
    number = MONTHS.get(words[0][:3].lower())
    if len(words) == 2 and number and words[1].isdecimal() and len(words[1]) in (2, 4):
        year = int(words[1])
        return date(year if year > 99 else 2000 + year, number, 1)
    try:
        return day(text.lstrip("'")).replace(day=1)
    except Unreadable:
        raise Unreadable(f"is “{text}”, which is not a month. Write it like Jul 2026") from None


def whole(text: str) -> int | None:
    """A whole number; blank is None."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise Unreadable(f"is “{text}”, which is not a whole number")
    number = text.lstrip("0") or "0"
    if len(number) > len(str(MOST_WHOLE)) or int(number) > MOST_WHOLE:
        raise Unreadable(f"is “{text}”, which is too large to be true")
    return int(number)


def yes(text: str) -> bool | None:
    """Yes, no, or None for anything else."""
    return {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}.get(text.lower())


def uln(text: str) -> str | None:
    """A learner number; None if blank or the placeholder. Unreadable if the check sum fails.

    FileRefused for one that Excel has shortened: then every other is damaged too, and half a file would look like a whole one.
    """
    plain = text.removesuffix(".0").replace(" ", "")
    if not plain or plain == PLACEHOLDER:
        return None
    if is_uln(plain):
        return plain
    if SHORTENED.fullmatch(plain):
        raise FileRefused(
            f"Excel has shortened a learner number to “{text}”, so the learners can no longer be told apart. "
            "Download the file again and upload it as it is, without opening it in Excel."
        )
    raise Unreadable("is not a real learner number (10 digits with a check digit)")


def postcode(text: str) -> str | None:
    """A postcode in capitals with one space; blank is None."""
    plain = "".join(text.upper().split())
    if not plain:
        return None
    if not POSTCODE.fullmatch(plain):
        raise Unreadable("is not a full postcode, like UB1 3HW")
    return f"{plain[:-3]} {plain[-3:]}"
